"""What people's cells held before a write hit them."""

from __future__ import annotations

import pytest

from tracker.domain.cells import CellValue
from tracker.sheet.misplaced import Before

TICKET = 22
HEADER = ["thread_id", "title", "notes", "", "team"]
BEFORE = Before(
    header=HEADER,
    rows={TICKET: {column: {"stringValue": f"in {name or 'the unnamed'}"} for column, name in enumerate(HEADER)}},
)


@pytest.mark.parametrize(
    ("column", "header", "held"),
    [
        pytest.param(1, ["thread_id", "notes", "", "team", "title"], "in notes", id="its-name"),
        pytest.param(2, ["thread_id", "notes", "", "team", "title"], "in the unnamed", id="its-left-neighbour"),
        pytest.param(0, ["", "team", "thread_id", "title", "notes"], "in the unnamed", id="its-right-neighbour"),
        pytest.param(1, ["thread_id", "Subject", "notes", "", "team"], "in title", id="a-new-name"),
        pytest.param(1, ["thread_id", "", "title", "notes", "", "team"], None, id="an-inserted-column"),
    ],
)
def test_a_cells_former_content_is_found_by(column: int, header: list[CellValue], held: str | None) -> None:
    assert BEFORE.content(TICKET, column, header) == ({} if held is None else {"stringValue": held})


def test_what_was_not_read_is_not_known() -> None:
    assert BEFORE.content(33, 2, HEADER) == {}
