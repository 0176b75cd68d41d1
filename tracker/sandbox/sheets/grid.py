"""The cells of one tab, and what can be done to rows and columns. Knows nothing of requests, titles or people.

Only rows that hold something are stored. A row is a tuple without empty cells at its end, and is replaced as a whole
when one of its cells changes. So a snapshot of 100,000 rows is a copy of 100,000 references, which makes every batch
of requests cheap to take back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from functools import partial
from typing import NamedTuple, TypeVar

from tracker.sandbox.sheets.a1 import Area, Box
from tracker.sandbox.sheets.cells import EMPTY, Cell, CellError, Effective
from tracker.sandbox.sheets.errors import invalid

Row = tuple[Cell, ...]
Item = TypeVar("Item")


class Axis(Enum):
    """The two directions of a grid, named as in the API."""

    ROWS = "ROWS"
    COLUMNS = "COLUMNS"


class Line(NamedTuple):
    """How a row or a column is shown. A size of None is the default one; sizes are in pixels."""

    size: int | None = None
    hidden: bool = False
    """By people."""
    filtered: bool = False
    """Hidden by the tab's filter."""


class Grid:
    """Cells in `row_count` rows and `column_count` columns, counted from 0.

    `admit` is called with the number of cells about to be added and raises where the spreadsheet has no room for them.
    """

    def __init__(self, *, row_count: int, column_count: int, admit: Callable[[int], None]) -> None:
        self.row_count = row_count
        self.column_count = column_count
        self.stored: list[Row] = []
        self.lines: dict[Axis, dict[int, Line]] = {Axis.ROWS: {}, Axis.COLUMNS: {}}
        self._admit = admit

    def count(self, axis: Axis) -> int:
        """Number of rows or columns."""
        return self.row_count if axis is Axis.ROWS else self.column_count

    def row(self, index: int) -> Row:
        """The cells of a row, without the empty ones at its end."""
        return self.stored[index] if index < len(self.stored) else ()

    def cell(self, row: int, column: int) -> Cell:
        """One cell; both numbers count from 0."""
        cells = self.row(row)
        return cells[column] if column < len(cells) else EMPTY

    def box(self, area: Area) -> Box:
        """The area's part of the grid."""
        bottom = self.row_count if area.bottom is None else min(area.bottom, self.row_count)
        right = self.column_count if area.right is None else min(area.right, self.column_count)
        return Box(area.top, area.left, bottom, right)

    def is_filtered(self, row: int) -> bool:
        """Whether the tab's filter hides a row."""
        return self.line(Axis.ROWS, row).filtered

    def data_end(self, *, visible: bool = False) -> int:
        """The number of the row after the last one that has a value; `visible`: of those that no filter hides."""
        blank: Row = ()
        for number in range(len(self.stored), 0, -1):
            row = self.stored[number - 1]
            # Rows that have been formatted together are one and the same.
            if row is not blank and any(cell.value is not None for cell in row):
                if not visible or not self.is_filtered(number - 1):
                    return number
                continue
            blank = row
        return 0

    def write(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Put cells, by column, into a row of the grid."""
        old = self.row(row)
        width = max(len(old), max(cells, default=-1) + 1)
        new = list(old) + [EMPTY] * (width - len(old))
        for column, cell in cells.items():
            new[column] = cell
        self._store(row, new)

    def repeat(self, row: int, like: int) -> None:
        """Make a row the same as another one."""
        same = self.row(like)
        if same or row < len(self.stored):
            self._pad(row + 1)
            self.stored[row] = same

    def grow(self, *, rows: int = 0, columns: int = 0) -> None:
        """Add empty rows at the bottom and empty columns on the right."""
        before = self.row_count * self.column_count
        self._admit((self.row_count + rows) * (self.column_count + columns) - before)
        self.row_count += rows
        self.column_count += columns

    def insert(self, axis: Axis, at: int, count: int, *, like: int | None = None) -> None:
        """Insert rows or columns before number `at`; they take the formats of the present number `like`, if given."""
        if axis is Axis.ROWS:
            self._admit(count * self.column_count)
            pattern = () if like is None else tuple(Cell(format=cell.format) for cell in self.row(like))
            if at < len(self.stored) or trimmed(pattern):
                self._pad(at)
                self.stored[at:at] = [trimmed(pattern)] * count
            self.row_count += count
        else:
            self._admit(count * self.row_count)
            self._change_rows(lambda row: self._widened(row, at, count, like))
            self.column_count += count
        lines = self.lines[axis]
        self.lines[axis] = {number + count if number >= at else number: line for number, line in lines.items()}

    def delete(self, axis: Axis, start: int, end: int) -> None:
        """Delete the rows or columns `start` to `end`, the end excluded."""
        if axis is Axis.ROWS:
            del self.stored[start:end]
            self.row_count -= end - start
        else:
            self._change_rows(lambda row: row if start >= len(row) else trimmed(row[:start] + row[end:]))
            self.column_count -= end - start
        self.lines[axis] = {
            number if number < start else number - (end - start): line
            for number, line in self.lines[axis].items()
            if not start <= number < end
        }

    def move(self, axis: Axis, start: int, end: int, to: int) -> None:
        """Move rows or columns `start` to `end` (excluded) before number `to`, counted before the move."""
        count = self.count(axis)
        order = moved(range(count), start, end, to)
        if axis is Axis.ROWS:
            self._pad(max(end, to))
            self.stored = moved(self.stored, start, end, to)
        else:
            self._change_rows(lambda row: trimmed([_at(row, column) for column in order]))
        lines = self.lines[axis]
        self.lines[axis] = {new: lines[old] for new, old in enumerate(order) if old in lines} if lines else {}

    def sort_box(self, box: Box, columns: Sequence[int], keys: Sequence[tuple[int, bool]]) -> None:
        """Sort the box's rows by `keys` (column, descending), the first being the most important.

        Only the cells in `columns` change places. Cells without a value come last in both directions.
        """
        bottom = min(box.bottom, len(self.stored))
        rows = [self.row(number) for number in range(box.top, bottom)]
        for column, descending in reversed(keys):
            filled = [row for row in rows if _at(row, column).value is not None]
            filled.sort(key=partial(_sort_key_at, column), reverse=descending)
            rows = filled + [row for row in rows if _at(row, column).value is None]
        for number, source in enumerate(rows, box.top):
            self.write(number, {column: _at(source, column) for column in columns})

    def line(self, axis: Axis, number: int) -> Line:
        """How a row or column is shown."""
        return self.lines[axis].get(number, Line())

    def set_line(self, axis: Axis, number: int, line: Line) -> None:
        """Change how a row or column is shown."""
        self.lines[axis] = {**self.lines[axis], number: line}

    def remember(self) -> Callable[[], None]:
        """Take a snapshot; calling what this returns puts the grid back."""
        stored, lines = list(self.stored), dict(self.lines)
        row_count, column_count = self.row_count, self.column_count

        def restore() -> None:
            self.stored, self.lines = stored, lines
            self.row_count, self.column_count = row_count, column_count

        return restore

    def _store(self, number: int, cells: Iterable[Cell]) -> None:
        row = trimmed(cells)
        if row or number < len(self.stored):
            self._pad(number + 1)
            self.stored[number] = row

    def _change_rows(self, changed: Callable[[Row], Row]) -> None:
        """Change every row. Rows that are one and the same, as blank ones are, stay so, and are worked out once."""
        alike: dict[int, Row] = {}
        for row in self.stored:
            if id(row) not in alike:
                alike[id(row)] = changed(row)
        self.stored = [alike[id(row)] for row in self.stored]

    def _pad(self, end: int) -> None:
        if end > len(self.stored):
            self.stored.extend([()] * (end - len(self.stored)))

    def _widened(self, row: Row, at: int, count: int, like: int | None) -> Row:
        if at > len(row):
            return row
        new = EMPTY if like is None else Cell(format=_at(row, like).format)
        return trimmed(row[:at] + (new,) * count + row[at:])


def trimmed(cells: Iterable[Cell]) -> Row:
    """The cells as a row is stored: without empty ones at its end."""
    row = tuple(cells)
    end = len(row)
    while end and row[end - 1] == EMPTY:
        end -= 1
    return row[:end]


def moved(items: Iterable[Item], start: int, end: int, to: int) -> list[Item]:
    """The items with those from `start` to `end` (excluded) put before what was number `to`.

    Raises:
        SheetsError: `to` lies within what is moved.
    """
    old = list(items)
    if start < to < end:
        raise invalid("Cannot move a dimension to a position within itself.")
    rest = old[:start] + old[end:]
    place = to if to <= start else to - (end - start)
    return rest[:place] + old[start:end] + rest[place:]


def sort_key(value: Effective) -> tuple[int, float, str]:
    """Order of values of all kinds, as Sheets sorts them: numbers, texts without case, booleans, errors."""
    if isinstance(value, bool):
        return 2, float(value), ""
    if isinstance(value, float):
        return 0, value, ""
    if isinstance(value, CellError):
        return 3, 0.0, value.text
    return 1, 0.0, (value or "").casefold()


def _at(row: Row, column: int) -> Cell:
    return row[column] if column < len(row) else EMPTY


def _sort_key_at(column: int, row: Row) -> tuple[int, float, str]:
    return sort_key(_at(row, column).effective)
