"""What a formula refers to follows: columns and rows that move, tabs that get another title or are deleted.

Only absolute references to one column (`$K:$K`) or one cell (`$A$62`) are known, with the title of another tab before
them in quotes or without one. That is how the tracker writes them. What was deleted is `#REF!` from then on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tracker.sandbox.sheets.a1 import column_index, column_name
from tracker.sandbox.sheets.cells import Formula
from tracker.sandbox.sheets.grid import Axis, Grid

LOST = "#REF!"

_REFERENCE = re.compile(
    r"""(?P<text>"(?:[^"]|"")*")|(?:'(?P<title>(?:[^']|'')*)'!)?\$(?P<column>[A-Z]+)(?::\$(?P=column)|\$(?P<row>[0-9]+))"""
    r"""(?![\w$:(])"""
)


class Reference(NamedTuple):
    """One cell of a tab, or a whole column where `row` is None; rows and columns count from 0."""

    title: str
    column: int
    row: int | None = None


Change = Callable[[Reference], Reference | None]
"""What a reference becomes; None where nothing is left of it."""


def follow(tabs: Iterable[tuple[str, Grid]], change: Change) -> None:
    """Let all formulas in tabs, each with its title, refer to what has become of what they referred to."""
    for title, grid in tabs:
        for number, row in enumerate(grid.stored):
            if any(isinstance(cell.value, Formula) for cell in row):
                grid.stored[number] = tuple(
                    cell._replace(value=Formula(rewritten(cell.value.text, title, change)))
                    if isinstance(cell.value, Formula)
                    else cell
                    for cell in row
                )


def references_in(text: str, own: str) -> list[Reference]:
    """What a formula on the tab with the title `own` refers to, in the order of the formula."""
    return [_reference(match, own) for match in _REFERENCE.finditer(text) if match["text"] is None]


def rewritten(text: str, own: str, change: Change) -> str:
    """A formula on the tab with the title `own` that refers to what has become of what it referred to."""

    def written(match: re.Match[str]) -> str:
        if match["text"] is not None:
            return match[0]
        before = _reference(match, own)
        after = change(before)
        if after == before:
            return match[0]
        if after is None:
            return LOST
        letters = column_name(after.column)
        title = "" if match["title"] is None else "'" + after.title.replace("'", "''") + "'!"
        return f"{title}${letters}:${letters}" if after.row is None else f"{title}${letters}${after.row + 1}"

    return _REFERENCE.sub(written, text)


def renamed(old: str, new: str) -> Change:
    """A tab got another title."""
    return lambda each: each._replace(title=new) if each.title == old else each


def tab_deleted(title: str) -> Change:
    """A tab was deleted."""
    return lambda each: None if each.title == title else each


def inserted(title: str, axis: Axis, at: int, count: int) -> Change:
    """Rows or columns were inserted before number `at`."""
    return _renumbered(title, axis, lambda number: number + count if number >= at else number)


def deleted(title: str, axis: Axis, start: int, end: int) -> Change:
    """The rows or columns from `start` to `end` (excluded) were deleted."""

    def left(number: int) -> int | None:
        if start <= number < end:
            return None
        return number if number < start else number - (end - start)

    return _renumbered(title, axis, left)


def reordered(title: str, axis: Axis, order: Sequence[int]) -> Change:
    """The rows or columns of a tab are in another order: of each, the number that it had before."""
    return _renumbered(title, axis, order.index)


def _renumbered(title: str, axis: Axis, number_of: Callable[[int], int | None]) -> Change:
    def change(each: Reference) -> Reference | None:
        old = each.row if axis is Axis.ROWS else each.column
        if each.title != title or old is None:
            return each
        new = number_of(old)
        if new is None:
            return None
        return each._replace(row=new) if axis is Axis.ROWS else each._replace(column=new)

    return change


def _reference(match: re.Match[str], own: str) -> Reference:
    title = own if match["title"] is None else match["title"].replace("''", "'")
    row = None if match["row"] is None else int(match["row"]) - 1
    return Reference(title=title, column=column_index(match["column"]), row=row)
