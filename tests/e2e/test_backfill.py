"""The archived history comes into the sheet with one command, which says nothing in Discord."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import sqlite3
from contextlib import closing, suppress

from tests.support.archive import archive_of, backfilled
from tests.support.quick_desk import QuickDesk
from tests.support.steps import a_second_passes, all_heard, store_of
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets import faults as sheets_faults


async def test_the_archive_comes_in_with_its_true_times(desk: LocalDesk) -> None:
    threads = archive_of(desk, 20)
    await backfilled(desk)
    rows = desk.rows()
    assert set(rows) == {thread.id for thread in threads}
    for thread in threads:
        row = rows[thread.id]
        assert (row["title"], row["raised_by"], row["first_responded_by"]) == (thread.name, "mia", "sam")
        assert row["time_to_first_response"] == "1h 0m"
        assert row["resolution_date"] is None


async def test_nothing_is_said_in_discord_also_not_by_the_bot_afterwards(desk: LocalDesk) -> None:
    threads = archive_of(desk, 6)
    await backfilled(desk)
    assert {request.method for request in desk.discord.requests} == {"GET"}
    # The bot comes with its first start: what is overdue by then is not its business.
    desk.settings["SLA_TIMEOUT"] = "1s"
    threads.append(desk.world.open_thread(desk.forum, desk.customer, "Between"))
    await a_second_passes()
    await desk.start_bot()
    await all_heard(desk)
    assert not any(desk.is_ticked(thread) or desk.bot_messages(thread) for thread in threads)
    assert not any(str(thread.id) in message.content for thread in threads for message in desk.alerts.messages)
    code, output = await desk.run("tracker.backfill")
    assert code == 1
    assert f"process {desk.bot_pid}" in output


def all_of(screen: int) -> str:
    """Everything that a terminal shows until its last program ends."""
    parts = []
    with suppress(OSError), open(screen, "rb", buffering=0) as shown:  # the end of a terminal is an error
        while part := shown.read(65_536):
            parts.append(part)
    return b"".join(parts).decode()


async def test_progress_is_shown_in_a_terminal(desk: LocalDesk) -> None:
    archive_of(desk, 12)
    desk.discord.latency = 0.05
    screen, terminal = pty.openpty()
    run = await desk.launch("tracker.backfill", output=terminal)
    os.close(terminal)
    shown = await asyncio.to_thread(all_of, screen)
    assert await run.wait() == 0
    brought_in = [int(count) for count in re.findall(r"threads brought in: (\d+)", shown)]
    assert brought_in == sorted(brought_in)
    assert brought_in[-1] == 12
    assert len(set(brought_in)) > 3
    assert "rows written: 12" in shown
    assert "━" in shown


async def test_a_run_stopped_by_ctrl_c_is_gone_on_with(desk: LocalDesk) -> None:
    assert isinstance(desk, QuickDesk)
    threads = archive_of(desk, 40)
    unwritten = sheets_faults.hang(path=":batchUpdate")
    desk.sheets.faults.append(unwritten)
    desk.discord.latency = 0.02
    run = desk.start("tracker.backfill")
    await desk.until("the middle of reading", lambda: len(desk.discord.requests) > 20)
    run.send_signal(signal.SIGINT)
    async with asyncio.timeout(60):
        assert await run.wait() == 1
    assert unwritten.times == 1
    desk.discord.latency = 0.0
    asked = len(desk.discord.requests)

    run = desk.start("tracker.backfill")
    await desk.until("the middle of writing", lambda: not unwritten.times)
    run.send_signal(signal.SIGINT)
    async with asyncio.timeout(60):
        assert await run.wait() == 1
    assert desk.rows() == {}
    # A request a thread, and those of before are not asked for again.
    assert len(desk.discord.requests) - asked < len(threads) - 10
    asked = len(desk.discord.requests)

    await backfilled(desk)
    assert set(desk.rows()) == {thread.id for thread in threads}
    assert len(desk.discord.requests) - asked < 10


async def test_a_thread_that_was_brought_in_by_halves_comes_in_whole_the_next_time(desk: LocalDesk) -> None:
    (thread,) = archive_of(desk, 1)
    await backfilled(desk, "--dry-run")
    with closing(sqlite3.connect(store_of(desk))) as database:
        database.execute(
            "CREATE TRIGGER stopped BEFORE UPDATE ON tickets WHEN new.author_name IS NOT NULL "
            "BEGIN SELECT RAISE(ABORT, 'stopped'); END"
        )
        database.commit()
    code, _ = await desk.run("tracker.backfill")
    assert code != 0
    with closing(sqlite3.connect(store_of(desk))) as database:
        database.execute("DROP TRIGGER stopped")
        database.commit()

    await backfilled(desk)

    row = desk.rows()[thread.id]
    assert (row["raised_by"], row["first_responded_by"]) == ("mia", "sam")
