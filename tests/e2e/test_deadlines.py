"""A deadline that passes while the bot stops."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.support.service_manager import ServiceManager
from tests.support.steps import all_heard
from tracker.sandbox.desk import LocalDesk

AN_HOUR = timedelta(hours=1)


async def test_a_deadline_that_passes_while_the_bot_stops_is_held_to_what_happened_meanwhile(
    desk: LocalDesk, manager: ServiceManager
) -> None:
    desk.environment |= manager.environment
    await desk.start_bot()
    due = datetime.now(UTC) + timedelta(seconds=3)
    thread = desk.world.open_thread(desk.forum, desk.customer, "Late", at=due - AN_HOUR)
    desk.world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    await all_heard(desk)
    # There is something to deliver for as long as it takes the deadline to pass.
    desk.sheets.latency = 2.0
    desk.world.rename(thread, "Late again")
    await asyncio.sleep(0.2)
    stopping = asyncio.create_task(desk.stop_bot())
    await desk.until("the stop", lambda: "STOPPING=1" in manager.received)
    assert datetime.now(UTC) < due
    desk.world.remove_tag(thread, "resolved")
    assert await stopping == 0
    assert datetime.now(UTC) > due
    desk.sheets.latency = 0.0
    await desk.start_bot()
    await desk.until("the alert", lambda: desk.alerts.messages)
