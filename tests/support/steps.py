"""What many of these tests do and look at."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import web

from tracker.reconcile.reconciliation import HEARD_UNTIL
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.store import Store

KOLKATA = ZoneInfo("Asia/Kolkata")


def shown(at: datetime) -> str:
    """A moment as the sheet shows it."""
    return at.astimezone(KOLKATA).strftime("%Y-%m-%d %H:%M:%S")


def shown_rows(desk: LocalDesk) -> dict[int, dict[str, str | None]]:
    """The sheet's rows as a person sees them, by thread id."""
    header, *rows = desk.tab.shown()
    return {int(row[0] or 0): dict(zip(map(str, header), row, strict=False)) for row in rows if row and row[0]}


async def opened(desk: LocalDesk, *titles: str, tag: str = "billing") -> list[Thread]:
    """New threads that have gone all the way."""
    threads = [desk.world.open_thread(desk.forum, desk.customer, title, tags=[tag]) for title in titles]
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads))
    return threads


async def all_heard(desk: LocalDesk) -> None:
    """Wait until a new ticket has gone all the way: what was recorded before it is in the sheet, too."""
    await opened(desk, "marker")


async def compared(desk: LocalDesk, since: datetime) -> None:
    """Wait until the bot, described the forum anew since that moment, has compared it with its store."""
    await desk.until("the comparison", lambda: (heard_until(desk) or since) > since)


async def start_and_compare(desk: LocalDesk) -> None:
    """Start the bot and wait until it has compared the forum with its store."""
    before = datetime.now(UTC)
    await desk.start_bot()
    await compared(desk, before)


def heard_until(desk: LocalDesk) -> datetime | None:
    """Until when the bot knows everything, as its store has it for the next start."""
    known = fact(desk, HEARD_UNTIL)
    return None if known is None else datetime.fromisoformat(known)


def fact(desk: LocalDesk, name: str) -> str | None:
    """What the store of the bot, which may run, knows by this name."""
    with closing(sqlite3.connect(f"file:{store_of(desk)}?mode=ro", uri=True)) as database:
        found = database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found[0])


def is_hidden(desk: LocalDesk) -> bool:
    """Whether the bot knows that it may not view the forum."""
    return "hidden" in (fact(desk, "blindness") or "")


def refused(desk: LocalDesk) -> int:
    """How many requests Google has not carried out as it was in trouble."""
    return sum(request.status == HTTPStatus.SERVICE_UNAVAILABLE for request in desk.sheets.requests)


async def a_second_passes() -> None:
    """Let what comes next have another time in the sheet: Discord and the bot have real clocks."""
    await asyncio.sleep(1.05)


def time_passes(desk: LocalDesk, span: timedelta) -> None:
    """Leave the bot that was stopped a store as if it had begun, been stopped, and missed its deadlines long ago."""
    then = datetime.now(UTC) - span
    with closing(Store.open(store_of(desk).parent)) as store, store.transaction():
        for name in ("tracking_since", "heard_until"):
            assert store.facts.find(name) is not None
            store.facts.set(name, then.isoformat(timespec="microseconds"))
        for ticket in list(store.tickets.unanswered()):
            if ticket.alert_due_at is not None:
                store.tickets.save(replace(ticket, alert_due_at=then), shown=False)


def a_heartbeat_was_answered(desk: LocalDesk) -> None:
    """Leave the stopped bot a store as if a heartbeat (one is sent every 41 s) had been answered just before."""
    with closing(Store.open(store_of(desk).parent)) as store:
        assert store.facts.find("heard_until") is not None
        store.facts.set("heard_until", datetime.now(UTC).isoformat(timespec="microseconds"))


def store_of(desk: LocalDesk) -> Path:
    """The bot's store."""
    return desk.folder / "data" / "tracker.sqlite3"


def is_stored(desk: LocalDesk, thread: Thread) -> bool:
    """Whether the bot has recorded the thread for good; it may not have a store yet."""
    try:
        with closing(sqlite3.connect(f"file:{store_of(desk)}?mode=ro", uri=True)) as database:
            return bool(database.execute("SELECT 1 FROM tickets WHERE thread_id = ?", (thread.id,)).fetchall())
    except sqlite3.OperationalError:
        return False


def once_during_a_write(desk: LocalDesk, deed: Callable[[], None]) -> None:
    """Let a person act immediately before the next write is carried out."""

    def hook(request: web.Request) -> None:
        if request.path.endswith(":batchUpdate"):
            desk.sheets.before.remove(hook)
            deed()

    desk.sheets.before.append(hook)
