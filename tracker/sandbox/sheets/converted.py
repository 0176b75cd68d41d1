"""Tables that a range of cells was converted to, with types for their columns.

A table is kept as `tableId`, `name`, `range`, and as `types` what was said of columns, by their number in the tab. How
its columns are called stands in its first row.
https://developers.google.com/workspace/sheets/api/guides/tables
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis
from tracker.sandbox.sheets.menus import Menus
from tracker.sandbox.sheets.views import box_of, grid_range_of

_SERIALS = {"DOUBLE", "CURRENCY", "PERCENT", "DATE", "TIME", "DATE_TIME"}


def place(tab: Menus, table: JSON, box: Box) -> None:
    """Let a table cover these cells; columns without a name get one.

    Raises:
        SheetsError: Another table covers some of them.
    """
    others = (each for each in tab.views.tables.values() if each["tableId"] != table["tableId"])
    if any(box.overlaps(box_of(other["range"])) for other in others):
        raise invalid("A table cannot overlap another table.")
    table["range"] = grid_range_of(tab.sheet_id, box)
    unnamed = [column for column in range(box.left, box.right) if not _name(tab, box.top, column)]
    header = {column: tab.cell(box.top, column) for column in unnamed}
    tab.write(
        box.top, {column: cell._replace(value=f"Column {column - box.left + 1}") for column, cell in header.items()}
    )


def describe(tab: Menus, table: JSON, columns: Iterable[JSON]) -> None:
    """Exchange what was said of the columns (`TableColumnProperties`); names are written into the first row.

    Raises:
        SheetsError: A column lies outside the table, or its list and its type do not belong together.
    """
    box = box_of(table["range"])
    types: dict[int, JSON] = {}
    for each in columns:
        column = box.left + each.get("columnIndex", 0)
        if not box.left <= column < box.right:
            raise invalid(f"Column index {each.get('columnIndex', 0)} is outside of the table.")
        if (each.get("columnType") == "DROPDOWN") != ("dataValidationRule" in each):
            raise invalid(
                "Cannot set condition for non-dropdown column type."
                if "dataValidationRule" in each
                else "Condition must be set for dropdown column type."
            )
        types[column] = {name: each[name] for name in ("columnType", "dataValidationRule") if name in each}
        if "columnName" in each:
            tab.write(box.top, {column: tab.cell(box.top, column)._replace(value=each["columnName"])})
    table["types"] = types


def shown_table(tab: Menus, table: JSON) -> JSON:
    """The `Table` as the API gives it."""
    box = box_of(table["range"])
    columns: list[JSON] = [
        {"columnIndex": column - box.left, "columnName": _name(tab, box.top, column), **table["types"].get(column, {})}
        for column in range(box.left, box.right)
    ]
    del columns[0]["columnIndex"]  # as everything at its default
    return {**{name: value for name, value in table.items() if name != "types"}, "columnProperties": columns}


def room_for(tab: Menus, table: JSON, count: int) -> int:
    """The first free row of a table, with so many rows of it from there on: rows are inserted at its end as needed."""
    box = box_of(table["range"])
    columns = range(box.left, box.right)
    filled = (row for row in range(box.top, box.bottom) if any(tab.cell(row, c).value is not None for c in columns))
    first = max(filled, default=box.top) + 1
    missing = first + count - box.bottom
    if missing > 0:
        tab.insert(Axis.ROWS, box.bottom, missing, like=box.bottom - 1)
        table = tab.views.tables[table["tableId"]]
        table["range"] = {**table["range"], "endRowIndex": box.bottom + missing}
    return first


def grow_over(tab: Menus, axis: Axis, at: int, count: int) -> None:
    """Let the tables that end where rows or columns were inserted take them in, as they do if these look like them."""
    end = "endRowIndex" if axis is Axis.ROWS else "endColumnIndex"
    for table in tab.views.tables.values():
        if table["range"][end] == at:
            place(tab, table, box_of({**table["range"], end: at + count}))


def column_condition(tab: Menus, row: int, column: int) -> JSON | None:
    """What the type of a table's column demands of the values below its name."""
    for table in tab.views.tables.values():
        box = box_of(table["range"])
        if box.top < row < box.bottom and column in table["types"]:
            kind = table["types"][column].get("columnType")
            rule: dict[str, Any] = table["types"][column].get("dataValidationRule", {})
            if kind in _SERIALS:
                return {"type": "DATE_IS_VALID"}
            return {"type": "BOOLEAN"} if kind == "BOOLEAN" else rule.get("condition")
    return None


def _name(tab: Menus, row: int, column: int) -> str:
    cell = tab.cell(row, column)
    return shown(cell.effective, cell.number_format) or ""
