"""Weeks by the clock on the wall, also when it is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from tests.support.strategies import moments
from tracker.domain.periods import days_before, latest_days, monday_of, week_from

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("monday", "zone", "start", "hours"),
    [
        (date(2026, 2, 2), KOLKATA, datetime(2026, 2, 1, 18, 30, tzinfo=UTC), 168),
        (date(2026, 3, 23), BERLIN, datetime(2026, 3, 22, 23, tzinfo=UTC), 167),  # summer time begins on Sunday
        (date(2026, 10, 19), BERLIN, datetime(2026, 10, 18, 22, tzinfo=UTC), 169),  # and ends
    ],
)
def test_a_week_lasts_from_midnight_to_midnight(monday: date, zone: ZoneInfo, start: datetime, hours: int) -> None:
    week = week_from(monday, zone)

    assert (week.start, week.end - week.start) == (start, timedelta(hours=hours))


@given(moments)
def test_every_moment_lies_in_the_week_of_its_monday_and_in_no_other(at: datetime) -> None:
    monday = monday_of(at, BERLIN)
    weeks = [week_from(monday + timedelta(days=7 * number), BERLIN) for number in (-1, 0, 1)]

    assert monday.weekday() == 0
    assert [week.holds(at) for week in weeks] == [False, True, False]


def test_the_days_before_a_period_end_where_it_begins() -> None:
    latest = latest_days(7, datetime(2026, 2, 10, tzinfo=UTC))

    assert days_before(7, latest).end == latest.start == datetime(2026, 2, 3, tzinfo=UTC)
    assert not latest.holds(None)
