"""Cells that a write hit by mistake, because people moved rows or columns at that very moment.

What the bot's own columns should hold is in the store. What people's cells held is known for the rows that were about
to be written, since they were read as a whole a moment before; it can be told apart by the column's name, or by its
neighbours. What cannot be known, and is lost when somebody does it between a read and its write: a note of theirs in a
row without an id that is moved to where a ticket's row was; a cell in a column without a name that is moved away from
its neighbours; a cell in a column of theirs when both rows and columns are moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.domain.cells import CellValue
from tracker.sheet.columns import KEY
from tracker.sheet.google import Json
from tracker.sheet.layout import Layout
from tracker.sheet.survey import thread_id_of_link


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


@dataclass(frozen=True, kw_only=True)
class Before:
    """The header and the rows about to be written, as read a moment before: by ticket and column, as entered."""

    header: Sequence[CellValue] = ()
    rows: Mapping[int, Mapping[int, Json]] = field(default_factory=dict)

    def content(self, thread_id: int, column: int, header: Sequence[CellValue]) -> Json:
        """What the cell in this column, as `header` numbers them now, held; {} for nothing, or where it is unknown."""
        former = self._former_column(column, header)
        return {} if former is None else self.rows.get(thread_id, {}).get(former, {})

    def _former_column(self, column: int, header: Sequence[CellValue]) -> int | None:
        """Where the column was: by its name; else next to the neighbour it has now, or in the same place."""
        known = {now: self.header.index(name) for now, name in enumerate(header) if name and name in self.header}
        if column in known:
            return known[column]
        left = max((now for now in known if now < column), default=None)
        right = min((now for now in known if now > column), default=None)
        neighbours = [known[now] + column - now for now in (left, right) if now is not None]
        return next((former for former in (*neighbours, column) if former not in known.values()), None)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What to do about misplaced cells: whose cells were hit, and what other cells held before ({}: nothing)."""

    overwritten: tuple[Overwritten, ...]
    contents: Mapping[Misplaced, Json]


def still_there(misplaced: Iterable[Misplaced], rows: Mapping[int, Sequence[CellValue]]) -> list[Misplaced]:
    """The cells that hold what was written by mistake; where they do not, somebody was there since.

    `rows` are the rows concerned as they are now.
    """

    def held(row: int, column: int) -> CellValue:
        cells = rows.get(row, ())
        return None if column >= len(cells) or cells[column] == "" else cells[column]

    return [cell for cell in misplaced if held(cell.row, cell.column) == cell.value]


def lost_ids(
    misplaced: Iterable[Misplaced],
    layout: Layout,
    positions: Mapping[int, int],
    rows: Mapping[int, Sequence[CellValue]],
) -> list[Misplaced]:
    """The cells that took the place of their own row's id: when columns moved and rows did not.

    That it is their row is told by its link, or, where that was hit too, by the id being nowhere else.
    """

    def linked(row: int) -> int | None:
        cells = rows.get(row, ())
        return None if layout.link is None or layout.link >= len(cells) else thread_id_of_link(cells[layout.link])

    return [
        cell
        for cell in misplaced
        if cell.column == layout.key
        and cell.name != KEY
        and cell.row != layout.header_row
        and cell.thread_id not in positions
        and linked(cell.row) in (cell.thread_id, None)
    ]


def sort_out(
    misplaced: Iterable[Misplaced],
    layout: Layout,
    header: Sequence[CellValue],
    tickets: Mapping[int, int],
    before: Before,
) -> Repair:
    """What to do about cells that were hit. `header` and `tickets` (thread ids by row) are as they are now."""
    names = {column: name for name, column in layout.columns.items()}
    overwritten: dict[int, set[str]] = {}
    contents: dict[Misplaced, Json] = {}
    for cell in misplaced:
        ticket, name = tickets.get(cell.row), names.get(cell.column)
        if ticket is None:
            contents[cell] = {}
        elif name is None:
            contents[cell] = before.content(ticket, cell.column, header)
        elif (ticket, name) != (cell.thread_id, cell.name):
            overwritten.setdefault(ticket, set()).add(name)
    hits = tuple(Overwritten(thread_id=ticket, columns=frozenset(hit)) for ticket, hit in overwritten.items())
    return Repair(overwritten=hits, contents=contents)
