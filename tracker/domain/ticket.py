"""The ticket: everything the product knows of one thread. What events make of it: `lifecycle.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import Tag, TagsWere
from tracker.domain.pauses import Pauses
from tracker.domain.snowflakes import created_at

UNKNOWN_AUTHOR = "Unknown"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The first answer: which message, and who wrote it."""

    message_id: int
    author_name: str


@dataclass(frozen=True, kw_only=True)
class Activity:
    """The latest message of a person in the thread, whether the asker was the last to speak, the staff's messages.

    None: nobody knows, as messages may have been missed. One that was not `heard` is merely the latest that the thread
    had when it was met, whoever wrote it.
    """

    last_message_id: int
    by_asker: bool | None
    staff_replies: int | None
    heard: bool = True


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message in an alert channel that names a ticket which waits."""

    channel_id: int
    message_id: int


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Everything the product knows of one thread.

    `resolved_by` holds the ids of the tags that resolved it, by id since tags are renamed; empty means open.
    `resolved_at` and `resolved_message_id` are of the latest resolution and stay when the ticket is reopened;
    `resolved_at` is None for a resolution older than the bot. `tags_changed` are the latest changes of tags that are
    counted, in turn; of those before, up to `tags_known_until`, none counts any more: that is a moment before the
    creation (None: the creation itself), or when an adopted thread was met, or the last change that is not remembered.
    `due_at` is by when the first answer has to come (None for tickets older than the bot), as fixed under the agreement
    with the fingerprint `due_under`; it was `missed` if nobody had answered then. `alert_due_at` is when people are to
    be called next, None when they are not; those `called` so far, or passed over, are not called again. `stops` are the
    times in which a ticket without an answer was resolved, `pauses` those in which the asker was to say something.
    `posted` are the messages that still say that the ticket waits; `activity` is None where nothing is known of them.
    `adopted` tickets are older than the bot.
    """

    thread_id: int
    guild_id: int
    author_id: int
    title: str
    tags: tuple[Tag, ...] = ()
    tags_known_until: datetime | None = None
    tags_changed: tuple[TagsWere, ...] = ()
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
    return names == names_before and all(getattr(before, field) == getattr(after, field) for field in _SHOWN)


_SHOWN = (
    *("thread_id", "guild_id", "author_id", "title", "author_name", "first_answer"),
    *("resolved_at", "resolved_message_id", "reopen_count"),
)
"""The fields of a ticket that its row shows, besides its tags."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A ticket after an event, and the effects the event asks for, in order."""

    ticket: Ticket
    effects: tuple[Effect, ...] = ()
