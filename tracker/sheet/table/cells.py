"""A cell's content as Google writes it (an `ExtendedValue`), and the value it stands for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tracker.domain.cells import CellValue

Json = dict[str, Any]
"""An object of Google's API, described in its reference."""

Line = Mapping[int, Json]
"""The contents of a row by column; a column that is left out is blank."""

_ROUNDING = 1e-12
"""Numbers come back from Google with 15 digits or more."""


def content_of(value: CellValue) -> Json:
    """The value as an `ExtendedValue`, {} for nothing: never parsed, so a text stays a text and an id its digits."""
    if value is None:
        return {}
    kind = "boolValue" if isinstance(value, bool) else "stringValue" if isinstance(value, str) else "numberValue"
    return {kind: value}


def value_of(content: Json) -> CellValue:
    """The value that an `ExtendedValue` holds; None for a formula, which is none of its own."""
    return next((v for k, v in content.items() if k in ("stringValue", "numberValue", "boolValue")), None)


def alike(one: Json, other: Json) -> bool:
    """Whether two contents are the same, numbers as far as Google keeps them apart."""
    return one.keys() == other.keys() and all(_same(one[kind], other[kind]) for kind in one)


def may_be(shown: Json, meant: Json) -> bool:
    """Whether a cell that is shown so may hold what is meant: nobody knows whether Google shows 0 and false at all."""
    return alike(shown, meant) or (not shown and value_of(meant) in (None, "", 0, False))


def is_blank(line: Line) -> bool:
    """Whether nothing is shown in the row."""
    return not any(line.values())


def _same(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=_ROUNDING)
    return one == other
