"""The page's tour goes on by itself, and stays where a person says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.page.guide import Guide
from tracker.sandbox.weather import Weather

READING = 0.1


@pytest.fixture
async def guide(desk: LocalDesk) -> AsyncIterator[Guide]:
    desk.settings |= {"SLA_TIMEOUT": "1m", "SUPPORT_ROLE_IDS": str(desk.support.id)}
    await desk.start_bot()
    guide = Guide(desk, SheetWatch(desk.tab), Weather(desk), reading=READING)
    guide.start()
    yield guide
    guide.close()
    assert guide.picture is None


async def until_done(desk: LocalDesk, guide: Guide, number: int) -> None:
    def is_done() -> bool:
        picture = guide.picture or {}
        return picture.get("number") == number and picture["changes"] is not None

    await desk.until(f"step {number} of the tour", is_done)


async def test_a_paused_tour_takes_one_step_at_a_time_until_it_may_go_on(desk: LocalDesk, guide: Guide) -> None:
    await until_done(desk, guide, 1)
    guide.pause(paused=True)
    await asyncio.sleep(3 * READING)
    await until_done(desk, guide, 1)

    guide.next_step()
    await until_done(desk, guide, 2)
    await asyncio.sleep(3 * READING)
    await until_done(desk, guide, 2)

    guide.pause(paused=False)
    await until_done(desk, guide, 3)
    await until_done(desk, guide, 4)


async def test_a_tour_that_lost_what_it_is_about_ends_and_says_so(desk: LocalDesk, guide: Guide) -> None:
    await until_done(desk, guide, 4)
    desk.tab.enter(0, 1, "subject")
    await desk.until("the end of the tour", lambda: "wrong" in (guide.picture or {}))
    assert guide.picture is not None
    (wrong,) = guide.picture["wrong"]
    assert wrong.startswith("Somebody took away what the tour needs")
