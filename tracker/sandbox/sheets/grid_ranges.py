"""What a data filter's `GridRange` selects, and how Google refuses one.

As the authors of the PyPI package backlot measured it on the real service in October 2026.
"""

from __future__ import annotations

from tracker.sandbox.sheets.a1 import Area, column_name, quoted
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab, exceeds_grid
from tracker.sandbox.sheets.errors import invalid

_AXES = (("Row", "startRowIndex", "endRowIndex"), ("Column", "startColumnIndex", "endColumnIndex"))


def selected(book: Spreadsheet, grid_range: JSON, what: str) -> tuple[Tab, Area]:
    """The tab and cells of a `GridRange`, which may hold none; `what` is how the method calls a tab in refusals.

    Raises:
        SheetsError: It is in no tab, turned around, or begins outside the grid.
    """
    tab = book.by_id(grid_range.get("sheetId", 0), what)
    if any(grid_range.get(edge, 0) < 0 for _, start, end in _AXES for edge in (start, end)):
        raise invalid("GridRange indexes must be >= 0")
    for axis, start, end in _AXES:
        if end in grid_range and grid_range[end] < grid_range.get(start, 0):
            raise invalid(f"end{axis}Index[{grid_range[end]}] cannot be before start{axis}Index[{grid_range[start]}]")
    (top, bottom), (left, right) = ((grid_range.get(start, 0), grid_range.get(end)) for _, start, end in _AXES)
    if top >= tab.row_count or left >= tab.column_count:
        raise exceeds_grid(tab, _named(tab, grid_range))
    return tab, Area(top, left, bottom, right)


def _named(tab: Tab, grid_range: JSON) -> str:
    """The range in A1 notation, by the edges that were sent and no others."""
    top, left = grid_range.get("startRowIndex"), grid_range.get("startColumnIndex")
    bottom, right = grid_range.get("endRowIndex"), grid_range.get("endColumnIndex")
    start = ("" if left is None else column_name(left)) + ("" if top is None else str(top + 1))
    end = ("" if right is None else column_name(right - 1)) + ("" if bottom is None else str(bottom))
    empty = (top is not None and top == bottom) or (left is not None and left == right)
    return f"{'(empty) ' if empty else ''}{quoted(tab.title)}!{start}" + ("" if start == end else f":{end}")
