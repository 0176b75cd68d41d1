"""What those columns of figures may show that no deed fixes alone: deadlines, verdicts, pauses, activity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from scripts.tools.chaos.agreement import open_time
from scripts.tools.chaos.model import Ticket, Value
from tracker.sandbox.expected import serial

_SECONDS_A_DAY = 86_400
_LATE = timedelta(seconds=20)
"""Within this time the bot hears of what has no time of its own, a tag or a deletion."""

_CLOCK_LATE = timedelta(seconds=2)
"""Within this time it notices that a deadline has passed."""

_VERDICTS = {"running", "met", "missed", None}


@dataclass(frozen=True, kw_only=True)
class Due:
    """By when a ticket has to be answered: a moment, or between two where it depends on when the bot heard of tags."""

    first: datetime
    last: datetime


def due_of(ticket: Ticket, now: datetime, *, may_miss: bool) -> Due:
    """The deadline. Who hears of a ticket late (`may_miss`) may take it for another team's."""
    agreement = ticket.agreement
    spans = {ticket.span, *((agreement.span, *agreement.team_spans.values()) if may_miss else ())}
    last = agreement.after(ticket.created_at, max(spans))
    if agreement.business and ticket.stops:
        last = agreement.after(now, max(spans))
    return Due(first=agreement.after(ticket.created_at, min(spans)), last=last)


def may_show_figure(ticket: Ticket, column: str, value: Value, now: datetime, *, may_miss: bool) -> bool:
    """Whether a cell may hold this value at this moment."""
    return _RULES[column](ticket, value, now, may_miss)


def _sla_due(ticket: Ticket, value: Value, now: datetime, may_miss: bool) -> bool:  # noqa: FBT001 - one of the rules
    due = due_of(ticket, now, may_miss=may_miss)
    return isinstance(value, float) and serial(due.first) <= value <= serial(due.last)


def _sla(ticket: Ticket, value: Value, now: datetime, may_miss: bool) -> bool:  # noqa: FBT001 - as above
    if may_miss and (ticket.deleted or ticket.stops):
        return value in _VERDICTS
    return value in _verdicts(ticket, due_of(ticket, now, may_miss=may_miss), now)


def _verdicts(ticket: Ticket, due: Due, now: datetime) -> set[str | None]:
    answered = ticket.first_answer[1] if ticket.first_answer else None
    stopped = ticket.stops[-1].start if ticket.stops and ticket.stops[-1].end is None else None
    allowed: set[str | None] = set()
    if answered is not None and (stopped is None or answered - stopped < _LATE):
        allowed |= {"missed"} if answered > due.first else set()
        allowed |= {"met"} if answered <= due.last else set()
    if stopped is not None:
        allowed |= {"missed"} if stopped + _LATE > due.first else set()
        allowed |= {None} if stopped <= due.last else set()
    if answered is None and stopped is None:
        allowed |= {"missed"} if (ticket.deleted_at or now) > due.first else set()
        if ticket.deleted_at is not None:
            allowed.add(None)
        elif now <= due.last + _CLOCK_LATE:
            allowed.add("running")
    return allowed


def _resolution(elapsed: Callable[[datetime, datetime], timedelta]) -> Callable[[Ticket, Value, datetime, bool], bool]:
    def may_be(ticket: Ticket, value: Value, now: datetime, may_miss: bool) -> bool:  # noqa: FBT001 - as above
        if not ticket.resolutions:
            return value is None
        if not isinstance(value, float):
            return False
        resolved, shown = ticket.resolutions[-1], timedelta(seconds=round(value * _SECONDS_A_DAY))
        opened_so = resolved == ticket.created_at  # which is noticed when the bot hears of the ticket
        if may_miss or ticket.pause_in_doubt or opened_so:
            return timedelta() <= shown <= elapsed(ticket.created_at, now)
        pauses = [(pause.start, min(pause.end or resolved, resolved)) for pause in ticket.pauses]
        paused = sum((elapsed(start, end) for start, end in pauses if start < end), timedelta())
        return abs(shown - (elapsed(ticket.created_at, resolved) - paused)) <= _LATE

    return may_be


def _waiting_on(_: Ticket, value: Value, __: datetime, ___: bool) -> bool:  # noqa: FBT001 - as above
    """It waits for a quiet moment, which comes after the history."""
    return value in ("us", "asker", None)


def _staff_replies(ticket: Ticket, value: Value, _: datetime, __: bool) -> bool:  # noqa: FBT001 - as above
    return value is None or (isinstance(value, float) and value in range(len(ticket.answers) + 1))


def _last_activity(ticket: Ticket, value: Value, now: datetime, _: bool) -> bool:  # noqa: FBT001 - as above
    return value is None or (isinstance(value, float) and serial(ticket.created_at) <= value <= serial(now))


_RULES: dict[str, Callable[[Ticket, Value, datetime, bool], bool]] = {
    "sla_due": _sla_due,
    "sla": _sla,
    "resolution": _resolution(lambda start, end: end - start),
    "resolution_business": _resolution(open_time),
    "waiting_on": _waiting_on,
    "staff_replies": _staff_replies,
    "last_activity": _last_activity,
}
