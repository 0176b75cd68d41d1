"""What the gateway tells, as domain events. Nothing here waits: each event is recorded before the next is looked at."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import hikari

from tracker.discord.people import is_person_speaking, is_responder, name_of
from tracker.discord.pulse import Pulse
from tracker.discord.view import ForumView, is_obfuscated
from tracker.domain.events import AuthorNamed, DeadlinesPassed, Event, Replied, TagsDefined, ThreadDeleted, ThreadSeen
from tracker.domain.sight import Blindness, Obstacle

_log = logging.getLogger(__name__)

INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES
"""No privileged intent: without message content every fact the product needs is still told."""

_UNNOTICED = timedelta(minutes=2)
"""That a connection is dead is noticed by the second heartbeat in vain; there is one every 41 seconds
(https://discord.com/developers/docs/events/gateway#sending-heartbeats)."""

_UNREAD_SECONDS = 60.0
"""A forum in which much cannot be read is not compared more often than this."""

_MISSED_BY = frozenset({"thread_create", "thread_update", "thread_delete", "message_create", "channel_update"})
"""Events of hikari's names that tell of tickets: one that cannot be read has been missed."""

_EARLY_MESSAGES = 100
"""So many of the latest messages are kept for a thread of which Discord tells only after them."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """A server as Discord describes it: its id, and its active threads, at least those of the forum."""

    guild_id: int
    threads: tuple[hikari.GuildThreadChannel, ...]


@dataclass(frozen=True, kw_only=True)
class Connected:
    """Discord's tale begins (anew) with a `description`; None: it could not be read, and has to be asked for.

    What is heard from then on is kept back until `hold` is closed. `came_into_sight`: the bot may see the forum again,
    which may have been hidden since `last_heard`, the latest moment at which it heard of a thread there, if it did.
    """

    description: Description | None
    hold: ExitStack
    came_into_sight: bool = False
    last_heard: datetime | None = None


class Gateway:
    """Listens for what happens in one forum and hands it to `record`.

    `record` must not wait for the network: hikari runs listeners as separate tasks, and only what happens before the
    first `await` keeps the order in which Discord told it. `connected` is called whenever Discord describes the server
    or the forum anew, that is after every loss of what was told in between; `lost_touch` when a connection broke, and
    `resumed` when Discord went on where it had been heard last. `blindness` is not None while the forum is out of sight
    although the connection stands.
    """

    def __init__(
        self,
        *,
        view: ForumView,
        responder_roles: Collection[int],
        record: Callable[[Event], None],
        connected: Callable[[Connected], None],
        lost_touch: Callable[[], None],
        resumed: Callable[[], None],
        pulse: Pulse,
        now: Callable[[], datetime],
    ) -> None:
        self._view = view
        self._pulse = pulse
        self._responder_roles = responder_roles
        self._pass_on = record
        self._connected = connected
        self._lost_touch = lost_touch
        self._resumed = resumed
        self._now = now
        self._latest: deque[AuthorNamed | Replied] = deque(maxlen=_EARLY_MESSAGES)
        self._last_heard: datetime | None = None
        self._told_late_since: datetime | None = None
        self._holders = 0
        self._held: list[Event] = []
        self._guild_id: int | None = None
        self._asks_anew: asyncio.TimerHandle | None = None
        self.blindness: Blindness | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep back what is heard until the end of the block, so that nothing older can overtake it."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            while self._held and not self._holders:
                self._pass_on(self._held.pop(0))

    def forget(self, thread_ids: Collection[int] | None = None) -> None:
        """What is kept back (of these threads) is not recorded any more: it is found otherwise."""
        kept = [] if thread_ids is None else [event for event in self._held if _thread_of(event) not in thread_ids]
        self._held[:] = kept

    def threads_held(self) -> set[int]:
        """The threads of which something is kept back; also channels of other kinds, where people wrote something."""
        threads = map(_thread_of, self._held)
        return {thread_id for thread_id in threads if thread_id is not None}

    def tags_held(self, thread_id: int) -> list[tuple[int, ...]]:
        """The ids of a thread's tags by each event that is being kept back, in order."""
        told = (event for event in self._held if isinstance(event, ThreadSeen) and event.thread_id == thread_id)
        return [tuple(tag.id for tag in event.tags) for event in told]

    def unread(self, event: str) -> None:
        """An event of this name could not be read: what it described has to be asked for."""
        if event == "guild_create":
            self.blindness = None
            self._told_late_since = None
            self._compare(None)
        elif event == "thread_list_sync":
            self.blindness = None
            self._compare(None, came_into_sight=True)
        elif event in _MISSED_BY and self._asks_anew is None:
            self._asks_anew = asyncio.get_running_loop().call_later(_UNREAD_SECONDS, self._ask_for_the_unread)

    def _ask_for_the_unread(self) -> None:
        self._asks_anew = None
        self.ask_anew()

    def ask_anew(self) -> None:
        """What Discord described can be made more of by now: have it asked for, once the forum is in sight."""
        if self.blindness is None:
            self._compare(None)

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
            (hikari.GuildLeaveEvent, self._on_leave),
            (hikari.GuildUnavailableEvent, self._on_unavailable),
            (hikari.GuildThreadCreateEvent, self._on_thread_create),
            (hikari.GuildThreadAccessEvent, self._on_thread),
            (hikari.GuildThreadUpdateEvent, self._on_thread),
            (hikari.ThreadListSyncEvent, self._on_thread_list),
            (hikari.GuildThreadDeleteEvent, self._on_thread_delete),
            (hikari.GuildMessageCreateEvent, self._on_message),
            (hikari.ShardDisconnectedEvent, self._on_disconnected),
            (hikari.ShardResumedEvent, self._on_resumed),
        )

    async def _on_disconnected(self, _: hikari.ShardDisconnectedEvent) -> None:
        # A machine that slept has not heard anything since long before it could notice.
        self._told_late_since = self._told_late_since or min(self._now() - _UNNOTICED, self._pulse.heard_until)
        self._lost_touch()

    async def _on_resumed(self, _: hikari.ShardResumedEvent) -> None:
        self._told_late_since = None
        if self.blindness is None:
            self._resumed()

    async def _on_guild(self, event: hikari.GuildAvailableEvent | hikari.GuildJoinEvent) -> None:
        forum = event.channels.get(hikari.Snowflake(self._view.forum_id))
        if isinstance(forum, hikari.GuildForumChannel):
            self._guild_id = event.guild_id
            if is_obfuscated(forum):
                self._lose_sight(Obstacle.HIDDEN)
                return
            self.blindness = None
            self._told_late_since = None
            self.forget()  # what is kept back is older than this
            self._record(self._view.tags_defined(forum))
            self._compare(Description(guild_id=event.guild_id, threads=tuple(event.threads.values())))
        elif event.guild_id == self._guild_id:
            self._lose_sight(Obstacle.DELETED)

    async def _on_channel_update(self, event: hikari.GuildChannelUpdateEvent) -> None:
        forum = event.channel
        if forum.id != self._view.forum_id or not isinstance(forum, hikari.GuildForumChannel):
            return
        if is_obfuscated(forum):
            self._lose_sight(Obstacle.HIDDEN)
            return
        self._record(self._view.tags_defined(forum))
        if self.blindness is not None:
            # Discord lists the threads next, as far as anybody knows; should it not, they are asked for.
            self.blindness = None
            self._compare(None, came_into_sight=True)

    async def _on_channel_delete(self, event: hikari.GuildChannelDeleteEvent) -> None:
        if event.channel_id == self._view.forum_id:
            self._lose_sight(Obstacle.DELETED)

    async def _on_leave(self, event: hikari.GuildLeaveEvent) -> None:
        if event.guild_id == self._guild_id:
            self._lose_sight(Obstacle.REMOVED)

    async def _on_unavailable(self, event: hikari.GuildUnavailableEvent) -> None:
        """Discord cannot serve the server for a while; the connection stays (the documentation's "Guild Delete")."""
        if event.guild_id == self._guild_id:
            self._lose_sight(Obstacle.OUTAGE)

    def _lose_sight(self, obstacle: Obstacle) -> None:
        """From now on nothing is heard of the forum, and what is known of it stays as it is."""
        if self.blindness is None or self.blindness.obstacle is not obstacle:
            since = self._now() if self.blindness is None else self.blindness.since
            self.blindness = Blindness(since=since, obstacle=obstacle)
            _log.error("The forum is out of sight. %s %s", self.blindness.reason, self.blindness.fix)
        self._lost_touch()

    async def _on_thread_create(self, event: hikari.GuildThreadCreateEvent) -> None:
        self._see(event.thread, newly_created=True)
        for message in self._latest:
            if message.thread_id == event.thread_id:
                self._record(message)

    async def _on_thread(self, event: hikari.GuildThreadAccessEvent | hikari.GuildThreadUpdateEvent) -> None:
        self._see(event.thread)

    async def _on_thread_list(self, event: hikari.ThreadListSyncEvent) -> None:
        """The bot may see channels again, and nobody told it what happened there meanwhile."""
        if self._guild_id not in (None, event.guild_id):
            return
        if event.channel_ids is None or self._view.forum_id in event.channel_ids:
            self.blindness = None
            self._told_late_since = None
            self.forget()  # what is kept back is older than this
            description = Description(guild_id=event.guild_id, threads=tuple(event.threads.values()))
            self._compare(description, came_into_sight=True)

    async def _on_thread_delete(self, event: hikari.GuildThreadDeleteEvent) -> None:
        if event.parent_id == self._view.forum_id:
            self._record(ThreadDeleted(thread_id=event.thread_id))

    async def _on_message(self, event: hikari.GuildMessageCreateEvent) -> None:
        message = event.message
        thread_id = message.channel_id
        if message.id == thread_id:
            self._hear(AuthorNamed(thread_id=thread_id, name=name_of(message.author)))
        elif is_person_speaking(message):
            roles = message.member.role_ids if message.member is not None else ()
            if is_responder(roles, self._responder_roles):
                self._hear(
                    Replied(
                        thread_id=thread_id,
                        message_id=message.id,
                        author_id=message.author.id,
                        author_name=name_of(message.author),
                    )
                )

    def _hear(self, message: AuthorNamed | Replied) -> None:
        """What a message tells; Discord may tell of it before it tells of its thread."""
        self._record(message)
        self._latest.append(message)

    def _compare(self, description: Description | None, *, came_into_sight: bool = False) -> None:
        hold = ExitStack()
        hold.enter_context(self.held())
        self._connected(
            Connected(
                description=description,
                hold=hold,
                came_into_sight=came_into_sight,
                last_heard=self._last_heard,
            )
        )

    def _see(self, thread: hikari.GuildThreadChannel, *, newly_created: bool = False) -> None:
        late = self._told_late_since
        seen = self._view.thread_seen(thread, newly_created=newly_created, told_late_since=late)
        if seen is not None:
            self._last_heard = seen.at
            self._record(seen)

    def _record(self, event: Event) -> None:
        if self._holders:
            self._held.append(event)
        else:
            self._pass_on(event)


def _thread_of(event: Event) -> int | None:
    """The thread that an event is about; None for one about the whole forum."""
    return None if isinstance(event, TagsDefined | DeadlinesPassed) else event.thread_id
