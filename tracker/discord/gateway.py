"""What the gateway sends, as domain events. Nothing here waits: each event is recorded before the next is looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

import hikari

from tracker.discord.people import is_app, is_person_speaking, is_responder, name_of
from tracker.discord.view import ForumView, is_hidden
from tracker.domain.events import AuthorNamed, MessageDeleted, Replied, ThreadDeleted
from tracker.reconcile.feed import Description, Feed
from tracker.reconcile.sight import Cause

INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES
"""No privileged intent: without message content every fact the product needs is still sent."""

_EARLY_MESSAGES = 100
"""So many of the latest messages are kept for a thread which Discord sends only after them."""


_OF_THE_FORUM = frozenset(
    f"{what}_{how}" for what in ("channel", "guild", "message", "thread") for how in ("create", "update", "delete")
) - {"message_update", "message_delete", "guild_update"}
"""The events that carry what the product has to know."""


@dataclass(kw_only=True)
class Gateway:
    """Listens for what happens in one forum and hands it to the feed.

    The feed must not wait for the network: hikari runs listeners as separate tasks, and only what happens before the
    first `await` keeps the order in which Discord sent it.
    """

    view: ForumView
    responder_roles: Collection[int]
    feed: Feed
    display_names: bool = False

    def __post_init__(self) -> None:
        self._latest: deque[AuthorNamed | Replied] = deque(maxlen=_EARLY_MESSAGES)
        self._guild_id: int | None = None

    def unread(self, event: str) -> None:
        """An event of this name could not be read: what it described has to be asked for."""
        if event == "guild_create":
            self.feed.ask()
        elif event == "thread_list_sync":
            self.feed.ask(came_into_sight=True)
        elif event in _OF_THE_FORUM:
            self.feed.unread(event.upper())

    def listen(self, bot: hikari.GatewayBot) -> None:
        """Subscribe to the events that concern a forum."""
        for event_type, listener in self._listeners():
            bot.subscribe(event_type, listener)

    def stop(self, bot: hikari.GatewayBot) -> None:
        """Hear no more."""
        for event_type, listener in self._listeners():
            bot.unsubscribe(event_type, listener)

    def _listeners(self) -> tuple[tuple[type[Any], Callable[[Any], Coroutine[Any, Any, None]]], ...]:
        return (
            (hikari.GuildAvailableEvent, self._on_guild),
            (hikari.GuildJoinEvent, self._on_guild),
            (hikari.GuildChannelUpdateEvent, self._on_channel_update),
            (hikari.GuildChannelDeleteEvent, self._on_channel_delete),
            (hikari.GuildChannelCreateEvent, self._on_channel_create),
            (hikari.GuildUnavailableEvent, self._on_unavailable),
            (hikari.GuildLeaveEvent, self._on_leave),
            (hikari.GuildThreadCreateEvent, self._on_thread_create),
            (hikari.GuildThreadAccessEvent, self._on_thread),
            (hikari.GuildThreadUpdateEvent, self._on_thread),
            (hikari.ThreadListSyncEvent, self._on_thread_list),
            (hikari.GuildThreadDeleteEvent, self._on_thread_delete),
            (hikari.GuildMessageCreateEvent, self._on_message),
            (hikari.GuildMessageDeleteEvent, self._on_message_delete),
            (hikari.GuildBulkMessageDeleteEvent, self._on_messages_delete),
            (hikari.ShardDisconnectedEvent, self._on_disconnected),
            (hikari.ShardReadyEvent, self._on_ready),
            (hikari.ShardResumedEvent, self._on_resumed),
        )

    async def _on_disconnected(self, _: hikari.ShardDisconnectedEvent) -> None:
        self.feed.lost(Cause.UNREACHED)

    async def _on_ready(self, _: hikari.ShardReadyEvent) -> None:
        self.feed.connected_anew()

    async def _on_resumed(self, _: hikari.ShardResumedEvent) -> None:
        self.feed.resumed()

    async def _on_guild(self, event: hikari.GuildAvailableEvent | hikari.GuildJoinEvent) -> None:
        forum = event.channels.get(hikari.Snowflake(self.view.forum_id))
        if isinstance(forum, hikari.GuildForumChannel):
            self._guild_id = event.guild_id
            if is_hidden(forum):
                self.feed.lost(Cause.HIDDEN, look=True)
                return
            tags = self.view.tags_defined(forum)
            threads = self.view.shown(event.threads.values())
            self.feed.described(Description(guild_id=event.guild_id, threads=threads, tags=tags))
        elif event.guild_id == self._guild_id:
            self.feed.lost(Cause.DELETED, look=True)

    async def _on_channel_update(self, event: hikari.GuildChannelUpdateEvent) -> None:
        forum = event.channel
        if forum.id != self.view.forum_id or not isinstance(forum, hikari.GuildForumChannel):
            return
        if is_hidden(forum):
            self.feed.lost(Cause.HIDDEN, look=True)
            return
        self.feed.hear(self.view.tags_defined(forum))
        if self.feed.sight.cause is Cause.HIDDEN:
            self.feed.ask()

    async def _on_channel_delete(self, event: hikari.GuildChannelDeleteEvent) -> None:
        if event.channel_id == self.view.forum_id:
            self.feed.lost(Cause.DELETED, look=True)

    async def _on_channel_create(self, event: hikari.GuildChannelCreateEvent) -> None:
        """Somebody may have made the forum anew: it has another id, which only a person can give the bot."""
        channel = event.channel
        is_like_it = isinstance(channel, hikari.GuildForumChannel) and channel.name == self.view.forum_name
        if is_like_it and self.feed.sight.cause is Cause.DELETED:
            self.feed.lost(Cause.RECREATED, str(channel.id))

    async def _on_unavailable(self, event: hikari.GuildUnavailableEvent) -> None:
        if self._guild_id in (None, event.guild_id):
            self.feed.lost(Cause.UNAVAILABLE)

    async def _on_leave(self, event: hikari.GuildLeaveEvent) -> None:
        if self._guild_id in (None, event.guild_id):
            self.feed.lost(Cause.KICKED)

    async def _on_thread_create(self, event: hikari.GuildThreadCreateEvent) -> None:
        self._see(event.thread, newly_created=True)
        for message in self._latest:
            if message.thread_id == event.thread_id:
                self.feed.hear(message)

    async def _on_thread(self, event: hikari.GuildThreadAccessEvent | hikari.GuildThreadUpdateEvent) -> None:
        self._see(event.thread)

    async def _on_thread_list(self, event: hikari.ThreadListSyncEvent) -> None:
        """The bot may see channels again, and nothing was sent of what happened there meanwhile."""
        is_elsewhere = self._guild_id not in (None, event.guild_id)
        if not is_elsewhere and (event.channel_ids is None or self.view.forum_id in event.channel_ids):
            threads = self.view.shown(event.threads.values())
            self.feed.described(Description(guild_id=event.guild_id, threads=threads), came_into_sight=True)

    async def _on_thread_delete(self, event: hikari.GuildThreadDeleteEvent) -> None:
        if event.parent_id == self.view.forum_id:
            self.feed.hear(ThreadDeleted(thread_id=event.thread_id))

    async def _on_message(self, event: hikari.GuildMessageCreateEvent) -> None:
        self.feed.signal()
        message = event.message
        thread_id = message.channel_id
        name = name_of(message.author, message.member, display=self.display_names)
        if message.id == thread_id:
            self._hear(AuthorNamed(thread_id=thread_id, name=name, is_app=is_app(message)))
        elif message.webhook_id is not None:
            # Where it opened the thread, too: its first message may have an id of its own.
            self._hear(AuthorNamed(thread_id=thread_id, name=name, author_id=message.author.id, is_app=True))
        elif is_person_speaking(message):
            roles = message.member.role_ids if message.member is not None else ()
            self._hear(
                Replied(
                    thread_id=thread_id,
                    message_id=message.id,
                    author_id=message.author.id,
                    author_name=name,
                    is_responder=is_responder(roles, self.responder_roles),
                    sent_late_since=self.feed.late_since,
                )
            )

    async def _on_message_delete(self, event: hikari.GuildMessageDeleteEvent) -> None:
        self._miss(event.channel_id, event.message_id)

    async def _on_messages_delete(self, event: hikari.GuildBulkMessageDeleteEvent) -> None:
        for message_id in event.message_ids:
            self._miss(event.channel_id, message_id)

    def _miss(self, thread_id: int, message_id: int) -> None:
        early = [each for each in self._latest if not (isinstance(each, Replied) and each.message_id == message_id)]
        self._latest = deque(early, maxlen=_EARLY_MESSAGES)
        self.feed.take_back(MessageDeleted(thread_id=thread_id, message_id=message_id, at=self.feed.now()))

    def _hear(self, message: AuthorNamed | Replied) -> None:
        """What a message shows; Discord may send it before its thread."""
        self.feed.hear(message)
        self._latest.append(message)

    def _see(self, thread: hikari.GuildThreadChannel, *, newly_created: bool = False) -> None:
        late = self.feed.late_since
        seen = self.view.thread_seen(thread, newly_created=newly_created, sent_late_since=late)
        if seen is not None:
            self.feed.hear(seen)
