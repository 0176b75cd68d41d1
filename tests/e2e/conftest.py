"""Support desks for each test: local services, an installation folder, and what must hold at every test's end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from tests.support.keys import private_key
from tests.support.quick_desk import QuickDesk
from tests.support.service_manager import ServiceManager
from tests.support.watched_desk import prepare, watched
from tracker.sandbox.desk import LocalDesk


def desk_in(folder: Path, test: pytest.FixtureRequest) -> LocalDesk:
    """The desk of a `test`."""
    kind = LocalDesk if test.node.get_closest_marker("shipped_command") else QuickDesk
    return kind(folder=folder, private_key=private_key())


@pytest.fixture
async def bare_desk(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[LocalDesk]:
    """A desk whose sheet nobody has prepared yet."""
    async with watched(desk_in(tmp_path, request)) as desk:
        yield desk


@pytest.fixture
async def desk(bare_desk: LocalDesk) -> LocalDesk:
    """A desk that is ready to start the bot."""
    return await prepare(bare_desk)


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[ServiceManager]:
    """A service manager, which a desk's commands know once they have its `environment`."""
    with closing(ServiceManager(tmp_path / "notify")) as manager:
        yield manager


@pytest.fixture
async def unchecked_desk(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[LocalDesk]:
    """A desk that is ready to start the bot, for masses of rows that take long to check and answers made wrong."""
    async with watched(desk_in(tmp_path, request), checked=False) as desk:
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
            return await prepare(await opened.enter_async_context(watched(desk_in(folder, request))))

        yield open_one
