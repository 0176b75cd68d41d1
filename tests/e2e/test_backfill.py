"""The archived history comes into the sheet with one command, which says nothing in Discord."""

from __future__ import annotations

import asyncio
import os
import pty
import re
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from tests.support.steps import a_second_passes, all_heard, store_of
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults as sheets_faults

YEAR_AGO = datetime(2025, 11, 3, 5, 0, tzinfo=UTC)


def archive_of(desk: LocalDesk, count: int) -> list[Thread]:
    """Archived threads a day apart, each answered after an hour; every third is resolved."""
    threads = []
    for number in range(count):
        at = YEAR_AGO + timedelta(days=number)
        tags = ["resolved"] if number % 3 == 0 else ["Engineering"]
        thread = desk.world.open_thread(desk.forum, desk.customer, f"Old {number}", tags=tags, at=at)
        desk.world.reply(thread, desk.staff, "Yes", at=at + timedelta(hours=1))
        desk.world.archive(thread, at=at + timedelta(days=1))
        threads.append(thread)
    return threads


async def backfilled(desk: LocalDesk, *arguments: str) -> str:
    """What the command prints when it ends well."""
    code, output = await desk.run("tracker.backfill", *arguments)
    assert code == 0, output
    return output


@pytest.mark.shipped_command
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


async def test_a_dry_run_counts_all_pages_of_the_archive_and_changes_nothing(desk: LocalDesk) -> None:
    archive_of(desk, 120)
    output = await backfilled(desk, "--dry-run")
    assert "threads to bring in: 120" in output
    assert desk.rows() == {}
    reads = ("/token", "ByDataFilter")  # a POST, too
    assert [each.path for each in desk.sheets.requests if each.method != "GET" and not each.path.endswith(reads)] == []
    assert "threads to bring in: 120" in await backfilled(desk, "--dry-run")


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
async def test_a_tab_that_is_missing_ends_it_before_the_archive_is_read(
    desk: LocalDesk, arguments: tuple[str, ...]
) -> None:
    archive_of(desk, 1)
    desk.tab.rename("Elsewhere")
    code, output = await desk.run("tracker.backfill", *arguments)
    assert code == 1
    (line,) = output.splitlines()
    assert 'has no tab "Support Tickets"' in line
    assert not [request for request in desk.discord.requests if "threads/archived" in request.path]


async def test_without_the_permission_to_read_the_history_the_missing_permission_is_named(desk: LocalDesk) -> None:
    threads = archive_of(desk, 2)
    desk.world.deny(desk.forum, "READ_MESSAGE_HISTORY")
    code, output = await desk.run("tracker.backfill")
    assert code == 1
    assert "Give the bot View Channel and Read Message History there" in output
    desk.world.allow(desk.forum, "READ_MESSAGE_HISTORY")
    await backfilled(desk)
    rows = desk.rows()
    assert [rows[thread.id]["first_responded_by"] for thread in threads] == ["sam", "sam"]


@pytest.mark.parametrize("path", ["/channels/[0-9]+$", "/threads/archived/public$", "/messages$"])
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda: web.json_response({}), "an answer it cannot read"),
        (
            lambda: web.Response(text="<html>Sign in</html>", content_type="text/html"),
            "Something on the way to Discord answered in its place, with a page.",
        ),
    ],
    ids=["no-answer-of-discord-s", "page"],
)
async def test_an_answer_that_cannot_be_read_ends_it_with_one_line(
    unjudged_desk: LocalDesk, path: str, answer: Callable[[], web.Response], says: str
) -> None:
    desk = unjudged_desk  # no answer of Discord is like these
    (thread,) = archive_of(desk, 1)
    fault = Fault(path=path, method="GET", times=None, outcome=answer)
    desk.discord.faults.append(fault)
    code, output = await desk.run("tracker.backfill")
    assert code == 1
    assert "Traceback" not in output
    (line,) = [line for line in output.splitlines() if "Run the command again to go on" in line]
    assert says in line
    desk.discord.faults.remove(fault)
    await backfilled(desk)
    assert desk.rows()[thread.id]["first_responded_by"] == "sam"


async def test_since_a_day_only_threads_created_then_or_later_come_in(desk: LocalDesk) -> None:
    threads = archive_of(desk, 9)
    code, output = await desk.run("tracker.backfill", "--since", "soon")
    assert code == 2
    assert '"soon" is not a day; write it as 2026-01-31' in output
    await backfilled(desk, "--since", str(threads[4].created_at.date()))
    assert set(desk.rows()) == {thread.id for thread in threads[4:]}


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


@pytest.mark.parametrize("phase", ["reading", "writing"])
async def test_a_run_stopped_by_ctrl_c_is_gone_on_with(desk: LocalDesk, phase: str) -> None:
    threads = archive_of(desk, 40)
    unwritten = sheets_faults.hang(path=":batchUpdate")
    if phase == "reading":
        desk.discord.latency = 0.02
    else:
        desk.sheets.faults.append(unwritten)
    run = await desk.launch("tracker.backfill")
    await desk.until(
        "the middle", lambda: len(desk.discord.requests) > 20 if phase == "reading" else not unwritten.times
    )
    run.send_signal(signal.SIGINT)
    async with asyncio.timeout(60):
        assert await run.wait() == 1
    assert desk.rows() == {}
    desk.discord.latency = 0.0
    asked = len(desk.discord.requests)
    await backfilled(desk)
    assert set(desk.rows()) == {thread.id for thread in threads}
    # A request a thread, and those of before are not asked for again.
    assert len(desk.discord.requests) - asked < len(threads) - 10


async def test_it_keeps_googles_quota_and_discords_limits(desk: LocalDesk) -> None:
    archive_of(desk, 70)
    desk.discord.rate_limits.as_discord()
    await backfilled(desk)
    assert len(desk.rows()) == 70
    assert desk.sheets.quota.refused == 0
    assert {request.status for request in desk.sheets.requests} == {200}
    assert {request.status for request in desk.discord.requests} == {200}


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
