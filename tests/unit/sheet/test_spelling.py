"""Which cells of a header nearly name a column: they differ by case, blanks and underscores, and by nothing else."""

from __future__ import annotations

import pytest

from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import NAMES
from tracker.sheet.table.spelling import nearly_keyed, nearly_named, renamed_cells


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


FORMER = {"thread_id": 0, "title": 1, "type": 2, "team": 4}


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        (["thread_id", "title", "kind", "notes", "team"], {"type": "C3"}),
        (["thread_id", "title", "", "notes", "team"], {"type": "C3"}),
        (["thread_id", "title", None, "notes", "squad"], {"type": "C3", "team": "E3"}),
        (["thread_id", "kind", "title", "notes", "team"], {}),  # moved, too
        (["thread_id", "Type", "title", "notes", "team"], {"type": "B3"}),
        (["thread_id", "title", "notes", "team", ""], {}),  # deleted
        (["thread_id", "title"], {}),
    ],
    ids=["renamed", "emptied", "two", "moved", "moved-and-nearly-named", "deleted", "cut-off"],
)
def test_a_lost_name_is_missed_in_its_cell_if_all_others_stand_where_they_stood(
    header: list[CellValue], cells: dict[str, str]
) -> None:
    gone = [name for name in FORMER if name not in header]
    assert renamed_cells(gone, header, 2, FORMER) == cells


def test_without_a_former_place_only_a_name_that_is_nearly_right_is_found() -> None:
    assert renamed_cells(["type", "team"], ["thread_id", "kind", "TEAM"], 0, {}) == {"team": "C1"}
