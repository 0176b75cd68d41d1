"""What Google's answers show of a tab."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tracker.domain.cells import CellValue
from tracker.sheet.table.cells import Json, value_of

PLACE_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId,description),tables(tableId,range),"
    "data(startRow,startColumn,rowData.values(userEnteredValue.formulaValue,effectiveValue)))"
)
"""The field mask of an answer that shows what stands where.

What was entered is asked for only where it is a formula: of everything else the effective value is the same.
"""

HIDDEN_FIELDS = PLACE_FIELDS[:-2] + ",rowMetadata.hiddenByFilter))"
"""The same, and which rows a filter hides."""


class Shown:
    """One tab of an answer, as it was at that moment, as far as it was asked for. Rows and columns count from 0."""

    def __init__(self, answer: Json, tab_id: int) -> None:
        sheets: list[Json] = answer.get("sheets", [])
        self.sheet: Json = next((each for each in sheets if each["properties"].get("sheetId", 0) == tab_id), {})
        properties: Json = self.sheet.get("properties", {})
        self.title: str = properties.get("title", "")
        grid: Json = properties.get("gridProperties", {})
        self.row_count: int = grid.get("rowCount", 0)
        self.column_count: int = grid.get("columnCount", 0)
        self._rows: dict[int, dict[int, Json]] = {}
        self.filtered_out: set[int] = set()
        """The rows that a filter hides, where the answer says so."""
        for block in self.sheet.get("data", []):
            for row, shown in enumerate(block.get("rowMetadata", []), start=block.get("startRow", 0)):
                if shown.get("hiddenByFilter", False):
                    self.filtered_out.add(row)
            for row, values in enumerate(block.get("rowData", []), start=block.get("startRow", 0)):
                cells = enumerate(values.get("values", []), start=block.get("startColumn", 0))
                self._rows.setdefault(row, {}).update(cells)

    @property
    def rows(self) -> Iterable[int]:
        """The rows of which anything is shown."""
        return self._rows.keys()

    def values(self, row: int) -> list[CellValue]:
        """What the row's cells hold, as far as any is shown."""
        return [self.value(row, column) for column in range(max(self._rows.get(row, {}), default=-1) + 1)]

    def value(self, row: int, column: int) -> CellValue:
        """What the cell holds; for a formula, what it was computed to, where the answer says so."""
        return value_of(_content(self._rows.get(row, {}).get(column, {})))

    def line(self, row: int) -> dict[int, Json]:
        """The contents of the row's cells that are not blank; for a formula, what it was computed to, as `value`."""
        contents = ((column, _content(cell)) for column, cell in self._rows.get(row, {}).items())
        return {column: content for column, content in contents if content}

    def unshown(self, row: int) -> set[int]:
        """The columns in which something stands in the row that is not shown, as Google may do with 0 and false."""
        cells = self._rows.get(row, {}).items()
        return {column for column, cell in cells if "userEnteredValue" in cell and not _content(cell)}

    def is_computed(self, row: int, column: int) -> bool:
        """Whether a formula stands in the cell."""
        return "formulaValue" in self._rows.get(row, {}).get(column, {}).get("userEnteredValue", {})

    def number_format(self, row: int, column: int) -> str:
        """The type of the cell's number format, such as `DATE_TIME`; "" where it has none."""
        cell = self._rows.get(row, {}).get(column, {})
        return str(cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", ""))


def _content(cell: dict[str, Any]) -> Json:
    """A cell's content as an `ExtendedValue`."""
    content: Json = cell.get("effectiveValue", cell.get("userEnteredValue", {}))
    return content
