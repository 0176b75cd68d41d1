"""Cells of a header that would name a column of the bot's but for case and blanks, as `Thread ID` does."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import KEY, NAMES


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


def _letters(cell: CellValue) -> str:
    """What is left of a name without case, blanks and underscores."""
    return "".join(cell.casefold().replace("_", " ").split()) if isinstance(cell, str) else ""
