"""Whose a column is that has the name of a figure: people may have had a column `status` before the bot had one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import COLUMNS, FIGURES

_WORDS = {column.name: frozenset(column.words) for column in COLUMNS if column.words is not None}


def of_people(columns: Mapping[str, Iterable[CellValue]]) -> dict[str, CellValue]:
    """Those of these columns, by name, that people fill: each with one of the values that the bot never writes there.

    Most of a column's values have to be such; where people wrote over a few of the bot's, it stays the bot's.
    """
    found: dict[str, CellValue] = {}
    for name in columns.keys() & set(FIGURES):
        values = [value for value in columns[name] if value not in (None, "")]
        strange = [value for value in values if not _is_of_bot(name, value)]
        if len(strange) * 2 > len(values):
            found[name] = strange[0]
    return found


def _is_of_bot(name: str, value: CellValue) -> bool:
    if name in _WORDS:
        return value in _WORDS[name]
    return isinstance(value, int | float) and not isinstance(value, bool)
