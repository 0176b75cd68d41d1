"""Smaller doubts about the real Google, in each position: order, zeros, limits, strict rules, copied texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import appending, formula, row, writing
from tracker.sandbox.sheets.behaviour import Behaviour, StrictValidation
from tracker.sandbox.sheets.cells import Cell, Formula

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk
    from tracker.sandbox.sheets.cells import Entered

pytest_plugins = ("tests.support.sheets_fixtures",)

LIST = {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Open"}, {"userEnteredValue": "2"}]}


def filters(*texts: str) -> JSON:
    return {"dataFilters": [{"a1Range": f"'Support Tickets'!{text}"} for text in texts]}


@pytest.mark.parametrize("reverse", [False, True])
async def test_value_ranges_come_by_place_or_the_other_way_round(desk: Desk, *, reverse: bool) -> None:
    desk.sheets.behaviour = Behaviour(value_ranges_reversed=reverse)
    answer = await desk.ok("POST", "/values:batchGetByDataFilter", filters("B1", "A2", "A1"))
    ranges = [each["valueRange"]["range"].rpartition("!")[2] for each in answer["valueRanges"]]
    assert ranges == (["B1", "A2", "A1"] if reverse else ["A1", "A2", "B1"])


@pytest.mark.parametrize("reverse", [False, True])
async def test_blocks_of_cells_come_as_asked_or_the_other_way_round(desk: Desk, *, reverse: bool) -> None:
    desk.sheets.behaviour = Behaviour(grid_blocks_reversed=reverse)
    asked = filters("B5", "A1", "B5:B5", "A3")
    found = await desk.ok("POST", ":getByDataFilter", {**asked, "includeGridData": True})
    shown = await desk.batch(
        writing(desk, 0, 0, row("x")),
        includeSpreadsheetInResponse=True,
        responseIncludeGridData=True,
        responseRanges=["'Support Tickets'!B5", "'Support Tickets'!A1", "'Support Tickets'!A3"],
    )
    got = await desk.ok("GET", "", ranges=[each["a1Range"] for each in asked["dataFilters"]], includeGridData="true")
    blocks = [answer["sheets"][0]["data"] for answer in (found, shown["updatedSpreadsheet"], got)]
    starts = [[each.get("startRow", 0) for each in data] for data in blocks]
    expected = [[4, 0, 2], [4, 0, 2], [4, 0, 4, 2]]
    assert starts == [each[::-1] if reverse else each for each in expected]


async def test_data_filters_must_be_there_and_a_wrong_one_is_named(desk: Desk) -> None:
    path = "/values:batchGetByDataFilter"
    assert await desk.refused("POST", path, {}) == "Must specify at least one dataFilter."
    wrong = {"dataFilters": [{"a1Range": "A1"}, {"gridRange": {"sheetId": 7}}]}
    assert await desk.refused("POST", path, wrong) == "Invalid dataFilter[1]: No grid with id: 7"
    assert await desk.refused("POST", ":getByDataFilter", wrong) == "No sheet with id: 7"
    assert await desk.refused("POST", ":getByDataFilter", {"dataFilters": [{}]}) == (
        "dataFilter.filter must be specified."
    )


@pytest.mark.parametrize("left_out", [False, True])
async def test_zero_and_false_are_written_or_left_out(desk: Desk, *, left_out: bool) -> None:
    desk.sheets.behaviour = Behaviour(zeros_left_out=left_out)
    desk.tab.paste(0, 0, [[0.0, False, Formula('=""'), 1.0, True]])
    answer = await desk.ok("GET", "", ranges="'Support Tickets'!A1:E1", includeGridData="true")
    cells = answer["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert [cell["effectiveValue"] for cell in cells] == [
        {} if left_out else {"numberValue": 0},
        {} if left_out else {"boolValue": False},
        {} if left_out else {"stringValue": ""},
        {"numberValue": 1},
        {"boolValue": True},
    ]
    assert [cell["userEnteredValue"] for cell in cells[:3]] == [
        {} if left_out else {"numberValue": 0},
        {} if left_out else {"boolValue": False},
        {"formulaValue": '=""'},
    ]
    assert [cell["formattedValue"] for cell in cells] == ["0", "FALSE", "", "1", "TRUE"]
    assert "startRow" not in answer["sheets"][0]["data"][0]


async def test_a_call_can_be_limited_to_so_many_parts(desk: Desk) -> None:
    async def calls(parts: int) -> list[str]:
        texts = ["A1"] * parts
        batch: JSON = {"requests": [writing(desk, 0, 0, row("x"))] * parts}
        shown: JSON = {"requests": batch["requests"][:1], "responseRanges": texts, "includeSpreadsheetInResponse": True}
        answers = [
            await desk.call("POST", ":batchUpdate", batch),
            await desk.call("POST", ":batchUpdate", shown),
            await desk.call("POST", ":getByDataFilter", filters(*texts)),
            await desk.call("POST", "/values:batchGetByDataFilter", filters(*texts)),
            await desk.call("GET", "/values:batchGet", params={"ranges": texts}),
            await desk.call("POST", "/values:batchClear", {"ranges": texts}),
        ]
        return [answer["error"]["message"] if status == 400 else "" for status, answer in answers]

    assert await calls(5) == [""] * 6
    desk.sheets.behaviour = Behaviour(most_parts=4)
    assert await calls(4) == [""] * 6
    assert desk.tab.values() == [["x"]]
    desk.tab.clear()
    names = ["requests", "responseRanges", "dataFilters", "dataFilters", "ranges", "ranges"]
    assert await calls(5) == [f"Too many {name}: 5. The most is 4." for name in names]
    assert desk.tab.values() == []


def strict(desk: Desk, condition: JSON, *values: Entered) -> None:
    """Values in column A under a rule that rejects what breaks it."""
    for number, value in enumerate(values):
        desk.tab.write(number, {0: Cell(value, validation={"condition": condition, "strict": True})})


@pytest.mark.parametrize(
    ("how", "expected"),
    [(StrictValidation.WRITTEN, ["Shut", "2", "3"]), (StrictValidation.DROPPED, ["Open", "2", "old"])],
)
async def test_a_value_against_a_strict_rule_is_written_or_dropped(
    desk: Desk, how: StrictValidation, expected: list[str]
) -> None:
    strict(desk, LIST, "Open", "Open", "old")
    desk.sheets.behaviour = Behaviour(strict_validation=how)
    await desk.batch(writing(desk, 0, 0, row("Shut", "beside"), row("2"), row("3")))
    assert [values[0] for values in desk.tab.values()] == expected
    assert desk.tab.values()[0][1] == "beside"


async def test_a_value_against_a_strict_rule_can_be_refused_with_its_batch(desk: Desk) -> None:
    strict(desk, LIST, "Open", "Open")
    desk.sheets.behaviour = Behaviour(strict_validation=StrictValidation.REFUSED)
    refusal = await desk.batch_refused(writing(desk, 0, 1, row("x")), writing(desk, 0, 0, row("2"), row("Shut")))
    assert refusal == (
        "Invalid requests[1].updateCells: The data you entered in cell A2 violates the data validation rules set on "
        "this cell."
    )
    assert desk.tab.values() == [["Open"], ["Open"]]
    await desk.batch(
        writing(desk, 0, 0, row("2"), row(None)),
        {"repeatCell": {"range": desk.area(0, 1, 0, 1), "cell": {"note": "n"}, "fields": "note"}},
    )
    assert desk.tab.values() == [["2"]]


@pytest.mark.parametrize(
    ("condition", "good", "bad"),
    [
        ({"type": "BOOLEAN"}, True, "TRUE"),
        ({"type": "BOOLEAN", "values": [{"userEnteredValue": "yes"}]}, "yes", True),
        (LIST, 2.0, 3.0),
        ({"type": "DATE_IS_VALID"}, 46057.0, "2026"),
    ],
)
async def test_rules_know_what_breaks_them(desk: Desk, condition: JSON, good: Entered, bad: Entered) -> None:
    strict(desk, condition, None)
    desk.sheets.behaviour = Behaviour(strict_validation=StrictValidation.REFUSED)
    await desk.batch(writing(desk, 0, 0, row(good)))
    await desk.batch(writing(desk, 0, 0, formula("=A2")))
    assert "violates" in await desk.batch_refused(writing(desk, 0, 0, row(bad)))
    desk.tab.write(0, {0: Cell(validation={"condition": condition})})
    await desk.batch(writing(desk, 0, 0, row(bad)))


async def test_strict_rules_hold_for_appended_repeated_and_copied_values_too(desk: Desk) -> None:
    strict(desk, LIST, None, None, None)
    desk.tab.paste(5, 1, [["Shut"]])
    desk.tab.paste(0, 1, [["x"], ["x"]])
    desk.sheets.behaviour = Behaviour(strict_validation=StrictValidation.DROPPED)
    desk.tab.delete_rows(3, 997)
    await desk.batch(
        appending(desk, row("Shut")),
        {"repeatCell": {"range": desk.area(0, 2, 0, 1), "cell": row("Shut")["values"][0], "fields": "*"}},
    )
    assert desk.tab.values() == [["Shut", "x"], ["Shut", "x"]]
    strict(desk, LIST, None, None)
    source, target = desk.area(0, 1, 1, 2), desk.area(0, 2, 0, 1)
    await desk.batch({"copyPaste": {"source": source, "destination": target, "pasteType": "PASTE_VALUES"}})
    assert desk.tab.values() == [[None, "x"], [None, "x"]]


@pytest.mark.parametrize("becomes", [False, True])
@pytest.mark.parametrize("paste", ["PASTE_NORMAL", "PASTE_FORMULA", "PASTE_VALUES"])
async def test_a_copied_text_that_looks_like_a_formula(desk: Desk, paste: str, *, becomes: bool) -> None:
    desk.sheets.behaviour = Behaviour(copied_text_becomes_formula=becomes)
    await desk.batch(writing(desk, 0, 0, row('=IMPORTXML("http://x")', "plain")))
    source, target = desk.area(0, 1, 0, 2), desk.area(1, 2, 0, 2)
    await desk.batch({"copyPaste": {"source": source, "destination": target, "pasteType": paste}})
    copied = [desk.tab.cell(1, column).value for column in (0, 1)]
    text = '=IMPORTXML("http://x")'
    assert copied == [Formula(text) if becomes and paste != "PASTE_VALUES" else text, "plain"]
    assert desk.tab.cell(0, 0).value == text
