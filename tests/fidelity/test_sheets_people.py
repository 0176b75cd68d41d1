"""People in the sheet: what they do happens at once, also between a program's read and its write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import appending, row
from tracker.sandbox.sheets.cells import Cell, Formula
from tracker.sandbox.sheets.errors import SheetsError
from tracker.sandbox.sheets.grid import Axis

if TYPE_CHECKING:
    from aiohttp import web

    from tests.support.sheets_fixtures import Desk
    from tracker.sandbox.sheets.cells import Entered

pytest_plugins = ("tests.support.sheets_fixtures",)

TABLE: list[list[Entered]] = [["id", "title", "n"], ["1", "one", 3.0], ["2", "two", 1.0], ["3", "three", 2.0]]
BOLD = {"textFormat": {"bold": True}}


def ids(desk: Desk) -> list[object]:
    return [values[0] if values else None for values in desk.tab.values()]


async def test_typing_is_understood_as_in_the_browser(desk: Desk) -> None:
    for column, text in enumerate(["1417628594471739432", "=A1", "'=A1", "2/4/2026 10:30", "$1,234.50", "FALSE"]):
        desk.tab.enter(0, column, text)
    assert [desk.tab.cell(0, column).value for column in range(6)] == [
        1417628594471739392.0,
        Formula("=A1"),
        "=A1",
        46057.4375,
        1234.5,
        False,
    ]
    assert desk.tab.shown() == [["1.41763E+18", "#ERROR!", "=A1", "2/4/2026 10:30:00", "$1,234.50", "FALSE"]]
    desk.tab.enter(0, 5, "")
    assert len(desk.tab.values()[0]) == 5


async def test_in_a_plain_text_cell_typing_stays_text(desk: Desk) -> None:
    desk.tab.write(0, {0: Cell(format={"numberFormat": {"type": "TEXT"}})})
    desk.tab.enter(0, 0, "1417628594471739432")
    assert desk.tab.values() == [["1417628594471739432"]]


async def test_nobody_can_type_outside_the_grid(desk: Desk) -> None:
    with pytest.raises(IndexError):
        desk.tab.enter(1000, 0, "x")


async def test_records_go_by_the_header_and_skip_blank_rows(desk: Desk) -> None:
    desk.tab.paste(1, 0, [["id", None, "n"], [None], ["1", "no header"], ["2", None, 5.0]])
    assert desk.tab.records() == [{"id": "1", "n": None}, {"id": "2", "n": 5.0}]


async def test_sorting_moves_whole_rows_and_leaves_the_header(desk: Desk) -> None:
    desk.tab.paste(2, 0, TABLE)
    desk.tab.sort(2)
    assert desk.tab.values()[2:] == [TABLE[0], TABLE[2], TABLE[3], TABLE[1]]
    desk.tab.sort(0, descending=True)
    assert ids(desk)[2:] == ["id", "3", "2", "1"]


async def test_sorting_some_columns_tears_rows_apart(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)
    desk.tab.sort(0, descending=True, columns=[0])
    assert desk.tab.values()[1:] == [["3", "one", 3.0], ["2", "two", 1.0], ["1", "three", 2.0]]


async def test_rows_are_inserted_deleted_moved_and_duplicated(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)
    desk.tab.insert_rows(1)
    assert ids(desk) == ["id", None, "1", "2", "3"]
    desk.tab.delete_rows(2)
    assert ids(desk) == ["id", None, "2", "3"]
    desk.tab.move_rows(3, 1, 1)
    assert ids(desk) == ["id", "3", None, "2"]
    desk.tab.duplicate_row(1)
    assert ids(desk) == ["id", "3", "3", None, "2"]
    assert desk.tab.row_count == 1001


async def test_columns_are_inserted_deleted_and_moved(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE[:2])
    desk.tab.insert_columns(1)
    assert desk.tab.values()[0] == ["id", None, "title", "n"]
    desk.tab.move_columns(2, 2, 0)
    assert desk.tab.values()[0] == ["title", "n", "id"]
    desk.tab.delete_columns(1)
    assert desk.tab.values() == [["title", "id"], ["one", "1"]]


async def test_inserted_rows_look_like_the_row_below(desk: Desk) -> None:
    desk.tab.write(0, {0: Cell("id", BOLD)})
    desk.tab.insert_rows(0)
    assert desk.tab.cell(0, 0) == Cell(None, BOLD)


async def test_hidden_rows_are_still_there(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)
    desk.tab.hide_rows(1, 2)
    desk.tab.insert_rows(0)
    assert [desk.tab.line(Axis.ROWS, row).hidden for row in range(5)] == [False, False, True, True, False]
    assert len((await desk.ok("GET", "/values/'Support Tickets'"))["values"]) == 5


async def test_columns_filled_down_are_data_to_the_last_row(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE[:2])
    desk.tab.fill_down(3, value=False)
    desk.tab.fill_down(4, "=A2")
    assert (desk.tab.cell(0, 3).value, desk.tab.cell(1, 3).value, desk.tab.cell(999, 3).value) == (None, False, False)
    assert (desk.tab.cell(999, 3).validation or {})["condition"] == {"type": "BOOLEAN"}
    assert desk.tab.cell(999, 4).value == Formula("=A2")
    await desk.batch(appending(desk, row("2")))
    assert (desk.tab.cell(1000, 0).value, desk.tab.row_count) == ("2", 1001)
    path = "/values/'Support Tickets'!A1:append"
    answer = await desk.ok("POST", path, {"values": [["3"]]}, valueInputOption="RAW")
    assert answer["updates"]["updatedRange"] == "'Support Tickets'!A1002"


async def test_clearing_and_deleting_tabs(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)
    desk.tab.clear()
    assert (desk.tab.values(), desk.tab.row_count) == ([], 1000)
    desk.book.delete_tab(desk.tab)
    with pytest.raises(KeyError):
        desk.book.tab("Support Tickets")
    with pytest.raises(SheetsError, match="can't remove all the sheets"):
        desk.book.delete_tab(desk.book.tabs[0])


async def test_a_tab_cannot_take_the_title_of_another(desk: Desk) -> None:
    desk.tab.rename("support TICKETS")
    with pytest.raises(SheetsError, match="already exists"):
        desk.tab.rename("Sheet1")


async def test_somebody_can_sort_between_a_read_and_a_write(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)

    def sort_once(request: web.Request) -> None:
        if request.path.endswith(":batchUpdate"):
            desk.sheets.before.remove(sort_once)
            desk.tab.sort(0, descending=True)

    desk.sheets.before.append(sort_once)
    keys = (await desk.ok("GET", "/values/'Support Tickets'!A2:A4"))["values"]
    assert keys == [["1"], ["2"], ["3"]]
    answer = await desk.batch(
        {
            "updateCells": {
                "start": {"sheetId": desk.tab.sheet_id, "rowIndex": 1, "columnIndex": 1},
                "rows": [{"values": [{"userEnteredValue": {"stringValue": "ONE"}}]}],
                "fields": "userEnteredValue",
            }
        },
        includeSpreadsheetInResponse=True,
        responseIncludeGridData=True,
        responseRanges=["'Support Tickets'!A2:B2"],
    )
    (written,) = answer["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    assert [cell["formattedValue"] for cell in written["values"]] == ["3", "ONE"]


async def test_a_write_to_a_long_tab_touches_only_the_rows_written(desk: Desk) -> None:
    tab = desk.book.add_tab("Long", rows=100_000, columns=14)
    tab.stored = [(Cell(str(number)),) * 14 for number in range(99_999)]
    before = list(tab.stored)
    value = {"values": [{"userEnteredValue": {"stringValue": "x"}}]}
    start = {"sheetId": tab.sheet_id, "rowIndex": 50_000}
    await desk.batch(
        {"updateCells": {"start": start, "rows": [value], "fields": "userEnteredValue"}},
        {"appendCells": {"sheetId": tab.sheet_id, "rows": [value], "fields": "userEnteredValue"}},
    )
    changed = [number for number, (old, new) in enumerate(zip(before, tab.stored, strict=False)) if old is not new]
    assert changed == [50_000]
    assert len(tab.stored) == 100_000
