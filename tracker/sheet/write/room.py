"""Room for a write, made in requests of their own before it: new rows, a table that reaches further, the hidden tab.

The tab never grows in the write itself: nobody has described whether an answer may show what is so new.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from tracker.errors import SheetSetupError
from tracker.sheet.api.answer import Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.api.requests import add_rows, extend_table, format_columns
from tracker.sheet.recovery.images import ImageTab, made_ready
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import KIND
from tracker.sheet.table.layout import Layout
from tracker.sheet.write.planning import Planned, window
from tracker.sheet.write.snapshot import Snapshot

_GROWTH = 3000
"""More rows than go into many writes: it costs few requests even where thousands of them wait."""


def with_room(sheet: GoogleSheet, snapshot: Snapshot, shown: Shown, found: Planned) -> Snapshot:
    """See that there is room for new rows: the same snapshot where there is, else one to look again with."""
    if found.without_place:
        needed = len(found.targets) + found.without_place
        if window(snapshot, needed).stop < snapshot.row_count:
            return replace(snapshot, end=_end_of_all(sheet, snapshot))
        return replace(snapshot, row_count=snapshot.row_count + _grow(sheet, snapshot, found.without_place))
    last = 1 + max((target.row for target in found.targets), default=-1)
    for table in shown.sheet.get("tables", []):
        if _holds(table["range"], snapshot.layout) and table["range"].get("endRowIndex", last) < last:
            with suppress(StaleRequest):  # then the rows stand below the table
                sheet.change([extend_table(table, last)])
    return snapshot


def hidden_tab(sheet: GoogleSheet, tab: ImageTab | None, tab_id: int, targets: int, width: int) -> ImageTab:
    """The hidden tab, made ready in a request of its own where it is not."""
    ready, needed = made_ready(tab, tab_id, targets, width)
    if needed:
        sheet.change(needed)
    return ready


def _end_of_all(sheet: GoogleSheet, snapshot: Snapshot) -> int:
    """The row after the last one that holds anything: people have written much below the last ticket."""
    (below,) = sheet.read([{"sheetId": snapshot.tab_id, "startRowIndex": snapshot.end}])
    return snapshot.end + len(below.get("values", []))


def _grow(sheet: GoogleSheet, snapshot: Snapshot, rows: int) -> int:
    """Add rows to the tab, many at once, with the formats of the bot's columns; how many."""
    kinds = {position: KIND[name] for name, position in snapshot.layout.columns.items()}
    formats = format_columns(snapshot.tab_id, snapshot.row_count, kinds)
    many = max(_GROWTH, rows)
    try:
        sheet.change([add_rows(snapshot.tab_id, many), *formats])
    except SheetSetupError:  # the spreadsheet has no room for so many
        sheet.change([add_rows(snapshot.tab_id, rows), *formats])
        return rows
    return many


def _holds(table_range: Json, layout: Layout) -> bool:
    """Whether the header and the column of ids are in the range of a table."""
    top, left = table_range.get("startRowIndex", 0), table_range.get("startColumnIndex", 0)
    right = table_range.get("endColumnIndex", layout.key + 1)
    return bool(top <= layout.header_row and left <= layout.key < right)
