"""What there is in a guild: users, members, roles, channels, threads, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from tracker.sandbox.discord.permissions import Overwrite, Permission

DISCORD_EPOCH = 1_420_070_400_000
"""Milliseconds of 2015-01-01T00:00:00Z, where snowflakes begin."""


class ChannelType(IntEnum):
    """https://discord.com/developers/docs/resources/channel#channel-object-channel-types."""

    TEXT = 0
    VOICE = 2
    CATEGORY = 4
    PUBLIC_THREAD = 11
    FORUM = 15


class MessageType(IntEnum):
    """https://discord.com/developers/docs/resources/message#message-object-message-types."""

    DEFAULT = 0
    CHANNEL_NAME_CHANGE = 4
    CHANNEL_PINNED_MESSAGE = 6
    THREAD_CREATED = 18
    REPLY = 19


class AuditAction(IntEnum):
    """https://discord.com/developers/docs/resources/audit-log#audit-log-entry-object-audit-log-events."""

    THREAD_CREATE = 110
    THREAD_UPDATE = 111
    THREAD_DELETE = 112


@dataclass(kw_only=True, eq=False)
class User:
    """An account. `discriminator` is "0" for everyone on the present username system.

    `global_name` is what an account calls itself. A `webhook` is no account: nobody finds it among the users, but it
    posts, and what it posts has it for an author.
    """

    id: int
    username: str
    discriminator: str = "0"
    bot: bool = False
    global_name: str | None = None
    webhook: bool = False

    @property
    def mention(self) -> str:
        """The text that mentions this user in a message."""
        return f"<@{self.id}>"


@dataclass(kw_only=True, eq=False)
class Role:
    """A guild's role."""

    id: int
    name: str
    permissions: Permission = Permission.NONE
    position: int = 0
    mentionable: bool = False
    bot: User | None = None


@dataclass(kw_only=True, eq=False)
class Member:
    """A user's membership in the guild, where `nick` is what they are called.

    Until `timed_out_until` the member may only look and read.
    """

    user: User
    roles: list[Role]
    joined_at: datetime
    nick: str | None = None
    timed_out_until: datetime | None = None


@dataclass(kw_only=True, eq=False)
class Guild:
    """The one guild of a world. Its role @everyone has the guild's own id.

    With `demands_two_factor`, whoever moderates needs two-factor authentication; for a bot, its application's owner.
    """

    id: int
    name: str
    owner: User
    joined_at: datetime
    demands_two_factor: bool = False


@dataclass(kw_only=True, eq=False)
class Tag:
    """A tag that a forum offers for its threads."""

    id: int
    name: str
    moderated: bool = False


@dataclass(kw_only=True, eq=False)
class Channel:
    """A channel of the guild that is not a thread. `overwrites` is by the id of the role or member it is about."""

    id: int
    type: ChannelType
    name: str
    position: int = 0
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class Forum(Channel):
    """A forum channel: it holds threads, and the tags they may carry."""

    tags: list[Tag] = field(default_factory=list)

    def tag(self, name: str) -> Tag:
        """The tag of that name; KeyError when the forum has none."""
        for tag in self.tags:
            if tag.name == name:
                return tag
        raise KeyError(name)


@dataclass(kw_only=True, eq=False)
class Thread:
    """A thread of a forum or text channel. `waiting_starter` is a first message that its author has yet to send.

    `joined` says who is a member of the thread, and since when. A tag deleted from the forum stays in `tags`, as it
    does in Discord's `applied_tags`.
    """

    id: int
    parent: Channel
    owner: User
    name: str
    created_at: datetime
    archive_timestamp: datetime
    tags: list[Tag] = field(default_factory=list)
    archived: bool = False
    locked: bool = False
    pinned: bool = False
    auto_archive: timedelta = timedelta(days=3)
    slow_mode: timedelta = timedelta(0)
    joined: dict[int, datetime] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    total_sent: int = 0
    waiting_starter: str | None = None

    @property
    def starter(self) -> Message | None:
        """The message that opened a forum thread (it has the thread's id), unless missing or deleted."""
        return next((message for message in self.messages if message.id == self.id), None)

    @property
    def in_forum(self) -> bool:
        """Whether this is a forum's thread, not a text channel's."""
        return isinstance(self.parent, Forum)


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """Whom a text mentions, as far as its author and `allowed_mentions` let it."""

    users: list[User] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    everyone: bool = False


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that came with a message."""

    id: int
    name: str
    type: str
    data: bytes


@dataclass(kw_only=True, eq=False)
class Message:
    """A message. `history` is every content it had, oldest first; `pinged` the users notified when it was posted.

    `components` are what the message is put together of, as they were sent, with its `attachments` among them; then
    `content` is the text that people read in them.

    `mentions` follows an edit, `pinged` does not: Discord notifies nobody of an edit. `refers_to` is the message that
    this one answers, or that a pin message is about. `reactions` is user ids by emoji. `interaction` is the type of
    the interaction that an application answers with it, which may be one that no library knows.
    """

    id: int
    channel: Channel | Thread
    author: User
    content: str
    timestamp: datetime
    type: MessageType = MessageType.DEFAULT
    mentioned: Mentions = field(default_factory=Mentions)
    pinged: list[User] = field(default_factory=list)
    refers_to: Message | None = None
    webhook_id: int | None = None
    interaction: int | None = None
    nonce: str | int | None = None
    flags: int = 0
    pinned: bool = False
    edited_at: datetime | None = None
    reactions: dict[str, set[int]] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def mentions(self) -> list[User]:
        """The users this message mentions as it is now."""
        return self.mentioned.users


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One entry of the guild's audit log: who did what to which thread. A change is (key, old value, new value)."""

    id: int
    action: AuditAction
    user: User
    target: int
    changes: list[tuple[str, object, object]]
