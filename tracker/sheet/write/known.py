"""What is believed of the tab from one write to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracker.sheet.api.answer import Shown
from tracker.sheet.recovery.undo import UndoTab
from tracker.sheet.table.layout import Layout, a1, runs
from tracker.sheet.table.rows import Row, Update

_IDS_A_WRITE = 1000
_SLACK = 20
"""How many rows below the expected end of the data new rows are looked for in a write's answer."""


@dataclass(kw_only=True)
class Known:
    """What is believed of the tab between writes. Every belief is checked when it is used."""

    id: int
    title: str
    row_count: int
    column_count: int
    layout: Layout
    positions: dict[int, int]
    undo: UndoTab
    end: int
    """The row after the last one with a key: where the next new row is expected."""

    rekeyed: set[int] = field(default_factory=set)
    mixed: set[int] = field(default_factory=set)
    doubled: frozenset[int] = frozenset()

    @property
    def ids_due(self) -> list[int]:
        """The tickets whose `thread_id` is written next: as many as Google likes to have in one request."""
        return sorted(self.rekeyed)[:_IDS_A_WRITE]

    def proof_ranges(self, updates: Sequence[Update], appended: int) -> list[str]:
        """What the answer has to show: header, keys, links and dates of the written rows, and the end of the tab."""
        layout = self.layout
        header = range(layout.header_row, layout.header_row + 1)
        ranges = [a1(self.title, header, range(layout.width))]
        # The row above tells whether a copy was written instead.
        written = runs({row for update in updates for row in (update.row - 1, update.row)})
        ranges += [a1(self.title, rows, range(p, p + 1)) for p in layout.identifying for rows in written]
        for name, position in layout.dates.items():
            dated = runs(update.row for update in updates if update.cells.get(name) is not None)
            ranges += [a1(self.title, rows, range(position, position + 1)) for rows in dated]
        if appended:
            last = max(self.end + appended, min(self.end + appended + _SLACK, self.row_count))
            ranges += [
                a1(self.title, range(self.end, last), range(p, p + 1)) for p in (layout.key, *layout.dates.values())
            ]
        return ranges

    def appended_at(self, appended: Sequence[Row], shown: Shown) -> list[tuple[int, Row]]:
        """Where the answer shows the appended rows."""
        rows = {row.thread_id: row for row in appended}
        end = self.end + len(appended) + _SLACK
        found = ((at, rows.pop(shown.thread_id(at, self.layout.key) or 0, None)) for at in range(self.end, end))
        return [(at, row) for at, row in found if row is not None]
