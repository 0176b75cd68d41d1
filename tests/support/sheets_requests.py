"""Parts of requests to the local Sheets server that many of its tests need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Desk


def row(*values: Any) -> JSON:  # noqa: ANN401 - whatever a cell can hold
    """A `RowData` of entered values; None writes nothing."""
    kinds: dict[type, str] = {str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    return {"values": [{} if value is None else {"userEnteredValue": {kinds[type(value)]: value}} for value in values]}


def formula(text: str) -> JSON:
    """A `RowData` of one formula."""
    return {"values": [{"userEnteredValue": {"formulaValue": text}}]}


def at(desk: Desk, row_index: int, column_index: int) -> JSON:
    """A `GridCoordinate` in the desk's tab."""
    return {"sheetId": desk.tab.sheet_id, "rowIndex": row_index, "columnIndex": column_index}


def lines(desk: Desk, dimension: str, start: int, end: int) -> JSON:
    """A `DimensionRange` in the desk's tab."""
    return {"sheetId": desk.tab.sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}


def writing(desk: Desk, row_index: int, column_index: int, *rows: JSON) -> JSON:
    """An `updateCells` of values from a cell of the desk's tab on."""
    start = at(desk, row_index, column_index)
    return {"updateCells": {"start": start, "rows": list(rows), "fields": "userEnteredValue"}}


def appending(desk: Desk, *rows: JSON, **more: Any) -> JSON:  # noqa: ANN401 - any further fields
    """An `appendCells` of values to the desk's tab."""
    return {"appendCells": {"sheetId": desk.tab.sheet_id, "rows": list(rows), "fields": "userEnteredValue", **more}}
