"""What a spreadsheet can be made of: so many tabs, charts on tabs of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import row
from tracker.sandbox.sheets.document import MAXIMUM_TABS
from tracker.sandbox.sheets.errors import SheetsError

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import Desk

pytest_plugins = ("tests.support.sheets_fixtures",)


async def test_a_spreadsheet_holds_only_so_many_tabs_however_few_cells_they_have(desk: Desk) -> None:
    for number in range(len(desk.book.tabs), MAXIMUM_TABS - 1):
        desk.book.add_tab(f"Tab {number}", rows=1, columns=1)
    adding = {"addSheet": {"properties": {"gridProperties": {"rowCount": 1, "columnCount": 1}}}}
    refusal = await desk.batch_refused(adding, adding)
    assert refusal == (
        "Invalid requests[1].addSheet: This action would increase the number of sheets in the workbook above the limit "
        "of 200 sheets."
    )
    await desk.batch(adding)
    with pytest.raises(SheetsError, match="number of sheets"):
        desk.book.add_tab("One more")


async def test_a_chart_on_a_tab_of_its_own_has_no_grid(desk: Desk) -> None:
    chart = desk.book.add_chart_sheet("Chart")
    answer = await desk.ok("GET", "", includeGridData="true")
    (sheet,) = [each for each in answer["sheets"] if each["properties"]["title"] == "Chart"]
    assert sheet == {"properties": {"sheetId": chart.sheet_id, "title": "Chart", "index": 2, "sheetType": "OBJECT"}}


async def test_the_cells_of_a_chart_cannot_be_addressed(desk: Desk) -> None:
    chart = desk.book.add_chart_sheet("Chart")
    for path in ("/values/Chart!A1", "/values/Chart"):
        assert await desk.refused("GET", path) == f"Unable to parse range: {path.removeprefix('/values/')}"
    update = {"start": {"sheetId": chart.sheet_id}, "rows": [row("x")], "fields": "*"}
    refusal = await desk.batch_refused({"updateCells": update})
    assert refusal == f"Invalid requests[0].updateCells: No grid with id: {chart.sheet_id}"
    filters = {"dataFilters": [{"gridRange": {"sheetId": chart.sheet_id}}]}
    assert await desk.refused("POST", ":getByDataFilter", filters) == f"No sheet with id: {chart.sheet_id}"
    change = {"properties": {"sheetId": chart.sheet_id, "gridProperties": {"rowCount": 5}}, "fields": "gridProperties"}
    assert "not a grid" in await desk.batch_refused({"updateSheetProperties": change})


async def test_a_chart_is_renamed_moved_and_deleted_like_other_tabs_and_is_never_the_tab_that_is_meant(
    desk: Desk,
) -> None:
    chart = desk.book.add_chart_sheet("Chart")
    change = {"sheetId": chart.sheet_id, "title": "Figures", "index": 0}
    await desk.batch({"updateSheetProperties": {"properties": change, "fields": "title,index"}})
    assert [tab.title for tab in desk.book.tabs] == ["Figures", "Sheet1", "Support Tickets"]
    assert (await desk.ok("GET", "/values/A1"))["range"] == "Sheet1!A1"
    await desk.batch({"deleteSheet": {"sheetId": chart.sheet_id}})
    assert len(desk.book.tabs) == 2
