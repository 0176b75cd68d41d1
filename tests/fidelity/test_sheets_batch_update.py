"""`spreadsheets.batchUpdate` and `spreadsheets.get`: requests carried out as Google does, and shown in the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import at, lines, row
from tracker.sandbox.sheets.cells import Cell, Formula
from tracker.sandbox.sheets.grid import Axis

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

DATE_TIME = {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}
BOLD = {"textFormat": {"bold": True}}


async def test_text_stays_text_whatever_it_looks_like(desk: Desk) -> None:
    texts = ["1417628594471739432", '=IMPORTXML("http://x")', "+1", "'", "\N{PARTY POPPER}"]
    await desk.batch({"updateCells": {"start": at(desk, 0, 0), "rows": [row(*texts)], "fields": "userEnteredValue"}})
    assert desk.tab.values() == [texts]


async def test_update_cells_changes_the_fields_it_names_and_no_others(desk: Desk) -> None:
    desk.tab.write(0, {0: Cell("old", BOLD, note="kept"), 1: Cell("untouched")})
    cell = {"userEnteredValue": {"numberValue": 46057.4375}, "userEnteredFormat": {"numberFormat": DATE_TIME}}
    await desk.batch(
        {
            "updateCells": {
                "start": at(desk, 0, 0),
                "rows": [{"values": [cell]}],
                "fields": "userEnteredValue,userEnteredFormat.numberFormat",
            }
        }
    )
    assert desk.tab.cell(0, 0) == Cell(46057.4375, {**BOLD, "numberFormat": DATE_TIME}, note="kept")
    assert desk.tab.shown() == [["2026-02-04 10:30:00", "untouched"]]


async def test_update_cells_clears_the_rest_of_a_range(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a", "b", "c"], ["d", "e", "f"]])
    request = {"range": desk.area(0, 2, 0, 2), "rows": [row("A")], "fields": "userEnteredValue"}
    await desk.batch({"updateCells": request})
    assert desk.tab.values() == [["A", None, "c"], [None, None, "f"]]


async def test_values_keep_their_type_and_formulas_are_formulas(desk: Desk) -> None:
    cells = [{"userEnteredValue": {"formulaValue": "=A1"}}, {"userEnteredValue": {"boolValue": False}}, {}]
    await desk.batch({"updateCells": {"start": at(desk, 0, 0), "rows": [{"values": cells}], "fields": "*"}})
    assert desk.tab.cell(0, 0).value == Formula("=A1")
    assert desk.tab.values() == [["#ERROR!", False]]


async def test_append_cells_goes_below_the_last_row_with_a_value_and_adds_rows(desk: Desk) -> None:
    tab = desk.book.add_tab("Small", rows=3, columns=2)
    tab.paste(0, 0, [[None], ["id"]])
    tab.write(2, {1: Cell(format=BOLD)})
    rows = [row("1", "a"), row("2", "b")]
    await desk.batch({"appendCells": {"sheetId": tab.sheet_id, "rows": rows, "fields": "userEnteredValue"}})
    assert tab.values() == [[], ["id"], ["1", "a"], ["2", "b"]]
    assert tab.row_count == 4
    assert tab.cell(2, 1).format == BOLD


async def test_repeat_cell_formats_a_range(desk: Desk) -> None:
    request = {
        "range": {"sheetId": desk.tab.sheet_id, "startRowIndex": 1, "startColumnIndex": 4, "endColumnIndex": 5},
        "cell": {"userEnteredFormat": {"numberFormat": DATE_TIME}},
        "fields": "userEnteredFormat(numberFormat)",
    }
    await desk.batch({"repeatCell": request})
    assert [desk.tab.cell(number, 4).number_format for number in (0, 1, 999)] == [None, DATE_TIME, DATE_TIME]


async def test_a_failing_request_takes_the_whole_batch_back(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["id"], ["1"]])
    before = (desk.tab.values(), desk.tab.row_count, desk.tab.title, len(desk.book.tabs))
    message = await desk.batch_refused(
        {"appendCells": {"sheetId": desk.tab.sheet_id, "rows": [row("2")], "fields": "*"}},
        {"insertDimension": {"range": lines(desk, "ROWS", 0, 5)}},
        {
            "updateSheetProperties": {
                "properties": {"sheetId": desk.tab.sheet_id, "title": "Other", "gridProperties": {"frozenRowCount": 1}},
                "fields": "title,gridProperties.frozenRowCount",
            }
        },
        {"addSheet": {"properties": {"title": "New"}}},
        {"addFilterView": {"filter": {"range": desk.area(0, 2, 0, 1)}}},
        {"deleteDimension": {"range": lines(desk, "ROWS", 5000, 5001)}},
    )
    assert message == (
        "Invalid requests[5].deleteDimension: Cannot delete a row that doesn't exist. Tried to delete row index 5000 "
        "but there are only 1005 rows."
    )
    assert (desk.tab.values(), desk.tab.row_count, desk.tab.title, len(desk.book.tabs)) == before
    assert (desk.tab.views.filter_views, desk.tab.frozen) == ({}, {})


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"updateCells": {"start": {"sheetId": 7}, "fields": "*"}}, "updateCells: No grid with id: 7"),
        ({"deleteSheet": {"sheetId": 7}}, "deleteSheet: No sheet with id: 7"),
        (
            {"updateCells": {"rows": [row("x")], "fields": ""}},
            "updateCells: At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
        ),
        (
            {"updateCells": {"start": {"rowIndex": 1000}, "rows": [row("x")], "fields": "*"}},
            "updateCells: GridCoordinate.rowIndex[1000] is after last row in grid[999]",
        ),
        (
            {"updateCells": {"start": {"columnIndex": 25}, "rows": [row("x", "y")], "fields": "*"}},
            "updateCells: Attempting to write column: 26, beyond the last requested column of: 25",
        ),
        (
            {"repeatCell": {"range": {"startRowIndex": 999, "endRowIndex": 1001}, "cell": {}, "fields": "note"}},
            "repeatCell: Range (Sheet1!A1000:Z1001) exceeds grid limits. Max rows: 1000, max columns: 26",
        ),
        (
            {"addSheet": {"properties": {"title": "support tickets"}}},
            'addSheet: A sheet with the name "support tickets" already exists. Please enter another name.',
        ),
        (
            {"updateCells": {"start": {}, "rows": [row("x" * 50_001)], "fields": "userEnteredValue"}},
            "updateCells: Your input contains more than the maximum of 50000 characters in a single cell.",
        ),
        (
            {"appendDimension": {"dimension": "ROWS", "length": 400_000}},
            (
                "appendDimension: This action would increase the number of cells in the workbook above the limit of "
                "10000000 cells."
            ),
        ),
        (
            {"deleteDimension": {"range": {"dimension": "ROWS"}}},
            "deleteDimension: You can't delete all the rows on the sheet.",
        ),
        (
            {
                "updateCells": {
                    "start": {},
                    "rows": [{"values": [{"userEnteredValue": {"stringValue": 1}}]}],
                    "fields": "*",
                }
            },
            "updateCells: Invalid value at 'userEnteredValue.stringValue': 1",
        ),
    ],
)
async def test_google_says_why_a_request_cannot_be_carried_out(desk: Desk, request_: JSON, message: str) -> None:
    assert await desk.batch_refused(request_) == f"Invalid requests[0].{message}"


async def test_a_batch_needs_requests_of_one_kind_each(desk: Desk) -> None:
    assert await desk.batch_refused() == "Must specify at least one request."
    assert "oneof" in await desk.batch_refused({"addSheet": {}, "clearBasicFilter": {"sheetId": 0}})


async def test_explicit_nulls_are_the_same_as_fields_left_out(desk: Desk) -> None:
    cell = {"userEnteredValue": {"stringValue": "x", "numberValue": None}, "note": None}
    request = {"start": at(desk, 0, 0), "range": None, "rows": [{"values": [cell]}], "fields": "*"}
    await desk.batch({"updateCells": request, "addSheet": None})
    assert desk.tab.values() == [["x"]]


async def test_the_answer_shows_the_written_rows_as_they_are_after_the_write(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["id", "title"], ["1", "one"], ["2", "two"]])
    answer = await desk.batch(
        {"updateCells": {"start": at(desk, 2, 1), "rows": [row("TWO")], "fields": "userEnteredValue"}},
        includeSpreadsheetInResponse=True,
        responseIncludeGridData=True,
        responseRanges=["'Support Tickets'!A3:B3", "'Support Tickets'!B1"],
    )
    assert answer["replies"] == [{}]
    (sheet,) = answer["updatedSpreadsheet"]["sheets"]
    assert sheet["properties"]["title"] == "Support Tickets"
    written, header = sheet["data"]
    assert (written["startRow"], "startColumn" in written) == (2, False)
    assert [cell["userEnteredValue"] for cell in written["rowData"][0]["values"]] == [
        {"stringValue": "2"},
        {"stringValue": "TWO"},
    ]
    assert ("startRow" in header, header["startColumn"]) == (False, 1)


async def test_a_fields_mask_on_a_batch_switches_the_cells_off_unless_it_names_them(desk: Desk) -> None:
    request: JSON = {"updateCells": {"start": at(desk, 0, 0), "rows": [row("x")], "fields": "*"}}
    body = {
        "requests": [request],
        "includeSpreadsheetInResponse": True,
        "responseIncludeGridData": True,
        "responseRanges": ["'Support Tickets'!A1"],
    }
    for mask in ("replies,updatedSpreadsheet.sheets", "updatedSpreadsheet", "*"):
        answer = await desk.ok("POST", ":batchUpdate", body, fields=mask)
        assert "data" not in answer["updatedSpreadsheet"]["sheets"][0], mask
    mask = "updatedSpreadsheet.sheets.data.rowData.values(userEnteredValue)"
    answer = await desk.ok("POST", ":batchUpdate", body, fields=mask)
    values = [{"userEnteredValue": {"stringValue": "x"}}]
    assert answer == {"updatedSpreadsheet": {"sheets": [{"data": [{"rowData": [{"values": values}]}]}]}}


async def test_grid_data_shows_what_was_entered_what_it_is_and_how_it_looks(desk: Desk) -> None:
    desk.tab.write(1, {1: Cell(46057.4375, {"numberFormat": DATE_TIME, **BOLD}, note="n"), 3: Cell("end")})
    desk.tab.enter(2, 1, "=NOW()")
    answer = await desk.ok("GET", "", ranges="'Support Tickets'!B1:F9", includeGridData="true")
    (data,) = answer["sheets"][0]["data"]
    assert (data["startColumn"], "startRow" in data, len(data["rowData"])) == (1, False, 3)
    assert data["rowData"][0] == {}
    date, gap, end = data["rowData"][1]["values"]
    assert date["userEnteredValue"] == date["effectiveValue"] == {"numberValue": 46057.4375}
    assert date["formattedValue"] == "2026-02-04 10:30:00"
    assert date["userEnteredFormat"] == {"numberFormat": DATE_TIME, **BOLD}
    assert date["effectiveFormat"]["textFormat"] | {"bold": True} == date["effectiveFormat"]["textFormat"]
    assert date["note"] == "n"
    assert gap == {}
    assert end["formattedValue"] == "end"
    (formula,) = data["rowData"][2]["values"]
    assert formula["userEnteredValue"] == {"formulaValue": "=NOW()"}
    assert formula["effectiveValue"]["errorValue"]["type"] == "ERROR"
    assert formula["formattedValue"] == "#ERROR!"


async def test_a_spreadsheet_comes_with_cells_only_if_asked(desk: Desk) -> None:
    answer = await desk.ok("GET", "")
    assert (answer["spreadsheetId"], answer["properties"]["title"]) == (desk.book.id, "Support")
    assert answer["spreadsheetUrl"] == desk.book.url
    assert [sheet["properties"]["title"] for sheet in answer["sheets"]] == ["Sheet1", "Support Tickets"]
    assert all("data" not in sheet for sheet in answer["sheets"])
    masked = await desk.ok("GET", "", fields="sheets(properties(title,sheetId))")
    assert masked["sheets"][0] == {"properties": {"title": "Sheet1", "sheetId": 0}}
    assert "data" in (await desk.ok("GET", "", fields="sheets.data.rowData"))["sheets"][0]
    filters = [{"gridRange": {"sheetId": desk.tab.sheet_id, "endRowIndex": 1}}]
    found = await desk.ok("POST", ":getByDataFilter", {"dataFilters": filters, "includeGridData": True})
    assert [len(sheet["data"]) for sheet in found["sheets"]] == [1]


async def test_tabs_are_added_changed_and_deleted(desk: Desk) -> None:
    properties = {"title": "New", "index": 0, "gridProperties": {"rowCount": 5, "columnCount": 3, "frozenRowCount": 1}}
    answer = await desk.batch({"addSheet": {"properties": properties}})
    added = answer["replies"][0]["addSheet"]["properties"]
    assert added | properties == added
    change = {"sheetId": added["sheetId"], "title": "Newer", "gridProperties": {"columnCount": 4}}
    await desk.batch(
        {"updateSheetProperties": {"properties": change, "fields": "title,gridProperties.columnCount"}},
        {"deleteSheet": {"sheetId": 0}},
        {"updateSpreadsheetProperties": {"properties": {"title": "Helpdesk"}, "fields": "title"}},
    )
    assert [(tab.title, tab.column_count) for tab in desk.book.tabs] == [("Newer", 4), ("Support Tickets", 26)]
    assert desk.book.title == "Helpdesk"


async def test_the_last_tab_cannot_be_deleted(desk: Desk) -> None:
    desk.book.delete_tab(desk.tab)
    message = await desk.batch_refused({"deleteSheet": {"sheetId": 0}})
    assert message == "Invalid requests[0].deleteSheet: You can't remove all the sheets in a document."


async def test_rows_and_columns_are_inserted_appended_deleted_and_moved(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a", "b", "c"], ["d", "e", "f"], ["g", "h", "i"]])
    await desk.batch(
        {"insertDimension": {"range": lines(desk, "ROWS", 1, 2), "inheritFromBefore": True}},
        {"deleteDimension": {"range": lines(desk, "COLUMNS", 1, 2)}},
        {"moveDimension": {"source": lines(desk, "ROWS", 3, 4), "destinationIndex": 0}},
        {"moveDimension": {"source": lines(desk, "COLUMNS", 0, 1), "destinationIndex": 2}},
        {"appendDimension": {"sheetId": desk.tab.sheet_id, "dimension": "COLUMNS", "length": 2}},
    )
    assert desk.tab.values() == [["i", "g"], ["c", "a"], [], ["f", "d"]]
    assert (desk.tab.row_count, desk.tab.column_count) == (1001, 27)


async def test_an_inserted_row_takes_its_neighbours_formats(desk: Desk) -> None:
    desk.tab.write(0, {0: Cell("head", BOLD)})
    desk.tab.write(1, {0: Cell(1.0, {"numberFormat": DATE_TIME})})
    await desk.batch({"insertDimension": {"range": lines(desk, "ROWS", 1, 2)}})
    assert desk.tab.cell(1, 0) == Cell(None, {"numberFormat": DATE_TIME})


async def test_columns_have_widths_and_rows_can_be_hidden(desk: Desk) -> None:
    await desk.batch(
        {
            "updateDimensionProperties": {
                "range": lines(desk, "COLUMNS", 1, 2),
                "properties": {"pixelSize": 240},
                "fields": "pixelSize",
            }
        },
        {
            "updateDimensionProperties": {
                "range": lines(desk, "ROWS", 2, 3),
                "properties": {"hiddenByUser": True},
                "fields": "hiddenByUser",
            }
        },
        {"autoResizeDimensions": {"dimensions": lines(desk, "COLUMNS", 0, 1)}},
    )
    assert desk.tab.line(Axis.COLUMNS, 1).size == 240
    answer = await desk.ok("GET", "", ranges="'Support Tickets'!A1:C3", includeGridData="true")
    (data,) = answer["sheets"][0]["data"]
    assert [column["pixelSize"] for column in data["columnMetadata"]] == [20, 240, 100]
    assert data["rowMetadata"][2] == {"pixelSize": 21, "hiddenByUser": True}


async def test_sorting_orders_all_kinds_of_values_and_leaves_blanks_last(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["b", 1.0], [None, 2.0], [True, 3.0], [10.0, 4.0], ["A", 5.0], [9.0, 6.0]])
    for order, expected in (("ASCENDING", [6, 4, 5, 1, 3, 2]), ("DESCENDING", [3, 1, 5, 4, 6, 2])):
        specs = [{"dimensionIndex": 0, "sortOrder": order}]
        await desk.batch({"sortRange": {"range": desk.area(0, 6, 0, 2), "sortSpecs": specs}})
        assert [values[1] for values in desk.tab.values()] == expected


async def test_copies_replacements_and_validation_rules(desk: Desk) -> None:
    desk.tab.write(0, {0: Cell("alpha", BOLD), 1: Cell("beta")})
    rule = {"condition": {"type": "BOOLEAN"}}
    answer = await desk.batch(
        {
            "copyPaste": {
                "source": desk.area(0, 1, 0, 2),
                "destination": desk.area(1, 3, 0, 2),
                "pasteType": "PASTE_VALUES",
            }
        },
        {"findReplace": {"find": "ALPHA", "replacement": "7", "range": desk.area(1, 3, 0, 2)}},
        {"setDataValidation": {"range": desk.area(0, 1, 2, 3), "rule": rule}},
    )
    assert answer["replies"][1] == {
        "findReplace": {"valuesChanged": 2, "rowsChanged": 2, "sheetsChanged": 1, "occurrencesChanged": 2}
    }
    assert desk.tab.values() == [["alpha", "beta"], [7.0, "beta"], [7.0, "beta"]]
    assert desk.tab.cell(0, 2).validation == rule
