"""Discord's answer is lost or the bot dies over it: whether or not it was posted, a message is there once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.discord_desk import DiscordDesk, resolved
from tracker.sandbox.discord import errors, faults

MESSAGES = "/messages$"
LOST = {
    "500": faults.server_error,
    "502-in-html": faults.bad_gateway,
    "reset": faults.reset,
    "time-out": faults.hang,
}


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not-applied"])
@pytest.mark.parametrize("failure", LOST)
async def test_a_message_is_posted_once_whatever_became_of_the_answer(
    desk: DiscordDesk, failure: str, *, applied: bool
) -> None:
    desk.discord.faults.append(LOST[failure](MESSAGES, method="POST", applied=applied, times=2))
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(thread)
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.resolved_message_id == message.id
    assert len(desk.lines()) == 1  # both failures in one line
    assert len(desk.lines(f"Thread {thread.id}: post_resolved: Discord")) == 1


async def test_a_message_is_posted_once_even_when_its_answer_comes_after_discord_forgot_its_nonce(
    desk: DiscordDesk,
) -> None:
    lost = faults.reset(MESSAGES, method="POST", applied=True)
    desk.discord.faults.append(lost)
    thread = desk.open()
    desk.alert(thread)  # in one channel the answer is lost, in the other it comes
    desk.tracking.announce("Google is away.")
    async with desk.delivering():
        await desk.until(lambda: lost.times == 0 and all(desk.messages(channel) for channel in desk.alerts))
        lost.times = 3  # how many of them are met depends on how often hikari repeats the request by itself
        desk.resolve(thread)
        await desk.until(lambda: lost.times != 3)
        then = desk.now() + timedelta(hours=1)
        desk.world.now = lambda: then
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert [len(desk.messages(channel)) for channel in desk.alerts] == [2, 2]


async def test_where_the_bot_may_not_read_its_own_messages_the_nonce_keeps_them_single(desk: DiscordDesk) -> None:
    for channel in desk.alerts:
        desk.world.deny(channel, "READ_MESSAGE_HISTORY")
    desk.discord.faults.append(faults.server_error(MESSAGES, method="POST", applied=True, times=4))
    desk.alert(desk.open())
    desk.tracking.announce("Google is away.")
    async with desk.delivering():
        await desk.all_done()
    assert [len(desk.messages(channel)) for channel in desk.alerts] == [2, 2]


async def test_a_message_posted_by_a_process_that_died_over_it_is_found_by_the_next(desk: DiscordDesk) -> None:
    desk.discord.faults.append(faults.hang(MESSAGES, method="POST", applied=True, times=5))
    thread = desk.open()
    waiting = desk.open("Nobody answers")
    desk.alert(waiting)
    desk.tracking.announce("Google is away.")
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(lambda: len(desk.messages(thread)) + sum(len(c.messages) for c in desk.alerts) == 3)
    then = desk.now() + timedelta(hours=1)
    desk.world.now = lambda: then
    desk.discord.faults.clear()
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(thread)
    assert [len(desk.messages(channel)) for channel in desk.alerts] == [2, 2]
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.resolved_message_id == message.id


async def test_a_second_resolution_is_announced_anew_although_the_first_message_has_the_same_text(
    desk: DiscordDesk,
) -> None:
    thread = await resolved(desk)
    first = desk.messages(thread)[0]
    desk.world.revoke("SEND_MESSAGES_IN_THREADS")
    desk.discord.faults.append(faults.refused("/messages/", errors.UNKNOWN_MESSAGE, method="PATCH"))
    desk.reopen(thread)  # cannot be announced: the first message keeps its text
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(lambda: desk.lines("post_resolved"))
        desk.world.grant("SEND_MESSAGES_IN_THREADS")
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [first.content] * 2


async def test_a_thread_that_discord_once_does_not_know_loses_nothing(desk: DiscordDesk) -> None:
    thread, waiting = desk.open(), desk.open("Waiting")
    desk.discord.faults += [
        faults.refused(f"/{thread.id}{MESSAGES}", errors.UNKNOWN_CHANNEL, method="POST"),
        faults.refused(f"/{waiting.id}{MESSAGES}", errors.UNKNOWN_CHANNEL, method="GET"),
    ]
    desk.resolve(thread)
    desk.alert(waiting)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert [len(desk.messages(channel)) for channel in desk.alerts] == [1, 1]
    assert desk.lines() == []


async def test_an_attempt_that_takes_too_long_ends(desk: DiscordDesk) -> None:
    desk.discord.faults.append(faults.rate_limited(MESSAGES, retry_after=100.0))
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering(patience=timedelta(seconds=0.2)):
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert len(desk.lines("post_resolved: Discord could not be reached (TimeoutError)")) == 1
