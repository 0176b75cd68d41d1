"""How far back the archive is read: to where the bot is known to have heard everything."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.reconciling import NOW, EmptyForum, comparing
from tracker.domain.events import ThreadSeen
from tracker.reconcile.feed import Description
from tracker.reconcile.sight import Cause

OVERLAP = timedelta(minutes=5)
HIDDEN_SINCE = NOW - timedelta(hours=2)


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
    async with comparing(tmp_path, forum) as bot:
        if last_heard is not None:
            bot.feed.hear(
                ThreadSeen(thread_id=1, guild_id=1, author_id=1, title="", tags=(), newly_created=False, at=last_heard)
            )
        bot.feed.described(Description(guild_id=1, threads=()), came_into_sight=came_into_sight)
        await asyncio.wait_for(bot.feed.looked.wait(), 5)

    assert forum.asked == [since - OVERLAP]


@pytest.mark.parametrize("is_kicked", [False, True], ids=["all is well", "kicked at once"])
async def test_at_the_first_look_of_the_first_run_nothing_was_missed(tmp_path: Path, *, is_kicked: bool) -> None:
    forum = EmptyForum()
    async with comparing(tmp_path, forum, first_run=True) as bot:
        bot.feed.described(Description(guild_id=1, threads=()))
        if is_kicked:
            bot.feed.lost(Cause.KICKED)
            await asyncio.sleep(0)
            bot.feed.described(Description(guild_id=1, threads=()), came_into_sight=True)
        await asyncio.wait_for(bot.feed.looked.wait(), 5)

    assert forum.asked == ([NOW - OVERLAP] if is_kicked else [])
