"""What the tab of figures shows, compared with what it is to show. Pure: it asks nothing of Google."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.domain.cells import CellValue
from tracker.sheet.api.answer import Shown
from tracker.sheet.dashboard.cells import AS_OF, AS_OF_BEGINS, FIGURES, TITLE_ROW, Ids
from tracker.sheet.dashboard.charts import charts
from tracker.sheet.table.cells import Json, alike, content_of, may_be, value_of
from tracker.sheet.table.layout import runs

LOOK_FIELDS = (
    "sheets(properties(sheetId,gridProperties(rowCount,columnCount)),"
    "data(startRow,startColumn,rowData.values(userEnteredValue)))"
)
Figures = Sequence[Sequence[CellValue]]
"""The cells of `FIGURES`, a list for each row."""

_DELETED = "#REF!"
"""Stands in a formula for cells that people have deleted."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """Cells in one block, and what they are to hold: for each row the values from the first column on."""

    rows: range
    columns: range
    values: tuple[tuple[CellValue, ...], ...]


def is_whole(shown: Shown, texts: Mapping[tuple[int, int], Json]) -> bool:
    """Whether headings and formulas stand where the bot has written them, but for the title, which is anybody's.

    They do not where people have inserted, deleted or sorted rows, or deleted what a formula counts. A formula counts
    as it stands otherwise: Google changes it when people move what it counts.
    """
    return all(_is_intact(_content(shown, *cell), text) for cell, text in texts.items() if cell[0] != TITLE_ROW)


def changed(shown: Shown, figures: Figures, written: Figures | None) -> list[Area]:
    """The cells of `FIGURES` that do not hold what they are to hold.

    Nobody knows whether Google shows 0 at all. So where it shows nothing, 0 is believed to be there if it was `written`
    before.
    """
    areas: list[Area] = []
    for row, values, before in zip(FIGURES, figures, written or [()] * len(FIGURES), strict=True):
        believed = {column for column, value in enumerate(before) if value == 0}
        wrong = [
            column
            for column, value in enumerate(values)
            if not _holds(_content(shown, row, column), value, may_hide=column in believed)
        ]
        for columns in runs(wrong):
            part = tuple(values[columns.start : columns.stop])
            above = next((each for each in areas if each.rows.stop == row and each.columns == columns), None)
            if above is None:
                areas.append(Area(rows=range(row, row + 1), columns=columns, values=(part,)))
            else:
                areas.remove(above)
                areas.append(Area(rows=range(above.rows.start, row + 1), columns=columns, values=(*above.values, part)))
    return areas


def old_times(shown: Shown) -> list[Area]:
    """The lines that say of when figures are, and have moved with rows or columns: to be blank."""
    return [
        Area(rows=range(row, row + 1), columns=range(column, column + 1), values=((None,),))
        for row in shown.rows
        for column, content in shown.line(row).items()
        if (row, column) != (AS_OF, 0) and str(value_of(content)).startswith(AS_OF_BEGINS)
    ]


def strays(ids: Ids, described: Sequence[Json]) -> dict[int, Json]:
    """The charts of the tab that are there and show other cells than theirs: their specs, as they are to be.

    What people have changed in their looks stays.
    """
    found: dict[int, Json] = {}
    specs = {number: chart["spec"] for number, chart in charts(ids).items()}
    for chart in described:
        meant, spec = specs.get(chart["chartId"]), chart.get("spec", {})
        if meant is None or list(map(bounds_of, _cells_of(spec))) == list(map(bounds_of, _cells_of(meant))):
            continue
        cells = list(_cells_of(meant))
        found[chart["chartId"]] = _shifted(spec, iter(cells)) if len(list(_cells_of(spec))) == len(cells) else meant
    return found


def _holds(shown: Json, value: CellValue, *, may_hide: bool) -> bool:
    meant = content_of(value)
    return may_be(shown, meant) if may_hide else alike(shown, meant)


def bounds_of(cells: Json) -> tuple[int, ...]:
    """The tab of a `GridRange`, and where it begins and ends; Google may leave out what is 0."""
    names = ("sheetId", "startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    return tuple(cells.get(name, 0) for name in names)


def _is_intact(shown: Json, text: Json) -> bool:
    if "formulaValue" in text:
        return "formulaValue" in shown and _DELETED not in shown["formulaValue"]
    return not text or may_be(shown, text)


def _content(shown: Shown, row: int, column: int) -> Json:
    return shown.line(row).get(column, {})


def _cells_of(part: object) -> Iterator[Json]:
    """The cells that a chart, or a part of one, shows, as `GridRange` objects in the order of their meaning."""
    if isinstance(part, list):
        for each in part:
            yield from _cells_of(each)
    elif isinstance(part, dict):
        for name in sorted(part):
            yield from part[name] if name == "sources" else _cells_of(part[name])


def _shifted(part: Any, cells: Iterator[Json]) -> Any:  # noqa: ANN401 - any JSON
    """The same chart, or part of one, over these cells."""
    if isinstance(part, list):
        return [_shifted(each, cells) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        name: [next(cells) for _ in part[name]] if name == "sources" else _shifted(part[name], cells)
        for name in sorted(part)
    }
