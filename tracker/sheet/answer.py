"""What Google's answers show of the tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.domain.cells import CellValue
from tracker.sheet.google import Json
from tracker.sheet.layout import Layout


def thread_id_in(values: Sequence[Any]) -> int | None:
    """The id in a key cell; None for anything that is no id as text."""
    text = values[0].strip() if values and isinstance(values[0], str) else ""
    return int(text) if text.isascii() and text.isdigit() else None


def title_in(a1_range: str) -> str:
    """The tab's title in a range as Google writes it: `Sheet1!A1:B2`, `'It''s mine'!A1`."""
    title = a1_range.rpartition("!")[0]
    return title[1:-1].replace("''", "'") if title.startswith("'") else title


class Shown:
    """The grid data of a write's answer."""

    def __init__(self, answer: Json, tab_id: int) -> None:
        tab: Json = next((tab for tab in answer.get("sheets", []) if tab["properties"]["sheetId"] == tab_id), {})
        self.row_count: int = tab.get("properties", {}).get("gridProperties", {}).get("rowCount", 0)
        self._cells: dict[tuple[int, int], Json] = {}
        for block in tab.get("data", []):
            for row, values in enumerate(block.get("rowData", []), start=block.get("startRow", 0)):
                for column, cell in enumerate(values.get("values", []), start=block.get("startColumn", 0)):
                    self._cells[row, column] = cell

    def thread_id(self, row: int, key: int) -> int | None:
        """The id in the key column of this row."""
        return thread_id_in([self._value(row, key)])

    def layout(self, header_row: int) -> Layout | None:
        """The layout told by the header, if it still is in this row."""
        width = max((column + 1 for shown_row, column in self._cells if shown_row == header_row), default=0)
        header = [self._value(header_row, column) for column in range(width)]
        return Layout.find([*([[]] * header_row), header])

    def has_bare_date(self, row: int, layout: Layout) -> bool:
        """Whether a date in this row has no format that shows it as one."""
        return any(
            self._value(row, position) is not None and not self._number_format(row, position).startswith("DATE")
            for position in layout.dates.values()
        )

    def _value(self, row: int, column: int) -> CellValue:
        """What the cell holds; for a formula, what it was computed to."""
        value: Json = self._cells.get((row, column), {}).get("effectiveValue", {})
        return next((v for k, v in value.items() if k in ("stringValue", "numberValue", "boolValue")), None)

    def _number_format(self, row: int, column: int) -> str:
        cell = self._cells.get((row, column), {})
        return str(cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", ""))
