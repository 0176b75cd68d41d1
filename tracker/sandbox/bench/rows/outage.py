"""After an outage: thousands of tickets changed while Google was out of reach, and it is back.

The fewest requests that could do: the bodies of all writes, packed into 2 MB each, and a read for each of these. What
has to be read once after any outage (where the rows are) is not counted. Google recommends nothing for the size of
answers; it is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from tracker.domain.ticket import Ticket
from tracker.sandbox.bench.figures import Figure, ratios
from tracker.sandbox.bench.past import desk_with, waiting_tickets
from tracker.sandbox.service import LoggedRequest
from tracker.sandbox.sheets.faults import service_unavailable

TITLE = "After an outage"
_MOST_BYTES = 2_000_000
"""Of a request, as Google recommends."""

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
    """Requests until everything is written, and the fewest possible."""
    used, fewest, largest, answers, seconds = [], [], [], [], []
    for _ in range(size.rounds):
        async with desk_with(size.tickets, change=_resolved_again, changed=size.changed) as desk:
            down = service_unavailable(times=None)
            desk.sheets.faults.append(down)
            await desk.start_bot()
            await desk.until("a failed write", lambda: "tickets wait; next attempt" in desk.log)
            desk.sheets.faults.remove(down)
            desk.sheets.requests.clear()
            await desk.until("everything to be written", lambda: waiting_tickets(desk) == 0, _PATIENCE_SECONDS)
            reads = [request for request in desk.sheets.requests if request.path.endswith(":getByDataFilter")]
            writes = [request for request in desk.sheets.requests if request.path.endswith(":batchUpdate")]
            used.append(float(len(reads) + len(writes)))
            fewest.append(2.0 * _packed(writes))
            largest.append(max(request.received for request in (*reads, *writes)) / 1e6)
            answers.append(max(request.sent for request in (*reads, *writes)) / 1e6)
            seconds.append(writes[-1].answered - reads[0].answered)
    return [
        Figure(what="reads and writes", rounds=tuple(used)),
        Figure(what="the fewest possible", rounds=tuple(fewest)),
        Figure(what="used / fewest", rounds=ratios(used, fewest), at_most=1.2),
        Figure(what="largest body", rounds=tuple(largest), unit="MB"),
        Figure(what="largest answer", rounds=tuple(answers), unit="MB"),
        Figure(what="from the first read to the last write", rounds=tuple(seconds), unit="s"),
    ]


def _packed(requests: Iterable[LoggedRequest]) -> int:
    """How many requests would do if each were as large as it may be."""
    return math.ceil(sum(request.received for request in requests) / _MOST_BYTES)


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
