"""Request kinds about tabs ("sheets" in the API) and the spreadsheet as a whole."""

from __future__ import annotations

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.errors import invalid, unknown_name
from tracker.sandbox.sheets.grid import Axis
from tracker.sandbox.sheets.masks import Mask, update_mask
from tracker.sandbox.sheets.requests.registry import kind, required

_LOOKS = {"hidden", "tabColor", "tabColorStyle", "rightToLeft"}
_SIZES = {"rowCount": Axis.ROWS, "columnCount": Axis.COLUMNS}
_FROZEN = {"frozenRowCount", "frozenColumnCount", "hideGridlines", "rowGroupControlAfter", "columnGroupControlAfter"}


@kind("addSheet", "properties")
def add_sheet(book: Spreadsheet, request: JSON) -> JSON:
    """Add a tab."""
    wanted = request.get("properties", {})
    size = wanted.get("gridProperties", {})
    title = wanted.get("title") or _default_title(book)
    sheet_id = wanted.get("sheetId")
    if sheet_id is not None and sheet_id < 0:
        raise invalid(f"Invalid sheetId: {sheet_id}. It must not be negative.")
    if any(other.sheet_id == sheet_id for other in book.tabs):
        raise invalid(f"Sheet with id {sheet_id} already exists.")
    tab = book.add_tab(title, rows=size.get("rowCount", 1000), columns=size.get("columnCount", 26))
    if sheet_id is not None:
        tab.sheet_id = sheet_id
    given: Mask = {name: {} for name in wanted if name not in {"sheetId", "title", "gridProperties", "sheetType"}}
    frozen: Mask = {name: {} for name in size if name not in _SIZES}
    if frozen:
        given["gridProperties"] = frozen
    _apply(book, tab, wanted, given)
    return {"properties": tab.properties()}


@kind("deleteSheet", "sheetId")
def delete_sheet(book: Spreadsheet, request: JSON) -> None:
    """Delete a tab with all it holds."""
    book.delete_tab(book.by_id(request.get("sheetId", 0), "sheet", charts=True))


@kind("updateSheetProperties", "properties", "fields")
def update_sheet_properties(book: Spreadsheet, request: JSON) -> None:
    """Change a tab's title, place, size, frozen rows or looks."""
    properties = required(request, "properties")
    mask = update_mask(request.get("fields"))
    if "*" in mask:
        mask = {name: {} for name in ("title", "index", "gridProperties", *_LOOKS)}
    _apply(book, book.by_id(properties.get("sheetId", 0), "sheet", charts=True), properties, mask)


@kind("updateSpreadsheetProperties", "properties", "fields")
def update_spreadsheet_properties(book: Spreadsheet, request: JSON) -> None:
    """Change the spreadsheet's title, locale or time zone."""
    properties = request.get("properties", {})
    for field in update_mask(request.get("fields")):
        if field == "title":
            if not properties.get("title"):
                raise invalid("The title of a spreadsheet can't be empty.")
            book.title = properties["title"]
        elif field == "locale":
            book.locale = properties["locale"]
        elif field == "timeZone":
            book.time_zone = properties["timeZone"]
        else:
            raise unknown_name(field, "properties")


def _default_title(book: Spreadsheet) -> str:
    taken = {tab.title.casefold() for tab in book.tabs}
    return next(title for n in range(1, len(taken) + 2) if (title := f"Sheet{n}").casefold() not in taken)


def _apply(book: Spreadsheet, tab: Tab, properties: JSON, mask: Mask) -> None:
    for field, beneath in mask.items():
        if field == "title":
            if not properties.get("title"):
                raise invalid("Sheet titles can't be empty.")
            tab.rename(properties["title"])
        elif field == "index":
            rest = [other for other in book.tabs if other is not tab]
            rest.insert(properties.get("index", 0), tab)
            book.tabs = rest
        elif field == "gridProperties":
            fields = set(beneath) or set(_SIZES) | _FROZEN
            _apply_grid(tab, properties.get("gridProperties", {}), fields)
        elif field in _LOOKS:
            looks = {name: value for name, value in tab.looks.items() if name != field}
            tab.looks = looks | {field: properties[field]} if field in properties else looks
        else:
            raise unknown_name(field, "properties")


def _apply_grid(tab: Tab, grid: JSON, fields: set[str]) -> None:
    if tab.is_chart:
        raise invalid("Cannot set grid properties on a sheet that is not a grid.")
    for field in sorted(fields):
        if field in _SIZES:
            _resize(tab, _SIZES[field], grid.get(field, 0))
        elif field in _FROZEN:
            frozen = {name: value for name, value in tab.frozen.items() if name != field}
            tab.frozen = frozen | {field: grid[field]} if grid.get(field) else frozen
        else:
            raise unknown_name(field, "properties.gridProperties")
    for field, direction in (("frozenRowCount", Axis.ROWS), ("frozenColumnCount", Axis.COLUMNS)):
        if tab.frozen.get(field, 0) >= tab.count(direction):
            name = "rows" if direction is Axis.ROWS else "columns"
            raise invalid(f"You can't freeze all visible {name} on the sheet.")


def _resize(tab: Tab, direction: Axis, count: int) -> None:
    name = "rows" if direction is Axis.ROWS else "columns"
    if count < 1:
        raise invalid(f"You can't delete all the {name} on the sheet.")
    present = tab.count(direction)
    if count < present:
        tab.delete(direction, count, present)
    else:
        tab.grow(**{name: count - present})
