"""A ticket's row as it should be, and the cells of it that are written."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.cells import Cells
from tracker.sheet.api.answer import Shown
from tracker.sheet.table.columns import KEY
from tracker.sheet.table.layout import Layout


@dataclass(frozen=True, kw_only=True)
class Row:
    """What a ticket's row should show, and what it is known to hold; only the difference is written."""

    thread_id: int
    cells: Cells
    known: Cells

    @property
    def stale(self) -> list[str]:
        """The names of the cells that may hold something else."""
        return [name for name, value in self.cells.items() if name not in self.known or self.known[name] != value]

    def difference(self, layout: Layout) -> Cells:
        """The stale cells of a row that is there already which the header names."""
        return {name: self.cells[name] for name in self.stale if name != KEY and name in layout.columns}


@dataclass(frozen=True, kw_only=True)
class Update:
    """Cells of one ticket, by column name, and the row they go to.

    `thread_id` is only ever written alone, so that the row can still prove whose it is: by its link.
    """

    thread_id: int
    row: int
    cells: Cells

    def proved(self, shown: Shown, layout: Layout) -> bool:
        """Whether the row that was written is the ticket's, and not a copy of it that has come to its place."""
        here, above = (shown.thread_id(row, layout.key) for row in (self.row, self.row - 1))
        if here != self.thread_id or above == self.thread_id:
            return False
        unlinked = () if KEY in self.cells else (None,)
        return shown.linked_id(self.row, layout) in (self.thread_id, *unlinked)
