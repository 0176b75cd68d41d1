"""Which cells of a header nearly name a column: they differ by case, blanks and underscores, and by nothing else."""

from __future__ import annotations

import pytest

from tracker.sheet.table.columns import NAMES
from tracker.sheet.table.spelling import nearly_keyed, nearly_named


@pytest.mark.parametrize("cell", ["Thread ID", "thread_ID ", "Thread_ID", "ThreadId", " thread  id", "thread\u00a0id"])
def test_case_blanks_and_underscores_are_all_that_may_differ(cell: str) -> None:
    assert nearly_named(["notes", cell])["thread_id"] == 1


@pytest.mark.parametrize("cell", ["thread", "thread-id", "thread_ids", "the thread_id", "", None, 7.0, True])
def test_other_names_are_other_names(cell: str | float | None) -> None:
    assert nearly_named([cell]) == {}


def test_a_column_that_has_its_name_is_not_looked_for() -> None:
    assert nearly_named(["Title", "title ", "TYPE"]) == {"type": 2}
    assert nearly_named(NAMES) == {}


def test_no_column_nearly_has_the_name_of_another() -> None:
    assert [nearly_named([name.upper()]) for name in NAMES] == [{name: 0} for name in NAMES]


def test_the_first_cell_counts_from_the_top() -> None:
    assert nearly_keyed([["Report"], [], ["x", "Thread ID"], ["Thread_ID"]]) == (2, 1)
    assert nearly_keyed([["Report"], ["thread_id"]]) is None
