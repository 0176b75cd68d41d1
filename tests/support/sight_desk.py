"""The left side of the bot and the delivery to Discord: what it hears, sees and misses, on a clock that jumps.

A real store, hikari's real bot, the local server. Nobody writes a sheet here: what the bot knows is in the store.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.discord.connection import close, connect, new_bot
from tracker.discord.delivery import DiscordDelivery
from tracker.discord.forum import Forum as ForumReader
from tracker.discord.gateway import Gateway
from tracker.discord.pulse import Pulse
from tracker.discord.view import ForumView
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Ticket
from tracker.reconcile.feed import Feed
from tracker.reconcile.reconciliation import HEARD_UNTIL, Reconciliation
from tracker.reconcile.snapshot import Reader
from tracker.reconcile.watch import Watch, sight_of
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Channel, Forum, Thread, User
from tracker.sandbox.discord.world import World
from tracker.store import Store
from tracker.tracking import Tracking

STEP = timedelta(seconds=20)
"""Time passes in steps that are too short for a sleep."""


@dataclass(kw_only=True, eq=False, repr=False)
class SightDesk:
    """A forum, an alert channel, two people, and the bot. Discord and the bot have one clock, `later` than the real."""

    folder: Path
    discord: DiscordServer
    forum: Forum = field(init=False)
    alerts: Channel = field(init=False)
    mia: User = field(init=False)
    sam: User = field(init=False)
    later: timedelta = timedelta()

    def __post_init__(self) -> None:
        self.world.now = self.now
        self.discord.gateway.heartbeat_interval = 0.2
        self.forum = self.world.new_forum("support", tags=["Engineering", "resolved"])
        self.alerts = self.world.new_text_channel("alerts")
        self.mia, self.sam = self.world.new_user("mia"), self.world.new_user("sam")
        self.world.grant("VIEW_AUDIT_LOG")

    @property
    def world(self) -> World:
        return self.discord.world

    def now(self) -> datetime:
        return datetime.now(UTC) + self.later

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A run of the bot, connected and caught up at the beginning of the block."""
        with closing(Store.open(self.folder)) as self.store:
            since = datetime.fromisoformat(self.store.facts.remember_once("tracking_since", self.now().isoformat()))
            rules = Rules(
                resolved_tags=frozenset({"resolved"}),
                sla=Agreement(span=timedelta(days=9)),
                alert_channel_ids=(self.alerts.id,),
                tracking_since=since,
            )
            bot = new_bot(self.discord.token, self.discord.rest_url)
            reader, view = ForumReader(bot.rest, self.forum.id, ()), ForumView(self.forum.id, self.now)
            tracking = Tracking(self.store, rules, self.now, self._changed)
            self.feed = Feed(record=tracking.record, sight=sight_of(self.store, self.now()), now=self.now)
            self.watch = Watch(store=self.store, tracking=tracking, feed=self.feed, pulse=Pulse(self.now))
            self.delivery = DiscordDelivery(
                store=self.store,
                tracking=tracking,
                rest=bot.rest,
                forum=reader,
                teams=(),
                agreement=rules.sla,
                support_name="Support",
                now=self.now,
            )
            reconciliation = Reconciliation(
                store=self.store,
                tracking=tracking,
                feed=self.feed,
                reader=Reader(feed=self.feed, forum=reader, view=view, now=self.now),
                view=view,
                tracking_since=since,
                first_run=False,
                now=self.now,
            )
            gateway = Gateway(view=view, responder_roles=(), feed=self.feed)
            gateway.listen(bot)
            self._bot = bot
            in_sheet: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
            in_sheet.set_result(frozenset())
            workers = [asyncio.create_task(work) for work in (reconciliation.run(in_sheet), self.delivery.run())]
            try:
                await connect(bot, gateway.unread)
                await self.until(self.feed.looked.is_set)
                reconciliation.remember_hearing()
                yield
                reconciliation.remember_hearing()
            finally:
                gateway.stop(bot)
                for worker in workers:
                    worker.cancel()
                await asyncio.wait(workers)
                await close(bot)

    def look(self) -> None:
        """Look as the bot does every few seconds."""
        self.watch.look(self._bot.shards.values())

    def _changed(self) -> None:
        self.delivery.wake()

    def pass_by(self, time: timedelta) -> None:
        """Time in which the machine is awake."""
        end = self.later + time
        while self.later < end:
            self.later = min(self.later + STEP, end)
            self.look()

    async def until(self, happened: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until it happened, looking as the bot does, only more often."""
        async with asyncio.timeout(seconds):
            while not happened():
                await asyncio.sleep(0.02)
                self.look()

    async def caught_up(self) -> None:
        """Wait until nothing is believed to be missing."""
        await self.until(lambda: self.feed.heard_until is not None)

    @property
    def heard_until(self) -> str | None:
        """The checkpoint that the next run would begin with."""
        return self.store.facts.find(HEARD_UNTIL)

    def knows(self, thread: Thread) -> bool:
        return self.store.tickets.find(thread.id) is not None

    def ticket(self, thread: Thread) -> Ticket:
        ticket = self.store.tickets.find(thread.id)
        assert ticket is not None
        return ticket

    @property
    def announced(self) -> list[str]:
        """What was announced in the alert channel, oldest first."""
        return [message.content for message in self.alerts.messages if message.author is self.world.bot_user]
