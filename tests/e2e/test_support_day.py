"""A whole support day through the shipped bot: every cell by value and type, every message by text and mentions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread

pytestmark = pytest.mark.shipped_command

KOLKATA = ZoneInfo("Asia/Kolkata")
COLUMNS = [
    "thread_id",
    "title",
    "type",
    "raised_by",
    "date_created",
    "first_responded_by",
    "time_to_first_response",
    "time_to_resolution",
    "resolution_date",
    "link",
    "team",
    "outside_business_hours",
    "reopen_count",
    "warning_message_id",
]
REOPENED = (
    "🟢 **UPDATE:** This thread has been **REOPENED**!\n\nWe're continuing the conversation here.\n"
    "Our support team will follow up shortly."
)


def resolved_text(thread: Thread) -> str:
    return (
        f"🔴 <@{thread.owner.id}> This thread has been marked as **RESOLVED**.\n\n"
        "We will no longer monitor this thread for new messages.\n"
        "If you have a new issue or follow-up question, please create a new thread.\n\n"
        "Thank you for reaching out to Night Desk!"
    )


def serial(at: datetime) -> float:
    """Days since 1899-12-30 on the clock in Kolkata, to the second."""
    wall = at.astimezone(KOLKATA).replace(tzinfo=None, microsecond=0)
    return (wall - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a serial number has no zone


def is_outside_hours(at: datetime) -> bool:
    wall = at.astimezone(KOLKATA)
    return wall.weekday() >= 5 or not 9 <= wall.hour < 18


def row_of(thread: Thread, desk: LocalDesk, **known: object) -> dict[str, object]:
    """The row of a ticket about which nothing but its thread is known, with the given cells."""
    return {
        "thread_id": str(thread.id),
        "title": thread.name,
        "type": None,
        "raised_by": thread.owner.username,
        "date_created": serial(thread.created_at),
        "first_responded_by": None,
        "time_to_first_response": None,
        "time_to_resolution": None,
        "resolution_date": None,
        "link": f"https://discord.com/channels/{desk.world.guild.id}/{thread.id}",
        "team": None,
        "outside_business_hours": is_outside_hours(thread.created_at),
        "reopen_count": 0,
        "warning_message_id": None,
        **known,
    }


async def test_a_support_day(desk: LocalDesk) -> None:  # noqa: PLR0915 - one day, in its order
    world = desk.world
    desk.settings |= {"SUPPORT_NAME": "Night Desk", "SLA_TIMEOUT": "10s"}
    pager = world.new_text_channel("pager")
    desk.settings["ALERT_CHANNEL_IDS"] = f"{desk.alerts.id},{pager.id}"
    await desk.start_bot()

    # Five tickets: answered, resolved once, resolved-reopened-resolved, waiting for ever, deleted.
    answered = world.open_thread(desk.forum, desk.customer, "Login fails", tags=["Engineering", "billing"])
    solved = world.open_thread(desk.forum, desk.customer, '=IMPORTXML("http://x")', tags=["Consulting"])
    returning = world.open_thread(desk.forum, desk.customer, "Where is my invoice?")
    waiting = world.open_thread(
        desk.forum, world.new_user("raj", discriminator="0042"), "@everyone help", tags=["billing"]
    )
    deleted = world.open_thread(desk.forum, desk.customer, "A mistake")
    threads = (answered, solved, returning, waiting, deleted)
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads))
    assert desk.tab.values()[0] == COLUMNS
    assert desk.rows()[solved.id] == row_of(solved, desk, type="Consulting", team="Consulting")

    world.delete_thread(deleted)
    answer_time = answered.created_at + timedelta(hours=2, minutes=15, seconds=59)
    world.reply(answered, desk.customer, "Anybody?")
    world.reply(answered, world.new_user("helper-bot", bot=True), "Thank you for your patience")
    world.reply(answered, desk.staff, "Looking into it", at=answer_time)
    world.reply(answered, world.new_user("eve"), "Me too", at=answer_time + timedelta(minutes=1))
    world.reply(solved, desk.staff, "Done")
    world.rename(answered, "Login fails with error 500")
    world.retag(returning, ["billing", "Engineering"])
    before = datetime.now(UTC)
    world.add_tag(solved, "resolved")
    world.add_tag(returning, "resolved")
    await desk.until("two resolved messages", lambda: desk.bot_messages(solved) and desk.bot_messages(returning))
    (first_message,) = desk.bot_messages(returning)
    world.add_tag(returning, "Consulting")
    world.remove_tag(returning, "resolved")
    await desk.until("the reopened text", lambda: first_message.content == REOPENED)
    await desk.until("the reopening in the sheet", lambda: desk.rows()[returning.id]["reopen_count"] == 1)
    await desk.until("the message in the sheet", lambda: desk.rows()[returning.id]["warning_message_id"] is not None)
    reopened_row = desk.rows()[returning.id]
    assert reopened_row["warning_message_id"] == str(first_message.id)
    assert isinstance(reopened_row["resolution_date"], float)
    world.add_tag(returning, "resolved")
    await desk.until("a second resolved message", lambda: len(desk.bot_messages(returning)) == 2)
    await desk.until("two alerts", lambda: desk.alerts.messages and pager.messages)
    second_message = desk.bot_messages(returning)[1]
    await desk.until("the last cell", lambda: desk.rows()[returning.id]["warning_message_id"] == str(second_message.id))
    after = datetime.now(UTC)

    rows = desk.rows()
    assert list(rows) == [thread.id for thread in threads]
    assert rows[answered.id] == row_of(
        answered,
        desk,
        title="Login fails with error 500",
        type="Engineering, billing",
        team="Engineering",
        first_responded_by="sam",
        time_to_first_response="2h 15m",
    )
    assert rows[waiting.id] == row_of(waiting, desk, title="@everyone help", type="billing", raised_by="raj#0042")
    assert rows[deleted.id] == row_of(deleted, desk)
    solved_row, returning_row = rows[solved.id], rows[returning.id]
    for thread, row, message in (
        (solved, solved_row, desk.bot_messages(solved)[0]),
        (returning, returning_row, second_message),
    ):
        resolved_at = row.pop("resolution_date")
        assert isinstance(resolved_at, float)
        assert serial(before) <= resolved_at <= serial(after)
        waited = round((resolved_at - serial(thread.created_at)) * 86400)
        assert row.pop("time_to_resolution") in (f"{waited}s", f"{waited - 1}s")  # both ends were cut to seconds
        assert row.pop("warning_message_id") == str(message.id)
        row |= {"resolution_date": None, "time_to_resolution": None, "warning_message_id": None}
    assert solved_row == row_of(
        solved,
        desk,
        type="Consulting, resolved",
        team="Consulting",
        first_responded_by="sam",
        time_to_first_response=solved_row["time_to_first_response"],
    )
    assert solved_row["time_to_first_response"] in ("0s", "1s", "2s")
    assert returning_row == row_of(
        returning, desk, type="billing, Engineering, Consulting, resolved", team="Engineering", reopen_count=1
    )
    shown = dict(zip(COLUMNS, desk.tab.shown()[1], strict=False))
    assert shown["date_created"] == answered.created_at.astimezone(KOLKATA).strftime("%Y-%m-%d %H:%M:%S")
    assert shown["outside_business_hours"] in ("TRUE", "FALSE")

    # Messages: exact texts, only the author mentioned, one alert a channel for the one ticket that waits.
    assert [(m.content, m.mentions) for m in desk.bot_messages(solved)] == [(resolved_text(solved), [desk.customer])]
    assert first_message.history == [resolved_text(returning), REOPENED]
    assert (second_message.content, second_message.mentions) == (resolved_text(returning), [desk.customer])
    for thread in (answered, waiting, deleted):
        assert desk.bot_messages(thread) == []
    alert = (
        "⚠️ **SLA ALERT: Ticket Awaiting Response**\n\n📋 **Title:** @everyone help\n👤 **Raised by:** raj#0042\n"
        "⏰ **Waiting:** 10 seconds\n🏷️ **Team:** Unassigned\n"
        f"🔗 **Link:** [Click to view](https://discord.com/channels/{world.guild.id}/{waiting.id})\n\n"
        "Please respond to this ticket as soon as possible."
    )
    for channel in (desk.alerts, pager):
        assert [(message.content, message.mentions) for message in channel.messages] == [(alert, [])]

    # Stopped and started again: the same sheet and the same messages, and the ticket goes on where it was.
    sheet = desk.tab.values()
    messages = {thread.id: [m.content for m in thread.messages] for thread in threads}
    assert await desk.stop_bot() == 0
    desk.sheets.requests.clear()
    await desk.start_bot()
    world.remove_tag(solved, "resolved")
    await desk.until("the reopening after the restart", lambda: desk.rows()[solved.id]["reopen_count"] == 1)
    await desk.until("the edit after the restart", lambda: desk.bot_messages(solved)[0].content == REOPENED)
    assert await desk.stop_bot() == 0
    restored = desk.tab.values()
    for cells in restored:
        if cells[0] == str(solved.id):
            assert cells[2] == "Consulting"
            cells[2], cells[12] = "Consulting, resolved", 0
    assert restored == sheet
    messages[solved.id][-1] = REOPENED
    assert {thread.id: [m.content for m in thread.messages] for thread in threads} == messages
    assert [len(channel.messages) for channel in (desk.alerts, pager)] == [1, 1]
