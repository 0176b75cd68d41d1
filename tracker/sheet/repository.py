"""SheetRepository: finds and writes rows by `thread_id`, whatever people do to the tab meanwhile.

A write is one read and one atomic change, however many rows it concerns. The read looks at the header and at the
keys of just the rows about to be written, where they were last; only when something is not where it was, or the
outcome of an earlier write is unknown, the whole key column is read. The change's own answer shows the keys of the
written rows: a row counts as written only when its key stands there. New rows go where Google finds the end of the
data, which nobody can be overwritten at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tracker.domain.cells import Cells, CellValue
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sheet.answer import Shown, thread_id_in, title_in
from tracker.sheet.columns import KIND, NAMES
from tracker.sheet.google import GoogleSheet, Json, StaleRequest
from tracker.sheet.layout import HEADER_SEARCH, Layout, a1, grid_range, runs
from tracker.sheet.misplaced import Misplaced, Overwritten, sort_out, still_there
from tracker.sheet.requests import add_rows, append_rows, format_columns, write_cells

_SLACK = 20
"""How many rows below the expected end of the data new rows are looked for in a write's answer."""

_GROWTH = 1000
_TAB_FIELDS = "properties.title,sheets.properties(sheetId,title,gridProperties)"


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a ticket's row should show, and what it is known to hold; only the difference is written."""

    thread_id: int
    cells: Cells
    known: Cells


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write's own answer proved: the rows it reached, and those it hit by mistake."""

    confirmed: frozenset[int]
    overwritten: tuple[Overwritten, ...]
    columns: frozenset[str] = frozenset(NAMES)
    """The columns that the header names; cells of others were not written."""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """The tab as people see it: the spreadsheet's title, the tab's title, and its address."""

    spreadsheet: str
    title: str
    address: str


@dataclass(kw_only=True)
class _Known:
    """What is believed of the tab between writes. Every belief is checked when it is used."""

    id: int
    title: str
    row_count: int
    layout: Layout
    positions: dict[int, int] = field(default_factory=dict)
    end: int = 0
    """The row after the last one with a key: where the next new row is expected."""


@dataclass(frozen=True, kw_only=True)
class _Update:
    """Cells of one ticket, by column name, and the row they go to."""

    thread_id: int
    row: int
    cells: Cells

    def placed(self, layout: Layout) -> dict[int, CellValue]:
        """The cells by column position."""
        return {layout.columns[name]: value for name, value in self.cells.items() if name in layout.columns}

    def as_misplaced(self, layout: Layout) -> list[Misplaced]:
        """The cells one by one, as they were written by a layout that was no longer true."""
        return [
            Misplaced(thread_id=self.thread_id, name=name, row=self.row, column=layout.columns[name], value=value)
            for name, value in self.cells.items()
            if name in layout.columns
        ]


class SheetRepository:
    """The tab of one spreadsheet. Synchronous; to be used from one thread.

    Every method may raise `SheetUnavailable` (also: whether a write was applied is unknown) or `SheetSetupError`.
    """

    def __init__(self, sheet: GoogleSheet, sheet_name: str) -> None:
        self._sheet = sheet
        self._sheet_name = sheet_name
        self._known: _Known | None = None
        self._tab_id: int | None = None
        self._misplaced: list[Misplaced] = []
        self._overwritten: list[Overwritten] = []
        self._columns: Collection[str] = NAMES

    def open(self) -> Tab:
        """Find the tab, its header and the rows it has.

        Raises:
            SheetSetupError: also when the tab or its header is missing.
        """
        described = self._sheet.describe(_TAB_FIELDS)
        tab = self._find_tab(described)
        tab_id, rows = tab["sheetId"], tab["gridProperties"]["rowCount"]
        (head,) = self._sheet.read([grid_range(tab_id, range(min(HEADER_SEARCH, rows)))])
        layout = Layout.find(head.get("values", []))
        if layout is None:
            raise SheetSetupError(
                f'The tab "{tab["title"]}" has no header row with a column thread_id. Run: python -m tracker.init_sheet'
            )
        known = _Known(id=tab_id, title=tab["title"], row_count=rows, layout=layout)
        key_column = range(layout.key, layout.key + 1)
        (keys,) = self._sheet.read([grid_range(tab_id, range(layout.header_row, rows), key_column)])
        for row, values in enumerate(keys.get("values", []), start=layout.header_row):
            known.end = row + 1
            thread_id = thread_id_in(values)
            if thread_id is not None:
                known.positions.setdefault(thread_id, row)
        self._known, self._tab_id = known, tab_id
        return Tab(
            spreadsheet=described["properties"]["title"],
            title=known.title,
            address=f"{self._sheet.address}/edit#gid={tab_id}",
        )

    def write(self, rows: Sequence[Row]) -> Written:
        """Bring these rows up to date; new ones are appended. What is not confirmed has to be written again."""
        try:
            confirmed = self._write(rows)
        except StaleRequest:
            self._known = None
            confirmed = self._write_again(rows)
        except SheetUnavailable:
            self._known = None
            raise
        overwritten, self._overwritten = tuple(self._overwritten), []
        return Written(confirmed=confirmed, overwritten=overwritten, columns=frozenset(self._columns))

    def _write_again(self, rows: Sequence[Row]) -> frozenset[int]:
        """Once more, with a fresh look at the tab."""
        try:
            return self._write(rows)
        except StaleRequest as error:
            self._known = None
            raise SheetSetupError(f"{error} ({self._sheet.address})") from error

    def _write(self, rows: Sequence[Row]) -> frozenset[int]:
        """Read, write, compare; the ids of the rows that the answer shows where they belong."""
        self._mend()
        known = self._located([row.thread_id for row in rows])
        self._columns = known.layout.columns.keys()
        updates, appended = [], []
        for row in rows:
            position = known.positions.get(row.thread_id)
            if position is None:
                appended.append(row)
            else:
                updates.append(_Update(thread_id=row.thread_id, row=position, cells=_difference(row, known.layout)))
        changes = [c for update in updates for c in write_cells(known.id, update.row, update.placed(known.layout))]
        if appended:
            changes.append(append_rows(known.id, known.layout, [row.cells for row in appended]))
        if not changes:
            return frozenset(row.thread_id for row in rows)
        # Should the answer be lost, whatever was hit by mistake must still be found.
        self._misplaced = [cell for update in updates for cell in update.as_misplaced(known.layout)]
        try:
            answer = self._sheet.change(changes, show=_proof_ranges(known, updates, len(appended)))
        except StaleRequest:
            self._misplaced = []
            raise
        self._misplaced = []
        confirmed = self._proved(known, updates, appended, Shown(answer, known.id))
        self._mend()
        return frozenset(confirmed)

    def _find_tab(self, described: Json) -> Json:
        tabs: list[Json] = [tab["properties"] for tab in described.get("sheets", [])]
        for tab in tabs:
            if tab["sheetId"] == self._tab_id:
                return tab
        for tab in tabs:
            if tab["title"] == self._sheet_name:
                return tab
        raise SheetSetupError(
            f'The spreadsheet {self._sheet.address} has no tab "{self._sheet_name}" (SHEET_NAME). '
            "Run: python -m tracker.init_sheet"
        )

    def _located(self, thread_ids: Iterable[int]) -> _Known:
        """The tab with the positions of these rows, checked a moment ago."""
        known = self._known
        if known is None:
            return self._reopened()
        expected = {known.positions[thread_id]: thread_id for thread_id in thread_ids if thread_id in known.positions}
        key_column = range(known.layout.key, known.layout.key + 1)
        key_rows = runs(expected)
        head, *keys = self._sheet.read(
            [
                grid_range(known.id, range(known.layout.header_row + 1)),
                *(grid_range(known.id, rows, key_column) for rows in key_rows),
            ]
        )
        found: dict[int, int | None] = {}
        for rows, values in zip(key_rows, keys, strict=True):
            found |= dict(zip(rows, map(thread_id_in, values.get("values", [])), strict=False))
        moved = any(found.get(row) != thread_id for row, thread_id in expected.items())
        if moved or Layout.find(head.get("values", [])) != known.layout:
            return self._reopened()
        known.title = title_in(head["range"])
        return known

    def _reopened(self) -> _Known:
        self.open()
        assert self._known is not None  # noqa: S101 - for the type checker: `open` has just set it
        return self._known

    def _proved(self, known: _Known, updates: list[_Update], appended: list[Row], shown: Shown) -> set[int]:
        """Compare the answer with what was meant, and learn from it where the rows are."""
        known.row_count = shown.row_count
        layout = known.layout
        if shown.layout(layout.header_row) != layout:
            # The header is not where it was: nothing of what was written can be trusted to be in its column.
            self._known = None
            at_the_end = [
                _Update(thread_id=row.thread_id, row=at, cells=row.cells)
                for at, row in _appended_at(known, appended, shown)
            ]
            self._misplaced = [cell for update in (*updates, *at_the_end) for cell in update.as_misplaced(layout)]
            return set()
        confirmed: set[int] = set()
        for update in updates:
            found = shown.thread_id(update.row, layout.key)
            if found == update.thread_id:
                confirmed.add(update.thread_id)
                continue
            self._known = None
            if found is None:
                self._misplaced += update.as_misplaced(layout)
            else:
                self._overwritten.append(Overwritten(thread_id=found, columns=frozenset(update.cells)))
        confirmed |= self._confirm_appended(known, appended, shown)
        if self._known is not None:
            self._format_dates(known, [known.positions[thread_id] for thread_id in confirmed], shown)
        return confirmed

    def _mend(self) -> None:
        """Find out what the last write hit by mistake, and put right what is nobody's."""
        if not self._misplaced:
            return
        known = self._reopened()
        rows = runs(cell.row for cell in self._misplaced if cell.row < known.row_count)
        contents: dict[int, Sequence[CellValue]] = {}
        for some, shown in zip(rows, self._sheet.read([grid_range(known.id, some) for some in rows]), strict=True):
            contents |= dict(zip(some, shown.get("values", []), strict=False))
        hit = still_there(self._misplaced, contents)
        header = [cell for cell in hit if cell.row == known.layout.header_row]
        if header:
            # The columns have to get their names back before it can be told what else was hit.
            self._put(known, {cell: cell.name for cell in header})
            self._misplaced = [cell for cell in hit if cell not in header]
            self._mend()
            return
        tickets = {row: thread_id for thread_id, row in known.positions.items()}
        overwritten, strays = sort_out(hit, known.layout, tickets)
        self._put(known, dict.fromkeys(strays))
        self._misplaced = []
        self._overwritten += overwritten

    def _put(self, known: _Known, values: Mapping[Misplaced, CellValue]) -> None:
        """Give the cells these values."""
        changes = [c for cell, value in values.items() for c in write_cells(known.id, cell.row, {cell.column: value})]
        if changes:
            self._known = None
            self._sheet.change(changes)

    def _confirm_appended(self, known: _Known, appended: list[Row], shown: Shown) -> set[int]:
        """The appended rows that the answer shows, now with a known position."""
        found = {row.thread_id: at for at, row in _appended_at(known, appended, shown)}
        known.positions |= found
        known.end = max([known.end, *(at + 1 for at in found.values())])
        if len(found) < len(appended):
            self._known = None
        return set(found)

    def _format_dates(self, known: _Known, rows: Iterable[int], shown: Shown) -> None:
        """Where a date just written shows as a mere number, format the bot's columns from there on.

        `appendCells` makes rows without formats when the tab was full, and an adopted tab may never have had any. A
        thousand rows are added then, so that this stays rare. It does no harm if people move rows meanwhile: only
        formats of the bot's own columns are set.
        """
        first = min((row for row in rows if shown.has_bare_date(row, known.layout)), default=None)
        if first is None:
            return
        grow = [add_rows(known.id, _GROWTH)] if known.end >= known.row_count else []
        kinds = {position: KIND[name] for name, position in known.layout.columns.items()}
        try:
            answer = self._sheet.change([*grow, *format_columns(known.id, first, kinds)])
        except StaleRequest:
            self._known = None
        else:
            known.row_count = Shown(answer, known.id).row_count


def _difference(row: Row, layout: Layout) -> Cells:
    """The cells of the row that the header names and that are not known to hold their value."""
    return {
        name: value
        for name, value in row.cells.items()
        if name in layout.columns and (name not in row.known or row.known[name] != value)
    }


def _proof_ranges(known: _Known, updates: Sequence[_Update], appended: int) -> list[str]:
    """What the answer has to show: the header, keys and dates of the written rows, and the end of the tab."""
    layout = known.layout
    key = range(layout.key, layout.key + 1)
    header = range(layout.header_row, layout.header_row + 1)
    ranges = [a1(known.title, header, range(layout.width))]
    ranges += [a1(known.title, rows, key) for rows in runs(update.row for update in updates)]
    for name, position in layout.dates.items():
        dated = runs(update.row for update in updates if update.cells.get(name) is not None)
        ranges += [a1(known.title, rows, range(position, position + 1)) for rows in dated]
    if appended:
        last = max(known.end + appended, min(known.end + appended + _SLACK, known.row_count))
        ranges += [
            a1(known.title, range(known.end, last), range(p, p + 1)) for p in (layout.key, *layout.dates.values())
        ]
    return ranges


def _appended_at(known: _Known, appended: Sequence[Row], shown: Shown) -> list[tuple[int, Row]]:
    """Where the answer shows the appended rows."""
    rows = {row.thread_id: row for row in appended}
    end = known.end + len(appended) + _SLACK
    found = ((at, rows.pop(shown.thread_id(at, known.layout.key) or 0, None)) for at in range(known.end, end))
    return [(at, row) for at, row in found if row is not None]
