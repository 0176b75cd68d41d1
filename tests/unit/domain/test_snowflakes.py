"""The time inside Discord's ids."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import snowflake
from tracker.domain.snowflakes import created_at


@pytest.mark.parametrize(
    ("snowflake", "at"),
    [
        # The example of Discord's API reference, "Snowflakes": 41944705796 ms after 2015-01-01T00:00:00Z.
        pytest.param(175928847299117063, datetime(2016, 4, 30, 11, 18, 25, 796000, tzinfo=UTC), id="discords-example"),
        pytest.param(0, datetime(2015, 1, 1, tzinfo=UTC), id="the-first-one"),
        pytest.param((1 << 22) - 1, datetime(2015, 1, 1, tzinfo=UTC), id="the-lower-bits-are-no-time"),
        pytest.param(1 << 22, datetime(2015, 1, 1, 0, 0, 0, 1000, tzinfo=UTC), id="one-millisecond-later"),
    ],
)
def test_an_id_holds_its_creation_to_the_millisecond(snowflake: int, at: datetime) -> None:
    assert created_at(snowflake) == at
    assert created_at(snowflake).tzinfo is UTC


@given(st.integers(min_value=0, max_value=2**64 - 1), st.integers(min_value=0, max_value=2**64 - 1))
def test_a_larger_id_is_never_older(one: int, other: int) -> None:
    assert created_at(min(one, other)) <= created_at(max(one, other))


@given(st.integers(min_value=0, max_value=2**64 - 1))
def test_no_bit_of_the_time_is_lost(whole: int) -> None:
    assert snowflake(created_at(whole), whole % (1 << 22)) == whole
