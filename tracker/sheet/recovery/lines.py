"""What the contents of a row tell: which names a header has, and which row is the header."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from tracker.sheet.table.cells import Json, value_of
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.table.layout import SEVERAL
from tracker.sheet.table.survey import thread_id_of, thread_id_of_link

Line = Mapping[int, Json]
"""The cells of a row that are not blank, by column: what was entered, as Google writes it (an `ExtendedValue`)."""

_ROUNDING = 1e-12
"""Numbers come back from Google with 15 digits or more."""


def alike(one: Json, other: Json) -> bool:
    """Whether two contents are the same, numbers as far as Google tells them."""
    return one.keys() == other.keys() and all(same(one[kind], other[kind]) for kind in one)


def same(one: object, other: object) -> bool:
    """Whether two values are the same, numbers as far as Google tells them."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_ROUNDING)
    return one == other


def names_of(header: Line) -> dict[int, str]:
    """The texts of a row, by column, as a header's names."""
    texts: Iterable[tuple[int, object]] = ((column, content.get("stringValue")) for column, content in header.items())
    return {column: text.strip() for column, text in texts if isinstance(text, str) and text.strip()}


def headers_first(rows: Iterable[int], lines: Mapping[int, Line]) -> list[int]:
    """Those of the rows that may be the header, most likely first: the one that names most of the tracker's columns.

    It has the key's name, unless people have just changed that.
    """
    rows = list(rows)
    keyed = [row for row in rows if KEY in names_of(lines[row]).values()]
    likely = keyed or [row for row in rows if _own_names(lines[row]) >= SEVERAL]
    return sorted(likely, key=lambda row: -_own_names(lines[row]))


def _own_names(line: Line) -> int:
    """How many of the tracker's columns stand in the row by name."""
    return len(frozenset(NAMES).intersection(names_of(line).values()))


def names_a_ticket(content: Json) -> bool:
    """Whether it is an id or a link."""
    value = value_of(content)
    return bool(thread_id_of(value) or thread_id_of_link(value))
