"""Digests and reports in the channels: each once, whatever became of the store, and nobody is mentioned."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.discord_desk import DiscordDesk, discord_desk
from tracker.domain.effects import EffectKind
from tracker.sandbox.discord import faults

MORNING = "☀️ **Morning digest of Wed 2026-02-04**"


@pytest.fixture
async def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(tmp_path, caplog) as desk:
        yield desk


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
