"""The changes the product asks of Google, as `Request` objects of the Sheets API."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.cells import Cells
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import Kind
from tracker.sheet.table.layout import Layout, grid_range, runs


def new_cells(cells: Cells, layout: Layout) -> dict[int, Json]:
    """The contents of a row's cells by column, as far as the header names the columns."""
    return {layout.columns[name]: content_of(value) for name, value in cells.items() if name in layout.columns}


def write_cells(tab: int, row: int, cells: Mapping[int, Json]) -> list[Json]:
    """Write contents, by column, into one row: a request for each unbroken run, so that no other cell is touched.

    Each names its range, past which nothing can go, whatever a filter hides.
    """
    return [
        {
            "updateCells": {
                "range": grid_range(tab, range(row, row + 1), columns),
                "rows": [{"values": [_cell(cells[column]) for column in columns]}],
                "fields": "userEnteredValue",
            }
        }
        for columns in runs(cells)
    ]


def _cell(content: Json) -> Json:
    return {"userEnteredValue": content} if content else {}


def add_rows(tab: int, count: int) -> Json:
    """Make the tab longer."""
    return {"appendDimension": {"sheetId": tab, "dimension": "ROWS", "length": count}}


def format_columns(tab: int, first_row: int, kinds: dict[int, Kind]) -> list[Json]:
    """Give columns (position: kind), from `first_row` to the end of the tab, the number format of their kind."""
    return [
        {
            "repeatCell": {
                "range": {
                    "sheetId": tab,
                    "startRowIndex": first_row,
                    "startColumnIndex": column,
                    "endColumnIndex": column + 1,
                },
                "cell": {"userEnteredFormat": {"numberFormat": kind.number_format}},
                "fields": "userEnteredFormat.numberFormat",
            }
        }
        for column, kind in kinds.items()
        if kind.number_format is not None
    ]


def extend_table(table: Json, end_row: int) -> Json:
    """Let a table (Insert > Convert to table) reach down to this row, excluded."""
    return {
        "updateTable": {
            "table": {"tableId": table["tableId"], "range": {**table["range"], "endRowIndex": end_row}},
            "fields": "range",
        }
    }
