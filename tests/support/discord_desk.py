"""The delivery to Discord by itself: a real store, hikari's real client, the local server, and a clock that hurries."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hikari import TokenType
from hikari.api import RESTClient
from hikari.impl import HTTPSettings, HTTPTimeoutSettings, RESTApp

from tests.support.discord_client import NO_TLS
from tracker.discord.delivery import DiscordDelivery
from tracker.discord.forum import Forum as ForumReader
from tracker.domain.events import (
    DeadlinePassed,
    DeadlinesPassed,
    Replied,
    RowWritten,
    Tag,
    ThreadDeleted,
    ThreadSeen,
)
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.snowflakes import created_at, first_at
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Channel, Forum, Message, Role, Thread, User
from tracker.sandbox.discord.world import World
from tracker.store import Store
from tracker.tracking import Tracking

RESOLVED = Tag(id=501, name="resolved")
AGREEMENT = Agreement(span=timedelta(hours=1))
HURRY = timedelta(minutes=6)
"""Longer than any pause between two attempts."""


@dataclass(kw_only=True, eq=False, repr=False)
class DiscordDesk:
    """One forum, two alert channels, and effects as tickets ask for them."""

    folder: Path
    discord: DiscordServer
    rest: RESTClient
    log: pytest.LogCaptureFixture
    forum: Forum = field(init=False)
    alerts: tuple[Channel, ...] = field(init=False)
    mia: User = field(init=False)
    later: timedelta = timedelta()
    agreement: Agreement = AGREEMENT
    escalations: tuple[Channel, ...] = ()
    role: Role | None = None
    responder_roles: tuple[int, ...] = ()
    closed_counts: bool = False
    display_names: bool = False

    def __post_init__(self) -> None:
        self.forum = self.world.new_forum("support")
        self.alerts = (self.world.new_text_channel("alerts"), self.world.new_text_channel("more-alerts"))
        self.mia = self.world.new_user("mia")
        self.log.set_level(logging.INFO, "tracker")

    @property
    def world(self) -> World:
        return self.discord.world

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """The store is open: tickets can be tracked."""
        rules = Rules(
            resolved_tags=frozenset({"resolved"}),
            sla=self.agreement,
            alert_channel_ids=tuple(channel.id for channel in self.alerts),
            escalation_channel_ids=tuple(channel.id for channel in self.escalations),
            tracking_since=self.now() - timedelta(days=1),
        )
        with closing(Store.open(self.folder)) as self.store:
            self.tracking = Tracking(self.store, rules, self.now, lambda: None)
            yield

    @asynccontextmanager
    async def delivering(self, *, patience: timedelta = timedelta(seconds=5)) -> AsyncIterator[asyncio.Task[None]]:
        """What is in the store is delivered until the end of the block; a kill is no different for it."""
        self.delivery = DiscordDelivery(
            store=self.store,
            tracking=self.tracking,
            rest=self.rest,
            forum=ForumReader(self.rest, self.forum.id, self.responder_roles, display_names=self.display_names),
            teams=(),
            agreement=self.agreement,
            escalation_role=None if self.role is None else self.role.id,
            support_name="Support",
            now=self.now,
            patience=patience,
            closed_counts=self.closed_counts,
        )
        running = asyncio.create_task(self.delivery.run())
        try:
            yield running
        finally:
            running.cancel()
            await asyncio.wait((running,), timeout=60.0)
            assert running.done()

    async def until(self, happened: Callable[[], object], *, hurry: bool = True, seconds: float = 60.0) -> None:
        """Wait until it happened; with `hurry`, no pause between two attempts takes time."""
        async with asyncio.timeout(seconds):
            while not happened():
                if hurry:
                    self.later += HURRY
                self.delivery.wake()
                await asyncio.sleep(0.02)

    async def all_done(self) -> None:
        """Wait until no effect is left."""
        await self.until(lambda: not self.store.effects.heads(1))

    def open(self, title: str = "Cannot log in", *, without_starter: bool = False, by: User | None = None) -> Thread:
        """A thread of mia's (or another's) that is tracked, as if the bot had heard of it when it was opened."""
        thread = self.world.open_thread(self.forum, by or self.mia, title, without_starter=without_starter)
        self._see(thread, newly_created=True)
        return thread

    def resolve(self, thread: Thread) -> None:
        """Somebody adds the resolved tag."""
        self._see(thread, RESOLVED)

    def reopen(self, thread: Thread) -> None:
        """Somebody removes the resolved tag."""
        self._see(thread)

    def tick(self, thread: Thread) -> None:
        """The row is in the sheet."""
        self.tracking.record(RowWritten(thread_id=thread.id))

    def alert(self, thread: Thread) -> None:
        """The time for a first answer is over, or that for another call."""
        self.tracking.record(DeadlinePassed(thread_id=thread.id))

    def answer(self, thread: Thread, name: str = "ana", *, after: timedelta = timedelta(minutes=72)) -> None:
        """Somebody answers so long after the thread was opened."""
        self.tracking.record(
            Replied(
                thread_id=thread.id,
                message_id=first_at(created_at(thread.id) + after),
                author_id=self.world.new_user(name).id,
                author_name=name,
            )
        )

    def delete(self, thread: Thread) -> None:
        """Somebody deletes the thread."""
        self.world.delete_thread(thread)
        self.tracking.record(ThreadDeleted(thread_id=thread.id))

    def alert_all(self, threads: Iterable[Thread]) -> None:
        """The time for a first answer is over in many threads at once."""
        self.tracking.record(DeadlinesPassed(thread_ids=tuple(thread.id for thread in threads)))

    def messages(self, channel: Channel | Thread) -> list[Message]:
        """What the bot wrote there."""
        return [message for message in channel.messages if message.author is self.world.bot_user]

    def ticked(self, thread: Thread) -> bool:
        """Whether ✅ is on the thread's first message."""
        return thread.starter is not None and "✅" in thread.starter.reactions

    def lines(self, *words: str) -> list[str]:
        """The lines of the product's log, from warnings upwards, that contain all of these words."""
        records = (r for r in self.log.records if r.levelno >= logging.WARNING and r.name.startswith("tracker"))
        return [line for line in (r.getMessage() for r in records) if all(word in line for word in words)]

    def check_log(self) -> None:
        """Each line that begins with a thread carries its id for machines, and no other line does."""
        for record in self.log.get_records("call"):
            named = re.match(r"Thread (\d+)\b", record.getMessage())
            assert getattr(record, "thread_id", None) == (int(named[1]) if named else None), record.getMessage()

    def _see(self, thread: Thread, *tags: Tag, newly_created: bool = False) -> None:
        self.tracking.record(
            ThreadSeen(
                thread_id=thread.id,
                guild_id=self.world.guild.id,
                author_id=thread.owner.id,
                title=thread.name,
                tags=tags,
                newly_created=newly_created,
                at=self.now(),
            )
        )


@asynccontextmanager
async def discord_desk(folder: Path, log: pytest.LogCaptureFixture) -> AsyncIterator[DiscordDesk]:
    """A desk with its store open. hikari does not repeat by itself here: each attempt is the delivery's own."""
    settings = HTTPSettings(ssl=NO_TLS, timeouts=HTTPTimeoutSettings(total=2.0))
    async with DiscordServer() as discord:
        app = RESTApp(url=discord.rest_url, http_settings=settings, max_retries=0)
        await app.start()
        try:
            async with app.acquire(discord.token, TokenType.BOT) as rest:
                desk = DiscordDesk(folder=folder, discord=discord, rest=rest, log=log)
                with desk.opened():
                    yield desk
                desk.check_log()
        finally:
            await app.close()
        assert discord.problems == []


async def resolved(desk: DiscordDesk) -> Thread:
    """A thread with its resolved message."""
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    return thread
