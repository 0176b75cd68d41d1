"""How `values.append` finds the table it appends to.

A table is a block of cells with nothing but empty cells along its four sides; corners do not matter. The last one that
has a cell in the range counts:
https://developers.google.com/workspace/sheets/api/guides/values#append_values
https://developers.google.com/apps-script/reference/spreadsheet/range#getDataRegion()
So after a lone first row `[x, "", z]` the table is the one cell `z`, and the next row starts in its column.
"""

from __future__ import annotations

from itertools import product

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.document import Tab


def table_at(tab: Tab, box: Box) -> Box | None:
    """The last table with a cell in `box`, or the one around its first cell; None if there is neither."""
    for row in range(min(box.bottom, tab.data_end()) - 1, box.top - 1, -1):
        for column in range(min(box.right, len(tab.row(row))) - 1, box.left - 1, -1):
            if _filled(tab, row, row + 1, column, column + 1):
                return _surrounding(tab, row, column)
    for row, column in product(range(box.top - 1, box.top + 2), range(box.left - 1, box.left + 2)):
        if row >= 0 and column >= 0 and _filled(tab, row, row + 1, column, column + 1):
            table = _surrounding(tab, row, column)
            if table.top <= box.top < table.bottom and table.left <= box.left < table.right:
                return table
    return None


def _surrounding(tab: Tab, row: int, column: int) -> Box:
    """The block around a cell, grown until the cells along its sides are empty."""
    top, left, bottom, right = row, column, row + 1, column + 1
    grown = True
    while grown:
        grown = False
        while top and _filled(tab, top - 1, top, left, right):
            top, grown = top - 1, True
        while _filled(tab, bottom, bottom + 1, left, right):
            bottom, grown = bottom + 1, True
        while left and _filled(tab, top, bottom, left - 1, left):
            left, grown = left - 1, True
        while _filled(tab, top, bottom, right, right + 1):
            right, grown = right + 1, True
    return Box(top, left, bottom, right)


def _filled(tab: Tab, top: int, bottom: int, left: int, right: int) -> bool:
    """Whether any of these cells has a value."""
    rows = range(top, min(bottom, len(tab.stored)))
    return any(cell.value is not None for row in rows for cell in tab.row(row)[left:right])
