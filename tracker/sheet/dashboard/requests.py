"""The changes that make the tab of figures, and those that keep it up to date, as `Request` objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.domain.cells import CellValue
from tracker.sheet.dashboard.cells import (
    ANSWERERS,
    AS_OF,
    BEHIND_ROW,
    COLUMNS,
    HISTORY,
    LATEST,
    NOTES,
    NOW,
    ROWS,
    TEAMS,
    TITLE_ROW,
    TYPES,
    WIDTH,
    Ids,
)
from tracker.sheet.dashboard.charts import charts
from tracker.sheet.dashboard.comparing import Area, bounds_of, strays
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.layout import grid_range

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
    for row in (TITLE_ROW, BEHIND_ROW, *(block.start for block in (NOW, LATEST, HISTORY, TEAMS, TYPES, ANSWERERS))):
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
    kept = {
        "protectedRangeId": ids.protection,
        "range": _numbers(ids),
        "description": PROTECTION,
        "warningOnly": True,
    }
    return {"addProtectedRange": {"protectedRange": kept}}


def put_back(ids: Ids, described: Json) -> list[Json]:
    """Have charts and the warning lie over the numbers again, where people have inserted or deleted rows or columns.

    What has moved with them is cleared, to be written where it belongs: the warning lies where that is.
    """
    requests = [
        {"updateChartSpec": {"chartId": number, "spec": spec}}
        for number, spec in strays(ids, described.get("charts", [])).items()
    ]
    for kept in described.get("protectedRanges", []):
        if kept["protectedRangeId"] == ids.protection and bounds_of(kept["range"]) != bounds_of(_numbers(ids)):
            requests.append({"updateCells": {"range": kept["range"], "fields": "userEnteredValue"}})
            moved = {"protectedRangeId": ids.protection, "range": _numbers(ids)}
            requests.append({"updateProtectedRange": {"protectedRange": moved, "fields": "range"}})
    return requests


def charts_drawn(ids: Ids, present: Iterable[int]) -> list[Json]:
    """Add the charts that are not there, and let the others show again what they are to show."""
    there = set(present)
    return [
        {"updateChartSpec": {"chartId": number, "spec": chart["spec"]}}
        if number in there
        else {"addChart": {"chart": chart}}
        for number, chart in charts(ids).items()
    ]


def texts_written(ids: Ids, cells: Mapping[tuple[int, int], Json]) -> list[Json]:
    """The headings and the formulas; in their rows nothing else stands, but in that of the title."""
    requests = []
    for row in sorted({row for row, _ in cells}):
        columns = range(1) if row == TITLE_ROW else range(WIDTH)
        values = [{"userEnteredValue": content} if (content := cells.get((row, each))) else {} for each in columns]
        area = grid_range(ids.tab, range(row, row + 1), columns)
        requests.append({"updateCells": {"range": area, "rows": [{"values": values}], "fields": "userEnteredValue"}})
    return requests


def figures_written(ids: Ids, areas: Iterable[Area], as_of: str) -> list[Json]:
    """Write these figures, and of when they are."""
    line = Area(rows=range(AS_OF, AS_OF + 1), columns=range(1), values=((as_of,),))
    return [
        {
            "updateCells": {
                "range": grid_range(ids.tab, area.rows, area.columns),
                "rows": [{"values": [_cell(value) for value in row]} for row in area.values],
                "fields": "userEnteredValue",
            }
        }
        for area in (*areas, line)
    ]


def _formats() -> Iterable[tuple[range, range, Mapping[str, str]]]:
    """Rows, columns and the number format of their cells."""
    yield range(NOW.start + 1, NOW.stop), range(1, 2), _NUMBER
    yield range(LATEST.start + 1, LATEST.start + 3), range(1, 3), _NUMBER
    yield range(LATEST.start + 3, LATEST.start + 4), range(1, 3), _DURATION
    yield range(LATEST.start + 4, LATEST.start + 6), range(1, 3), _PERCENT
    yield range(LATEST.start + 6, LATEST.stop), range(1, 3), _NUMBER
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


def _numbers(ids: Ids) -> Json:
    """The cells that people are warned of editing."""
    return grid_range(ids.tab, range(BEHIND_ROW, ROWS), range(WIDTH))


def _cell(value: CellValue) -> Json:
    content = content_of(value)
    return {"userEnteredValue": content} if content else {}
