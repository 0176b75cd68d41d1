"""What is slow, limited or unreadable holds up its own lane only; and the delivery itself ends when it must."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest
from aiohttp import web

from tests.support.discord_desk import DiscordDesk
from tracker.errors import StoreError
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.rate_limits import Limit
from tracker.sandbox.service import Fault


async def test_rate_limits_lose_and_double_nothing_and_other_channels_go_on(desk: DiscordDesk) -> None:
    desk.discord.rate_limits.per_route = {
        "POST /api/v10/channels/{channel_id}/messages": Limit(requests=2, seconds=0.4)
    }
    desk.discord.faults += [
        faults.rate_limited(f"/{desk.alerts[1].id}/messages$", scope="shared", retry_after=0.3),
        faults.rate_limited("/reactions/", scope="global", retry_after=0.2),
    ]
    waiting = [desk.open(f"Waiting {number}") for number in range(6)]
    for thread in waiting:
        desk.alert(thread)
    quick = desk.open("Quick")
    desk.tick(quick)
    begun = time.monotonic()
    async with desk.delivering():
        await desk.until(lambda: desk.ticked(quick), hurry=False)
        assert any(len(channel.messages) < 6 for channel in desk.alerts)
        await desk.until(lambda: not desk.store.effects.heads(1), hurry=False)
    assert time.monotonic() - begun > 0.7
    assert [len(channel.messages) for channel in desk.alerts] == [6, 6]
    assert desk.lines("given up") == []
    # hikari learns the limit from the answers: only the two made-up refusals and at most one of its own
    assert [request.status for request in desk.discord.requests].count(429) <= 3


async def test_a_channel_that_hangs_with_many_effects_keeps_no_other_ticket_waiting(desk: DiscordDesk) -> None:
    desk.discord.faults.append(faults.hang(f"/{desk.alerts[0].id}/messages", times=None))
    waiting = [desk.open(f"Waiting {number}") for number in range(120)]
    for thread in waiting:
        desk.alert(thread)
    late = desk.open("Came last")
    desk.tick(late)
    desk.resolve(late)
    async with desk.delivering(patience=timedelta(seconds=60)):
        await desk.until(lambda: desk.ticked(late) and desk.messages(late), hurry=False)


async def test_an_answer_nobody_can_read_is_shown_given_up_and_blocks_only_its_own_lane(desk: DiscordDesk) -> None:
    thread, other = desk.open(), desk.open("Other")
    unreadable = Fault(path=f"/{thread.id}/messages$", outcome=lambda: web.json_response({"id": "1"}), times=None)
    desk.discord.faults.append(unreadable)
    desk.resolve(thread)
    desk.tick(thread)
    desk.resolve(other)
    async with desk.delivering():
        await desk.all_done()
    assert desk.ticked(thread)
    assert len(desk.messages(other)) == 1
    failed, given_up = (line for line in desk.lines() if str(thread.id) in line)
    assert failed.startswith(f"Thread {thread.id}: post_resolved: a defect of the program or an answer it cannot read")
    assert given_up.startswith(f"Thread {thread.id}: post_resolved is given up")
    assert any(record.exc_info for record in desk.log.records)


@pytest.mark.parametrize("steps", range(5))
async def test_a_stop_in_the_moment_of_waking_up_is_not_missed(desk: DiscordDesk, steps: int) -> None:
    async with desk.delivering() as running:
        await asyncio.sleep(0.01)
        desk.delivery.wake()
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait((running,), timeout=60.0)
        assert running.done()
        assert running.cancelled()


async def test_a_store_that_fails_ends_the_delivery_with_its_error(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.resolve(thread)
    desk.discord.before.append(lambda _request: desk.store.close())
    async with desk.delivering() as running:
        await asyncio.wait((running,), timeout=60.0)
        assert running.done()
        assert isinstance(running.exception(), StoreError)
