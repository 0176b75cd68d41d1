"""The product's own reading of one tab, as the tests ask for it.

Whatever has `rows()` and `find(thread_id)` can stand in here: change `reading` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from tracker.domain.cells import Cells
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.tab import find_layout, find_tab, read_columns, read_rows
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.table.layout import Layout


class Rows(Protocol):
    """A tab's tickets."""

    def rows(self) -> dict[int, Cells]:
        """The cells of every ticket, by thread id."""

    def find(self, thread_id: int) -> Cells | None:
        """The cells of one ticket; None if it has no row."""


def reading(sheet: GoogleSheet, title: str) -> Rows:
    """The tickets of the tab with this title."""
    return _Reading(sheet=sheet, title=title)


def header(sheet: GoogleSheet, title: str) -> Layout:
    """What the product takes for the header of the tab with this title."""
    described = sheet.describe("sheets.properties(sheetId,title,gridProperties)")
    return find_layout(sheet, find_tab(sheet, described, title))


@dataclass(frozen=True, kw_only=True)
class _Reading:
    sheet: GoogleSheet
    title: str

    def rows(self) -> dict[int, Cells]:
        tab_id, layout = self._place()
        columns = read_columns(self.sheet, tab_id, layout, NAMES)
        keys = dict(enumerate(columns[KEY][1:], start=1))
        return {
            int(key): {name: (cells[at] if at < len(cells) else None) for name, cells in columns.items()}
            for at, key in keys.items()
            if isinstance(key, str) and key
        }

    def find(self, thread_id: int) -> Cells | None:
        tab_id, layout = self._place()
        keys = read_columns(self.sheet, tab_id, layout, [KEY])[KEY]
        if str(thread_id) not in keys:
            return None
        row = layout.header_row + keys.index(str(thread_id))
        return read_rows(self.sheet, tab_id, layout, {thread_id: [row]})[thread_id][row]

    def _place(self) -> tuple[int, Layout]:
        described = self.sheet.describe("sheets.properties(sheetId,title,gridProperties)")
        tab = find_tab(self.sheet, described, self.title)
        return tab["sheetId"], find_layout(self.sheet, tab)
