"""The guild as it is, how it changes, and the gateway event that every change causes.

Both sides act through it: `world.py` for people, `rest.py` and its neighbours for the bot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

from tracker.sandbox.discord import payloads
from tracker.sandbox.discord.components import Composed
from tracker.sandbox.discord.entities import (
    DISCORD_EPOCH,
    AuditAction,
    AuditEntry,
    Channel,
    ChannelType,
    Guild,
    Member,
    Message,
    MessageType,
    Role,
    Tag,
    Thread,
    User,
)
from tracker.sandbox.discord.errors import THREAD_LOCKED, Refusal
from tracker.sandbox.discord.intents import APPLICATION_FLAGS, Intent
from tracker.sandbox.discord.mentions import UNRESTRICTED, AllowedMentions, MentionRules
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.discord.permissions import A_BOT_NEEDS, EVERYTHING, FOR_THE_TIMED_OUT, Permission, effective

_UNIX_EPOCH = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, kw_only=True)
class Event:
    """A gateway event. `channel` is where it happened (None: it concerns the whole guild), for who may see it.

    `unseen` is what a bot that may not view the channel gets instead of `data`; None: such a bot gets nothing.
    `without_content` is what a session without the intent MESSAGE_CONTENT gets instead of `data`.
    """

    name: str
    data: Payload
    channel: Channel | Thread | None = None
    unseen: Payload | None = None
    without_content: Payload | None = None


class ThreadChanges(TypedDict, total=False):
    """The fields of a thread that can change, named as in `Thread`."""

    name: str
    tags: list[Tag]
    archived: bool
    locked: bool
    pinned: bool
    auto_archive: timedelta
    slow_mode: timedelta


def utc_now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@dataclass(kw_only=True, eq=False, repr=False)
class State:
    """One guild with its people, channels and threads, seen by one bot.

    `now` is the clock of everything that happens here; a test may replace it. `listeners` are called with every event
    at once. `privileged_intents` are those switched on for the bot in the developer portal. `blocked_words` are those
    with which no message is taken (AutoMod, harmful links), with the refusal that says so. `bot_has_two_factor`: the
    account that owns the bot's application uses two-factor authentication.

    Nobody has documented how the audit log shows a change of tags (`logs_tags`: under the key `applied_tags`; else such
    a change has no entry), and whether it has what people do to their own threads (`logs_own_threads`). `locked_is` is
    how a message to a locked thread is refused: as locked, or, as was reported, as archived. `odd_messages` has, by the
    message's id, what is otherwise when it is read (None: is missing).
    """

    now: Callable[[], datetime] = utc_now
    listeners: list[Callable[[Event], None]] = field(default_factory=list)
    privileged_intents: Intent = Intent.NONE
    bot_has_two_factor: bool = True
    logs_tags: bool = True
    logs_own_threads: bool = True
    locked_is: Refusal = THREAD_LOCKED
    users: dict[int, User] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    audit_log: list[AuditEntry] = field(default_factory=list)
    odd_messages: dict[int, dict[str, object]] = field(default_factory=dict)
    blocked_words: dict[str, Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = 0
        owner = self._add_user("owner")
        self.guild = Guild(id=self.new_id(), name="Support guild", owner=owner, joined_at=self.now())
        self.everyone = Role(id=self.guild.id, name="@everyone")
        self.bot_user = self._add_user("tracker", bot=True)
        self.bot_role = Role(id=self.new_id(), name="tracker", permissions=A_BOT_NEEDS, position=1, bot=self.bot_user)
        self.roles = {role.id: role for role in (self.everyone, self.bot_role)}
        self._add_member(owner)
        self._add_member(self.bot_user, [self.bot_role])

    # -- reading

    @property
    def bot_reads_content(self) -> bool:
        """Whether the bot may read what people write (over HTTP; on the gateway, each session asks for itself)."""
        return Intent.MESSAGE_CONTENT in self.privileged_intents

    def application_flags(self) -> int:
        """The bot application's flags, which show its privileged intents."""
        return sum(flag for intent, flag in APPLICATION_FLAGS.items() if intent in self.privileged_intents)

    def find(self, channel_id: int) -> Channel | Thread | None:
        """The channel or thread of that id."""
        return self.channels.get(channel_id) or self.threads.get(channel_id)

    def threads_of(self, parent: Channel) -> list[Thread]:
        """The threads of a channel, oldest first."""
        return [thread for thread in self.threads.values() if thread.parent is parent]

    def permissions(self, user: User, channel: Channel | Thread | None = None) -> Permission:
        """What `user` may do in a channel (a thread's rights are its parent's), or in the guild as a whole."""
        member = self.members.get(user.id)
        if member is None:
            return Permission.NONE
        if user is self.guild.owner:
            return EVERYTHING
        base = self.everyone.permissions
        for role in member.roles:
            base |= role.permissions
        if channel is None:
            return EVERYTHING if Permission.ADMINISTRATOR in base else base
        overwrites = (channel.parent if isinstance(channel, Thread) else channel).overwrites
        granted = effective(
            base=base,
            everyone=overwrites.get(self.everyone.id),
            roles=[overwrites[role.id] for role in member.roles if role.id in overwrites],
            member=overwrites.get(user.id),
        )
        is_timed_out = member.timed_out_until is not None and member.timed_out_until > self.now()
        return granted & FOR_THE_TIMED_OUT if is_timed_out and Permission.ADMINISTRATOR not in base else granted

    def bot_sees(self, channel: Channel | Thread) -> bool:
        """Whether the bot may see a channel."""
        return Permission.VIEW_CHANNEL in self.permissions(self.bot_user, channel)

    # -- changing

    def new_id(self, at: datetime | None = None) -> int:
        """A snowflake of the moment `at` (default: now). Later calls give greater ids for the same millisecond.

        https://discord.com/developers/docs/reference#snowflakes
        """
        self._ids += 1
        # Cut, not rounded: the next second has not begun yet.
        milliseconds = ((at or self.now()) - _UNIX_EPOCH) // timedelta(milliseconds=1) - DISCORD_EPOCH
        return milliseconds << 22 | self._ids & 0x3FFFFF

    def publish(self, event: Event) -> None:
        """Hand an event to every listener."""
        for listener in self.listeners:
            listener(event)

    def add_message(
        self,
        channel: Channel | Thread,
        author: User,
        content: str,
        *,
        at: datetime | None = None,
        type: MessageType = MessageType.DEFAULT,  # noqa: A002 - Discord's name for it
        message_id: int | None = None,
        allowed: AllowedMentions = UNRESTRICTED,
        refers_to: Message | None = None,
        nonce: str | int | None = None,
        webhook_id: int | None = None,
        interaction: int | None = None,
        flags: int = 0,
        composed: Composed | None = None,
    ) -> Message:
        """Post a message; in an archived thread, this brings the thread back first."""
        if isinstance(channel, Thread) and channel.archived:
            self.change_thread(channel, author, archived=False)
        answered = refers_to.author if refers_to is not None and type is MessageType.REPLY else None
        mentioned = self._mention_rules(author, channel, allowed).read(content, answered)
        moment = at or self.now()
        message = Message(
            id=message_id or self.new_id(moment),
            channel=channel,
            author=author,
            content=content,
            timestamp=moment,
            type=type,
            mentioned=mentioned,
            pinged=list(mentioned.users),
            refers_to=refers_to,
            webhook_id=webhook_id,
            interaction=interaction,
            nonce=nonce,
            flags=flags,
            history=[content],
            components=composed.components if composed else [],
            attachments=composed.attachments if composed else [],
        )
        channel.messages.append(message)
        channel.messages.sort(key=lambda each: each.id)
        if isinstance(channel, Thread):
            channel.total_sent += message.id != channel.id
        self._publish_message("MESSAGE_CREATE", message)
        if isinstance(channel, Thread) and author.id not in channel.joined and webhook_id is None:
            channel.joined[author.id] = moment
            if author is self.bot_user:
                # Discord sends the bot the thread it has just joined: the same event, not marked as new
                self._publish_thread("THREAD_CREATE", channel)
        return message

    def edit_message(self, message: Message, content: str, allowed: AllowedMentions = UNRESTRICTED) -> None:
        """Give a message a new text."""
        message.content = content
        message.history.append(content)
        message.edited_at = self.now()
        message.mentioned = self._mention_rules(message.author, message.channel, allowed).read(content)
        self._publish_message("MESSAGE_UPDATE", message)

    def remove_message(self, message: Message) -> None:
        """Delete a message."""
        channel = message.channel
        channel.messages.remove(message)
        data: Payload = {"id": str(message.id), "channel_id": str(channel.id), "guild_id": str(self.guild.id)}
        self.publish(Event(name="MESSAGE_DELETE", data=data, channel=channel))

    def add_reaction(self, message: Message, user: User, emoji: str) -> None:
        """Add a user's reaction; a second one of the same kind changes nothing."""
        users = message.reactions.setdefault(emoji, set())
        if user.id in users:
            return
        users.add(user.id)
        data = self._reaction(message, user, emoji) | {"message_author_id": str(message.author.id)}
        if user.id in self.members:
            data["member"] = payloads.member(self.members[user.id])
        self.publish(Event(name="MESSAGE_REACTION_ADD", data=data, channel=message.channel))

    def remove_reaction(self, message: Message, user: User, emoji: str) -> None:
        """Take a user's reaction away; where there is none, nothing happens."""
        users = message.reactions.get(emoji, set())
        if user.id not in users:
            return
        users.remove(user.id)
        if not users:
            del message.reactions[emoji]
        data = self._reaction(message, user, emoji)
        self.publish(Event(name="MESSAGE_REACTION_REMOVE", data=data, channel=message.channel))

    def change_thread(
        self, thread: Thread, by: User, *, at: datetime | None = None, **changes: Unpack[ThreadChanges]
    ) -> None:
        """Set fields of a thread. A value it already has is no change and causes no event.

        Every change goes into the audit log (but see `State`), and a new name is noted by a message in the thread.
        """
        changed = {name: value for name, value in changes.items() if getattr(thread, name) != value}
        if not changed:
            return
        moment = at or self.now()
        audited = [
            _audited(name, getattr(thread, name), value)
            for name, value in changed.items()
            if (self.logs_tags or name != "tags") and (self.logs_own_threads or by is not thread.owner)
        ]
        for name, value in changed.items():
            setattr(thread, name, value)
        if "archived" in changed:
            thread.archive_timestamp = moment
        if audited:
            self.audit(AuditAction.THREAD_UPDATE, by, thread.id, audited, at=moment)
        self._publish_thread("THREAD_UPDATE", thread)
        if "name" in changed:
            self.add_message(thread, by, thread.name, type=MessageType.CHANNEL_NAME_CHANGE, at=moment)

    def remove_thread(self, thread: Thread, by: User) -> None:
        """Delete a thread with its messages."""
        del self.threads[thread.id]
        self.audit(AuditAction.THREAD_DELETE, by, thread.id, [("name", thread.name, None)])
        data: Payload = {
            "id": str(thread.id),
            "guild_id": str(self.guild.id),
            "parent_id": str(thread.parent.id),
            "type": int(ChannelType.PUBLIC_THREAD),
        }
        self.publish(Event(name="THREAD_DELETE", data=data, channel=thread))

    def remove_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads. For the threads no event of their own is sent."""
        event = self.channel_event("CHANNEL_DELETE", channel)
        del self.channels[channel.id]
        for thread in self.threads_of(channel):
            del self.threads[thread.id]
        self.publish(event)

    def update_channel(self, channel: Channel) -> None:
        """Tell of a channel whose fields have changed."""
        self.publish(self.channel_event("CHANNEL_UPDATE", channel))

    def channel_event(self, name: str, channel: Channel) -> Event:
        """An event about a channel that is not a thread."""
        unseen = payloads.obfuscated(channel, self.guild)
        return Event(name=name, data=payloads.channel(channel, self.guild), channel=channel, unseen=unseen)

    def audit(
        self,
        action: AuditAction,
        by: User,
        target: int,
        changes: list[tuple[str, object, object]],
        *,
        at: datetime | None = None,
    ) -> None:
        """Write an entry into the guild's audit log."""
        self.audit_log.append(AuditEntry(id=self.new_id(at), action=action, user=by, target=target, changes=changes))

    def _add_user(
        self, username: str, *, discriminator: str = "0", bot: bool = False, global_name: str | None = None
    ) -> User:
        user = User(id=self.new_id(), username=username, discriminator=discriminator, bot=bot, global_name=global_name)
        self.users[user.id] = user
        return user

    def _add_member(self, user: User, roles: list[Role] | None = None) -> Member:
        member = Member(user=user, roles=roles or [], joined_at=self.now())
        self.members[user.id] = member
        return member

    def _mention_rules(self, author: User, channel: Channel | Thread, allowed: AllowedMentions) -> MentionRules:
        return MentionRules(
            users=self.users,
            roles=self.roles,
            may_mention_everyone=Permission.MENTION_EVERYONE in self.permissions(author, channel),
            allowed=allowed,
        )

    def _publish_message(self, name: str, message: Message) -> None:
        extra: Payload = {"guild_id": str(self.guild.id)}
        if message.author.id in self.members and message.webhook_id is None:
            extra["member"] = payloads.membership(self.members[message.author.id])
        full = payloads.message(message, self.bot_user, content=True)
        bare = payloads.message(message, self.bot_user, content=False)
        self.publish(Event(name=name, data=full | extra, without_content=bare | extra, channel=message.channel))

    def _publish_thread(self, name: str, thread: Thread, **extra: object) -> None:
        data = payloads.thread(thread, self.guild, self.bot_user) | extra
        self.publish(Event(name=name, data=data, channel=thread))

    def _reaction(self, message: Message, user: User, emoji: str) -> Payload:
        return {
            "user_id": str(user.id),
            "channel_id": str(message.channel.id),
            "message_id": str(message.id),
            "guild_id": str(self.guild.id),
            "emoji": {"id": None, "name": emoji},
            "type": 0,
            "burst": False,
        }


def _audited(field_name: str, old: object, new: object) -> tuple[str, object, object]:
    """A thread's changed field with Discord's name and values for it, as the audit log has them."""
    match field_name:
        case "tags":
            return "applied_tags", _tag_ids(old), _tag_ids(new)
        case "pinned":
            return "flags", payloads.PINNED_THREAD * bool(old), payloads.PINNED_THREAD * bool(new)
        case "auto_archive":
            return "auto_archive_duration", _whole(old, timedelta(minutes=1)), _whole(new, timedelta(minutes=1))
        case "slow_mode":
            return "rate_limit_per_user", _whole(old, timedelta(seconds=1)), _whole(new, timedelta(seconds=1))
        case _:
            return field_name, old, new


def _tag_ids(tags: object) -> list[str]:
    return [str(tag.id) for tag in tags if isinstance(tag, Tag)] if isinstance(tags, list) else []


def _whole(duration: object, unit: timedelta) -> int:
    return duration // unit if isinstance(duration, timedelta) else 0
