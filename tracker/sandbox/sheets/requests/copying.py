"""The request kind that copies cells from one place to another."""

from __future__ import annotations

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.behaviour import UnderFilter
from tracker.sandbox.sheets.cells import JSON, Cell, Formula
from tracker.sandbox.sheets.document import Spreadsheet, Tab, exceeds_grid
from tracker.sandbox.sheets.errors import NotUnderstoodError
from tracker.sandbox.sheets.requests.filtered import places
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required
from tracker.sandbox.sheets.validation import admitted

Copied = list[list[Cell | None]]
"""Rows of cells; None writes nothing."""


@kind("copyPaste", "source", "destination", "pasteType", "pasteOrientation")
def copy_paste(book: Spreadsheet, request: JSON) -> None:
    """Copy a range, as often as it fits into the destination."""
    source_tab, source = grid_range(book, required(request, "source"))
    tab, target = grid_range(book, required(request, "destination"))
    paste = request.get("pasteType", "PASTE_NORMAL")
    copied = _copied(source_tab, source, book.behaviour.copy_under_filter)
    if book.behaviour.copied_text_becomes_formula and paste in {"PASTE_NORMAL", "PASTE_FORMULA"}:
        copied = [[None if cell is None else _computing(cell) for cell in cells] for cells in copied]
    if request.get("pasteOrientation") == "TRANSPOSE":
        copied = [list(column) for column in zip(*copied, strict=True)]
        source = Box(source.left, source.top, source.right, source.bottom)
    down, across = max(1, target.height // source.height), max(1, target.width // source.width)
    if target.top + source.height > tab.row_count or target.left + source.width > tab.column_count:
        reached = Box(target.top, target.left, target.top + source.height, target.left + source.width)
        raise exceeds_grid(tab, reached.a1(tab.title))
    for row, cells in enumerate(copied * down, target.top):
        pasted = {
            column: _pasted(tab.cell(row, column), cell, paste)
            for column, cell in enumerate(cells * across, target.left)
            if cell is not None
        }
        tab.write(row, admitted(tab, row, pasted))


def _copied(tab: Tab, source: Box, how: UnderFilter) -> Copied:
    """The source's cells; rows that a filter hides may be left out, with or without a gap."""
    rows = places(tab, range(source.top, source.bottom), source.height, how)
    if how is UnderFilter.VISIBLE_CLOSED_UP:
        rows = [row for row in rows if row is not None]
    nothing: list[Cell | None] = [None] * source.width
    return [nothing if row is None else [tab.cell(row, c) for c in range(source.left, source.right)] for row in rows]


def _computing(cell: Cell) -> Cell:
    """The cell, a formula if its text looks like one."""
    text = cell.value
    return cell._replace(value=Formula(text)) if isinstance(text, str) and text.startswith("=") else cell


def _pasted(old: Cell, new: Cell, paste: str) -> Cell:
    if paste == "PASTE_NORMAL":
        return new
    if paste == "PASTE_VALUES":
        value = new.effective
        return old._replace(value=value if isinstance(value, str | float | bool | None) else value.text)
    if paste == "PASTE_FORMAT":
        return old._replace(format=new.format)
    if paste == "PASTE_FORMULA":
        return old._replace(value=new.value)
    raise NotUnderstoodError(f"pasteType {paste} is not known here.")
