"""Validation rules that reject input, and types of tables' columns: what becomes of a value that breaks one.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/cells#DataValidationRule
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tracker.sandbox.sheets.a1 import column_name
from tracker.sandbox.sheets.behaviour import StrictValidation
from tracker.sandbox.sheets.cells import Cell, CellError, Effective
from tracker.sandbox.sheets.converted import column_condition
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.formats import shown


def admitted(tab: Tab, row: int, cells: Mapping[int, Cell]) -> dict[int, Cell]:
    """The cells of a row, by column, as a request may write them.

    Raises:
        SheetsError: One breaks its strict rule, and the behaviour is that this is refused.
    """
    how = tab.book.behaviour.strict_validation
    result = dict(cells)
    if how is StrictValidation.WRITTEN:
        return result
    for column, cell in cells.items():
        demand = column_condition(tab, row, column) or {}
        if not _breaks(demand, cell.effective) and not _breaks_its_rule(cell):
            continue
        if how is StrictValidation.REFUSED:
            name = f"{column_name(column)}{row + 1}"
            raise invalid(f"The data you entered in cell {name} violates the data validation rules set on this cell.")
        result[column] = cell._replace(value=tab.cell(row, column).value)
    return result


def _breaks_its_rule(cell: Cell) -> bool:
    rule = cell.validation
    return rule is not None and bool(rule.get("strict")) and _breaks(rule.get("condition", {}), cell.effective)


def _breaks(condition: Mapping[str, Any], value: Effective) -> bool:
    """Whether a value breaks a condition. Blanks and errors break none; conditions of other kinds are not judged."""
    if value is None or isinstance(value, CellError):
        return False
    allowed = [each.get("userEnteredValue") for each in condition.get("values", [])]
    match condition.get("type"):
        case "BOOLEAN":
            return shown(value, None) not in allowed if allowed else not isinstance(value, bool)
        case "ONE_OF_LIST":
            return shown(value, None) not in allowed
        case "DATE_IS_VALID":
            return not isinstance(value, float)
    return False
