"""Where things are in the tab: the header row, the columns by name, and ranges in Google's two notations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import ALL_NAMES, KEY, KIND, LINK, NAMES, Kind

HEADER_SEARCH = 100
"""How many rows from the top the header is looked for."""

SEVERAL = 3
"""So many names of the tracker's are no accident; `title` and `link` stand over other people's tables, too."""

_LETTERS = 26


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The header as it was read: its row and the position of each known column, counted from 0."""

    header_row: int
    columns: Mapping[str, int]

    @classmethod
    def find(cls, rows: Sequence[Sequence[CellValue]]) -> Self | None:
        """The layout that the tab's first rows show: the header is the row that names most of the tracker's columns.

        Of two columns with one name the first counts, and of two such rows. None where there is no header, or where it
        has lost the name `thread_id`: a cell of that text in another row is a ticket's title.
        """
        header = max(cls._named(rows), key=lambda layout: len(layout.columns), default=None)
        return header if header is not None and KEY in header.columns else None

    @classmethod
    def find_without_key(cls, rows: Sequence[Sequence[CellValue]]) -> Self | None:
        """The first row that names several of the tracker's columns: the header, where the key's name was changed."""
        named = (layout for layout in cls._named(rows) if len(layout.columns.keys() & set(NAMES)) >= SEVERAL)
        return next(named, None)

    @classmethod
    def _named(cls, rows: Sequence[Sequence[CellValue]]) -> Iterator[Self]:
        """Each row as if it were the header."""
        for header_row, row in enumerate(rows):
            names = [cell.strip() if isinstance(cell, str) else "" for cell in row]
            yield cls(header_row=header_row, columns={name: names.index(name) for name in ALL_NAMES if name in names})

    def without(self, names: Collection[str]) -> Self:
        """The same, as if the header did not name these columns."""
        return replace(self, columns={name: place for name, place in self.columns.items() if name not in names})

    @property
    def key(self) -> int:
        """The position of the key column."""
        return self.columns[KEY]

    @property
    def link(self) -> int | None:
        """The position of the column with the threads' addresses, if the header names it."""
        return self.columns.get(LINK)

    @property
    def identifying(self) -> tuple[int, ...]:
        """The positions of the columns that show whose a row is."""
        return (self.key,) if self.link is None else (self.key, self.link)

    @property
    def dates(self) -> dict[str, int]:
        """The columns that hold dates, with their positions."""
        return {name: position for name, position in self.columns.items() if KIND[name] is Kind.DATE_TIME}

    @property
    def width(self) -> int:
        """How many columns a row needs to reach the last known one."""
        return max(self.columns.values()) + 1


def runs(numbers: Iterable[int]) -> list[range]:
    """Distinct numbers, gathered into ascending ranges without gaps."""
    ordered = sorted(set(numbers))
    breaks = [index + 1 for index, (left, right) in enumerate(pairwise(ordered)) if right != left + 1]
    edges = [0, *breaks, len(ordered)]
    return [range(ordered[start], ordered[end - 1] + 1) for start, end in pairwise(edges) if end > start]


def grid_range(tab: int, rows: range, columns: range | None = None) -> dict[str, int]:
    """A `GridRange` of these rows, over all columns or some."""
    ends = {"sheetId": tab, "startRowIndex": rows.start, "endRowIndex": rows.stop}
    if columns is not None:
        ends |= {"startColumnIndex": columns.start, "endColumnIndex": columns.stop}
    return ends


def a1(title: str, rows: range, columns: range) -> str:
    """The same in A1 notation, for the places where Google takes nothing else."""
    quoted = title.replace("'", "''")
    return f"'{quoted}'!{column_letters(columns.start)}{rows.start + 1}:{column_letters(columns.stop - 1)}{rows.stop}"


def column_letters(column: int) -> str:
    """The name of a column: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + digit) + letters
    return letters
