"""Growth with the sheet: what one flush of a few changes costs, whatever the number of rows above and around them.

The whole right side of the bot: store, delivery, repository, gspread, and a real socket to the local Google Sheets,
whose own part is not counted. It has a process of its own, so that what the local Google does to the processor's caches
is not counted either.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.past import desk_with
from scripts.tools.bench.peers.right_side import CHANGES
from tracker.sandbox.desk import LocalDesk

TITLE = "Growth with the sheet"
_MODULE = "scripts.tools.bench.peers.right_side"
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many rows the sheets have, and how often each is written."""

    rows: tuple[int, ...]
    flushes: int
    rounds: int


FULL = Size(rows=(100, 10_000, 100_000), flushes=50, rounds=5)
QUICK = Size(rows=(100, 10_000, 100_000), flushes=10, rounds=3)


@dataclass(kw_only=True)
class Office:
    """A desk with its right side at work in a process of its own."""

    desk: LocalDesk
    process: asyncio.subprocess.Process
    answers: asyncio.StreamReader
    taken: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)

    async def flush(self) -> None:
        """Let tickets all over the sheet change at once, and take down what bringing them there cost."""
        self.desk.sheets.requests.clear()
        self.process.send_signal(signal.SIGUSR1)
        seconds = await self.seconds()
        requests = self.desk.sheets.requests
        self.taken.append(seconds - sum(request.seconds for request in requests))
        self.bytes.append(sum(request.received + request.sent for request in requests))

    async def seconds(self) -> float:
        """How long the process says that it took."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return float(json.loads(await self.answers.readline())["seconds"])


async def measure(size: Size) -> list[Figure]:
    """Time and bytes of a flush by the number of rows, each against the smallest sheet's."""
    async with AsyncExitStack() as exit_stack:
        offices = [await exit_stack.enter_async_context(_office(count)) for count in size.rows]
        taken: list[list[float]] = [[] for _ in offices]
        sent: list[list[float]] = [[] for _ in offices]
        for _ in range(size.rounds):
            for office in offices:
                office.taken, office.bytes = [], []
            for _ in range(size.flushes):
                # In turns, so that whatever else the machine does at the moment slows all of them.
                for office in offices:
                    await office.flush()
            for number, office in enumerate(offices):
                taken[number].append(median(office.taken))
                sent[number].append(median(office.bytes))
    smallest = Figure(
        what=f"a flush of {CHANGES} changes, {size.rows[0]:,} rows",
        rounds=tuple(each * 1000 for each in taken[0]),
        unit="ms",
    )
    figures = [smallest, Figure(what="bytes on the wire", rounds=tuple(sent[0]), unit="B")]
    for number, count in enumerate(size.rows[1:], start=1):
        figures += [
            Figure(what=f"time with {count:,} rows / smallest", rounds=ratios(taken[number], taken[0]), at_most=1.2),
            Figure(what=f"bytes with {count:,} rows / smallest", rounds=ratios(sent[number], sent[0]), at_most=1.2),
        ]
    return figures


@asynccontextmanager
async def _office(count: int) -> AsyncIterator[Office]:
    async with desk_with(count, quota=False) as desk:
        process = await desk.launch(_MODULE, output=asyncio.subprocess.PIPE)
        try:
            if process.stdout is None:
                raise AssertionError
            office = Office(desk=desk, process=process, answers=process.stdout)
            await office.seconds()  # the first one after a start looks at more
            yield office
        finally:
            process.kill()
            await process.wait()
