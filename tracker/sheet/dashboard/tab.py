"""The tab of figures in the spreadsheet: whether it is there, what it shows, and writing to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.errors import SheetSetupError
from tracker.sheet.api.answer import Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.api.tab import find_layout
from tracker.sheet.dashboard.cells import AS_OF, AS_OF_BEGINS, NOW, ROWS, WIDTH, Ids, headings, live
from tracker.sheet.dashboard.comparing import LOOK_FIELDS, Figures, changed, is_whole, old_times
from tracker.sheet.dashboard.requests import figures_written, put_back, room_made, texts_written
from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import grid_range

_TAB_FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),protectedRanges(protectedRangeId,range),"
    "charts(chartId,spec))"
)
_ATTEMPTS = 4


@dataclass(frozen=True, kw_only=True)
class Written:
    """What this process has written: the headings and formulas by row and column, and the figures, if any yet."""

    texts: Mapping[tuple[int, int], Json]
    figures: Figures | None = None

    @property
    def lacks_columns(self) -> bool:
        """Whether a column in which formulas count had no name: it may have one again by now."""
        return not all(self.texts[row, 1] for row in NOW[1:])


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

    def open(self) -> Written | None:
        """Write its texts and formulas again, as columns and titles are now; None where the tab is not there.

        Charts that have left their numbers show them again. It is looked again afterwards: what people moved between
        the look and the write is counted from where it was. Four read requests and a write; where the tab is not there,
        one read request.

        Raises:
            StaleRequest: people change the tab of tickets at each look.
        """
        written: Mapping[tuple[int, int], Json] | None = None
        for _ in range(_ATTEMPTS):
            tabs = {tab["properties"]["sheetId"]: tab for tab in self._sheet.describe(_TAB_FIELDS)["sheets"]}
            if self._ids.tab not in tabs or self._tickets not in tabs:
                return None
            own, tickets = tabs[self._ids.tab], tabs[self._tickets]["properties"]
            texts = headings() | live(tickets["title"], find_layout(self._sheet, tickets))
            if texts == written:
                return Written(texts=texts)
            changes = [*self._room(own["properties"]), *put_back(self._ids, own), *texts_written(self._ids, texts)]
            self._sheet.change(changes, fields="spreadsheetId")
            written = texts
        raise StaleRequest("The columns were elsewhere at each look.")

    def changes(self, figures: Figures, as_of: str, written: Written, *, reopen: bool) -> tuple[Written, list[Json]]:
        """What to `write` so that the tab shows these figures, nothing where it does, and what is written by then.

        One read request. With `reopen` the tab is opened anew before, where people have moved headings or formulas.

        Raises:
            StaleRequest: the tab is gone, or people changed it just now, or it is to be opened anew.
        """
        shown = self._look()
        if not is_whole(shown, written.texts):
            opened = self.open() if reopen else None
            if opened is None:
                raise StaleRequest("Its headings or formulas are not where they were.")
            written, shown = opened, self._look()
        areas = [*old_times(shown), *changed(shown, figures, written.figures)]
        has_time = str(shown.value(AS_OF, 0)).startswith(AS_OF_BEGINS)
        requests = [] if has_time and not areas else figures_written(self._ids, areas, as_of)
        return replace(written, figures=figures), requests

    def write(self, changes: Sequence[Json]) -> None:
        """Change what is to be changed: one write request.

        Raises:
            StaleRequest: the tab is gone, or people changed it just now.
        """
        self._sheet.change(changes, fields="spreadsheetId")

    def _look(self) -> Shown:
        cells = grid_range(self._ids.tab, range(ROWS), range(WIDTH))
        return Shown(self._sheet.look(LOOK_FIELDS, [cells]), self._ids.tab)

    def _room(self, properties: Json) -> list[Json]:
        if "gridProperties" not in properties:
            raise SheetSetupError(f'The tab "{properties["title"]}" has no cells.', check="sheet.dashboard")
        grid = properties["gridProperties"]
        return room_made(self._ids, grid["rowCount"], grid["columnCount"])
