"""Pages of a proxy or of a network's sign-in, which stand between the bot and Discord, are no answers of Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.contract.discord_desk import DiscordDesk, discord_desk
from tracker.sandbox.service import Fault


@pytest.fixture
async def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(tmp_path, caplog) as desk:
        yield desk


def page(status: int, path: str, method: str) -> Fault:
    """Once, instead of Discord's answer."""
    return Fault(
        path=path,
        method=method,
        applied=False,
        times=1,
        outcome=lambda: web.Response(status=status, text="<html>Not here</html>", content_type="text/html"),
    )


@pytest.mark.parametrize("status", [403, 404, 408, 429])
async def test_a_message_is_not_given_up_for_a_page(desk: DiscordDesk, status: int) -> None:
    thread = desk.open()
    desk.resolve(thread)
    desk.discord.faults.append(page(status, "/messages$", "POST"))

    async with desk.delivering():
        await desk.all_done()

    assert len(desk.messages(thread)) == 1


async def test_a_thread_is_not_taken_for_deleted_for_a_page(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.alert(thread)
    desk.discord.faults.append(page(404, f"/{thread.id}/messages$", "GET"))

    async with desk.delivering():
        await desk.all_done()

    ticket = desk.store.ticket(thread.id)
    assert ticket is not None
    assert not ticket.deleted
    assert len(desk.messages(desk.alerts[0])) == 1
