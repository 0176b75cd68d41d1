"""Puts back what writes hit by mistake, until an attempt is proved to have hit nothing but what it was meant for.

This is rare, so it may cost: the whole tab is read, to find what was hit wherever people have moved it since.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sheet.api.answer import CELL_FIELDS, Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.api.requests import write_cells
from tracker.sheet.recovery.journal import Journal
from tracker.sheet.recovery.lines import Line
from tracker.sheet.recovery.mending import Attempt, Hit, Target, Unproved, judged
from tracker.sheet.recovery.undo import UndoTab, names
from tracker.sheet.recovery.whereabouts import WholeTab
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import NAMES
from tracker.sheet.table.layout import grid_range, runs
from tracker.sheet.write.body import fitting_back

_TABS_FIELDS = "sheets.properties(sheetId,title,gridProperties)"

_STEPS = 20
"""So often it is looked and put back at once; after that people are moving things faster, and a pause helps."""

_REFUSALS = 5
"""So often Google may refuse what is put back, one time after another; people do not change the tab that fast."""


class Repair:
    """Works off what the journal says is unproved. Raises as `SheetRepository` does; what is left then is kept."""

    def __init__(self, sheet: GoogleSheet, journal: Journal) -> None:
        self._sheet = sheet
        self._journal = journal

    def needed(self) -> bool:
        """Whether a write has not been proved."""
        return self._journal.kept() is not None

    def is_due(self) -> bool:
        """Whether it is still to be found out what the last write hit, or to be put back."""
        unproved = self._journal.kept()
        return unproved is not None and (unproved.attempt is not None or bool(unproved.hits))

    def mend(self) -> Unproved | None:
        """Look at the last attempt and put back what it hit; nothing else may be written before that is done.

        What is left, if anything, is what the store has to be told; the journal keeps it until it is cleared.
        """
        refusals = 0
        for _ in range(_STEPS):
            unproved = self._journal.kept()
            if unproved is None or not self.is_due():
                return unproved
            try:
                self._step(unproved)
                refusals = 0
            except StaleRequest as error:
                # A person deleted rows, columns or the tab just now: see what there is.
                refusals += 1
                if refusals == _REFUSALS:
                    raise SheetSetupError(f"{error} ({self._sheet.address})", check="sheet.refused") from error
                if not self._tab_exists(unproved.tab_id):
                    self._leave(replace(unproved, attempt=None, hits=()))
        raise SheetUnavailable("The tab is being changed faster than what a write hit there can be put back.")

    def _step(self, unproved: Unproved) -> None:
        """Judge the last attempt, and make one to put right what is wrong, if anything is."""
        attempt = unproved.attempt
        judgement = judged(unproved, None if attempt is None else self._overwritten(attempt))
        if not judgement.hits:
            self._leave(judgement)
            return
        self._journal.keep(judgement)
        self._put_back(judgement, self._whole_tab(unproved.tab_id))

    def _leave(self, unproved: Unproved) -> None:
        """Keep what is left to be seen to, if anything is."""
        if unproved.hits or unproved.rewrite or unproved.arrived:
            self._journal.keep(unproved)
        else:
            self._journal.clear()

    def _put_back(self, unproved: Unproved, tab: WholeTab) -> None:
        """Put back the hits of the last attempt that made any: they may cover those of earlier ones."""
        tab_id = unproved.tab_id
        layer = max(hit.layer for hit in unproved.hits)
        hits = {number: hit for number, hit in enumerate(unproved.hits) if hit.layer == layer}
        if not tab.names:
            # Nobody knows the columns before the header is back.
            hits = {number: hit for number, hit in hits.items() if hit.is_header} or hits
        found = list(zip(hits, tab.find_all(hits.values()), strict=True))
        if not any(place for _, place in found):
            # What was hit is gone, or somebody has been there since.
            left = tuple(hit for number, hit in enumerate(unproved.hits) if number not in hits)
            unproved = replace(unproved, hits=left)
            for thread_id, names_hit in (entry for hit in hits.values() for entry in _of_store(hit, tab)):
                unproved = unproved.with_lost(thread_id, names_hit)
            self._leave(unproved)
            return
        properties: list[Json] = [each["properties"] for each in self._sheet.describe(_TABS_FIELDS).get("sheets", [])]
        undo = UndoTab.find(properties, tab_id)
        due = (
            Target(
                row=place.row,
                cells=place.cells,
                proof=tab.proof(place),
                has_copies=tab.has_copies(place),
                mends=number,
                columns=place.columns,
            )
            for number, place in found
            if place is not None
        )
        targets = fitting_back(tab_id, undo, tab.width, due)
        # A header without the key's name is known as the row to which that is put back.
        rows = [target.row for target in targets if target.mends is not None and unproved.hits[target.mends].is_header]
        header_row = tab.header_row if tab.names else next(iter(rows), 0)
        attempt = Attempt(
            name=secrets.token_hex(4),
            tab_id=tab_id,
            undo_id=undo.id,
            width=tab.width,
            height=tab.height,
            header_row=header_row,
            header=dict(tab.rows.get(header_row, {})) if tab.names or rows else {},
            columns={},
            targets=tuple(targets),
        )
        self._journal.keep(replace(unproved, attempt=attempt))
        changes = [change for target in targets for change in write_cells(tab_id, target.row, target.cells)]
        self._sheet.change([*undo.keep(attempt, tab.height), *changes])

    def _overwritten(self, attempt: Attempt) -> Mapping[int, Line] | None:
        """What the attempt overwrote, by row, and the header; None where it was not applied."""
        ranges = [grid_range(attempt.undo_id, rows) for rows in runs(attempt.rows)]
        try:
            shown = Shown(self._sheet.look(CELL_FIELDS, ranges), attempt.undo_id)
        except StaleRequest:
            return None
        return {row: shown.entered(row) for row in attempt.rows} if names(shown.title, attempt) else None

    def _whole_tab(self, tab_id: int) -> WholeTab:
        shown = Shown(self._sheet.look(CELL_FIELDS, [{"sheetId": tab_id}]), tab_id)
        return WholeTab(
            rows={row: shown.entered(row) for row in shown.rows}, height=shown.row_count, width=shown.column_count
        )

    def _tab_exists(self, tab_id: int) -> bool:
        described = self._sheet.describe(_TABS_FIELDS)
        return any(tab["properties"]["sheetId"] == tab_id for tab in described.get("sheets", []))


def _of_store(hit: Hit, tab: WholeTab) -> Iterator[tuple[int, frozenset[str]]]:
    """The ticket of a hit whose row seemed blank and is not: the row was not kept, but the store knows the ticket."""
    thread_id = tab.thread_id(hit.row)
    written = {column: hit.after[column] for column in hit.held if column in hit.after}
    if hit.was_blank and thread_id is not None and tab.holds(hit.row, written):
        yield thread_id, frozenset(tab.names.get(column, "") for column in hit.held) & frozenset(NAMES)
