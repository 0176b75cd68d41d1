"""The ticket, and what each event makes of it.

    open ──(a resolved tag is added)──► resolved ──(the last one is removed)──► open, reopen_count + 1

`apply` is the whole of the product's business rules: pure, and idempotent for every event that is a fact about
Discord, so that hearing of something twice, or late, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
    TagsDefined,
    TagsWere,
    ThreadDeleted,
    ThreadFoundClosed,
    ThreadSeen,
    TicketEvent,
)
from tracker.domain.pauses import Pauses, is_paused, paused, resumed
from tracker.domain.sla import Agreement, Call
from tracker.domain.snowflakes import created_at

UNKNOWN_AUTHOR = "Unknown"

# A new thread's first message brings its author's name within moments; only then is it worth asking for.
_STARTER_GRACE = timedelta(seconds=2)

_REMEMBERED_CHANGES = 50
_A_MOMENT = timedelta(milliseconds=1)
"""The least difference in time that Discord's ids tell: tags may be changed in the one in which a thread begins."""


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The settings that decide what an event means.

    `resolved_tags` and `waiting_tags` are casefolded, trimmed names. `sla` says by when a ticket has to be answered,
    and `escalation_channel_ids` where others are called long after that; the weekly report is for
    `report_channel_ids`. `tracking_since` is when the bot began: older
    threads are adopted quietly, without messages or alerts about what happened before.
    """

    resolved_tags: frozenset[str]
    sla: Agreement
    alert_channel_ids: tuple[int, ...]
    tracking_since: datetime
    waiting_tags: frozenset[str] = frozenset()
    escalation_channel_ids: tuple[int, ...] = ()
    report_channel_ids: tuple[int, ...] = ()

    def resolves(self, tag: Tag) -> bool:
        """Whether a tag of this name means resolved."""
        return tag.name.strip().casefold() in self.resolved_tags

    def waits_for_asker(self, tag: Tag) -> bool:
        """Whether a tag of this name means that it is the asker's turn."""
        return tag.name.strip().casefold() in self.waiting_tags

    def channels_of(self, call: EffectKind) -> tuple[int, ...]:
        """Where people are called by a WARNING, an ALERT or an ESCALATION."""
        return self.escalation_channel_ids if call is EffectKind.ESCALATION else self.alert_channel_ids


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The first answer: which message, and who wrote it."""

    message_id: int
    author_name: str


@dataclass(frozen=True, kw_only=True)
class Activity:
    """The latest message of a person in the thread, whether the asker was the last to speak, the staff's messages."""

    last_message_id: int
    by_asker: bool
    staff_replies: int


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message in an alert channel that names a ticket which waits."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Everything the product knows of one thread.

    `resolved_by` holds the ids of the tags that resolved it, by id since tags are renamed; empty means open.
    `resolved_at` and `resolved_message_id` tell the latest resolution and stay when the ticket is reopened;
    `resolved_at` is None for a resolution older than the bot. `tags_changed` begins with a moment up to which all
    changes of tags are accounted for; then come those of later ones, as Discord recorded or the bot heard of them.
    `due_at` is by when the first answer has to come (None for tickets older than the bot), as fixed under the agreement
    with the fingerprint `due_under`; it was `missed` if nobody had answered then. `alert_due_at` is when people are to
    be called next, None when they are not; those `called` so far are no more than once. `stops` are the times in which
    a ticket without an answer was resolved, `pauses` those in which the asker was to say something. `posted` are the
    messages that still say that the ticket waits; `activity` is None where not every message was heard. `adopted`
    tickets are older than the bot.
    """

    thread_id: int
    guild_id: int
    author_id: int
    title: str
    tags: tuple[Tag, ...] = ()
    tags_changed: tuple[datetime, ...] = ()
    archived: bool = False
    author_name: str | None = None
    first_answer: Answer | None = None
    resolved_by: frozenset[int] = frozenset()
    resolved_at: datetime | None = None
    resolved_message_id: int | None = None
    reopen_count: int = 0
    due_at: datetime | None = None
    due_under: str = ""
    missed: bool = False
    alert_due_at: datetime | None = None
    called: tuple[EffectKind, ...] = ()
    stops: Pauses = ()
    pauses: Pauses = ()
    posted: tuple[Posted, ...] = ()
    activity: Activity | None = None
    adopted: bool = False
    in_sheet: bool = False
    deleted: bool = False

    @property
    def created_at(self) -> datetime:
        """When the thread was created, in UTC."""
        return created_at(self.thread_id)

    @property
    def answered_at(self) -> datetime | None:
        """When the first answer was written, in UTC."""
        return None if self.first_answer is None else created_at(self.first_answer.message_id)

    @property
    def is_resolved(self) -> bool:
        """Whether a resolved tag is on the thread."""
        return bool(self.resolved_by)

    @property
    def awaits_answer(self) -> bool:
        """Whether an alert about this ticket would be true."""
        return self.first_answer is None and not self.is_resolved and not self.deleted

    @property
    def link(self) -> str:
        """The thread's address in Discord."""
        return f"https://discord.com/channels/{self.guild_id}/{self.thread_id}"


def looks_the_same(before: Ticket, after: Ticket) -> bool:
    """Whether nothing differs that a row shows, but for the columns of figures.

    Of tags it shows the names, as far as they are known.
    """
    names, names_before = ([tag.name for tag in ticket.tags if tag.name] for ticket in (after, before))
    return names == names_before and after == replace(
        before,
        tags=after.tags,
        tags_changed=after.tags_changed,
        archived=after.archived,
        resolved_by=after.resolved_by,
        due_at=after.due_at,
        due_under=after.due_under,
        missed=after.missed,
        alert_due_at=after.alert_due_at,
        called=after.called,
        stops=after.stops,
        pauses=after.pauses,
        posted=after.posted,
        activity=after.activity,
        adopted=after.adopted,
        in_sheet=after.in_sheet,
        deleted=after.deleted,
    )


@dataclass(frozen=True, kw_only=True)
class Change:
    """A ticket after an event, and the effects the event asks for, in order."""

    ticket: Ticket
    effects: tuple[Effect, ...] = ()


def apply(  # noqa: C901, PLR0911, PLR0912 - a table: one case for each event
    ticket: Ticket | None, event: TicketEvent, rules: Rules
) -> Change | None:
    """What `event` makes of `ticket`; None when it concerns a thread that is not tracked.

    Only `ThreadSeen` creates a ticket. An event that tells nothing new gives the ticket back unchanged, no effects.
    """
    if isinstance(event, ThreadSeen):
        if ticket is None:
            return _open(event, rules)
    elif ticket is None:
        return None
    if ticket.deleted and not isinstance(event, AuthorNamed | RowWritten | AlertPosted | ThreadSeen):
        return Change(ticket=ticket)
    match event:
        case ThreadSeen():
            return _revive(ticket, event, rules) if ticket.deleted else _see(ticket, event, rules)
        case AuthorNamed():
            return _name_author(ticket, event)
        case Replied():
            return _answer(ticket, event)
        case RepliesMissed():
            return _look_back(ticket)
        case AsksNobody():
            return Change(ticket=replace(ticket, due_at=None, missed=False, alert_due_at=None))
        case MessageDeleted():
            return _take_back(ticket, event, rules)
        case ThreadFoundClosed():
            close = Effect(kind=EffectKind.CLOSE_AGAIN, thread_id=ticket.thread_id, number=ticket.reopen_count)
            return Change(ticket=ticket, effects=(close,))
        case ThreadDeleted():
            return Change(ticket=replace(ticket, deleted=True, alert_due_at=None))
        case RowWritten():
            return confirm_row(ticket, event.row)
        case ResolvedMessagePosted():
            return Change(ticket=_told(ticket, event))
        case DeadlinePassed():
            return _call(ticket, event, rules)
        case AlertPosted():
            return _note_posted(ticket, event)


def redefine_tags(ticket: Ticket, event: TagsDefined, rules: Rules) -> Change:
    """The ticket with its tags named as the forum's settings name them now.

    A tag that was renamed or deleted there changes texts only: nobody did anything to this ticket.
    """
    defined = {tag.id: tag for tag in event.tags}
    tags = tuple(
        defined.get(tag.id) or (replace(tag, name="", deleted=True) if tag.name else tag) for tag in ticket.tags
    )
    # A tag heard of before its name counts as added now that its meaning is known.
    unnamed = {tag.id for tag in ticket.tags if not tag.name and not tag.deleted}
    renamed = replace(ticket, tags=tuple(tag for tag in tags if not tag.name or tag.id not in unnamed))
    changed = _retag(renamed, tags, event.at, rules)
    return Change(ticket=changed, effects=_messages(ticket, changed))


def _open(event: ThreadSeen, rules: Rules) -> Change:
    """A ticket for a thread never seen before."""
    created = created_at(event.thread_id)
    first, *changes = event.changes or (TagsWere(tags=event.tags, at=event.at),)
    due = rules.sla.due(created, first.tags)
    adopted = event.history or (not event.newly_created and created < rules.tracking_since)
    is_too_late = event.history or (adopted and due <= rules.tracking_since)
    ticket = Ticket(
        thread_id=event.thread_id,
        guild_id=event.guild_id,
        author_id=event.author_id,
        title=event.title,
        tags_changed=(event.at if adopted else created - _A_MOMENT,),
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
    began = _retag(ticket, first.tags, first.at, rules)
    opened = _see(began, replace(event, changes=tuple(changes)), rules).ticket
    return Change(ticket=opened, effects=(*effects, *_messages(ticket, opened)))


def _inquiries(event: ThreadSeen) -> tuple[Effect, ...]:
    """What to ask Discord about a thread that was just met."""
    if event.newly_created:
        return (Effect(kind=EffectKind.NAME_AUTHOR, thread_id=event.thread_id, delay=_STARTER_GRACE),)
    return (
        Effect(kind=EffectKind.NAME_AUTHOR, thread_id=event.thread_id),
        Effect(kind=EffectKind.LOOK_BACK, thread_id=event.thread_id),
    )


def _see(ticket: Ticket, event: ThreadSeen, rules: Rules) -> Change:
    """The ticket brought to what Discord shows, through all that was missed; messages tell only what is so now.

    A change heard live has no time of its own, so it is told by counting which of `event.changes` were missed.
    """
    since, *heard = ticket.tags_changed or (ticket.created_at,)
    if event.changes_since is not None:
        since = max(since, event.changes_since)
    known = sum(at > since for at in heard)
    deleted = {tag.id: tag for tag in ticket.tags if tag.deleted}
    due = _due(ticket, rules)
    changed = replace(ticket, title=event.title, archived=event.archived)
    moments = []
    open_when_due = False
    for missed in [change for change in event.changes if change.at > since][known:]:
        changed = _retag(changed, tuple(deleted.get(tag.id, tag) for tag in missed.tags), missed.at, rules)
        moments.append(missed.at)
        if missed.at < due:
            open_when_due = not changed.is_resolved
    tags = tuple(deleted.get(tag.id, tag) for tag in event.tags)
    noticed = _ids(tags) != _ids(changed.tags)
    changed = _retag(changed, tags, event.at, rules)
    earliest = event.changes_since or event.told_late_since
    if noticed and earliest is not None and earliest < due:
        open_when_due = open_when_due or not changed.is_resolved
    if noticed and event.changes_since is not None:
        # Nobody knows how many changes that were, and when: all up to now are accounted for.
        changed = replace(changed, tags_changed=(event.at,))
    else:
        moments += [event.at] if noticed else []
        changed = replace(changed, tags_changed=(*ticket.tags_changed, *moments)[-_REMEMBERED_CHANGES:])
    if open_when_due and rules.sla.hours is None and _was_passed_over(ticket, changed, rules):
        changed = replace(changed, alert_due_at=due)
    return Change(ticket=changed, effects=_messages(ticket, changed))


def _revive(ticket: Ticket, event: ThreadSeen, rules: Rules) -> Change:
    """A thread that was taken for deleted is there: what happened meanwhile is looked for."""
    revived = replace(ticket, deleted=False)
    if revived.awaits_answer and event.at < _due(ticket, rules):
        revived = with_next_call(revived, rules)
    change = _see(revived, event, rules)
    return replace(change, effects=(*change.effects, *_look_back(ticket).effects))


def _was_passed_over(before: Ticket, after: Ticket, rules: Rules) -> bool:
    """Whether the ticket waits for an answer, and no alert came as it was believed to be resolved when that was due."""
    due = _due(before, rules)
    believed = before.is_resolved and before.resolved_at is not None and before.resolved_at <= due
    return believed and before.alert_due_at is None and after.awaits_answer


def _due(ticket: Ticket, rules: Rules) -> datetime:
    """By when the ticket has to be answered, or had to be, if it is older than the bot."""
    return ticket.due_at or rules.sla.due(ticket.created_at, ticket.tags)


def _ids(tags: Iterable[Tag]) -> list[int]:
    return [tag.id for tag in tags]


def _retag(ticket: Ticket, tags: tuple[Tag, ...], at: datetime, rules: Rules) -> Ticket:
    """The ticket with these tags; resolved when a resolved tag was added, reopened when the last one was removed."""
    if tags == ticket.tags:
        return ticket
    named_before = {tag.id for tag in ticket.tags if tag.name}
    deleted_before = {tag.id for tag in ticket.tags if tag.deleted}
    now = {tag.id for tag in tags}
    resolving = frozenset(tag.id for tag in tags if rules.resolves(tag))
    added, removed = now - named_before - deleted_before, named_before - now
    retagged = replace(ticket, tags=tags, pauses=_pauses(ticket, tags, added, at, rules))
    if not ticket.is_resolved:
        return _resolve(retagged, resolving, at) if added & resolving else retagged
    holding = (ticket.resolved_by - removed) | (resolving & added)
    if removed & ticket.resolved_by and not holding & now:
        return _reopen(retagged, at, rules)
    return replace(retagged, resolved_by=holding)


def _pauses(ticket: Ticket, tags: tuple[Tag, ...], added: set[int], at: datetime, rules: Rules) -> Pauses:
    """It is the asker's turn from when a tag that says so is added, until the last such tag is removed."""
    waiting = {tag.id for tag in tags if rules.waits_for_asker(tag)}
    if waiting & added:
        return paused(ticket.pauses, at)
    return ticket.pauses if waiting else resumed(ticket.pauses, at)


def _resolve(ticket: Ticket, resolving: frozenset[int], at: datetime) -> Ticket:
    """The clock for a first answer ends here as well."""
    stops = paused(ticket.stops, at) if ticket.first_answer is None else ticket.stops
    return replace(ticket, resolved_by=resolving, resolved_at=at, stops=stops)


def _reopen(ticket: Ticket, at: datetime, rules: Rules) -> Ticket:
    """A clock that was in time, and that no answer ended, goes on where it was: business time as if it had paused.

    The clock that never stops keeps its deadline, and nobody is called for one that passed in between.
    """
    reopened = replace(ticket, resolved_by=frozenset(), reopen_count=ticket.reopen_count + 1)
    if ticket.first_answer is not None or not is_paused(ticket.stops):
        return reopened
    reopened = replace(reopened, stops=resumed(ticket.stops, at))
    if ticket.due_at is None or ticket.missed or ticket.stops[-1].start > ticket.due_at:
        return reopened
    if rules.sla.hours is None:
        return replace(reopened, missed=at > ticket.due_at and ticket.alert_due_at is None)
    going_on = replace(reopened, due_at=rules.sla.due(ticket.created_at, ticket.tags, reopened.stops))
    return with_next_call(going_on, rules)


def _messages(before: Ticket, after: Ticket) -> tuple[Effect, ...]:
    """What people in the thread have to be told about the way from `before` to `after`."""
    effects = []
    reopened = after.reopen_count > before.reopen_count
    if before.is_resolved and reopened:
        edit = Effect(kind=EffectKind.EDIT_REOPENED, thread_id=after.thread_id, number=before.reopen_count)
        effects.append(edit)
    if after.is_resolved and (reopened or not before.is_resolved):
        post = Effect(kind=EffectKind.POST_RESOLVED, thread_id=after.thread_id, number=after.reopen_count)
        effects.append(post)
    return tuple(effects)


def _name_author(ticket: Ticket, event: AuthorNamed) -> Change:
    """The first name learned stays; "Unknown" gives way to a name."""
    if ticket.author_name not in (None, UNKNOWN_AUTHOR) or event.author_id not in (None, ticket.author_id):
        return Change(ticket=ticket)
    return Change(ticket=replace(ticket, author_name=event.name or UNKNOWN_AUTHOR))


def _answer(ticket: Ticket, event: Replied) -> Change:
    """The earliest answer counts, in whatever order answers are heard of. What the asker writes ends a pause."""
    written = created_at(event.message_id)
    if event.author_id == ticket.author_id:
        is_later = is_paused(ticket.pauses) and written > ticket.pauses[-1].start
        return Change(ticket=replace(ticket, pauses=resumed(ticket.pauses, written)) if is_later else ticket)
    if not event.is_responder:
        return Change(ticket=ticket)
    if ticket.first_answer is not None and ticket.first_answer.message_id <= event.message_id:
        return Change(ticket=ticket)
    answer = Answer(message_id=event.message_id, author_name=event.author_name)
    return Change(ticket=replace(ticket, first_answer=answer, alert_due_at=None))


def _take_back(ticket: Ticket, event: MessageDeleted, rules: Rules) -> Change:
    """A first answer that was deleted before one was due does not count; there may be another, which is looked for."""
    first = ticket.first_answer
    if first is None or first.message_id != event.message_id or event.at >= _due(ticket, rules):
        return Change(ticket=ticket)
    return _look_back(with_next_call(replace(ticket, first_answer=None), rules))


def _told(ticket: Ticket, event: ResolvedMessagePosted) -> Ticket:
    """The ticket with its message; a resolution noticed again is no later than the message that tells of it."""
    told = replace(ticket, resolved_message_id=event.message_id)
    if event.found_for == ticket.reopen_count and ticket.resolved_at is not None:
        return replace(told, resolved_at=min(ticket.resolved_at, created_at(event.message_id)))
    return told


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


def _call(ticket: Ticket, event: DeadlinePassed, rules: Rules) -> Change:
    """Each call at most once a ticket, ever; the warning not when the deadline is over as well."""
    if ticket.alert_due_at is None:
        return Change(ticket=ticket)
    spent = replace(ticket, alert_due_at=None)
    if not ticket.awaits_answer:
        return Change(ticket=spent)
    at = event.at or ticket.alert_due_at
    to_come = _calls_to_come(ticket, rules)
    # The ticket itself says that the time of the first of them has come.
    due = [kind for number, (kind, moment) in enumerate(to_come) if number == 0 or moment <= at]
    missed = ticket.missed or EffectKind.ALERT in due
    if event.put_off_to is not None:
        return Change(ticket=replace(ticket, missed=missed, alert_due_at=event.put_off_to))
    called = with_next_call(replace(ticket, missed=missed, called=(*ticket.called, *due)), rules)
    effects = tuple(
        Effect(kind=kind, thread_id=ticket.thread_id, channel_id=channel_id)
        for kind in due
        if kind is not EffectKind.WARNING or EffectKind.ALERT not in due
        for channel_id in rules.channels_of(kind)
    )
    return Change(ticket=called, effects=effects)


def with_next_call(ticket: Ticket, rules: Rules) -> Ticket:
    """The ticket with the time at which people are to be called next."""
    return replace(ticket, alert_due_at=next((at for _, at in _calls_to_come(ticket, rules)), None))


def _calls_to_come(ticket: Ticket, rules: Rules) -> list[Call]:
    """The calls that there have not been, nor later ones in their place."""
    calls = rules.sla.calls(ticket.created_at, _due(ticket, rules), ticket.stops)
    made = [number for number, (kind, _) in enumerate(calls) if kind in ticket.called]
    return calls[max(made, default=-1) + 1 :]


def _note_posted(ticket: Ticket, event: AlertPosted) -> Change:
    posted = Posted(channel_id=event.channel_id, message_id=event.message_id)
    return Change(ticket=ticket if posted in ticket.posted else replace(ticket, posted=(*ticket.posted, posted)))
