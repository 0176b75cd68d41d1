"""The tab that keeps rows for a person to look at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.support.writes import HEADER, NOTE, TITLE, TWO, identity, line, misplaced, plan_of
from tracker.sheet.recovery.keeping import keep_requests
from tracker.sheet.table.cells import Json, content_of, value_of
from tracker.sheet.write.plan import WritePlan


def kept(plan: WritePlan) -> tuple[Json, list[list[Any]]]:
    """The tab's properties, and the values written into it."""
    add, write = keep_requests(plan)
    rows = [
        [value_of(cell.get("userEnteredValue", {})) for cell in row["values"]] for row in write["updateCells"]["rows"]
    ]
    return add["addSheet"]["properties"], rows


def plan_to_keep(*rows: dict[int, Json] | None) -> WritePlan:
    lost = tuple(misplaced(number, before) for number, before in enumerate(rows, start=4))
    return plan_of(header=HEADER, misplaced=lost, keep_as=99)


def test_it_says_what_it_is_and_shows_the_rows_under_the_names_of_their_columns() -> None:
    properties, rows = kept(plan_to_keep(line(TWO, "Two", "note 2"), {NOTE: content_of("a remark")}))

    assert properties["sheetId"] == 99
    assert properties["title"].startswith("Support tracker: kept 20")
    assert "hidden" not in properties
    assert properties["gridProperties"] == {"rowCount": 4, "columnCount": 5}
    explanation, header, *held = rows
    assert "did not put them back" in explanation[0]
    assert header == ["was in row", "thread_id", "title", "link", "note"]
    assert held[0][:3] == [5, str(TWO), "Two"]
    assert held[1] == [6, None, None, None, "a remark"]


def test_it_names_the_columns_as_they_were_when_the_rows_were_overwritten() -> None:
    moved = {column + 1: content for column, content in HEADER.items()}

    _, rows = kept(plan_of(header=moved, misplaced=(misplaced(4, line(TWO, "Two")),), keep_as=99))

    assert rows[1] == ["was in row", "thread_id", "title", "link", "note"]


def test_of_a_row_that_nobody_saw_it_says_so() -> None:
    text = "Nobody knows what this row held: it was hidden by a filter."
    named = replace(misplaced(4, None), beside=identity(TWO))

    assert kept(plan_to_keep(None))[1][2] == [5, text, None, None, None]
    assert kept(plan_of(header=HEADER, misplaced=(named,), keep_as=99))[1][2] == [5, str(TWO), text, None, None]


def test_nothing_in_it_is_computed() -> None:
    formula, error = {"formulaValue": "=IMPORTXML(A1)"}, {"errorValue": {"type": "REF"}}
    text = content_of("=1+1")

    add, write = keep_requests(plan_to_keep({TITLE: formula}, {TITLE: error}, {TITLE: text}))

    contents = [row["values"][2]["userEnteredValue"] for row in write["updateCells"]["rows"][2:]]
    assert [list(each) for each in contents] == [["stringValue"]] * 3
    assert contents[2] == text
    assert add["addSheet"]["properties"]["gridProperties"]["rowCount"] == 5


def test_a_row_wider_than_the_tab_was_keeps_all_its_cells() -> None:
    properties, rows = kept(plan_to_keep({6: content_of("far right")}))

    assert rows[2][7] == "far right"
    assert properties["gridProperties"]["columnCount"] == 8
