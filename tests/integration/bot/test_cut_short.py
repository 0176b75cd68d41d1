"""A comparison with the forum that is cut short, or overtaken by a newer picture, hides nothing of what was missed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from aiohttp import web

from tests.support.steps import all_heard, compared, opened, start_and_compare
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults


async def start_that_is_held_up(desk: LocalDesk) -> None:
    """A start whose comparison waits for the audit log."""
    desk.discord.faults.append(faults.rate_limited("/audit-logs", retry_after=1.5, times=2))
    await desk.start_bot()
    await desk.until("the log is asked for", lambda: any("/audit-logs" in r.path for r in desk.discord.requests))


async def test_what_a_start_heard_that_was_cut_short_counts_after_what_was_missed(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    tagged, answered = await opened(desk, "Tagged", "Answered", tag="billing")
    await desk.kill_bot()
    world.add_tag(tagged, "Engineering")
    world.add_tag(tagged, "Consulting")
    world.reply(answered, desk.staff, "The first")
    await start_that_is_held_up(desk)
    world.add_tag(tagged, "resolved")
    world.reply(answered, world.new_user("kim", roles=[desk.support]), "The second")
    await asyncio.sleep(0.2)  # it hears of them
    assert await desk.stop_bot() == 0
    desk.discord.faults.clear()
    await start_and_compare(desk)
    await desk.until("the message", lambda: desk.bot_messages(tagged))
    await all_heard(desk)
    rows = desk.rows()
    assert rows[tagged.id]["reopen_count"] == 0
    assert [message.content.split()[0] for message in desk.bot_messages(tagged)] == ["🔴"]
    assert rows[answered.id]["first_responded_by"] == "sam"


async def test_what_was_heard_before_a_newer_picture_does_not_turn_it_back(desk: LocalDesk) -> None:
    world, gateway = desk.world, desk.discord.gateway
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    (thread,) = await opened(desk, "A", tag="billing")
    assert await desk.stop_bot() == 0
    await start_that_is_held_up(desk)
    world.rename(thread, "B")
    world.add_tag(thread, "resolved")
    await asyncio.sleep(0.2)  # it hears of them
    gateway.pause()
    world.rename(thread, "C")
    world.remove_tag(thread, "resolved")
    gateway.held.clear()
    before = datetime.now(UTC)
    gateway.invalidate()
    gateway.resume()
    await compared(desk, before)
    await all_heard(desk)
    row = desk.rows()[thread.id]
    assert (row["title"], row["type"], row["reopen_count"]) == ("C", "billing", 1)
    assert desk.bot_messages(thread) == []


async def test_what_was_heard_of_a_thread_before_it_was_looked_for_counts_after_what_was_missed(
    desk: LocalDesk,
) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    (thread,) = await opened(desk, "Known", tag="billing")
    assert await desk.stop_bot() == 0
    world.add_tag(thread, "Engineering")
    world.add_tag(thread, "Consulting")
    world.remove_tag(thread, "Consulting")
    world.archive(thread)

    def when_read(request: web.Request) -> None:
        if request.path.endswith("/audit-logs"):
            desk.discord.before.remove(when_read)
            desk.discord.latency = 0.5
            world.unarchive(thread)
            world.add_tag(thread, "resolved")

    desk.discord.before.append(when_read)
    await start_and_compare(desk)
    desk.discord.latency = 0.0
    await desk.until("the message", lambda: desk.bot_messages(thread))
    await all_heard(desk)
    row = desk.rows()[thread.id]
    assert (row["type"], row["reopen_count"]) == ("billing, Engineering, resolved", 0)
    assert [message.content.split()[0] for message in desk.bot_messages(thread)] == ["🔴"]
