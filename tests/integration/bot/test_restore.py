"""A backup of the data folder that is a day old is put back: sheet and Discord are as if nothing had happened."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.steps import (
    KOLKATA,
    a_second_passes,
    all_heard,
    opened,
    shown_rows,
    start_and_compare,
    store_of,
    time_passes,
)
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.entities import Channel, Thread

A_DAY = timedelta(days=1)


def announced(desk: LocalDesk, *threads: Thread) -> list[list[tuple[int, str]]]:
    """What the bot has said in the threads, and in the alert channel."""
    channels: tuple[Channel | Thread, ...] = (*threads, desk.alerts)
    return [[(m.id, m.content or "") for m in desk.bot_messages(channel)] for channel in channels]


def moment(text: str | None) -> datetime:
    """A date and time of the sheet."""
    assert text is not None
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=KOLKATA)


async def copy(desk: LocalDesk, backup: Path) -> None:
    """The folder as it is while the bot is stopped."""
    assert await desk.stop_bot() == 0
    shutil.copytree(store_of(desk).parent, backup)


async def back_up(desk: LocalDesk, backup: Path) -> None:
    """The store alone, by SQLite's own command, while the bot runs."""
    command = shutil.which("sqlite3")
    if command is None:
        pytest.skip("the command sqlite3 is not installed")
    await asyncio.to_thread(backup.mkdir)
    target = f".backup '{backup / store_of(desk).name}'"
    process = await asyncio.create_subprocess_exec(command, store_of(desk), target)
    assert await process.wait() == 0
    assert await desk.stop_bot() == 0


@pytest.mark.parametrize(
    ("save", "audit_log"), [(copy, True), (back_up, False)], ids=["with the audit log", "without, from a running bot"]
)
async def test_the_sheet_ends_up_right_and_nothing_is_announced_twice(
    desk: LocalDesk, save: Callable[[LocalDesk, Path], Awaitable[None]], *, audit_log: bool
) -> None:
    world = desk.world
    if audit_log:
        world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    waiting, answered, resolved, reopened = await opened(desk, "Waiting", "Answered", "Resolved", "Reopened")
    world.reply(reopened, desk.staff, "Yes")
    world.add_tag(reopened, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(reopened))
    await all_heard(desk)
    data, backup = store_of(desk).parent, desk.folder / "backup"
    await save(desk, backup)

    # The day that the backup knows nothing of.
    time_passes(desk, A_DAY)
    for thread in (answered, resolved):
        world.reply(thread, desk.staff, "Yes")
    await desk.start_bot()
    await desk.until("the alerts", lambda: len(desk.alerts.messages) == 2)  # of the one that waits and of the marker
    world.rename(answered, "Answered and renamed")
    world.add_tag(resolved, "resolved")
    world.remove_tag(reopened, "resolved")
    await desk.until("the edit", lambda: desk.bot_messages(reopened)[0].edited_at)
    world.add_tag(reopened, "resolved")
    newcomer = world.open_thread(desk.forum, desk.customer, "New", tags=["Engineering"])
    world.reply(newcomer, desk.staff, "Yes")
    world.add_tag(newcomer, "resolved")
    threads = (waiting, answered, resolved, reopened, newcomer)
    await desk.until("the messages", lambda: [len(desk.bot_messages(each)) for each in threads] == [0, 0, 1, 2, 1])
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    before, said = shown_rows(desk), announced(desk, *threads)

    shutil.rmtree(data)
    shutil.copytree(backup, data)
    time_passes(desk, A_DAY)
    await a_second_passes()
    later = datetime.now(UTC) - world.now() + timedelta(minutes=10)
    world.now = lambda: datetime.now(UTC) + later  # so that Discord has forgotten the nonces
    await desk.start_bot()
    await all_heard(desk)
    assert await desk.stop_bot() == 0

    assert announced(desk, *threads) == said
    rows = shown_rows(desk)
    assert len(rows) == len(before) + 1
    assert rows[newcomer.id] == before[newcomer.id]
    for thread_id, row in before.items():
        if row["resolution_date"]:
            # Live, it was dated when it was heard; afterwards by the audit log, or by the message that announces it.
            date, was = moment(rows[thread_id].pop("resolution_date")), moment(row.pop("resolution_date"))
            assert abs(date - was) <= timedelta(seconds=1)
            del rows[thread_id]["time_to_resolution"], row["time_to_resolution"]
        assert rows[thread_id] == row


async def test_nothing_is_announced_twice_either_where_the_archive_can_only_be_read_later(desk: LocalDesk) -> None:
    await desk.start_bot()
    (thread,) = await opened(desk, "Resolved, then archived")
    data, backup = store_of(desk).parent, desk.folder / "backup"
    await copy(desk, backup)
    await desk.start_bot()
    desk.world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    desk.world.archive(thread)
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    said = announced(desk, thread)

    shutil.rmtree(data)
    shutil.copytree(backup, data)
    later = timedelta(minutes=10)
    desk.world.now = lambda: datetime.now(UTC) + later  # so that Discord has forgotten the nonces
    refusal = faults.refused("/threads/archived/public$", errors.MISSING_PERMISSIONS)
    desk.discord.faults.append(refusal)
    await start_and_compare(desk)
    await all_heard(desk)
    assert refusal.times == 0
    assert await desk.stop_bot() == 0
    assert announced(desk, thread) == said
