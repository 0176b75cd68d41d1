"""Request kinds about whole rows and columns: insert, append, delete, move, size and hide."""

from __future__ import annotations

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.converted import grow_over
from tracker.sandbox.sheets.document import Spreadsheet
from tracker.sandbox.sheets.errors import invalid, unknown_name
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis
from tracker.sandbox.sheets.masks import update_mask
from tracker.sandbox.sheets.requests.registry import axis, dimension_range, kind, must_exist, required

_PIXELS_PER_CHARACTER = 7
_PADDING = 20


@kind("appendDimension", "sheetId", "dimension", "length")
def append_dimension(book: Spreadsheet, request: JSON) -> None:
    """Add empty rows at the bottom or columns on the right."""
    tab = book.by_id(request.get("sheetId", 0), "sheet")
    length = request.get("length", 0)
    tab.grow(**({"rows": length} if axis(request) is Axis.ROWS else {"columns": length}))


@kind("insertDimension", "range", "inheritFromBefore")
def insert_dimension(book: Spreadsheet, request: JSON) -> None:
    """Insert empty rows or columns, formatted like those before or (by default) after them."""
    tab, direction, start, end = dimension_range(book, required(request, "range"))
    if start > tab.count(direction):
        raise invalid(f"range.startIndex[{start}] is beyond the last index of the grid[{tab.count(direction)}]")
    if request.get("inheritFromBefore"):
        if start == 0:
            raise invalid("inheritFromBefore cannot be true when inserting at index 0.")
        like: int | None = start - 1
    else:
        like = start if start < tab.count(direction) else None
    tab.insert(direction, start, end - start, like=like)
    if request.get("inheritFromBefore"):
        grow_over(tab, direction, start, end - start)


@kind("deleteDimension", "range")
def delete_dimension(book: Spreadsheet, request: JSON) -> None:
    """Delete rows or columns with all they hold."""
    tab, direction, start, end = dimension_range(book, required(request, "range"))
    must_exist(tab, direction, end, "delete")
    rows = "rows" if direction is Axis.ROWS else "columns"
    if end - start == tab.count(direction):
        raise invalid(f"You can't delete all the {rows} on the sheet.")
    frozen = tab.frozen.get("frozenRowCount" if direction is Axis.ROWS else "frozenColumnCount", 0)
    if frozen and start <= frozen and end == tab.count(direction):
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {rows}.")
    tab.delete(direction, start, end)


@kind("moveDimension", "source", "destinationIndex")
def move_dimension(book: Spreadsheet, request: JSON) -> None:
    """Move rows or columns; the destination is counted before the move."""
    tab, direction, start, end = dimension_range(book, required(request, "source"))
    must_exist(tab, direction, end, "move")
    to = request.get("destinationIndex", 0)
    must_exist(tab, direction, to, "move")
    tab.move(direction, start, end, to)


@kind("updateDimensionProperties", "range", "properties", "fields")
def update_dimension_properties(book: Spreadsheet, request: JSON) -> None:
    """Set the size of rows or columns in pixels, hide or show them."""
    mask = update_mask(request.get("fields"))
    fields = {"pixelSize", "hiddenByUser"} if "*" in mask else set(mask)
    if unknown := fields - {"pixelSize", "hiddenByUser"}:
        raise unknown_name(unknown.pop(), "properties")
    tab, direction, start, end = dimension_range(book, required(request, "range"))
    must_exist(tab, direction, end, "update")
    properties = request.get("properties", {})
    for number in range(start, end):
        line = tab.line(direction, number)
        size = properties.get("pixelSize") if "pixelSize" in fields else line.size
        hidden = properties.get("hiddenByUser", False) if "hiddenByUser" in fields else line.hidden
        tab.set_line(direction, number, line._replace(size=size, hidden=hidden))


@kind("autoResizeDimensions", "dimensions")
def auto_resize_dimensions(book: Spreadsheet, request: JSON) -> None:
    """Make columns about as wide as their longest text; rows go back to their default height."""
    tab, direction, start, end = dimension_range(book, required(request, "dimensions"))
    must_exist(tab, direction, end, "resize")
    for number in range(start, end):
        size = None
        if direction is Axis.COLUMNS:
            cells = (tab.cell(row, number) for row in range(len(tab.stored)))
            texts = (shown(cell.effective, cell.number_format) or "" for cell in cells)
            size = _PADDING + _PIXELS_PER_CHARACTER * max(map(len, texts), default=0)
        tab.set_line(direction, number, tab.line(direction, number)._replace(size=size))
