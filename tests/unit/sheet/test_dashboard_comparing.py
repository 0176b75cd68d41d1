"""What the tab of figures shows, compared with what it is to show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.cells import CellValue
from tracker.sheet.api.answer import Shown
from tracker.sheet.dashboard.cells import (
    AS_OF,
    FIGURES,
    LATEST,
    NOW,
    ROWS,
    TITLE_ROW,
    WIDTH,
    Ids,
    as_of,
    headings,
    live,
)
from tracker.sheet.dashboard.charts import charts
from tracker.sheet.dashboard.comparing import changed, is_whole, old_times, strays
from tracker.sheet.dashboard.requests import PROTECTION, protected, put_back
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import ALL_NAMES, NAMES
from tracker.sheet.table.layout import Layout

IDS = Ids.beside(7)
LAYOUT = Layout(header_row=0, columns={name: number for number, name in enumerate(ALL_NAMES)})
TEXTS = headings() | live("Tickets", LAYOUT)

values = st.none() | st.integers(min_value=0, max_value=3) | st.sampled_from(["ana", "", "=1", 0.5, 1 / 3])
grids = st.lists(st.tuples(st.integers(0, len(FIGURES) - 1), st.integers(0, WIDTH - 1), values), max_size=30)


def grid(cells: Sequence[tuple[int, int, CellValue]]) -> list[list[CellValue]]:
    """The figures with these values, and blank otherwise."""
    rows: list[list[CellValue]] = [[None] * WIDTH for _ in FIGURES]
    for row, column, value in cells:
        rows[row][column] = value
    return rows


def shown(cells: dict[tuple[int, int], Json]) -> Shown:
    """Google's answer where these cells hold something."""
    rows = [
        {
            "values": [
                {"userEnteredValue": cells[row, column]} if cells.get((row, column)) else {} for column in range(9)
            ]
        }
        for row in range(ROWS)
    ]
    return Shown({"sheets": [{"properties": {"sheetId": IDS.tab}, "data": [{"rowData": rows}]}]}, IDS.tab)


def contents(figures: Sequence[Sequence[CellValue]]) -> dict[tuple[int, int], Json]:
    return {
        (row, column): content_of(value)
        for row, line in zip(FIGURES, figures, strict=True)
        for column, value in enumerate(line)
    }


@given(grids, grids)
def test_exactly_the_cells_that_differ_are_to_be_written(
    before: list[tuple[int, int, CellValue]], after: list[tuple[int, int, CellValue]]
) -> None:
    cells, wanted = contents(grid(before)), contents(grid(after))

    areas = changed(shown(cells), grid(after), grid(before))

    written = [
        ((row, column), value)
        for area in areas
        for row, line in zip(area.rows, area.values, strict=True)
        for column, value in zip(area.columns, line, strict=True)
    ]
    assert sorted(cell for cell, _ in written) == sorted(cell for cell in cells if cells[cell] != wanted[cell])
    assert all(content_of(value) == wanted[cell] for cell, value in written)


def test_cells_that_differ_side_by_side_are_written_together() -> None:
    new = grid([(row, column, "ana") for row in (3, 4, 5) for column in (1, 2)])

    (area,) = changed(shown({}), new, None)

    assert (area.rows, area.columns) == (range(FIGURES.start + 3, FIGURES.start + 6), range(1, 3))


def test_nothing_where_a_zero_was_written_may_be_that_zero_and_otherwise_is_nothing() -> None:
    zero = grid([(0, 1, 0)])

    assert changed(shown({}), zero, None) != []
    assert changed(shown({}), zero, grid([(0, 1, 5)])) != []
    assert changed(shown({}), zero, zero) == []


def test_numbers_that_google_rounds_are_the_same() -> None:
    third = grid([(0, 1, 1 / 3)])

    assert changed(shown({(FIGURES.start, 1): {"numberValue": 0.333333333333333}}), third, None) == []


@pytest.mark.parametrize(
    ("cell", "content", "whole"),
    [
        ((TITLE_ROW, 0), {"stringValue": "Montag"}, True),
        ((NOW.start, 0), {"stringValue": "Jetzt"}, False),
        ((LATEST.start, 2), {}, False),
        ((NOW.start + 1, 0), {"stringValue": "Waiting"}, False),
        ((NOW.start + 1, 1), {"formulaValue": "=COUNTIFS('Elsewhere'!$Q:$Q,$A$63)"}, True),
        ((NOW.start + 1, 1), {"formulaValue": "=COUNTIFS(#REF!,$A$63)"}, False),
        ((NOW.start + 1, 1), {"numberValue": 7}, False),
        ((NOW.start + 1, 1), {}, False),
    ],
)
def test_headings_and_formulas_are_missed_and_a_title_is_anybodys(
    cell: tuple[int, int],
    content: Json,
    whole: bool,  # noqa: FBT001 - a table
) -> None:
    assert is_whole(shown(TEXTS), TEXTS)
    assert is_whole(shown(TEXTS | {cell: content}), TEXTS) is whole


def test_where_a_column_is_missing_no_formula_is_missed() -> None:
    without = headings() | live("Tickets", Layout(header_row=0, columns={name: n for n, name in enumerate(NAMES)}))

    assert is_whole(shown(without), without)


def test_of_the_lines_that_say_of_when_figures_are_only_the_one_at_its_place_stays() -> None:
    line = {"stringValue": as_of(datetime(2026, 2, 4, tzinfo=UTC), ZoneInfo("UTC"), business=False)}

    areas = old_times(shown({(AS_OF, 0): line, (AS_OF, 1): line, (AS_OF + 3, 0): line, (5, 5): {"stringValue": "As"}}))

    assert [(area.rows.start, area.columns.start) for area in areas] == [(AS_OF, 1), (AS_OF + 3, 0)]


def described(by: int = 0) -> list[Json]:
    """All charts as Google shows them, with their rows moved by so many."""

    def moved(part: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(part, list):
            return [moved(each) for each in part]
        if not isinstance(part, dict):
            return part
        if "startRowIndex" in part:
            part = part | {"startRowIndex": part["startRowIndex"] + by, "endRowIndex": part["endRowIndex"] + by}
            return {name: number for name, number in part.items() if number}  # Google may leave out what is 0
        return {name: moved(each) for name, each in part.items()}

    return [{"chartId": number, "spec": moved(chart["spec"])} for number, chart in charts(IDS).items()]


def test_charts_that_have_left_their_numbers_are_put_back_and_others_are_left_alone() -> None:
    foreign = {"chartId": 9, "spec": {"pieChart": {}}}
    specs = {number: chart["spec"] for number, chart in charts(IDS).items()}

    assert strays(IDS, [*described(), foreign]) == {}
    assert strays(IDS, [*described(by=2), foreign]) == specs
    pink = [chart | {"spec": chart["spec"] | {"title": "Pink", "altText": ""}} for chart in described(by=2)]
    assert strays(IDS, pink) == {number: spec | {"title": "Pink", "altText": ""} for number, spec in specs.items()}
    assert strays(IDS, [{"chartId": described()[0]["chartId"]}]) == {next(iter(specs)): next(iter(specs.values()))}


def test_the_warning_is_put_back_over_the_numbers_and_what_moved_with_it_is_cleared() -> None:
    whole = protected(IDS)["addProtectedRange"]["protectedRange"]
    moved = whole | {"range": whole["range"] | {"startRowIndex": NOW.start + 2, "endRowIndex": ROWS + 2}}

    assert put_back(IDS, {"charts": described(), "protectedRanges": [whole]}) == []
    assert put_back(IDS, {"charts": described(), "protectedRanges": [moved | {"protectedRangeId": 1}]}) == []
    clear, update = put_back(IDS, {"charts": described(), "protectedRanges": [moved]})
    assert clear["updateCells"] == {"range": moved["range"], "fields": "userEnteredValue"}
    assert update["updateProtectedRange"]["protectedRange"]["range"] == whole["range"]
    assert whole["description"] == PROTECTION
