"""What the sheet knows and the store does not, learned before anything is written over it.

That are rows of tickets older than the store, or younger than the backup it was put back from, written by an earlier
one; and rows that people took away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from tracker.domain.cells import Cells
from tracker.sheet.flush.in_thread import InThread
from tracker.sheet.repository import SheetRepository
from tracker.sheet.table.columns import NAMES, Desk, cells_of
from tracker.sheet.table.reading import agreed, clocks, row_found
from tracker.store import PendingRow, Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Adoption:
    """`in_sheet` gets the threads that have a row, before any is written, where nobody knows that yet."""

    store: Store
    repository: SheetRepository
    tracking: Tracking
    desk: Desk
    in_thread: InThread
    in_sheet: asyncio.Future[frozenset[int]] | None

    def __post_init__(self) -> None:
        self._compared = False
        self._found: frozenset[int] = frozenset()

    def rows_may_be_gone(self) -> None:
        """Whoever makes the tab anew makes it without rows, and a write may have covered one that nobody knows."""
        self._compared = False

    async def look(self, next_rows: Callable[[], list[PendingRow]]) -> None:
        """Learn what the sheet shows of the rows that are written next."""
        if not self._compared:
            await self._compare()
        looked_for: set[int] = set()
        present: frozenset[int] | None = None
        while True:
            # More may be recorded while the sheet is being looked at.
            rows = {row.ticket.thread_id: row for row in next_rows() if row.ticket.thread_id not in looked_for}
            strangers = {thread_id: row for thread_id, row in rows.items() if self._is_strange(row)}
            renamed = {thread_id: row for thread_id, row in rows.items() if row.only_renamed}
            if strangers:
                await self._take_up(strangers)
                looked_for.update(strangers)
            elif renamed and present is not None:
                self._leave_away(renamed[thread_id] for thread_id in renamed.keys() - present)
                looked_for |= renamed.keys() & present
            elif renamed:
                present = await self.in_thread(partial(self.repository.thread_ids, now=True))
            else:
                return

    async def _compare(self) -> None:
        """Rows of tickets that are not resolved, and that somebody deleted, come back."""
        present = await self.in_thread(self.repository.thread_ids)
        with self.store.transaction():
            for thread_id in self.store.rows.of_open_tickets():
                if thread_id not in present:
                    self.store.rows.forget(thread_id)
        self._found = present
        self._compared = True
        if self.in_sheet is not None and not self.in_sheet.done():
            self.in_sheet.set_result(present)

    def _is_strange(self, row: PendingRow) -> bool:
        """Whether the ticket may have a row which the store knows nothing of, and has not begun to write itself."""
        is_known = row.ticket.in_sheet or row.sheet_cells
        return not is_known and (row.ticket.adopted or row.ticket.thread_id in self._found)

    async def _take_up(self, strangers: Mapping[int, PendingRow]) -> None:
        shown = await self.in_thread(self.repository.rows)
        found = strangers.keys() & shown.keys()
        for thread_id in found:
            self._adopt(strangers[thread_id], shown[thread_id])
        if found:
            _log.info("Tickets taken up with the rows that they have in the sheet: %d", len(found))

    def _leave_away(self, rows: Iterable[PendingRow]) -> None:
        """Rows that people took away, as into an archive, do not come back as tags of their tickets have new names."""
        with self.store.transaction():
            for row in rows:
                self.store.rows.acknowledge(row.ticket.thread_id, row.revision, row.sheet_cells)

    def _adopt(self, stranger: PendingRow, cells: Cells) -> None:
        """Take up what the row says; from now on only what differs from it is written."""
        thread_id, desk = stranger.ticket.thread_id, self.desk
        row = row_found(thread_id, cells, clocks(desk.zone, self.repository.time_zone), self.tracking.now())
        with self.store.transaction():
            self.tracking.record(row)
            ticket = self.store.tickets.find(thread_id) or stranger.ticket
            wanted = cells_of(ticket, desk, {*NAMES, *cells})
            known = agreed(cells, wanted, row, desk.teams, desk.zone)
            self.store.rows.acknowledge(thread_id, stranger.revision, known)
