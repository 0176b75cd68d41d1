"""Growth with the sheet: what one flush of a few changes costs, whatever the number of rows above and around them.

The whole right side of the bot in this process: store, delivery, repository, gspread, and a real socket to the local
Google Sheets, whose own part is not counted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from statistics import median

from tracker.domain.events import ThreadSeen
from tracker.sandbox.bench.figures import Figure, ratios
from tracker.sandbox.bench.past import desk_with, settings_of
from tracker.sandbox.desk import LocalDesk
from tracker.sheet.delivery import SheetDelivery
from tracker.sheet.journal import Journal
from tracker.sheet.pace import Pace
from tracker.sheet.repository import SheetRepository
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.wiring import desk_of, now, rules_of, sheet_of

TITLE = "Growth with the sheet"
_CHANGES = 10
_LOOK_SECONDS = 0.001
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many rows the sheets have, and how often each is written."""

    rows: tuple[int, ...]
    flushes: int
    rounds: int


FULL = Size(rows=(100, 10_000, 100_000), flushes=20, rounds=5)
QUICK = Size(rows=(100, 10_000, 100_000), flushes=5, rounds=3)


@dataclass(kw_only=True)
class Office:
    """A desk with its right side at work in this process."""

    desk: LocalDesk
    store: Store
    tracking: Tracking
    threads: Sequence[int]
    number: int = 0
    taken: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)

    async def flush(self) -> None:
        """Let tickets all over the sheet change at once, and take down what bringing them there cost."""
        self.number += 1
        self.desk.sheets.requests.clear()
        step = len(self.threads) // _CHANGES
        began = time.perf_counter()
        for thread_id in self.threads[self.number % step :: step][:_CHANGES]:
            ticket = self.store.ticket(thread_id)
            if ticket is not None:
                self.tracking.record(
                    ThreadSeen(
                        thread_id=thread_id,
                        guild_id=ticket.guild_id,
                        author_id=ticket.author_id,
                        title=f"{self.number} times another title",
                        tags=ticket.tags,
                        newly_created=False,
                        at=now(),
                        archived=True,
                    )
                )
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while self.store.count_pending_rows():  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(_LOOK_SECONDS)
        seconds = time.perf_counter() - began
        requests = self.desk.sheets.requests
        self.taken.append(seconds - sum(request.seconds for request in requests))
        self.bytes.append(sum(request.received + request.sent for request in requests))


async def measure(size: Size) -> list[Figure]:
    """Time and bytes of a flush by the number of rows, each against the smallest sheet's."""
    async with AsyncExitStack() as exit_stack:
        offices = [await exit_stack.enter_async_context(_office(count)) for count in size.rows]
        for office in offices:
            await office.flush()  # the first one after a start looks at more
        taken: list[list[float]] = [[] for _ in offices]
        sent: list[list[float]] = [[] for _ in offices]
        for _ in range(size.rounds):
            for number, office in enumerate(offices):
                office.taken, office.bytes = [], []
                for _ in range(size.flushes):
                    await office.flush()
                taken[number].append(median(office.taken))
                sent[number].append(median(office.bytes))
    smallest = Figure(
        what=f"a flush of {_CHANGES} changes, {size.rows[0]:,} rows",
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
    async with desk_with(count, quota=False) as desk, AsyncExitStack() as exit_stack:
        settings = settings_of(desk)
        executor = exit_stack.enter_context(ThreadPoolExecutor(max_workers=1))
        store = exit_stack.enter_context(closing(Store.open(desk.folder / "data")))
        repository = SheetRepository(sheet_of(settings), settings.sheet_name, Journal(desk.folder / "data"))
        tracking = Tracking(store, rules_of(settings, store), now, lambda: delivery.wake())  # noqa: PLW0108 - it is made below
        delivery = SheetDelivery(
            store=store,
            repository=repository,
            tracking=tracking,
            desk=desk_of(settings),
            executor=executor,
            pace=Pace(interval=0, burst=1),
        )
        work = asyncio.create_task(delivery.run())
        try:
            threads = [int(thread_id) for thread_id in desk.rows()]
            yield Office(desk=desk, store=store, tracking=tracking, threads=threads)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
