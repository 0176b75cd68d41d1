"""What becomes of text that a person types into a cell, or that a program writes as USER_ENTERED.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/ValueInputOption
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tracker.sandbox.sheets.cells import Cell, Entered, Formula, checked
from tracker.sandbox.sheets.formats import serial

_NUMBER = re.compile(r"([+-]?)(\$?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)(%?)")
_DATE = r"(?P<year>[0-9]{4})[-/](?P<month>[0-9]{1,2})[-/](?P<day>[0-9]{1,2})"
_AMERICAN_DATE = r"(?P<month>[0-9]{1,2})/(?P<day>[0-9]{1,2})/(?P<year>[0-9]{4})"
_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
_MOMENTS = [
    (re.compile(_DATE), "DATE", "yyyy-mm-dd"),
    (re.compile(_AMERICAN_DATE), "DATE", "m/d/yyyy"),
    (re.compile(f"{_DATE}[ T]{_TIME}"), "DATE_TIME", "yyyy-mm-dd h:mm:ss"),
    (re.compile(f"{_AMERICAN_DATE} {_TIME}"), "DATE_TIME", "m/d/yyyy h:mm:ss"),
    (re.compile(_TIME), "TIME", "h:mm:ss"),
]


def entered(cell: Cell, text: str) -> Cell:
    """`cell` after `text` was typed into it: perhaps a number, a date, a boolean or a formula.

    In a cell formatted as plain text everything stays text. A value that brings a format of its own (a date, a
    percentage) sets it on a cell that has none.
    """
    if (cell.number_format or {}).get("type") == "TEXT":
        return cell._replace(value=checked(text))
    value, number_format = _understood(text)
    cell = cell._replace(value=checked(value))
    if number_format is not None and cell.number_format is None:
        cell = cell._replace(format={**cell.format, "numberFormat": number_format})
    return cell


def _understood(text: str) -> tuple[Entered, Mapping[str, Any] | None]:
    if text.startswith("'"):
        return text[1:], None
    if text.startswith("=") and len(text) > 1:
        return Formula(text), None
    plain = text.strip()
    if plain.upper() in {"TRUE", "FALSE"}:
        return plain.upper() == "TRUE", None
    understood = _number(plain) or _moment(plain)
    if understood is not None:
        return understood
    if text.startswith("+") and len(text) > 1:
        return Formula(f"={text}"), None
    return text, None


def _number(text: str) -> tuple[float, Mapping[str, Any] | None] | None:
    match = _NUMBER.fullmatch(text)
    if match is None or not any(character.isdigit() for character in match[3]):
        return None
    sign, currency, digits, percent = match.groups()
    try:
        number = float(sign + digits.replace(",", ""))
    except ValueError:
        return None
    if percent:
        return number / 100, {"type": "PERCENT", "pattern": "0.00%" if "." in digits else "0%"}
    if currency:
        return number, {"type": "CURRENCY", "pattern": "$#,##0.00" if "." in digits else "$#,##0"}
    if "," in digits:
        return number, {"type": "NUMBER", "pattern": "#,##0.00" if "." in digits else "#,##0"}
    return number, None


def _moment(text: str) -> tuple[float, Mapping[str, Any] | None] | None:
    for pattern, kind, shown_as in _MOMENTS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        part = {name: int(value) for name, value in match.groupdict(default="0").items()}
        try:
            day = datetime(part.get("year", 1899), part.get("month", 12), part.get("day", 30), tzinfo=UTC)
            time = timedelta(hours=part.get("hour", 0), minutes=part.get("minute", 0), seconds=part.get("second", 0))
            return serial(day + time), {"type": kind, "pattern": shown_as}
        except (ValueError, OverflowError):
            return None
    return None
