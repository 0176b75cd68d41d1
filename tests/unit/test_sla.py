"""The SLA clock, with a clock that the test sets: nothing here waits for real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import ENGINEERING, HEARD, OPENED, RULES, THREAD, created, replied, seen, snowflake
from tests.support.strategies import OLD_THREAD
from tracker.domain.days_off import DaysOff
from tracker.domain.effects import DIGEST_OF, Effect, EffectKind
from tracker.domain.events import Event
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.settings.public_holidays import public_holidays
from tracker.sla import SlaClock
from tracker.store import Store
from tracker.tracking import Tracking

HOUR = timedelta(hours=1)
DUE = OPENED + HOUR


class Desk:
    """Tracking and an SLA clock over one store, at the time the test says."""

    def __init__(self, store: Store, rules: Rules = RULES) -> None:
        self.now = HEARD
        self.ticking: Callable[[], datetime] = lambda: self.now
        self._changes = asyncio.Event()
        self._store = store
        self._tracking = Tracking(store, rules, self._now, self._changed)
        self.up_to_date = asyncio.Event()
        self.up_to_date.set()
        self.clock = SlaClock(
            store=store, tracking=self._tracking, agreement=rules.sla, now=self._now, up_to_date=self.up_to_date
        )

    def _now(self) -> datetime:
        return self.ticking()

    def _changed(self) -> None:
        self._changes.set()
        self.clock.wake()

    def review_deadlines(self) -> None:
        self._tracking.review_deadlines()

    async def next_change(self) -> None:
        self._changes.clear()
        await self._changes.wait()

    def record(self, *events: Event) -> None:
        for event in events:
            self._tracking.record(event)

    async def at(self, now: datetime) -> list[int]:
        """The threads that are alerted once the clock has looked at this time."""
        effects = await self.calls_at(now)
        return [effect.thread_id for effect in effects if effect.kind is EffectKind.ALERT]

    async def calls_at(self, now: datetime) -> list[Effect]:
        """The alerts and digests there are once the clock has looked at this time."""
        self.now = now
        self.clock.wake()
        for _ in range(10):  # the clock's task needs a few turns of the loop, no time
            await asyncio.sleep(0)
        effects = [pending.effect for _, pending in self._store.effects.heads(100)]
        return [effect for effect in effects if effect.kind in (EffectKind.ALERT, EffectKind.DIGEST)]


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
    assert store.tickets.next_deadline() is None


# Business time: Monday to Friday, 9:00 to 18:00 in Kolkata. 2026-02-06 is a Friday.

KOLKATA = ZoneInfo("Asia/Kolkata")


def office(off: str = "", span: timedelta = HOUR) -> Rules:
    week = weekly(((540, 1080),), range(5))
    hours = BusinessHours(week=week, zone=KOLKATA, days_off=DaysOff.read(off, public_holidays))
    return replace(RULES, sla=Agreement(span=span, hours=hours))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KOLKATA)


def opened(text: str, number: int = 0) -> int:
    """A thread that is opened at this time."""
    return snowflake(local(text), number)


async def test_an_hour_that_begins_on_friday_at_17_30_is_over_on_monday_at_9_30(store: Store) -> None:
    thread = opened("2026-02-06 17:30")
    async with running(Desk(store, office())) as desk:
        desk.record(created(thread=thread))

        assert await desk.at(local("2026-02-08 12:00")) == []
        assert await desk.at(local("2026-02-09 09:29:59")) == []
        assert await desk.at(local("2026-02-09 09:30")) == [thread, thread]


async def test_a_holiday_moves_the_deadline_to_the_day_after(store: Store) -> None:
    thread = opened("2026-02-06 17:30")
    async with running(Desk(store, office(off="2026-02-09"))) as desk:
        desk.record(created(thread=thread))

        assert await desk.at(local("2026-02-10 09:29:59")) == []
        assert await desk.at(local("2026-02-10 09:30")) == [thread, thread]


async def test_a_deadline_at_closing_time_is_missed_then_and_alerted_at_the_next_opening(store: Store) -> None:
    thread = opened("2026-02-06 17:00")
    async with running(Desk(store, office())) as desk:
        desk.record(created(thread=thread))

        assert await desk.at(local("2026-02-06 18:00")) == []
        ticket = store.tickets.find(thread)
        assert ticket is not None
        assert (ticket.missed, ticket.due_at) == (True, local("2026-02-06 18:00"))
        assert await desk.at(local("2026-02-09 08:59:59")) == []
        assert await desk.at(local("2026-02-09 09:00")) == [thread, thread]


async def test_what_fell_due_outside_business_hours_is_one_digest_at_the_next_opening(store: Store) -> None:
    # As after a night in which the bot was started again: all of these fell due on Friday while nothing ran.
    threads = [opened("2026-02-06 12:00", number) for number in range(30)]
    Desk(store, office()).record(*(created(thread=thread) for thread in threads))
    async with running(Desk(store, office())) as desk:
        assert await desk.calls_at(local("2026-02-06 23:00")) == []
        desk.record(replied(thread=threads[0]))

        effects = await desk.calls_at(local("2026-02-09 09:00"))

    assert [effect.kind for effect in effects] == [EffectKind.DIGEST, EffectKind.DIGEST]  # one a channel
    assert {effect.text for effect in effects} == {" ".join(map(str, threads[1:]))}


async def test_alerts_and_escalations_of_one_opening_are_a_digest_each_and_name_a_ticket_once_a_channel(
    store: Store,
) -> None:
    rules = office()
    sla = replace(rules.sla, escalation_after=2 * HOUR)
    rules = replace(rules, sla=sla, alert_channel_ids=(701, 702), escalation_channel_ids=(702,))
    # Of an hour each: two are over since Friday at 13:00 and escalated at 15:00, two since 17:00.
    early, late = ([opened(f"2026-02-06 {at}", number) for number in range(2)] for at in ("12:00", "16:00"))
    Desk(store, rules).record(*(created(thread=thread) for thread in early + late))
    async with running(Desk(store, rules)) as desk:
        await desk.at(local("2026-02-09 09:00"))
        effects = [pending.effect for _, pending in store.effects.heads(100)]

    digests = [(each.kind, each.channel_id, each.text) for each in effects if each.kind in DIGEST_OF.values()]
    assert sorted(digests) == [
        (EffectKind.DIGEST, 701, " ".join(map(str, early + late))),
        (EffectKind.DIGEST, 702, " ".join(map(str, late))),
        (EffectKind.ESCALATION_DIGEST, 702, " ".join(map(str, early))),
    ]


async def test_two_that_fell_due_outside_business_hours_are_one_digest_too(store: Store) -> None:
    threads = [opened("2026-02-06 17:00", number) for number in range(2)]
    async with running(Desk(store, office())) as desk:
        desk.record(*(created(thread=thread) for thread in threads))
        await desk.at(local("2026-02-07 12:00"))

        effects = await desk.calls_at(local("2026-02-09 09:00"))

    assert [effect.kind for effect in effects] == [EffectKind.DIGEST, EffectKind.DIGEST]


async def test_an_answer_in_the_night_ends_what_was_put_off_to_the_morning(store: Store) -> None:
    thread = opened("2026-02-06 17:00")
    async with running(Desk(store, office())) as desk:
        desk.record(created(thread=thread))
        await desk.at(local("2026-02-06 20:00"))
        desk.record(replied(thread=thread))

        assert await desk.calls_at(local("2026-02-09 09:00")) == []


async def test_a_change_of_settings_moves_the_deadlines_of_those_that_wait_at_the_next_start(store: Store) -> None:
    waiting, answered = opened("2026-02-06 17:30"), opened("2026-02-06 17:30", 1)
    Desk(store, office()).record(created(thread=waiting), created(thread=answered), replied(thread=answered))
    before = store.tickets.find(answered)

    async with running(Desk(store, office(span=2 * HOUR))) as desk:
        desk.review_deadlines()
        desk.review_deadlines()

        assert store.tickets.find(answered) == before
        assert await desk.at(local("2026-02-09 10:29:59")) == []
        assert await desk.at(local("2026-02-09 10:30")) == [waiting, waiting]


async def test_what_was_alerted_is_not_alerted_again_after_a_change_of_settings(store: Store) -> None:
    thread = opened("2026-02-06 12:00")
    async with running(Desk(store, office())) as desk:
        desk.record(created(thread=thread))
        assert await desk.at(local("2026-02-06 13:00")) == [thread, thread]
    before = store.tickets.find(thread)

    async with running(Desk(store, office(span=2 * HOUR))) as desk:
        desk.review_deadlines()

        assert store.tickets.find(thread) == before
        assert await desk.at(local("2026-02-06 14:00")) == [thread, thread]


async def test_a_start_under_the_same_settings_leaves_a_deadline_where_it_was_fixed(store: Store) -> None:
    thread = opened("2026-02-06 17:30")
    Desk(store, office()).record(created(thread=thread))
    before = store.tickets.find(thread)

    Desk(store, office()).review_deadlines()

    assert store.tickets.find(thread) == before


async def test_a_team_has_a_time_of_its_own(store: Store) -> None:
    sla = Agreement(span=HOUR, team_spans={"Engineering": 2 * HOUR}, teams=("Engineering",))
    async with running(Desk(store, replace(RULES, sla=sla))) as desk:
        desk.record(created(ENGINEERING), created(thread=THREAD + 1))

        assert await desk.at(DUE) == [THREAD + 1, THREAD + 1]
        assert sorted(await desk.at(DUE + HOUR)) == [THREAD, THREAD, THREAD + 1, THREAD + 1]
