"""What one cell holds: the value a person or a program entered, how it looks, and what it evaluates to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from tracker.sandbox.sheets.errors import invalid

JSON = dict[str, Any]

MAXIMUM_CHARACTERS = 50_000
"""Of one cell. https://support.google.com/drive/answer/37603"""

_NUMBER_FORMULA = re.compile(r"=\s*([+-]?[0-9]+(?:\.[0-9]+)?)\s*")
_TEXT_FORMULA = re.compile(r'=\s*"([^"]*)"\s*')
_CHOICE = re.compile(r'=IF\(([0-9]+)=([0-9]+);"([^"]*)";"([^"]*)"\)')


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as entered, `=` included."""

    text: str


@dataclass(frozen=True, slots=True)
class CellError:
    """What a formula evaluates to when it can't be computed. `kind` is one of the API's `ErrorType`s."""

    kind: str
    text: str
    message: str


Entered = str | float | bool | Formula | None
Effective = str | float | bool | CellError | None

NOT_COMPUTED = CellError("ERROR", "#ERROR!", "Formulas are not computed here.")
UNFORMATTED: Mapping[str, Any] = MappingProxyType({})


class Cell(NamedTuple):
    """One cell. Never changed in place: rows share cells, and snapshots share rows."""

    value: Entered = None
    format: Mapping[str, Any] = UNFORMATTED
    note: str | None = None
    validation: Mapping[str, Any] | None = None

    @property
    def number_format(self) -> Mapping[str, Any] | None:
        """`{"type": …, "pattern": …}` as the API gives it, or None."""
        number_format: Mapping[str, Any] | None = self.format.get("numberFormat")
        return number_format

    @property
    def effective(self) -> Effective:
        """The value after evaluating formulas; only a literal, and a choice between two texts, are computed."""
        if not isinstance(self.value, Formula):
            return self.value
        if number := _NUMBER_FORMULA.fullmatch(self.value.text):
            return float(number[1])
        if text := _TEXT_FORMULA.fullmatch(self.value.text):
            return text[1]
        if choice := _CHOICE.fullmatch(self.value.text):
            one, other, then, otherwise = choice.groups()
            return then if float(one) == float(other) else otherwise
        return NOT_COMPUTED


EMPTY = Cell()


def checked(value: Entered) -> Entered:
    """The value as a cell stores it: whole numbers become doubles, an empty text leaves the cell without a value.

    Raises:
        SheetsError: It has more characters than a cell can hold.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return float(value)
    text = value.text if isinstance(value, Formula) else value
    if text and len(text) > MAXIMUM_CHARACTERS // 2 and characters(text) > MAXIMUM_CHARACTERS:
        raise invalid(f"Your input contains more than the maximum of {MAXIMUM_CHARACTERS} characters in a single cell.")
    return value or None


def characters(text: str) -> int:
    """Length as Google counts it: in UTF-16 units, so most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def json_number(number: float) -> float | int:
    """A double as Google's JSON writes it: whole numbers without a fraction."""
    return int(number) if number.is_integer() else number
