"""Support desks whose bot runs inside of the test: local services, an installation folder, what holds at the end."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.support.inside import InsideDesk
from tests.support.keys import private_key
from tests.support.watched_desk import prepare, watched
from tracker.sandbox.desk import LocalDesk


@pytest.fixture(autouse=True)
def levels_of_the_log() -> Iterator[None]:
    """What a bot sets is put back."""
    logs = [logging.getLogger(name) for name in ("", "tracker")]
    levels = [log.level for log in logs]
    yield
    for log, level in zip(logs, levels, strict=True):
        log.setLevel(level)


@pytest.fixture
async def bare_desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    """A desk whose sheet nobody has prepared yet."""
    async with watched(InsideDesk(folder=tmp_path, private_key=private_key())) as desk:
        yield desk


@pytest.fixture
async def desk(bare_desk: LocalDesk) -> LocalDesk:
    """A desk that is ready to start the bot."""
    return await prepare(bare_desk)


@pytest.fixture
async def unchecked_desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    """A desk that is ready to start the bot, for masses of rows that take long to check and answers made wrong."""
    async with watched(InsideDesk(folder=tmp_path, private_key=private_key()), checked=False) as desk:
        yield await prepare(desk)


@pytest.fixture
async def open_desk(tmp_path: Path) -> AsyncIterator[Callable[[str], Awaitable[LocalDesk]]]:
    """Opens desks that are ready to start the bot, each in a folder of its own, for trouble that is mostly waiting."""
    async with AsyncExitStack() as opened:

        async def open_one(name: str) -> LocalDesk:
            folder = tmp_path / name
            folder.mkdir()
            desk = InsideDesk(folder=folder, private_key=private_key())
            return await prepare(await opened.enter_async_context(watched(desk)))

        yield open_one
