"""Nights, weekends and holidays: the whole bot by a clock that the test puts forward, against the local services."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tracker import app
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Message, Thread
from tracker.settings import Settings
from tracker.sheet.table.columns import FIGURES, NAMES

KOLKATA = ZoneInfo("Asia/Kolkata")
OFFICE = {
    "SLA_CLOCK": "business",
    "BUSINESS_HOURS": "09:00-18:00",
    "BUSINESS_DAYS": "Mon-Fri",
    "TIMEZONE": "Asia/Kolkata",
}


@dataclass(kw_only=True)
class Wall:
    """The clock on the wall: it stands until somebody puts it forward."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KOLKATA)


@asynccontextmanager
async def running(desk: LocalDesk, wall: Wall) -> AsyncIterator[None]:
    """A run of the bot, in this process as it takes its clock from here."""
    desk.world.now = wall.now
    # To the bot its machine has slept when the clock is put forward; the next heartbeat shows that it is awake.
    desk.discord.gateway.heartbeat_interval = 0.5
    written: dict[str, Any] = {
        "data_dir": str(desk.folder / "data"),
        "google_application_credentials": str(desk.folder / "credentials.json"),
    }
    read: dict[str, Any] = {name.lower(): value for name, value in desk.settings.items()}
    settings = Settings(_env_file=None, **written, **read)
    bot = asyncio.create_task(app.run(settings, wall.now))
    await desk.discord.gateway.ready()
    try:
        yield
    finally:
        assert not bot.done(), bot
        bot.cancel()
        with suppress(asyncio.CancelledError):
            await bot


async def at(desk: LocalDesk, wall: Wall, text: str) -> None:
    """Put the clock forward; what is due then has been done once something that happens then has gone all the way."""
    wall.at = local(text)
    thread = desk.world.open_thread(desk.forum, desk.customer, f"Marker {text}")
    await desk.until(f"✅ at {text}", lambda: desk.is_ticked(thread))
    desk.world.reply(thread, desk.staff, "Hello")
    await desk.until(f"the answer at {text}", lambda: desk.rows()[thread.id]["first_responded_by"])


def calls(desk: LocalDesk) -> list[Message]:
    """The bot's messages that call for somebody."""
    return [message for message in desk.bot_messages(desk.alerts) if "SLA" in message.content]


def named(message: Message) -> list[int]:
    """The threads to which the message leads."""
    return [int(found) for found in re.findall(r"https://discord\.com/channels/\d+/(\d+)", message.content)]


async def opened(desk: LocalDesk, *titles: str) -> list[Thread]:
    threads = [desk.world.open_thread(desk.forum, desk.customer, title) for title in titles]
    await desk.until("✅ everywhere", lambda: all(map(desk.is_ticked, threads)))
    return threads


async def test_from_friday_evening_over_a_holiday_and_a_restart_with_other_settings_to_tuesday(desk: LocalDesk) -> None:
    desk.settings |= OFFICE
    wall = Wall(at=local("2026-02-06 17:30"))  # a Friday
    async with running(desk, wall):
        (thread,) = await opened(desk, "Cannot log in")
        await at(desk, wall, "2026-02-07 03:00")
    assert calls(desk) == []

    desk.settings["HOLIDAYS"] = "2026-02-09"  # Monday: the deadline moves from its 9:30 to that of Tuesday
    async with running(desk, wall):
        await at(desk, wall, "2026-02-09 09:30")
        await at(desk, wall, "2026-02-10 09:29")
        assert calls(desk) == []
        await at(desk, wall, "2026-02-10 09:30")
        await desk.until("the alert", lambda: calls(desk))
        (alert,) = calls(desk)
        assert named(alert) == [thread.id]
        assert f"📅 **Due:** <t:{int(local('2026-02-10 09:30').timestamp())}:R>" in alert.content

        wall.at = local("2026-02-10 10:00")
        desk.world.reply(thread, desk.staff, "Here")
        await desk.until("the edit", lambda: len(alert.history) > 1)
        await at(desk, wall, "2026-02-11 12:00")
        before, after = alert.history
        assert after == f"{before}\n\n✅ Answered by sam after 3d 16h 30m"
        assert calls(desk) == [alert]


async def test_thirty_that_fell_due_over_night_are_one_digest_at_mondays_opening(desk: LocalDesk) -> None:
    desk.settings |= OFFICE
    wall = Wall(at=local("2026-02-06 17:00"))
    async with running(desk, wall):
        threads = await opened(desk, *(f"Waiting {number}" for number in range(30)))
        await at(desk, wall, "2026-02-06 18:00")
        await at(desk, wall, "2026-02-09 08:59")
        assert calls(desk) == []
        await at(desk, wall, "2026-02-09 09:00")
        await desk.until("all of them", lambda: sum(len(named(call)) for call in calls(desk)) == 30)
        assert "30 Tickets Awaiting Response" in calls(desk)[0].content
        assert sorted(thread_id for call in calls(desk) for thread_id in named(call)) == [each.id for each in threads]
        assert all("SLA ALERT" in call.content for call in calls(desk))

        desk.world.reply(threads[3], desk.staff, "Here")
        (message,) = [call for call in calls(desk) if threads[3].id in named(call)]
        await desk.until("the line struck through", lambda: len(message.history) > 1)
        assert [line.startswith("• ~~Waiting 3 ") for line in message.content.splitlines()].count(True) == 1
        assert message.content.count("~~") == 2


async def test_a_warning_and_an_escalation_in_business_hours_only(desk: LocalDesk) -> None:
    leads = desk.world.new_text_channel("leads")
    desk.settings |= OFFICE | {
        "SLA_TIMEOUT": "2h",
        "SLA_WARNING": "75%",
        "ESCALATION_AFTER": "1h",
        "ESCALATION_CHANNEL_IDS": str(leads.id),
    }
    wall = Wall(at=local("2026-02-06 16:00"))
    async with running(desk, wall):
        (thread,) = await opened(desk, "Cannot log in")
        await at(desk, wall, "2026-02-06 17:30")
        await desk.until("the warning", lambda: len(calls(desk)) == 1)
        await at(desk, wall, "2026-02-06 18:00")  # due at closing time
        await at(desk, wall, "2026-02-08 12:00")
        assert [call.content.splitlines()[0] for call in calls(desk)] == [
            "⏳ **SLA WARNING: Ticket Awaiting Response**"
        ]
        assert leads.messages == []
        await at(desk, wall, "2026-02-09 09:00")
        await desk.until("the alert", lambda: len(calls(desk)) == 2)
        await at(desk, wall, "2026-02-09 10:00")
        await desk.until("the escalation", lambda: leads.messages)
        assert named(leads.messages[0]) == [thread.id]
        assert len(calls(desk)) == 2


async def test_a_lost_store_alerts_nobody_twice_and_keeps_verdicts_and_deadlines(desk: LocalDesk) -> None:
    desk.settings |= OFFICE
    desk.tab.insert_columns(desk.tab.column_count, len(FIGURES))
    desk.tab.paste(0, len(NAMES), [FIGURES])
    wall = Wall(at=local("2026-02-06 17:30"))
    async with running(desk, wall):
        (missed,) = await opened(desk, "Cannot log in")
        await at(desk, wall, "2026-02-09 09:30")
        await desk.until("the alert", lambda: calls(desk))
        await at(desk, wall, "2026-02-09 09:50")
        (waiting,) = await opened(desk, "Cannot print")
        await desk.until("the verdict", lambda: desk.rows()[missed.id]["sla"] == "missed")
        await desk.until("the row", lambda: desk.rows()[waiting.id]["last_activity"])
    rows = desk.rows()
    shutil.rmtree(desk.folder / "data")
    desk.settings |= {"SLA_TIMEOUT": "5h"}

    wall.at = local("2026-02-09 10:00")
    async with running(desk, wall):
        await at(desk, wall, "2026-02-09 10:49")
        assert [named(call) for call in calls(desk)] == [[missed.id]]
        await at(desk, wall, "2026-02-09 10:50")
        await desk.until("the second alert", lambda: len(calls(desk)) > 1)
        await desk.until("the second verdict", lambda: desk.rows()[waiting.id]["sla"] == "missed")
        assert [named(call) for call in calls(desk)] == [[missed.id], [waiting.id]]
    assert desk.rows()[missed.id] == rows[missed.id]
    assert desk.rows()[waiting.id] == rows[waiting.id] | {"sla": "missed"}
