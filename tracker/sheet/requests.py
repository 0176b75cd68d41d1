"""The changes the product asks of Google, as `Request` objects of the Sheets API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.domain.cells import Cells, CellValue
from tracker.sheet.columns import Kind
from tracker.sheet.google import Json
from tracker.sheet.layout import Layout, runs


def entered(value: CellValue) -> Json:
    """A cell with this value, stored as it is: never parsed, so a text stays a text and an id keeps its digits."""
    if value is None:
        return {}
    kind = "boolValue" if isinstance(value, bool) else "stringValue" if isinstance(value, str) else "numberValue"
    return {"userEnteredValue": {kind: value}}


def write_cells(tab: int, row: int, cells: Mapping[int, CellValue]) -> list[Json]:
    """Write these cells (by column) of one row: a request for each unbroken run, so that no other cell is touched."""
    return [
        {
            "updateCells": {
                "start": {"sheetId": tab, "rowIndex": row, "columnIndex": columns.start},
                "rows": [{"values": [entered(cells[column]) for column in columns]}],
                "fields": "userEnteredValue",
            }
        }
        for columns in runs(cells)
    ]


def put_back(tab: int, row: int, column: int, content: Json) -> Json:
    """Give a cell the content (an `ExtendedValue`, {} for none) that it had before."""
    return {
        "updateCells": {
            "start": {"sheetId": tab, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [{"userEnteredValue": content} if content else {}]}],
            "fields": "userEnteredValue",
        }
    }


def append_rows(tab: int, layout: Layout, rows: Sequence[Cells]) -> Json:
    """Add rows after the last one that holds anything."""
    names = {position: name for name, position in layout.columns.items()}
    width = range(max(names) + 1)
    return {
        "appendCells": {
            "sheetId": tab,
            "rows": [
                {"values": [entered(cells[names[column]]) if column in names else {} for column in width]}
                for cells in rows
            ],
            "fields": "userEnteredValue",
        }
    }


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
