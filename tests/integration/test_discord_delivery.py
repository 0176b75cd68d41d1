"""What becomes of messages, reactions and alerts when Discord refuses, fails, or hides that it did not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.discord_desk import DiscordDesk, discord_desk
from tracker.discord.forum import Forum
from tracker.domain.events import RepliesMissed
from tracker.domain.pauses import Pause
from tracker.domain.snowflakes import created_at
from tracker.domain.ticket import Answer
from tracker.domain.wording import REOPENED
from tracker.errors import StoreError
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.discord.rate_limits import Limit
from tracker.sandbox.service import Fault

MESSAGES = "/messages$"
LOST = {
    "500": faults.server_error,
    "502-in-html": faults.bad_gateway,
    "reset": faults.reset,
    "time-out": faults.hang,
}


@pytest.fixture
async def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(tmp_path, caplog) as desk:
        yield desk


async def resolved(desk: DiscordDesk) -> Thread:
    """A thread with its resolved message."""
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    return thread


# Answers that do not come


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


async def test_an_answer_that_the_bot_may_not_read_is_found_once_it_may(desk: DiscordDesk) -> None:
    sam = desk.world.new_user("sam")
    answered, bare = desk.open(), desk.open("Nobody answers", without_starter=True)
    desk.world.deny(desk.forum, "READ_MESSAGE_HISTORY")
    first, *_ = [desk.world.reply(answered, sam, text) for text in ("Which browser?", "Ah, I see")]
    for thread in (answered, bare):
        desk.tracking.record(RepliesMissed(thread_id=thread.id))
    async with desk.delivering():
        await desk.until(lambda: desk.lines("look_back", "Read Message History"))
        desk.world.allow(desk.forum, "READ_MESSAGE_HISTORY")
        await desk.all_done()
    ticket = desk.store.tickets.find(answered.id)
    assert ticket is not None
    assert ticket.first_answer is not None
    assert ticket.first_answer.message_id == first.id


async def test_what_the_asker_wrote_unheard_ends_a_pause(desk: DiscordDesk) -> None:
    sam, second = desk.world.new_user("sam"), timedelta(seconds=1)

    def told(pause: Callable[[datetime], Pause]) -> tuple[int, datetime]:
        """A thread with such a pause, of which the staff's first message and the asker's second one are known of."""
        thread = desk.open()
        first = desk.world.reply(thread, sam, "Which browser?")
        ticket = desk.store.tickets.find(thread.id)
        assert ticket is not None
        began = created_at(first.id)
        answer = Answer(message_id=first.id, author_name="sam")
        desk.store.tickets.save(replace(ticket, first_answer=answer, pauses=(pause(began),)))
        desk.world.reply(thread, sam, "Are you there?")
        for number, text in enumerate(("Firefox", "And Chrome"), start=1):
            desk.world.reply(thread, desk.mia, text, at=first.timestamp + number * second)
        desk.tracking.record(RepliesMissed(thread_id=thread.id))
        return thread.id, began

    lasting, began = told(lambda began: Pause(start=began))
    ended, began_2 = told(lambda began: Pause(start=began, end=began + 10 * second))
    undated, began_3 = told(lambda began: Pause(start=began + second))  # from the asker's own message on
    async with desk.delivering():
        await desk.all_done()

    def pauses(thread_id: int) -> tuple[Pause, ...]:
        found = desk.store.tickets.find(thread_id)
        assert found is not None
        return found.pauses

    assert pauses(lasting) == (Pause(start=began, end=began + second),)
    assert pauses(ended) == (Pause(start=began_2, end=began_2 + second),)
    assert pauses(undated) == (Pause(start=began_3 + second, end=began_3 + second),)


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


async def test_a_second_resolution_is_told_anew_although_the_first_message_has_the_same_text(
    desk: DiscordDesk,
) -> None:
    thread = await resolved(desk)
    first = desk.messages(thread)[0]
    desk.world.revoke("SEND_MESSAGES_IN_THREADS")
    desk.discord.faults.append(faults.refused("/messages/", errors.UNKNOWN_MESSAGE, method="PATCH"))
    desk.reopen(thread)  # cannot be told: the first message keeps its text
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(lambda: desk.lines("post_resolved"))
        desk.world.grant("SEND_MESSAGES_IN_THREADS")
        await desk.all_done()
    assert [message.content for message in desk.messages(thread)] == [first.content] * 2


# Rate limits


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


# Permissions


@pytest.mark.parametrize(
    ("permission", "reason"),
    [("SEND_MESSAGES_IN_THREADS", "lacks Send Messages in Threads"), ("VIEW_CHANNEL", "has no access")],
    ids=["50013", "50001"],
)
async def test_a_lost_permission_is_told_once_and_what_waits_comes_when_it_is_back(
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


# Archived and locked threads


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


# What people deleted


async def test_a_resolved_message_that_a_person_deleted_is_not_edited_and_the_next_one_is_posted(
    desk: DiscordDesk,
) -> None:
    thread = await resolved(desk)
    desk.world.delete_message(desk.messages(thread)[0])
    desk.reopen(thread)
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (line,) = desk.lines()
    assert line == f"Thread {thread.id}: edit_reopened is given up: the message does not exist any more."
    assert len(desk.messages(thread)) == 1


async def test_a_starter_is_waited_for_in_silence_and_given_up_in_one_line_where_it_was_deleted(
    desk: DiscordDesk,
) -> None:
    late, never = desk.open("Late", without_starter=True), desk.open("Deleted")
    assert never.starter is not None
    desk.world.delete_message(never.starter)
    for thread in (late, never):
        desk.tick(thread)
    desk.resolve(late)
    async with desk.delivering():
        await desk.until(lambda: len(desk.discord.requests) >= 4, hurry=False)
        assert desk.lines() == []
        desk.world.post_starter(late)
        await desk.all_done()
    assert desk.ticked(late)
    assert len(desk.messages(late)) == 1
    (line,) = desk.lines()
    assert line == f"Thread {never.id}: react is given up: the message does not exist any more."


async def test_a_thread_deleted_unheard_costs_one_line_for_its_errand_and_no_alert(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.resolve(thread)
    waiting = desk.open("Waiting")
    desk.alert(waiting)
    for each in (thread, waiting):
        desk.world.delete_thread(each)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.lines(f"Thread {thread.id}: post_resolved is given up", "does not exist any more")) == 1
    assert len(desk.lines()) == 1
    assert desk.delivery.given_up.problem is None  # people deleted it
    assert [channel.messages for channel in desk.alerts] == [[], []]


# One does not block the others


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


# What must never be


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
    told, given_up = (line for line in desk.lines() if str(thread.id) in line)
    assert told.startswith(f"Thread {thread.id}: post_resolved: a defect of the program or an answer it cannot read")
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


async def test_a_member_is_asked_for_once_however_much_they_wrote(desk: DiscordDesk) -> None:
    role = desk.world.new_role("Support")
    mia, leo = desk.world.new_user("ada"), desk.world.new_user("leo")
    thread = desk.open()
    for number in range(150):
        desk.world.reply(thread, (mia, leo)[number % 2], f"Me too {number}")
    desk.world.reply(thread, desk.world.new_user("ana", roles=[role]), "Here")
    forum = Forum(desk.rest, desk.forum.id, (role.id,))
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    answers = [reply async for reply in forum.replies(ticket) if reply.is_responder]
    assert [answer.author_name for answer in answers] == ["ana"]
    asked = [request.path for request in desk.discord.requests if "/members/" in request.path]
    assert len(asked) == len(set(asked)) == 3
