"""What people do in Discord: the doors through which tests and the sandbox act as customers, staff and admins.

Every door changes the guild at once and hands the resulting events to the gateway. None of them asks for permissions:
people may do what they do here.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from tracker.sandbox.discord import payloads, views
from tracker.sandbox.discord.entities import (
    AuditAction,
    Channel,
    ChannelType,
    Forum,
    Message,
    MessageType,
    Role,
    Tag,
    Thread,
    User,
)
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.discord.permissions import Overwrite, Permission, named
from tracker.sandbox.discord.state import Event, State


class World(State):
    """One guild, its people, and everything they can do to it. A time `at` is when it happened (default: now)."""

    # -- people and roles

    def new_user(
        self,
        username: str,
        *,
        discriminator: str = "0",
        bot: bool = False,
        roles: Sequence[Role] = (),
        in_guild: bool = True,
        global_name: str | None = None,
        nick: str | None = None,
    ) -> User:
        """A new account, by default a member of the guild, who may have a name to be shown, and one for this guild."""
        user = self._add_user(username, discriminator=discriminator, bot=bot, global_name=global_name)
        if in_guild:
            self.join(user, roles)
            self.members[user.id].nick = nick
        return user

    def new_webhook(self, name: str) -> User:
        """A webhook that posts under this name."""
        return User(id=self.new_id(), username=name, discriminator="0000", bot=True, webhook=True)

    def new_role(self, name: str, *, mentionable: bool = False) -> Role:
        """A new role of the guild, granting nothing."""
        role = Role(id=self.new_id(), name=name, position=len(self.roles), mentionable=mentionable)
        self.roles[role.id] = role
        self._publish_role("GUILD_ROLE_CREATE", role)
        return role

    def join(self, user: User, roles: Sequence[Role] = ()) -> None:
        """A user becomes a member; for the bot itself, it is invited (again), with its own role."""
        if user is self.bot_user:
            self._add_member(user, [self.bot_role, *roles])
            self.publish(Event(name="GUILD_CREATE", data=views.guild_create(self)))
            return
        member = self._add_member(user, list(roles))
        data = payloads.member(member) | {"guild_id": str(self.guild.id)}
        self.publish(Event(name="GUILD_MEMBER_ADD", data=data))

    def kick(self, user: User) -> None:
        """A member leaves the guild, willing or not. The bot loses the guild with that."""
        del self.members[user.id]
        if user is self.bot_user:
            self.publish(Event(name="GUILD_DELETE", data={"id": str(self.guild.id)}))
            return
        data: Payload = {"guild_id": str(self.guild.id), "user": payloads.user(user)}
        self.publish(Event(name="GUILD_MEMBER_REMOVE", data=data))

    def grant(self, *permissions: str) -> None:
        """Give the bot's role permissions in the whole guild, named as by Discord: `VIEW_AUDIT_LOG`."""
        self._permit(self.bot_role.permissions | named(permissions))

    def revoke(self, *permissions: str) -> None:
        """Take permissions from the bot's role, in the whole guild."""
        self._permit(self.bot_role.permissions & ~named(permissions))

    def deny(self, channel: Channel, *permissions: str, role: Role | None = None) -> None:
        """Deny the bot (or one role) permissions in one channel and its threads, whatever its roles say."""
        overwrite = self._overwrite_of(channel, role)
        self._overwrite(
            channel, role, allow=overwrite.allow & ~named(permissions), deny=overwrite.deny | named(permissions)
        )

    def allow(self, channel: Channel, *permissions: str, role: Role | None = None) -> None:
        """Allow the bot (or one role) permissions in one channel and its threads, whatever its roles say."""
        overwrite = self._overwrite_of(channel, role)
        self._overwrite(
            channel, role, allow=overwrite.allow | named(permissions), deny=overwrite.deny & ~named(permissions)
        )

    def time_out(self, user: User, until: datetime) -> None:
        """A moderator times a member out."""
        member = self.members[user.id]
        member.timed_out_until = until
        data = payloads.member(member) | {"guild_id": str(self.guild.id)}
        self.publish(Event(name="GUILD_MEMBER_UPDATE", data=data))

    # -- channels and tags

    def new_forum(self, name: str, tags: Iterable[str] = (), *, moderated: Container[str] = ()) -> Forum:
        """A new forum channel offering these tags, of which only moderators may apply those in `moderated`."""
        offered = [Tag(id=self.new_id(), name=tag, moderated=tag in moderated) for tag in tags]
        forum = Forum(id=self.new_id(), type=ChannelType.FORUM, name=name, position=len(self.channels), tags=offered)
        self._add_channel(forum)
        return forum

    def new_text_channel(self, name: str) -> Channel:
        """A new text channel."""
        return self._new_channel(name, ChannelType.TEXT)

    def new_voice_channel(self, name: str) -> Channel:
        """A new voice channel."""
        return self._new_channel(name, ChannelType.VOICE)

    def new_category(self, name: str) -> Channel:
        """A new category."""
        return self._new_channel(name, ChannelType.CATEGORY)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with all that is in it."""
        self.remove_channel(channel)

    def new_tag(self, forum: Forum, name: str) -> Tag:
        """Add a tag to those a forum offers."""
        tag = Tag(id=self.new_id(), name=name)
        forum.tags.append(tag)
        self.update_channel(forum)
        return tag

    def rename_tag(self, forum: Forum, name: str, new_name: str) -> None:
        """Rename a forum's tag; threads that carry it keep it."""
        forum.tag(name).name = new_name
        self.update_channel(forum)

    def delete_tag(self, forum: Forum, name: str) -> None:
        """Remove a tag from the forum. Threads keep its id; Discord sends no event about them."""
        forum.tags.remove(forum.tag(name))
        self.update_channel(forum)

    # -- threads

    def open_thread(
        self,
        forum: Forum,
        author: User,
        title: str,
        text: str = "Hello, I need help.",
        *,
        tags: Iterable[str] = (),
        at: datetime | None = None,
        order: Literal["thread_first", "starter_first"] = "thread_first",
        without_starter: bool = False,
        thread_id: int | None = None,
    ) -> Thread:
        """Post in a forum. Its two events come in either `order`, as they do from Discord.

        A `thread_id` given here must be of the moment `at`: for threads that are also named elsewhere.

        `without_starter=True` leaves the first message to a later `post_starter`, as when its upload takes a moment.
        """
        applied = [forum.tag(name) for name in tags]
        thread = self._new_thread(forum, author, title, applied, at=at, thread_id=thread_id)
        thread.waiting_starter = text
        if order == "starter_first" and not without_starter:
            self.post_starter(thread)
        self._publish_thread("THREAD_CREATE", thread, newly_created=True)
        if order == "thread_first" and not without_starter:
            self.post_starter(thread)
        return thread

    def post_starter(self, thread: Thread, *, own_id: bool = False) -> Message:
        """The first message of a thread opened without one; it has the thread's id and time.

        With `own_id` it has another one, as a webhook's may have (https://github.com/discord/discord-api-docs/issues/6839).
        """
        text = thread.waiting_starter or ""
        thread.waiting_starter = None
        return self.add_message(
            thread,
            thread.owner,
            text,
            at=thread.created_at,
            message_id=None if own_id else thread.id,
            webhook_id=thread.owner.id if thread.owner.webhook else None,
        )

    def new_thread_in_text_channel(
        self, channel: Channel, author: User, title: str, text: str = "Let us talk here.", *, at: datetime | None = None
    ) -> Thread:
        """A thread outside any forum, with a first message of its own id."""
        thread = self._new_thread(channel, author, title, [], at=at)
        self._publish_thread("THREAD_CREATE", thread, newly_created=True)
        self.add_message(channel, author, title, type=MessageType.THREAD_CREATED, at=at)
        self.add_message(thread, author, text, at=at)
        return thread

    def rename(self, thread: Thread, title: str, *, by: User | None = None, at: datetime | None = None) -> None:
        """Change a thread's title (by default its author does); Discord notes it in the thread."""
        self.change_thread(thread, by or thread.owner, name=title, at=at)

    def retag(self, thread: Thread, tags: Iterable[str], *, by: User | None = None, at: datetime | None = None) -> None:
        """Set a thread's tags, by name; by default the guild's owner does."""
        if not isinstance(thread.parent, Forum):
            raise TypeError("only a forum's threads have tags")
        applied = [thread.parent.tag(name) for name in tags]
        self.change_thread(thread, by or self.guild.owner, tags=applied, at=at)

    def add_tag(self, thread: Thread, tag: str, *, by: User | None = None, at: datetime | None = None) -> None:
        """Add one tag to a thread."""
        self.retag(thread, [*(each.name for each in thread.tags), tag], by=by, at=at)

    def remove_tag(self, thread: Thread, tag: str, *, by: User | None = None, at: datetime | None = None) -> None:
        """Take one tag off a thread."""
        self.retag(thread, [each.name for each in thread.tags if each.name != tag], by=by, at=at)

    def archive(self, thread: Thread, *, by: User | None = None, at: datetime | None = None) -> None:
        """Close a thread, as Discord also does by itself after some days without a message."""
        self.change_thread(thread, by or self.guild.owner, archived=True, at=at)

    def grow_stale(self, thread: Thread) -> None:
        """Discord closes the thread for want of activity, after its auto-archive time without a message."""
        last = thread.messages[-1].timestamp if thread.messages else thread.created_at
        thread.archived, thread.archive_timestamp = True, last + thread.auto_archive
        self._publish_thread("THREAD_UPDATE", thread)

    def pin_thread(self, thread: Thread, *, by: User | None = None) -> None:
        """Pin a thread to the top of its forum."""
        self.change_thread(thread, by or self.guild.owner, pinned=True)

    def unarchive(self, thread: Thread, *, by: User | None = None, at: datetime | None = None) -> None:
        """Open an archived thread again."""
        self.change_thread(thread, by or self.guild.owner, archived=False, at=at)

    def lock(self, thread: Thread, *, by: User | None = None) -> None:
        """Lock a thread: only those who may manage threads can post in it."""
        self.change_thread(thread, by or self.guild.owner, locked=True)

    def unlock(self, thread: Thread, *, by: User | None = None) -> None:
        """Unlock a thread."""
        self.change_thread(thread, by or self.guild.owner, locked=False)

    def slow_mode(self, thread: Thread, seconds: int, *, by: User | None = None) -> None:
        """Make people wait between two messages of theirs in a thread."""
        self.change_thread(thread, by or self.guild.owner, slow_mode=timedelta(seconds=seconds))

    def delete_thread(self, thread: Thread, *, by: User | None = None) -> None:
        """Delete a thread with its messages."""
        self.remove_thread(thread, by or self.guild.owner)

    # -- messages

    def reply(
        self,
        channel: Channel | Thread,
        author: User,
        text: str,
        *,
        at: datetime | None = None,
        reply_to: Message | None = None,
        webhook: bool = False,
        interaction: int | None = None,
    ) -> Message:
        """Post a message in a thread or text channel; with `reply_to`, it is a reply (type 19) to that message.

        With `webhook=True` a webhook posts it, under the author's name. An application answers an `interaction` of this
        type with it.
        """
        return self.add_message(
            channel,
            author,
            text,
            at=at,
            type=MessageType.DEFAULT if reply_to is None else MessageType.REPLY,
            refers_to=reply_to,
            webhook_id=self.new_id() if webhook else None,
            interaction=interaction,
        )

    def edit(self, message: Message, text: str) -> None:
        """The author changes a message's text."""
        self.edit_message(message, text)

    def delete_message(self, message: Message) -> None:
        """Somebody deletes a message."""
        self.remove_message(message)

    def delete_messages(self, messages: Sequence[Message]) -> None:
        """Somebody deletes messages of one channel at once, as when a member is banned: one event names them all."""
        channel = messages[0].channel
        for message in messages:
            channel.messages.remove(message)
        data: Payload = {
            "ids": [str(message.id) for message in messages],
            "channel_id": str(channel.id),
            "guild_id": str(self.guild.id),
        }
        self.publish(Event(name="MESSAGE_DELETE_BULK", data=data, channel=channel))

    def react(self, message: Message, user: User, emoji: str) -> None:
        """Somebody reacts to a message."""
        self.add_reaction(message, user, emoji)

    def pin(self, message: Message, *, by: User | None = None) -> None:
        """Pin a message; Discord notes it with a message of type 6."""
        message.pinned = True
        self._publish_message("MESSAGE_UPDATE", message)
        channel = message.channel
        data: Payload = {
            "guild_id": str(self.guild.id),
            "channel_id": str(channel.id),
            "last_pin_timestamp": payloads.time(self.now()),
        }
        self.publish(Event(name="CHANNEL_PINS_UPDATE", data=data, channel=channel))
        who = by or self.guild.owner
        self.add_message(channel, who, "", type=MessageType.CHANNEL_PINNED_MESSAGE, refers_to=message)

    # -- how it is done

    def _publish_role(self, name: str, role: Role) -> None:
        data: Payload = {"guild_id": str(self.guild.id), "role": payloads.role(role)}
        self.publish(Event(name=name, data=data))

    def _permit(self, permissions: Permission) -> None:
        saw = {channel.id for channel in self.channels.values() if self.bot_sees(channel)}
        self.bot_role.permissions = permissions
        self._publish_role("GUILD_ROLE_UPDATE", self.bot_role)
        for channel in self.channels.values():
            if self.bot_sees(channel) is not (channel.id in saw):
                self.update_channel(channel)
                self._sync_threads(channel)

    def _sync_threads(self, channel: Channel) -> None:
        """Tell the bot of the active threads in a channel that it may see again."""
        about: Payload = {"guild_id": str(self.guild.id), "channel_ids": [str(channel.id)]}
        data = views.active_threads(self, channel) | about
        self.publish(Event(name="THREAD_LIST_SYNC", data=data, channel=channel))

    def _overwrite_of(self, channel: Channel, role: Role | None) -> Overwrite:
        holder = self.bot_user.id if role is None else role.id
        return channel.overwrites.get(holder, Overwrite(of_role=role is not None))

    def _overwrite(self, channel: Channel, role: Role | None, *, allow: Permission, deny: Permission) -> None:
        saw_it = self.bot_sees(channel)
        holder = self.bot_user.id if role is None else role.id
        channel.overwrites[holder] = Overwrite(of_role=role is not None, allow=allow, deny=deny)
        self.update_channel(channel)
        if self.bot_sees(channel) and not saw_it:
            self._sync_threads(channel)

    def _new_channel(self, name: str, kind: ChannelType) -> Channel:
        channel = Channel(id=self.new_id(), type=kind, name=name, position=len(self.channels))
        self._add_channel(channel)
        return channel

    def _add_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.publish(self.channel_event("CHANNEL_CREATE", channel))

    def _new_thread(
        self,
        parent: Channel,
        author: User,
        title: str,
        tags: list[Tag],
        *,
        at: datetime | None,
        thread_id: int | None = None,
    ) -> Thread:
        moment = at or self.now()
        thread = Thread(
            id=thread_id or self.new_id(moment),
            parent=parent,
            owner=author,
            name=title,
            created_at=moment,
            archive_timestamp=moment,
            tags=tags,
            joined={author.id: moment},
        )
        self.threads[thread.id] = thread
        self.audit(AuditAction.THREAD_CREATE, author, thread.id, [("name", None, title)], at=at)
        return thread
