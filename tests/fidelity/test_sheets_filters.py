"""Rows that a filter hides: who sees it, and what copies, appended and updated rows make of them, each way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import appending, row, writing
from tracker.sandbox.sheets.behaviour import Behaviour, UnderFilter

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk
    from tracker.sandbox.sheets.cells import Entered

pytest_plugins = ("tests.support.sheets_fixtures",)

TABLE: list[list[Entered]] = [
    ["id", "state"],
    ["1", "open"],
    ["2", "closed"],
    ["3", "open"],
    ["4", "closed"],
    ["5", None],
]


def filtered(desk: Desk) -> list[int]:
    return [number for number in range(desk.tab.row_count) if desk.tab.is_filtered(number)]


def column(desk: Desk, number: int, top: int = 0) -> list[object]:
    return [values[number] if number < len(values) else None for values in desk.tab.values()[top:]]


def hiding(desk: Desk, *states: str, table: list[list[Entered]] = TABLE) -> None:
    desk.tab.paste(0, 0, table)
    desk.tab.filter_out(1, states)


def copying(source: JSON, destination: JSON, **more: str) -> JSON:
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_VALUES", **more}}


async def test_a_filter_hides_rows_for_everybody_until_it_is_cleared(desk: Desk) -> None:
    hiding(desk, "closed", "")
    assert filtered(desk) == [2, 4, *range(5, 1000)]
    answer = await desk.ok("GET", "", ranges="'Support Tickets'!A1:B4", includeGridData="true")
    (sheet,) = answer["sheets"]
    assert sheet["data"][0]["rowMetadata"][1:3] == [{"pixelSize": 21}, {"pixelSize": 21, "hiddenByFilter": True}]
    assert sheet["basicFilter"]["filterSpecs"] == [
        {"columnIndex": 1, "filterCriteria": {"hiddenValues": ["closed", ""]}}
    ]
    desk.tab.filter_out(0, ["3"])
    assert filtered(desk)[:3] == [2, 3, 4]
    await desk.batch({"clearBasicFilter": {"sheetId": desk.tab.sheet_id}})
    assert filtered(desk) == []


async def test_programs_can_set_a_filter_by_values(desk: Desk) -> None:
    desk.tab.paste(0, 0, TABLE)
    basic_filter = {"range": desk.area(0, 6, 0, 2), "criteria": {"1": {"hiddenValues": ["open"]}}}
    await desk.batch({"setBasicFilter": {"filter": basic_filter}})
    assert filtered(desk) == [1, 3]
    desk.tab.clear_filter()
    assert filtered(desk) == []
    assert desk.tab.views.basic_filter is None


async def test_what_is_hidden_follows_rows_and_is_looked_at_again_after_a_sort(desk: Desk) -> None:
    hiding(desk, "closed")
    desk.tab.insert_rows(1)
    assert filtered(desk) == [3, 5]
    desk.tab.delete_rows(1)
    desk.tab.sort(0, descending=True)
    assert (column(desk, 0), filtered(desk)) == (["id", "5", "4", "3", "2", "1"], [2, 4])


async def test_a_written_value_hides_no_row_by_itself(desk: Desk) -> None:
    hiding(desk, "closed")
    await desk.batch(writing(desk, 1, 1, row("closed")))
    assert filtered(desk) == [2, 4]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (UnderFilter.ALL_ROWS, ["1", "2", "3", "4", "5"]),
        (UnderFilter.VISIBLE_CLOSED_UP, ["1", "3", "5", "old", "old"]),
        (UnderFilter.VISIBLE_WITH_GAPS, ["1", "old", "3", "old", "5"]),
    ],
)
async def test_a_copy_of_filtered_rows(desk: Desk, how: UnderFilter, expected: list[str]) -> None:
    hiding(desk, "closed")
    other = desk.book.add_tab("Other", rows=5, columns=5)
    other.paste(0, 0, [["old"]] * 5)
    desk.sheets.behaviour = Behaviour(copy_under_filter=how)
    target = {"sheetId": other.sheet_id, "startRowIndex": 0, "endRowIndex": 5, "startColumnIndex": 0}
    await desk.batch(copying(desk.area(1, 6, 0, 1), {**target, "endColumnIndex": 1}))
    assert [values[0] for values in other.values()] == expected
    turned = copying(desk.area(1, 6, 0, 1), {**target, "endRowIndex": 1}, pasteOrientation="TRANSPOSE")
    other.paste(0, 0, [["old"] * 5])
    await desk.batch(turned)
    assert other.values()[0] == expected


@pytest.mark.parametrize("how", list(UnderFilter))
async def test_a_copy_reaches_rows_that_are_hidden_where_it_goes(desk: Desk, how: UnderFilter) -> None:
    hiding(desk, "closed")
    desk.sheets.behaviour = Behaviour(copy_under_filter=how)
    await desk.batch(copying(desk.area(1, 2, 0, 1), desk.area(2, 3, 2, 3)))
    assert column(desk, 2)[2] == "1"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (UnderFilter.ALL_ROWS, ["id", "1", "2", "x", "y"]),
        (UnderFilter.VISIBLE_CLOSED_UP, ["id", "1", "2", "x", "y"]),
        (UnderFilter.VISIBLE_WITH_GAPS, ["id", "1", "2", "y"]),
    ],
)
async def test_rows_appended_where_the_last_row_is_filtered(desk: Desk, how: UnderFilter, expected: list[str]) -> None:
    hiding(desk, "closed", table=TABLE[:3])
    desk.sheets.behaviour = Behaviour(append_under_filter=how)
    await desk.batch(appending(desk, row("x"), row("y")))
    assert column(desk, 0) == expected


@pytest.mark.parametrize(
    ("how", "place"),
    [(UnderFilter.ALL_ROWS, 2), (UnderFilter.VISIBLE_CLOSED_UP, 1000), (UnderFilter.VISIBLE_WITH_GAPS, None)],
)
async def test_rows_appended_where_all_blank_rows_are_filtered(desk: Desk, how: UnderFilter, place: int | None) -> None:
    hiding(desk, "", table=TABLE[:2])
    desk.sheets.behaviour = Behaviour(append_under_filter=how)
    await desk.batch(appending(desk, row("x")))
    ids = column(desk, 0)
    assert (ids.index("x") if "x" in ids else None) == place


@pytest.mark.parametrize("how", list(UnderFilter))
async def test_rows_appended_past_the_grid_add_rows(desk: Desk, how: UnderFilter) -> None:
    desk.tab.delete_rows(2, 998)
    hiding(desk, "closed", table=TABLE[:2])
    desk.sheets.behaviour = Behaviour(append_under_filter=how)
    await desk.batch(appending(desk, row("x"), row("y")))
    assert (column(desk, 0), desk.tab.row_count) == (["id", "1", "x", "y"], 4)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (UnderFilter.ALL_ROWS, ["id", "a", "b", "c", "4", "5"]),
        (UnderFilter.VISIBLE_CLOSED_UP, ["id", "a", "2", "b", "4", "c"]),
        (UnderFilter.VISIBLE_WITH_GAPS, ["id", "a", "2", "c", "4", "5"]),
    ],
)
async def test_rows_written_from_a_cell_on(desk: Desk, how: UnderFilter, expected: list[str]) -> None:
    hiding(desk, "closed")
    desk.sheets.behaviour = Behaviour(update_under_filter=how)
    await desk.batch(writing(desk, 1, 0, row("a"), row("b"), row("c")))
    assert column(desk, 0) == expected


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        (UnderFilter.ALL_ROWS, ["id", "a", "b", None, None, "5"]),
        (UnderFilter.VISIBLE_CLOSED_UP, ["id", "a", "2", "b", "4", "5"]),
        (UnderFilter.VISIBLE_WITH_GAPS, ["id", "a", "2", None, "4", "5"]),
    ],
)
async def test_rows_written_into_a_range_never_leave_it(desk: Desk, how: UnderFilter, expected: list[str]) -> None:
    hiding(desk, "closed")
    desk.sheets.behaviour = Behaviour(update_under_filter=how)
    update = {"range": desk.area(1, 5, 0, 1), "rows": [row("a"), row("b")], "fields": "userEnteredValue"}
    await desk.batch({"updateCells": update})
    assert column(desk, 0) == expected
    for number in (1, 2):
        narrow = {**update, "range": desk.area(number, number + 1, 0, 1), "rows": [row("alone")]}
        await desk.batch({"updateCells": narrow})
    assert column(desk, 0)[1:3] == ["alone", "alone" if how is UnderFilter.ALL_ROWS else expected[2]]


@pytest.mark.parametrize("how", list(UnderFilter))
async def test_rows_hidden_by_hand_are_written_like_others(desk: Desk, how: UnderFilter) -> None:
    desk.tab.paste(0, 0, TABLE)
    desk.tab.hide_rows(1, 5)
    behaviour = Behaviour(copy_under_filter=how, append_under_filter=how, update_under_filter=how)
    desk.sheets.behaviour = behaviour
    await desk.batch(
        writing(desk, 1, 0, row("a"), row("b")),
        copying(desk.area(1, 3, 0, 1), desk.area(3, 5, 0, 1)),
        appending(desk, row("c")),
    )
    assert column(desk, 0) == ["id", "a", "b", "a", "b", "5", "c"]


async def test_values_copied_over_a_row_take_its_blanks_along_and_turn_formulas_into_what_they_show(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["1", None, "x"], ["old", "old", "old", "old"]])
    desk.tab.enter(0, 3, "=42")
    await desk.batch(copying(desk.area(0, 1, 0, 4), desk.area(1, 2, 0, 4)))
    assert desk.tab.values()[1] == ["1", None, "x", 42.0]
    assert desk.tab.cell(1, 3).value == 42.0


async def test_a_copy_that_does_not_fit_into_the_grid_is_refused(desk: Desk) -> None:
    refusal = await desk.batch_refused(copying(desk.area(0, 2, 0, 1), desk.area(999, 1000, 0, 1)))
    assert refusal.endswith("exceeds grid limits. Max rows: 1000, max columns: 26")
