"""A ticket's row as it should be."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.cells import Cells
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
