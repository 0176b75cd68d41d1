"""Request kinds about tables that ranges were converted to."""

from __future__ import annotations

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.converted import describe, place, shown_table
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.errors import invalid, unknown_name
from tracker.sandbox.sheets.masks import merged, update_mask
from tracker.sandbox.sheets.requests.registry import grid_range, kind, required
from tracker.sandbox.sheets.views import box_of


@kind("addTable", "table")
def add_table(book: Spreadsheet, request: JSON) -> JSON:
    """Convert a range to a table, whose id may be chosen."""
    wanted = required(request, "table")
    tab, box = grid_range(book, required(wanted, "range"))
    table = tab.convert_to_table(box, wanted.get("name"), wanted.get("tableId"))
    describe(tab, table, wanted.get("columnProperties", []))
    if "rowsProperties" in wanted:
        table["rowsProperties"] = wanted["rowsProperties"]
    return {"table": shown_table(tab, table)}


@kind("updateTable", "table", "fields")
def update_table(book: Spreadsheet, request: JSON) -> None:
    """Change a table's name, range, columns or looks. What is not said of a column anew is forgotten."""
    new = required(request, "table")
    tab, table = table_by_id(book, new.get("tableId", ""))
    mask = update_mask(request.get("fields"))
    if "*" in mask:
        mask = {name: {} for name in ("name", "range", "columnProperties", "rowsProperties")}
    for field, beneath in mask.items():
        if field == "name":
            if not new.get("name"):
                raise invalid("The name of a table can't be empty.")
            table["name"] = book.free_table_name(new["name"], table["tableId"])
        elif field == "range":
            target, box = grid_range(book, required(merged(table, new, {"range": beneath}), "range"))
            if target is not tab:
                raise invalid("A table cannot be moved to another sheet.")
            place(tab, table, box)
        elif field == "columnProperties":
            describe(tab, table, new.get("columnProperties", []))
        elif field == "rowsProperties":
            table["rowsProperties"] = new.get("rowsProperties", {})
        else:
            raise unknown_name(field, "table")


@kind("deleteTable", "tableId")
def delete_table(book: Spreadsheet, request: JSON) -> None:
    """Delete a table and the contents of its cells, as the guide has it."""
    tab, table = table_by_id(book, request.get("tableId", ""))
    box = box_of(table["range"])
    for row in range(box.top, box.bottom):
        cells = {column: tab.cell(row, column) for column in range(box.left, box.right)}
        tab.write(row, {column: cell._replace(value=None) for column, cell in cells.items()})
    del tab.views.tables[table["tableId"]]


def table_by_id(book: Spreadsheet, table_id: str) -> tuple[Tab, JSON]:
    """The table with this id, and its tab.

    Raises:
        SheetsError: There is none.
    """
    for tab in book.tabs:
        if table_id in tab.views.tables:
            return tab, tab.views.tables[table_id]
    raise invalid(f"No table with id: {table_id}")
