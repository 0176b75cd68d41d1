"""Business hours, in zones with and without daylight saving."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.strategies import moments
from tracker.domain.hours import BusinessHours, weekly

KOLKATA, BERLIN = ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Berlin")
WEEKDAYS = frozenset({0, 1, 2, 3, 4})
NINE_TO_SIX = ((9 * 60, 18 * 60),)

office = BusinessHours(week=weekly(NINE_TO_SIX, WEEKDAYS), zone=KOLKATA)
berlin = BusinessHours(week=weekly(NINE_TO_SIX, frozenset(range(7))), zone=BERLIN)


# 2026-02-02 is a Monday; Kolkata is UTC+5:30 all year.
@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        pytest.param("2026-02-02 09:00:00.000", True, id="the-start-is-included"),
        pytest.param("2026-02-02 08:59:59.999", False, id="just-before-the-start"),
        pytest.param("2026-02-02 13:30:00.000", True, id="midday"),
        pytest.param("2026-02-02 17:59:59.999", True, id="just-before-the-end"),
        pytest.param("2026-02-02 18:00:00.000", False, id="the-end-is-excluded"),
        pytest.param("2026-02-02 00:00:00.000", False, id="midnight"),
        pytest.param("2026-02-06 17:59:00.000", True, id="friday"),
        pytest.param("2026-02-07 12:00:00.000", False, id="saturday"),
        pytest.param("2026-02-08 12:00:00.000", False, id="sunday"),
    ],
)
def test_hours_are_those_of_the_clock_on_the_wall(*, local: str, is_open: bool) -> None:
    assert office.is_open(datetime.fromisoformat(local).replace(tzinfo=KOLKATA)) is is_open


@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        pytest.param("2026-02-02 03:30", True, id="03:30-is-09:00-there"),  # 3:30 + 5:30
        pytest.param("2026-02-02 03:29", False, id="03:29-is-08:59-there"),
        pytest.param("2026-02-02 12:30", False, id="12:30-is-18:00-there"),  # 12:30 + 5:30
        pytest.param("2026-02-01 20:00", False, id="sunday-is-already-monday-01:30-there"),
        pytest.param("2026-02-06 19:00", False, id="friday-is-already-saturday-00:30-there"),
    ],
)
def test_a_time_of_another_zone_is_read_in_the_desks_zone(*, utc: str, is_open: bool) -> None:
    assert office.is_open(datetime.fromisoformat(utc).replace(tzinfo=UTC)) is is_open


@pytest.mark.parametrize(
    ("time", "is_open"),
    [("08:59", False), ("09:00", True), ("12:59", True), ("13:00", False), ("13:59", False), ("14:00", True)],
)
def test_a_lunch_break_is_closed(*, time: str, is_open: bool) -> None:
    hours = BusinessHours(week=weekly(((540, 780), (840, 1080)), WEEKDAYS), zone=KOLKATA)  # 9-13 and 14-18

    assert hours.is_open(datetime.fromisoformat(f"2026-02-02 {time}+05:30")) is is_open


@pytest.mark.parametrize(("time", "is_open"), [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", False)])
def test_an_interval_that_ends_at_24_00_lasts_to_the_end_of_the_day(*, time: str, is_open: bool) -> None:
    hours = BusinessHours(week=weekly(((22 * 60, 24 * 60),), WEEKDAYS), zone=KOLKATA)

    assert hours.is_open(datetime.fromisoformat(f"2026-02-03 {time}+05:30")) is is_open


# Berlin goes from UTC+1 to UTC+2 on Sunday 29 March 2026 at 01:00 UTC, and back on Sunday 25 October 2026 at 01:00 UTC.
@pytest.mark.parametrize(
    ("utc", "is_open"),
    [
        pytest.param("2026-03-28 07:59", False, id="winter-08:59"),  # 7:59 + 1
        pytest.param("2026-03-28 08:00", True, id="winter-09:00"),  # 8 + 1
        pytest.param("2026-03-29 06:59", False, id="summer-08:59"),  # 6:59 + 2
        pytest.param("2026-03-29 07:00", True, id="summer-09:00"),  # 7 + 2
        pytest.param("2026-03-29 16:00", False, id="summer-18:00"),  # 16 + 2
        pytest.param("2026-10-24 07:00", True, id="last-summer-day-09:00"),  # 7 + 2
        pytest.param("2026-10-25 07:00", False, id="winter-again-08:00"),  # 7 + 1
        pytest.param("2026-10-25 08:00", True, id="winter-again-09:00"),  # 8 + 1
        pytest.param("2026-10-25 16:59", True, id="winter-again-17:59"),  # 16:59 + 1
    ],
)
def test_daylight_saving_moves_the_hours_with_the_clock(*, utc: str, is_open: bool) -> None:
    assert berlin.is_open(datetime.fromisoformat(f"{utc}+00:00")) is is_open


def open_minutes(hours: BusinessHours, start: datetime, end: datetime) -> int:
    minutes = (end - start) // timedelta(minutes=1)
    return sum(hours.is_open(start + timedelta(minutes=minute)) for minute in range(minutes))


@pytest.mark.parametrize(
    ("day", "minutes"),
    [
        pytest.param("2026-03-28", 180, id="an-ordinary-night"),  # 1:00 to 4:00
        pytest.param("2026-03-29", 120, id="an-hour-is-skipped"),  # 2:00 to 3:00 does not exist
        pytest.param("2026-10-25", 240, id="an-hour-comes-twice"),  # 2:00 to 3:00 happens twice
    ],
)
def test_a_night_shift_across_the_change_is_as_long_as_the_clock_makes_it(day: str, minutes: int) -> None:
    night = BusinessHours(week=weekly(((60, 240),), frozenset(range(7))), zone=BERLIN)
    noon = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=BERLIN).astimezone(UTC)

    assert open_minutes(night, noon - timedelta(hours=14), noon) == minutes


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@given(
    at=moments,
    zone=st.sampled_from(["Asia/Kolkata", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    days=st.frozensets(st.integers(0, 6)),
    bounds=st.lists(st.integers(0, 1440), unique=True, max_size=6).map(sorted),
)
def test_the_desk_is_open_exactly_when_the_wall_clock_shows_one_of_its_intervals(
    at: datetime, zone: str, days: frozenset[int], bounds: list[int]
) -> None:
    intervals = tuple(zip(bounds[::2], bounds[1::2], strict=False))
    hours = BusinessHours(week=weekly(intervals, days), zone=ZoneInfo(zone))

    weekday, time = at.astimezone(ZoneInfo(zone)).strftime("%w %H:%M").split()
    on_a_day = (int(weekday) - 1) % 7 in days  # strftime counts from Sunday, 0
    in_an_interval = any(clock(start) <= time < clock(end) for start, end in intervals)
    assert hours.is_open(at) == (on_a_day and in_an_interval)


@given(at=moments)
def test_the_same_moment_gives_the_same_answer_in_whatever_zone_it_is_given(at: datetime) -> None:
    assert berlin.is_open(at.astimezone(KOLKATA)) == berlin.is_open(at) == berlin.is_open(at.astimezone(BERLIN))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        office.is_open(datetime(2026, 2, 2, 12, 0))  # noqa: DTZ001 - the mistake under test
