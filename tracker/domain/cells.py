"""A row of the sheet as values by column name."""

from __future__ import annotations

CellValue = str | float | bool | None
"""A text, a number (also a date's serial number), a truth value, or nothing."""

Cells = dict[str, CellValue]
