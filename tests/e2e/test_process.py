"""The process may end at any instant: what it knew is in the store, and it ends when it is asked to."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

import pytest
from aiohttp import web

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults as discord_faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults as sheets_faults

Arm = Callable[[LocalDesk], None]


def nothing(_: LocalDesk) -> None:
    """Killed as soon as the event was sent, wherever it is by then."""


def when_asked_of(path: str, service: str) -> Arm:
    """Kill the bot at the instant a request arrives, before it is carried out."""

    def arm(desk: LocalDesk) -> None:
        server = desk.discord if service == "discord" else desk.sheets

        def strike(request: web.Request) -> None:
            if path in request.path:
                server.before.clear()
                desk.strike_bot()

        server.before.append(strike)

    return arm


def after_applying(fault: Callable[[LocalDesk], Fault], service: str) -> Arm:
    """Carry a request out, let its answer hang, and kill the bot while it waits for it."""

    def arm(desk: LocalDesk) -> None:
        (desk.discord if service == "discord" else desk.sheets).faults.append(fault(desk))

    return arm


INSTANTS: dict[str, Arm] = {
    "at once": nothing,
    "in the middle of a flush": when_asked_of(":batchUpdate", "sheets"),
    "before the message": when_asked_of("/messages", "discord"),
    "after Google applied": after_applying(lambda _: sheets_faults.hang(path=":batchUpdate", applied=True), "sheets"),
    "after Discord posted": after_applying(
        lambda _: discord_faults.hang("/messages$", method="POST", applied=True), "discord"
    ),
}


def has_come(desk: LocalDesk) -> bool:
    """Whether what was armed has happened: the hooks are gone, the faults used up."""
    armed = [*desk.sheets.before, *desk.discord.before]
    return not armed and all(fault.times == 0 for fault in (*desk.sheets.faults, *desk.discord.faults))


async def open_and_resolve(desk: LocalDesk) -> Thread:
    thread = desk.world.open_thread(desk.forum, desk.customer, "Kill me", tags=["Engineering"])
    await asyncio.sleep(0)
    desk.world.reply(thread, desk.staff, "On it")
    desk.world.add_tag(thread, "resolved")
    return thread


@pytest.mark.parametrize("arm", INSTANTS.values(), ids=INSTANTS)
async def test_killed_at_any_instant_the_bot_ends_where_it_would_have_ended(desk: LocalDesk, arm: Arm) -> None:
    await desk.start_bot()
    before = desk.world.open_thread(desk.forum, desk.customer, "Before")
    await desk.until("✅", lambda: desk.is_ticked(before))
    arm(desk)
    thread = await open_and_resolve(desk)
    await desk.until("the instant", lambda: has_come(desk))
    await desk.kill_bot()
    desk.sheets.faults.clear()
    desk.discord.faults.clear()

    await desk.start_bot()
    await desk.until("✅", lambda: desk.is_ticked(thread))
    await desk.until("the message", lambda: desk.bot_messages(thread))
    await desk.until(
        "the message's id", lambda: desk.rows()[thread.id]["warning_message_id"] == str(desk.bot_messages(thread)[0].id)
    )
    assert await desk.stop_bot() == 0
    rows = desk.tab.records()
    assert [row["thread_id"] for row in rows] == [str(before.id), str(thread.id)]
    assert rows[1]["first_responded_by"] == "sam"
    assert rows[1]["type"] == "Engineering, resolved"
    assert len(desk.bot_messages(thread)) == 1


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_takes_at_most_ten_seconds_even_while_google_hangs(
    desk: LocalDesk, with_signal: signal.Signals
) -> None:
    await desk.start_bot()
    desk.sheets.faults.append(sheets_faults.hang(times=None))
    thread = desk.world.open_thread(desk.forum, desk.customer, "Waits")
    await desk.until("a request that hangs", lambda: len(desk.sheets.faults) and desk.log)
    started = time.monotonic()
    async with asyncio.timeout(15):
        assert await desk.stop_bot(with_signal) == 0
    assert time.monotonic() - started < 12
    assert desk.rows() == {}
    desk.sheets.faults.clear()
    await desk.start_bot()
    await desk.until("the row", lambda: thread.id in desk.rows())


async def test_what_can_be_delivered_at_a_stop_is_delivered(desk: LocalDesk) -> None:
    await desk.start_bot()
    threads = [desk.world.open_thread(desk.forum, desk.customer, f"Ticket {n}", tags=["resolved"]) for n in range(20)]
    await desk.until("the first row", desk.rows)
    assert await desk.stop_bot() == 0
    heard = [thread for thread in threads if thread.id in desk.rows()]
    assert heard
    assert all(desk.is_ticked(thread) and desk.bot_messages(thread) for thread in heard)


async def test_a_damaged_store_is_set_aside_and_made_good_from_sheet_and_forum(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    thread = world.open_thread(desk.forum, desk.customer, "Known before", tags=["Engineering"])
    world.reply(thread, desk.staff, "On it")
    world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    world.remove_tag(thread, "resolved")
    await desk.until("the count", lambda: desk.rows() and desk.rows()[thread.id]["reopen_count"] == 1)
    await desk.until("✅", lambda: desk.is_ticked(thread))
    assert await desk.stop_bot() == 0
    sheet = desk.tab.values()
    store = desk.folder / "data" / "tracker.sqlite3"
    store.write_bytes(b"\xff" * 20_000)

    await desk.start_bot()
    marker = world.open_thread(desk.forum, desk.customer, "marker")
    await desk.until("✅", lambda: desk.is_ticked(marker))
    assert await desk.stop_bot() == 0
    assert "is damaged" in desk.log
    assert [path.read_bytes() for path in store.parent.glob("*.damaged-*")] == [b"\xff" * 20_000]
    assert desk.tab.values()[: len(sheet)] == sheet
    assert len(desk.tab.values()) == len(sheet) + 1
    assert len(desk.bot_messages(thread)) == 1
