"""A store that is compared with a forum which the test makes up, at one moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hikari

from tests.support.builders import RULES
from tracker.discord.forum import Forum, TagChange
from tracker.discord.view import ForumView
from tracker.reconcile.feed import Feed
from tracker.reconcile.reconciliation import HEARD_UNTIL, Reconciliation
from tracker.reconcile.sight import Sight
from tracker.reconcile.snapshot import Reader
from tracker.store import Store
from tracker.tracking import Tracking

NOW = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Comparing:
    """The two ends: what is heard goes into the feed, what came of it is in the store."""

    store: Store
    feed: Feed


@asynccontextmanager
async def comparing(folder: Path, forum: Forum, *, first_run: bool = False) -> AsyncIterator[Comparing]:
    """A bot of nine days that has heard everything until now, or one that just began, compares while the block runs."""
    with closing(Store.open(folder)) as store:
        if not first_run:
            store.facts.set(HEARD_UNTIL, NOW.isoformat())
        tracking = Tracking(store, RULES, lambda: NOW, lambda: None)
        view = ForumView(1, lambda: NOW)
        feed = Feed(record=tracking.record, sight=Sight(), now=lambda: NOW)
        reconciliation = Reconciliation(
            store=store,
            tracking=tracking,
            feed=feed,
            reader=Reader(feed=feed, forum=forum, view=view, now=lambda: NOW),
            view=view,
            tracking_since=NOW - timedelta(days=0 if first_run else 9),
            first_run=first_run,
            now=lambda: NOW,
        )
        in_sheet: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
        in_sheet.set_result(frozenset())
        running = asyncio.create_task(reconciliation.run(in_sheet))
        try:
            yield Comparing(store=store, feed=feed)
        finally:
            running.cancel()
            await asyncio.wait([running])


class EmptyForum(Forum):
    """A forum without threads, which remembers from when on it was asked for archived ones."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []

    async def tag_changes(self, guild_id: int, since: datetime) -> AsyncIterator[tuple[int, TagChange]]:
        del guild_id, since
        return
        yield

    async def deleted_threads(self, guild_id: int, since: datetime) -> AsyncIterator[int]:
        del guild_id, since
        return
        yield

    async def archived(self, since: datetime) -> list[hikari.GuildThreadChannel]:
        self.asked.append(since)
        return []
