"""What each event makes of a ticket.

`apply` is the whole of the product's business rules, with `tagging.py` and `calls.py`: pure, and idempotent for every
event that is a fact about Discord, so that the same thing twice, or late, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.domain.calls import call, deadline_of, with_next_call
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import (
    AlertPosted,
    AsksNobody,
    AuthorNamed,
    DeadlinePassed,
    MessageDeleted,
    Replied,
    RepliesMissed,
    ResolvedMessagePosted,
    RowWritten,
    Tag,
    TagsWere,
    ThreadDeleted,
    ThreadFoundClosed,
    ThreadSeen,
    TicketEvent,
)
from tracker.domain.pauses import cut_short, resumed
from tracker.domain.rules import Rules
from tracker.domain.snowflakes import A_MOMENT, created_at
from tracker.domain.tagging import messages, retag
from tracker.domain.ticket import UNKNOWN_AUTHOR, Answer, Change, Posted, Ticket
from tracker.domain.turns import dated, may_have_ended
from tracker.domain.unheard import ALLOWED_LAG, account_of, as_known, in_turn

# A new thread's first message brings its author's name within moments; only then is it worth asking for.
_STARTER_GRACE = timedelta(seconds=2)

_REMEMBERED_CHANGES = 50


def apply(  # noqa: C901, PLR0911, PLR0912 - a table: one case for each event
    ticket: Ticket | None, event: TicketEvent, rules: Rules
) -> Change | None:
    """What `event` makes of `ticket`; None when it concerns a thread that is not tracked.

    Only `ThreadSeen` creates a ticket. An event that says nothing new gives the ticket back unchanged, no effects.
    """
    if isinstance(event, ThreadSeen):
        if ticket is None:
            return _open(event, rules)
    elif ticket is None:
        return None
    # A comparison may show that a thread is gone before what was said in it is heard of.
    if ticket.deleted and not isinstance(event, AuthorNamed | Replied | RowWritten | AlertPosted | ThreadSeen):
        return Change(ticket=ticket)
    match event:
        case ThreadSeen():
            return _revive(ticket, event, rules) if ticket.deleted else _see(ticket, event, rules)
        case AuthorNamed():
            return _name_author(ticket, event)
        case Replied():
            return _answer(ticket, event, rules)
        case RepliesMissed():
            return _look_back(ticket)
        case AsksNobody():
            return Change(ticket=replace(ticket, due_at=None, missed=False, alert_due_at=None))
        case MessageDeleted():
            return _take_back(ticket, event, rules)
        case ThreadFoundClosed():
            last = "" if event.last_message_id is None else str(event.last_message_id)
            close = Effect(
                kind=EffectKind.CLOSE_AGAIN, thread_id=ticket.thread_id, number=ticket.reopen_count, text=last
            )
            return Change(ticket=ticket, effects=(close,))
        case ThreadDeleted():
            return Change(ticket=replace(ticket, deleted=True, alert_due_at=None))
        case RowWritten():
            return confirm_row(ticket, event.row)
        case ResolvedMessagePosted():
            return Change(ticket=_with_message(ticket, event))
        case DeadlinePassed():
            return call(ticket, event, rules)
        case AlertPosted():
            return _note_posted(ticket, event)


def _open(event: ThreadSeen, rules: Rules) -> Change:
    """A ticket for a thread never seen before."""
    created = created_at(event.thread_id)
    first = event.changes[0] if event.changes else TagsWere(tags=event.tags, at=event.at)
    due = rules.sla.due(created, first.tags)
    adopted = event.history or (not event.newly_created and created < rules.tracking_since)
    is_too_late = event.history or (adopted and due <= rules.tracking_since)
    # One that is met only later may have begun with other tags, which a log that is read from further back shows.
    is_met_late = not event.newly_created and not adopted
    known_until = _before_opening(event.thread_id) if is_met_late else created - A_MOMENT
    ticket = Ticket(
        thread_id=event.thread_id,
        guild_id=event.guild_id,
        author_id=event.author_id,
        title=event.title,
        # An adopted one may be met by a change of its tags, which the log dates later by a clock that is behind.
        tags_known_until=event.at + ALLOWED_LAG if adopted else known_until,
        tags_changed=(first,) if is_met_late else (),
        due_at=None if is_too_late else due,
        due_under="" if is_too_late else rules.sla.fingerprint,
        alert_due_at=None if is_too_late else rules.sla.calls(created, due)[0][1],
        adopted=adopted,
    )
    effects = () if event.history else _inquiries(event)
    if adopted:
        # What happened before the bot came is taken as it is, without times and without messages.
        resolved_by = frozenset(tag.id for tag in event.tags if rules.resolves(tag))
        known = replace(ticket, tags=event.tags, archived=event.archived, resolved_by=resolved_by)
        return Change(ticket=known, effects=effects)
    began = retag(ticket, first.tags, created if event.changes else event.at, rules)
    opened = dated(ticket, _see(began, event, rules).ticket, event)
    return Change(ticket=opened, effects=(*effects, *messages(ticket, opened)))


def _before_opening(thread_id: int) -> datetime:
    """A moment before the one at which a log says how the thread began."""
    return created_at(thread_id) - 2 * A_MOMENT


def _inquiries(event: ThreadSeen) -> tuple[Effect, ...]:
    """What to ask Discord about a thread that was just met."""
    if event.newly_created:
        return (Effect(kind=EffectKind.NAME_AUTHOR, thread_id=event.thread_id, delay=_STARTER_GRACE),)
    return (
        Effect(kind=EffectKind.NAME_AUTHOR, thread_id=event.thread_id),
        Effect(kind=EffectKind.LOOK_BACK, thread_id=event.thread_id),
    )


def _see(ticket: Ticket, event: ThreadSeen, rules: Rules) -> Change:
    """The ticket brought to what Discord shows, through all that was missed; messages say only what is so now.

    A change heard live has no time of its own: which of `event.changes` were missed, `account_of` finds.
    """
    due = deadline_of(ticket, rules)
    changed = replace(ticket, title=event.title, archived=event.archived)
    open_when_due = False
    account = account_of(ticket, event)
    for at, state in in_turn(changed, account, rules):
        changed = state
        if at < due:
            open_when_due = not changed.is_resolved
    tags = as_known(ticket, event.tags)
    noticed = _ids(tags) != _ids(changed.tags)
    changed = retag(changed, tags, event.at, rules)
    earliest = event.changes_since or event.sent_late_since
    if noticed and earliest is not None and earliest < due:
        open_when_due = open_when_due or not changed.is_resolved
    known = account.changes if account.is_news else ticket.tags_changed  # what says nothing new leaves the ticket as is
    changed = _with_changes(changed, [*known, *([TagsWere(tags=tags, at=event.at)] if noticed else [])])
    if open_when_due and rules.sla.hours is None and _was_passed_over(ticket, changed, rules):
        changed = replace(changed, alert_due_at=due, called=ticket.called)
    changed = dated(ticket, changed, event)
    look_back = _look_back(changed).effects if may_have_ended(ticket, changed, event) else ()
    return Change(ticket=changed, effects=(*messages(ticket, changed), *look_back))


def _with_changes(ticket: Ticket, changes: Sequence[TagsWere]) -> Ticket:
    """The ticket that remembers these changes of its tags, or the latest of them."""
    forgotten, kept = changes[:-_REMEMBERED_CHANGES], tuple(changes[-_REMEMBERED_CHANGES:])
    known_until = forgotten[-1].at if forgotten else ticket.tags_known_until
    return replace(ticket, tags_known_until=known_until, tags_changed=kept)


def _revive(ticket: Ticket, event: ThreadSeen, rules: Rules) -> Change:
    """A thread that was taken for deleted is there: what was to be done in it is done, what happened is looked for.

    People are called for it, also late. Whether a later resolution than the first was announced, nobody knows.
    """
    revived = replace(ticket, deleted=False)
    if ticket.due_at is not None and ticket.first_answer is None and event.at < deadline_of(ticket, rules):
        revived = with_next_call(revived, rules)
    change = _see(revived, event, rules)
    seen = change.ticket
    if revived.awaits_answer and seen.awaits_answer and seen.due_at is not None and seen.alert_due_at is None:
        seen = with_next_call(seen, rules)
    never_announced = ticket.resolved_at is not None and ticket.resolved_message_id is None
    is_owed = ticket.is_resolved and never_announced and seen.reopen_count == 0
    owed = Effect(kind=EffectKind.POST_RESOLVED, thread_id=ticket.thread_id)
    return Change(ticket=seen, effects=(*change.effects, *([owed] if is_owed else []), *_look_back(seen).effects))


def _was_passed_over(before: Ticket, after: Ticket, rules: Rules) -> bool:
    """Whether the ticket waits for an answer, and no alert came as it was believed to be resolved when that was due."""
    due = deadline_of(before, rules)
    believed = before.is_resolved and before.resolved_at is not None and before.resolved_at <= due
    return believed and before.alert_due_at is None and after.awaits_answer


def _ids(tags: Iterable[Tag]) -> list[int]:
    return [tag.id for tag in tags]


def _name_author(ticket: Ticket, event: AuthorNamed) -> Change:
    """The first name learned stays; "Unknown" gives way to a name."""
    if ticket.author_name not in (None, UNKNOWN_AUTHOR) or event.author_id not in (None, ticket.author_id):
        return Change(ticket=ticket)
    return Change(ticket=replace(ticket, author_name=event.name or UNKNOWN_AUTHOR))


def _answer(ticket: Ticket, event: Replied, rules: Rules) -> Change:
    """The earliest answer counts, in whatever order answers are heard of. What the asker writes ends a pause."""
    written = created_at(event.message_id)
    if event.author_id == ticket.author_id:
        # A tag that was sent late, too, is dated when it came: that may be after this was written.
        is_next = event.sent_late_since is not None and event.sent_late_since <= written
        ended = (resumed if is_next else cut_short)(ticket.pauses, written)
        return Change(ticket=replace(ticket, pauses=ended))
    if not event.is_responder:
        return Change(ticket=ticket)
    if ticket.first_answer is not None and ticket.first_answer.message_id <= event.message_id:
        return Change(ticket=ticket)
    answer = Answer(message_id=event.message_id, author_name=event.author_name)
    return Change(ticket=_without_stops_after(replace(ticket, first_answer=answer, alert_due_at=None), written, rules))


def _without_stops_after(ticket: Ticket, answered_at: datetime, rules: Rules) -> Ticket:
    """The ticket whose answer is found after it was resolved, and perhaps reopened: its clock had ended before that."""
    due = ticket.due_at
    for stop in reversed(ticket.stops):
        if due is not None and stop.end is not None and answered_at < stop.start and stop.end <= due:
            due = rules.sla.going_on(due, stop.end, stop.start)
    return replace(ticket, due_at=due, stops=tuple(stop for stop in ticket.stops if stop.start <= answered_at))


def _take_back(ticket: Ticket, event: MessageDeleted, rules: Rules) -> Change:
    """A first answer that was deleted before one was due does not count; there may be another, which is looked for."""
    first = ticket.first_answer
    if first is None or first.message_id != event.message_id or event.at >= deadline_of(ticket, rules):
        return Change(ticket=ticket)
    return _look_back(with_next_call(replace(ticket, first_answer=None), rules))


def _with_message(ticket: Ticket, event: ResolvedMessagePosted) -> Ticket:
    """The ticket with its message; a resolution noticed again is no later than the message about it."""
    posted = replace(ticket, resolved_message_id=event.message_id)
    if event.found_for == ticket.reopen_count and ticket.resolved_at is not None:
        return replace(posted, resolved_at=min(ticket.resolved_at, created_at(event.message_id)))
    return posted


def _look_back(ticket: Ticket) -> Change:
    """An answer that is known already need not be the first."""
    return Change(ticket=ticket, effects=(Effect(kind=EffectKind.LOOK_BACK, thread_id=ticket.thread_id),))


def confirm_row(ticket: Ticket, row: int | None = None) -> Change:
    """The sheet has the row: people in Discord see ✅, unless the thread is older than the bot."""
    if ticket.in_sheet:
        return Change(ticket=ticket)
    confirmed = replace(ticket, in_sheet=True)
    if ticket.adopted or ticket.deleted:
        return Change(ticket=confirmed)
    place = "" if row is None else str(row)
    return Change(ticket=confirmed, effects=(Effect(kind=EffectKind.REACT, thread_id=ticket.thread_id, text=place),))


def _note_posted(ticket: Ticket, event: AlertPosted) -> Change:
    posted = Posted(channel_id=event.channel_id, message_id=event.message_id)
    return Change(ticket=ticket if posted in ticket.posted else replace(ticket, posted=(*ticket.posted, posted)))
