"""Alerts that end: what is written into them, and warnings and escalations beside them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest

from tests.support.discord_desk import AGREEMENT, DiscordDesk
from tracker.domain.effects import EffectKind
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.wording import WORDS_OF
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.entities import Channel, Thread

End = Callable[[DiscordDesk, Thread], None]
TIERS = replace(AGREEMENT, warning=0.75, escalation_after=timedelta(hours=2))


def texts(desk: DiscordDesk, channel: Channel) -> list[list[str]]:
    """What the bot's messages in the channel said, each from its first text to the one of now."""
    return [message.history for message in desk.messages(channel)]


def says(channel: Channel, words: str) -> bool:
    return any(words in message.content for message in channel.messages)


def alert_of(desk: DiscordDesk, channel: Channel, thread: Thread) -> list[str]:
    """The texts of the one message in the channel that names the thread, without how long resolving it took."""
    (history,) = [history for history in texts(desk, channel) if str(thread.id) in history[0]]
    return [re.sub(r"(✅ Resolved after) .*", r"\1 …", text) for text in history]


def with_tiers(desk: DiscordDesk) -> Channel:
    """Let the desk warn and escalate; the channel for escalations."""
    desk.agreement = TIERS
    escalations = desk.world.new_text_channel("escalations")
    desk.escalations = (escalations,)
    desk.role = desk.world.new_role("leads", mentionable=True)
    desk.store.close()
    return escalations


@pytest.mark.parametrize(
    ("end", "line"),
    [
        pytest.param(DiscordDesk.answer, "✅ Answered by ana after 1h 12m", id="answered"),
        pytest.param(DiscordDesk.resolve, "✅ Resolved after …", id="resolved"),
        pytest.param(DiscordDesk.delete, "✅ Deleted", id="deleted"),
    ],
)
async def test_an_alert_says_once_why_nobody_has_to_answer_any_more(desk: DiscordDesk, end: End, line: str) -> None:
    thread, other = desk.open(), desk.open("Still waiting")
    async with desk.delivering():
        desk.alert(thread)
        desk.alert(other)
        await desk.all_done()
        before = {channel.id: alert_of(desk, channel, thread) for channel in desk.alerts}
        end(desk, thread)
        await desk.all_done()
        desk.answer(thread, "kim", after=timedelta(minutes=30))
        await desk.all_done()
    for channel in desk.alerts:
        assert before[channel.id] == [first := before[channel.id][0]]
        assert alert_of(desk, channel, thread) == [first, f"{first}\n\n{line}"]
        assert len(alert_of(desk, channel, other)) == 1
    assert desk.lines() == []


async def test_a_digest_strikes_out_what_needs_nobody_any_more(desk: DiscordDesk) -> None:
    answered, waiting, resolved = threads = [desk.open(title) for title in ("One", "Two", "Three")]
    async with desk.delivering():
        desk.alert_all(threads)
        await desk.all_done()
        desk.answer(answered)
        desk.resolve(resolved)
        await desk.all_done()
    for channel in desk.alerts:
        ((first, *_, last),) = texts(desk, channel)
        (one, two, three), lines = first.split("\n• ")[1:], last.split("\n• ")[1:]
        assert lines[0] == f"~~{one}~~ ✅ Answered by ana after 1h 12m"
        assert lines[1] == two
        assert lines[2].startswith(f"~~{three}~~ ✅ Resolved after ")
    assert str(waiting.id) in two


async def test_every_line_of_a_digest_is_struck_out_though_all_end_at_once(desk: DiscordDesk) -> None:
    threads = [desk.open(f"Ticket {number}") for number in range(7)]
    async with desk.delivering():
        desk.alert_all(threads)
        await desk.all_done()
        for thread in threads:
            desk.answer(thread)
        await desk.all_done()
    for channel in desk.alerts:
        (message,) = desk.messages(channel)
        assert message.content.count("~~ ✅ Answered by ana after 1h 12m") == len(threads)


async def test_an_alert_that_a_person_deleted_is_not_posted_again(desk: DiscordDesk) -> None:
    thread = desk.open()
    async with desk.delivering():
        desk.alert(thread)
        await desk.all_done()
        (gone,) = desk.messages(desk.alerts[0])
        desk.world.remove_message(gone)
        desk.answer(thread)
        await desk.all_done()
    assert desk.messages(desk.alerts[0]) == []
    ((_, last),) = texts(desk, desk.alerts[1])
    assert last.endswith("✅ Answered by ana after 1h 12m")
    assert desk.lines() == []


async def test_an_alert_is_edited_by_the_next_run_and_though_discord_is_in_trouble(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    desk.store.close()
    with desk.opened():
        desk.answer(thread)
        edits = f"/{desk.alerts[0].id}/messages/"
        desk.discord.faults += [faults.server_error(edits, times=2), faults.reset(edits, method="PATCH", applied=True)]
        async with desk.delivering():
            await desk.all_done()
    for channel in desk.alerts:
        ((_, last),) = texts(desk, channel)
        assert last.count("✅ Answered by ana") == 1


async def test_alerts_that_may_not_be_edited_ask_one_by_one_and_keep_no_other_message_back(desk: DiscordDesk) -> None:
    shut, fine = desk.alerts
    ended, other = [desk.open(f"Ticket {number}") for number in range(20)], desk.open("Other")
    async with desk.delivering():
        for thread in ended:
            desk.alert(thread)
        await desk.all_done()
        desk.world.deny(shut, "READ_MESSAGE_HISTORY")
        for thread in ended:
            desk.answer(thread)
        desk.alert(other)
        await desk.until(lambda: len(desk.messages(shut)) == len(ended) + 1, hurry=False)
        await desk.until(lambda: all(len(history) == 2 for history in texts(desk, fine)[:-1]), hurry=False)
        await desk.until(lambda: desk.delivery.idle, hurry=False)
        assert sum(request.status == HTTPStatus.FORBIDDEN for request in desk.discord.requests) == 1
        assert len(desk.lines("end_alert: the bot lacks Read Message History")) == len(desk.lines()) == 1
        desk.world.allow(shut, "READ_MESSAGE_HISTORY")
        await desk.all_done()
    assert [len(history) for history in texts(desk, shut)] == [2] * len(ended) + [1]
    assert desk.delivery.problems == ()


async def test_alerts_that_may_not_be_edited_for_a_day_stay_as_they_are_which_is_said_aloud(desk: DiscordDesk) -> None:
    thread = desk.open()
    async with desk.delivering():
        desk.alert(thread)
        await desk.all_done()
        desk.world.deny(desk.alerts[0], "READ_MESSAGE_HISTORY")
        desk.answer(thread)
        await desk.until(lambda: desk.lines("end_alert"), hurry=False)
        desk.later += timedelta(days=1)
        given_up = "end of an alert (1): the bot lacks Read Message History"
        await desk.until(lambda: given_up in str(desk.delivery.given_up.problem))
        await desk.until(lambda: says(desk.alerts[1], "end of an alert"))


@pytest.mark.parametrize("gone", [True, False])
async def test_an_alert_in_a_channel_that_discord_once_does_not_know_ends_and_in_one_that_is_gone_nothing_waits(
    desk: DiscordDesk, *, gone: bool
) -> None:
    thread = desk.open()
    async with desk.delivering():
        desk.alert(thread)
        await desk.all_done()
        path = f"/channels/{desk.alerts[0].id}/messages/"
        desk.discord.faults.append(faults.refused(path, errors.UNKNOWN_CHANNEL, times=None if gone else 1))
        desk.answer(thread)
        await desk.all_done()
    assert [len(history) for history in texts(desk, desk.alerts[0])] == [1 if gone else 2]
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert not ticket.deleted
    assert desk.delivery.problems == ()


async def test_an_alert_that_an_earlier_store_knew_of_is_edited_too(desk: DiscordDesk) -> None:
    thread = desk.open()
    before = desk.store.tickets.find(thread.id)
    assert before is not None
    async with desk.delivering():
        desk.alert(thread)
        await desk.all_done()
        then = desk.now() + timedelta(hours=1)  # Discord has forgotten the nonce
        desk.world.now = lambda: then
        desk.store.tickets.save(before)
        desk.alert(thread)
        await desk.all_done()
        desk.answer(thread)
        await desk.all_done()
    for channel in desk.alerts:
        ((_, last),) = texts(desk, channel)
        assert last.endswith("✅ Answered by ana after 1h 12m")


@pytest.mark.parametrize("count", [1, 7])
async def test_a_message_whose_answer_was_lost_is_ended_though_its_ticket_was_answered_before_the_next_attempt(
    desk: DiscordDesk, count: int
) -> None:
    threads = [desk.open(f"Ticket {number}") for number in range(count)]
    lost = [faults.reset(f"/{channel.id}/messages$", method="POST", applied=True) for channel in desk.alerts]
    desk.discord.faults += lost
    desk.alert_all(threads)
    async with desk.delivering():
        await desk.until(lambda: all(fault.times == 0 for fault in lost), hurry=False)
        desk.answer(threads[-1])
        await desk.all_done()
    for channel in desk.alerts:
        (message,) = desk.messages(channel)
        assert message.content.count("✅ Answered by ana after 1h 12m") == 1


async def test_a_warning_an_alert_and_an_escalation_are_each_posted_once_and_all_end(desk: DiscordDesk) -> None:
    escalations = with_tiers(desk)
    with desk.opened():
        thread = desk.open()
        async with desk.delivering():
            for _ in range(4):
                desk.alert(thread)
                await desk.all_done()
            desk.answer(thread)
            await desk.all_done()
    assert desk.role is not None
    due = int((thread.created_at + AGREEMENT.span).timestamp())
    for channel in desk.alerts:
        (warning, _), (alert, _) = texts(desk, channel)
        assert warning.startswith("⏳ **SLA WARNING: Ticket Awaiting Response**\n\n📋 **Title:** Cannot log in\n")
        assert warning.endswith("\n\nPlease respond to this ticket before it is due.")
        assert alert.startswith("⚠️ **SLA ALERT: Ticket Awaiting Response**\n\n📋 **Title:** Cannot log in\n")
        assert all(f"\n📅 **Due:** <t:{due}:R>\n" in text for text in (warning, alert))
    ((escalation, last),) = texts(desk, escalations)
    head = f"🚨 **SLA ESCALATION: Ticket Still Awaiting Response** <@&{desk.role.id}>\n\n"
    assert escalation.startswith(head)
    assert last == f"{escalation}\n\n✅ Answered by ana after 1h 12m"
    (message,) = desk.messages(escalations)
    assert message.mentioned.roles == []  # of an edit nobody is notified, and it mentions nobody


@pytest.mark.parametrize("mentionable", [True, False])
async def test_an_escalation_mentions_its_role_and_is_posted_also_where_that_pings_nobody(
    desk: DiscordDesk, *, mentionable: bool
) -> None:
    escalations = with_tiers(desk)
    desk.role = desk.world.new_role("leads", mentionable=mentionable)
    with desk.opened():
        thread = desk.open("Ask @everyone and <@&1>")
        async with desk.delivering():
            for _ in range(3):
                desk.alert(thread)
            await desk.all_done()
    (message,) = desk.messages(escalations)
    assert message.mentioned.roles == ([desk.role] if mentionable else [])
    assert not message.mentioned.everyone
    assert all(not posted.mentioned.roles for channel in desk.alerts for posted in channel.messages)


async def test_many_escalations_are_a_digest_of_their_own(desk: DiscordDesk) -> None:
    escalations = with_tiers(desk)
    with desk.opened():
        threads = [desk.open(f"Waiting {number}") for number in range(6)]
        async with desk.delivering():
            for _ in range(3):
                desk.alert_all(threads)
                await desk.all_done()
    for channel, call in (
        *((channel, EffectKind.WARNING) for channel in desk.alerts),
        *((channel, EffectKind.ALERT) for channel in desk.alerts),
        (escalations, EffectKind.ESCALATION),
    ):
        (text,) = [text for (text,) in texts(desk, channel) if WORDS_OF[call].name in text]
        assert f": 6 Tickets {WORDS_OF[call].state}**" in text
        assert all(f"/{thread.id}" in text for thread in threads)
        assert text.count(" · due <t:") == 6


async def test_an_escalation_channel_that_fails_keeps_nobody_else_from_theirs(desk: DiscordDesk) -> None:
    fine = with_tiers(desk)
    gone, shut = desk.world.new_text_channel("gone"), desk.world.new_text_channel("shut")
    desk.escalations = (gone, shut, fine)
    desk.world.delete_channel(gone)
    desk.world.deny(shut, "SEND_MESSAGES")
    desk.discord.faults.append(faults.refused(f"/{fine.id}/messages$", errors.HARMFUL_LINK, method="POST"))
    with desk.opened():
        thread = desk.open()
        async with desk.delivering():
            for _ in range(3):
                desk.alert(thread)
            await desk.until(lambda: desk.messages(fine))
            await desk.until(lambda: len(desk.delivery.alert_channels.problems) == 2)
            problems = desk.delivery.alert_channels.problems
            for channel in desk.alerts:
                await desk.until(partial(says, channel, "SLA ALERT"))
    assert [f"{channel.id} (ESCALATION_CHANNEL_IDS)" in "".join(problems) for channel in (gone, shut)] == [True, True]


def open_in_three_hours(desk: DiscordDesk) -> datetime:
    """The desk is closed until then."""
    opening = desk.now().replace(second=0, microsecond=0) + timedelta(hours=3)
    minute = opening.hour * 60 + opening.minute
    week = weekly(((minute, minute + 60),), range(7))
    desk.agreement = replace(AGREEMENT, hours=BusinessHours(week=week, zone=ZoneInfo("UTC")))
    desk.store.close()
    return opening


async def test_an_alert_that_waits_at_closing_time_is_posted_at_the_next_opening(desk: DiscordDesk) -> None:
    opening = open_in_three_hours(desk)
    with desk.opened():
        desk.alert(desk.open())
        async with desk.delivering():
            await desk.until(lambda: desk.messages(desk.alerts[0]))
            assert desk.now() >= opening
            (message,) = desk.messages(desk.alerts[0])
            assert "📅 **Due:** <t:" in message.content


async def test_an_alert_put_off_to_an_opening_comes_at_once_after_a_start_with_a_clock_that_never_stops(
    desk: DiscordDesk,
) -> None:
    opening = open_in_three_hours(desk)
    with desk.opened():
        desk.alert(desk.open())
        async with desk.delivering():
            await desk.until(lambda: desk.delivery.idle, hurry=False)
    desk.agreement = AGREEMENT
    with desk.opened():
        async with desk.delivering():
            await desk.until(lambda: all(desk.messages(channel) for channel in desk.alerts), hurry=False)
    assert desk.now() < opening


async def test_alerts_that_wait_at_closing_time_are_one_message_in_each_channel_at_the_next_opening(
    desk: DiscordDesk,
) -> None:
    opening = open_in_three_hours(desk)
    with desk.opened():
        threads = [desk.open(f"Waiting {number}") for number in range(3)]
        desk.alert_all(threads[:2])
        desk.alert(threads[2])
        async with desk.delivering():
            await desk.all_done()
            assert desk.now() >= opening
    for channel in desk.alerts:
        (message,) = desk.messages(channel)
        assert "3 Tickets Awaiting Response" in message.content
        assert all(str(thread.id) in message.content for thread in threads)
