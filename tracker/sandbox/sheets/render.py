"""Spreadsheets as the API writes them in answers.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.sandbox.sheets.a1 import Area, Box
from tracker.sandbox.sheets.cells import EMPTY, JSON, Cell, CellError, Effective, Entered, Formula, json_number
from tracker.sandbox.sheets.document import DEFAULT_FORMAT, WHOLE_TAB, ChartTab, Spreadsheet, Tab
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis, Line

_DEFAULT_SIZES = {Axis.ROWS: 21, Axis.COLUMNS: 100}


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
    if grid_data and not isinstance(tab, ChartTab):
        answer["data"] = [_grid_data(tab, tab.box(area)) for area in areas or [WHOLE_TAB]]
    views = tab.views
    optional = {
        "conditionalFormats": views.conditional_formats,
        "filterViews": list(views.filter_views.values()),
        "protectedRanges": views.protections(email),
        "basicFilter": views.basic_filter,
        "merges": tab.merges,
        "tables": tab.tables,
    }
    return answer | {name: value for name, value in optional.items() if value}


def _grid_data(tab: Tab, box: Box) -> JSON:
    answer: JSON = {}
    if box.top:
        answer["startRow"] = box.top
    if box.left:
        answer["startColumn"] = box.left
    rows: list[JSON] = []
    for number in range(box.top, min(box.bottom, len(tab.stored))):
        values = [cell(each) for each in tab.row(number)[box.left : box.right]]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    if rows:
        answer["rowData"] = rows
    answer["rowMetadata"] = [_line(tab.line(Axis.ROWS, row), Axis.ROWS) for row in range(box.top, box.bottom)]
    columns = range(box.left, box.right)
    answer["columnMetadata"] = [_line(tab.line(Axis.COLUMNS, column), Axis.COLUMNS) for column in columns]
    return answer


def _line(line: Line, axis: Axis) -> JSON:
    answer: JSON = {"pixelSize": line.size or _DEFAULT_SIZES[axis]}
    return answer | {"hiddenByUser": True} if line.hidden else answer


def cell(each: Cell) -> JSON:
    """A `CellData`."""
    if each == EMPTY:
        return {}
    answer: JSON = {}
    if each.value is not None:
        effective = each.effective
        answer["userEnteredValue"] = _extended(each.value)
        answer["effectiveValue"] = _extended(effective)
        answer["formattedValue"] = shown(effective, each.number_format)
    if each.format:
        answer["userEnteredFormat"] = each.format
    answer["effectiveFormat"] = _overlaid(DEFAULT_FORMAT, each.format)
    if each.note:
        answer["note"] = each.note
    if each.validation:
        answer["dataValidation"] = each.validation
    return answer


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
