"""What goes into one write: what is due, as much of it as Google likes to have in the body of one request."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import chain, takewhile

from tracker.sheet.api.requests import append_rows, new_cells, write_cells
from tracker.sheet.recovery.mending import Target
from tracker.sheet.recovery.undo import UndoTab
from tracker.sheet.table.columns import KEY
from tracker.sheet.table.layout import a1, runs
from tracker.sheet.table.rows import Row, Update
from tracker.sheet.write.known import Known

LARGEST = 2_000_000
"""Bytes; Google recommends 2 MB at most (https://developers.google.com/workspace/sheets/api/limits)."""

_ALWAYS = 10_000
"""What a write holds besides its rows, and more: the header is kept and shown, and so is the end of the tab."""

_SEPARATOR = len(", ")
_LAST_ROW, _LAST_COLUMN = range(9_999_999, 10_000_000), range(18_277, 18_278)
"""The highest numbers there are: a spreadsheet has 10 million cells and at most 18,278 columns."""


def fitting(known: Known, astray: Collection[int], rows: Iterable[Row]) -> tuple[list[Update], list[Row]]:
    """What is written to rows that are there, ids that are due before all else, and the rows that are added.

    `rows` are taken from the first on, as many as fit in; those of the tickets in `astray` are left out.
    """
    ids = (
        Update(thread_id=thread_id, row=known.positions[thread_id], cells={KEY: str(thread_id)})
        for thread_id in known.ids_due
        if thread_id not in astray
    )
    left_out = {*astray, *known.rekeyed}
    changes = (_change(known, row) for row in rows if row.thread_id not in left_out)
    taken = list(takewhile(_Body(known).takes, chain(ids, changes)))
    return [each for each in taken if isinstance(each, Update)], [each for each in taken if isinstance(each, Row)]


def fitting_back(tab_id: int, undo: UndoTab, width: int, targets: Iterable[Target]) -> list[Target]:
    """Those of the targets, from the first on, that fit in when they are put back; the first one does in any case."""
    body = _ALWAYS
    taken: list[Target] = []
    for target in targets:
        body += sum(map(_size, write_cells(tab_id, target.row, target.cells))) + _size(undo.copy(_LAST_ROW, width))
        if taken and body > LARGEST:
            break
        taken.append(target)
    return taken


def _change(known: Known, row: Row) -> Update | Row:
    """The cells that the ticket's row lacks, or the row itself where the tab has none."""
    position = known.positions.get(row.thread_id)
    if position is None:
        return row
    from_nothing = replace(row, known={}) if row.thread_id in known.mixed else row
    return Update(thread_id=row.thread_id, row=position, cells=from_nothing.difference(known.layout))


class _Body:
    """The body of a write to the tab, while what it writes is added to it.

    Each row adds its cells. Each unbroken run of rows is kept in the undo tab and shown in the answer as one, and so is
    the row above it; a run is taken to need as many digits as any can, so that the body is as large as it is told to
    be or a little smaller.
    """

    def __init__(self, known: Known) -> None:
        self._tab, self._layout = known.id, known.layout
        self._range = _size(a1(known.title, _LAST_ROW, _LAST_COLUMN))
        self._run = _size(known.undo.copy(_LAST_ROW, known.column_count)) + len(self._layout.identifying) * self._range
        self._rows: set[int] = set()
        self._dated: defaultdict[str, set[int]] = defaultdict(set)
        self._bytes = _ALWAYS
        self._empty = True

    def takes(self, new: Update | Row) -> bool:
        """Add cells of a row that is there, or else a new row, if they fit in; the first one does in any case."""
        more = self._of_update(new) if isinstance(new, Update) else self._of_new_row(new)
        if not self._empty and self._bytes + more > LARGEST:
            return False
        self._empty = False
        self._bytes += more
        if isinstance(new, Update):
            self._rows.update((new.row - 1, new.row))
            for name in self._dates(new):
                self._dated[name].add(new.row)
        return True

    def _of_update(self, update: Update) -> int:
        """What its cells need, and what the runs do of which there are more with it; fewer if it joins two."""
        changes = write_cells(self._tab, update.row, new_cells(update.cells, self._layout))
        row = update.row
        added = self._run * _more_runs(self._rows, range(row - 1, row + 1))
        dates = (self._dated[name] for name in self._dates(update))
        added += self._range * sum(_more_runs(dated, range(row, row + 1)) for dated in dates)
        return sum(map(_size, changes)) + added

    def _of_new_row(self, row: Row) -> int:
        appended = append_rows(self._tab, [new_cells(row.cells, self._layout)])
        return sum(map(_size, appended["appendCells"]["rows"]))

    def _dates(self, update: Update) -> list[str]:
        return [name for name in self._layout.dates if update.cells.get(name) is not None]


def _more_runs(rows: set[int], new: range) -> int:
    """How many more unbroken runs there are with these rows: one, none if they continue a run, -1 if they join two."""
    near = [row for row in range(new.start - 1, new.stop + 1) if row in rows]
    return 1 - len(runs(near))


def _size(part: object) -> int:
    """The bytes of an object, or a text, in a list; it is sent as `json` writes it, with everything in ASCII."""
    return len(json.dumps(part)) + _SEPARATOR
