"""After an outage: thousands of tickets changed while Google was out of reach, and it is back, with its quotas.

The fewest requests that could do: a look and a write for each so many rows as go into one write. What has to be read
once after any outage (where all rows are) comes on top.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from datetime import timedelta

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.past import desk_with, waiting_tickets
from tracker.domain.ticket import Ticket
from tracker.sandbox.service import LoggedRequest
from tracker.sandbox.sheets.faults import service_unavailable
from tracker.sheet.repository import ROWS_A_WRITE

TITLE = "After an outage"
_MOST_MEGABYTES = 1.0
"""Of an answer."""

_MOST_SECONDS = 120.0
_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many tickets there are, how many of them changed, how often."""

    tickets: int
    changed: int
    rounds: int


FULL = Size(tickets=20_000, changed=10_000, rounds=3)
QUICK = Size(tickets=20_000, changed=10_000, rounds=1)


async def measure(size: Size) -> list[Figure]:
    """What is asked and answered until everything is written, and how long that takes."""
    used, fewest, largest, answers, where, refused, seconds = [], [], [], [], [], [], []
    for _ in range(size.rounds):
        async with desk_with(size.tickets, change=_resolved_again, changed=size.changed) as desk:
            down = service_unavailable(times=None)
            desk.sheets.faults.append(down)
            await desk.start_bot()
            await desk.until("a failed write", lambda: "tickets wait; next attempt" in desk.log)
            desk.sheets.faults.remove(down)
            desk.sheets.requests.clear()
            back = time.monotonic()
            await desk.until("everything to be written", lambda: waiting_tickets(desk) == 0, _PATIENCE_SECONDS)
            seconds.append(time.monotonic() - back)
            requests = desk.sheets.requests
            used.append(float(sum(map(_is_of_a_flush, requests))))
            fewest.append(2.0 * math.ceil(size.changed / ROWS_A_WRITE))
            largest.append(max(request.received for request in requests) / 1e6)
            answers.append(max(request.sent for request in requests if _is_of_a_flush(request)) / 1e6)
            where.append(max(request.sent for request in requests if not _is_of_a_flush(request)) / 1e6)
            refused.append(float(desk.sheets.quota.refused))
    return [
        Figure(what="looks and writes", rounds=tuple(used)),
        Figure(what="the fewest possible", rounds=tuple(fewest)),
        Figure(what="used / fewest", rounds=ratios(used, fewest), at_most=1.2),
        Figure(what="largest body", rounds=tuple(largest), unit="MB"),
        Figure(what="largest answer", rounds=tuple(answers), unit="MB", at_most=_MOST_MEGABYTES),
        Figure(
            what="largest answer that says where all rows are", rounds=tuple(where), unit="MB", at_most=_MOST_MEGABYTES
        ),
        Figure(what="requests over the quota", rounds=tuple(refused), at_most=0.0),
        Figure(
            what="from Google's return until all is written", rounds=tuple(seconds), unit="s", at_most=_MOST_SECONDS
        ),
    ]


def _is_of_a_flush(request: LoggedRequest) -> bool:
    """Whether it is a look or a write."""
    return request.path.endswith((":getByDataFilter", ":batchUpdate"))


def _resolved_again(ticket: Ticket) -> Ticket:
    """What a day without Google leaves of a ticket: retitled, reopened, retagged and resolved."""
    assert ticket.resolved_at is not None  # noqa: S101 - for the type checker: they all are
    assert ticket.resolved_message_id is not None  # noqa: S101 - the same
    return replace(
        ticket,
        title=f"{ticket.title}, still",
        tags=ticket.tags[1:],
        resolved_at=ticket.resolved_at + timedelta(days=1),
        resolved_message_id=ticket.resolved_message_id + 1,
        reopen_count=1,
    )
