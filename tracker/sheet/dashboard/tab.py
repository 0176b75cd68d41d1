"""The tab of figures in the spreadsheet: whether it is there, and writing to it."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.cells import CellValue
from tracker.errors import SheetSetupError
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.tab import find_layout
from tracker.sheet.dashboard.cells import Ids
from tracker.sheet.dashboard.requests import figures_written, room_made, texts_written
from tracker.sheet.table.cells import Json

TAB_FIELDS = "sheets.properties(sheetId,title,gridProperties(rowCount,columnCount))"


class DashboardTab:
    """The tab of figures beside a tab of tickets. Synchronous, as `SheetRepository` is, and raises as that does."""

    def __init__(self, sheet: GoogleSheet, tickets: int) -> None:
        self._sheet = sheet
        self._tickets = tickets
        self._ids = Ids.beside(tickets)

    @property
    def id(self) -> int:
        """Google's number of it."""
        return self._ids.tab

    @property
    def address(self) -> str:
        """Where a person opens it."""
        return self._sheet.address_of(self._ids.tab)

    def open(self) -> bool:
        """Whether it is there; then its texts and formulas are written again, as columns and titles are now.

        Two read requests and a write; where it is not there, one read request.
        """
        tabs = {tab["properties"]["sheetId"]: tab["properties"] for tab in self._sheet.describe(TAB_FIELDS)["sheets"]}
        if self._ids.tab not in tabs or self._tickets not in tabs:
            return False
        own, tickets = tabs[self._ids.tab], tabs[self._tickets]
        layout = find_layout(self._sheet, tickets)
        self._sheet.change(
            [*self._room(own), *texts_written(self._ids, tickets["title"], layout)], fields="spreadsheetId"
        )
        return True

    def write(self, figures: Sequence[Sequence[CellValue]], as_of: str) -> None:
        """Write the figures. One write request.

        Raises:
            StaleRequest: the tab is not as it was: people may have deleted it, or rows of it.
        """
        self._sheet.change(figures_written(self._ids, figures, as_of), fields="spreadsheetId")

    def _room(self, properties: Json) -> list[Json]:
        if "gridProperties" not in properties:
            raise SheetSetupError(f'The tab "{properties["title"]}" has no cells.', check="sheet.dashboard")
        grid = properties["gridProperties"]
        return room_made(self._ids, grid["rowCount"], grid["columnCount"])
