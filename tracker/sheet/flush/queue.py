"""Which rows are written next: those to which something happened, and only where there are none, the quiet ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tracker.sheet.flush.set_aside import SetAside
from tracker.sheet.table.rows import Row
from tracker.store import PendingRow, Store


@dataclass(frozen=True, kw_only=True)
class Due:
    """A row that waits, and what it should show."""

    waiting: PendingRow
    row: Row

    @property
    def is_taken_up(self) -> bool:
        """Whether the row was just taken up from the sheet, and is as it should be.

        A row of the bot's own is looked at even where the ticket changed and changed back: it may have been deleted.
        """
        return self.row.cells == self.row.known and not self.waiting.ticket.in_sheet


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The rows that wait in the store, but for those `aside` that are not to be tried at present.

    A row is quiet where people merely wrote in the thread; it waits for `quiet_for` until it is one of them.
    """

    store: Store
    aside: SetAside
    quiet_for: timedelta

    def next_rows(self, limit: int) -> list[PendingRow]:
        """Up to `limit` rows to which something happened, oldest thread first."""
        return self._to_be_tried(self.store.rows.pending, limit)

    def quiet_rows(self, limit: int) -> list[PendingRow]:
        """Up to `limit` quiet rows, those first that wait longest."""
        since = datetime.now(UTC) - self.quiet_for
        return self._to_be_tried(lambda count: self.store.rows.quiet(since, count), limit)

    def _to_be_tried(self, waiting: Callable[[int], list[PendingRow]], limit: int) -> list[PendingRow]:
        now = asyncio.get_running_loop().time()
        rows = waiting(limit + len(self.aside))
        return [row for row in rows if not self.aside.rests(row.ticket.thread_id, row.revision, now)][:limit]
