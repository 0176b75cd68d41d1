"""What a ticket's history amounts to: how it stands, and whether its first answer came in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from tracker.domain.pauses import time_outside
from tracker.domain.ticket import Ticket

FIGURES_SHOWN = "figures_shown"
"""The fact that says whether the sheet shows figures (`yes`), so that a change of nothing else is one for the sheet."""

Elapsed = Callable[[datetime, datetime], timedelta]
"""How the time from one moment to another is reckoned: all of it, or business time."""


class Status(StrEnum):
    """How a ticket stands. Each value is a cell of the sheet."""

    WAITING = "waiting"
    OPEN = "open"
    RESOLVED = "resolved"
    DELETED = "deleted"


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


def status_of(ticket: Ticket) -> Status:
    """Whether the ticket waits for its first answer, is open, resolved or deleted."""
    if ticket.deleted:
        return Status.DELETED
    if ticket.is_resolved:
        return Status.RESOLVED
    return Status.WAITING if ticket.first_answer is None else Status.OPEN


def elapsed(start: datetime, end: datetime) -> timedelta:
    """All the time from `start` to `end`."""
    return end - start


def first_response_of(ticket: Ticket, elapsed: Elapsed) -> timedelta | None:
    """The time until the first answer; None where there is none."""
    return None if ticket.answered_at is None else elapsed(ticket.created_at, ticket.answered_at)


def resolution_of(ticket: Ticket, elapsed: Elapsed) -> timedelta | None:
    """The time until the latest resolution, but for the pauses in which it was the asker's turn."""
    if ticket.resolved_at is None:
        return None
    return time_outside(ticket.pauses, ticket.created_at, ticket.resolved_at, elapsed)


def figures_look_the_same(before: Ticket, after: Ticket) -> bool:
    """Whether nothing differs that the columns of figures show."""
    return _shown_in_figures(before) == _shown_in_figures(after)


def _shown_in_figures(ticket: Ticket) -> tuple[object, ...]:
    resolution = None if ticket.resolved_at is None else (ticket.resolved_at, ticket.pauses)
    return (status_of(ticket), sla_of(ticket), ticket.due_at, ticket.first_answer, resolution)
