"""Cells of a header that would name a column of the bot's but for case and blanks, as `Thread ID` does, or that did."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.table.layout import column_letters


def nearly_named(header: Sequence[CellValue]) -> dict[str, int]:
    """The columns that no cell of the header names, each with the position of the first cell that nearly does."""
    exact = {cell.strip() for cell in header if isinstance(cell, str)}
    letters = [_letters(cell) for cell in header]
    missing = {name: _letters(name) for name in NAMES if name not in exact}
    return {name: letters.index(bare) for name, bare in missing.items() if bare in letters}


def nearly_keyed(rows: Sequence[Sequence[CellValue]]) -> tuple[int, int] | None:
    """Row and column of the first cell that nearly names the column of thread ids; None where there is none."""
    for number, row in enumerate(rows):
        column = nearly_named(row).get(KEY)
        if column is not None:
            return number, column
    return None


def renamed_cells(
    gone: Collection[str], header: Sequence[CellValue], header_row: int, former: Mapping[str, int]
) -> dict[str, str]:
    """The cells, such as `C1`, in which somebody wrote over the names of these columns, as far as that is known.

    `former` are the places of the columns when the header named these ones, too. Only where all others stand as they
    stood is a cell there known to be the renamed one: else the column was perhaps moved, or deleted.
    """
    names = [cell.strip() if isinstance(cell, str) else "" for cell in header]
    as_before = all(names[place : place + 1] == [name] for name, place in former.items() if name in names)
    places = {name: place for name, place in former.items() if as_before and place < len(names)}
    places |= nearly_named(header)
    return {name: f"{column_letters(places[name])}{header_row + 1}" for name in sorted(gone) if name in places}


def _letters(cell: CellValue) -> str:
    """What is left of a name without case, blanks and underscores."""
    return "".join(cell.casefold().replace("_", " ").split()) if isinstance(cell, str) else ""
