"""A newer reason to compare ends the work of an older one at once: what that lets go of would be found by nobody."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import hikari
from hikari.impl import EntityFactoryImpl

from tests.support.builders import RULES
from tracker.discord.forum import Forum
from tracker.discord.view import ForumView
from tracker.domain.events import ThreadSeen
from tracker.reconcile.feed import Description, Feed
from tracker.reconcile.reconciliation import Reconciliation
from tracker.reconcile.sight import Cause, Sight
from tracker.reconcile.snapshot import Reader
from tracker.sandbox.discord import payloads
from tracker.sandbox.discord.world import World
from tracker.store import Store
from tracker.tracking import Tracking

NOW = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)
EMPTY = Description(guild_id=1, threads=())
NEW = ThreadSeen(thread_id=77, guild_id=1, author_id=4, title="Marker", tags=(), newly_created=True, at=NOW)


class SlowForum(Forum):
    """A forum that shows itself when the test lets it."""

    def __init__(self) -> None:
        self.asked, self.answer = asyncio.Event(), asyncio.Event()
        world = World()
        payload = payloads.channel(world.new_forum("support"), world.guild)
        self.shown = EntityFactoryImpl(Mock(spec=hikari.RESTAware)).deserialize_guild_forum_channel(payload)

    async def look(self) -> hikari.GuildForumChannel:
        self.asked.set()
        await self.answer.wait()
        return self.shown


async def test_a_thread_opened_while_the_forum_is_asked_for_and_described_at_once_is_a_ticket(tmp_path: Path) -> None:
    forum = SlowForum()
    with closing(Store.open(tmp_path)) as store:
        tracking = Tracking(store, RULES, lambda: NOW, lambda: None)
        view = ForumView(1, lambda: NOW)
        feed = Feed(record=tracking.record, sight=Sight(), now=lambda: NOW)
        reconciliation = Reconciliation(
            store=store,
            tracking=tracking,
            feed=feed,
            reader=Reader(feed=feed, forum=forum, view=view, now=lambda: NOW),
            view=view,
            tracking_since=NOW,
            first_run=True,
            now=lambda: NOW,
        )
        in_sheet: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
        in_sheet.set_result(frozenset())
        running = asyncio.create_task(reconciliation.run(in_sheet))
        feed.lost(Cause.HIDDEN, look=True)
        await asyncio.wait_for(forum.asked.wait(), 5)
        forum.answer.set()
        feed.described(EMPTY, came_into_sight=True)
        feed.hear(NEW)
        await asyncio.wait_for(feed.looked.wait(), 5)
        running.cancel()
        assert store.tickets.find(NEW.thread_id) is not None
