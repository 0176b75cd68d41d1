"""A newer reason to compare ends the work of an older one at once: what that lets go of would be found by nobody."""

from __future__ import annotations

import asyncio
from pathlib import Path
from unittest.mock import Mock

import hikari
from hikari.impl import EntityFactoryImpl

from tests.support.reconciling import NOW, EmptyForum, comparing
from tracker.domain.events import ThreadSeen
from tracker.reconcile.feed import Description
from tracker.reconcile.sight import Cause
from tracker.sandbox.discord import payloads
from tracker.sandbox.discord.world import World

EMPTY = Description(guild_id=1, threads=())
NEW = ThreadSeen(thread_id=77, guild_id=1, author_id=4, title="Marker", tags=(), newly_created=True, at=NOW)


class SlowForum(EmptyForum):
    """It shows itself when the test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_for, self.answer = asyncio.Event(), asyncio.Event()
        world = World()
        payload = payloads.channel(world.new_forum("support"), world.guild)
        self.shown = EntityFactoryImpl(Mock(spec=hikari.RESTAware)).deserialize_guild_forum_channel(payload)

    async def look(self) -> hikari.GuildForumChannel:
        self.asked_for.set()
        await self.answer.wait()
        return self.shown

    async def active(self, guild_id: int) -> list[hikari.GuildThreadChannel]:
        del guild_id
        return []


async def test_a_thread_opened_while_the_forum_is_asked_for_and_described_at_once_is_a_ticket(tmp_path: Path) -> None:
    forum = SlowForum()
    async with comparing(tmp_path, forum) as bot:
        bot.feed.lost(Cause.HIDDEN, look=True)
        await asyncio.wait_for(forum.asked_for.wait(), 5)
        forum.answer.set()
        bot.feed.described(EMPTY, came_into_sight=True)
        bot.feed.hear(NEW)
        await asyncio.wait_for(bot.feed.looked.wait(), 5)
        assert bot.store.tickets.find(NEW.thread_id) is not None
