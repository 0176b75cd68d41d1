"""Fixtures for tests of the local Discord server through hikari's REST client: a server, its guild, who is in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hikari.api import RESTClient

from tests.support.discord_client import rest_client
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Channel, Forum, Thread, User
from tracker.sandbox.discord.world import World


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server
        assert server.problems == []


@pytest.fixture
async def rest(discord: DiscordServer) -> AsyncIterator[RESTClient]:
    async with rest_client(discord) as client:
        yield client


@pytest.fixture
def world(discord: DiscordServer) -> World:
    return discord.world


@pytest.fixture
def forum(world: World) -> Forum:
    return world.new_forum("support", tags=["Engineering", "resolved"])


@pytest.fixture
def alerts(world: World) -> Channel:
    return world.new_text_channel("alerts")


@pytest.fixture
def mia(world: World) -> User:
    return world.new_user("mia")


@pytest.fixture
def thread(world: World, forum: Forum, mia: User) -> Thread:
    return world.open_thread(forum, mia, "Cannot log in", tags=["Engineering"])
