"""SheetRepository: finds and writes rows by `thread_id`, whatever people do to the tab meanwhile.

A write is one read and one atomic change, however many rows it concerns. The read looks at the header and at just the
rows about to be written, where they were last; only when something is not where it was, or the outcome of an earlier
write is unknown, the whole columns of keys and links are read (`table/survey.py` tells whose the rows are). The change's own
answer shows the keys and links of the written rows: a row counts as written only when they name its ticket. New rows
go where Google finds the end of the data, which nobody can be overwritten at. Whatever else was overwritten, because
people moved rows or columns just then, was kept by the change itself (`recovery/`) and is put back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tracker.domain.cells import Cells, CellValue
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sheet.api.answer import CELL_FIELDS, Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.api.requests import add_rows, append_rows, format_columns, new_cells, write_cells
from tracker.sheet.api.tab import find_layout, find_tab, read_columns, read_rows
from tracker.sheet.recovery.copies import Copies
from tracker.sheet.recovery.journal import Journal
from tracker.sheet.recovery.lines import Line
from tracker.sheet.recovery.mending import Attempt, Target, Unproved
from tracker.sheet.recovery.repair import Repair
from tracker.sheet.recovery.undo import UndoTab
from tracker.sheet.table.columns import KEY, KIND, LINK, NAMES
from tracker.sheet.table.layout import Layout, grid_range, runs
from tracker.sheet.table.rows import Row, Update
from tracker.sheet.table.survey import Overwritten, Survey
from tracker.sheet.write.body import fitting
from tracker.sheet.write.known import Known

_GROWTH = 3000
"""More rows than go into one write: it costs few requests even where thousands of them wait."""

_TAB_FIELDS = "properties(title,timeZone),sheets.properties(sheetId,title,gridProperties)"
_PLACE_FIELDS = CELL_FIELDS.replace(".userEnteredValue", "(userEnteredValue,effectiveValue)")
_ATTEMPTS = 3
"""How often it is looked or written again at once when people change the tab meanwhile."""

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a write's own answer proved: the rows it reached; and the rows of which cells have to be written anew.

    `arrived` are cells of tickets' rows that an earlier write, whose answer was lost, turns out to have written.
    """

    confirmed: frozenset[int]
    overwritten: tuple[Overwritten, ...]
    arrived: dict[int, Cells] = field(default_factory=dict)
    columns: frozenset[str] = frozenset(NAMES)
    """The columns that the header names; cells of others were not written."""

    appended: frozenset[int] = frozenset()
    """The tickets that got a new row: it holds nothing but what was written."""

    same_ids: frozenset[int] = frozenset()
    """The tickets that had several rows at the last look, of which the first is written."""

    unsure: bool = False
    """Whether something is to be looked at again soon: rows or columns moved at the moment of the write, or there are
    more ids to be written back than fit in it."""


@dataclass(frozen=True, kw_only=True)
class Tab:
    """The tab as people see it: the spreadsheet's title, the tab's title, its address, and the threads with a row."""

    spreadsheet: str
    title: str
    address: str
    thread_ids: frozenset[int]


class SheetRepository:
    """The tab of one spreadsheet. Synchronous; to be used from one thread.

    Every method may raise `SheetUnavailable` (also: whether a write was applied is unknown) or `SheetSetupError`.
    """

    def __init__(self, sheet: GoogleSheet, sheet_name: str, journal: Journal) -> None:
        self._sheet = sheet
        self._sheet_name = sheet_name
        self._journal = journal
        self._repair = Repair(sheet, journal)
        self._known: Known | None = None
        self._copies = Copies()
        self._tab_id: int | None = None
        self._former_tab_id: int | None = None
        self._read: dict[int, Line] = {}
        self._overwritten: list[Overwritten] = []
        self._untold: Unproved | None = None
        self._columns: Collection[str] = NAMES
        self._appended: frozenset[int] = frozenset()
        self._same_ids: frozenset[int] = frozenset()
        self.time_zone = ""
        """Google's name of the spreadsheet's own time zone; empty until the tab was opened."""

    @property
    def address(self) -> str:
        """Where a person opens the tab."""
        return self._sheet.address if self._tab_id is None else f"{self._sheet.address}/edit#gid={self._tab_id}"

    @property
    def tab_fact(self) -> str:
        """A name under which to remember `tab_id` from one run to the next."""
        return f"tab {self._sheet.address} {self._sheet_name}"

    @property
    def tab_id(self) -> int | None:
        """Google's number of the tab, which stays when people rename it; None until it was opened."""
        return self._tab_id

    @property
    def unproved(self) -> bool:
        """Whether nobody knows yet what became of an earlier write, which may be that of an earlier process."""
        return self._repair.needed()

    def remember_tab(self, tab_id: int | None) -> None:
        """The tab had this number in an earlier run: to be found by it where no tab has its name any more."""
        self._former_tab_id = tab_id

    def open(self) -> Tab:
        """Find the tab, its header and the rows it has, once what an earlier write hit by mistake is put back.

        Raises:
            SheetSetupError: also when the tab or its header is missing.
        """
        self._mend()
        return self._open()

    def _open(self) -> Tab:
        return self._at_rest(self._survey)

    def _at_rest(self, read: Callable[[], Read]) -> Read:
        """What several requests read, of a tab that people did not change in between.

        Raises:
            SheetUnavailable: they change it all the time.
        """
        for _ in range(_ATTEMPTS):
            with suppress(StaleRequest):
                return read()
        raise SheetUnavailable("The tab is being changed faster than it can be read.")

    def _survey(self) -> Tab:
        described = self._sheet.describe(_TAB_FIELDS)
        self.time_zone = described["properties"].get("timeZone", "")
        # The tab seen before, by its number; at first the one with the right name, or that of an earlier run.
        tab = find_tab(self._sheet, described, self._sheet_name, number=self._tab_id, former=self._former_tab_id)
        tab_id, rows = tab["sheetId"], tab["gridProperties"]["rowCount"]
        layout = find_layout(self._sheet, tab)
        read = read_columns(self._sheet, tab_id, layout, (KEY, LINK))
        survey = Survey.of(read[KEY], read.get(LINK, []), layout.header_row)
        rows_of = self._copies.rows(survey, read[KEY], layout.header_row)
        lines = read_rows(self._sheet, tab_id, layout, rows_of)
        outdated = self._copies.look(survey.positions, lines)
        self._known = Known(
            id=tab_id,
            title=tab["title"],
            row_count=rows,
            column_count=tab["gridProperties"]["columnCount"],
            layout=layout,
            positions=survey.positions,
            end=max(survey.end, layout.header_row + 1),
            rekeyed=set(survey.rekeyed),
            mixed=set(survey.mixed),
            doubled=survey.doubled,
            undo=UndoTab.find((each["properties"] for each in described["sheets"]), tab_id),
        )
        self._tab_id = tab_id
        anew = frozenset(NAMES) - {KEY}
        self._overwritten += [
            Overwritten(thread_id=thread_id, columns=anew)
            for thread_id in (*survey.mixed, *survey.displaced, *outdated)
        ]
        return Tab(
            spreadsheet=described["properties"]["title"],
            title=tab["title"],
            address=self.address,
            thread_ids=frozenset(survey.positions),
        )

    def look(self, names: Collection[str]) -> dict[int, Cells]:
        """What the rows of all tickets show in these columns, as far as the header names them.

        A row that mixes two tickets shows nothing of either that could be trusted, and is left out.
        """
        self._mend()
        return self._at_rest(lambda: self._rows_as_shown(names))

    def _rows_as_shown(self, names: Collection[str]) -> dict[int, Cells]:
        known = self._reopened()
        layout = known.layout
        shown = read_columns(self._sheet, known.id, layout, dict.fromkeys((KEY, LINK, *names)))
        # Rows may have moved since the tab was opened: what is shown tells whose they are.
        survey = Survey.of(shown[KEY], shown.get(LINK, []), layout.header_row)

        def value(name: str, row: int) -> CellValue:
            values, number = shown[name], row - layout.header_row
            return None if number >= len(values) or values[number] == "" else values[number]

        whole = {thread_id: row for thread_id, row in survey.positions.items() if thread_id not in survey.mixed}
        asked = [name for name in names if name in shown]
        return {thread_id: {name: value(name, row) for name in asked} for thread_id, row in whole.items()}

    def thread_ids(self, *, now: bool = False) -> frozenset[int]:
        """The tickets that had a row at the last look, or have one `now`.

        What an earlier write hit by mistake, as it may be an id, is put back first.
        """
        self._mend()
        known = None if now else self._known
        return frozenset((known or self._reopened()).positions)

    def write(self, rows: Sequence[Row]) -> Written:
        """Bring these rows up to date; new ones are appended. What is not confirmed has to be written again.

        Of more rows than Google likes to have in one request, the first ones are written. With no rows it only looks
        whether the sheet could be written, and repairs what can be repaired. What it tells is told again, by the next
        process if need be, until it was `acknowledged`.
        """
        try:
            confirmed = self._write_through(rows)
        except SheetUnavailable:
            self._known = None
            raise
        overwritten, self._overwritten = self._overwritten, []
        untold = self._untold
        if untold is not None:
            overwritten += [Overwritten(thread_id=i, columns=names) for i, names in untold.rewrite.items()]
        return Written(
            confirmed=confirmed,
            overwritten=tuple(overwritten),
            arrived={} if untold is None else {i: untold.knowing(i, {}) for i in untold.arrived},
            columns=frozenset(self._columns),
            appended=confirmed & self._appended,
            same_ids=self._same_ids,
            unsure=self._known is None or bool(self._known.rekeyed),
        )

    def acknowledged(self) -> None:
        """What the last `write` told is in the store: nothing of it has to be looked at again."""
        self._journal.clear()
        self._untold = None

    def _write_through(self, rows: Sequence[Row]) -> frozenset[int]:
        """Write, again with a fresh look at the tab when it was changed in between."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._write(rows)
            except StaleRequest as error:
                self._known = None
                if attempt == _ATTEMPTS:
                    raise SheetSetupError(f"{error} ({self._sheet.address})", check="sheet.refused") from error
        raise AssertionError

    def _write(self, rows: Sequence[Row]) -> frozenset[int]:
        """Read, write, compare; the ids of the rows that the answer shows where they belong."""
        self._mend()
        untold = self._untold
        if untold is not None:
            rows = [replace(row, known=untold.knowing(row.thread_id, row.known)) for row in rows]
        known, astray = self._located([row.thread_id for row in rows])
        self._columns, self._same_ids = known.layout.columns.keys(), known.doubled
        updates, appended = fitting(known, astray, rows)
        self._appended = frozenset(row.thread_id for row in appended)
        attempt = self._attempt(known, [update for update in updates if update.cells], appended)
        changes = [c for target in attempt.targets for c in write_cells(known.id, target.row, target.cells)]
        if appended:
            changes.append(append_rows(known.id, attempt.appended))
        if not changes:
            return frozenset(update.thread_id for update in updates)
        unproved = untold or Unproved(tab_id=known.id)
        self._journal.keep(replace(unproved, tab_id=known.id, attempt=attempt, reached=frozenset()))
        kept = known.undo.keep(attempt, known.row_count)
        answer = self._sheet.change([*kept, *changes], show=known.proof_ranges(updates, len(appended)))
        confirmed = self._proved(known, updates, appended, Shown(answer, known.id))
        if untold is not None:
            self._untold = untold.without_lost(confirmed, known.layout.columns)
        if self._known is None:
            self._mend()
            # What was hit is put back: the answer counts only where that agrees.
            reached = frozenset() if self._untold is None else self._untold.reached
            confirmed &= reached | {update.thread_id for update in updates if not update.cells}
        return frozenset(confirmed)

    def _attempt(self, known: Known, updates: Iterable[Update], appended: Iterable[Row]) -> Attempt:
        """The write as it is kept before it is sent."""
        layout = known.layout
        return Attempt(
            name=secrets.token_hex(4),
            tab_id=known.id,
            undo_id=known.undo.id,
            width=known.column_count,
            height=known.row_count,
            header_row=layout.header_row,
            header=dict(self._read[layout.header_row]),
            columns=dict(layout.columns),
            targets=tuple(
                Target(
                    thread_id=update.thread_id,
                    row=update.row,
                    cells=new_cells(update.cells, layout),
                    proof={c: self._read[update.row].get(c, {}) for c in layout.identifying},
                    above={layout.key: self._read[update.row - 1].get(layout.key, {})},
                    has_copies=update.thread_id in known.doubled,
                )
                for update in updates
            ),
            appended=tuple(new_cells(row.cells, layout) for row in appended),
        )

    def _mend(self) -> None:
        """Put back what the last write hit by mistake, if anything; it may have been that of an earlier process."""
        if self._repair.needed():
            self._known = None
            # What was found out before is older than what has been looked at since.
            is_news = self._repair.is_due()
            self._untold = untold = self._repair.mend()
            if untold is not None and is_news:
                self._copies.written((thread_id, untold.knowing(thread_id, {})) for thread_id in untold.reached)

    def _located(self, thread_ids: Sequence[int]) -> tuple[Known, frozenset[int]]:
        """The tab with the positions of these rows, checked a moment ago, and the tickets whose rows were elsewhere.

        Raises:
            SheetUnavailable: header or end of the tab are elsewhere at every look.
        """
        known = self._known
        # Of several rows with one id the first counts, which only a look at all of them tells.
        if (
            known is not None
            and known.doubled.isdisjoint(thread_ids)
            and self._astray(known, thread_ids) == frozenset()
        ):
            return known, frozenset()
        for _ in range(_ATTEMPTS):
            known = self._reopened()
            astray = self._astray(known, thread_ids, surveyed=True)
            if astray == frozenset():
                break
        if known is None or astray is None:
            raise SheetUnavailable("The tab is being changed faster than it can be read.")
        return known, astray

    def _astray(self, known: Known, thread_ids: Iterable[int], *, surveyed: bool = False) -> frozenset[int] | None:
        """The tickets whose rows are not where they are believed to be; None where header or end of the tab are not.

        Remembers the rows as they are. `surveyed`: all copies of rows are known, as the tab was surveyed just now.
        """
        layout = known.layout
        places = {known.positions[i]: i for i in {*thread_ids, *known.ids_due} if i in known.positions}
        ranges = [grid_range(known.id, range(layout.header_row + 1))]
        ranges += [grid_range(known.id, r, range(c, c + 1)) for r in runs(places) for c in layout.identifying]
        # A copy of a row usually stands right below it: where it has come to its place, the row itself is above.
        above = runs({row - 1 for row in places} - places.keys())
        ranges += [grid_range(known.id, r, range(layout.key, layout.key + 1)) for r in above]
        if known.end < known.row_count:
            below = range(known.end, known.end + 1)
            ranges.append(grid_range(known.id, below, range(layout.key, layout.key + 1)))
        shown = Shown(self._sheet.look(_PLACE_FIELDS, ranges), known.id)
        known.title, known.column_count = shown.title, shown.column_count
        header = [shown.values(row) for row in range(layout.header_row + 1)]
        self._read = {row: shown.entered(row) for row in (layout.header_row, *places, *(row - 1 for row in places))}
        if (
            Layout.find(header) != layout
            or shown.row_count != known.row_count
            or shown.value(known.end, layout.key) not in (None, "")
        ):
            return None
        copied = known.doubled if surveyed else ()
        others = set(known.positions.values()) if surveyed else ()
        return frozenset(
            i
            for row, i in places.items()
            if (i not in known.rekeyed and shown.thread_id(row, layout.key) != i)
            or (i not in known.mixed and shown.linked_id(row, layout) not in (i, None))
            or (shown.thread_id(row - 1, layout.key) == i and i not in copied and row - 1 not in others)
        )

    def _reopened(self) -> Known:
        self._open()
        assert self._known is not None  # noqa: S101 - for the type checker: `_open` has just set it
        return self._known

    def _proved(self, known: Known, updates: list[Update], appended: list[Row], shown: Shown) -> set[int]:
        """Compare the answer with what was meant, and learn from it where the rows are."""
        known.row_count = shown.row_count
        layout = known.layout
        if shown.layout(layout.header_row) != layout:
            # The header is not where it was: nothing of what was written can be trusted to be in its column.
            self._known = None
            return set()
        confirmed: set[int] = set()
        for update in updates:
            # Of a row that has copies the answer does not tell whether it was written, or one of them.
            if update.thread_id in known.doubled or not update.proved(shown, layout):
                self._known = None
            elif update.thread_id in known.rekeyed:
                known.rekeyed.discard(update.thread_id)
            else:
                known.mixed.discard(update.thread_id)
                confirmed.add(update.thread_id)
        confirmed |= self._confirm_appended(known, appended, shown)
        if self._known is not None:
            self._format_dates(known, [known.positions[thread_id] for thread_id in confirmed], shown)
        return confirmed

    def _confirm_appended(self, known: Known, appended: list[Row], shown: Shown) -> set[int]:
        """The appended rows that the answer shows, now with a known position."""
        found = {row.thread_id: at for at, row in known.appended_at(appended, shown)}
        known.positions |= found
        known.end = max([known.end, *(at + 1 for at in found.values())])
        if len(found) < len(appended):
            self._known = None
        return set(found)

    def _format_dates(self, known: Known, rows: Iterable[int], shown: Shown) -> None:
        """Where a date just written shows as a mere number, format the bot's columns from there on.

        `appendCells` makes rows without formats when the tab was full, and an adopted tab may never have had any. Many
        rows are added then, so that this stays rare. It does no harm if people move rows meanwhile: only
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
