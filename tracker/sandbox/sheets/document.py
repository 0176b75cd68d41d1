"""A spreadsheet, its tabs, and the people and accounts it is shared with."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import Enum, auto

from tracker.sandbox.sheets import a1, converted, references
from tracker.sandbox.sheets.behaviour import Behaviour
from tracker.sandbox.sheets.cells import JSON, Cell
from tracker.sandbox.sheets.errors import SheetsError, invalid, protected
from tracker.sandbox.sheets.grid import Axis, moved
from tracker.sandbox.sheets.menus import Menus
from tracker.sandbox.sheets.views import Views

MAXIMUM_TABS = 200
"""Of one spreadsheet. https://support.google.com/drive/answer/37603"""
MAXIMUM_CELLS = 10_000_000
"""Of one spreadsheet, empty ones included. https://support.google.com/drive/answer/37603"""

WHOLE_TAB = a1.Area(0, 0, None, None)


class Tab(Menus):
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

    def rename(self, title: str) -> None:
        """Give the tab another title; formulas follow."""
        old, self.title = self.title, self.book.free_title(title, tab=self)
        self.book.let_formulas(references.renamed(old, self.title))

    def write(self, row: int, cells: Mapping[int, Cell]) -> None:
        """Put cells, by column, into a row, unless a protected range keeps out the account whose request it is."""
        if (
            self.book.acting is not None
            and self.views.protected_ranges
            and any(self.views.keeps_out(self.book.acting, row, column) for column in cells)
        ):
            raise protected()
        if self.views.merges:
            # What is written into a merge, but not into its first cell, is lost.
            cells = {n: cell._replace(value=None) if self.views.covers(row, n) else cell for n, cell in cells.items()}
        super().write(row, cells)

    def insert(self, axis: Axis, at: int, count: int, *, like: int | None = None) -> None:
        """Insert rows or columns; views and formulas follow."""
        super().insert(axis, at, count, like=like)
        self.views.inserted(axis, at, count)
        self.book.let_formulas(references.inserted(self.title, axis, at, count))

    def delete(self, axis: Axis, start: int, end: int) -> None:
        """Delete rows or columns; views and formulas follow, and fewer rows stay frozen if frozen ones went."""
        super().delete(axis, start, end)
        self.views.deleted(axis, start, end)
        self.book.let_formulas(references.deleted(self.title, axis, start, end))
        key = "frozenRowCount" if axis is Axis.ROWS else "frozenColumnCount"
        frozen = self.frozen.get(key, 0)
        left = frozen - max(0, min(end, frozen) - start)
        self.frozen = {**self.frozen, key: left} if left else {k: v for k, v in self.frozen.items() if k != key}

    def move(self, axis: Axis, start: int, end: int, to: int) -> None:
        """Move rows or columns; formulas follow."""
        super().move(axis, start, end, to)
        self.book.let_formulas(references.reordered(self.title, axis, moved(range(self.count(axis)), start, end, to)))

    def convert_to_table(self, box: a1.Box, name: str | None = None, table_id: str | None = None) -> JSON:
        """Convert cells to a table, the first row being the names of its columns; the table as `converted.py` keeps it.

        Raises:
            SheetsError: There is a table already, or another with this name or id.
        """
        number = table_id or str(self.book.new_id())
        if any(number in tab.views.tables for tab in self.book.tabs):
            raise invalid(f"Table with id {number} already exists.")
        table: JSON = {"tableId": number, "name": self.book.free_table_name(name), "types": {}}
        converted.place(self, table, box)
        self.views.tables[number] = table
        return table

    @property
    def is_chart(self) -> bool:
        """Whether it is a chart on a tab of its own, which has no cells."""
        return self.row_count == 0

    def properties(self) -> JSON:
        """The tab's `SheetProperties`."""
        size = {"rowCount": self.row_count, "columnCount": self.column_count}
        cells = {"sheetType": "GRID", "gridProperties": {**size, **self.frozen}}
        return {
            "sheetId": self.sheet_id,
            "title": self.title,
            "index": self.book.tabs.index(self),
            **({"sheetType": "OBJECT"} if self.is_chart else cells),
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


class FileKind(Enum):
    """What a file in Drive is in truth whose id is taken for a spreadsheet's. To the others the API does nothing."""

    SPREADSHEET = auto()
    OFFICE_FILE = auto()
    """An Excel file that was uploaded, which opens in the browser as if it were a spreadsheet."""

    OTHER = auto()
    """A PDF, a folder, a .docx."""


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
        self.behaviour = Behaviour()
        """The server's, as the request that is being carried out finds it."""
        self.kind = FileKind.SPREADSHEET
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
        """Add a tab at the right end.

        Raises:
            SheetsError: There is no room for it, or its title is taken.
        """
        tab = Tab(self, self.new_id(), self.free_title(title), rows=rows, columns=columns)
        if len(self.tabs) >= MAXIMUM_TABS:
            raise invalid(
                "This action would increase the number of sheets in the workbook above the limit of "
                f"{MAXIMUM_TABS} sheets."
            )
        self.admit(rows * columns)
        self.tabs.append(tab)
        return tab

    def add_chart_sheet(self, title: str) -> Tab:
        """Move a chart to a tab of its own, at the right end. It has no cells."""
        return self.add_tab(title, rows=0, columns=0)

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
        self.let_formulas(references.tab_deleted(tab.title))

    def let_formulas(self, follow: references.Change) -> None:
        """Let all formulas refer to what has become of what they referred to."""
        references.follow(((tab.title, tab) for tab in self.tabs), follow)

    def new_id(self) -> int:
        """A new id for a tab, a filter view or a protected range. They follow no order a client could rely on."""
        taken = {tab.sheet_id for tab in self.tabs}.union(*(tab.views.ids() for tab in self.tabs))
        return next(number for each in self._ids if (number := each % 2**31) not in taken)

    def by_id(self, sheet_id: int, what: str = "grid", *, charts: bool = False) -> Tab:
        """The tab with this `sheetId`, which has cells unless `charts` will do.

        Raises:
            SheetsError: There is none; `what` is how Google's message calls it, `grid` or `sheet`.
        """
        for tab in self.tabs:
            if tab.sheet_id == sheet_id and (charts or not tab.is_chart):
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

    def free_table_name(self, name: str | None, table_id: str = "") -> str:
        """The name, if no other table than this one has it; without a name, one that is free.

        Raises:
            SheetsError: One has.
        """
        tables = [table for tab in self.tabs for table in tab.views.tables.values() if table["tableId"] != table_id]
        taken = {table["name"].casefold() for table in tables}
        if name is None:
            return next(free for n in range(1, len(taken) + 2) if (free := f"Table{n}").casefold() not in taken)
        if name.casefold() in taken:
            raise invalid(f'A table with the name "{name}" already exists. Please enter another name.')
        return name

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
            tab = next(tab for tab in self.tabs if not tab.is_chart) if title is None else self.tab(title)
        except KeyError:
            raise invalid(f"Unable to parse range: {text}") from None
        if area is None or tab.is_chart:
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

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """What happens inside happens as a whole, or not at all."""
        restore = self.remember()
        try:
            yield
        except Exception:
            restore()
            raise

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
