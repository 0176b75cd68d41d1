"""What can happen to a ticket. Every event, live or found later, is one of these values.

Ids are Discord's; datetimes are aware. `at` is when the bot learned of it and is only used for facts to which
Discord gives no time of its own (a tag that was added or removed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A forum tag as applied to a thread; the name is empty while the forum has not given it yet.

    A tag that was `deleted` from the forum has no name either, and stays on its threads until somebody edits theirs.
    """

    id: int
    name: str
    deleted: bool = False


@dataclass(frozen=True, kw_only=True)
class TagsWere:
    """The tags a thread was given, and when (UTC): as Discord recorded it, or else as the bot heard of it."""

    tags: tuple[Tag, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ThreadSeen:
    """A thread of the forum as Discord shows it now: created, changed, or merely met.

    `newly_created` is Discord's word that the thread did not exist before. `changes` holds, oldest first, every change
    of the tags since `changes_since`, as far as Discord has kept them, heard of or not, after the tags that the thread
    had then or was created with. `tags` are those of now. `sent_late_since`: the connection was broken, and what
    Discord sends now may have happened at any time from then on; None: it has just happened. `last_message_id` is
    the thread's latest message, where that was asked for, also one that is deleted; `message_count` how many there are
    besides the first (None: nobody knows). `history` marks a thread that is brought in from the archive
    together with all there is to know of it.
    """

    thread_id: int
    guild_id: int
    author_id: int
    title: str
    tags: tuple[Tag, ...]
    newly_created: bool
    at: datetime
    archived: bool = False
    locked: bool = False
    changes: tuple[TagsWere, ...] = ()
    changes_since: datetime | None = None
    sent_late_since: datetime | None = None
    last_message_id: int | None = None
    message_count: int | None = None
    history: bool = False


@dataclass(frozen=True, kw_only=True)
class AuthorNamed:
    """The name of the thread's author became known, or (None) that nobody knows it.

    `author_id` is None where it is certain that the name is the author's; else it says whose it is. `is_app` marks a
    bot or a webhook.
    """

    thread_id: int
    name: str | None
    author_id: int | None = None
    is_app: bool = False


@dataclass(frozen=True, kw_only=True)
class Replied:
    """A person wrote in the thread; `is_responder`: their word counts as an answer, unless they are the author.

    `sent_late_since`: the connection was broken then, and what happened since Discord sends only now, in its order.
    `found`: it was looked for among the thread's messages, and need not be the latest of them.
    """

    thread_id: int
    message_id: int
    author_id: int
    author_name: str
    is_responder: bool = True
    sent_late_since: datetime | None = None
    found: bool = False


@dataclass(frozen=True, kw_only=True)
class RepliesMissed:
    """Somebody may have written in the thread while nobody listened."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class AsksNobody:
    """The thread turned out to be none that waits for an answer: it is pinned, or the staff opened it."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class MessageDeleted:
    """Somebody deleted a message in the thread, at the latest at this moment."""

    thread_id: int
    message_id: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ThreadFoundClosed:
    """The thread is closed (archived), and what the bot is about to do opens it.

    `last_message_id` is the last message there; None where the bot is about to post the resolved message.
    """

    thread_id: int
    last_message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ThreadDeleted:
    """The thread is gone for good."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class RowWritten:
    """The sheet confirmed that it holds the ticket's row. `row` is where it was put, as people count; None: unknown."""

    thread_id: int
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class RowFound:
    """The sheet already has a row for a ticket that this store never wrote: what the row shows, as far as it does.

    `resolution` is the time to resolution without the pauses, and `resolution_time` all of it, in words. The deadline
    `due_at` was missed, or the clock ended with no verdict (`is_undecided`), or neither. `last_activity` is when a
    person wrote last, `by_asker` whether that was the asker, `staff_replies` the staff's messages.
    """

    thread_id: int
    author_name: str | None
    tag_names: tuple[str, ...]
    responder: str | None
    response_time: timedelta | None
    resolved_at: datetime | None
    resolution_time: str | None
    resolved_message_id: int | None
    reopen_count: int
    at: datetime
    answered_at: datetime | None = None
    resolution: timedelta | None = None
    due_at: datetime | None = None
    was_missed: bool = False
    is_undecided: bool = False
    last_activity: datetime | None = None
    by_asker: bool | None = None
    staff_replies: int | None = None


@dataclass(frozen=True, kw_only=True)
class ResolvedMessagePosted:
    """Discord confirmed the message about the resolution.

    `found_for` is None unless it was in the thread already, posted by an earlier run, also one that a restored store
    knows nothing of: the resolution that it was about, counted by the reopenings before it.
    """

    thread_id: int
    message_id: int
    found_for: int | None = None


@dataclass(frozen=True, kw_only=True)
class DeadlinePassed:
    """The time within which somebody should have answered, or should be called for another reason, is over at `at`.

    None stands for the very moment. `put_off_to`: nobody is to be called before then; None: they are to be called now.
    """

    thread_id: int
    at: datetime | None = None
    put_off_to: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AlertPosted:
    """Discord confirmed a message in an alert channel that names the ticket: an alert, a digest, a warning."""

    thread_id: int
    channel_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class DeadlinesPassed:
    """So many deadlines are over at once that one message has to name them all."""

    thread_ids: tuple[int, ...]
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TagsDefined:
    """The forum's own list of tags, as its settings show it now. Concerns every ticket."""

    tags: tuple[Tag, ...]
    at: datetime


TicketEvent = (
    ThreadSeen
    | AuthorNamed
    | Replied
    | RepliesMissed
    | AsksNobody
    | MessageDeleted
    | ThreadFoundClosed
    | ThreadDeleted
    | RowWritten
    | ResolvedMessagePosted
    | DeadlinePassed
    | AlertPosted
)
Event = TicketEvent | RowFound | TagsDefined | DeadlinesPassed
