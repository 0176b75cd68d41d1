"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.retry import LONGEST, pause


@pytest.mark.parametrize(
    ("failures", "shortest", "longest"),
    [
        (1, 0.5, 1),
        (2, 1, 2),
        (3, 2, 4),
        (6, 16, 32),
        (7, 30, 60),  # 2^6 = 64 s is above a minute
        (8, 30, 60),
        (1_000_000, 30, 60),
    ],
)
def test_the_pause_doubles_up_to_a_minute_and_half_of_it_is_chance(
    failures: int, shortest: float, longest: float
) -> None:
    assert pause(failures, 0.0) == timedelta(seconds=shortest)
    assert pause(failures, 0.5) == timedelta(seconds=(shortest + longest) / 2)
    assert pause(failures, 1.0) == timedelta(seconds=longest)


@given(st.integers(min_value=1, max_value=10**9), st.floats(min_value=0, max_value=1))
def test_a_pause_is_never_none_and_never_longer_than_the_longest(failures: int, chance: float) -> None:
    assert timedelta(seconds=0.5) <= pause(failures, chance) <= LONGEST == timedelta(minutes=1)
