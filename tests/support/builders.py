"""What the unit tests build their cases from: a desk's tags, rules, ids, and a thread opened on 4 February 2026."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import (
    AuthorNamed,
    DeadlinePassed,
    DeadlinesPassed,
    Event,
    MessageDeleted,
    Replied,
    ResolvedMessagePosted,
    RowFound,
    RowWritten,
    Tag,
    TagsDefined,
    ThreadDeleted,
    ThreadSeen,
)
from tracker.domain.lifecycle import apply
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.tagging import redefine_tags
from tracker.domain.ticket import Change, Ticket

RESOLVED = Tag(id=501, name="Resolved")
DONE = Tag(id=502, name="done")
BUG = Tag(id=503, name="Bug")
ENGINEERING = Tag(id=504, name="Engineering 🛠")
TAGS = (RESOLVED, DONE, BUG, ENGINEERING)

BOT_BEGAN = datetime(2026, 2, 1, tzinfo=UTC)
OPENED = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)
"""10:30 on a Wednesday in Kolkata."""
HEARD = OPENED + timedelta(minutes=5)

RULES = Rules(
    resolved_tags=frozenset({"resolved", "done"}),
    sla=Agreement(span=timedelta(hours=1)),
    alert_channel_ids=(701, 702),
    tracking_since=BOT_BEGAN,
)


def snowflake(at: datetime, sequence: int = 0) -> int:
    """The id Discord gives at this moment: milliseconds since 2015 above 22 bits of other things."""
    return ((at - datetime(2015, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1) << 22) + sequence


THREAD = snowflake(OPENED)
GUILD, AUTHOR, HELPER = 1417628594471739432, 1417628594471739433, 1417628594471739434


def seen(
    *tags: Tag, thread: int = THREAD, title: str = "Cannot log in", newly_created: bool = False, at: datetime = HEARD
) -> ThreadSeen:
    """The thread as Discord shows it, with these tags."""
    return ThreadSeen(
        thread_id=thread,
        guild_id=GUILD,
        author_id=AUTHOR,
        title=title,
        tags=tags,
        newly_created=newly_created,
        at=at,
    )


def created(*tags: Tag, thread: int = THREAD) -> ThreadSeen:
    """The thread, opened this moment."""
    return seen(*tags, thread=thread, newly_created=True)


def named(name: str | None, *, thread: int = THREAD) -> AuthorNamed:
    """The author's name."""
    return AuthorNamed(thread_id=thread, name=name)


def replied(
    after: timedelta = timedelta(minutes=10), *, author: int = HELPER, name: str = "sam", thread: int = THREAD
) -> Replied:
    """A message written so long after the thread was opened."""
    return Replied(thread_id=thread, message_id=snowflake(OPENED + after, 1), author_id=author, author_name=name)


def answer_deleted(
    after: timedelta = timedelta(minutes=10), *, at: timedelta = timedelta(minutes=20), thread: int = THREAD
) -> MessageDeleted:
    """The message written so long after the thread was opened was deleted so long after that."""
    return MessageDeleted(thread_id=thread, message_id=snowflake(OPENED + after, 1), at=OPENED + at)


def deleted(*, thread: int = THREAD) -> ThreadDeleted:
    """The thread was deleted."""
    return ThreadDeleted(thread_id=thread)


def row_written(*, thread: int = THREAD) -> RowWritten:
    """The sheet has the row."""
    return RowWritten(thread_id=thread)


def posted(message: int, *, thread: int = THREAD, found_for: int | None = None) -> ResolvedMessagePosted:
    """The resolved message is in the thread."""
    return ResolvedMessagePosted(thread_id=thread, message_id=message, found_for=found_for)


def deadline_passed(*, thread: int = THREAD) -> DeadlinePassed:
    """The time for a first answer is over."""
    return DeadlinePassed(thread_id=thread)


def defined(*tags: Tag, at: datetime = HEARD) -> TagsDefined:
    """The forum's settings have these tags."""
    return TagsDefined(tags=tags, at=at)


def change_by(ticket: Ticket | None, event: Event, rules: Rules = RULES) -> Change:
    """What the event makes of the ticket; the event has to concern one that is tracked."""
    if isinstance(event, TagsDefined):
        assert ticket is not None
        return redefine_tags(ticket, event, rules)
    assert not isinstance(event, RowFound | DeadlinesPassed)
    change = apply(ticket, event, rules)
    assert change is not None
    return change


def after(*events: Event, rules: Rules = RULES) -> Ticket:
    """The ticket after these events, the first of which shows the thread."""
    return following(None, events, rules=rules).ticket


def following(ticket: Ticket | None, events: Iterable[Event], rules: Rules = RULES) -> Change:
    """The ticket after these events, with the effects of all of them."""
    effects: tuple[Effect, ...] = ()
    for event in events:
        change = change_by(ticket, event, rules)
        ticket, effects = change.ticket, effects + change.effects
    assert ticket is not None
    return Change(ticket=ticket, effects=effects)


def kinds(effects: Iterable[Effect]) -> list[EffectKind]:
    """Which errands there are, in order."""
    return [effect.kind for effect in effects]


TICKET = after(created(), named("mia"))
"""A ticket that nobody has answered."""
