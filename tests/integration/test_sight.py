"""What takes the bot's sight of the forum, with hikari's real bot: nothing is lost by it, and people hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.support.sight_desk import SightDesk
from tracker.domain.snowflakes import created_at
from tracker.reconcile.sight import Cause
from tracker.sandbox.discord import DiscordServer, errors, faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.discord.payloads import Payload

SIX_MINUTES, NIGHT = timedelta(minutes=6), timedelta(hours=7)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SightDesk]:
    async with DiscordServer() as discord:
        yield SightDesk(folder=tmp_path, discord=discord)
        assert discord.problems == []


class Missed:
    """What happens while the bot is blind: every kind of it, and what has to be known afterwards."""

    def __init__(self, desk: SightDesk, known: Thread) -> None:
        world = desk.world
        self.desk, self.known = desk, known
        self.answer = world.reply(known, desk.sam, "Nobody hears this")
        world.rename(known, "Renamed")
        world.add_tag(known, "resolved")
        self.resolved_at = created_at(max(entry.id for entry in world.audit_log))
        self.new = world.open_thread(desk.forum, desk.mia, "New", tags=["Engineering"])
        self.closed = world.open_thread(desk.forum, desk.mia, "New and closed", tags=["resolved"])
        world.archive(self.closed)

    def is_known(self) -> bool:
        desk = self.desk
        if not desk.knows(self.new) or not desk.knows(self.closed):
            return False
        ticket = desk.ticket(self.known)
        return ticket.first_answer is not None and ticket.is_resolved

    def check(self, *, dated: bool = True) -> None:
        """Nothing was lost; if `dated`, each thing has its time."""
        desk, ticket = self.desk, self.desk.ticket(self.known)
        assert ticket.first_answer is not None
        assert ticket.first_answer.message_id == self.answer.id
        assert (ticket.title, [tag.name for tag in ticket.tags]) == ("Renamed", ["Engineering", "resolved"])
        assert ticket.resolved_at == self.resolved_at or not dated
        assert [tag.name for tag in desk.ticket(self.new).tags] == ["Engineering"]
        assert desk.ticket(self.closed).is_resolved


async def opened(desk: SightDesk) -> Thread:
    thread = desk.world.open_thread(desk.forum, desk.mia, "Known", tags=["Engineering"])
    await desk.until(lambda: desk.knows(thread))
    return thread


async def test_a_server_that_discord_loses_for_a_while_is_compared_anew(desk: SightDesk) -> None:
    async with desk.running():
        known = await opened(desk)
        before = desk.heard_until
        desk.discord.gateway.begin_outage()
        await desk.until(lambda: desk.feed.sight.cause is Cause.UNAVAILABLE)
        missed = Missed(desk, known)
        desk.pass_by(SIX_MINUTES)
        await asyncio.sleep(0.5)  # heartbeats are answered, and prove nothing
        desk.look()
        assert desk.feed.heard_until is None
        assert desk.heard_until == before
        await desk.until(lambda: desk.announced)
        desk.discord.gateway.end_outage()
        await desk.until(missed.is_known)
        missed.check()
        await desk.until(lambda: len(desk.announced) == 2)
        await desk.caught_up()
    blind, seeing = desk.announced
    assert "has not seen the forum for more than 5 minutes" in blind
    assert "Discord does not show the server to the bot." in blind
    assert "sees the forum again" in seeing


async def test_a_server_that_is_back_before_a_broken_connection_is_resumed_is_seen(desk: SightDesk) -> None:
    gateway = desk.discord.gateway
    async with desk.running():
        known = await opened(desk)
        gateway.begin_outage()
        await desk.until(lambda: desk.feed.sight.cause is Cause.UNAVAILABLE)
        missed = Missed(desk, known)
        gateway.unreachable = True
        gateway.drop()
        await desk.until(lambda: not any(session.connection for session in gateway.sessions.values()))
        gateway.end_outage()
        gateway.unreachable = False
        await desk.until(missed.is_known)
        missed.check()
        assert gateway.handshakes == ["IDENTIFY", "RESUME"]
        await desk.caught_up()


@pytest.mark.parametrize("connection", ["survives", "is dead", "lost its session"])
async def test_what_happens_while_the_machine_sleeps_was_not_heard(desk: SightDesk, connection: str) -> None:
    gateway = desk.discord.gateway
    async with desk.running():
        known = await opened(desk)
        await desk.caught_up()
        proof = desk.feed.heard_until
        assert proof is not None
        if connection == "is dead":
            gateway.mute()  # Discord keeps what happens for when the session is resumed
        else:
            gateway.pause()
        desk.later += timedelta(hours=1)
        missed = Missed(desk, known)
        gateway.held.clear()
        desk.later += NIGHT
        desk.look()
        assert desk.feed.sight.cause is Cause.ASLEEP
        assert desk.feed.sight.blindness is not None
        assert desk.feed.sight.blindness.since >= proof
        assert desk.now() - desk.feed.sight.blindness.since > NIGHT
        gateway.resume()
        if connection == "lost its session":
            gateway.invalidate()
        await desk.until(missed.is_known)
        missed.check()
        await desk.caught_up()
        await desk.until(lambda: len(desk.announced) == 2)
    assert "stood still or was asleep" in desk.announced[0]


async def test_a_message_is_not_repeated_after_a_night_in_which_discord_forgot_its_nonce(desk: SightDesk) -> None:
    async with desk.running():
        known = await opened(desk)
        desk.discord.faults.append(faults.server_error("/messages$", method="POST", applied=True))
        desk.world.add_tag(known, "resolved")
        await desk.until(lambda: len(known.messages) > 1)
        desk.later += NIGHT  # hikari waits for a second before it asks again
        await desk.until(lambda: desk.ticket(known).resolved_message_id)
    assert [message.id for message in known.messages[1:]] == [desk.ticket(known).resolved_message_id]


async def test_a_hidden_forum_is_announced_once_across_restarts_with_the_fix_and_once_when_it_is_seen(
    desk: SightDesk,
) -> None:
    world = desk.world
    async with desk.running():
        known = await opened(desk)
        before = desk.ticket(known)
        world.deny(desk.forum, "VIEW_CHANNEL")
        await desk.until(lambda: desk.feed.sight.cause is Cause.HIDDEN)
        missed = Missed(desk, known)
        desk.pass_by(timedelta(minutes=4))
        assert desk.announced == []
        desk.pass_by(timedelta(minutes=2))
        await desk.until(lambda: desk.announced)
        desk.pass_by(timedelta(hours=1))
        assert desk.ticket(known) == before
    world.allow(desk.forum, "VIEW_CHANNEL")
    async with desk.running():
        await desk.until(missed.is_known)
        missed.check()
        await desk.until(lambda: len(desk.announced) == 2)
        desk.pass_by(SIX_MINUTES)
        await desk.caught_up()
    blind, seeing = desk.announced
    assert "The bot may not view the forum. Edit Channel > Permissions of the forum: allow View Channel" in blind
    assert "sees the forum again" in seeing


async def test_a_forum_hidden_and_shown_by_a_role_is_found_again_without_a_restart(desk: SightDesk) -> None:
    world = desk.world
    async with desk.running():
        known = await opened(desk)
        world.allow(desk.alerts, "VIEW_CHANNEL", "SEND_MESSAGES")
        world.revoke("VIEW_CHANNEL")
        await desk.until(lambda: desk.feed.sight.cause is Cause.HIDDEN)
        missed = Missed(desk, known)
        world.grant("VIEW_CHANNEL")
        await desk.until(missed.is_known)
        missed.check()
        await desk.caught_up()
    assert desk.announced == []


async def test_a_bot_that_was_kicked_finds_what_it_missed_when_it_is_invited_again(desk: SightDesk) -> None:
    world = desk.world
    async with desk.running():
        known = await opened(desk)
        world.kick(world.bot_user)
        await desk.until(lambda: desk.feed.sight.cause is Cause.KICKED)
        missed = Missed(desk, known)
        desk.pass_by(SIX_MINUTES)
        world.join(world.bot_user)
        await desk.until(missed.is_known)
        missed.check()
        await desk.until(lambda: len(desk.announced) == 2, seconds=40)
    assert "The bot was removed from the server. Invite it again" in desk.announced[0]


async def test_a_forum_that_was_deleted_keeps_its_tickets_and_a_new_one_of_its_name_is_named(desk: SightDesk) -> None:
    world = desk.world
    async with desk.running():
        known = await opened(desk)
        before = desk.ticket(known)
        world.delete_channel(desk.forum)
        await desk.until(lambda: desk.feed.sight.cause is Cause.DELETED)
        desk.pass_by(SIX_MINUTES)
        await desk.until(lambda: desk.announced)
        again = world.new_forum("support", tags=["Engineering", "resolved"])
        world.open_thread(again, desk.mia, "Known again")
        await desk.until(lambda: len(desk.announced) == 2)
        assert desk.ticket(known) == before
    deleted, recreated = desk.announced
    assert "The forum was deleted. Put the id of another one into SUPPORT_CHANNEL_ID" in deleted
    assert f"SUPPORT_CHANNEL_ID={again.id}" in recreated


async def test_what_an_event_that_cannot_be_read_held_is_found_by_comparing(desk: SightDesk) -> None:
    gateway = desk.discord.gateway
    async with desk.running():
        known = await opened(desk)
        gateway.pause()
        missed = Missed(desk, known)
        for event in gateway.held:
            data: Payload = {"id": event.data.get("id"), "guild_id": event.data.get("guild_id")}
            gateway.send_raw({"op": 0, "t": event.name, "d": data})
        gateway.held.clear()
        gateway.resume()
        await desk.until(missed.is_known)
        missed.check()
        await desk.caught_up()
    assert desk.announced == []


async def test_an_answer_beside_a_message_of_a_kind_nobody_knows_is_heard_and_found(desk: SightDesk) -> None:
    world = desk.world
    tool = world.new_user("Tool", bot=True)
    async with desk.running():
        heard, missed = await opened(desk), await opened(desk)
        world.reply(heard, tool, "Done", interaction=99)
        answers = {heard.id: world.reply(heard, desk.sam, "Here")}
        await desk.until(lambda: desk.ticket(heard).first_answer)
        assert desk.feed.sight.cause is None
    world.reply(missed, tool, "Done", interaction=99)
    answers[missed.id] = world.reply(missed, desk.sam, "Here")
    async with desk.running():
        await desk.until(lambda: desk.ticket(missed).first_answer)
        for thread in (heard, missed):
            first = desk.ticket(thread).first_answer
            assert first is not None
            assert first.message_id == answers[thread.id].id


async def test_threads_of_another_server_say_nothing_of_the_forum(desk: SightDesk) -> None:
    elsewhere: Payload = {"guild_id": "1417628594471739432", "threads": [], "members": []}
    async with desk.running():
        known = await opened(desk)
        desk.discord.gateway.send_raw({"op": 0, "t": "THREAD_LIST_SYNC", "d": elsewhere})
        await opened(desk)
        assert desk.feed.heard_until is not None
    asked = [each.path for each in desk.discord.requests if each.path.endswith(f"/channels/{known.id}")]
    assert asked == []


async def test_a_description_of_the_forum_that_cannot_be_read_is_asked_for_again(desk: SightDesk) -> None:
    unreadable = faults.unreadable(f"/channels/{desk.forum.id}$", method="GET", times=None)

    def looks() -> int:
        return sum(request.path.endswith(f"/channels/{desk.forum.id}") for request in desk.discord.requests)

    async with desk.running():
        await opened(desk)
        desk.discord.faults.append(unreadable)
        desk.discord.gateway.unreadable = 1
        unread = desk.world.open_thread(desk.forum, desk.mia, "Unreadable")
        await desk.until(lambda: looks() > 1)
        assert desk.feed.sight.cause is Cause.UNREAD
        desk.discord.faults.remove(unreadable)
        await desk.until(lambda: desk.knows(unread))
        await desk.caught_up()


async def test_what_cannot_be_read_for_long_is_announced_and_is_read_in_the_end(desk: SightDesk) -> None:
    outage = faults.refused("/threads/archived/public$", errors.MISSING_ACCESS, times=None)
    async with desk.running():
        known = await opened(desk)
        desk.discord.gateway.pause()
        missed = Missed(desk, known)
        desk.discord.gateway.held.clear()
        desk.discord.faults.append(outage)
        desk.discord.gateway.invalidate()
        desk.discord.gateway.resume()
        await desk.until(lambda: desk.feed.sight.cause is Cause.UNREAD)
        desk.pass_by(SIX_MINUTES)
        await desk.until(lambda: desk.announced)
        assert not missed.is_known()
        assert desk.feed.heard_until is None
        desk.discord.faults.remove(outage)
        await desk.until(missed.is_known)
        missed.check()
        await desk.until(lambda: len(desk.announced) == 2)
    assert "could not be read (the bot has no access (View Channel))" in desk.announced[0]


async def test_a_thread_counts_as_deleted_once_discord_does_not_know_it_for_minutes(desk: SightDesk) -> None:
    world = desk.world
    world.revoke("VIEW_AUDIT_LOG")
    async with desk.running():
        deleted, wronged = await opened(desk), await opened(desk)
    world.delete_thread(deleted)
    world.archive(wronged)  # it is asked for by its id, as the archive is not read so far back
    desk.later += timedelta(hours=1)
    desk.discord.faults += [
        faults.refused(f"/channels/{wronged.id}$", errors.UNKNOWN_CHANNEL),
        faults.refused("/threads/archived/public$", errors.MISSING_ACCESS),
    ]
    async with desk.running():
        waiting = desk.store.effects.heads
        await desk.until(lambda: any(p.attempts for _, p in waiting(99) if p.effect.thread_id == deleted.id))
        assert not desk.ticket(deleted).deleted
        desk.pass_by(SIX_MINUTES)
        desk.delivery.wake()
        await desk.until(lambda: desk.ticket(deleted).deleted)
        assert not desk.ticket(wronged).deleted
    desk.discord.requests.clear()
    async with desk.running():
        pass
    assert not any(str(deleted.id) in each.path for each in desk.discord.requests)


async def test_a_first_answer_deleted_while_the_bot_was_away_does_not_count_where_it_is_missed_in_time(
    desk: SightDesk,
) -> None:
    world = desk.world
    async with desk.running():
        threads = in_time, late = [await opened(desk) for _ in range(2)]
        answers = [world.reply(thread, desk.sam, "+1") for thread in threads]
        await desk.until(lambda: all(desk.ticket(thread).first_answer for thread in threads))
        desk.store.tickets.save(replace(desk.ticket(late), due_at=desk.now()))
    for answer in answers:
        world.delete_message(answer)
    desk.later += timedelta(hours=1)
    async with desk.running():
        await desk.until(lambda: desk.ticket(in_time).first_answer is None)
        assert desk.ticket(in_time).alert_due_at is not None
        await desk.until(lambda: not desk.store.effects.heads(1))
        assert desk.ticket(late).first_answer is not None


async def test_what_was_refused_before_is_tried_as_soon_as_the_forum_is_seen_again(desk: SightDesk) -> None:
    refused = faults.refused("/messages$", errors.MISSING_ACCESS, method="POST", times=None)
    desk.discord.faults.append(refused)
    async with desk.running():
        known = await opened(desk)
        desk.world.add_tag(known, "resolved")
        await desk.until(lambda: desk.ticket(known).is_resolved)
        desk.world.deny(desk.forum, "VIEW_CHANNEL")
        await desk.until(lambda: desk.feed.sight.cause is Cause.HIDDEN)
        for tried in range(2, 6):  # the pauses grow to minutes
            desk.pass_by(SIX_MINUTES)
            desk.delivery.wake()
            await desk.until(partial(was_tried, desk, tried))
        desk.discord.faults.remove(refused)
        desk.world.allow(desk.forum, "VIEW_CHANNEL")
        await desk.until(lambda: [each for each in known.messages if each.author is desk.world.bot_user], seconds=8)


def was_tried(desk: SightDesk, times: int) -> bool:
    """Whether one of the errands was tried so often in vain."""
    return any(pending.attempts >= times for _, pending in desk.store.effects.heads(9))
