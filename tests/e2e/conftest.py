"""Support desks for each test: local services, an installation folder, and what must hold at every test's end."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.support import discord_openapi, google
from tests.support.keys import private_key
from tests.support.quick_desk import QuickDesk
from tracker.sandbox.desk import LocalDesk


@asynccontextmanager
async def watched_desk(folder: Path, test: pytest.FixtureRequest, *, judged: bool = True) -> AsyncIterator[LocalDesk]:
    """A desk whose sheet nobody has prepared yet, for a `test`.

    If `judged`, every request of the commands and every answer is held to Google's and (where it is at hand) Discord's
    description.
    """
    kind = LocalDesk if test.node.get_closest_marker("shipped_command") else QuickDesk
    desk = kind(folder=folder, private_key=private_key())
    breaches = [google.watch(desk.sheets)] if judged else []
    if judged and discord_openapi.VARIABLE in os.environ:
        breaches.append(discord_openapi.watch(desk.discord))
    async with desk:
        yield desk
        await desk.kill_bot()
        assert not any(breaches), breaches
        assert desk.discord.problems == []
        assert desk.sheets.problems == []
        assert "Traceback" not in desk.log
        assert desk.discord.token not in desk.log
        assert "PRIVATE KEY" not in desk.log


async def prepare(desk: LocalDesk) -> LocalDesk:
    """Make the desk ready to start the bot."""
    await desk.prepare_sheet()
    desk.sheets.requests.clear()
    return desk


@pytest.fixture
async def bare_desk(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[LocalDesk]:
    """A desk whose sheet nobody has prepared yet."""
    async with watched_desk(tmp_path, request) as desk:
        yield desk


@pytest.fixture
async def desk(bare_desk: LocalDesk) -> LocalDesk:
    """A desk that is ready to start the bot."""
    return await prepare(bare_desk)


@pytest.fixture
async def unjudged_desk(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[LocalDesk]:
    """A desk that is ready to start the bot, for masses of rows that take long to judge and answers made wrong."""
    async with watched_desk(tmp_path, request, judged=False) as desk:
        yield await prepare(desk)


@pytest.fixture
async def open_desk(
    tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Callable[[str], Awaitable[LocalDesk]]]:
    """Opens desks that are ready to start the bot, each in a folder of its own, for trouble that is mostly waiting."""
    async with AsyncExitStack() as opened:

        async def open_one(name: str) -> LocalDesk:
            folder = tmp_path / name
            folder.mkdir()
            return await prepare(await opened.enter_async_context(watched_desk(folder, request)))

        yield open_one
