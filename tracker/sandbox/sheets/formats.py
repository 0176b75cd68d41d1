"""Number formats: the text a person sees for a value.

Patterns: https://developers.google.com/workspace/sheets/api/guides/formats
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from tracker.sandbox.sheets.cells import CellError, Effective

EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of date serials. They have no time zone of their own; UTC stands for the wall clock of the sheet."""

_DEFAULT_PATTERNS = {
    "NUMBER": "#,##0.00",
    "PERCENT": "0.00%",
    "CURRENCY": "$#,##0.00",
    "SCIENTIFIC": "0.00E+00",
    "DATE": "m/d/yyyy",
    "TIME": "h:mm:ss am/pm",
    "DATE_TIME": "m/d/yyyy h:mm:ss",
}
_DATE_KINDS = {"DATE", "TIME", "DATE_TIME"}
_DATE_TOKEN = re.compile(r'"[^"]*"|\\.|\[(?:h+|m+|s+)\]|am/pm|a/p|y+|m+|d+|h+|s+|\.0+|.', re.IGNORECASE | re.DOTALL)
_NUMBER_PATTERN = re.compile(r"(?P<before>[^#0.,]*)(?P<digits>[#0,]*(?:\.[#0]*)?)(?P<power>[eE][+-]0+)?(?P<after>.*)")
_GENERAL_LIMIT = 1e15
_NOON = 12
_KEPT = 4096  # texts: the same cells are shown again and again


def shown(value: Effective, number_format: Mapping[str, Any] | None) -> str | None:
    """The text a person sees in the cell, in locale en_US; None for an empty cell."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, CellError):
        return value.text
    if not isinstance(value, float):
        return value
    kind = (number_format or {}).get("type")
    pattern = (number_format or {}).get("pattern") or _DEFAULT_PATTERNS.get(kind or "")
    if not pattern or kind == "TEXT":
        return _general(value)
    return _date(value, pattern) if kind in _DATE_KINDS else _number(value, pattern.partition(";")[0])


def serial(moment: datetime) -> float:
    """A wall-clock time as a date serial: days since 1899-12-30, the time of day as a fraction."""
    return (moment.replace(tzinfo=UTC) - EPOCH) / timedelta(days=1)


def moment(number: float) -> datetime:
    """The wall-clock time of a date serial, to the millisecond."""
    return EPOCH + timedelta(milliseconds=round(number * 86_400_000))


def _general(number: float) -> str:
    """The automatic format: all digits of moderate numbers, an exponent for large ones."""
    if abs(number) >= _GENERAL_LIMIT:
        digits, _, exponent = f"{number:.5E}".partition("E")
        return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
    return str(int(number)) if number.is_integer() else f"{number:.10g}"


@lru_cache(maxsize=_KEPT)
def _number(number: float, pattern: str) -> str:
    match = _NUMBER_PATTERN.fullmatch(pattern)
    if match is None or not match["digits"]:
        return _general(number)
    before, after = (re.sub(r'["\\]', "", match[part]) for part in ("before", "after"))
    whole, _, fraction = match["digits"].partition(".")
    if match["power"]:
        digits, _, exponent = f"{abs(number):.{len(fraction)}E}".partition("E")
        return f"{'-' if number < 0 else ''}{before}{digits}E{exponent}{after}"
    scaled = Decimal(repr(abs(number))) * (100 if "%" in pattern else 1)
    rounded = scaled.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    integer, _, decimals = f"{rounded:f}".partition(".")
    while len(decimals) > fraction.count("0") and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.zfill(whole.count("0")) if whole.count("0") else integer.lstrip("0")
    if "," in whole and integer:
        integer = f"{int(integer):,}".zfill(whole.count("0"))
    sign = "-" if number < 0 else ""
    return f"{sign}{before}{integer}{'.' if decimals else ''}{decimals}{after}"


@lru_cache(maxsize=_KEPT)
def _date(number: float, pattern: str) -> str:
    at = moment(number)
    tokens: list[str] = _DATE_TOKEN.findall(pattern)
    twelve_hours = any(token.lower() in {"am/pm", "a/p"} for token in tokens)
    letters = [token.lstrip("[")[:1].lower() for token in tokens]
    units = [letter if letter and letter in "ymdhs" else "" for letter in letters]
    text = ""
    for index, token in enumerate(tokens):
        if token.startswith("[") and units[index]:
            text += _elapsed(number, units[index], len(token) - 2)
        elif units[index] == "m" and _is_minute(units, index):
            text += f"{at.minute:0{min(len(token), 2)}d}"
        elif units[index]:
            text += _date_part(at, units[index], len(token), twelve_hours=twelve_hours)
        elif token.lower() in {"am/pm", "a/p"}:
            half = "AM" if at.hour < _NOON else "PM"
            text += half if token.lower() == "am/pm" else half[0]
        elif re.fullmatch(r"\.0+", token) and "s" in units[:index]:
            text += f"{at.microsecond / 1e6:.{len(token) - 1}f}"[1:]
        else:
            text += token.strip('"').removeprefix("\\")
    return text


def _elapsed(number: float, unit: str, length: int) -> str:
    """A duration in whole hours, minutes or seconds, as far as it goes."""
    seconds = round(number * 86_400)
    return f"{seconds // {'h': 3600, 'm': 60, 's': 1}[unit]:0{length}d}"


def _is_minute(units: list[str], index: int) -> bool:
    """An `m` is minutes right after hours or right before seconds, else months."""
    earlier = next((unit for unit in reversed(units[:index]) if unit), "")
    later = next((unit for unit in units[index + 1 :] if unit), "")
    return earlier == "h" or later == "s"


def _date_part(at: datetime, unit: str, length: int, *, twelve_hours: bool) -> str:
    hour = (at.hour % 12 or 12) if twelve_hours else at.hour
    parts = {
        "y": {1: f"{at.year % 100:02d}", 2: f"{at.year % 100:02d}", 3: f"{at.year:04d}"},
        "m": {
            1: f"{at.month}",
            2: f"{at.month:02d}",
            3: calendar.month_abbr[at.month],
            4: calendar.month_name[at.month],
        },
        "d": {
            1: f"{at.day}",
            2: f"{at.day:02d}",
            3: calendar.day_abbr[at.weekday()],
            4: calendar.day_name[at.weekday()],
        },
        "h": {1: f"{hour}", 2: f"{hour:02d}"},
        "s": {1: f"{at.second}", 2: f"{at.second:02d}"},
    }[unit]
    return parts[min(length, max(parts))]
