"""What Google's answers show of the tab."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.domain.cells import CellValue
from tracker.sheet.table.cells import Json, value_of
from tracker.sheet.table.layout import Layout
from tracker.sheet.table.survey import thread_id_of, thread_id_of_link

CELL_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties),data(startRow,startColumn,rowData.values.userEnteredValue))"
)
"""The field mask of an answer that shows what was entered in cells."""


class Shown:
    """The grid data of an answer: the tab as it was at that moment, as far as it was asked for."""

    def __init__(self, answer: Json, tab_id: int) -> None:
        tab: Json = next((tab for tab in answer.get("sheets", []) if tab["properties"]["sheetId"] == tab_id), {})
        properties: Json = tab.get("properties", {})
        self.title: str = properties.get("title", "")
        grid: Json = properties.get("gridProperties", {})
        self.row_count: int = grid.get("rowCount", 0)
        self.column_count: int = grid.get("columnCount", 0)
        self._rows: dict[int, dict[int, Json]] = {}
        for block in tab.get("data", []):
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
        """What the cell holds; for a formula, what it was computed to, where the answer tells that."""
        cell = self._rows.get(row, {}).get(column, {})
        return value_of(cell.get("effectiveValue") or cell.get("userEnteredValue", {}))

    def entered(self, row: int) -> dict[int, Json]:
        """What was entered in the row's cells, by column, as Google writes it (an `ExtendedValue`)."""
        cells = self._rows.get(row, {}).items()
        return {column: cell["userEnteredValue"] for column, cell in cells if cell.get("userEnteredValue")}

    def thread_id(self, row: int, key: int) -> int | None:
        """The id in the key column of this row."""
        return thread_id_of(self.value(row, key))

    def linked_id(self, row: int, layout: Layout) -> int | None:
        """The id in the link of this row, if there is a column for it."""
        return None if layout.link is None else thread_id_of_link(self.value(row, layout.link))

    def layout(self, header_row: int) -> Layout | None:
        """The layout told by the header, if it still is in this row."""
        return Layout.find([*([[]] * header_row), self.values(header_row)])

    def has_bare_date(self, row: int, layout: Layout) -> bool:
        """Whether a date in this row has no format that shows it as one."""
        return any(
            self.value(row, position) is not None and not self._number_format(row, position).startswith("DATE")
            for position in layout.dates.values()
        )

    def _number_format(self, row: int, column: int) -> str:
        cell = self._rows.get(row, {}).get(column, {})
        return str(cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", ""))
