"""A spreadsheet, its tabs, and the people and accounts it is shared with."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from tracker.sandbox.sheets import a1
from tracker.sandbox.sheets.cells import JSON, Cell
from tracker.sandbox.sheets.errors import SheetsError, invalid, protected
from tracker.sandbox.sheets.grid import Axis
from tracker.sandbox.sheets.people import HandledGrid
from tracker.sandbox.sheets.views import Views

MAXIMUM_CELLS = 10_000_000
"""Of one spreadsheet, empty ones included. https://support.google.com/drive/answer/37603"""

WHOLE_TAB = a1.Area(0, 0, None, None)


class Tab(HandledGrid):
    """One tab ("sheet" in the API): a grid with a title, looks and views."""

    def __init__(self, book: Spreadsheet, sheet_id: int, title: str, *, rows: int, columns: int) -> None:
        super().__init__(row_count=rows, column_count=columns, admit=book.admit)
        self.book = book
        self.sheet_id = sheet_id
        self.title = title
        self.looks: JSON = {}
        """Properties that only change how the tab looks, as the API writes them: `hidden`, `tabColor` …"""
        self.frozen: JSON = {}
        """`frozenRowCount` and `frozenColumnCount`, where not 0; also `hideGridlines`."""
        self.views = Views()
        self.merges: list[JSON] = []
        """Grid ranges whose cells people merged; only told, cells do not change by it."""
        self.tables: list[JSON] = []
        """What people made with "Convert to table"; only told."""

    def rename(self, title: str) -> None:
        """Give the tab another title."""
        self.title = self.book.free_title(title, tab=self)

    def write(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Put cells, by column, into a row, unless a protected range keeps out the account whose request it is."""
        if (
            self.book.acting is not None
            and self.views.protected_ranges
            and any(self.views.keeps_out(self.book.acting, row, column) for column in cells)
        ):
            raise protected()
        super().write(row, cells)

    def insert(self, axis: Axis, at: int, count: int, *, like: int | None = None) -> None:
        """Insert rows or columns; views follow."""
        super().insert(axis, at, count, like=like)
        self.views.inserted(axis, at, count)

    def delete(self, axis: Axis, start: int, end: int) -> None:
        """Delete rows or columns; views follow, and fewer rows stay frozen if frozen ones went."""
        super().delete(axis, start, end)
        self.views.deleted(axis, start, end)
        key = "frozenRowCount" if axis is Axis.ROWS else "frozenColumnCount"
        frozen = self.frozen.get(key, 0)
        left = frozen - max(0, min(end, frozen) - start)
        self.frozen = {**self.frozen, key: left} if left else {k: v for k, v in self.frozen.items() if k != key}

    def properties(self) -> JSON:
        """The tab's `SheetProperties`."""
        size = {"rowCount": self.row_count, "columnCount": self.column_count}
        return {
            "sheetId": self.sheet_id,
            "title": self.title,
            "index": self.book.tabs.index(self),
            "sheetType": "GRID",
            "gridProperties": {**size, **self.frozen},
            **self.looks,
        }

    def remember(self) -> Callable[[], None]:
        """Take a snapshot; calling what this returns puts the tab back."""
        restore_grid, restore_views = super().remember(), self.views.remember()
        title, looks, frozen = self.title, self.looks, self.frozen

        def restore() -> None:
            restore_grid()
            restore_views()
            self.title, self.looks, self.frozen = title, looks, frozen

        return restore


class ChartTab(Tab):
    """A tab that is one big chart: it has no cells, and so no `gridProperties`."""

    def properties(self) -> JSON:
        """The tab's `SheetProperties`."""
        given = super().properties()
        return {name: value for name, value in given.items() if name != "gridProperties"} | {"sheetType": "OBJECT"}


class Spreadsheet:
    """A spreadsheet with one tab, `Sheet1`, 1000 rows of 26 columns, as a new one has."""

    def __init__(self, title: str) -> None:
        self.id = secrets.token_urlsafe(33)
        self.title = title
        self.locale = "en_US"
        self.time_zone = "Etc/GMT"
        self.roles: dict[str, str] = {}
        """`writer` or `reader`, by e-mail address."""
        self.acting: str | None = None
        """The account whose request is being carried out; None while people act."""
        self.is_excel = False
        """Whether it is in truth an uploaded Excel file, to which the API does nothing."""
        self._ids = itertools.count(1_384_200_117, 7919)
        self.tabs = [Tab(self, 0, "Sheet1", rows=1000, columns=26)]

    @property
    def url(self) -> str:
        """The address in the browser."""
        return f"https://docs.google.com/spreadsheets/d/{self.id}/edit"

    def share(self, email: str, role: str = "writer") -> None:
        """Share with an account: `writer` (Editor in the browser) or `reader` (Viewer)."""
        self.roles[email] = role

    def unshare(self, email: str) -> None:
        """Take the account's access away."""
        self.roles.pop(email, None)

    @contextmanager
    def acted_on_by(self, email: str) -> Iterator[None]:
        """What happens inside is a request of this account."""
        self.acting = email
        try:
            yield
        finally:
            self.acting = None

    def add_tab(self, title: str, rows: int = 1000, columns: int = 26) -> Tab:
        """Add a tab at the right end."""
        tab = Tab(self, self.new_id(), self.free_title(title), rows=rows, columns=columns)
        self.admit(rows * columns)
        self.tabs.append(tab)
        return tab

    def add_chart(self, title: str) -> None:
        """Move a chart to a tab of its own, at the right end."""
        self.tabs.append(ChartTab(self, self.new_id(), self.free_title(title), rows=0, columns=0))

    def tab(self, title: str) -> Tab:
        """The tab with this title.

        Raises:
            KeyError: There is none.
        """
        for tab in self.tabs:
            if tab.title.casefold() == title.casefold():
                return tab
        raise KeyError(title)

    def delete_tab(self, tab: Tab) -> None:
        """Delete a tab; the last one must stay.

        Raises:
            SheetsError: It is the last one.
        """
        if len(self.tabs) == 1:
            raise invalid("You can't remove all the sheets in a document.")
        self.tabs = [other for other in self.tabs if other is not tab]

    def new_id(self) -> int:
        """A new id for a tab, a filter view or a protected range. They follow no order a client could rely on."""
        return next(self._ids) % 2**31

    def by_id(self, sheet_id: int, what: str = "grid") -> Tab:
        """The tab with this `sheetId`.

        Raises:
            SheetsError: There is none; `what` is how Google's message calls it, `grid` or `sheet`.
        """
        for tab in self.tabs:
            if tab.sheet_id == sheet_id:
                return tab
        raise invalid(f"No {what} with id: {sheet_id}")

    def free_title(self, title: str, tab: Tab | None = None) -> str:
        """The title, if no other tab than `tab` has it.

        Raises:
            SheetsError: One has, whatever the case of its letters.
        """
        if any(other is not tab and other.title.casefold() == title.casefold() for other in self.tabs):
            raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
        return title

    def admit(self, cells: int) -> None:
        """Let so many cells be added.

        Raises:
            SheetsError: The spreadsheet would have more than it can hold.
        """
        if cells > 0 and sum(tab.row_count * tab.column_count for tab in self.tabs) + cells > MAXIMUM_CELLS:
            raise invalid(
                "This action would increase the number of cells in the workbook above the limit of "
                f"{MAXIMUM_CELLS} cells."
            )

    def locate(self, text: str) -> tuple[Tab, a1.Area]:
        """The tab and cells that A1 notation names; without a title, cells of the first tab.

        Raises:
            SheetsError: It names none.
        """
        title, cells = a1.split_title(text)
        area = WHOLE_TAB if cells is None else a1.parse_cells(cells)
        if title is None and area is None:
            title, area = text, WHOLE_TAB
        try:
            tab = self.tabs[0] if title is None else self.tab(title)
        except KeyError:
            raise invalid(f"Unable to parse range: {text}") from None
        if area is None:
            raise invalid(f"Unable to parse range: {text}")
        return tab, area

    def properties(self) -> JSON:
        """The spreadsheet's `SpreadsheetProperties`."""
        return {
            "title": self.title,
            "locale": self.locale,
            "autoRecalc": "ON_CHANGE",
            "timeZone": self.time_zone,
            "defaultFormat": DEFAULT_FORMAT,
        }

    def remember(self) -> Callable[[], None]:
        """Take a snapshot; calling what this returns puts the whole spreadsheet back."""
        restore_tabs = [tab.remember() for tab in self.tabs]
        tabs, title, locale, time_zone = list(self.tabs), self.title, self.locale, self.time_zone

        def restore() -> None:
            self.tabs, self.title, self.locale, self.time_zone = tabs, title, locale, time_zone
            for restore_tab in restore_tabs:
                restore_tab()

        return restore


def exceeds_grid(tab: Tab, text: str) -> SheetsError:
    """The refusal of a range (in A1 notation) that reaches out of the grid."""
    return invalid(f"Range ({text}) exceeds grid limits. Max rows: {tab.row_count}, max columns: {tab.column_count}")


WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: JSON = {
    "backgroundColor": WHITE,
    "backgroundColorStyle": {"rgbColor": WHITE},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "foregroundColorStyle": {"rgbColor": {}},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
    },
}
"""How cells look that nobody has formatted."""
