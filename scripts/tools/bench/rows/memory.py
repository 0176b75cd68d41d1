"""Memory: a long past in store and sheet, and an hour of a very busy forum on top of it, as fast as it goes.

Each ticket of that hour is opened, answered, discussed, retagged, resolved and archived; when it is done, nothing of it
should be left in memory.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from scripts.tools.bench.figures import Figure
from scripts.tools.bench.past import desk_with, pid_of, waiting_tickets
from scripts.tools.bench.process import resident_megabytes
from scripts.tools.bench.traffic import live
from tracker.sandbox.desk import LocalDesk

TITLE = "Memory"
_PATIENCE_SECONDS = 120.0
_MOST_KILOBYTES = 1.0
"""A ticket that is done may leave: less than what the bot knows of it, which is several times as much."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many tickets there are; and of the hour, its parts and how many tickets each has."""

    tickets: int
    parts: int
    tickets_a_part: int


FULL = Size(tickets=100_000, parts=12, tickets_a_part=100)
QUICK = Size(tickets=100_000, parts=6, tickets_a_part=100)


async def measure(size: Size) -> list[Figure]:
    """Memory after each part of the hour."""
    async with desk_with(size.tickets, quota=False) as desk:
        desk.world.grant("MANAGE_THREADS")  # for messages in the archive
        await desk.start_bot()
        after = [await _after_part(desk, number, size.tickets_a_part) for number in range(size.parts)]
    # The first parts fill what is kept of the latest tickets, and the libraries' own caches.
    settled = after[len(after) // 3 :]
    grown = (settled[-1] - settled[0]) * 1024 / (len(settled) - 1) / size.tickets_a_part
    return [
        Figure(what=f"memory, {size.tickets:,} tickets", rounds=tuple(after), unit="MB"),
        Figure(what="growth with each ticket that is done", rounds=(grown,), unit="KB", at_most=_MOST_KILOBYTES),
        Figure(what="memory at the hour's end / a third into it", rounds=(settled[-1] / settled[0],), at_most=1.02),
    ]


async def _after_part(desk: LocalDesk, number: int, tickets: int) -> float:
    """Let some tickets live their lives; the memory when all of it is done."""
    threads = live(desk, [f"Ticket {number}.{each}" for each in range(tickets)])
    await desk.until(
        "everything to be announced",
        lambda: all(map(desk.bot_messages, threads)),  # those that were in the archive before get no ✅
        _PATIENCE_SECONDS,
    )
    await desk.until("everything to be written", lambda: waiting_tickets(desk) == 0, _PATIENCE_SECONDS)
    await asyncio.sleep(1)
    return resident_megabytes(pid_of(desk))
