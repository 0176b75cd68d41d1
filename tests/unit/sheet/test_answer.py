"""What Google's answers show of a tab."""

from __future__ import annotations

from typing import Any

from tracker.sheet.api.answer import Shown


def text(value: str) -> dict[str, Any]:
    return {"userEnteredValue": {"stringValue": value}, "effectiveValue": {"stringValue": value}}


def answer(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "sheets": [
            {"properties": {"sheetId": 1}, "data": [{"rowData": [{"values": [text("99")]}]}]},
            {"properties": {"sheetId": 7, "gridProperties": {"rowCount": 1000}}, "data": list(blocks)},
        ]
    }


def test_blocks_are_read_where_they_start_in_any_order_and_other_tabs_are_left_out() -> None:
    header = {"rowData": [{"values": [text("title"), text("thread_id")]}]}
    keys: dict[str, Any] = {
        "startRow": 4,
        "startColumn": 1,
        "rowData": [{"values": [text("22")]}, {}, {"values": [text("33")]}],
    }

    for blocks in ([header, keys], [keys, header]):
        shown = Shown(answer(*blocks), tab_id=7)

        assert shown.row_count == 1000
        assert [shown.value(row, 1) for row in (0, 4, 5, 6, 7)] == ["thread_id", "22", None, "33", None]
        assert shown.values(0) == ["title", "thread_id"]


def test_a_formula_is_what_it_was_computed_to() -> None:
    cell = {"userEnteredValue": {"formulaValue": "=1+1"}, "effectiveValue": {"numberValue": 2}}
    shown = Shown(answer({"rowData": [{"values": [cell, text("x")]}]}), tab_id=7)

    assert shown.line(0) == {0: {"numberValue": 2}, 1: {"stringValue": "x"}}
    assert (shown.is_computed(0, 0), shown.is_computed(0, 1)) == (True, False)


def test_cells_that_are_blank_in_any_way_are_left_out_of_a_line() -> None:
    row = {"rowData": [{"values": [{}, {"userEnteredValue": {}}, {"effectiveFormat": {}}, text("x")]}]}

    assert Shown(answer(row), tab_id=7).line(0) == {3: {"stringValue": "x"}}


def test_the_format_of_a_cell_is_known_by_its_type() -> None:
    date = {"userEnteredFormat": {"numberFormat": {"type": "DATE_TIME"}}}
    shown = Shown(answer({"startRow": 4, "rowData": [{"values": [date, {}]}]}), tab_id=7)

    assert (shown.number_format(4, 0), shown.number_format(4, 1)) == ("DATE_TIME", "")


def test_a_tab_that_is_gone_shows_nothing() -> None:
    shown = Shown(answer(), tab_id=8)

    assert (shown.row_count, shown.value(0, 0), shown.line(0)) == (0, None, {})


def test_the_first_tab_of_a_spreadsheet_has_the_number_0_which_may_be_left_out() -> None:
    first = {"sheets": [{"properties": {"title": "Tickets"}, "data": [{"rowData": [{"values": [text("x")]}]}]}]}

    assert Shown(first, tab_id=0).value(0, 0) == "x"
