"""Messages to threads that are archived or locked: how the bot leaves the thread, and what waits for people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from aiohttp import web

from tests.support.discord_desk import DiscordDesk, resolved
from tracker.domain.wording import REOPENED
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.errors import Refusal


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not-locked"])
async def test_in_an_archived_thread_the_bot_edits_and_archives_it_again(desk: DiscordDesk, *, locked: bool) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = await resolved(desk)
    if locked:
        desk.world.lock(thread)
    desk.reopen(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [REOPENED]
    assert thread.archived
    assert desk.lines() == []


async def test_a_thread_that_somebody_archives_again_while_the_bot_edits_is_opened_once_more(desk: DiscordDesk) -> None:
    def archive_again(request: web.Request) -> None:
        if request.method == "PATCH" and "/messages/" in request.path and not thread.archived:
            desk.discord.before.remove(archive_again)
            desk.world.archive(thread)

    desk.world.grant("MANAGE_THREADS")
    thread = await resolved(desk)
    desk.reopen(thread)
    desk.world.archive(thread)
    desk.discord.before.append(archive_again)
    async with desk.delivering():
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [REOPENED]
    assert desk.discord.before == []
    assert thread.archived
    assert desk.lines() == []


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not-locked"])
async def test_an_archived_thread_that_the_bot_could_not_close_again_is_left_alone_until_people_open_it(
    desk: DiscordDesk, *, locked: bool
) -> None:
    thread = await resolved(desk)
    desk.reopen(thread)
    if locked:
        desk.world.lock(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(desk.lines)
        (line,) = desk.lines()
        assert line == (
            f"Thread {thread.id}: edit_reopened: the thread is archived, and only with Manage Threads the bot could "
            "close it again. Trying again until it works."
        )
        assert thread.archived
        # It was not even opened for a moment.
        assert not any(
            request.method == "PATCH" and request.path.endswith(f"/channels/{thread.id}")
            for request in desk.discord.requests
        )
        desk.world.unlock(thread)
        desk.world.unarchive(thread)
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [REOPENED]
    assert not thread.archived


async def test_an_edit_that_fails_in_an_opened_thread_leaves_it_archived(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = await resolved(desk)
    desk.reopen(thread)
    desk.world.archive(thread)
    desk.discord.faults += [
        faults.refused("/messages/", errors.THREAD_ARCHIVED, method="PATCH"),
        faults.server_error("/messages/", method="PATCH"),
    ]
    async with desk.delivering():
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [REOPENED]
    assert thread.archived


@pytest.mark.parametrize("refusal", [errors.THREAD_LOCKED, errors.THREAD_LOCKED_AS_ARCHIVED], ids=["160005", "50083"])
async def test_a_message_to_a_locked_thread_waits_for_it_to_be_unlocked_with_one_clear_line(
    desk: DiscordDesk, refusal: Refusal
) -> None:
    desk.world.locked_is = refusal
    thread = desk.open()
    desk.world.lock(thread)
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(desk.lines)
        (line,) = desk.lines()
        assert f"Thread {thread.id}: post_resolved: the thread is locked (Manage Threads" in line
        desk.world.unlock(thread)
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert desk.delivery.given_up.problem is None


async def test_an_edit_in_a_locked_thread_that_is_open_leaves_it_open_and_waits(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = await resolved(desk)
    locked = faults.refused("/messages/[0-9]+$", errors.THREAD_LOCKED_AS_ARCHIVED, method="PATCH", times=None)
    desk.discord.faults.append(locked)
    desk.reopen(thread)
    async with desk.delivering():
        await desk.until(lambda: len(desk.discord.requests) > 8)
        assert not thread.archived
        desk.discord.faults.remove(locked)
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [REOPENED]
    assert not thread.archived


async def test_a_thread_that_stays_locked_for_a_day_is_given_up_aloud(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.world.lock(thread)
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(lambda: any("given up" in message.content for message in desk.messages(desk.alerts[0])))
        await desk.all_done()
        assert len(desk.lines(f"Thread {thread.id}: post_resolved is given up: the thread is locked")) == 1
        assert desk.delivery.given_up.count == 1
        assert "resolved message (1): the thread is locked" in str(desk.delivery.given_up.problem)
        (announced,) = [message.content for message in desk.messages(desk.alerts[1])]
        assert "• resolved message, 1 times: the thread is locked" in announced
        assert f"<#{thread.id}>" in announced
        desk.later += timedelta(days=2)
        assert (desk.delivery.given_up.count, desk.delivery.given_up.problem) == (0, None)
        desk.world.unlock(thread)
        desk.reopen(thread)  # there is nothing to turn into the reopened text
        desk.resolve(thread)
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
