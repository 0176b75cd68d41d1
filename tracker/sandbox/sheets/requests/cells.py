"""Request kinds that change cells: write, repeat, append, sort, find and replace."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import compress
from typing import Any

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.behaviour import UnderFilter
from tracker.sandbox.sheets.cells import EMPTY, JSON, Cell, Entered, Formula, checked
from tracker.sandbox.sheets.converted import room_for
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.entering import entered
from tracker.sandbox.sheets.errors import NotUnderstoodError, invalid
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.locales import check_condition, check_formula
from tracker.sandbox.sheets.masks import Mask, merged, update_mask
from tracker.sandbox.sheets.requests.filtered import places
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required
from tracker.sandbox.sheets.requests.tables import table_by_id
from tracker.sandbox.sheets.validation import admitted
from tracker.sandbox.sheets.views import box_of

_VALUE = "userEnteredValue"
_KEPT: Mask = {_VALUE: {}, "userEnteredFormat": {}, "note": {}, "dataValidation": {}}


@kind("updateCells", "rows", "start", "range", "fields")
def update_cells(book: Spreadsheet, request: JSON) -> None:
    """Write rows of cells from a corner on, or into a range whose other cells are then cleared of the same fields."""
    mask = update_mask(request.get("fields"))
    rows = request.get("rows", [])
    how = book.behaviour.update_under_filter
    if "range" in request:
        tab, box = grid_range(book, request["range"])
        _check_fit(rows, box)
        written = _written(tab, range(box.top, box.bottom), rows, how)
        # Where nothing is stored there is nothing to clear.
        filled = compress(range(box.top, box.bottom), tab.stored[box.top : box.bottom])
        cleared = [row for row in filled if how is UnderFilter.ALL_ROWS or not tab.is_filtered(row)]
        for row in sorted({*cleared, *written}):
            _write_row(tab, row, box.left, written.get(row, []), mask, width=box.width)
    else:
        start = required(request, "start")
        tab = book.by_id(start.get("sheetId", 0))
        top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
        for field, index, count in (("rowIndex", top, tab.row_count), ("columnIndex", left, tab.column_count)):
            if index >= count:
                name = "row" if field == "rowIndex" else "column"
                raise invalid(f"GridCoordinate.{field}[{index}] is after last {name} in grid[{count - 1}]")
        _check_fit(rows, Box(top, left, tab.row_count, tab.column_count))
        for row, cells in _written(tab, range(top, tab.row_count), rows, how).items():
            _write_row(tab, row, left, cells, mask)


@kind("repeatCell", "range", "cell", "fields")
def repeat_cell(book: Spreadsheet, request: JSON) -> None:
    """Write the same into every cell of a range."""
    mask = update_mask(request.get("fields"))
    tab, box = grid_range(book, required(request, "range"))
    cells = [request.get("cell", {})] * box.width
    spans = tab.views.spans_of_rows()
    written: dict[tuple[int, ...], int] = {}
    for row in range(box.top, box.bottom):
        # Of many rows that are one and the same, as blank ones are, only the first is worked out.
        like = written.setdefault((id(tab.row(row)), *(row in span for span in spans)), row)
        if like == row:
            _write_row(tab, row, box.left, cells, mask)
        else:
            tab.repeat(row, like)


@kind("appendCells", "sheetId", "rows", "fields", "tableId")
def append_cells(book: Spreadsheet, request: JSON) -> None:
    """Write rows below the last row of the tab that has a value, adding rows to the grid as needed; or into a table."""
    mask = update_mask(request.get("fields"))
    rows = request.get("rows", [])
    if "tableId" in request:
        _append_to_table(book, request["tableId"], rows, mask)
        return
    tab = book.by_id(request.get("sheetId", 0))
    how = book.behaviour.append_under_filter
    top = tab.data_end(visible=how is not UnderFilter.ALL_ROWS)
    _check_fit(rows, Box(top, 0, top + len(rows), tab.column_count))
    written = _written(tab, range(top, tab.row_count + len(rows)), rows, how)
    tab.grow(rows=max(0, max(written, default=-1) + 1 - tab.row_count))
    for row, cells in written.items():
        _write_row(tab, row, 0, cells, mask)


def _append_to_table(book: Spreadsheet, table_id: str, rows: list[JSON], mask: Mask) -> None:
    """Write rows into the first free rows of a table, which grows by what is missing; what is below it moves down."""
    tab, table = table_by_id(book, table_id)
    box = box_of(table["range"])
    _check_fit(rows, Box(0, box.left, len(rows), box.right))
    first = room_for(tab, table, len(rows))
    for row, data in enumerate(rows, first):
        _write_row(tab, row, box.left, data.get("values", []), mask)


@kind("sortRange", "range", "sortSpecs")
def sort_range(book: Spreadsheet, request: JSON) -> None:
    """Sort the rows of a range; cells outside it stay where they are."""
    tab, box = grid_range(book, required(request, "range"))
    keys = [(spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING") for spec in request["sortSpecs"]]
    if any(not box.left <= column < box.right for column, _ in keys):
        raise invalid("SortSpec.dimensionIndex must be within the range being sorted.")
    tab.sort_box(box, range(box.left, box.right), keys)


@kind("setDataValidation", "range", "rule", "filteredRowsIncluded")
def set_data_validation(book: Spreadsheet, request: JSON) -> None:
    """Set the validation rule of every cell in a range; without a rule, take it away."""
    tab, box = grid_range(book, required(request, "range"))
    rule = request.get("rule")
    check_condition(book.locale, (rule or {}).get("condition", {}))
    for row in range(box.top, box.bottom):
        columns = range(box.left, box.right)
        tab.write(row, {column: tab.cell(row, column)._replace(validation=rule) for column in columns})


@kind(
    "findReplace",
    *("find", "replacement", "matchCase", "matchEntireCell", "searchByRegex", "includeFormulas"),
    *("range", "sheetId", "allSheets"),
)
def find_replace(book: Spreadsheet, request: JSON) -> JSON:
    """Replace text in cells, as if a person had typed the new contents."""
    pattern = request["find"] if request.get("searchByRegex") else re.escape(request["find"])
    search = re.compile(pattern, re.NOFLAG if request.get("matchCase") else re.IGNORECASE)
    replacement = request.get("replacement", "")
    replacement = replacement if request.get("searchByRegex") else replacement.replace("\\", r"\\")
    counts = dict.fromkeys(
        ("valuesChanged", "formulasChanged", "rowsChanged", "sheetsChanged", "occurrencesChanged"), 0
    )
    for tab, box in _searched(book, request):
        changed_rows = 0
        for row in range(box.top, min(box.bottom, len(tab.stored))):
            new: dict[int, Cell] = {}
            for column in range(box.left, box.right):
                cell = tab.cell(row, column)
                text = _searchable(cell, formulas=request.get("includeFormulas", False))
                if text is None or (request.get("matchEntireCell") and not search.fullmatch(text)):
                    continue
                replaced, occurrences = search.subn(replacement, text)
                if occurrences:
                    new[column] = entered(cell, replaced)
                    counts["formulasChanged" if isinstance(cell.value, Formula) else "valuesChanged"] += 1
                    counts["occurrencesChanged"] += occurrences
            tab.write(row, new)
            changed_rows += bool(new)
        counts["rowsChanged"] += changed_rows
        counts["sheetsChanged"] += bool(changed_rows)
    return {name: count for name, count in counts.items() if count}


def _check_fit(rows: list[JSON], box: Box) -> None:
    if len(rows) > box.height:
        raise invalid(
            f"Attempting to write row: {box.bottom}, beyond the last requested row of: {box.bottom - 1}",
        )
    if max((len(row.get("values", [])) for row in rows), default=0) > box.width:
        raise invalid(
            f"Attempting to write column: {box.right}, beyond the last requested column of: {box.right - 1}",
        )


def _written(tab: Tab, reach: range, rows: list[JSON], how: UnderFilter) -> dict[int, list[JSON]]:
    """The cells of the request's rows, by the rows of the tab that they go to."""
    targets = zip(places(tab, reach, len(rows), how), rows, strict=True)
    return {row: data.get("values", []) for row, data in targets if row is not None}


def _write_row(tab: Tab, row: int, left: int, cells: list[JSON], mask: Mask, *, width: int = 0) -> None:
    """Write cells side by side; with a `width`, clear those to its right."""
    padded = cells + [{}] * (width - len(cells))
    new = {left + i: _updated(tab.book, tab.cell(row, left + i), data, mask) for i, data in enumerate(padded)}
    tab.write(row, admitted(tab, row, new) if _VALUE in mask or "*" in mask else new)


def _updated(book: Spreadsheet, cell: Cell, data: JSON, mask: Mask) -> Cell:
    """The cell with the fields of `mask` taken from `data` (a `CellData`)."""
    for field, beneath in (_KEPT if "*" in mask else mask).items():
        new = (data or {}).get(field)
        if field == _VALUE:
            value = checked(_entered_value(new or {}))
            if isinstance(value, Formula) and not book.behaviour.unreadable_formulas_written:
                check_formula(book.locale, value.text)
            cell = cell._replace(value=value)
        elif field == "userEnteredFormat":
            cell = cell._replace(format=merged(cell.format, new or {}, beneath) if beneath else new or EMPTY.format)
        elif field == "note":
            cell = cell._replace(note=new or None)
        elif field == "dataValidation":
            check_condition(book.locale, (new or {}).get("condition", {}))
            cell = cell._replace(validation=new)
        else:
            raise NotUnderstoodError(f"Invalid field: {field}")
    return cell


def _entered_value(value: Mapping[str, Any]) -> Entered:
    """The value of an `ExtendedValue`."""
    if not value:
        return None
    if len(value) > 1:
        raise invalid("Only one value of userEnteredValue may be set.")
    match dict(value):
        case {"stringValue": str(text)}:
            return text
        case {"boolValue": bool(truth)}:
            return truth
        case {"numberValue": int(number) | float(number)} if not isinstance(number, bool):
            return float(number)
        case {"formulaValue": str(text)}:
            return Formula(text)
    ((name, entry),) = value.items()
    raise invalid(f"Invalid value at 'userEnteredValue.{name}': {entry!r}")


def _searched(book: Spreadsheet, request: JSON) -> Iterable[tuple[Tab, Box]]:
    if "range" in request:
        return [grid_range(book, request["range"])]
    tabs = book.tabs if request.get("allSheets") else [book.by_id(request.get("sheetId", 0), "sheet")]
    return [(tab, Box(0, 0, tab.row_count, tab.column_count)) for tab in tabs]


def _searchable(cell: Cell, *, formulas: bool) -> str | None:
    if isinstance(cell.value, Formula):
        return cell.value.text if formulas else None
    return shown(cell.effective, cell.number_format)
