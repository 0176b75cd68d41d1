"""The workbook that both judges' answers are about: what backlot can hold, and the same in the local Google.

Backlot's cells are texts, numbers, booleans and blanks; its tabs have 1000 rows and 26 columns. It knows no formulas,
formats, notes, views, merges or protections.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.sandbox.sheets import SheetsServer
from tracker.sandbox.sheets.cells import Cell, Formula
from tracker.sandbox.sheets.document import Spreadsheet, Tab

JSON = dict[str, Any]
Row = Sequence[str | float | bool | None]

AT_NOON = 46057.5
"""2026-02-04 12:00 as a date serial."""
NOTED, DATED, COMPUTED, NOTED_BLANK = (4, 1), (4, 3), (4, 4), (8, 0)
"""The cells, as row and column, that are more than their value once the workbook is dressed."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One tab: its title, and what its cells hold from the top left one on."""

    title: str
    rows: Sequence[Row]


TICKETS = Sheet(
    title="Support Tickets",
    rows=[
        ["Our desk", None, None, "since", 2019],
        [],
        ["link", "title", "thread_id", "date_created", "reopen_count", None, "outside_business_hours", "Notes"],
        ["https://a.example/1", "=1+1", "1417628594471739432", AT_NOON, 0, None, False],
        ["https://a.example/2", "+49 30 1234", "1417628594471739433", 46058, 2, "", True, "call back"],
        [None, "'quoted", "1417628594471739434", None, -3],
        [],
        ["https://a.example/4", "two\nlines", "1417628594471739435", None, 2.5, None, None, "TRUE"],
        [None, None, None, None, None, "0012"],
        ["  padded ", "\N{PARTY POPPER} café", "007", 1_000_000_000, 0.25, "", False, ""],
        [None, "", None],
    ],
)
"""Blanks inside and at the ends, false and zero, dates as serials, texts that look like formulas and numbers."""

SHEETS = (
    TICKETS,
    Sheet(title="Data", rows=[["a", "b"], ["c", None, "d"], [None], [1, True]]),
    Sheet(title="Empty", rows=[]),
    Sheet(title="A1", rows=[["named like a cell"]]),
    Sheet(title="Bob's", rows=[[None, None], [None, "far"]]),
)
"""The first one has the `sheetId` 0, the others have large ones."""


def record(title: str, sheets: Sequence[Sheet], **more: object) -> JSON:
    """A spreadsheet as backlot imports it."""
    grids = [{"title": sheet.title, "grid": [list(row) or [None] for row in sheet.rows]} for sheet in sheets]
    return {
        "source_type": "google_drive",
        "subtype": "spreadsheet",
        "folder": "Support",
        "title": title,
        "author_email": "mia@example.com",
        "created": 1,
        "updated": 1,
        "sheets": grids,
        **more,
    }


def put_up(server: SheetsServer, title: str, book_id: str, sheet_ids: Mapping[str, int]) -> Spreadsheet:
    """The workbook in the local Google, under the same ids."""
    book = server.new_spreadsheet(title)
    server.forget(book.id)
    book.id = book_id
    server.books[book_id] = book
    book.tabs = []
    for sheet in SHEETS:
        tab = Tab(book, sheet_ids[sheet.title], sheet.title, rows=1000, columns=26)
        tab.paste(0, 0, sheet.rows)
        book.tabs.append(tab)
    return book


def dress(tab: Tab) -> None:
    """Give the tickets what people give to cells: a note, one on a blank cell, a date's format, a formula."""
    as_date = {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}}
    changed = {
        NOTED: tab.cell(*NOTED)._replace(note="asked twice"),
        NOTED_BLANK: Cell(note="nothing here yet"),
        DATED: tab.cell(*DATED)._replace(format=as_date),
        COMPUTED: tab.cell(*COMPUTED)._replace(value=Formula("=2")),
    }
    for (row, column), cell in changed.items():
        tab.write(row, {column: cell})
