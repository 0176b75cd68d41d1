"""Request kinds that merge cells and take merges apart."""

from __future__ import annotations

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet
from tracker.sandbox.sheets.errors import NotUnderstoodError
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required


@kind("mergeCells", "range", "mergeType")
def merge_cells(book: Spreadsheet, request: JSON) -> None:
    """Merge a range as a whole, or each of its columns or rows; of a merge only the first cell keeps its value."""
    tab, box = grid_range(book, required(request, "range"))
    merge_type = request.get("mergeType", "MERGE_ALL")
    if merge_type == "MERGE_ALL":
        boxes = [box]
    elif merge_type == "MERGE_COLUMNS":
        boxes = [Box(box.top, column, box.bottom, column + 1) for column in range(box.left, box.right)]
    elif merge_type == "MERGE_ROWS":
        boxes = [Box(row, box.left, row + 1, box.right) for row in range(box.top, box.bottom)]
    else:
        raise NotUnderstoodError(f"mergeType {merge_type} is not known here.")
    for each in boxes:
        tab.merge(each)


@kind("unmergeCells", "range")
def unmerge_cells(book: Spreadsheet, request: JSON) -> None:
    """Take all merges within a range apart."""
    tab, box = grid_range(book, required(request, "range"))
    tab.unmerge(box)
