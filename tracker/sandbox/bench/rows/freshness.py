"""Freshness: one event at a time, and how long until its cell can be read, while Google takes its time.

The bot reads, writes and has each write verified; the naive bot finds the row and writes. Both take turns, round by
round, on desks of their own. What the local Google Sheets itself is busy with is left out, as it has nothing to do with
how long Google takes: both bots are on the way for a read and half a write, and what differs is what they add to it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from aiohttp import web

from tracker.sandbox.bench.figures import Figure, ratios
from tracker.sandbox.bench.past import desk_with
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sheet.table.columns import NAMES

TITLE = "Freshness"
_LATENCY = 0.15
_ROWS = 1_000
"""How many tickets the sheets have: a desk's first months."""

_APART_SECONDS = 1.25
"""Of two events: the bot's own pause to keep Google's quota is over then."""

_LOOK_SECONDS = 0.001
_PATIENCE_SECONDS = 10.0
_BOTS = ("tracker", "tracker.sandbox.bench.peers.naive_gspread")


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many rounds of how many events for each bot."""

    events: int
    rounds: int


FULL = Size(events=9, rounds=5)
QUICK = Size(events=5, rounds=2)


async def measure(size: Size) -> list[Figure]:
    """From the event to its cell, for the bot and for the naive one."""
    async with AsyncExitStack() as exit_stack:
        desks = [await exit_stack.enter_async_context(desk_with(_ROWS)) for _ in _BOTS]
        threads = [await _begin(desk, module) for desk, module in zip(desks, _BOTS, strict=True)]
        rounds: tuple[list[float], list[float]] = ([], [])
        for number in range(size.rounds):
            for of_bot, desk, thread in zip(rounds, desks, threads, strict=True):
                taken = [await _renamed(desk, thread, f"Title {number}.{event}") for event in range(size.events)]
                of_bot.append(median(taken))
    ours, naive = rounds
    return [
        Figure(what="from event to cell, bot", rounds=tuple(each * 1000 for each in ours), unit="ms"),
        Figure(what="from event to cell, naive bot over gspread", rounds=tuple(e * 1000 for e in naive), unit="ms"),
        Figure(what="bot / naive bot", rounds=ratios(ours, naive), at_most=1.0),
    ]


async def _begin(desk: LocalDesk, module: str) -> Thread:
    """A bot that knows a thread, and Google as far away as it is."""
    await desk.start_bot(module)
    thread = desk.world.open_thread(desk.forum, desk.customer, "First title")
    await desk.until("the row", lambda: thread.id in desk.rows())
    desk.sheets.latency = _LATENCY
    return thread


async def _renamed(desk: LocalDesk, thread: Thread, title: str) -> float:
    """Let the thread be renamed; the seconds until the write with the new title is carried out."""
    await asyncio.sleep(_APART_SECONDS)
    row = next(number for number, cells in enumerate(desk.tab.values()) if cells[:1] == [str(thread.id)])
    column = NAMES.index("title")
    carried_out: list[float] = []

    def note(_: web.Request) -> None:
        carried_out.append(time.perf_counter())

    desk.sheets.requests.clear()
    desk.sheets.before.append(note)
    began = time.perf_counter()
    desk.world.rename(thread, title)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while desk.tab.cell(row, column).value != title:  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(_LOOK_SECONDS)
    desk.sheets.before.remove(note)
    return carried_out[-1] - began - sum(request.seconds for request in desk.sheets.requests)
