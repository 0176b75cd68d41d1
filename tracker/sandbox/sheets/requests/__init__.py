"""The kinds of request that `spreadsheets.batchUpdate` takes, one function each, and how a batch is carried out.

https://developers.google.com/workspace/sheets/api/reference/rest/v4/spreadsheets/request
"""

from __future__ import annotations

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import Spreadsheet
from tracker.sandbox.sheets.errors import NotUnderstoodError, SheetsError, invalid, unknown_name
from tracker.sandbox.sheets.requests import cells, charts, copying, dimensions, merges, tables, tabs, views
from tracker.sandbox.sheets.requests.registry import KINDS

# The modules register their kinds when they are imported.
__all__ = ["KINDS", "carry_out", "cells", "charts", "copying", "dimensions", "merges", "tables", "tabs", "views"]


def carry_out(book: Spreadsheet, requests: list[JSON]) -> list[JSON]:
    """Carry out all requests, or none; the replies, one for each.

    Raises:
        SheetsError: One of them can't be carried out. The spreadsheet is as it was before the first.
    """
    if not requests:
        raise invalid("Must specify at least one request.")
    for number, request in enumerate(requests):
        _check(number, request)
    replies: list[JSON] = []
    with book.undone_on_error():
        for number, request in enumerate(requests):
            ((name, payload),) = request.items()
            try:
                reply = KINDS[name].carry_out(book, payload)
            except SheetsError as error:
                message = f"Invalid requests[{number}].{name}: {error.message}"
                raise (NotUnderstoodError if isinstance(error, NotUnderstoodError) else invalid)(message) from error
            replies.append({} if reply is None else {name: reply})
    return replies


def _check(number: int, request: JSON) -> None:
    """Refuse what Google's JSON parser refuses before any request is carried out."""
    where = f"requests[{number}]"
    for name, payload in request.items():
        if name not in KINDS:
            raise unknown_name(name, where)
        for field in payload:
            if field not in KINDS[name].fields:
                raise unknown_name(field, f"{where}.{name}")
    if len(request) != 1:
        names = ", ".join(f"'{name}'" for name in request)
        raise invalid(f"Invalid value at '{where}' (oneof), exactly one kind of request must be set: {names}")
