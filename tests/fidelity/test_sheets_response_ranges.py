"""`responseRanges`: understood after the change, or (switched) before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import lines, row, writing
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.behaviour import Behaviour

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

BEFORE = Behaviour(response_ranges_judged_before=True)


def growing(desk: Desk) -> list[JSON]:
    """Requests that add a row at the bottom and write into it."""
    return [{"insertDimension": {"range": lines(desk, "ROWS", 1000, 1001)}}, writing(desk, 1000, 0, row("new"))]


def showing(desk: Desk, requests: list[JSON], text: str) -> JSON:
    body: JSON = {"requests": requests, "includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
    return {**body, "responseRanges": [f"'{desk.tab.title}'!{text}" if "!" not in text else text]}


async def test_a_row_that_the_batch_adds_is_shown(desk: Desk) -> None:
    answer = await desk.ok("POST", ":batchUpdate", showing(desk, growing(desk), "A1000:A1001"))
    (data,) = answer["updatedSpreadsheet"]["sheets"][0]["data"]
    assert [each.get("values", [{}])[0].get("formattedValue") for each in data["rowData"]] == [None, "new"]


async def test_switched_a_range_is_cut_where_the_grid_ended_before(desk: Desk) -> None:
    desk.sheets.behaviour = BEFORE
    answer = await desk.ok("POST", ":batchUpdate", showing(desk, growing(desk), "A1000:A1001"))
    (data,) = answer["updatedSpreadsheet"]["sheets"][0]["data"]
    assert (len(data["rowMetadata"]), "rowData" in data) == (1, False)
    assert desk.tab.cell(1000, 0).value == "new"


async def test_switched_a_range_that_the_tab_had_not_before_takes_the_batch_back(desk: Desk) -> None:
    desk.sheets.behaviour = BEFORE
    adding = [{"addSheet": {"properties": {"title": "New"}}}]
    for requests, text, reason in (
        (growing(desk), "A1001", "exceeds grid limits. Max rows: 1000"),
        (adding, "New!A1", "Unable to parse range: New!A1"),
    ):
        assert reason in await desk.refused("POST", ":batchUpdate", showing(desk, requests, text))
        assert (desk.tab.row_count, len(desk.book.tabs)) == (1000, 2)
    desk.sheets.behaviour = Behaviour()
    await desk.ok("POST", ":batchUpdate", showing(desk, adding, "New!A1"))


@pytest.mark.parametrize("behaviour", [Behaviour(), BEFORE], ids=["after", "before"])
async def test_a_range_that_does_not_exist_takes_the_batch_back(desk: Desk, behaviour: Behaviour) -> None:
    desk.sheets.behaviour = behaviour
    body = showing(desk, [writing(desk, 0, 0, row("x"))], "Nowhere!A1")
    assert await desk.refused("POST", ":batchUpdate", body) == "Unable to parse range: Nowhere!A1"
    assert desk.tab.values() == []


@pytest.mark.parametrize("behaviour", [Behaviour(), BEFORE], ids=["after", "before"])
async def test_what_is_shown_is_what_came_of_the_change(desk: Desk, behaviour: Behaviour) -> None:
    desk.sheets.behaviour = behaviour
    answer = await desk.ok("POST", ":batchUpdate", showing(desk, [writing(desk, 0, 0, row("x"))], "A1"))
    (data,) = answer["updatedSpreadsheet"]["sheets"][0]["data"]
    assert data["rowData"][0]["values"][0]["formattedValue"] == "x"


async def test_a_field_mask_decides_what_comes_back(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["id", "title"], ["1", "one"]])
    table = desk.tab.convert_to_table(Box(0, 0, 2, 2))
    adding: JSON = {"protectedRangeId": 5, "range": desk.area(0, 1, 0, 1), "warningOnly": True}
    mask = (
        "replies,updatedSpreadsheet.sheets(properties(sheetId,title),protectedRanges(protectedRangeId),"
        "tables(tableId,range),data(startRow,startColumn,rowData.values(userEnteredValue)))"
    )
    requests = [{"addProtectedRange": {"protectedRange": adding}}, writing(desk, 1, 1, row("ONE"))]
    for body in (showing(desk, requests, "B2"), {**showing(desk, requests, "B2"), "responseIncludeGridData": False}):
        answer = await desk.ok("POST", ":batchUpdate", body, fields=mask)
        assert answer == {
            "replies": [{"addProtectedRange": {"protectedRange": adding}}, {}],
            "updatedSpreadsheet": {
                "sheets": [
                    {
                        "properties": {"sheetId": desk.tab.sheet_id, "title": "Support Tickets"},
                        "protectedRanges": [{"protectedRangeId": 5}],
                        "tables": [{"tableId": table["tableId"], "range": desk.area(0, 2, 0, 2)}],
                        "data": [
                            {
                                "startRow": 1,
                                "startColumn": 1,
                                "rowData": [{"values": [{"userEnteredValue": {"stringValue": "ONE"}}]}],
                            }
                        ],
                    }
                ]
            },
        }
        await desk.batch({"deleteProtectedRange": {"protectedRangeId": 5}})
    unshown = await desk.ok("POST", ":batchUpdate", showing(desk, requests, "B2"), fields="spreadsheetId")
    assert unshown == {"spreadsheetId": desk.book.id}
