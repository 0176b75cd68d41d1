"""Deadlines across downtime: what became overdue while the bot was away is announced at its return, once, and truly."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.steps import all_heard, opened, start_and_compare, time_passes
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.entities import Channel, Thread

AN_HOUR = timedelta(hours=1)


def opened_long_ago(desk: LocalDesk, count: int, waiting: timedelta, title: str = "Late") -> list[Thread]:
    """Threads that were opened so long ago, and that nobody has answered."""
    at = datetime.now(UTC) - waiting
    return [desk.world.open_thread(desk.forum, desk.customer, f"{title} {n}", at=at) for n in range(count)]


async def away_for_a_day(desk: LocalDesk) -> None:
    """Start the bot, stop it, and let a day pass."""
    await start_and_compare(desk)
    assert await desk.stop_bot() == 0
    time_passes(desk, timedelta(days=1))


def links(channel: Channel) -> list[str]:
    """The threads to which the channel's messages lead, each as often as it is named."""
    return re.findall(r"https://discord\.com/channels/\d+/(\d+)", "".join(m.content for m in channel.messages))


async def test_a_deadline_that_passes_while_nothing_runs_is_announced_at_the_return_and_never_again(
    desk: LocalDesk,
) -> None:
    desk.settings["SLA_TIMEOUT"] = "2h15m"
    await desk.start_bot()
    due = datetime.now(UTC) + timedelta(seconds=3)
    thread = desk.world.open_thread(desk.forum, desk.customer, "Late", at=due - timedelta(hours=2, minutes=15))
    await desk.until("✅", lambda: desk.is_ticked(thread))
    await desk.kill_bot()
    assert desk.alerts.messages == []
    desk.settings["SLA_TIMEOUT"] = "1h"  # the start fixes the deadline anew: it is over all the more
    await asyncio.sleep((due - datetime.now(UTC)).total_seconds())
    await desk.start_bot()
    await desk.until("the alert", lambda: desk.alerts.messages)
    assert await desk.stop_bot() == 0
    await desk.start_bot()
    await all_heard(desk)
    (alert,) = desk.alerts.messages
    assert "**Waiting:** 2h 15m\n" in alert.content
    assert links(desk.alerts) == [str(thread.id)]


async def test_a_reopening_heard_of_late_is_alerted_though_the_deadline_passed_without_it(desk: LocalDesk) -> None:
    gateway = desk.discord.gateway
    gateway.heartbeat_interval = 4.0
    await desk.start_bot()
    due = datetime.now(UTC) + timedelta(seconds=3)
    thread = desk.world.open_thread(desk.forum, desk.customer, "Late", at=due - AN_HOUR, tags=["resolved"])
    await desk.until("the message", lambda: desk.bot_messages(thread))
    gateway.mute()
    assert datetime.now(UTC) < due
    desk.world.remove_tag(thread, "resolved")
    await desk.until("the alert", lambda: desk.alerts.messages)
    assert datetime.now(UTC) > due
    assert gateway.handshakes == ["IDENTIFY", "RESUME"]


async def test_nobody_is_alerted_for_what_was_answered_resolved_or_deleted_meanwhile(desk: LocalDesk) -> None:
    world = desk.world
    await away_for_a_day(desk)
    answered, resolved, archived, overdue = opened_long_ago(desk, 4, 5 * AN_HOUR)
    world.reply(answered, desk.staff, "Yes", at=answered.created_at + 2 * AN_HOUR)
    for thread in (resolved, archived):
        world.add_tag(thread, "resolved")
    world.archive(archived)
    await desk.start_bot()
    await desk.until("the alert", lambda: desk.alerts.messages)
    await all_heard(desk)
    assert links(desk.alerts) == [str(overdue.id)]
    assert "**Waiting:** 5h 0m\n" in desk.alerts.messages[0].content
    assert desk.rows()[answered.id]["time_to_first_response"] == "2h 0m"


async def test_an_old_deadline_waits_until_the_forum_was_looked_at(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    resolved, archived, deleted, overdue = await opened(desk, "Resolved", "Archived", "Deleted", "Overdue")
    assert await desk.stop_bot() == 0
    time_passes(desk, AN_HOUR)
    world.add_tag(resolved, "resolved")
    world.add_tag(archived, "resolved")
    world.archive(archived)
    world.delete_thread(deleted)
    # hikari asks once more, a moment later: long enough to alert for all four of them
    desk.discord.faults.append(faults.server_error("/audit-logs$"))
    await desk.start_bot()
    await desk.until("the alert", lambda: desk.alerts.messages)
    await all_heard(desk)
    assert links(desk.alerts) == [str(overdue.id)]


async def test_an_alert_left_over_from_before_is_not_sent_for_what_was_resolved_meanwhile(desk: LocalDesk) -> None:
    world = desk.world
    desk.settings["SLA_TIMEOUT"] = "1s"
    unsent = faults.hang(f"/channels/{desk.alerts.id}/messages$", method="POST")
    desk.discord.faults.append(unsent)
    await desk.start_bot()
    (thread,) = await opened(desk, "Overdue, then resolved")
    await desk.until("an alert on its way", lambda: unsent.times == 0)
    await desk.kill_bot()
    world.add_tag(thread, "resolved")
    desk.discord.faults.append(faults.server_error("/audit-logs$"))
    await desk.start_bot()
    await desk.until("the resolved message", lambda: desk.bot_messages(thread))
    await all_heard(desk)
    assert desk.alerts.messages == []


@pytest.mark.parametrize("count", [5, 6])
async def test_up_to_five_are_announced_one_by_one_and_more_in_one_message_a_channel(
    desk: LocalDesk, count: int
) -> None:
    pager = desk.world.new_text_channel("pager")
    desk.settings["ALERT_CHANNEL_IDS"] = f"{desk.alerts.id},{pager.id}"
    await away_for_a_day(desk)
    threads = opened_long_ago(desk, count, 3 * AN_HOUR)
    await desk.start_bot()
    for channel in (desk.alerts, pager):
        await desk.until("every ticket", lambda channel=channel: len(links(channel)) == count)  # type: ignore[misc]
    await all_heard(desk)
    for channel in (desk.alerts, pager):
        assert len(channel.messages) == (1 if count > 5 else count)
        assert sorted(links(channel)) == [str(thread.id) for thread in threads]
        assert len(re.findall("(?i)waiting:?(?:\\*\\*)? 3h 0m", "".join(m.content for m in channel.messages))) == count
        assert not any(message.mentions for message in channel.messages)


async def test_a_digest_and_a_notice_are_there_once_though_the_answers_to_them_are_lost(desk: LocalDesk) -> None:
    to_alerts = rf"/channels/{desk.alerts.id}/messages$"
    await away_for_a_day(desk)
    threads = opened_long_ago(desk, 6, 3 * AN_HOUR)
    lost = faults.reset(to_alerts, method="POST", applied=True)
    desk.discord.faults.append(lost)
    await desk.start_bot()
    await desk.until("the digest", lambda: lost.times == 0)
    await all_heard(desk)

    lost = faults.hang(to_alerts, method="POST", applied=True)
    desk.discord.faults.append(lost)
    desk.tab.enter(0, 1, "Subject")
    (thread,) = await opened(desk, "A change")
    await desk.until("the notice", lambda: lost.times == 0)
    await desk.kill_bot()
    await desk.start_bot()
    desk.tab.enter(0, 1, "title")
    await desk.until("the last notice", lambda: "has its column `title` again" in desk.alerts.messages[-1].content)
    assert desk.rows()[thread.id]["title"] == "A change"
    assert await desk.stop_bot() == 0
    digest, *notices = [message.content for message in desk.alerts.messages]
    assert "6 Tickets Awaiting Response" in digest
    assert sorted(links(desk.alerts)[:6]) == [str(each.id) for each in threads]
    assert ["no column `title` any more" in notice for notice in notices] == [True, False]


async def test_a_digest_too_long_for_one_message_is_split(desk: LocalDesk) -> None:
    await away_for_a_day(desk)
    threads = opened_long_ago(desk, 12, 3 * AN_HOUR, title="As long as a title can be, " * 3)
    await desk.start_bot()
    await desk.until("every ticket", lambda: len(links(desk.alerts)) == len(threads))
    await all_heard(desk)
    messages = [message.content for message in desk.alerts.messages]
    assert 1 < len(messages) < 5
    assert all(len(message) <= 2_000 for message in messages)
    assert "12 Tickets Awaiting Response" in messages[0]
    assert sorted(links(desk.alerts)) == [str(thread.id) for thread in threads]


@pytest.mark.parametrize("count", [1, 6])
async def test_an_alert_channel_that_fails_does_not_keep_the_others_from_theirs(desk: LocalDesk, count: int) -> None:
    world = desk.world
    mute, gone, pager = [world.new_text_channel(name) for name in ("mute", "gone", "pager")]
    desk.settings["ALERT_CHANNEL_IDS"] = ",".join(str(channel.id) for channel in (mute, gone, pager, desk.alerts))
    world.deny(mute, "SEND_MESSAGES")
    world.delete_channel(gone)
    await away_for_a_day(desk)
    threads = opened_long_ago(desk, count, 3 * AN_HOUR)
    await desk.start_bot()
    await desk.until("both that work", lambda: pager.messages and desk.alerts.messages)
    await all_heard(desk)
    for channel in (pager, desk.alerts):
        assert sorted(links(channel)) == [str(thread.id) for thread in threads]
    assert mute.messages == []
    assert f"channel {gone.id}" in desk.log
