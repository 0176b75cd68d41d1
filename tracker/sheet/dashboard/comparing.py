"""What the tab of figures shows, compared with what it is to show. Pure: it asks nothing of Google."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.cells import CellValue
from tracker.sheet.api.answer import Shown
from tracker.sheet.dashboard.cells import FIGURES, TITLE_ROW, Ids
from tracker.sheet.dashboard.charts import charts
from tracker.sheet.table.cells import Json, alike, content_of, may_be
from tracker.sheet.table.layout import runs

LOOK_FIELDS = (
    "sheets(properties(sheetId,gridProperties(rowCount,columnCount)),"
    "data(startRow,startColumn,rowData.values(userEnteredValue)))"
)
CHART_FIELDS = (
    "charts(chartId,spec(basicChart(domains.domain.sourceRange,series.series.sourceRange),"
    "scorecardChart(keyValueData.sourceRange,baselineValueData.sourceRange)))"
)
"""The cells that each chart shows, and no more of it."""

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


def strays(ids: Ids, described: Sequence[Json]) -> dict[int, Json]:
    """The specs of those charts of the tab that are there and show other cells than theirs."""
    meant = charts(ids)
    return {
        chart["chartId"]: meant[chart["chartId"]]["spec"]
        for chart in described
        if chart["chartId"] in meant
        and list(_cells_of(chart.get("spec", {}))) != list(_cells_of(meant[chart["chartId"]]["spec"]))
    }


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


def _cells_of(part: object) -> Iterator[tuple[int, ...]]:
    """The cells that a chart, or a part of one, shows: of each range its tab, and where it begins and ends."""
    if isinstance(part, dict):
        for source in part.get("sources", ()):
            yield bounds_of(source)
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _cells_of(each)
