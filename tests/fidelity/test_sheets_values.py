"""`spreadsheets.values`: reading and writing cells as plain lists, as Google does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tracker.sandbox.sheets.cells import Cell, Formula

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

TAB = "/values/'Support Tickets'"
RAW = {"valueInputOption": "RAW"}
TYPED = {"valueInputOption": "USER_ENTERED"}
DATE_TIME = {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}


async def test_values_come_without_empty_cells_and_rows_at_the_end(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a", "b", None], [None], ["c"]])
    assert await desk.ok("GET", f"{TAB}") == {
        "range": "'Support Tickets'!A1:Z1000",
        "majorDimension": "ROWS",
        "values": [["a", "b"], [], ["c"]],
    }
    assert (await desk.ok("GET", f"{TAB}!A2:Z2")) == {"range": "'Support Tickets'!A2:Z2", "majorDimension": "ROWS"}
    columns = await desk.ok("GET", f"{TAB}!A:B", majorDimension="COLUMNS")
    assert columns["values"] == [["a", "", "c"], ["b"]]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("'Support Tickets'!A2", "'Support Tickets'!A2"),
        ("Support Tickets!A2", "'Support Tickets'!A2"),
        ("support tickets", "'Support Tickets'!A1:Z1000"),
        ("A1:B2", "Sheet1!A1:B2"),
        ("B2:A1", "Sheet1!A1:B2"),
        ("Sheet1!$B$2", "Sheet1!B2"),
        ("Sheet1!C:C", "Sheet1!C1:C1000"),
        ("Sheet1!2:3", "Sheet1!A2:Z3"),
        ("Sheet1!B2:D", "Sheet1!B2:D1000"),
        ("Sheet1!A1:Z5000", "Sheet1!A1:Z1000"),
    ],
)
async def test_a1_notation_names_cells(desk: Desk, text: str, meant: str) -> None:
    assert (await desk.ok("GET", f"/values/{text}"))["range"] == meant


@pytest.mark.parametrize("text", ["Nowhere!A1", "Sheet1!", "Sheet1!A0", "Sheet1!A1:", "Sheet1!A1:B2:C3", "'Sheet1'A1"])
async def test_notation_that_names_nothing_is_refused(desk: Desk, text: str) -> None:
    assert await desk.refused("GET", f"/values/{text}") == f"Unable to parse range: {text}"


async def test_a_renamed_tab_is_no_longer_found(desk: Desk) -> None:
    desk.tab.rename("Tickets")
    message = await desk.refused("GET", f"{TAB}!A1")
    assert message == "Unable to parse range: 'Support Tickets'!A1"


async def test_cells_outside_the_grid_are_refused(desk: Desk) -> None:
    message = "Range ('Support Tickets'!A1001) exceeds grid limits. Max rows: 1000, max columns: 26"
    assert await desk.refused("GET", f"{TAB}!A1001") == message
    assert await desk.refused("PUT", f"{TAB}!A1001", {"values": [["x"]]}, **RAW) == message
    assert "exceeds grid limits" in await desk.refused("PUT", f"{TAB}!Z1000", {"values": [["x", "y"]]}, **RAW)
    assert desk.tab.values() == []


async def test_values_are_rendered_as_asked(desk: Desk) -> None:
    desk.tab.enter(0, 0, "2026-02-04 10:30:00")
    desk.tab.enter(0, 1, '=IMPORTXML("http://x")')
    desk.tab.enter(0, 2, "1417628594471739432")
    desk.tab.enter(0, 3, "TRUE")
    row = f"{TAB}!1:1"
    assert (await desk.ok("GET", row))["values"] == [["2026-02-04 10:30:00", "#ERROR!", "1.41763E+18", "TRUE"]]
    unformatted = await desk.ok("GET", row, valueRenderOption="UNFORMATTED_VALUE")
    assert unformatted["values"] == [[46057.4375, "#ERROR!", 1417628594471739392, True]]
    texts = await desk.ok("GET", row, valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING")
    assert texts["values"][0][0] == "2026-02-04 10:30:00"
    formulas = await desk.ok("GET", row, valueRenderOption="FORMULA")
    assert formulas["values"][0][:2] == [46057.4375, '=IMPORTXML("http://x")']


async def test_raw_text_stays_text(desk: Desk) -> None:
    texts = ["1417628594471739432", "=1+1", "+1", "'", "TRUE", "2026-02-04", "50%"]
    await desk.ok("PUT", f"{TAB}!A1", {"values": [texts]}, **RAW)
    assert desk.tab.values() == [texts]
    assert all(isinstance(desk.tab.cell(0, column).value, str) for column in range(len(texts)))


async def test_user_entered_text_becomes_what_a_person_would_get(desk: Desk) -> None:
    texts = ["1417628594471739432", "=1+1", "+1", "'1", "true", "2026-02-04", "50%", "plain"]
    await desk.ok("PUT", f"{TAB}!A1", {"values": [texts]}, **TYPED)
    entered = [desk.tab.cell(0, column).value for column in range(len(texts))]
    assert entered == [1417628594471739392.0, Formula("=1+1"), 1.0, "1", True, 46057.0, 0.5, "plain"]
    assert desk.tab.shown()[0][5:7] == ["2026-02-04", "50%"]


async def test_numbers_and_booleans_keep_their_type_nulls_are_skipped_and_blanks_clear(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["old", "old", "old", "old"]])
    answer = await desk.ok("PUT", f"{TAB}!A1:D1", {"values": [[7, True, None, ""]]}, **RAW)
    assert answer == {
        "spreadsheetId": desk.book.id,
        "updatedRange": "'Support Tickets'!A1:D1",
        "updatedRows": 1,
        "updatedColumns": 4,
        "updatedCells": 3,
    }
    assert desk.tab.values() == [[7.0, True, "old"]]


async def test_columns_can_be_written_and_the_values_read_back_in_the_answer(desk: Desk) -> None:
    body = {"values": [["a", "b"], ["c"]], "majorDimension": "COLUMNS"}
    answer = await desk.ok("PUT", f"{TAB}!B2", body, includeValuesInResponse="true", **RAW)
    assert answer["updatedData"] == {
        "range": "'Support Tickets'!B2:C3",
        "majorDimension": "ROWS",
        "values": [["a", "c"], ["b"]],
    }


async def test_a_write_needs_an_input_option_a_fitting_range_and_plain_values(desk: Desk) -> None:
    cell = f"{TAB}!A1"
    assert await desk.refused("PUT", cell, {"values": [["x"]]}) == "'valueInputOption' is required but not specified"
    assert "value_input_option" in await desk.refused("PUT", cell, {"values": [["x"]]}, valueInputOption="AUTO")
    too_many = await desk.refused("PUT", f"{TAB}!A1:B1", {"values": [["x", "y"], ["z"]]}, **RAW)
    assert too_many == "Requested writing within range ['Support Tickets'!A1:B1], but tried writing to row [2]"
    too_wide = await desk.refused("PUT", f"{TAB}!A1:B1", {"values": [["x", "y", "z"]]}, **RAW)
    assert too_wide.endswith("tried writing to column [C]")
    assert await desk.refused("PUT", cell, {"values": [["x", {"a": 1}]]}, **RAW) == "Invalid values[0][1]: struct_value"
    assert "ListValue" in await desk.refused("PUT", cell, {"values": ["x"]}, **RAW)
    assert desk.tab.values() == []


async def test_a_cell_holds_fifty_thousand_characters(desk: Desk) -> None:
    await desk.ok("PUT", f"{TAB}!A1", {"values": [["x" * 50_000]]}, **RAW)
    for text in ("x" * 50_001, "\N{PARTY POPPER}" * 25_001):
        message = await desk.refused("PUT", f"{TAB}!A2:A3", {"values": [["kept out"], [text]]}, **RAW)
        assert message == "Your input contains more than the maximum of 50000 characters in a single cell."
    assert len(desk.tab.values()) == 1


TABLES: list[list[str | None]] = [
    ["a", "b", "c"],
    ["d", "e", "f"],
    [],
    [None, "g", "h", "i"],
    [None, "j"],
    [None, "k", "l"],
]


@pytest.mark.parametrize(
    ("searched", "table", "written"),
    [
        ("Sheet1", "Sheet1!B4:D6", "Sheet1!B7:C7"),
        ("Sheet1!C5:D5", "Sheet1!B4:D6", "Sheet1!B7:C7"),
        ("Sheet1!B2:D4", "Sheet1!B4:D6", "Sheet1!B7:C7"),
        ("Sheet1!A3:G10", "Sheet1!B4:D6", "Sheet1!B7:C7"),
        ("Sheet1!A1", "Sheet1!A1:C2", "Sheet1!A3:B3"),
        ("Sheet1!F9", None, "Sheet1!F9:G9"),
    ],
)
async def test_append_finds_the_last_table_in_the_range(
    desk: Desk, searched: str, table: str | None, written: str
) -> None:
    desk.book.tab("Sheet1").paste(0, 0, TABLES)
    answer = await desk.ok("POST", f"/values/{searched}:append", {"values": [["new", "row"]]}, **RAW)
    assert answer.get("tableRange") == table
    assert answer["updates"]["updatedRange"] == written


async def test_cells_that_touch_at_a_corner_are_two_tables(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a", None, "c"], [None, "b"]])
    answer = await desk.ok("POST", f"{TAB}:append", {"values": [["new"]]}, **RAW)
    assert answer["tableRange"] == "'Support Tickets'!B2"


async def test_an_append_below_a_row_with_a_gap_slips_to_the_right(desk: Desk) -> None:
    for _ in range(2):
        answer = await desk.ok("POST", f"{TAB}:append", {"values": [["x", "", "z"]]}, **RAW)
    assert answer["tableRange"] == "'Support Tickets'!C1"
    assert desk.tab.values() == [["x", None, "z"], [None, None, "x", None, "z"]]


async def test_an_append_aimed_at_a_blank_row_above_the_header_lands_there(desk: Desk) -> None:
    desk.tab.paste(2, 0, [["thread_id"], ["1"]])
    await desk.ok("POST", f"{TAB}!A1:append", {"values": [["2"]]}, **RAW)
    assert desk.tab.values() == [["2"], [], ["thread_id"], ["1"]]


async def test_append_overwrites_or_inserts_and_adds_rows_to_the_grid(desk: Desk) -> None:
    tab = desk.book.add_tab("Small", rows=3, columns=2)
    tab.paste(0, 0, [["id"], ["1"]])
    for text, rows in (("2", 3), ("3", 4)):
        await desk.ok("POST", "/values/Small:append", {"values": [[text]]}, **RAW)
        assert tab.row_count == rows
    inserted = {"insertDataOption": "INSERT_ROWS", **RAW}
    tab.paste(0, 1, [[None], [None], [None], [None]])
    tab.insert_rows(4)
    tab.insert_rows(5)
    tab.paste(5, 0, [["a note below"]])
    await desk.ok("POST", "/values/Small!A1:append", {"values": [["4"], ["5"]]}, **inserted)
    assert tab.values() == [["id"], ["1"], ["2"], ["3"], ["4"], ["5"], [], ["a note below"]]


async def test_batches_read_write_and_clear_several_ranges(desk: Desk) -> None:
    data = [{"range": "Sheet1!A1", "values": [["a"]]}, {"range": "'Support Tickets'!B2:C2", "values": [["b", 2]]}]
    written = await desk.ok("POST", "/values:batchUpdate", {"data": data, **RAW})
    assert (written["totalUpdatedCells"], written["totalUpdatedSheets"], len(written["responses"])) == (3, 2, 2)
    ranges = ["Sheet1!A1", "'Support Tickets'!A2:C2"]
    read = await desk.ok("GET", "/values:batchGet", ranges=ranges, valueRenderOption="UNFORMATTED_VALUE")
    assert [each["values"] for each in read["valueRanges"]] == [[["a"]], [["", "b", 2]]]
    cleared = await desk.ok("POST", "/values:batchClear", {"ranges": ranges})
    assert cleared["clearedRanges"] == ["Sheet1!A1", "'Support Tickets'!A2:C2"]
    assert desk.tab.values() == []


async def test_a_batch_of_values_is_written_as_a_whole_or_not_at_all(desk: Desk) -> None:
    data = [{"range": "Sheet1!A1", "values": [["a"]]}, {"range": "Nowhere!A1", "values": [["b"]]}]
    message = await desk.refused("POST", "/values:batchUpdate", {"data": data, **RAW})
    assert message == "Invalid data[1]: Unable to parse range: Nowhere!A1"
    assert desk.book.tab("Sheet1").values() == []


async def test_values_can_be_read_by_data_filters(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a", "b"], ["c", "d"]])
    filters: list[JSON] = [
        {"a1Range": "'Support Tickets'!A2:B2"},
        {"gridRange": {"sheetId": desk.tab.sheet_id, "startRowIndex": 0, "startColumnIndex": 1, "endColumnIndex": 2}},
    ]
    answer = await desk.ok("POST", "/values:batchGetByDataFilter", {"dataFilters": filters, "majorDimension": "ROWS"})
    found = [(each["dataFilters"], each["valueRange"]["values"]) for each in answer["valueRanges"]]
    assert found == [([filters[0]], [["c", "d"]]), ([filters[1]], [["b"], ["d"]])]
    assert answer["valueRanges"][1]["valueRange"]["range"] == "'Support Tickets'!B1:B1000"


async def test_clearing_values_keeps_formats(desk: Desk) -> None:
    desk.tab.write(0, {0: Cell(46057.4375, {"numberFormat": DATE_TIME})})
    assert (await desk.ok("POST", f"{TAB}!A1:clear"))["clearedRange"] == "'Support Tickets'!A1"
    assert desk.tab.cell(0, 0) == Cell(None, {"numberFormat": DATE_TIME})


async def test_a_fields_mask_cuts_the_answer_down(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a"]])
    assert await desk.ok("GET", TAB, fields="values") == {"values": [["a"]]}
    answer = await desk.ok("GET", "/values:batchGet", ranges="Sheet1!A1", fields="valueRanges(range)")
    assert answer == {"valueRanges": [{"range": "Sheet1!A1"}]}


async def test_data_filters_are_answered_in_the_order_of_their_places_and_those_of_one_range_together(
    desk: Desk,
) -> None:
    desk.tab.paste(0, 0, [["a", "b"], ["c", "d"]])
    wanted = [desk.area(1, 2, 1, 2), desk.area(1, 2, 0, 1), desk.area(0, 1, 1, 2), desk.area(1, 2, 1, 2)]

    answer = await desk.ok("POST", "/values:batchGetByDataFilter", {"dataFilters": [{"gridRange": g} for g in wanted]})

    assert [each["valueRange"]["values"] for each in answer["valueRanges"]] == [[["c"]], [["b"]], [["d"]]]
    assert [len(each["dataFilters"]) for each in answer["valueRanges"]] == [1, 1, 2]
