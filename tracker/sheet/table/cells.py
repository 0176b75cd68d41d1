"""A cell's content as Google writes it (an `ExtendedValue`), and the value it stands for."""

from __future__ import annotations

from typing import Any

from tracker.domain.cells import CellValue

Json = dict[str, Any]
"""An object of Google's API, described in its reference."""


def content_of(value: CellValue) -> Json:
    """The value as an `ExtendedValue`, {} for nothing: never parsed, so a text stays a text and an id its digits."""
    if value is None:
        return {}
    kind = "boolValue" if isinstance(value, bool) else "stringValue" if isinstance(value, str) else "numberValue"
    return {kind: value}


def value_of(content: Json) -> CellValue:
    """The value that an `ExtendedValue` holds; None for a formula, which is none of its own."""
    return next((v for k, v in content.items() if k in ("stringValue", "numberValue", "boolValue")), None)
