"""What a ticket's history amounts to: how it stands, and whether its first answer came in time."""

from __future__ import annotations

from enum import StrEnum

from tracker.domain.ticket import Ticket


class Sla(StrEnum):
    """How a promise of a first answer stands. Each value is a cell of the sheet."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"


def sla_of(ticket: Ticket) -> Sla | None:
    """How the ticket's first-response clock stands; None where there is none, or where it ended with no verdict.

    The clock ends with the answer or a resolution, whichever came first, or with the thread. What was resolved in time
    and without an answer is neither met nor missed, also where somebody answers afterwards.
    """
    due = ticket.due_at
    if due is None:
        return None
    answered = ticket.answered_at
    stopped = ticket.stops[-1].start if ticket.stops and ticket.stops[-1].end is None else None
    if stopped is not None and (answered is None or stopped < answered):
        return Sla.MISSED if stopped > due else None
    if answered is not None:
        return Sla.MISSED if answered > due else Sla.MET
    if ticket.missed:
        return Sla.MISSED
    return None if ticket.deleted or ticket.is_resolved else Sla.RUNNING
