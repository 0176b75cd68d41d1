"""The sandbox's clock: how far it is put forward, over nights and weekends."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from tracker.sandbox.clock import ZONE, Clock


def shown(clock: Clock) -> str:
    """To the nearest minute: the machine's clock goes on."""
    return f"{clock.wall + timedelta(seconds=30):%a %H:%M}"


def clock_at(text: str) -> Clock:
    return Clock(ahead=datetime.fromisoformat(text).replace(tzinfo=ZONE) - datetime.now(UTC))


@pytest.mark.parametrize(
    ("now", "at", "then"),
    [
        ("2030-01-07 10:00", time(18, 30), "Mon 18:30"),
        ("2030-01-07 18:31", time(3), "Tue 03:00"),
        ("2030-01-11 19:00", time(9), "Mon 09:00"),
        ("2030-01-12 10:00", time(18, 30), "Mon 18:30"),
    ],
)
def test_it_is_put_forward_to_the_next_such_time_on_a_working_day(now: str, at: time, then: str) -> None:
    clock = clock_at(now)
    clock.ahead += clock.until(at)
    assert shown(clock) == then


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2030-01-07 09:01", "Mon 10:00"),
        ("2030-01-07 10:00", "Mon 10:00"),
        ("2030-01-07 15:50", "Mon 15:50"),
        ("2030-01-07 08:00", "Mon 10:00"),
        ("2030-01-07 16:01", "Tue 10:00"),
        ("2030-01-11 16:01", "Mon 10:00"),
        ("2030-01-13 12:00", "Mon 10:00"),
    ],
)
def test_a_day_begins_where_the_desk_is_open_for_two_hours_and_no_eight_more(now: str, then: str) -> None:
    clock = clock_at(now)
    clock.ahead += clock.until_work()
    assert shown(clock) == then
