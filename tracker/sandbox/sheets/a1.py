"""A1 notation (`'Support Tickets'!A2:N`) and the rectangles of cells it names.

https://developers.google.com/workspace/sheets/api/guides/concepts#a1_notation
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(r"\$?([A-Za-z]{1,3})?\$?([1-9][0-9]{0,7})?")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*[Cc][0-9]*")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells: rows `top` to `bottom`, columns `left` to `right`, from 0, ends excluded.

    An end of None means as far as the grid goes.
    """

    top: int
    left: int
    bottom: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of cells with all four sides known; ends excluded."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left

    def overlaps(self, other: Box) -> bool:
        """Whether they have a cell in common."""
        return (
            self.top < other.bottom and other.top < self.bottom and self.left < other.right and other.left < self.right
        )

    def holds(self, other: Box) -> bool:
        """Whether the other lies within this one."""
        return (
            self.top <= other.top
            and other.bottom <= self.bottom
            and self.left <= other.left
            and other.right <= self.right
        )

    def a1(self, title: str) -> str:
        """The box in A1 notation, as Google writes it in answers; without a cell it has no place there."""
        if not (self.height and self.width):
            return "#REF!"
        first = f"{column_name(self.left)}{self.top + 1}"
        last = f"{column_name(self.right - 1)}{self.bottom}"
        return f"{quoted(title)}!{first}" + ("" if first == last else f":{last}")


def column_name(index: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def column_index(letters: str) -> int:
    """The number of a column: A is 0, AA is 26."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def quoted(title: str) -> str:
    """A tab's title as A1 notation writes it, in quotes where it needs them."""
    if _PLAIN_TITLE.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def split_title(text: str) -> tuple[str | None, str | None]:
    """Take `title!cells` apart. Without a mark between them only a quoted text is a title for certain."""
    match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
    if match is not None:
        return match[1].replace("''", "'"), match[2]
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def parse_cells(text: str) -> Area | None:
    """The area named by the part after the title: `A1`, `A1:B2`, `A:C`, `2:5`, `B2:D`; None if it names none."""
    first, mark, last = text.partition(":")
    start = _parse_part(first)
    end = _parse_part(last) if mark else start
    if start is None or end is None or (not mark and None in start):
        return None
    top, bottom = _span(start[0], end[0])
    left, right = _span(start[1], end[1])
    return Area(top, left, bottom, right)


def _parse_part(text: str) -> tuple[int | None, int | None] | None:
    """Row and column of one corner, each None where it is not said."""
    match = _PART.fullmatch(text)
    if match is None or not text:
        return None
    row = None if match[2] is None else int(match[2]) - 1
    column = None if match[1] is None else column_index(match[1])
    return row, column


def _span(start: int | None, end: int | None) -> tuple[int, int | None]:
    if start is None or end is None:
        # A2:A is open downwards; so is A:A2, which the API reads the same way.
        return (start if start is not None else end or 0), None
    return min(start, end), max(start, end) + 1
