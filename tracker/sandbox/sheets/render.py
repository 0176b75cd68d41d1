"""Spreadsheets as the API writes them in answers.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from tracker.sandbox.sheets.a1 import Area, Box
from tracker.sandbox.sheets.cells import EMPTY, JSON, Cell, CellError, Effective, Entered, Formula, json_number
from tracker.sandbox.sheets.converted import shown_table
from tracker.sandbox.sheets.document import DEFAULT_FORMAT, WHOLE_TAB, Spreadsheet, Tab
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis, Line
from tracker.sandbox.sheets.masks import without_blank_ends
from tracker.sandbox.sheets.views import box_of

_DEFAULT_SIZES = {Axis.ROWS: 21, Axis.COLUMNS: 100}
_SIDES = {str: "LEFT", float: "RIGHT", bool: "CENTER"}
"""Where a cell's text stands, by what it holds, unless somebody chose."""


def spreadsheet(book: Spreadsheet, areas: Sequence[tuple[Tab, Area]], *, grid_data: bool, email: str) -> JSON:
    """The spreadsheet, as `email` gets it; only the tabs of `areas` where there are any, a grid of cells for each."""
    wanted = {tab.sheet_id for tab, _ in areas}
    shown = [
        _sheet(tab, [area for owner, area in areas if owner is tab], grid_data=grid_data, email=email)
        for tab in book.tabs
        if not areas or tab.sheet_id in wanted
    ]
    return {
        "spreadsheetId": book.id,
        "properties": book.properties(),
        "sheets": shown,
        "spreadsheetUrl": book.url,
    }


def _sheet(tab: Tab, areas: Sequence[Area], *, grid_data: bool, email: str) -> JSON:
    answer: JSON = {"properties": tab.properties()}
    if grid_data and not tab.is_chart:
        blocks = [_grid_data(tab, tab.box(area)) for area in areas or [WHOLE_TAB]]
        answer["data"] = blocks[::-1] if tab.book.behaviour.grid_blocks_reversed else blocks
    views = tab.views
    boxes = [tab.box(area) for area in areas or [WHOLE_TAB]]
    tables = [each for each in views.tables.values() if any(box.overlaps(box_of(each["range"])) for box in boxes)]
    optional = {
        "conditionalFormats": views.conditional_formats,
        "filterViews": list(views.filter_views.values()),
        "protectedRanges": views.protections(email),
        "basicFilter": views.basic_filter,
        "charts": list(views.charts.values()),
        "tables": [shown_table(tab, table) for table in tables],
        "merges": [each["range"] for each in views.merges],
    }
    return answer | {name: value for name, value in optional.items() if value}


def _grid_data(tab: Tab, box: Box) -> JSON:
    answer: JSON = {}
    if box.top:
        answer["startRow"] = box.top
    if box.left:
        answer["startColumn"] = box.left
    rows = range(box.top, min(box.bottom, len(tab.stored)))
    zeros = not tab.book.behaviour.zeros_left_out
    # Of many rows that are one and the same, as blank ones are, only the first is worked out.
    rendered: dict[int, JSON] = {}
    for row in map(tab.row, rows):
        if id(row) not in rendered:
            rendered[id(row)] = {"values": [cell(each, zeros=zeros) for each in row[box.left : box.right]]}
    answer |= without_blank_ends({"rowData": [rendered[id(tab.row(number))] for number in rows]})
    if box.height:
        answer["rowMetadata"] = [_line(tab.line(Axis.ROWS, row), Axis.ROWS) for row in range(box.top, box.bottom)]
    if box.width:
        columns = range(box.left, box.right)
        answer["columnMetadata"] = [_line(tab.line(Axis.COLUMNS, column), Axis.COLUMNS) for column in columns]
    return answer


@cache
def _line(line: Line, axis: Axis) -> JSON:
    """`DimensionProperties`; of all lines that look alike it is the same, and nobody may change it."""
    answer: JSON = {"pixelSize": line.size or _DEFAULT_SIZES[axis]}
    if line.hidden:
        answer["hiddenByUser"] = True
    if line.filtered:
        answer["hiddenByFilter"] = True
    return answer


def cell(each: Cell, *, zeros: bool) -> JSON:
    """A `CellData`; with or without `zeros` of values."""
    if each == EMPTY:
        return {}
    answer: JSON = {}
    if each.value is not None:
        effective = each.effective
        answer["userEnteredValue"] = _extended(each.value) if zeros or each.value else {}
        answer["effectiveValue"] = _extended(effective) if zeros or effective else {}
        answer["formattedValue"] = shown(effective, each.number_format)
    if each.format:
        answer["userEnteredFormat"] = each.format
    answer["effectiveFormat"] = _overlaid(_automatic_format(_SIDES.get(type(each.effective))), each.format)
    if each.note:
        answer["note"] = each.note
    if each.validation:
        answer["dataValidation"] = each.validation
    return answer


@cache
def _automatic_format(side: str | None) -> JSON:
    """How a cell looks that nobody has formatted: the spreadsheet's default format, with what a cell adds to that."""
    looks = _overlaid(DEFAULT_FORMAT, {"hyperlinkDisplayType": "PLAIN_TEXT", "textFormat": {"fontFamily": "Arial"}})
    return looks | {"horizontalAlignment": side} if side else looks


def _extended(value: Entered | Effective) -> JSON:
    """An `ExtendedValue`."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, float):
        return {"numberValue": json_number(value)}
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, CellError):
        return {"errorValue": {"type": value.kind, "message": value.message}}
    return {"stringValue": value}


def _overlaid(below: Mapping[str, Any], above: Mapping[str, Any]) -> JSON:
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        result[name] = _overlaid(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return result
