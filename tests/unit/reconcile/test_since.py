"""How far back the archive is read: to where the bot is known to have heard everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hikari
import pytest

from tests.support.builders import RULES
from tracker.discord.forum import Forum, TagChange
from tracker.discord.view import ForumView
from tracker.domain.events import ThreadSeen
from tracker.reconcile.feed import Description, Feed
from tracker.reconcile.reconciliation import Reconciliation
from tracker.reconcile.sight import Sight
from tracker.reconcile.snapshot import Reader
from tracker.store import Store
from tracker.tracking import Tracking

NOW = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)
OVERLAP = timedelta(minutes=5)
HIDDEN_SINCE = NOW - timedelta(hours=2)


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


@pytest.mark.parametrize(
    ("came_into_sight", "last_heard", "since"),
    [
        pytest.param(False, HIDDEN_SINCE, NOW, id="described anew"),
        pytest.param(True, HIDDEN_SINCE, HIDDEN_SINCE, id="hidden for two hours"),
        pytest.param(True, None, NOW, id="hidden, and nothing heard before"),
    ],
)
async def test_it_is_read_back_to_the_last_thread_heard_of_where_the_forum_was_hidden(
    tmp_path: Path, last_heard: datetime | None, since: datetime, *, came_into_sight: bool
) -> None:
    forum = EmptyForum()
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
            tracking_since=NOW - timedelta(days=9),
            first_run=False,
            now=lambda: NOW,
        )
        store.facts.set("heard_until", NOW.isoformat())
        in_sheet: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
        in_sheet.set_result(frozenset())
        running = asyncio.create_task(reconciliation.run(in_sheet))
        if last_heard is not None:
            feed.hear(
                ThreadSeen(thread_id=1, guild_id=1, author_id=1, title="", tags=(), newly_created=False, at=last_heard)
            )
        feed.described(Description(guild_id=1, threads=()), came_into_sight=came_into_sight)
        await asyncio.wait_for(feed.looked.wait(), 5)
        running.cancel()

    assert forum.asked == [since - OVERLAP]
