"""What a row that is already in the sheet adds to a ticket: the memory of a store that is gone, or is an older copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tracker.domain.calls import with_next_call
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import RowFound, Tag
from tracker.domain.lifecycle import confirm_row
from tracker.domain.pauses import Pause, Pauses, is_paused, paused
from tracker.domain.rules import Rules
from tracker.domain.snowflakes import created_at, first_at
from tracker.domain.tagging import reopen
from tracker.domain.ticket import UNKNOWN_AUTHOR, Activity, Answer, Change, Ticket
from tracker.domain.wording import duration

_A_SECOND = timedelta(seconds=1)
_ALMOST_A_SECOND = timedelta(milliseconds=999)
_A_MOMENT = timedelta(milliseconds=1)


def adopt_row(ticket: Ticket, row: RowFound, rules: Rules) -> Change:
    """The ticket with what only its row still knows; what Discord knows better stays as Discord has it.

    For a ticket older than the store, the row's tags are those that were last heard of: what is different now was
    missed. One that is younger was met anew by a store put back from a backup, with all that was missed. The times
    that a row shows were cut to what is shown, so they are put back such that they show the same.
    """
    if ticket.in_sheet:
        return Change(ticket=ticket)
    known = replace(
        ticket,
        author_name=ticket.author_name if row.author_name in (None, UNKNOWN_AUTHOR) else row.author_name,
        first_answer=_earlier(ticket.first_answer, _answer(ticket, row)),
        activity=_activity(ticket, row),
    )
    known = _with_deadline(known, row, rules)
    if known.first_answer is not None:
        known = replace(known, alert_due_at=None)
    change = (_missed if ticket.adopted else _met_anew)(known, row, rules)
    confirmed = confirm_row(replace(change.ticket, pauses=_pauses(change.ticket, row)))
    return Change(ticket=confirmed.ticket, effects=(*confirmed.effects, *change.effects))


def _with_deadline(ticket: Ticket, row: RowFound, rules: Rules) -> Ticket:
    """The deadline that was fixed when the thread was opened, also under other settings than those of now.

    What was sent stays sent: a ticket for which people were alerted keeps the deadline of that. Nobody is called for
    one that passed before the thread was adopted.
    """
    if row.due_at is None or EffectKind.ALERT in ticket.called:
        return ticket
    if ticket.due_at is not None and timedelta() <= ticket.due_at - row.due_at < _A_SECOND:
        return ticket
    due = _within_its_second(row.due_at, ticket, row)
    fixed = replace(ticket, due_at=due, due_under=rules.sla.fingerprint, missed=ticket.missed or row.was_missed)
    if ticket.adopted and due <= row.at:
        has_passed_since = fixed.awaits_answer and not row.is_undecided
        return replace(fixed, alert_due_at=None, missed=fixed.missed or has_passed_since)
    return with_next_call(fixed, rules)


def _within_its_second(due: datetime, ticket: Ticket, row: RowFound) -> datetime:
    """The deadline that was cut to this second: most likely so long after a full one as the thread's creation.

    An answer in the same second is in time, or too late, as the row says.
    """
    if row.was_missed:
        return due
    return due + (_ALMOST_A_SECOND if ticket.first_answer else timedelta(microseconds=ticket.created_at.microsecond))


def _missed(ticket: Ticket, row: RowFound, rules: Rules) -> Change:
    """A resolution or reopening between the row's last writing and the adoption of the thread."""
    known = replace(
        ticket,
        resolved_at=ticket.resolved_at or _resolved_at(ticket, row),
        resolved_message_id=ticket.resolved_message_id or row.resolved_message_id,
        reopen_count=ticket.reopen_count + row.reopen_count,
    )
    was_resolved = _was_resolved(row, rules)
    if was_resolved and not ticket.is_resolved and ticket.reopen_count == 0:
        return _reopened(known, row, rules, number=known.reopen_count)
    if ticket.is_resolved and not (was_resolved or _tells_of_one(row)) and ticket.resolved_at is None:
        post = Effect(kind=EffectKind.POST_RESOLVED, thread_id=ticket.thread_id, number=known.reopen_count)
        known = replace(known, resolved_at=row.at)
        return Change(ticket=replace(known, stops=_stops(known, row, is_resolved=True)), effects=(post,))
    return Change(ticket=replace(known, stops=_stops(known, row, is_resolved=known.is_resolved)))


def _met_anew(ticket: Ticket, row: RowFound, rules: Rules) -> Change:
    """The resolutions and reopenings that the row counts, and the audit log may have shown as well: none counts twice.

    The message about a resolution that lasts is still to be looked for in the thread, so it is not taken from the row.
    """
    was_resolved = _was_resolved(row, rules)
    reopened = was_resolved and not ticket.is_resolved
    counted = row.reopen_count + reopened
    same = ticket.reopen_count <= counted and (was_resolved or _tells_of_one(row) or not ticket.is_resolved)
    message_id = None if ticket.is_resolved else row.resolved_message_id
    resolved_at = _resolved_at(ticket, row) if same else None
    known = replace(
        ticket,
        resolved_at=resolved_at or ticket.resolved_at,
        stops=ticket.stops[:-1] if resolved_at is not None and is_paused(ticket.stops) else ticket.stops,
        resolved_message_id=ticket.resolved_message_id or message_id,
        reopen_count=max(ticket.reopen_count, counted),
    )
    if not reopened:
        return Change(ticket=replace(known, stops=_stops(known, row, is_resolved=known.is_resolved)))
    change = _reopened(known, row, rules, number=row.reopen_count)
    return replace(change, ticket=replace(change.ticket, reopen_count=known.reopen_count))


def _reopened(ticket: Ticket, row: RowFound, rules: Rules, *, number: int) -> Change:
    """The ticket that the row shows as resolved, and that is not any more: the `number` is that of the resolution."""
    resolved = replace(ticket, stops=_stops(ticket, row, is_resolved=True))
    edit = Effect(kind=EffectKind.EDIT_REOPENED, thread_id=ticket.thread_id, number=number)
    return Change(ticket=reopen(resolved, row.at, rules), effects=(edit,))


def _stops(ticket: Ticket, row: RowFound, *, is_resolved: bool) -> Pauses:
    """The times in which a resolution had ended the clock for a first answer, and that it has if the row says so.

    Where there was more than one resolution, nobody knows which it was: it was in time, and before the answer.
    """
    has_ended = is_resolved if ticket.answered_at is None else row.is_undecided
    if ticket.resolved_at is None or is_paused(ticket.stops) or not has_ended:
        return ticket.stops
    moments = [ticket.resolved_at]
    if row.is_undecided and ticket.due_at is not None:
        moments.append(ticket.due_at)
    if ticket.answered_at is not None:
        moments.append(ticket.answered_at - _A_MOMENT)
    return paused(ticket.stops, min(moments))


def _was_resolved(row: RowFound, rules: Rules) -> bool:
    """Whether the ticket was resolved when its row was last written."""
    return any(rules.resolves(Tag(id=0, name=name)) for name in row.tag_names)


def _tells_of_one(row: RowFound) -> bool:
    """Whether the row shows a resolution, and of no reopening."""
    return row.reopen_count == 0 and bool(row.resolved_at or row.resolution_time or row.resolved_message_id)


def _answer(ticket: Ticket, row: RowFound) -> Answer | None:
    if row.responder is None or row.response_time is None:
        return None
    answered_at = ticket.created_at + row.response_time
    if row.answered_at is not None:
        exact = _such_that_it_reads(row.answered_at, ticket, duration(row.response_time))
        answered_at = exact or answered_at
    return Answer(message_id=first_at(answered_at), author_name=row.responder)


def _earlier(known: Answer | None, shown: Answer | None) -> Answer | None:
    """The earlier of the two; where the row may show the known one, cut to the second, that one."""
    if known is None or shown is None:
        return known or shown
    since = created_at(known.message_id) - created_at(shown.message_id)
    if known.author_name == shown.author_name and timedelta() <= since < _A_SECOND:
        return known
    return min(known, shown, key=lambda answer: answer.message_id)


def _activity(ticket: Ticket, row: RowFound) -> Activity | None:
    """What the row shows of the thread's messages, unless more is known, or a later one than its last."""
    known = ticket.activity
    if row.last_activity is None or (known is not None and known.staff_replies is not None):
        return known
    last = first_at(row.last_activity + _A_SECOND) - 1
    if known is not None and known.last_message_id > last and known.last_message_id != row.resolved_message_id:
        return known
    return Activity(last_message_id=last, by_asker=row.by_asker, staff_replies=row.staff_replies)


def _resolved_at(ticket: Ticket, row: RowFound) -> datetime | None:
    """A moment within the second that the row names, such that the time to resolution reads as it does there."""
    if row.resolved_at is None:
        return None
    return _such_that_it_reads(row.resolved_at, ticket, row.resolution_time) or row.resolved_at


def _pauses(ticket: Ticket, row: RowFound) -> Pauses:
    """What the row's time to resolution leaves out, as one pause: when that was, nobody knows any more."""
    if ticket.pauses or ticket.resolved_at is None or row.resolution is None or row.resolved_at is None:
        return ticket.pauses
    if not timedelta() <= ticket.resolved_at - row.resolved_at < _A_SECOND:
        return ticket.pauses
    left_out = ticket.resolved_at - ticket.created_at - row.resolution
    if left_out < _A_SECOND:
        return ticket.pauses
    return (Pause(start=ticket.created_at, end=ticket.created_at + left_out),)


def _such_that_it_reads(second: datetime, ticket: Ticket, time: str | None) -> datetime | None:
    """A moment within this second that is so long after the thread's creation as the text says, if there is one."""
    moments = (second + _ALMOST_A_SECOND, second)
    return next((moment for moment in moments if duration(moment - ticket.created_at) == time), None)
