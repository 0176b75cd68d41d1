"""The changes that make the tab of figures, and those that keep it up to date, as `Request` objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tracker.domain.cells import CellValue
from tracker.sheet.dashboard.cells import (
    ANSWERERS,
    AS_OF,
    COLUMNS,
    FIGURES,
    HISTORY,
    LATEST,
    NOTES,
    NOW,
    ROWS,
    TEAMS,
    TYPES,
    WIDTH,
    Ids,
    headings,
    live,
)
from tracker.sheet.dashboard.charts import charts
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.layout import Layout, grid_range

PROTECTION = "The support tracker writes these cells; what is changed here does not last"

_NUMBER = {"type": "NUMBER", "pattern": "0"}
_HOURS = {"type": "NUMBER", "pattern": "0.0"}
_PERCENT = {"type": "PERCENT", "pattern": "0%"}
_DURATION = {"type": "TIME", "pattern": "[h]:mm:ss"}
_TEXT = {"type": "TEXT", "pattern": "@"}


def tab_added(ids: Ids, title: str) -> Json:
    """Add the tab, with the numbers' room, and no more: blank cells count towards Google's 10 million."""
    grid = {"rowCount": ROWS, "columnCount": COLUMNS, "hideGridlines": True}
    return {"addSheet": {"properties": {"sheetId": ids.tab, "title": title, "gridProperties": grid}}}


def room_made(ids: Ids, rows: int, columns: int) -> list[Json]:
    """Give the tab back the rows and columns that people have deleted."""
    lacking = {"ROWS": ROWS - rows, "COLUMNS": COLUMNS - columns}
    return [
        {"appendDimension": {"sheetId": ids.tab, "dimension": dimension, "length": length}}
        for dimension, length in lacking.items()
        if length > 0
    ]


def furnished(ids: Ids) -> list[Json]:
    """The looks of the tab: notes, number formats, bold headings, a wide first column."""
    requests = [_formatted(ids, *each) for each in _formats()]
    notes = [_written(ids, cell, {"note": note}, "note") for cell, note in NOTES.items()]
    bold = {"userEnteredFormat": {"textFormat": {"bold": True}}}
    for row in (0, *(block.start for block in (NOW, LATEST, HISTORY, TEAMS, TYPES, ANSWERERS))):
        area = grid_range(ids.tab, range(row, row + 1), range(WIDTH))
        requests.append({"repeatCell": {"range": area, "cell": bold, "fields": "userEnteredFormat.textFormat.bold"}})
    width = {
        "range": {"sheetId": ids.tab, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1},
        "properties": {"pixelSize": 220},
        "fields": "pixelSize",
    }
    return [*requests, *notes, {"updateDimensionProperties": width}]


def protected(ids: Ids) -> Json:
    """Warn people once who edit the numbers; it keeps nobody out."""
    area = grid_range(ids.tab, range(NOW.start, ROWS), range(WIDTH))
    kept = {"protectedRangeId": ids.protection, "range": area, "description": PROTECTION, "warningOnly": True}
    return {"addProtectedRange": {"protectedRange": kept}}


def charts_drawn(ids: Ids, present: Iterable[int]) -> list[Json]:
    """Add the charts that are not there, and let the others show again what they are to show."""
    there = set(present)
    return [
        {"updateChartSpec": {"chartId": number, "spec": chart["spec"]}}
        if number in there
        else {"addChart": {"chart": chart}}
        for number, chart in charts(ids).items()
    ]


def texts_written(ids: Ids, title: str, layout: Layout) -> list[Json]:
    """The headings and the formulas, over the tab of tickets that has this title and this header now."""
    cells = headings() | live(title, layout)
    return [_written(ids, cell, {"userEnteredValue": content}, "userEnteredValue") for cell, content in cells.items()]


def figures_written(ids: Ids, figures: Sequence[Sequence[CellValue]], as_of: str) -> list[Json]:
    """Write the figures, and of when they are: two requests, however many tickets there are."""
    rows = [{"values": [_cell(value) for value in row]} for row in figures]
    area = grid_range(ids.tab, FIGURES, range(WIDTH))
    update = {"updateCells": {"range": area, "rows": rows, "fields": "userEnteredValue"}}
    return [update, _written(ids, (AS_OF, 0), {"userEnteredValue": content_of(as_of)}, "userEnteredValue")]


def _formats() -> Iterable[tuple[range, range, Mapping[str, str]]]:
    """Rows, columns and the number format of their cells."""
    yield range(NOW.start + 1, NOW.stop), range(1, 2), _NUMBER
    yield range(LATEST.start + 1, LATEST.start + 3), range(1, 3), _NUMBER
    yield range(LATEST.start + 3, LATEST.start + 4), range(1, 3), _DURATION
    yield range(LATEST.start + 4, LATEST.stop), range(1, 3), _PERCENT
    for block in (HISTORY, TEAMS, TYPES, ANSWERERS):
        rows = range(block.start + 1, block.stop)
        yield rows, range(1), _TEXT
        yield rows, range(1, 3), _NUMBER
        yield rows, range(3, 4), _HOURS
        yield rows, range(4, 5), _PERCENT


def _formatted(ids: Ids, rows: range, columns: range, number_format: Mapping[str, str]) -> Json:
    cell = {"userEnteredFormat": {"numberFormat": dict(number_format)}}
    area = grid_range(ids.tab, rows, columns)
    return {"repeatCell": {"range": area, "cell": cell, "fields": "userEnteredFormat.numberFormat"}}


def _written(ids: Ids, cell: tuple[int, int], data: Json, fields: str) -> Json:
    row, column = cell
    area = grid_range(ids.tab, range(row, row + 1), range(column, column + 1))
    return {"updateCells": {"range": area, "rows": [{"values": [data]}], "fields": fields}}


def _cell(value: CellValue) -> Json:
    content = content_of(value)
    return {"userEnteredValue": content} if content else {}
