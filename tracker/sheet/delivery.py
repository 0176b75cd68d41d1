"""Brings the sheet to the state that the store describes: what changed → repository → acknowledged."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from concurrent.futures import Executor

from tracker.domain.events import RowWritten
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.retry import LONGEST, pause
from tracker.sheet.columns import Desk, cells_of
from tracker.sheet.pace import Pace
from tracker.sheet.repository import Row, SheetRepository, Written
from tracker.store import PendingRow, Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

FLUSHES_A_MINUTE = 50
FLUSHES_AT_ONCE = 5
"""A flush is one read and one write; Google allows 60 of each a minute. The rest is left for repairs."""

_STARTER_SECONDS = 0.1
_ROWS_A_FLUSH = 1000
_BYTES_A_FLUSH = 1_500_000


class SheetDelivery:
    """The flush loop. A change goes out at once; what changes while the quota asks for a pause goes out together.

    `executor` is the one thread in which the repository lives.
    """

    def __init__(
        self, *, store: Store, repository: SheetRepository, tracking: Tracking, desk: Desk, executor: Executor
    ) -> None:
        self._store = store
        self._repository = repository
        self._tracking = tracking
        self._desk = desk
        self._executor = executor
        self._woken = asyncio.Event()
        self._woken.set()
        self._pace = Pace(interval=60 / FLUSHES_A_MINUTE, burst=FLUSHES_AT_ONCE)
        self._failures = 0
        self._told = ""

    def wake(self) -> None:
        """Something changed."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to write, or nothing that can be written now."""
        return self._failures > 0 or self._store.count_pending_rows() == 0

    async def run(self) -> None:
        """Flush whenever something changed, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._woken.wait()
            await self._starter_messages()
            await asyncio.sleep(self._pace.take(clock()))
            self._woken.clear()
            rest = await self._attempt()
            if self._store.count_pending_rows():
                self._woken.set()
            await asyncio.sleep(rest)

    async def _starter_messages(self) -> None:
        """Give new threads a moment for their first message, which brings the author's name."""
        with_names = asyncio.get_running_loop().time() + _STARTER_SECONDS
        while any(not row.ticket.in_sheet and row.ticket.author_name is None for row in self._store.pending_rows(50)):
            self._woken.clear()
            left = with_names - asyncio.get_running_loop().time()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._woken.wait(), left)
            except TimeoutError:
                return

    async def _attempt(self) -> float:
        """Flush once; the seconds to leave Google alone after a failure."""
        try:
            await self._flush()
        except SheetUnavailable as error:
            self._failures += 1
            wait = pause(self._failures, random.random())  # noqa: S311 - jitter, not a secret
            _log.warning(
                "%s %d tickets wait; next attempt in %.0f s.",
                error,
                self._store.count_pending_rows(),
                wait.total_seconds(),
            )
            return wait.total_seconds()
        except SheetSetupError as error:
            self._failures += 1
            if str(error) != self._told:
                self._told = str(error)
                _log.error("%s %d tickets wait in the store until then.", error, self._store.count_pending_rows())
            return LONGEST.total_seconds()
        if self._failures:
            _log.info("The sheet can be written again.")
        self._failures, self._told = 0, ""
        return 0.0

    async def _flush(self) -> None:
        pending = self._store.pending_rows(_ROWS_A_FLUSH)
        batch: list[tuple[PendingRow, Row]] = []
        size = 0
        for waiting in pending:
            row = Row(
                thread_id=waiting.ticket.thread_id,
                cells=cells_of(waiting.ticket, self._desk),
                known=waiting.sheet_cells,
            )
            size += len(json.dumps(row.cells))
            if batch and size > _BYTES_A_FLUSH:
                break
            batch.append((waiting, row))
        changed = [row for _, row in batch if row.cells != row.known]
        written = Written(confirmed=frozenset(), overwritten=())
        if changed:
            loop = asyncio.get_running_loop()
            written = await loop.run_in_executor(self._executor, self._repository.write, changed)
        self._acknowledge(batch, written)

    def _acknowledge(self, batch: list[tuple[PendingRow, Row]], written: Written) -> None:
        with self._store.transaction():
            for waiting, row in batch:
                if row.thread_id in written.confirmed or row.cells == row.known:
                    shown = {name: value for name, value in row.cells.items() if name in written.columns}
                    self._store.acknowledge(row.thread_id, waiting.revision, shown)
            for hit in written.overwritten:
                self._store.forget_cells(hit.thread_id, hit.columns)
        for thread_id in sorted(written.confirmed):
            self._tracking.record(RowWritten(thread_id=thread_id))
