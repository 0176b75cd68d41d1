"""What a person does to a tab in the browser, and what they see: the doors for tests and for the sandbox.

Rows and columns count from 0. Everything happens at once, without a request, whoever may be writing just then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import Cell, CellError, Entered, checked
from tracker.sandbox.sheets.entering import entered
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis, Grid

Seen = str | float | bool | None
Content = TypeVar("Content", Seen, str | None)


class HandledGrid(Grid):
    """A grid with a person in front of it."""

    def values(self) -> list[list[Seen]]:
        """All effective values, row by row, without empty cells at the end of a row and empty rows at the end.

        Numbers are floats, dates are serials, an error is its text.
        """
        rows: list[list[Seen]] = [
            [_value(cell.effective) for cell in self.row(number)] for number in range(self.data_end())
        ]
        return [_without_blank_end(row) for row in rows]

    def shown(self) -> list[list[str | None]]:
        """The same as the formatted text in the cells."""
        rows = [
            [shown(cell.effective, cell.number_format) for cell in self.row(number)]
            for number in range(self.data_end())
        ]
        return [_without_blank_end(row) for row in rows]

    def records(self) -> list[dict[str, Seen]]:
        """The rows below the header as dictionaries, blank rows left out.

        The header is the first row that is not blank. Columns without a header are left out.
        """
        rows = [row for row in self.values() if row]
        header = rows[0] if rows else []
        return [
            {str(name): row[column] if column < len(row) else None for column, name in enumerate(header) if name}
            for row in rows[1:]
        ]

    def enter(self, row: int, column: int, text: str) -> None:
        """Type text into a cell; it is understood as numbers, dates, booleans and formulas."""
        if row >= self.row_count or column >= self.column_count:
            raise IndexError(f"no cell at row {row}, column {column}: the tab is {self.row_count}x{self.column_count}")
        self.write(row, {column: entered(self.cell(row, column), text)})

    def paste(self, row: int, column: int, rows: Sequence[Sequence[Entered]]) -> None:
        """Put many values in at once, as they are: the quick way to a large tab. None leaves a cell as it is."""
        for number, values in enumerate(rows, row):
            old = self.row(number)
            cells = {
                place: old[place]._replace(value=checked(value)) if place < len(old) else Cell(checked(value))
                for place, value in enumerate(values, column)
                if value is not None
            }
            self.write(number, cells)

    def sort(self, column: int, descending: bool = False, columns: Iterable[int] | None = None) -> None:  # noqa: FBT001, FBT002 - reads like the menu
        """Sort the rows below the header by a column.

        With `columns` only the cells in those columns change places: the mistake of selecting part of a table.
        """
        top = self.header_row() + 1
        box = Box(top, 0, max(top, self.data_end()), self.column_count)
        self.sort_box(box, range(self.column_count) if columns is None else sorted(columns), [(column, descending)])

    def insert_rows(self, at: int, count: int = 1) -> None:
        """Insert blank rows above row `at`, formatted like it."""
        self.insert(Axis.ROWS, at, count, like=at if at < self.row_count else None)

    def delete_rows(self, at: int, count: int = 1) -> None:
        """Delete rows."""
        self.delete(Axis.ROWS, at, at + count)

    def move_rows(self, start: int, count: int, to: int) -> None:
        """Drag rows to above what is row `to` before the move."""
        self.move(Axis.ROWS, start, start + count, to)

    def duplicate_row(self, row: int) -> None:
        """Insert a copy of a row below it."""
        self.insert(Axis.ROWS, row + 1, 1)
        self.write(row + 1, dict(enumerate(self.row(row))))

    def insert_columns(self, at: int, count: int = 1) -> None:
        """Insert blank columns to the left of column `at`, formatted like it."""
        self.insert(Axis.COLUMNS, at, count, like=at if at < self.column_count else None)

    def delete_columns(self, at: int, count: int = 1) -> None:
        """Delete columns."""
        self.delete(Axis.COLUMNS, at, at + count)

    def move_columns(self, start: int, count: int, to: int) -> None:
        """Drag columns to the left of what is column `to` before the move."""
        self.move(Axis.COLUMNS, start, start + count, to)

    def hide_rows(self, at: int, count: int = 1) -> None:
        """Hide rows by hand. The API still reads and writes them."""
        for row in range(at, at + count):
            self.set_line(Axis.ROWS, row, self.line(Axis.ROWS, row)._replace(hidden=True))

    def hide_columns(self, at: int, count: int = 1) -> None:
        """Hide columns. The API still reads and writes them."""
        for column in range(at, at + count):
            self.set_line(Axis.COLUMNS, column, self.line(Axis.COLUMNS, column)._replace(hidden=True))

    def show_columns(self) -> None:
        """Show all columns again."""
        for column, line in self.lines[Axis.COLUMNS].items():
            self.set_line(Axis.COLUMNS, column, line._replace(hidden=False))

    def header_row(self) -> int:
        """The number of the first row that is not blank, or 0."""
        rows = enumerate(self.stored)
        return next((number for number, row in rows if any(cell.value is not None for cell in row)), 0)

    def clear(self) -> None:
        """Delete all contents and formats; the grid keeps its size."""
        self.stored = []


def _value(value: Seen | CellError) -> Seen:
    return value.text if isinstance(value, CellError) else value


def _without_blank_end(row: list[Content]) -> list[Content]:
    while row and row[-1] is None:
        row.pop()
    return row
