"""What must hold at the end of every test of the whole bot, whether it runs as a process or inside of the tests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support import discord_openapi, google
from tests.support.prepared import prepare_sheet
from tracker.sandbox.desk import LocalDesk


@asynccontextmanager
async def watched(desk: LocalDesk, *, checked: bool = True) -> AsyncIterator[LocalDesk]:
    """The desk, opened; nobody has prepared its sheet yet.

    If `checked`, every request of the commands and every answer is held to Google's and (where it is at hand) Discord's
    description.
    """
    breaches = [google.watch(desk.sheets)] if checked else []
    if checked and discord_openapi.VARIABLE in os.environ:
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
    await prepare_sheet(desk)
    return desk
