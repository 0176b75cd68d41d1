"""Cells that a write hit by mistake, because people moved rows or columns at that very moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.cells import CellValue
from tracker.sheet.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Misplaced:
    """One cell as it was written: meant for a ticket's column, and where it went."""

    thread_id: int
    name: str
    row: int
    column: int
    value: CellValue


@dataclass(frozen=True, kw_only=True)
class Overwritten:
    """Cells of another ticket's row that were hit; the store knows what belongs there."""

    thread_id: int
    columns: frozenset[str]


def still_there(misplaced: Iterable[Misplaced], rows: Mapping[int, Sequence[CellValue]]) -> list[Misplaced]:
    """The cells that hold what was written by mistake; where they do not, somebody was there since.

    `rows` are the rows concerned as they are now.
    """

    def held(row: int, column: int) -> CellValue:
        cells = rows.get(row, ())
        return None if column >= len(cells) or cells[column] == "" else cells[column]

    return [cell for cell in misplaced if held(cell.row, cell.column) == cell.value]


def sort_out(
    misplaced: Iterable[Misplaced], layout: Layout, tickets: Mapping[int, int]
) -> tuple[list[Overwritten], list[Misplaced]]:
    """Whose cells were hit, and which cells are nobody's and to be emptied. `tickets` are thread ids by row."""
    names = {column: name for name, column in layout.columns.items()}
    overwritten: dict[int, set[str]] = {}
    strays = []
    for cell in misplaced:
        ticket, name = tickets.get(cell.row), names.get(cell.column)
        if ticket is None or name is None:
            strays.append(cell)
        elif (ticket, name) != (cell.thread_id, cell.name):
            overwritten.setdefault(ticket, set()).add(name)
    return [Overwritten(thread_id=ticket, columns=frozenset(hit)) for ticket, hit in overwritten.items()], strays
