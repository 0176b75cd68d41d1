"""What is published when, with a clock that the test sets: nothing here waits for real time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import RULES, created, replied, row_written, seen, snowflake
from tracker.bulletins import Bulletins
from tracker.domain.days_off import DaysOff
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.figures import elapsed
from tracker.domain.hours import BusinessHours, read_days, read_hours, weekly
from tracker.domain.overview import View
from tracker.domain.schedule import Schedule
from tracker.domain.weeks import WEEKS_REPORTED, from_text
from tracker.store import Store
from tracker.tracking import Tracking

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# 4 February 2026, the day on which the thread is opened at 6:00 in Berlin, is a Wednesday.
WEDNESDAY = datetime(2026, 2, 4, 9, tzinfo=BERLIN)
MONDAY = datetime(2026, 2, 9, 9, tzinfo=BERLIN)


class Desk:
    """Bulletins over one store, at the time the test says."""

    def __init__(self, store: Store, *, off: str = "") -> None:
        self.now = WEDNESDAY - 2 * HOUR
        self.store = store
        self.off = off
        rules = replace(RULES, report_channel_ids=(703,))
        self.tracking = Tracking(store, rules, lambda: self.now, lambda: None)
        self.start()

    def start(self) -> None:
        """A process begins."""
        week = weekly(read_hours("09:00-18:00"), read_days("Mon-Fri"))
        hours = BusinessHours(week=week, zone=BERLIN, days_off=DaysOff.read(self.off, lambda _: ()))
        self.bulletins = Bulletins(
            store=self.store,
            tracking=self.tracking,
            view=View(zone=BERLIN, teams=(), rules=RULES, elapsed=elapsed),
            digest=Schedule(at=time(9), zone=BERLIN, falls_on=hours.is_business_day),
            report=Schedule(at=time(9), zone=BERLIN, falls_on=lambda day: day.weekday() == 0),
            address_of_view=lambda: "",
            now=lambda: self.now,
            up_to_date=asyncio.Event(),
        )

    def at(self, now: datetime) -> list[str]:
        """What is published at this time, as the first lines of what goes to each channel."""
        self.now = now
        self.bulletins.publish_due()
        published = [effect for effect in effects(self.store) if effect.kind in KINDS]
        for _, pending in self.store.effects.heads(100):
            if pending.effect.kind in KINDS:
                self.store.effects.done(pending.id)
        return [f"{effect.channel_id} {effect.text.split('**')[1]}" for effect in published]


KINDS = (EffectKind.MORNING_DIGEST, EffectKind.WEEKLY_REPORT)
DIGEST_OF_WEDNESDAY = [f"{channel} Morning digest of Wed 2026-02-04" for channel in (701, 702)]


def effects(store: Store) -> list[Effect]:
    return [pending.effect for _, pending in store.effects.heads(100)]


@pytest.fixture
def desk(store: Store) -> Desk:
    desk = Desk(store)
    desk.tracking.record(created())
    desk.tracking.record(row_written())
    shown(store)
    return desk


def shown(store: Store) -> None:
    """The sheet shows all tickets."""
    for row in store.rows.pending(100):
        store.rows.acknowledge(row.ticket.thread_id, row.revision, {})


def test_a_digest_is_published_once_on_each_business_day(desk: Desk) -> None:
    assert desk.at(WEDNESDAY - timedelta(seconds=1)) == []
    assert desk.at(WEDNESDAY) == DIGEST_OF_WEDNESDAY
    assert desk.at(WEDNESDAY + HOUR) == []
    desk.start()
    assert desk.at(WEDNESDAY + 2 * HOUR) == []
    assert desk.at(WEDNESDAY + DAY) == [f"{channel} Morning digest of Thu 2026-02-05" for channel in (701, 702)]


def test_a_digest_says_nothing_where_nothing_waits_and_nothing_at_a_weekend_or_on_a_holiday(store: Store) -> None:
    desk = Desk(store, off="2026-02-05")
    assert desk.at(WEDNESDAY) == []
    desk.tracking.record(created())
    shown(store)
    assert desk.at(WEDNESDAY + HOUR) == []  # that of this morning is over, and was empty
    assert desk.at(WEDNESDAY + DAY) == []
    assert desk.at(WEDNESDAY + 2 * DAY) == [f"{channel} Morning digest of Fri 2026-02-06" for channel in (701, 702)]
    assert desk.at(WEDNESDAY + 3 * DAY) == []
    desk.tracking.record(replied())
    assert [line for line in desk.at(MONDAY) if "digest" in line] == []


@pytest.mark.parametrize(
    ("late", "published"), [(timedelta(hours=6), DIGEST_OF_WEDNESDAY), (timedelta(hours=6, seconds=1), [])]
)
def test_a_digest_that_is_more_than_six_hours_late_is_left_out(
    desk: Desk, late: timedelta, published: list[str]
) -> None:
    assert desk.at(WEDNESDAY + late) == published


@pytest.mark.parametrize("late", [timedelta(), timedelta(hours=7), timedelta(days=6)])
def test_a_report_comes_within_the_week_with_its_period(desk: Desk, late: timedelta) -> None:
    reports = [line for line in desk.at(MONDAY + late) if "report" in line]

    assert reports == ["703 Weekly report of Mon 2026-02-02 to Sun 2026-02-08"]
    assert [line for line in desk.at(MONDAY + late + HOUR) if "report" in line] == []


@pytest.mark.parametrize(
    ("nine", "week"),
    [
        (datetime(2026, 3, 30, 7, tzinfo=UTC), "Mon 2026-03-23 to Sun 2026-03-29"),
        (datetime(2026, 10, 26, 8, tzinfo=UTC), "Mon 2026-10-19 to Sun 2026-10-25"),
    ],
)
def test_both_come_at_their_time_by_the_clock_on_the_wall_on_the_day_after_it_was_changed(
    store: Store, nine: datetime, week: str
) -> None:
    desk = Desk(store)
    desk.tracking.record(created(thread=snowflake(nine - 20 * DAY)))
    shown(store)
    desk.at(nine - 3 * DAY + HOUR)  # on the Friday before, whatever the clock shows

    assert desk.at(nine - timedelta(minutes=1)) == []
    assert desk.at(nine) == [
        *(f"{channel} Morning digest of Mon {nine.date()}" for channel in (701, 702)),
        f"703 Weekly report of {week}",
    ]


def test_the_weeks_of_a_report_are_kept_for_its_picture(desk: Desk) -> None:
    desk.at(MONDAY)

    kept = desk.store.facts.find(WEEKS_REPORTED)
    weeks = from_text(kept, MONDAY)
    assert [week.opened for week in weeks] == [0] * 12 + [1]
    assert weeks[-1].monday.isoformat() == "2026-02-02"
    assert weeks == from_text(kept, MONDAY + timedelta(milliseconds=2))  # of its third message
    assert from_text(kept, MONDAY + 7 * DAY) == from_text(None, MONDAY) == ()


def test_a_report_comes_on_a_holiday_too_and_the_digest_does_not(store: Store) -> None:
    desk = Desk(store, off="2026-02-09")
    desk.tracking.record(created())
    shown(store)

    assert desk.at(MONDAY) == ["703 Weekly report of Mon 2026-02-02 to Sun 2026-02-08"]


def test_an_empty_desk_has_no_report(store: Store) -> None:
    assert Desk(store).at(MONDAY) == []


def test_what_is_due_waits_for_a_new_store_to_take_up_what_the_sheet_knows(store: Store) -> None:
    desk = Desk(store)
    desk.now = WEDNESDAY + HOUR
    desk.start()
    desk.tracking.record(seen())

    assert desk.at(WEDNESDAY + HOUR + timedelta(minutes=9)) == []
    assert desk.at(WEDNESDAY + HOUR + timedelta(minutes=10)) == DIGEST_OF_WEDNESDAY


def test_messages_of_one_period_have_the_same_nonces_after_the_store_was_lost(desk: Desk, store: Store) -> None:
    desk.now = WEDNESDAY
    desk.bulletins.publish_due()
    before = {effect.nonce for effect in effects(store) if effect.kind in KINDS}

    store.facts.set("morning_digest_published", (WEDNESDAY - DAY).isoformat())
    desk.tracking.record(created(thread=snowflake(WEDNESDAY)))
    shown(store)
    desk.bulletins.publish_due()

    assert {effect.nonce for effect in effects(store) if effect.kind in KINDS} == before
    assert len(before) == 2


def test_a_clock_that_is_set_back_publishes_nothing_again(desk: Desk) -> None:
    desk.at(WEDNESDAY + DAY)

    assert desk.at(WEDNESDAY + HOUR) == []
