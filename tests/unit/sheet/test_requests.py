"""The changes asked of Google, as its reference writes them."""

from __future__ import annotations

import pytest

from tracker.domain.cells import Cells, CellValue
from tracker.sheet.api.requests import add_rows, format_columns, new_cells, write_cells
from tracker.sheet.table.cells import content_of
from tracker.sheet.table.columns import Kind
from tracker.sheet.table.layout import Layout, grid_range

# A tab with a person's own columns at positions 1 and 4.
LAYOUT = Layout(header_row=0, columns={"thread_id": 0, "title": 2, "team": 3, "reopen_count": 5})


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("=1+1", {"stringValue": "=1+1"}),
        ("1417628594471739432", {"stringValue": "1417628594471739432"}),
        (0, {"numberValue": 0}),
        (46057.4375, {"numberValue": 46057.4375}),
        (True, {"boolValue": True}),
        (False, {"boolValue": False}),
        (None, {}),
    ],
    ids=repr,
)
def test_a_value_is_entered_by_its_type_and_never_parsed(value: CellValue, content: dict[str, object]) -> None:
    assert content_of(value) == content


def test_only_the_given_cells_of_a_row_are_written_one_request_for_each_run() -> None:
    assert write_cells(7, 4, {5: {"numberValue": 2}, 3: {}, 2: {"stringValue": "x"}}) == [
        {
            "updateCells": {
                "range": grid_range(7, range(4, 5), range(2, 4)),
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "x"}}, {}]}],
                "fields": "userEnteredValue",
            }
        },
        {
            "updateCells": {
                "range": grid_range(7, range(4, 5), range(5, 6)),
                "rows": [{"values": [{"userEnteredValue": {"numberValue": 2}}]}],
                "fields": "userEnteredValue",
            }
        },
    ]


def test_nothing_to_write_is_no_request() -> None:
    assert write_cells(7, 4, {}) == []


def test_cells_that_the_header_does_not_name_are_left_out() -> None:
    row: Cells = {"thread_id": "1", "title": "x", "team": None, "reopen_count": 0, "not in the header": "y"}

    assert new_cells(row, LAYOUT) == {0: {"stringValue": "1"}, 2: {"stringValue": "x"}, 3: {}, 5: {"numberValue": 0}}


def test_a_tab_is_made_longer_by_rows() -> None:
    assert add_rows(7, 1000) == {"appendDimension": {"sheetId": 7, "dimension": "ROWS", "length": 1000}}


def test_columns_are_formatted_from_a_row_to_the_end_of_the_tab_where_their_kind_has_a_format() -> None:
    assert format_columns(7, 3, {1: Kind.BOOLEAN, 4: Kind.DATE_TIME}) == [
        {
            "repeatCell": {
                "range": {"sheetId": 7, "startRowIndex": 3, "startColumnIndex": 4, "endColumnIndex": 5},
                "cell": {
                    "userEnteredFormat": {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}}
                },
                "fields": "userEnteredFormat.numberFormat",
            }
        }
    ]
