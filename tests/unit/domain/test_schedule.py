"""When a digest or report is due: business days, holidays, and clocks that are changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tests.support.strategies import moments
from tracker.domain.days_off import DaysOff
from tracker.domain.hours import BusinessHours, read_days, read_hours, weekly
from tracker.domain.schedule import Schedule

BERLIN = ZoneInfo("Europe/Berlin")


def every_business_day(at: time, off: str = "", hours: str = "09:00-18:00", days: str = "Mon-Fri") -> Schedule:
    week = weekly(read_hours(hours), read_days(days))
    desk = BusinessHours(week=week, zone=BERLIN, days_off=DaysOff.read(off, lambda _: ()))
    return Schedule(at=at, zone=BERLIN, falls_on=desk.is_business_day)


def shown(at: datetime | None) -> str:
    return "never" if at is None else at.astimezone(BERLIN).strftime("%a %Y-%m-%d %H:%M")


# 2026-02-06 is a Friday, 2026-03-29 and 2026-10-25 are the Sundays on which Berlin's clocks are changed.
@pytest.mark.parametrize(
    ("schedule", "now", "latest", "upcoming"),
    [
        (every_business_day(time(9)), "2026-02-06 09:00", "Fri 2026-02-06 09:00", "Mon 2026-02-09 09:00"),
        (every_business_day(time(9)), "2026-02-06 08:59", "Thu 2026-02-05 09:00", "Fri 2026-02-06 09:00"),
        (every_business_day(time(9)), "2026-02-08 12:00", "Fri 2026-02-06 09:00", "Mon 2026-02-09 09:00"),
        (
            every_business_day(time(9), off="2026-02-09"),
            "2026-02-09 12:00",
            "Fri 2026-02-06 09:00",
            "Tue 2026-02-10 09:00",
        ),
        (every_business_day(time(9)), "2026-03-30 12:00", "Mon 2026-03-30 09:00", "Tue 2026-03-31 09:00"),
        (
            every_business_day(time(2, 30), days="Sun"),
            "2026-03-29 12:00",
            "Sun 2026-03-29 03:30",  # half past two is skipped
            "Sun 2026-04-05 02:30",
        ),
        (
            # Friday's night lasts into Saturday, which is no business day for that.
            every_business_day(time(5), hours="22:00-06:00"),
            "2026-02-07 12:00",
            "Fri 2026-02-06 05:00",
            "Mon 2026-02-09 05:00",
        ),
        (every_business_day(time(9), off="2026-01-01..2026-12-31"), "2026-06-01 12:00", "never", "never"),
    ],
)
def test_it_is_due_at_its_time_on_the_days_of_the_desk(
    schedule: Schedule, now: str, latest: str, upcoming: str
) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=BERLIN)

    assert (shown(schedule.latest(at)), shown(schedule.upcoming(at))) == (latest, upcoming)


def test_of_a_time_that_the_clock_shows_twice_the_first_counts() -> None:
    due = every_business_day(time(2, 30), days="Sun").latest(datetime(2026, 10, 26, tzinfo=UTC))

    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(moments)
def test_what_is_due_next_comes_right_after_what_was_due_last(now: datetime) -> None:
    schedule = every_business_day(time(9))
    latest, upcoming = schedule.latest(now), schedule.upcoming(now)

    assert latest is not None
    assert upcoming is not None
    assert latest <= now < upcoming
    assert schedule.upcoming(latest) == upcoming
    assert upcoming - latest <= timedelta(days=3, hours=1)
