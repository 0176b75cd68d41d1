"""SheetRepository: finds and writes rows by `thread_id`, whatever people do to the tab meanwhile.

A write is one read and one atomic change, however many rows it concerns. The read looks at the header and at the
keys of just the rows about to be written, where they were last; only when something is not where it was, or the
outcome of an earlier write is unknown, the whole key column is read. The change's own answer shows the keys of the
written rows: a row counts as written only when its key stands there. New rows go where Google finds the end of the
data, which nobody can be overwritten at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.domain.cells import Cells
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sheet.answer import Shown, thread_id_in, title_in
from tracker.sheet.columns import KIND
from tracker.sheet.google import GoogleSheet, Json, StaleRequest
from tracker.sheet.layout import HEADER_SEARCH, Layout, a1, grid_range, runs
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
class Overwritten:
    """Cells of another ticket's row that a write hit because people moved rows at that very moment."""

    thread_id: int
    columns: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write's own answer proved: the rows it reached, and those it hit by mistake."""

    confirmed: frozenset[int]
    overwritten: tuple[Overwritten, ...]


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
    thread_id: int
    row: int
    cells: Cells


class SheetRepository:
    """The tab of one spreadsheet. Synchronous; to be used from one thread.

    Every method may raise `SheetUnavailable` (also: whether a write was applied is unknown) or `SheetSetupError`.
    """

    def __init__(self, sheet: GoogleSheet, sheet_name: str) -> None:
        self._sheet = sheet
        self._sheet_name = sheet_name
        self._known: _Known | None = None
        self._tab_id: int | None = None

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
            return self._write(rows)
        except StaleRequest:
            self._known = None
        except SheetUnavailable:
            self._known = None
            raise
        try:
            return self._write(rows)
        except StaleRequest as error:
            self._known = None
            raise SheetSetupError(f"{error} ({self._sheet.address})") from error

    def _write(self, rows: Sequence[Row]) -> Written:
        known = self._located([row.thread_id for row in rows])
        layout = known.layout
        updates, appended = [], []
        for row in rows:
            position = known.positions.get(row.thread_id)
            if position is None:
                appended.append(row)
            else:
                updates.append(_Update(thread_id=row.thread_id, row=position, cells=_difference(row, layout)))
        changes = [change for update in updates for change in write_cells(known.id, layout, update.row, update.cells)]
        if appended:
            changes.append(append_rows(known.id, layout, [row.cells for row in appended]))
        if not changes:
            return Written(confirmed=frozenset(row.thread_id for row in rows), overwritten=())
        answer = self._sheet.change(changes, show=_proof_ranges(known, updates, len(appended)))
        return self._proved(known, updates, appended, Shown(answer, known.id))

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

    def _proved(self, known: _Known, updates: list[_Update], appended: list[Row], shown: Shown) -> Written:
        """Compare the answer with what was meant, and learn from it where the rows are."""
        known.row_count = shown.row_count
        layout = known.layout
        if shown.layout(layout.header_row) != layout:
            self._known = None
            return Written(confirmed=frozenset(), overwritten=tuple(_hit_elsewhere(shown, layout, updates)))
        confirmed: set[int] = set()
        overwritten = []
        for update in updates:
            found = shown.thread_id(update.row, layout.key)
            if found == update.thread_id:
                confirmed.add(update.thread_id)
                continue
            self._known = None
            if found is not None:
                overwritten.append(Overwritten(thread_id=found, columns=frozenset(update.cells)))
        self._confirm_appended(known, appended, shown, confirmed)
        return Written(confirmed=frozenset(confirmed), overwritten=tuple(overwritten))

    def _confirm_appended(self, known: _Known, appended: list[Row], shown: Shown, confirmed: set[int]) -> None:
        missing = {row.thread_id for row in appended}
        unformatted = None
        for row in range(known.end, known.end + len(appended) + _SLACK):
            thread_id = shown.thread_id(row, known.layout.key)
            if thread_id not in missing:
                continue
            missing.remove(thread_id)
            confirmed.add(thread_id)
            known.positions[thread_id] = row
            if unformatted is None and not shown.dates_are_formatted(row, known.layout):
                unformatted = row
        if appended:
            known.end = max([known.end, *(known.positions.get(row.thread_id, -1) + 1 for row in appended)])
        if missing:
            self._known = None
        elif unformatted is not None:
            self._format(known, unformatted)

    def _format(self, known: _Known, first: int) -> None:
        """Give the rows from `first` on, and the next thousand, the formats of their columns.

        `appendCells` makes rows without formats when the tab was full, and an adopted tab may never have had any.
        Only formats of the bot's own columns are set, so it does no harm if people move rows meanwhile.
        """
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
    """What the answer has to show: the header, the keys of the written rows, and the end of the tab with its dates."""
    layout = known.layout
    key = range(layout.key, layout.key + 1)
    header = range(layout.header_row, layout.header_row + 1)
    ranges = [a1(known.title, header, range(layout.width))]
    ranges += [a1(known.title, rows, key) for rows in runs(update.row for update in updates)]
    if appended:
        last = max(known.end + appended, min(known.end + appended + _SLACK, known.row_count))
        ranges += [a1(known.title, range(known.end, last), range(p, p + 1)) for p in (layout.key, *layout.dates)]
    return ranges


def _hit_elsewhere(shown: Shown, layout: Layout, updates: Sequence[_Update]) -> Iterable[Overwritten]:
    """Columns were moved between read and write: which known cells were hit in place of the meant ones."""
    moved = shown.layout(layout.header_row)
    if moved is None:
        return
    for update in updates:
        positions = {layout.columns[name] for name in update.cells}
        hit = frozenset(name for name, position in moved.columns.items() if position in positions)
        thread_id = shown.thread_id(update.row, moved.key)
        if thread_id is not None and hit:
            yield Overwritten(thread_id=thread_id, columns=hit)
