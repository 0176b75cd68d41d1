"""The process may end at any instant: what it knew is in the store, and it ends when it is asked to."""

from __future__ import annotations

import asyncio
import resource
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial

import pytest
from aiohttp import web

from tests.support.service_manager import ServiceManager
from tests.support.steps import is_stored, opened, shown, shown_rows, start_and_compare, store_of
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults as discord_faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults as sheets_faults

Instant = Callable[[LocalDesk, ExitStack], Callable[[Thread], object]]
"""Prepares the instant; the answer says, once people have acted in the thread, whether it has come."""


def at_once(_: LocalDesk, __: ExitStack) -> Callable[[Thread], object]:
    """Killed as soon as the events were sent, wherever they are by then."""
    return lambda _: True


def before_the_commit(desk: LocalDesk, cleanup: ExitStack) -> Callable[[Thread], object]:
    """Killed while nothing can be committed."""
    database = cleanup.enter_context(closing(sqlite3.connect(store_of(desk), isolation_level=None)))
    database.execute("BEGIN IMMEDIATE")
    patience = time.monotonic() + 0.2  # by then the bot has heard of it
    return lambda _: time.monotonic() > patience


def after_the_commit(desk: LocalDesk, _: ExitStack) -> Callable[[Thread], object]:
    """Killed when the ticket is stored and nothing of it was delivered."""
    desk.sheets.faults.append(sheets_faults.hang(times=None))
    desk.discord.faults.append(discord_faults.hang("", times=None))
    return lambda thread: is_stored(desk, thread)


def when_asked_of(path: str, service: str) -> Instant:
    """Killed when a request arrives, before it is carried out."""

    def prepare(desk: LocalDesk, _: ExitStack) -> Callable[[Thread], object]:
        server = desk.discord if service == "discord" else desk.sheets

        def strike(request: web.Request) -> None:
            if path in request.path:
                server.before.clear()
                desk.strike_bot()

        server.before.append(strike)
        return lambda _: not server.before

    return prepare


def while_waiting_for(answer: Callable[[], Fault], service: str) -> Instant:
    """Killed when a request was carried out and its answer is on its way."""

    def prepare(desk: LocalDesk, _: ExitStack) -> Callable[[Thread], object]:
        fault = answer()
        (desk.discord if service == "discord" else desk.sheets).faults.append(fault)
        return lambda _: fault.times == 0

    return prepare


INSTANTS: dict[str, Instant] = {
    "at once": at_once,
    "before the commit": before_the_commit,
    "after the commit": after_the_commit,
    "in the middle of a flush": when_asked_of(":batchUpdate", "sheets"),
    "before the message": when_asked_of("/messages", "discord"),
    "after Google applied": while_waiting_for(lambda: sheets_faults.hang(path=":batchUpdate", applied=True), "sheets"),
    "after Discord posted": while_waiting_for(
        lambda: discord_faults.hang("/messages$", method="POST", applied=True), "discord"
    ),
}


async def open_and_resolve(desk: LocalDesk) -> Thread:
    thread = desk.world.open_thread(desk.forum, desk.customer, "Kill me", tags=["Engineering"])
    await asyncio.sleep(0)
    desk.world.reply(thread, desk.staff, "On it")
    desk.world.add_tag(thread, "resolved")
    return thread


async def test_killed_at_any_instant_the_bot_ends_where_it_would_have_ended(desk: LocalDesk) -> None:
    await desk.start_bot()
    threads = [desk.world.open_thread(desk.forum, desk.customer, "Before")]
    await desk.until("✅", lambda: desk.is_ticked(threads[0]))
    for prepare in INSTANTS.values():
        with ExitStack() as cleanup:
            has_come = prepare(desk, cleanup)
            thread = await open_and_resolve(desk)
            threads.append(thread)
            await desk.until("the instant", partial(has_come, thread))
            await desk.kill_bot()
        desk.sheets.faults.clear()
        desk.discord.faults.clear()

        await desk.start_bot()
        await desk.until("✅", partial(desk.is_ticked, thread))
        await desk.until("the message", partial(desk.bot_messages, thread))
        await desk.until("the message's id", partial(knows_its_message, desk, thread))
        # Where the first message went unheard, the name is asked for two seconds later.
        await desk.until("the author's name", partial(knows_its_author, desk, thread))
        await desk.until("nothing to be left", lambda: desk.unfinished() == 0)
    assert await desk.stop_bot() == 0
    rows = desk.tab.records()
    assert [row["thread_id"] for row in rows] == [str(thread.id) for thread in threads]
    for number, thread in enumerate(threads[1:], 1):
        (message,) = desk.bot_messages(thread)
        assert "**RESOLVED**" in message.content
        assert message.mentions == [desk.customer]
        assert rows[number]["resolution_date"] == pytest.approx(rows[number]["date_created"], abs=60 / 86_400)
        row = shown_rows(desk)[thread.id]
        assert {
            name: row[name] for name in row if not name.startswith(("resolution", "time_to_resolution", "outside"))
        } == {
            "thread_id": str(thread.id),
            "title": "Kill me",
            "type": "Engineering, resolved",
            "raised_by": "mia",
            "date_created": shown(thread.created_at),
            "first_responded_by": "sam",
            "time_to_first_response": "0s",
            "link": f"https://discord.com/channels/{desk.world.guild.id}/{thread.id}",
            "team": "Engineering",
            "reopen_count": "0",
            "warning_message_id": str(message.id),
        }
        assert str(row["time_to_resolution"]).endswith("s")


def knows_its_message(desk: LocalDesk, thread: Thread) -> bool:
    return desk.rows()[thread.id]["warning_message_id"] == str(desk.bot_messages(thread)[0].id)


def knows_its_author(desk: LocalDesk, thread: Thread) -> bool:
    return bool(desk.rows()[thread.id]["raised_by"])


async def test_killed_over_an_alert_the_bot_sends_it_once(desk: LocalDesk) -> None:
    desk.settings["SLA_TIMEOUT"] = "1s"
    answer = discord_faults.hang(f"/channels/{desk.alerts.id}/messages$", method="POST", applied=True)
    desk.discord.faults.append(answer)
    await desk.start_bot()
    thread = desk.world.open_thread(desk.forum, desk.customer, "Late")
    await desk.until("the alert", lambda: answer.times == 0)
    await desk.kill_bot()
    await desk.start_bot()
    marker = desk.world.open_thread(desk.forum, desk.customer, "Late, too")
    await desk.until("the second alert", lambda: any(str(marker.id) in m.content for m in desk.alerts.messages))
    assert await desk.stop_bot() == 0
    assert [str(thread.id) in message.content for message in desk.alerts.messages] == [True, False]


async def test_a_stop_takes_ten_seconds_while_google_hangs_and_what_is_left_waits_in_the_store(
    desk: LocalDesk,
) -> None:
    await start_and_compare(desk)
    hanging = sheets_faults.hang(times=100)
    desk.sheets.faults.append(hanging)
    thread = desk.world.open_thread(desk.forum, desk.customer, "Waits")
    await desk.until("a request that hangs", lambda: hanging.times != 100)
    started = time.monotonic()
    assert await desk.stop_bot() == 0
    assert 9 < time.monotonic() - started < 30
    assert desk.rows() == {}
    desk.sheets.faults.clear()
    await desk.start_bot()
    await desk.until("the row", lambda: thread.id in desk.rows())


async def test_a_stop_hears_no_more_and_delivers_what_was_heard(desk: LocalDesk, manager: ServiceManager) -> None:
    desk.environment |= manager.environment
    for with_signal in (signal.SIGTERM, signal.SIGINT):
        await start_and_compare(desk)
        manager.forget()
        desk.sheets.latency = 0.5
        before = set(desk.rows())
        heard = desk.world.open_thread(desk.forum, desk.customer, "Heard", tags=["resolved"])
        await desk.until("the ticket", partial(is_stored, desk, heard))
        stopping = asyncio.create_task(desk.stop_bot(with_signal))
        await desk.until("the stop", lambda: "STOPPING=1" in manager.received)
        unheard = desk.world.open_thread(desk.forum, desk.customer, "Not heard any more")
        assert await stopping == 0
        assert desk.is_ticked(heard)
        assert len(desk.bot_messages(heard)) == 1
        assert set(desk.rows()) - before == {heard.id}
        assert not is_stored(desk, unheard)
        desk.sheets.latency = 0.0
        await desk.start_bot()
        await desk.until("the other row", partial(has_row, desk, unheard))
        assert await desk.stop_bot() == 0


def has_row(desk: LocalDesk, thread: Thread) -> bool:
    return thread.id in desk.rows()


async def test_a_disk_that_becomes_full_ends_the_bot_with_a_clear_line_and_nothing_is_lost(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    (before,) = await opened(desk, "Before")
    assert desk.bot_pid is not None
    written = store_of(desk).with_name("tracker.sqlite3-wal").stat().st_size
    assert written > 2 * desk.log_file.stat().st_size  # so the line that says so still finds room
    resource.prlimit(desk.bot_pid, resource.RLIMIT_FSIZE, (written, written))
    during = world.open_thread(desk.forum, desk.customer, "No room for it")
    world.rename(before, "Renamed")
    assert await desk.bot_ended() == 1
    (line,) = [line for line in desk.log.splitlines() if "ERROR" in line]
    assert f"The store {store_of(desk).relative_to(desk.folder)} cannot be used" in line
    assert "disk has room" in line
    await desk.start_bot()
    await desk.until("✅", lambda: desk.is_ticked(during))
    await desk.until("the title", lambda: desk.rows()[before.id]["title"] == "Renamed")
