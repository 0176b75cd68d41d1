"""Digests and reports in the channels: each once, whatever became of the store, and nobody is mentioned."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.discord_desk import DiscordDesk
from tests.support.discord_openapi import needs_description, validate_reply, validate_request
from tracker.discord.picture import draw
from tracker.domain.effects import EffectKind
from tracker.domain.weeks import WEEKS_REPORTED, Week, as_text, in_words
from tracker.domain.wording import WITHHELD
from tracker.sandbox.discord import errors, faults, payloads

REPORT = "📊 **Weekly report of Mon 2026-01-26 to Sun 2026-02-01**"
WORDS = f"{REPORT}\n\n• Opened: **5** (the week before: 2) <@7> @everyone"
TABLE = "\n```\nweek of     opened\n2026-01-26       5\n```"
WEEKS = tuple(
    Week(monday=date(2025, 11, 3) + timedelta(days=7 * n), opened=n, resolved=5, median_response=None, kept=None)
    for n in range(13)
)
JUST_NOW = datetime.now(UTC).replace(microsecond=0)
MORNING = "☀️ **Morning digest of Wed 2026-02-04**"


def publish(desk: DiscordDesk, *texts: str, kind: EffectKind = EffectKind.MORNING_DIGEST, due: datetime) -> None:
    desk.tracking.publish(kind, texts, [desk.alerts[0].id], due)


def posted(desk: DiscordDesk) -> list[str]:
    return [message.content for message in desk.messages(desk.alerts[0])]


async def test_the_messages_of_a_digest_come_in_order_and_mention_nobody(desk: DiscordDesk) -> None:
    publish(desk, f"{MORNING}\n<@{desk.mia.id}> @everyone", "☀️ **continued**\nmore", due=datetime.now(UTC))

    async with desk.delivering():
        await desk.all_done()

    assert posted(desk) == [f"{MORNING}\n<@{desk.mia.id}> @everyone", "☀️ **continued**\nmore"]
    assert [message.mentions for message in desk.messages(desk.alerts[0])] == [[], []]


async def test_a_bot_whose_store_was_lost_finds_its_own_digest_of_the_morning(desk: DiscordDesk) -> None:
    due = datetime.now(UTC)
    publish(desk, f"{MORNING}\n3 tickets wait", due=due)
    async with desk.delivering():
        await desk.all_done()
    desk.store.close()
    shutil.rmtree(desk.folder)

    with desk.opened():
        publish(desk, f"{MORNING}\n2 tickets wait", due=due)
        desk.later += timedelta(hours=1)  # a nonce is forgotten by then
        async with desk.delivering():
            await desk.all_done()

    assert posted(desk) == [f"{MORNING}\n3 tickets wait"]


@pytest.mark.parametrize("refusal", [errors.HARMFUL_LINK, errors.BLOCKED_BY_AUTOMOD], ids=["240000", "200000"])
async def test_a_digest_that_discord_refuses_for_a_title_goes_out_without_titles(
    desk: DiscordDesk, refusal: errors.Refusal
) -> None:
    desk.world.blocked_words["harmful"] = refusal
    lines = [f"• {title} · waiting 5h 0m · no SLA · Billing · https://discord.com/1" for title in ("harmful", "fine")]
    publish(desk, "\n".join([MORNING, *lines]), due=datetime.now(UTC))

    async with desk.delivering():
        await desk.all_done()
        assert desk.delivery.given_up.problem is None

    (text,) = posted(desk)
    assert text.count(WITHHELD) == text.count(" · waiting 5h 0m · no SLA · Billing · https://discord.com/1") == 2
    assert text.startswith(MORNING)


async def test_a_report_that_discord_refuses_for_its_words_is_given_up_aloud(desk: DiscordDesk) -> None:
    desk.world.blocked_words["harmful"] = errors.BLOCKED_BY_AUTOMOD
    publish(desk, f"{REPORT}\n• harmful: 1 opened", kind=EffectKind.WEEKLY_REPORT, due=JUST_NOW)

    async with desk.delivering():
        await desk.all_done()
        assert "weekly report (1): AutoMod" in str(desk.delivery.given_up.problem)


@pytest.mark.parametrize(
    ("kind", "late", "messages"),
    [
        (EffectKind.MORNING_DIGEST, timedelta(hours=5), [MORNING]),
        (EffectKind.MORNING_DIGEST, timedelta(hours=7), []),
        (EffectKind.WEEKLY_REPORT, timedelta(days=6), [MORNING]),
        (EffectKind.WEEKLY_REPORT, timedelta(days=8), []),
    ],
)
async def test_what_could_not_be_posted_is_left_out_when_it_is_too_late(
    desk: DiscordDesk, kind: EffectKind, late: timedelta, messages: list[str]
) -> None:
    publish(desk, MORNING, kind=kind, due=datetime.now(UTC) - late)

    async with desk.delivering():
        await desk.all_done()

    assert posted(desk) == messages


async def test_a_report_that_discord_refuses_for_a_while_is_posted_once(desk: DiscordDesk) -> None:
    path = f"/{desk.alerts[0].id}/messages$"
    desk.discord.faults += [
        faults.server_error(path, method="POST", times=2),
        faults.reset(path, method="POST", applied=True),
    ]
    publish(desk, MORNING, kind=EffectKind.WEEKLY_REPORT, due=datetime.now(UTC))

    async with desk.delivering():
        await desk.all_done()

    assert posted(desk) == [MORNING]
    assert [fault.times for fault in desk.discord.faults] == [0, 0]


def report(desk: DiscordDesk, due: datetime, text: str = WORDS + TABLE) -> None:
    desk.store.facts.set(WEEKS_REPORTED, as_text(due, WEEKS))
    publish(desk, text, kind=EffectKind.WEEKLY_REPORT, due=due)


async def test_a_report_has_its_weeks_as_a_picture_described_in_words_and_mentions_nobody(desk: DiscordDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    report(desk, JUST_NOW)

    async with desk.delivering():
        await desk.all_done()

    (message,) = desk.messages(desk.alerts[0])
    assert message.content == WORDS
    assert (message.mentions, message.mentioned.everyone) == ([], False)
    (picture,) = message.attachments
    assert (picture.name, picture.type, picture.data) == ("weeks.png", "image/png", draw(WEEKS))
    (item,) = message.components[1]["items"]
    assert item["description"] == in_words(WEEKS)


async def test_the_picture_of_a_long_report_is_under_its_last_message(desk: DiscordDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    desk.store.facts.set(WEEKS_REPORTED, as_text(JUST_NOW, WEEKS))
    publish(desk, WORDS, f"{REPORT} (2){TABLE}", kind=EffectKind.WEEKLY_REPORT, due=JUST_NOW)

    async with desk.delivering():
        await desk.all_done()

    messages = desk.messages(desk.alerts[0])
    assert [(each.content, len(each.attachments)) for each in messages] == [(WORDS, 0), (f"{REPORT} (2)", 1)]


async def test_a_report_with_a_picture_is_found_again_by_a_bot_whose_store_was_lost(desk: DiscordDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    due = JUST_NOW
    for _ in range(2):
        report(desk, due)
        async with desk.delivering():
            await desk.all_done()
        desk.later += timedelta(hours=1)  # a nonce is forgotten by then

    assert posted(desk) == [WORDS]


async def test_a_picture_of_which_the_answer_was_lost_is_not_posted_again(desk: DiscordDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    desk.discord.faults.append(faults.reset(f"/{desk.alerts[0].id}/messages$", method="POST", applied=True))
    report(desk, JUST_NOW)

    async with desk.delivering():
        await desk.all_done()

    assert posted(desk) == [WORDS]


async def test_a_report_has_its_table_where_the_bot_may_attach_no_files(desk: DiscordDesk) -> None:
    report(desk, JUST_NOW)

    async with desk.delivering():
        await desk.all_done()

    (message,) = desk.messages(desk.alerts[0])
    assert (message.content, message.attachments) == (WORDS + TABLE, [])
    assert desk.lines("takes no pictures", "the bot lacks Attach Files there")
    assert desk.delivery.problems == ()


async def test_a_report_has_its_table_where_discord_refuses_the_picture_as_such(desk: DiscordDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    path = f"/{desk.alerts[0].id}/messages$"
    too_large = errors.Refusal(413, 40005, "Request entity too large")
    desk.discord.faults.append(faults.refused(path, too_large, method="POST"))
    report(desk, JUST_NOW)

    async with desk.delivering():
        await desk.all_done()

    assert posted(desk) == [WORDS + TABLE]


@pytest.mark.parametrize("fact", [None, as_text(datetime(2026, 1, 26, tzinfo=UTC), WEEKS)])
async def test_a_report_of_which_only_the_words_are_kept_has_its_table(desk: DiscordDesk, fact: str | None) -> None:
    desk.world.grant("ATTACH_FILES")
    if fact is not None:
        desk.store.facts.set(WEEKS_REPORTED, fact)
    publish(desk, WORDS + TABLE, kind=EffectKind.WEEKLY_REPORT, due=JUST_NOW)

    async with desk.delivering():
        await desk.all_done()

    assert posted(desk) == [WORDS + TABLE]


@needs_description
async def test_a_message_with_a_picture_is_as_discord_describes_it(desk: DiscordDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    report(desk, JUST_NOW)
    async with desk.delivering():
        await desk.all_done()

    (sent,) = [request for request in desk.discord.requests if request.method == "POST"]
    (message,) = desk.messages(desk.alerts[0])
    validate_request("POST", sent.path, sent.body)
    validate_reply("POST", sent.path, 200, payloads.message(message, desk.world.bot_user, content=False))
