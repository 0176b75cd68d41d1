"""Freshness: one event at a time, how long until its cell can be read, and how much comes back for it.

The bot reads, writes and has each write verified; the naive bot finds the row and writes. Both take turns, event by
event, on desks of their own: with Google as far away as it is, and with nothing in between, where all that is left is
what the two do themselves. There the naive bot is at its best in an empty sheet, as gspread's `find` fetches the whole
tab. What the local Google Sheets is busy with is left out, as it has nothing to do with how long Google takes: both
bots are on the way for a read and half a write, and what differs is what they add to it.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from aiohttp import web

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.past import desk_with
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sheet.table.columns import NAMES

TITLE = "Freshness"
_MOST_BYTES = 4_000
"""May come back for one changed cell: all answers to one flush, the look and the write."""

_APART_SECONDS = 0.65
"""After an event of either bot: by the next of its own, its pause to keep Google's quota is over."""

_LOOK_SECONDS = 0.001
_PATIENCE_SECONDS = 10.0
_BOTS = ("tracker", "scripts.tools.bench.peers.naive_gspread")


@dataclass(frozen=True, kw_only=True)
class Case:
    """How many tickets the sheet has, the seconds of a round trip to Google, and what the bot has to reach there.

    `most_times` is how many times as long as the naive bot it may take.
    """

    rows: int
    latency: float
    most_times: float

    def __str__(self) -> str:
        return f"{self.rows:,} rows, {self.latency * 1000:.0f} ms away"


@dataclass(frozen=True, kw_only=True)
class Size:
    """Where, and how many rounds of how many events there are for each bot."""

    cases: tuple[Case, ...]
    events: int
    rounds: int


_CASES = (
    Case(rows=1_000, latency=0.15, most_times=1.1),  # a desk's first months, and Google as it is
    Case(rows=1_000, latency=0.0, most_times=1.5),
    Case(rows=0, latency=0.0, most_times=1.5),
)
FULL = Size(cases=_CASES, events=9, rounds=5)
QUICK = Size(cases=_CASES, events=5, rounds=3)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What one event took: the seconds until its write was carried out, and the bytes of all answers to its flush."""

    seconds: float
    answered: int


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A desk with a bot that knows a thread."""

    desk: LocalDesk
    thread: Thread

    async def renamed(self, title: str) -> Taken:
        """Let the thread be renamed, and take down what that took."""
        desk = self.desk
        row = next(number for number, cells in enumerate(desk.tab.values()) if cells[:1] == [str(self.thread.id)])
        column = NAMES.index("title")
        carried_out: list[float] = []

        def note(_: web.Request) -> None:
            carried_out.append(time.perf_counter() - sum(request.seconds for request in desk.sheets.requests))

        desk.sheets.requests.clear()
        desk.sheets.before.append(note)
        began = time.perf_counter()
        desk.world.rename(self.thread, title)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while desk.tab.cell(row, column).value != title:  # noqa: ASYNC110 - another process makes it true
                await asyncio.sleep(_LOOK_SECONDS)
        desk.sheets.before.remove(note)
        await asyncio.sleep(_APART_SECONDS)
        return Taken(seconds=carried_out[-1] - began, answered=sum(request.sent for request in desk.sheets.requests))


async def measure(size: Size) -> list[Figure]:
    """From the event to its cell, for the bot and for the naive one, and the bytes of the answers."""
    figures: list[Figure] = []
    answered: tuple[list[float], list[float]] = ([], [])
    for case in size.cases:
        seconds: tuple[list[float], list[float]] = ([], [])
        async with AsyncExitStack() as exit_stack:
            desks = [await exit_stack.enter_async_context(desk_with(case.rows)) for _ in _BOTS]
            bots = [await _begin(desk, module, case) for desk, module in zip(desks, _BOTS, strict=True)]
            for number in range(size.rounds):
                titles = [f"Title {number}.{event}" for event in range(size.events)]
                taken = [[await bot.renamed(title) for bot in bots] for title in titles]
                for of_bot, all_seconds, all_answered in zip(zip(*taken, strict=True), seconds, answered, strict=True):
                    all_seconds.append(median(each.seconds for each in of_bot))
                    all_answered.append(median(each.answered for each in of_bot))
        ours, naive = seconds
        figures += [
            Figure(what=f"event to cell, bot ({case})", rounds=tuple(each * 1000 for each in ours), unit="ms"),
            Figure(what=f"event to cell, naive bot ({case})", rounds=tuple(each * 1000 for each in naive), unit="ms"),
            Figure(what=f"bot / naive bot ({case})", rounds=ratios(ours, naive), at_most=case.most_times),
        ]
    ours, naive = answered
    return [
        *figures,
        Figure(what="bytes that come back for a changed cell", rounds=tuple(ours), unit="B", at_most=_MOST_BYTES),
        Figure(what="bytes that come back to the naive bot", rounds=tuple(naive), unit="B"),
    ]


async def _begin(desk: LocalDesk, module: str, case: Case) -> Watched:
    """A bot that knows a thread and has written its row, and Google as far away as it is."""
    await desk.start_bot(module)
    thread = desk.world.open_thread(desk.forum, desk.customer, "First title")
    await desk.until("the row", lambda: thread.id in desk.rows())
    desk.sheets.latency = case.latency
    await asyncio.sleep(_APART_SECONDS)
    return Watched(desk=desk, thread=thread)
