"""Tables that a range was converted to: they follow their cells, grow by what is appended to them, and have types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import appending, lines, row, writing
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.behaviour import Behaviour, StrictValidation

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk
    from tracker.sandbox.sheets.cells import Entered

pytest_plugins = ("tests.support.sheets_fixtures",)

TABLE: list[list[Entered]] = [["id", None, "n"], ["1", "one", 1.0], ["2", "two", 2.0]]
LIST = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Open"}]}}


async def tables(desk: Desk) -> list[JSON]:
    found: list[JSON] = (await desk.ok("GET", ""))["sheets"][1].get("tables", [])
    return found


async def extent(desk: Desk) -> JSON:
    (table,) = await tables(desk)
    found: JSON = table["range"]
    return found


def converted(desk: Desk) -> str:
    """A table of three rows and columns; its id."""
    desk.tab.paste(0, 0, TABLE)
    number: str = desk.tab.convert_to_table(Box(0, 0, 3, 3))["tableId"]
    return number


async def test_people_convert_a_range_whose_first_row_names_the_columns(desk: Desk) -> None:
    number = converted(desk)
    assert await tables(desk) == [
        {
            "tableId": number,
            "name": "Table1",
            "range": desk.area(0, 3, 0, 3),
            "columnProperties": [
                {"columnName": "id"},
                {"columnIndex": 1, "columnName": "Column 2"},
                {"columnIndex": 2, "columnName": "n"},
            ],
        }
    ]
    assert desk.tab.values()[0] == ["id", "Column 2", "n"]


async def test_programs_add_change_and_delete_tables(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)
    columns = [
        {"columnIndex": 1, "columnName": "State", "columnType": "DROPDOWN", "dataValidationRule": LIST},
        {"columnIndex": 2, "columnType": "DOUBLE"},
    ]
    table = {"tableId": "123", "name": "Tickets", "range": desk.area(0, 2, 0, 3), "columnProperties": columns}
    answer = await desk.batch({"addTable": {"table": table}})
    added = answer["replies"][0]["addTable"]["table"]
    assert added["columnProperties"] == [{"columnName": "id"}, columns[0], {**columns[1], "columnName": "n"}]
    assert await tables(desk) == [added]
    change = {"tableId": "123", "name": "All", "range": desk.area(0, 3, 0, 3), "columnProperties": columns[:1]}
    await desk.batch({"updateTable": {"table": change, "fields": "name,range,columnProperties"}})
    (table_now,) = await tables(desk)
    assert (table_now["name"], table_now["range"]) == ("All", desk.area(0, 3, 0, 3))
    assert table_now["columnProperties"][2] == {"columnIndex": 2, "columnName": "n"}
    await desk.batch(
        {"updateTable": {"table": {"tableId": "123", "range": {"endRowIndex": 5}}, "fields": "range.endRowIndex"}}
    )
    assert await extent(desk) == desk.area(0, 5, 0, 3)
    desk.tab.paste(7, 0, [["below"]])
    await desk.batch({"deleteTable": {"tableId": "123"}})
    assert (await tables(desk), desk.tab.values()) == ([], [[]] * 7 + [["below"]])


async def test_what_a_table_cannot_be_is_refused(desk: Desk) -> None:
    number = converted(desk)
    elsewhere = desk.area(10, 12, 0, 2)
    for kind, table, reason in (
        ("addTable", {"range": desk.area(2, 5, 2, 4)}, "A table cannot overlap another table."),
        ("addTable", {"range": elsewhere, "name": "TABLE1"}, 'A table with the name "TABLE1" already exists.'),
        ("addTable", {"range": elsewhere, "tableId": number}, f"Table with id {number} already exists."),
        ("addTable", {}, "No range specified."),
        ("updateTable", {"tableId": "7", "name": "x"}, "No table with id: 7"),
        ("updateTable", {"tableId": number}, "The name of a table can't be empty."),
        ("deleteTable", "7", "No table with id: 7"),
    ):
        body: JSON = {"tableId": table} if kind == "deleteTable" else {"table": table}
        more = {"fields": "name"} if kind == "updateTable" else {}
        refusal = await desk.batch_refused(writing(desk, 20, 0, row("x")), {kind: {**body, **more}})
        assert refusal.startswith(f"Invalid requests[1].{kind}: {reason}")
    for column, reason in (
        ({"columnType": "DROPDOWN"}, "Condition must be set for dropdown column type."),
        ({"dataValidationRule": LIST, "columnType": "TEXT"}, "Cannot set condition for non-dropdown column type."),
        ({"columnIndex": 2}, "Column index 2 is outside of the table."),
    ):
        wrong = {"range": elsewhere, "columnProperties": [column]}
        assert (await desk.batch_refused({"addTable": {"table": wrong}})).endswith(reason)
    assert (len(await tables(desk)), len(desk.tab.values())) == (1, 3)


async def test_a_table_is_shown_only_where_asked_for_some_of_its_cells(desk: Desk) -> None:
    converted(desk)
    for text, shown in (("A1:A1", True), ("C3:F9", True), ("A4:C9", False)):
        filters = {"dataFilters": [{"a1Range": f"'Support Tickets'!{text}"}]}
        answer = await desk.ok("POST", ":getByDataFilter", filters, fields="sheets.tables(tableId,range)")
        assert (answer["sheets"][0].keys() == {"tables"}) == shown


async def test_rows_written_below_a_table_stay_outside(desk: Desk) -> None:
    converted(desk)
    await desk.batch(writing(desk, 3, 0, row("3")), appending(desk, row("4")))
    assert (await extent(desk), len(desk.tab.values())) == (desk.area(0, 3, 0, 3), 5)


async def test_rows_appended_to_a_table_fill_it_first_and_then_extend_it(desk: Desk) -> None:
    number = converted(desk)
    update = {"table": {"tableId": number, "range": {"endRowIndex": 4}}, "fields": "range.endRowIndex"}
    desk.tab.paste(4, 0, [["below"]])
    await desk.batch({"updateTable": update}, appending(desk, row("3", "three"), row("4"), row("5"), tableId=number))
    assert await extent(desk) == desk.area(0, 6, 0, 3)
    assert [values[0] for values in desk.tab.values()] == ["id", "1", "2", "3", "4", "5", "below"]
    assert desk.tab.row_count == 1002
    refusal = await desk.batch_refused(appending(desk, row("6", "six", "6", "outside"), tableId=number))
    assert "beyond the last requested column of: 2" in refusal


async def test_rows_appended_to_a_table_start_in_its_first_column_whatever_stands_beside_it(desk: Desk) -> None:
    desk.tab.paste(2, 1, [["id"], ["1"], [None]])
    desk.tab.fill_down(4, value=False)
    table = desk.tab.convert_to_table(Box(2, 1, 5, 3))
    await desk.batch(appending(desk, row("2"), tableId=table["tableId"]))
    assert (desk.tab.cell(4, 1).value, desk.tab.row_count) == ("2", 1000)


async def test_a_table_follows_rows_and_columns_with_what_is_said_of_its_columns(desk: Desk) -> None:
    number = converted(desk)
    said = [{"columnIndex": 0, "columnType": "TEXT"}, {"columnIndex": 2, "columnType": "DOUBLE"}]
    await desk.batch(
        {"updateTable": {"table": {"tableId": number, "columnProperties": said}, "fields": "columnProperties"}}
    )
    desk.tab.insert_rows(0, 2)
    desk.tab.insert_rows(4)
    desk.tab.insert_columns(0)
    assert await extent(desk) == desk.area(2, 6, 1, 4)
    desk.tab.delete_columns(1)
    desk.tab.delete_rows(0)
    (table,) = await tables(desk)
    assert table["range"] == desk.area(1, 5, 1, 3)
    assert table["columnProperties"] == [
        {"columnName": "Column 2"},
        {"columnIndex": 1, "columnName": "n", "columnType": "DOUBLE"},
    ]
    desk.tab.insert_rows(5)
    assert await extent(desk) == desk.area(1, 5, 1, 3)
    desk.tab.delete_rows(1, 4)
    assert await tables(desk) == []


@pytest.mark.parametrize("inherit", [False, True])
async def test_rows_and_columns_inserted_at_its_end_join_a_table_if_they_look_like_it(
    desk: Desk, *, inherit: bool
) -> None:
    converted(desk)
    for dimension in ("ROWS", "COLUMNS"):
        await desk.batch({"insertDimension": {"range": lines(desk, dimension, 3, 4), "inheritFromBefore": inherit}})
    assert await extent(desk) == (desk.area(0, 4, 0, 4) if inherit else desk.area(0, 3, 0, 3))
    assert desk.tab.cell(0, 3).value == ("Column 4" if inherit else None)


async def test_a_table_is_sorted_like_other_rows_and_its_header_renames_its_columns(desk: Desk) -> None:
    converted(desk)
    desk.tab.sort(0, descending=True)
    desk.tab.enter(0, 0, "key")
    (table,) = await tables(desk)
    assert (table["range"], table["columnProperties"][0]) == (desk.area(0, 3, 0, 3), {"columnName": "key"})
    assert [values[0] for values in desk.tab.values()] == ["key", "2", "1"]


@pytest.mark.parametrize("how", list(StrictValidation))
async def test_a_value_against_a_columns_type_meets_the_switch_for_strict_rules(
    desk: Desk, how: StrictValidation
) -> None:
    number = converted(desk)
    said = [{"columnIndex": 1, "columnType": "BOOLEAN"}, {"columnIndex": 2, "columnType": "DOUBLE"}]
    update = {"table": {"tableId": number, "columnProperties": said}, "fields": "columnProperties"}
    await desk.batch({"updateTable": update})
    desk.sheets.behaviour = Behaviour(strict_validation=how)
    kept: list[Entered] = [True, 7.0]
    await desk.batch(writing(desk, 0, 0, row("id", "flag", "number"), row("any text", *kept)))
    wrong = writing(desk, 2, 1, row("yes", "many"))
    if how is StrictValidation.REFUSED:
        assert "The data you entered in cell B3 violates" in await desk.batch_refused(wrong)
    else:
        await desk.batch(wrong)
    written = ["yes", "many"] if how is StrictValidation.WRITTEN else ["two", 2.0]
    assert desk.tab.values() == [["id", "flag", "number"], ["any text", *kept], ["2", *written]]
    await desk.batch(writing(desk, 3, 1, row("below the table")))


async def test_a_refused_batch_takes_its_tables_back(desk: Desk) -> None:
    number = converted(desk)
    growing = appending(desk, row("3"), tableId=number)
    await desk.batch_refused(growing, {"deleteTable": {"tableId": number}}, {"deleteSheet": {"sheetId": 7}})
    assert (await extent(desk), len(desk.tab.values())) == (desk.area(0, 3, 0, 3), 3)
