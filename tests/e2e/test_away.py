"""What happened while the bot was away is in the sheet when it is back, and nobody hears of it twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread

KOLKATA = ZoneInfo("Asia/Kolkata")


def shown(at: datetime) -> str:
    return at.astimezone(KOLKATA).strftime("%Y-%m-%d %H:%M:%S")


def shown_rows(desk: LocalDesk) -> dict[int, dict[str, str | None]]:
    header, *rows = desk.tab.shown()
    return {int(row[0] or 0): dict(zip(map(str, header), row, strict=False)) for row in rows if row and row[0]}


async def opened(desk: LocalDesk, *titles: str, tag: str = "billing") -> list[Thread]:
    threads = [desk.world.open_thread(desk.forum, desk.customer, title, tags=[tag]) for title in titles]
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads))
    return threads


async def all_heard(desk: LocalDesk) -> None:
    """Wait until a new ticket has gone all the way: what was recorded before it is in the sheet, too."""
    await opened(desk, "marker")


@pytest.mark.parametrize("audit_log", [True, False], ids=["with the audit log", "without"])
async def test_what_happened_between_stop_and_start_is_found(  # noqa: PLR0915 - one absence, told in its order
    desk: LocalDesk, *, audit_log: bool
) -> None:
    world = desk.world
    if audit_log:
        world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    titles = ("Answered", "Renamed", "Resolved", "Reopened", "Back and forth", "Deleted", "Archived", "Untouched")
    threads = await opened(desk, *titles)
    answered, renamed, resolved, reopened, back_and_forth, deleted, archived, untouched = threads
    world.add_tag(reopened, "resolved")
    await desk.until("the resolved message", lambda: desk.bot_messages(reopened))
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    untouched_row = desk.rows()[untouched.id]

    left = datetime.now(UTC)
    later = left + timedelta(minutes=1)
    world.reply(answered, desk.customer, "Hello?")
    answer = world.reply(answered, desk.staff, "Yes", at=answered.created_at + timedelta(hours=1, minutes=2))
    world.rename(renamed, "A better title")
    world.add_tag(resolved, "resolved", at=later)
    world.remove_tag(reopened, "resolved", at=later)
    world.add_tag(back_and_forth, "resolved", at=later)
    world.remove_tag(back_and_forth, "resolved", at=later + timedelta(seconds=5))
    world.delete_thread(deleted)
    world.add_tag(archived, "Consulting")
    world.archive(archived)
    newcomer = world.open_thread(desk.forum, desk.customer, "New while away", tags=["Engineering"])
    done = world.open_thread(desk.forum, desk.customer, "New, answered and archived")
    world.reply(done, desk.staff, "That was quick")
    world.add_tag(done, "resolved", at=later)
    world.archive(done)
    await desk.start_bot()
    await desk.until("the new ones", lambda: {newcomer.id, done.id} <= set(desk.rows()))
    await desk.until("their ✅", lambda: desk.is_ticked(newcomer))
    await desk.until("the resolved message", lambda: desk.bot_messages(resolved))
    await desk.until("the edit", lambda: desk.bot_messages(reopened)[0].edited_at)
    await desk.until("the answers", lambda: all(desk.rows()[t.id]["first_responded_by"] for t in (answered, done)))
    await all_heard(desk)

    rows = shown_rows(desk)
    assert rows[answered.id]["time_to_first_response"] == "1h 2m"
    assert answer.timestamp - answered.created_at == timedelta(hours=1, minutes=2)
    assert rows[renamed.id]["title"] == "A better title"
    assert rows[archived.id]["team"] == "Consulting"
    assert rows[newcomer.id]["date_created"] == shown(newcomer.created_at)
    assert [rows[t.id]["reopen_count"] for t in (resolved, reopened)] == ["0", "1"]
    if audit_log:
        assert rows[resolved.id]["resolution_date"] == shown(later)
        assert rows[done.id]["resolution_date"] == shown(later)
        assert rows[back_and_forth.id]["reopen_count"] == "1"
        assert rows[back_and_forth.id]["resolution_date"] == shown(later)
    else:
        for thread in (resolved, done):
            assert shown(left) <= str(rows[thread.id]["resolution_date"]) <= shown(datetime.now(UTC))
        assert rows[back_and_forth.id]["reopen_count"] == "0"
    assert rows[deleted.id]["title"] == "Deleted"
    assert desk.rows()[untouched.id] == untouched_row
    told = {t: [m.content.split()[0] for m in desk.bot_messages(t)] for t in (resolved, reopened, back_and_forth)}
    assert told == {resolved: ["🔴"], reopened: ["🟢"], back_and_forth: []}
    assert desk.alerts.messages == []


async def test_a_lost_session_is_made_up_for_without_a_restart(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    (known,) = await opened(desk, "Known")
    desk.discord.gateway.pause()
    world.reply(known, desk.staff, "Nobody hears this")
    missed = world.open_thread(desk.forum, desk.customer, "Nobody hears of this")
    desk.discord.gateway.held.clear()
    desk.discord.gateway.invalidate()
    desk.discord.gateway.resume()
    await desk.until("the missed thread", lambda: missed.id in desk.rows(), 30)
    await desk.until("the missed answer", lambda: desk.rows()[known.id]["first_responded_by"] == "sam")
    await desk.until("✅", lambda: desk.is_ticked(missed))


async def test_the_first_start_on_an_old_forum_is_quiet(desk: LocalDesk) -> None:
    world = desk.world
    desk.settings["SLA_TIMEOUT"] = "3s"
    old = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)
    active = [world.open_thread(desk.forum, desk.customer, f"Old {n}", at=old + timedelta(days=n)) for n in range(3)]
    world.add_tag(active[1], "resolved")
    archived = world.open_thread(desk.forum, desk.customer, "Archived", at=old)
    world.archive(archived)
    await desk.start_bot()
    await desk.until("the active threads", lambda: {thread.id for thread in active} <= set(desk.rows()))
    young = world.open_thread(desk.forum, desk.customer, "Young")
    await desk.until("the alert for the young one", lambda: desk.alerts.messages)
    await all_heard(desk)
    assert archived.id not in desk.rows()
    assert not any(desk.is_ticked(thread) or desk.bot_messages(thread) for thread in active)
    assert [str(young.id) in message.content for message in desk.alerts.messages] == [True]


async def test_deadlines_that_passed_meanwhile_are_told_in_one_message(desk: LocalDesk) -> None:
    world = desk.world
    pager = world.new_text_channel("pager")
    desk.settings["ALERT_CHANNEL_IDS"] = f"1417628594471739432,{desk.alerts.id},{pager.id}"
    await desk.start_bot()
    opened_at = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=8)
    threads = [world.open_thread(desk.forum, desk.customer, f"Late {n}", at=opened_at) for n in range(7)]
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads))
    assert await desk.stop_bot() == 0
    assert desk.alerts.messages == []
    world.reply(threads[0], desk.staff, "Just in time", at=opened_at + timedelta(minutes=59))
    await asyncio.sleep((opened_at + timedelta(hours=1) - datetime.now(UTC)).total_seconds() + 0.5)
    await desk.start_bot()
    await desk.until("a digest in both channels that there are", lambda: desk.alerts.messages and pager.messages)
    await all_heard(desk)
    for channel in (desk.alerts, pager):
        (digest,) = channel.messages
        assert "6 Tickets Awaiting Response" in digest.content
        assert digest.mentions == []
        assert [str(thread.id) in digest.content for thread in threads] == [False, *[True] * 6]
        assert digest.content.count("waiting 1h 0m") == 6
    assert desk.rows()[threads[0].id]["time_to_first_response"] == "59m 0s"
