"""The methods of `spreadsheets`: get, getByDataFilter, batchUpdate.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets
"""

from __future__ import annotations

from tracker.sandbox.sheets import render
from tracker.sandbox.sheets.a1 import Area, Box
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet, Tab, exceeds_grid
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.grid_ranges import selected
from tracker.sandbox.sheets.masks import names
from tracker.sandbox.sheets.methods import Call, Method
from tracker.sandbox.sheets.requests import carry_out


def get(call: Call) -> JSON:
    """The spreadsheet; the cells too if asked for by `includeGridData` or, with a field mask, by name."""
    areas = [within(call.book, text) for text in call.params.getall("ranges", [])]
    grid_data = _wanted(call, asked=call.flag("includeGridData"))
    return render.spreadsheet(call.book, areas, grid_data=grid_data, email=call.email)


def get_by_data_filter(call: Call) -> JSON:
    """The same for tabs and cells named by data filters; those of the same cells share a block, as was measured."""
    areas: dict[tuple[Tab, Box], tuple[Tab, Area]] = {}
    for data_filter in call.body.get("dataFilters", []):
        tab, area = filtered(call.book, data_filter, "sheet")
        areas.setdefault((tab, tab.box(area)), (tab, area))
    grid_data = _wanted(call, asked=call.body.get("includeGridData", False))
    return render.spreadsheet(call.book, list(areas.values()), grid_data=grid_data, email=call.email)


def batch_update(call: Call) -> JSON:
    """Carry out a batch of requests, all or none, and show what came of it if asked to."""
    requests = call.body.get("requests", [])
    if not call.body.get("includeSpreadsheetInResponse"):
        return {"spreadsheetId": call.book.id, "replies": carry_out(call.book, requests)}
    texts = call.body.get("responseRanges", [])
    if call.book.behaviour.response_ranges_judged_before:
        areas = [_within_grid(call.book, text) for text in texts]
        replies = carry_out(call.book, requests)
    else:
        with call.book.undone_on_error():
            replies = carry_out(call.book, requests)
            areas = [within(call.book, text) for text in texts]
    grid_data = _wanted(call, "updatedSpreadsheet", asked=call.body.get("responseIncludeGridData", False))
    shown = render.spreadsheet(call.book, areas, grid_data=grid_data, email=call.email)
    return {"spreadsheetId": call.book.id, "replies": replies, "updatedSpreadsheet": shown}


def within(book: Spreadsheet, text: str) -> tuple[Tab, Area]:
    """The tab and cells of a range that begins in the grid.

    Raises:
        SheetsError: It can't be read, or begins outside the grid.
    """
    tab, area = book.locate(text)
    if area.top >= tab.row_count or area.left >= tab.column_count:
        raise exceeds_grid(tab, text)
    return tab, area


def _within_grid(book: Spreadsheet, text: str) -> tuple[Tab, Area]:
    """The same, cut where the grid ends now."""
    tab, area = within(book, text)
    box = tab.box(area)
    return tab, Area(box.top, box.left, box.bottom, box.right)


def filtered(book: Spreadsheet, data_filter: JSON, what: str = "grid") -> tuple[Tab, Area]:
    """The tab and cells of a `DataFilter`, by `a1Range` or `gridRange`; `what` is how refusals call a tab."""
    if "a1Range" in data_filter:
        return within(book, data_filter["a1Range"])
    if "gridRange" not in data_filter:
        raise invalid("dataFilter.filter must be specified.")
    return selected(book, data_filter["gridRange"], what)


def _wanted(call: Call, *above: str, asked: bool) -> bool:
    """Whether the answer holds cells: with a field mask only if it names them, whatever else was asked for."""
    return names(call.mask, *above, "sheets", "data") if call.mask else asked


METHODS = [
    Method(
        name="GetSpreadsheet",
        verb="GET",
        path="",
        run=get,
        params=frozenset({"ranges", "includeGridData", "excludeTablesInBandedRanges"}),
    ),
    Method(
        name="GetSpreadsheetByDataFilter",
        verb="POST",
        path=":getByDataFilter",
        run=get_by_data_filter,
        fields=frozenset({"dataFilters", "includeGridData", "excludeTablesInBandedRanges"}),
    ),
    Method(
        name="BatchUpdateSpreadsheet",
        verb="POST",
        path=":batchUpdate",
        run=batch_update,
        writes=True,
        fields=frozenset({"requests", "includeSpreadsheetInResponse", "responseRanges", "responseIncludeGridData"}),
    ),
]
