"""Some of many, in a sentence."""

from __future__ import annotations

import pytest

from tracker.domain.listing import listed


@pytest.mark.parametrize(
    ("count", "text"), [(0, ""), (1, "0"), (3, "0, 1, 2"), (4, "0, 1, 2 and 1 more"), (2003, "0, 1, 2 and 2,000 more")]
)
def test_the_first_are_named_and_the_others_counted(count: int, text: str) -> None:
    assert listed([*map(str, range(count))], 3) == text
