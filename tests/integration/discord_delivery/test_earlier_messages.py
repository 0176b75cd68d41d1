"""The message about a resolution where its id is not known: the tracker before this one wrote it, or nobody did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.support.discord_desk import DiscordDesk
from tracker.domain.snowflakes import created_at
from tracker.domain.wording import REOPENED, RESOLVED
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.entities import Message, Thread


def resolved_before(desk: DiscordDesk, *messages: str) -> tuple[Thread, list[Message]]:
    """A thread that an earlier tracker resolved, in which the bot's account wrote these messages."""
    thread = desk.open()
    desk.resolve(thread)
    desk.store.effects.drop_in_thread(thread.id)
    return thread, [desk.world.add_message(thread, desk.world.bot_user, text) for text in messages]


async def test_it_is_found_in_the_thread_and_remembered(desk: DiscordDesk) -> None:
    thread, (older, newer, last) = resolved_before(desk, REOPENED, f"🔴 {RESOLVED}", "Something else")
    desk.world.reply(thread, desk.mia, RESOLVED)
    desk.reopen(thread)

    async with desk.delivering():
        await desk.all_done()

    assert [message.edited_at is not None for message in (older, newer, last)] == [False, True, False]
    assert newer.content == REOPENED
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.resolved_message_id == newer.id


async def test_where_there_is_none_nothing_is_edited_and_the_log_says_so(desk: DiscordDesk) -> None:
    thread, (other,) = resolved_before(desk, "Something else")
    desk.reopen(thread)

    async with desk.delivering():
        await desk.all_done()

    assert other.edited_at is None
    logged = [record.getMessage() for record in desk.log.records if record.name.startswith("tracker")]
    assert f"Thread {thread.id}: no message of the bot is about its resolution; none is edited." in logged
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert (ticket.resolved_message_id, ticket.reopen_count) == (None, 1)


async def test_a_known_one_of_another_application_stays_and_the_next_resolution_is_announced_anew(
    desk: DiscordDesk,
) -> None:
    thread, _ = resolved_before(desk)
    theirs = desk.world.add_message(thread, desk.world.new_user("another bot", bot=True), RESOLVED)
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    desk.store.tickets.save(replace(ticket, resolved_message_id=theirs.id))
    desk.reopen(thread)
    desk.resolve(thread)

    async with desk.delivering():
        await desk.all_done()

    assert desk.lines("edit_reopened is given up: another application wrote the message")
    (ours,) = desk.messages(thread)
    assert (theirs.content, RESOLVED in ours.content) == (RESOLVED, True)
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.resolved_message_id == ours.id


async def test_a_resolution_that_a_store_put_back_from_a_backup_notices_again_is_dated_by_the_message_that_is_there(
    desk: DiscordDesk,
) -> None:
    thread = desk.open()
    backup = desk.store.tickets.find(thread.id)
    assert backup is not None
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(thread)

    desk.store.tickets.save(backup)
    desk.later += timedelta(days=1)
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()

    assert desk.messages(thread) == [message]
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert (ticket.resolved_at, ticket.resolved_message_id) == (created_at(message.id), message.id)


MANY = 1_001
"""More than are searched."""


async def test_a_message_whose_answer_was_lost_is_found_in_a_long_thread(desk: DiscordDesk) -> None:
    thread = desk.open()
    for number in range(MANY):
        desk.world.reply(thread, desk.mia, str(number))
    desk.resolve(thread)

    await deliver_when_forgotten(desk, thread.id)

    assert len(desk.messages(thread)) == 1


async def test_an_alert_whose_answer_was_lost_is_found_in_a_busy_channel(desk: DiscordDesk) -> None:
    thread = desk.open()
    for number in range(MANY):
        desk.world.reply(desk.alerts[0], desk.mia, str(number))
    desk.alert(thread)

    await deliver_when_forgotten(desk, desk.alerts[0].id)

    assert len(desk.messages(desk.alerts[0])) == 1


async def deliver_when_forgotten(desk: DiscordDesk, channel_id: int) -> None:
    """The answer to a message is lost, and Discord has forgotten its nonce when it is tried again."""
    lost = faults.reset(f"/{channel_id}/messages$", method="POST", applied=True, times=1)
    desk.discord.faults.append(lost)
    async with desk.delivering():
        await desk.until(lambda: lost.times == 0)
        then = desk.now() + timedelta(hours=1)
        desk.world.now = lambda: then
        await desk.all_done()
