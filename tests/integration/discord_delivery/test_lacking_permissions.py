"""The bot lacks a permission: it says so once, asks now and then for all, and does the rest when it is back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http import HTTPStatus

import pytest

from tests.support.discord_desk import DiscordDesk


@pytest.mark.parametrize(
    ("permission", "reason"),
    [("SEND_MESSAGES_IN_THREADS", "lacks Send Messages in Threads"), ("VIEW_CHANNEL", "has no access")],
    ids=["50013", "50001"],
)
async def test_a_lost_permission_is_logged_once_and_what_waits_comes_when_it_is_back(
    desk: DiscordDesk, permission: str, reason: str
) -> None:
    thread = desk.open()
    desk.world.deny(desk.forum, permission)
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(lambda: [request.status for request in desk.discord.requests].count(403) == 30)
        assert len(desk.lines()) == 1
        assert len(desk.lines(f"Thread {thread.id}: post_resolved: the bot", reason)) == 1
        desk.world.allow(desk.forum, permission)
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert "post_resolved in the forum's threads works again." in desk.log.messages


async def test_thousands_that_lack_a_permission_ask_for_it_a_few_times_a_minute_and_starve_no_one(
    desk: DiscordDesk,
) -> None:
    desk.world.deny(desk.forum, "ADD_REACTIONS")
    with desk.store.transaction():
        waiting = [desk.open(f"Thread {number}") for number in range(500)]
        for thread in waiting:
            desk.tick(thread)
    async with desk.delivering():
        thread = desk.open("Due")
        desk.resolve(thread)
        await desk.until(lambda: desk.messages(thread), hurry=False)
        await desk.until(lambda: desk.lines("lacks Add Reactions"), hurry=False)

        def refusals() -> int:
            return sum(request.status == 403 for request in desk.discord.requests)

        steps = 0
        async with asyncio.timeout(60):
            while steps < 30 or refusals() < 3:  # five minutes, or more where a busy machine has not kept up with them
                desk.later += timedelta(seconds=10)
                desk.delivery.wake()
                await asyncio.sleep(0.05)
                steps += 1
        assert refusals() <= 10
        assert len(desk.lines("react:")) == 1
        desk.world.allow(desk.forum, "ADD_REACTIONS")
        await desk.until(lambda: desk.ticked(waiting[0]) and desk.ticked(waiting[-1]), seconds=60.0)


@pytest.mark.parametrize("permission", ["ADD_REACTIONS", "SEND_MESSAGES_IN_THREADS", "VIEW_CHANNEL"])
async def test_tickets_that_come_after_a_refusal_wait_for_the_next_probe_of_their_kind(
    desk: DiscordDesk, permission: str
) -> None:
    first = desk.open("First")
    desk.tick(first)
    desk.resolve(first)
    desk.world.deny(desk.forum, permission)
    async with desk.delivering():
        await desk.until(lambda: desk.lines(permission_lacks(permission)) and desk.delivery.idle, hurry=False)
        probes = refusals(desk)
        later = [desk.open(f"Later {number}") for number in range(20)]
        for thread in later:
            desk.tick(thread)
            desk.resolve(thread)
            desk.delivery.wake()
            await asyncio.sleep(0.02)
        await desk.until(lambda: desk.delivery.idle, hurry=False)
        assert refusals(desk) == probes
        assert probes <= 2  # one of each kind
        desk.world.allow(desk.forum, permission)
        await desk.until(lambda: all(desk.ticked(each) and desk.messages(each) for each in (first, *later)))
    assert refusals(desk) <= probes + 2


def permission_lacks(permission: str) -> str:
    return "no access" if permission == "VIEW_CHANNEL" else "the bot lacks"


def refusals(desk: DiscordDesk) -> int:
    return sum(request.status == HTTPStatus.FORBIDDEN for request in desk.discord.requests)


async def test_reactions_that_may_not_be_added_expire_together_after_a_day(desk: DiscordDesk) -> None:
    desk.world.deny(desk.forum, "ADD_REACTIONS")
    threads = [desk.open(f"Thread {number}") for number in range(20)]
    for thread in threads:
        desk.tick(thread)
    async with desk.delivering():
        await desk.until(lambda: desk.lines("lacks Add Reactions"))
        desk.later += timedelta(days=1)
        await desk.until(lambda: desk.lines("✅ on", "given up after a day"))
        assert desk.delivery.given_up.count > 10
        assert "✅ on a post" in str(desk.delivery.given_up.problem)
        await desk.all_done()
    assert not any(map(desk.ticked, threads))


async def test_tickets_that_lack_a_permission_ask_a_handful_of_times_and_all_when_it_is_given(
    desk: DiscordDesk,
) -> None:
    desk.world.deny(desk.forum, "ADD_REACTIONS")
    threads = [desk.open(f"Thread {number}") for number in range(40)]
    for thread in threads:
        desk.tick(thread)

    async with desk.delivering():
        await desk.until(lambda: desk.lines("lacks Add Reactions") and desk.delivery.idle, hurry=False)
        assert 1 <= refusals(desk) <= 8  # as many as are under way at once
        desk.world.allow(desk.forum, "ADD_REACTIONS")
        await desk.until(lambda: all(desk.ticked(thread) for thread in threads))
    assert refusals(desk) <= 8
