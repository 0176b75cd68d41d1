"""The SLA clock, with a clock that the test sets: nothing here waits for real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import pytest

from tests.unit.builders import HEARD, OPENED, RULES, THREAD, created, replied, seen
from tests.unit.strategies import OLD_THREAD
from tracker.domain.effects import EffectKind
from tracker.domain.events import Event
from tracker.sla import SlaClock
from tracker.store import Store
from tracker.tracking import Tracking

HOUR = timedelta(hours=1)
DUE = OPENED + HOUR


class Desk:
    """Tracking and an SLA clock over one store, at the time the test says."""

    def __init__(self, store: Store) -> None:
        self.now = HEARD
        self.ticking: Callable[[], datetime] = lambda: self.now
        self._changes = asyncio.Event()
        self._store = store
        self._tracking = Tracking(store, RULES, self._now, self._changed)
        self.up_to_date = asyncio.Event()
        self.up_to_date.set()
        self.clock = SlaClock(store=store, tracking=self._tracking, now=self._now, up_to_date=self.up_to_date)

    def _now(self) -> datetime:
        return self.ticking()

    def _changed(self) -> None:
        self._changes.set()
        self.clock.wake()

    async def next_change(self) -> None:
        self._changes.clear()
        await self._changes.wait()

    def record(self, *events: Event) -> None:
        for event in events:
            self._tracking.record(event)

    async def at(self, now: datetime) -> list[int]:
        """The threads that are alerted once the clock has looked at this time."""
        self.now = now
        self.clock.wake()
        for _ in range(10):  # the clock's task needs a few turns of the loop, no time
            await asyncio.sleep(0)
        effects = [pending.effect for _, pending in self._store.heads_of_lanes(100)]
        return [effect.thread_id for effect in effects if effect.kind is EffectKind.ALERT]


@asynccontextmanager
async def running(desk: Desk) -> AsyncIterator[Desk]:
    task = asyncio.create_task(desk.clock.run())
    yield desk
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    async with running(Desk(store)) as desk:
        yield desk


async def test_an_alert_is_raised_when_its_time_has_come_and_only_once(desk: Desk) -> None:
    desk.record(created())

    assert await desk.at(DUE - timedelta(microseconds=1)) == []
    assert await desk.at(DUE) == [THREAD, THREAD]  # one for each of the two alert channels
    assert await desk.at(DUE + HOUR) == [THREAD, THREAD]


async def test_an_answer_in_time_keeps_the_clock_quiet(desk: Desk) -> None:
    desk.record(created(), replied())

    assert await desk.at(DUE + HOUR) == []


async def test_a_deadline_that_passed_while_nothing_ran_is_noticed_at_the_start(store: Store) -> None:
    Desk(store).record(created())

    async with running(Desk(store)) as desk:
        assert await desk.at(DUE + 24 * HOUR) == [THREAD, THREAD]


async def test_nobody_is_alerted_while_the_store_may_know_less_than_discord(desk: Desk) -> None:
    desk.record(created(), seen(thread=THREAD + 1))
    assert await desk.at(DUE - HOUR) == []
    desk.up_to_date.clear()

    assert await desk.at(DUE + HOUR) == []

    desk.record(replied())
    desk.up_to_date.set()
    assert await desk.at(DUE + HOUR) == [THREAD + 1, THREAD + 1]


async def test_a_thread_met_long_after_its_deadline_is_alerted_at_once_and_one_older_than_the_bot_never(
    desk: Desk,
) -> None:
    assert await desk.at(DUE + HOUR) == []

    desk.record(seen(), seen(thread=OLD_THREAD))

    assert await desk.at(DUE + HOUR) == [THREAD, THREAD]


async def test_the_clock_wakes_by_itself_when_the_next_deadline_comes(store: Store) -> None:
    # The one test in real time: the deadline is 20 ms away, and nobody wakes the clock.
    desk = Desk(store)
    desk.record(created())
    began = time.monotonic()
    desk.ticking = lambda: DUE - timedelta(milliseconds=20) + timedelta(seconds=time.monotonic() - began)

    async with running(desk), asyncio.timeout(5):
        await desk.next_change()

    assert time.monotonic() - began >= 0.02
    assert store.next_deadline() is None
