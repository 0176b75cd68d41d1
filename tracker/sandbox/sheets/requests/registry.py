"""Where request kinds register, and the parts many of them share: grid ranges and dimension ranges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab, exceeds_grid
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.grid import Axis

CarryOut = Callable[[Spreadsheet, JSON], JSON | None]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of request: its fields, and what carries it out and gives the reply (None is an empty one)."""

    fields: frozenset[str]
    carry_out: CarryOut


KINDS: dict[str, Kind] = {}
"""All kinds, by the name the API gives them."""


def kind(name: str, *fields: str) -> Callable[[CarryOut], CarryOut]:
    """Register a function as a kind of request with these fields."""

    def register(function: CarryOut) -> CarryOut:
        KINDS[name] = Kind(fields=frozenset(fields), carry_out=function)
        return function

    return register


def required(request: JSON, field: str) -> JSON:
    """An object the request can't do without."""
    value: JSON | None = request.get(field)
    if value is None:
        raise invalid(f"No {field} specified.")
    return value


def grid_range(book: Spreadsheet, value: JSON) -> tuple[Tab, Box]:
    """The tab and the cells of a `GridRange`.

    Raises:
        SheetsError: There is no such tab, or part of the range lies outside its grid.
    """
    tab = book.by_id(value.get("sheetId", 0))
    box = Box(
        top=value.get("startRowIndex", 0),
        left=value.get("startColumnIndex", 0),
        bottom=value.get("endRowIndex", tab.row_count),
        right=value.get("endColumnIndex", tab.column_count),
    )
    if box.height <= 0 or box.width <= 0 or box.top < 0 or box.left < 0:
        raise invalid("GridRange is empty: each end index must be greater than its start index.")
    if box.bottom > tab.row_count or box.right > tab.column_count:
        raise exceeds_grid(tab, box.a1(tab.title))
    return tab, box


def axis(value: JSON) -> Axis:
    """The direction of a request about rows or columns."""
    try:
        return Axis(value.get("dimension"))
    except ValueError:
        raise invalid("dimension must be ROWS or COLUMNS.") from None


def dimension_range(book: Spreadsheet, value: JSON) -> tuple[Tab, Axis, int, int]:
    """The tab, direction, first number and end (excluded) of a `DimensionRange`."""
    tab = book.by_id(value.get("sheetId", 0), "sheet")
    direction = axis(value)
    start = value.get("startIndex", 0)
    end = value.get("endIndex", tab.count(direction))
    if start < 0 or end <= start:
        raise invalid(f"{_name(direction)} range is empty: endIndex[{end}] must be greater than startIndex[{start}].")
    return tab, direction, start, end


def must_exist(tab: Tab, direction: Axis, end: int, doing: str) -> None:
    """Refuse numbers past the last row or column."""
    count = tab.count(direction)
    name = _name(direction)
    if end > count:
        raise invalid(
            f"Cannot {doing} a {name} that doesn't exist. Tried to {doing} {name} index {end - 1} but there are only "
            f"{count} {name}s."
        )


def _name(direction: Axis) -> str:
    return "row" if direction is Axis.ROWS else "column"
