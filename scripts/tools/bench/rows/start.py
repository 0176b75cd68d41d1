"""Start: the shipped command with a long past in store and sheet, and tickets waiting to be written."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from scripts.tools.bench.figures import Figure
from scripts.tools.bench.past import SPARE_ROWS, desk_with, pid_of, requests_to_sheets, waiting_tickets
from scripts.tools.bench.process import cpu_seconds, most_resident_megabytes
from tracker.domain.ticket import Ticket
from tracker.sheet.repository import ROWS_A_WRITE
from tracker.sheet.write.reader import LINKS_A_READ

TITLE = "Start"
_PATIENCE_SECONDS = 120.0
_REQUESTS, _REQUESTS_A_WRITE = 3, 2
"""To find the tab, its header and its ids; then a look and a write for each so many rows as go into one write.

The links of a long tab are read in parts besides, so that no answer is over a megabyte.
"""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many tickets there are, how many of them wait, how often it starts."""

    tickets: int
    waiting: int
    rounds: int


FULL = Size(tickets=50_000, waiting=500, rounds=5)
QUICK = Size(tickets=50_000, waiting=500, rounds=1)


async def measure(size: Size) -> list[Figure]:
    """CPU until the bot listens, its memory when everything is written, and the requests for that."""
    listening, memory, requests, nothing = [], [], [], []
    for _ in range(size.rounds):
        async with desk_with(0) as desk:
            await desk.start_bot()
            nothing.append(cpu_seconds(pid_of(desk)))
        async with desk_with(size.tickets, change=_renamed, changed=size.waiting) as desk:
            await desk.start_bot()
            listening.append(cpu_seconds(pid_of(desk)))
            await desk.until("everything to be written", lambda: waiting_tickets(desk) == 0, _PATIENCE_SECONDS)
            memory.append(most_resident_megabytes(pid_of(desk)))
            requests.append(float(requests_to_sheets(desk)))
    parts = math.ceil((size.tickets + SPARE_ROWS) / LINKS_A_READ)
    fewest = _REQUESTS + (parts if parts > 1 else 0) + _REQUESTS_A_WRITE * math.ceil(size.waiting / ROWS_A_WRITE)
    return [
        Figure(what="CPU until it listens", rounds=tuple(listening), unit="s", at_most=2.0),
        Figure(what="of that, with nothing in store and sheet", rounds=tuple(nothing), unit="s"),
        Figure(what="most memory", rounds=tuple(memory), unit="MB", at_most=150.0),
        Figure(what="Sheets requests until what waited is written", rounds=tuple(requests), at_most=fewest),
    ]


def _renamed(ticket: Ticket) -> Ticket:
    return replace(ticket, title=f"{ticket.title}, still")
