"""Columns of people's own that have the names of figures."""

from __future__ import annotations

import pytest

from tracker.domain.cells import CellValue
from tracker.sheet.table.ownership import of_people


@pytest.mark.parametrize(
    ("name", "values", "example"),
    [
        ("status", ["in progress", "waiting", "with the vendor", None], "in progress"),
        ("sla", [4.0, ""], 4.0),
        ("first_response", ["fast", 0.5, "slow"], "fast"),
        ("staff_replies", [True], True),
    ],
)
def test_a_column_that_mostly_holds_what_the_bot_never_writes_is_of_people(
    name: str, values: list[CellValue], example: CellValue
) -> None:
    assert of_people({name: values}) == {name: example}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("status", ["waiting", "resolved", "in progress", None]),
        ("status", [None, ""]),
        ("status", []),
        ("waiting_on", ["us", "asker"]),
        ("first_response", [0.0, 1.5]),
        ("title", ["anything"]),
    ],
)
def test_a_column_in_which_people_wrote_over_little_or_nothing_is_of_the_bot(
    name: str, values: list[CellValue]
) -> None:
    assert of_people({name: values}) == {}
