"""A real hikari bot that listens to the local Discord, one for each module, and what is there at a test's beginning."""

from __future__ import annotations

from collections.abc import AsyncIterator

import hikari
import pytest
import pytest_asyncio

from tests.support.discord_client import Listener, listening
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Forum, Thread, User


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server
        assert server.problems == []


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def connected(discord: DiscordServer) -> AsyncIterator[Listener]:
    """One bot for the whole module: to close it takes hikari a quarter of a second."""
    async with listening(discord) as listener:
        yield listener


@pytest.fixture
def forum(discord: DiscordServer) -> Forum:
    return discord.world.new_forum("support", tags=["Engineering", "Consulting", "resolved"])


@pytest.fixture
def mia(discord: DiscordServer) -> User:
    return discord.world.new_user("mia")


@pytest.fixture
def thread(discord: DiscordServer, forum: Forum, mia: User) -> Thread:
    return discord.world.open_thread(forum, mia, "Cannot log in", tags=["Engineering"])


@pytest_asyncio.fixture(loop_scope="module")
async def bot(discord: DiscordServer, connected: Listener, thread: Thread) -> AsyncIterator[Listener]:  # noqa: ARG001 - made before the test begins
    """The bot, when it has heard of all that is there at a test's beginning."""
    connected.events.clear()
    marker = discord.world.new_category("marker")
    while (await connected.next(hikari.GuildChannelCreateEvent)).channel_id != marker.id:
        pass
    connected.events.clear()
    yield connected
    assert connected.unread == []
