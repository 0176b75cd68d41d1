"""Business time between two moments: tables whose arithmetic stands beside them, and laws against a walk of minutes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import times
from tracker.domain.days_off import DaysOff
from tracker.domain.hours import BusinessHours, NeverOpenError, Week, read_days, read_hours, weekly
from tracker.domain.intervals import merged
from tracker.settings.public_holidays import public_holidays

BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ZONES = (
    "Asia/Kolkata",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "UTC",
)


def desk(hours: str, days: str = "Mon-Fri", off: str = "", zone: ZoneInfo = KOLKATA) -> BusinessHours:
    return BusinessHours(
        week=weekly(read_hours(hours), read_days(days)), zone=zone, days_off=DaysOff.read(off, public_holidays)
    )


def local(text: str, zone: ZoneInfo = KOLKATA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


# 2026-02-06 is a Friday.
@pytest.mark.parametrize(
    ("hours", "off", "start", "hours_allowed", "due"),
    [
        ("09:00-18:00", "", "2026-02-06 10:00", 1, "2026-02-06 11:00"),
        ("09:00-18:00", "", "2026-02-06 17:00", 1, "2026-02-06 18:00"),  # closing time itself is in time
        ("09:00-18:00", "", "2026-02-06 17:30", 1, "2026-02-09 09:30"),  # 30 min on Friday, 30 min on Monday
        ("09:00-18:00", "", "2026-02-07 03:00", 1, "2026-02-09 10:00"),  # begins with Monday's opening
        ("09:00-18:00", "2026-02-09", "2026-02-06 17:30", 1, "2026-02-10 09:30"),  # Monday is off
        ("09:00-18:00", "!2026-02-07", "2026-02-06 17:30", 1, "2026-02-07 09:30"),  # Saturday is worked
        ("09:00-18:00", "2026-02-06 09:00-12:00", "2026-02-06 11:30", 1, "2026-02-09 09:30"),  # half a Friday
        ("09:00-13:00,14:00-18:00", "", "2026-02-06 12:30", 1, "2026-02-06 14:30"),  # 30 min before lunch, 30 after
        ("09:00-18:00", "", "2026-02-06 09:00", 20, "2026-02-10 11:00"),  # 9 h on Friday, 9 on Monday, 2 on Tuesday
        ("Mon-Thu 09:00-18:00; Fri 09:00-16:00", "", "2026-02-06 15:30", 1, "2026-02-09 09:30"),
        ("22:00-06:00", "", "2026-02-06 23:00", 8, "2026-02-09 23:00"),  # Friday's night: 7 h; Monday's: 1 h
        ("22:00-06:00", "", "2026-02-09 03:00", 1, "2026-02-09 23:00"),  # no night begins on Sunday
        ("22:00-06:00", "2026-02-10", "2026-02-09 23:00", 8, "2026-02-11 23:00"),  # Monday's night ends on the holiday
        ("24/7", "", "2026-02-07 03:00", 30, "2026-02-08 09:00"),
    ],
)
def test_a_deadline_is_when_so_much_open_time_is_over(
    hours: str, off: str, start: str, hours_allowed: int, due: str
) -> None:
    calendar = desk(hours, off=off)

    assert calendar.deadline(local(start), hours_allowed * HOUR) == local(due)
    assert calendar.elapsed(local(start), local(due)) == hours_allowed * HOUR


# Berlin goes from UTC+1 to UTC+2 on Sunday 29 March 2026 at 01:00 UTC, and back on Sunday 25 October 2026 at 01:00 UTC.
@pytest.mark.parametrize(
    ("hours", "start", "end", "open_for"),
    [
        pytest.param("01:00-04:00", "2026-03-28 00:00", "2026-03-28 12:00", 3 * HOUR, id="an-ordinary-night"),
        pytest.param("01:00-04:00", "2026-03-29 00:00", "2026-03-29 12:00", 2 * HOUR, id="2:00-to-3:00-is-skipped"),
        pytest.param("01:00-04:00", "2026-10-25 00:00", "2026-10-25 12:00", 4 * HOUR, id="2:00-to-3:00-comes-twice"),
        pytest.param("01:00-02:30", "2026-10-25 00:00", "2026-10-25 12:00", 2 * HOUR, id="half-of-what-comes-twice"),
        pytest.param("02:15-02:45", "2026-03-29 00:00", "2026-03-29 12:00", 0 * HOUR, id="all-of-it-is-skipped"),
        pytest.param("22:00-06:00", "2026-03-28 12:00", "2026-03-29 12:00", 7 * HOUR, id="a-short-night"),
        pytest.param("22:00-06:00", "2026-10-24 12:00", "2026-10-25 12:00", 9 * HOUR, id="a-long-night"),
    ],
)
def test_daylight_saving_counts_what_the_clock_shows(hours: str, start: str, end: str, open_for: timedelta) -> None:
    calendar = desk(hours, days="Mon-Sun", zone=BERLIN)

    assert calendar.elapsed(local(start, BERLIN), local(end, BERLIN)) == open_for


# In 2026 St. John's goes back from 2:00 to 1:00 on 1 November, and on from 2:00 to 3:00 on 8 March; Lord Howe goes back
# from 2:00 to 1:30 on 5 April, and on from 2:00 to 2:30 on 4 October.
@pytest.mark.parametrize(
    ("zone", "day", "open_for"),
    [
        ("America/St_Johns", "2026-11-01", 180),
        ("America/St_Johns", "2026-03-08", 60),
        ("Australia/Lord_Howe", "2026-04-05", 150),
        ("Australia/Lord_Howe", "2026-10-04", 90),
    ],
)
def test_from_1_to_3_at_night_is_as_long_as_the_zone_makes_it(zone: str, day: str, open_for: int) -> None:
    there = ZoneInfo(zone)
    calendar = desk("01:00-03:00", days="Mon-Sun", zone=there)

    assert calendar.elapsed(local(day, there), local(f"{day} 12:00", there)) == open_for * MINUTE


# 2026-02-10 is a Tuesday, 2026-02-07 a Saturday, 2026-02-08 a Sunday.
@pytest.mark.parametrize(
    ("hours", "off", "start", "end", "open_for"),
    [
        pytest.param("22:00-06:00", "2026-02-10", "2026-02-10", "2026-02-11", 6, id="mondays-night-into-a-holiday"),
        pytest.param(
            "22:00-06:00", "2026-02-10 09:00-12:00", "2026-02-10", "2026-02-11 12:00", 9, id="and-into-half-a-day"
        ),
        pytest.param(
            "22:00-06:00", "2026-02-10 22:00-02:00", "2026-02-10 12:00", "2026-02-11 12:00", 4, id="half-a-night"
        ),
        pytest.param("22:00-06:00", "!2026-02-07", "2026-02-07 12:00", "2026-02-08 12:00", 8, id="a-worked-night"),
        pytest.param(
            "Mon-Thu 09:00-18:00; Fri 09:00-16:00", "!2026-02-08", "2026-02-08", "2026-02-09", 9, id="a-worked-sunday"
        ),
    ],
)
def test_nights_half_days_and_worked_days_meet_at_their_edges(
    hours: str, off: str, start: str, end: str, open_for: int
) -> None:
    assert desk(hours, off=off).elapsed(local(start), local(end)) == open_for * HOUR


def test_the_next_opening_is_now_while_the_desk_is_open() -> None:
    calendar = desk("09:00-18:00")

    assert calendar.next_opening(local("2026-02-06 12:00")) == local("2026-02-06 12:00")
    assert calendar.next_opening(local("2026-02-06 18:00")) == local("2026-02-09 09:00")


@pytest.mark.parametrize(
    ("hours", "off"),
    [
        ("09:00-18:00", "2026-01-01..2026-12-31,2027-01-01..2027-12-31"),
        ("02:15-02:16", "2026-03-30..2026-12-31,2027-01-01..2027-12-31"),
    ],
)
def test_a_desk_that_does_not_open_for_400_days_is_an_error_and_no_loop(hours: str, off: str) -> None:
    calendar = desk(hours, days="Mon-Sun", off=off, zone=BERLIN)
    start = local("2026-03-29 00:00", BERLIN)

    with pytest.raises(NeverOpenError):
        calendar.see_that_it_opens(local("2025-06-01 00:00"))
    with pytest.raises(NeverOpenError):
        calendar.deadline(start, HOUR)


# 2026-01-01 is a Thursday: the desk closes on Wednesday at 18:00 UTC. 2027-02-05 is a Friday, 2027-02-07 a Sunday.
@pytest.mark.parametrize(
    ("off", "opens_in_time"),
    [
        pytest.param("2026-01-01..2027-02-03", True, id="the-4th-at-9:00-is-399-days-and-15-hours-later"),
        pytest.param("2026-01-01..2027-02-04", False, id="the-5th-at-9:00-is-400-days-and-15-hours-later"),
        pytest.param("2026-01-01..2027-02-05", False, id="a-weekend-after-it"),
        pytest.param("2025-12-29..2026-01-01,2026-01-02..2027-01-29", False, id="in-two-parts"),
        pytest.param("2026-01-05..2027-02-05", False, id="a-weekend-before-it"),
        pytest.param("2026-01-01..2027-02-05,!2026-01-01", False, id="its-first-day-is-worked"),
        pytest.param("2026-01-01..2027-02-05,!2027-02-05", False, id="its-last-day-is-worked"),
        pytest.param("2026-01-01..2027-02-05,!2026-06-01", True, id="a-day-in-the-middle-is-worked"),
        pytest.param("2026-01-01..2027-02-05,2026-06-01 09:00-12:00", True, id="half-a-day-in-the-middle-is-worked"),
    ],
)
def test_what_passes_at_the_start_never_fails_later(off: str, *, opens_in_time: bool) -> None:
    calendar = desk("09:00-18:00", off=off, zone=ZoneInfo("UTC"))
    starts = [datetime(2025, 12, 22, 12, tzinfo=UTC) + timedelta(days=day) for day in range(450)]
    a_week = 30 * HOUR  # longer than what is open before the desk closes

    if opens_in_time:
        calendar.see_that_it_opens(local("2025-06-02 12:00"))
        assert all(calendar.deadline(start, a_week) > calendar.next_opening(start) for start in starts)
    else:
        with pytest.raises(NeverOpenError):
            calendar.see_that_it_opens(local("2025-06-02 12:00"))


def test_a_week_without_hours_never_opens() -> None:
    calendar = BusinessHours(week=((),) * 7, zone=BERLIN)

    assert calendar.elapsed(local("2026-01-01"), local("2030-01-01")) == timedelta()
    with pytest.raises(NeverOpenError):
        calendar.next_opening(local("2026-01-01"))


def test_years_of_closed_days_add_nothing_and_what_comes_after_counts() -> None:
    calendar = desk("09:00-18:00", off="2026-01-01..2026-12-31,2027-01-01..2027-12-31")

    # 2025-12-31 is a Wednesday, 2028-01-03 a Monday.
    assert calendar.elapsed(local("2025-12-31 17:00"), local("2028-01-03 10:00")) == 2 * HOUR


def test_each_thing_that_moves_a_deadline_changes_the_fingerprint() -> None:
    same = [desk("09:00-18:00"), desk("09:00-12:00,12:00-18:00"), desk("Mon-Fri 09:00-18:00")]
    others = [
        desk("09:00-17:00"),
        desk("09:00-18:00", days="Mon-Thu"),
        desk("09:00-18:00", zone=BERLIN),
        desk("09:00-18:00", off="IN"),
        desk("09:00-18:00", off="2026-02-06"),
        desk("09:00-18:00", off="!2026-02-07"),
        desk("09:00-18:00", off="2026-02-06 09:00-12:00"),
    ]

    assert len({each.fingerprint for each in same}) == 1
    assert len({each.fingerprint for each in (*others, same[0])}) == 1 + len(others)


# Laws

intervals = (
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=3)
    .map(lambda pairs: merged((start, start + length) for start, length in pairs))
    .map(lambda joined: tuple((start, min(end, start + 1440)) for start, end in joined))
)
weeks: st.SearchStrategy[Week] = st.lists(intervals, min_size=7, max_size=7).map(tuple)
days_near_the_changes = st.sampled_from(
    [
        *(date(2026, 3, 6) + timedelta(days=day) for day in range(35)),
        *(date(2026, 10, 1) + timedelta(days=day) for day in range(40)),
    ]
)
ranges = days_near_the_changes.map(lambda day: (day, day))
calendars = st.builds(
    BusinessHours,
    week=weeks,
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    days_off=st.builds(
        DaysOff,
        off=st.lists(ranges, max_size=3).map(tuple),
        worked=st.lists(ranges, max_size=2).map(tuple),
        hours=st.lists(st.tuples(days_near_the_changes, intervals), max_size=2, unique_by=lambda each: each[0]).map(
            tuple
        ),
    ),
)
minutes = st.builds(
    lambda day, minute: datetime.combine(day, datetime.min.time(), UTC) + minute * MINUTE,
    days_near_the_changes,
    st.integers(0, 1439),
)
spans = st.integers(0, 4 * 1440).map(lambda count: count * MINUTE)


def is_open_by_the_clock(calendar: BusinessHours, at: datetime) -> bool:
    """By the clock on the wall alone: whether an interval that began today or yesterday holds this minute."""
    wall = at.astimezone(calendar.zone)
    off = calendar.days_off
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        minute = wall.hour * 60 + wall.minute + back * 1440
        usual = calendar.week[day.weekday()]
        if day in dict(off.hours):
            begun = dict(off.hours)[day]
        elif any(first <= day <= last for first, last in off.worked):
            begun = usual or next((each for each in calendar.week if each), ())
        else:
            begun = () if any(first <= day <= last for first, last in off.off) else usual
        if any(start <= minute < end for start, end in begun):
            return True
    return False


@given(calendar=calendars, start=minutes, span=spans)
@times(0.75)
def test_elapsed_is_what_a_walk_of_minutes_counts(calendar: BusinessHours, start: datetime, span: timedelta) -> None:
    walked = [start + minute * MINUTE for minute in range(span // MINUTE)]

    assert calendar.elapsed(start, start + span) == MINUTE * sum(is_open_by_the_clock(calendar, at) for at in walked)
    assert all(calendar.is_open(at) == is_open_by_the_clock(calendar, at) for at in walked[::7])


@given(calendar=calendars, start=minutes, span=spans)
@settings(deadline=None)
def test_a_deadline_is_the_earliest_moment_by_which_the_time_is_over(
    calendar: BusinessHours, start: datetime, span: timedelta
) -> None:
    try:
        due = calendar.deadline(start, span)
    except NeverOpenError:
        assert calendar.elapsed(start, start + timedelta(days=390)) < span
        return

    assert calendar.elapsed(start, due) == span
    assert due == start or calendar.elapsed(start, due - timedelta(seconds=1)) < span


@given(calendar=calendars, start=minutes, one=spans, other=spans)
@settings(deadline=None)
def test_elapsed_adds_up_and_never_runs_backwards(
    calendar: BusinessHours, start: datetime, one: timedelta, other: timedelta
) -> None:
    middle, end = start + one, start + one + other

    assert calendar.elapsed(start, end) == calendar.elapsed(start, middle) + calendar.elapsed(middle, end)
    assert timedelta() <= calendar.elapsed(start, middle) <= calendar.elapsed(start, end) <= end - start
    assert calendar.elapsed(end, start) == timedelta()


@given(calendar=calendars, one=minutes, other=minutes, span=spans)
@settings(deadline=None)
def test_whoever_comes_later_is_due_no_earlier(
    calendar: BusinessHours, one: datetime, other: datetime, span: timedelta
) -> None:
    first, second = sorted([one, other])
    try:
        due = [calendar.deadline(at, span) for at in (first, second)]
    except NeverOpenError:
        return

    assert due == sorted(due)


@given(calendar=calendars, at=minutes)
@settings(deadline=None)
def test_at_the_next_opening_the_desk_is_open_and_before_it_was_not(calendar: BusinessHours, at: datetime) -> None:
    try:
        opening = calendar.next_opening(at)
    except NeverOpenError:
        return

    assert calendar.is_open(opening)
    assert calendar.elapsed(at, opening) == timedelta()
