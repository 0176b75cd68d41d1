"""What Google's answers show of the tab."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.sheet.api.answer import Shown
from tracker.sheet.table.layout import Layout


def text(value: str) -> dict[str, Any]:
    return {"effectiveValue": {"stringValue": value}}


def answer(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {
        "sheets": [
            {"properties": {"sheetId": 1}, "data": [{"rowData": [{"values": [text("99")]}]}]},
            {"properties": {"sheetId": 7, "gridProperties": {"rowCount": 1000}}, "data": list(blocks)},
        ]
    }


def test_blocks_are_read_where_they_start_and_other_tabs_are_left_out() -> None:
    header = {"rowData": [{"values": [text("title"), text("thread_id")]}]}
    keys = {"startRow": 4, "startColumn": 1, "rowData": [{"values": [text("22")]}, {}, {"values": [text("33")]}]}

    shown = Shown(answer(header, keys), tab_id=7)

    assert shown.row_count == 1000
    assert [shown.thread_id(row, 1) for row in (0, 4, 5, 6, 7)] == [None, 22, None, 33, None]
    layout = shown.layout(0)
    assert layout is not None
    assert (layout.header_row, layout.columns) == (0, {"thread_id": 1, "title": 0})


def test_a_header_that_is_not_in_its_row_any_more_is_not_seen() -> None:
    moved = {"startRow": 2, "rowData": [{"values": [text("title")]}]}

    assert Shown(answer(moved), tab_id=7).layout(2) is None


@pytest.mark.parametrize(
    ("kind", "bare"),
    [("DATE_TIME", False), ("DATE", False), ("NUMBER", True), ("TEXT", True), (None, True)],
    ids=str,
)
def test_a_date_without_a_format_that_shows_it_as_one_is_bare(*, kind: str | None, bare: bool) -> None:
    date: dict[str, Any] = {"effectiveValue": {"numberValue": 46057.4375}}
    if kind is not None:
        date["userEnteredFormat"] = {"numberFormat": {"type": kind}}
    layout = Layout(header_row=0, columns={"thread_id": 0, "date_created": 2, "resolution_date": 3})
    row = {"startRow": 4, "startColumn": 2, "rowData": [{"values": [date]}]}

    # The cell of the second date column is empty, which needs no format.
    assert Shown(answer(row), tab_id=7).has_bare_date(4, layout) is bare


def test_a_tab_that_is_gone_shows_nothing() -> None:
    shown = Shown(answer(), tab_id=8)

    assert (shown.row_count, shown.thread_id(0, 0), shown.layout(0)) == (0, None, None)
