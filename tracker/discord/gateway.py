"""What the gateway tells, as domain events. Nothing here waits: each event is recorded before the next is looked at."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Coroutine, Mapping
from datetime import datetime
from typing import Any

import hikari

from tracker.discord.people import is_person_speaking, is_responder, name_of, readable
from tracker.domain.events import AuthorNamed, Event, Replied, Tag, TagsDefined, ThreadDeleted, ThreadSeen

INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES
"""No privileged intent: without message content every fact the product needs is still told."""

_EARLY_STARTERS = 100


class Gateway:
    """Listens for what happens in one forum and hands it to `record`.

    `record` must not wait for the network: hikari runs listeners as separate tasks, and only what happens before the
    first `await` keeps the order in which Discord told it.
    """

    def __init__(
        self,
        *,
        forum_id: int,
        responder_roles: Collection[int],
        record: Callable[[Event], None],
        now: Callable[[], datetime],
    ) -> None:
        self._forum_id = forum_id
        self._responder_roles = responder_roles
        self._record = record
        self._now = now
        self._tag_names: dict[int, str] = {}
        self._early_starters: OrderedDict[int, str] = OrderedDict()

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
            (hikari.GuildThreadCreateEvent, self._on_thread_create),
            (hikari.GuildThreadAccessEvent, self._on_thread),
            (hikari.GuildThreadUpdateEvent, self._on_thread),
            (hikari.ThreadListSyncEvent, self._on_thread_list),
            (hikari.GuildThreadDeleteEvent, self._on_thread_delete),
            (hikari.GuildMessageCreateEvent, self._on_message),
        )

    async def _on_guild(self, event: hikari.GuildAvailableEvent | hikari.GuildJoinEvent) -> None:
        forum = event.channels.get(hikari.Snowflake(self._forum_id))
        if isinstance(forum, hikari.GuildForumChannel):
            self._define_tags(forum)
            self._see_threads(event.threads)

    async def _on_channel_update(self, event: hikari.GuildChannelUpdateEvent) -> None:
        if event.channel.id == self._forum_id and isinstance(event.channel, hikari.GuildForumChannel):
            self._define_tags(event.channel)

    async def _on_thread_create(self, event: hikari.GuildThreadCreateEvent) -> None:
        self._see(event.thread, newly_created=True)
        name = self._early_starters.pop(event.thread_id, None)
        if name is not None:
            self._record(AuthorNamed(thread_id=event.thread_id, name=name))

    async def _on_thread(self, event: hikari.GuildThreadAccessEvent | hikari.GuildThreadUpdateEvent) -> None:
        self._see(event.thread)

    async def _on_thread_list(self, event: hikari.ThreadListSyncEvent) -> None:
        self._see_threads(event.threads)

    async def _on_thread_delete(self, event: hikari.GuildThreadDeleteEvent) -> None:
        if event.parent_id == self._forum_id:
            self._record(ThreadDeleted(thread_id=event.thread_id))

    async def _on_message(self, event: hikari.GuildMessageCreateEvent) -> None:
        message = event.message
        thread_id = message.channel_id
        if message.id == thread_id:
            self._on_starter(thread_id, name_of(message.author))
        elif is_person_speaking(message):
            roles = message.member.role_ids if message.member is not None else ()
            if is_responder(roles, self._responder_roles):
                self._record(
                    Replied(
                        thread_id=thread_id,
                        message_id=message.id,
                        author_id=message.author.id,
                        author_name=name_of(message.author),
                    )
                )

    def _on_starter(self, thread_id: int, name: str) -> None:
        """A thread's first message; Discord may tell of it before it tells of the thread."""
        self._record(AuthorNamed(thread_id=thread_id, name=name))
        self._early_starters[thread_id] = name
        if len(self._early_starters) > _EARLY_STARTERS:
            self._early_starters.popitem(last=False)

    def _see_threads(self, threads: Mapping[hikari.Snowflake, hikari.GuildThreadChannel]) -> None:
        for thread in threads.values():
            self._see(thread)

    def _see(self, thread: hikari.GuildThreadChannel, *, newly_created: bool = False) -> None:
        if thread.parent_id != self._forum_id:
            return
        applied = getattr(thread, "applied_tag_ids", ())
        self._record(
            ThreadSeen(
                thread_id=thread.id,
                guild_id=thread.guild_id,
                author_id=thread.owner_id,
                title=readable(thread.name or ""),
                tags=tuple(Tag(id=tag_id, name=self._tag_names.get(tag_id, "")) for tag_id in applied),
                newly_created=newly_created,
                at=self._now(),
            )
        )

    def _define_tags(self, forum: hikari.GuildForumChannel) -> None:
        tags = tuple(Tag(id=tag.id, name=readable(tag.name)) for tag in forum.available_tags)
        self._tag_names = {tag.id: tag.name for tag in tags}
        self._record(TagsDefined(tags=tags, at=self._now()))
