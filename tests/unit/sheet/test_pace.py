"""A steady average with room for a few at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.sheet.flush.delivery import FLUSHES_A_MINUTE, FLUSHES_AT_ONCE
from tracker.sheet.flush.pace import Pace


def turns(pace: Pace, arrivals: list[float]) -> list[float]:
    """When each may begin that comes at these times, each once the one before has begun."""
    begun: list[float] = []
    for arrival in arrivals:
        now = max([arrival, *begun[-1:]])
        begun.append(now + pace.take(now))
    return begun


def test_a_few_at_once_begin_at_once_and_the_next_ones_keep_the_pace() -> None:
    # Three at once; the fourth is due one interval after the first, the fifth two.
    assert turns(Pace(interval=2.0, burst=3), [10.0] * 6) == [10, 10, 10, 12, 14, 16]


def test_without_a_burst_each_waits_for_its_interval() -> None:
    assert turns(Pace(interval=2.0, burst=1), [10.0, 10.0, 11.0, 20.0]) == [10, 12, 14, 20]


def test_a_quiet_time_makes_room_again_but_never_for_more_than_the_burst() -> None:
    assert turns(Pace(interval=2.0, burst=2), [0.0, 0.0, 100.0, 100.0, 100.0]) == [0, 0, 100, 100, 102]


@pytest.mark.parametrize("quiet", [0.0, 1_000.0], ids=["from-the-first-moment", "after-a-quiet-time"])
def test_the_sheets_pace_stays_under_googles_sixty_a_minute(quiet: float) -> None:
    pace = Pace(interval=60 / FLUSHES_A_MINUTE, burst=FLUSHES_AT_ONCE)

    begun = turns(pace, [quiet] * 200)

    assert max(sum(start <= time < start + 60 for time in begun) for start in begun) <= 60


@given(
    arrivals=st.lists(st.floats(min_value=0, max_value=50), min_size=1, max_size=30).map(sorted),
    interval=st.sampled_from([0.5, 1.0, 2.0]),
    burst=st.integers(min_value=1, max_value=5),
)
def test_in_any_stretch_of_time_there_are_no_more_than_the_burst_and_the_average(
    arrivals: list[float], interval: float, burst: int
) -> None:
    begun = turns(Pace(interval=interval, burst=burst), arrivals)

    for first, start in enumerate(begun):
        for count, end in enumerate(begun[first:], start=1):
            assert count <= burst + (end - start) / interval + 1e-6
    assert all(turn >= arrival for turn, arrival in zip(begun, arrivals, strict=True))
