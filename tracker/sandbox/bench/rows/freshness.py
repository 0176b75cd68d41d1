"""Freshness: one event at a time, and how long until its cell can be read, while Google takes its time.

The bot reads, writes and has each write verified; the naive bot finds the row and writes. Both take turns, round by
round, on desks of their own.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from tracker.sandbox.bench.figures import Figure, ratios
from tracker.sandbox.bench.past import desk_with
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread

TITLE = "Freshness"
_LATENCY = 0.15
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
        desks = [await exit_stack.enter_async_context(desk_with(0)) for _ in _BOTS]
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
    """Let the thread be renamed; the seconds until the sheet has the new title."""
    await asyncio.sleep(_APART_SECONDS)
    began = time.perf_counter()
    desk.world.rename(thread, title)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while desk.rows()[thread.id]["title"] != title:  # noqa: ASYNC110 - another process makes it true
            await asyncio.sleep(_LOOK_SECONDS)
    return time.perf_counter() - began
