"""A support desk for each test: local services, an installation folder, and what must hold at every test's end."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract import discord_openapi, google
from tracker.sandbox.desk import LocalDesk


@pytest.fixture
async def bare_desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    """A desk whose sheet nobody has prepared yet.

    Every request of the commands and every answer is held to Google's and (where it is at hand) Discord's description.
    """
    desk = LocalDesk(folder=tmp_path)
    breaches = [google.watch(desk.sheets)]
    if discord_openapi.VARIABLE in os.environ:
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


@pytest.fixture
async def desk(bare_desk: LocalDesk) -> LocalDesk:
    """A desk that is ready to start the bot."""
    await bare_desk.prepare_sheet()
    bare_desk.sheets.requests.clear()
    return bare_desk
