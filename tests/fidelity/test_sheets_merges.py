"""Merged cells: only the first of a merge has a value, and whatever is written into the others is lost in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sheets_requests import row, writing
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.errors import SheetsError

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)


async def merges(desk: Desk) -> list[JSON]:
    found: list[JSON] = (await desk.ok("GET", ""))["sheets"][1].get("merges", [])
    return found


async def test_a_merge_keeps_its_first_value_and_is_shown(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["a", "b"], ["c", "d"], ["e", "f"]])
    desk.tab.merge(Box(0, 0, 2, 2))
    assert desk.tab.values() == [["a"], [], ["e", "f"]]
    assert await merges(desk) == [desk.area(0, 2, 0, 2)]


async def test_a_value_written_into_a_covered_cell_is_lost_without_a_word(desk: Desk) -> None:
    desk.tab.merge(Box(1, 0, 3, 1))
    await desk.batch(writing(desk, 0, 0, row("head"), row("first", "b"), row("covered", "c")))
    await desk.ok("PUT", "/values/'Support Tickets'!A3", {"values": [["covered"]]}, valueInputOption="RAW")
    desk.tab.enter(2, 0, "typed")
    repeated = {"range": desk.area(0, 3, 0, 1), "cell": row("again")["values"][0], "fields": "userEnteredValue"}
    assert desk.tab.values() == [["head"], ["first", "b"], [None, "c"]]
    await desk.batch({"repeatCell": repeated})
    assert desk.tab.values() == [["again"], ["again", "b"], [None, "c"]]


@pytest.mark.parametrize(
    ("merge_type", "expected"),
    [
        ("MERGE_ALL", [(0, 2, 0, 2)]),
        ("MERGE_COLUMNS", [(0, 2, 0, 1), (0, 2, 1, 2)]),
        ("MERGE_ROWS", [(0, 1, 0, 2), (1, 2, 0, 2)]),
    ],
)
async def test_programs_merge_a_range_its_columns_or_its_rows(
    desk: Desk, merge_type: str, expected: list[tuple[int, int, int, int]]
) -> None:
    await desk.batch({"mergeCells": {"range": desk.area(0, 2, 0, 2), "mergeType": merge_type}})
    assert await merges(desk) == [desk.area(*sides) for sides in expected]
    await desk.batch({"unmergeCells": {"range": desk.area(0, 3, 0, 3)}})
    assert await merges(desk) == []
    await desk.batch(writing(desk, 0, 0, row("a", "b"), row("c", "d")))
    assert desk.tab.values() == [["a", "b"], ["c", "d"]]


async def test_a_merge_is_merged_or_taken_apart_as_a_whole(desk: Desk) -> None:
    desk.tab.merge(Box(0, 0, 2, 2))
    for name in ("mergeCells", "unmergeCells"):
        refusal = await desk.batch_refused(writing(desk, 5, 0, row("x")), {name: {"range": desk.area(1, 4, 0, 2)}})
        assert refusal == (
            f"Invalid requests[1].{name}: You must select all cells in a merged range to merge or unmerge them."
        )
    with pytest.raises(SheetsError):
        desk.tab.merge(Box(0, 1, 1, 3))
    await desk.batch({"mergeCells": {"range": desk.area(0, 3, 0, 3), "mergeType": "MERGE_ALL"}})
    assert (await merges(desk), desk.tab.values()) == ([desk.area(0, 3, 0, 3)], [])


async def test_merges_follow_rows_and_columns(desk: Desk) -> None:
    desk.tab.merge(Box(2, 2, 4, 3))
    desk.tab.insert_rows(0)
    desk.tab.insert_rows(4)
    desk.tab.delete_columns(0)
    assert await merges(desk) == [desk.area(3, 6, 1, 2)]
    desk.tab.delete_rows(3, 3)
    assert await merges(desk) == []


async def test_a_refused_batch_takes_its_merges_back(desk: Desk) -> None:
    await desk.batch_refused({"mergeCells": {"range": desk.area(0, 2, 0, 2)}}, {"deleteSheet": {"sheetId": 7}})
    assert await merges(desk) == []
