"""The morning digest and the weekly report, from the settings to the channels: once each, whatever is lost."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

from tests.support.steps import KOLKATA, all_heard, fact
from tracker.domain.effects import EffectKind
from tracker.domain.hours import DAYS
from tracker.sandbox.desk import LocalDesk


def first_lines(desk: LocalDesk) -> list[str]:
    """What each message in the alert channel is."""
    return [message.content.split("\n")[0] for message in desk.alerts.messages]


async def test_the_digest_and_the_report_come_once_each_also_where_the_store_was_lost(desk: LocalDesk) -> None:
    desk.world.grant("ATTACH_FILES")
    due = datetime.now(UTC).astimezone(KOLKATA) - timedelta(minutes=5)
    desk.settings |= {
        "BUSINESS_HOURS": "24/7",
        "DIGEST": f"{due:%H:%M}",
        "REPORT": f"{DAYS[due.weekday()]} {due:%H:%M}",
        "SLA_TIMEOUT": "30d",
    }
    monday = due.date() - timedelta(days=due.weekday() + 7)
    last_week = datetime(monday.year, monday.month, monday.day, 12, tzinfo=KOLKATA)
    for number in range(12):
        title = f"**Waits** {number} @everyone"
        thread = desk.world.open_thread(desk.forum, desk.customer, title, at=last_week + timedelta(hours=number))
    desk.world.reply(thread, desk.staff, "Yes", at=thread.created_at + timedelta(minutes=40))

    await desk.start_bot()
    await desk.until("both messages", lambda: len(desk.alerts.messages) == 2, 90.0)
    digest, report = sorted(message.content for message in desk.alerts.messages)

    assert digest.startswith(f"☀️ **Morning digest of {DAYS[due.weekday()]} {due.date()}**\n\n11 tickets wait")
    assert digest.count("\\*\\*Waits\\*\\*") == 10
    (view,) = [view for view in desk.tab.views.filter_views.values() if view["title"].startswith("Waiting")]
    assert digest.endswith(f"#gid={desk.tab.sheet_id}&fvid={view['filterViewId']}>")
    assert report.startswith(f"📊 **Weekly report of Mon {monday} to Sun {monday + timedelta(days=6)}**\n")
    assert "• Opened: **12** (the week before: 0)\n" in report
    assert "• Median first response: **40m 0s**" in report
    assert [len(message.attachments) for message in desk.alerts.messages if message.content == report] == [1]
    assert [message.pinged for message in desk.alerts.messages] == [[], []]

    lines = first_lines(desk)
    await desk.kill_bot()
    shutil.rmtree(desk.folder / "data")
    await desk.start_bot()
    await all_heard(desk)
    kinds = (EffectKind.MORNING_DIGEST, EffectKind.WEEKLY_REPORT)
    published = [f"{kind.value}_published" for kind in kinds]
    await desk.until("what the new store has published", lambda: all(fact(desk, name) for name in published), 90.0)
    await desk.until("its search for what was posted before", lambda: not desk.unfinished())
    assert await desk.stop_bot() == 0
    assert first_lines(desk) == lines
