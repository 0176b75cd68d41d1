"""Brings the sheet to the state that the store describes: what changed → repository → acknowledged.

What goes wrong is told to people once, with what they can do and how many tickets wait, and once when it is over.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar, TypeVarTuple

from tracker.domain.cells import Cells
from tracker.domain.events import RowWritten
from tracker.domain.wording import (
    changes,
    columns_back_notice,
    columns_missing_notice,
    same_id_notice,
    sheet_back_notice,
    sheet_outage_notice,
    sheet_refused_notice,
)
from tracker.errors import SheetError, SheetSetupError, SheetUnavailable
from tracker.retry import pause
from tracker.sheet.flush.activity import Activity
from tracker.sheet.flush.pace import Pace
from tracker.sheet.flush.trouble import Trouble
from tracker.sheet.repository import SheetRepository, Written
from tracker.sheet.table.columns import NAME_AGAIN, NAMES, Desk, cells_of, quoted
from tracker.sheet.table.reading import agreed, clocks, row_found
from tracker.sheet.table.rows import Row
from tracker.store import PendingRow, Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_log = logging.getLogger(__name__)

FLUSHES_A_MINUTE = 50
FLUSHES_AT_ONCE = 5
"""A flush is one read and one write; Google allows 60 of each a minute. The rest is left for repairs."""

PATIENCE = timedelta(minutes=10)
"""How long Google may be in trouble before people are told."""

LOOK_AGAIN = timedelta(seconds=5)
"""How often it is looked whether people have mended what only they can mend."""

_STARTER_SECONDS = 0.1
_ROWS_A_FLUSH = 2500
"""About as many as go into the 2 MB that Google recommends; the answer that proves them is several times as large."""

# What people were told lives in the store, so that a restart neither tells it again nor forgets to say that it is over;
# and so does when an outage began, or one in which the bot is started again and again would never be told.
_TOLD_TROUBLE = "sheet_trouble_told"
_OUT_SINCE = "sheet_out_since"
_SEEN_COLUMNS = "sheet_columns_seen"
_TOLD_SAME_IDS = "sheet_same_ids_told"

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class SheetDelivery:
    """The flush loop. A change goes out at once; what changes while the quota asks for a pause goes out together.

    `executor` is the one thread in which the repository lives. `pace` keeps the quota; `patience` and `look_again` are
    as the constants above. `rows_seen` is told which threads have a row, before any is written, after a start and where
    the tab was made anew. `activity` tells what it is doing.
    """

    def __init__(
        self,
        *,
        store: Store,
        repository: SheetRepository,
        tracking: Tracking,
        desk: Desk,
        executor: Executor,
        patience: timedelta = PATIENCE,
        look_again: timedelta = LOOK_AGAIN,
        pace: Pace | None = None,
        rows_seen: Callable[[frozenset[int]], None] = lambda _: None,
    ) -> None:
        self._store = store
        self._repository = repository
        self._tracking = tracking
        self._desk = desk
        self._executor = executor
        self._rows_seen = rows_seen
        self._woken = asyncio.Event()
        self._woken.set()
        self._pace = pace or Pace(interval=60 / FLUSHES_A_MINUTE, burst=FLUSHES_AT_ONCE)
        self._patience = patience
        self._look_again = look_again.total_seconds()
        out_since = store.fact(_OUT_SINCE)
        self._trouble = Trouble(
            patience=patience,
            told=self._remembered(_TOLD_TROUBLE),
            out_since=datetime.fromisoformat(out_since) if out_since else None,
        )
        self._columns = frozenset(self._remembered(_SEEN_COLUMNS, otherwise=NAMES))
        self._unsure = True
        self._compared = False
        self._found: frozenset[int] = frozenset()
        self.activity = Activity()

    def wake(self) -> None:
        """Something changed."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to write, or nothing that can be written now."""
        return self._trouble.failures > 0 or self._store.count_pending_rows() == 0

    async def run(self) -> None:
        """Flush whenever something changed, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._something_to_do()
            await self._starter_messages()
            await self._keep_pace(self._pace.take(clock()))
            self._woken.clear()
            rest = await self._attempt()
            if self._store.count_pending_rows() or self._unsure or self._trouble.lasts:
                self._woken.set()
            await asyncio.sleep(rest)

    async def _keep_pace(self, seconds: float) -> None:
        self.activity.pausing = seconds > 0
        await asyncio.sleep(seconds)
        self.activity.pausing = False

    async def _something_to_do(self) -> None:
        """Wait for a change; while a column is missing, at most until it is time to look for it."""
        if not await happens(self._woken, within=None if self._columns.issuperset(NAMES) else self._look_again):
            self._unsure = True

    async def _starter_messages(self) -> None:
        """Give new threads a moment for their first message, which brings the author's name."""
        with_names = asyncio.get_running_loop().time() + _STARTER_SECONDS
        while any(not row.ticket.in_sheet and row.ticket.author_name is None for row in self._store.pending_rows(50)):
            self._woken.clear()
            left = with_names - asyncio.get_running_loop().time()
            if left <= 0:
                return
            if not await happens(self._woken, within=left):
                return

    async def _attempt(self) -> float:
        """Flush once; the seconds to leave Google alone after a failure."""
        try:
            with self.activity.attempt():
                await self._flush()
        except SheetUnavailable as error:
            self._tell_failure(error, sheet_outage_notice(str(error), self._waiting, self._patience))
            wait = pause(self._trouble.failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
            _log.warning("%s", _with_notes(error, self._waits, f"next attempt in {wait:.0f} s"))
            return wait
        except SheetSetupError as error:
            # Whoever makes the tab anew makes it without rows.
            self._compared = self._compared and error.check != "sheet.tab"
            if (
                self._tell_failure(error, sheet_refused_notice(str(error), self._waiting))
                or self._trouble.failures == 1
            ):
                _log.error("%s", _with_notes(error, self._waits and f"{self._waits} in the store until then"))
            return self._look_again
        return 0.0

    @property
    def _waiting(self) -> int:
        return self._store.count_pending_rows()

    @property
    def _waits(self) -> str:
        return changes(self._waiting) if self._waiting else ""

    def _tell_failure(self, error: SheetError, notice: str) -> bool:
        """Tell people if it is time to; whether it was."""
        news = self._trouble.failed(error, datetime.now(UTC))
        if news:
            self._tracking.announce(notice)
        self._remember_trouble()
        return news

    def _remember_trouble(self) -> None:
        out_since = self._trouble.out_since
        self._remember(_TOLD_TROUBLE, _as_json(self._trouble.told))
        self._remember(_OUT_SINCE, out_since.isoformat() if out_since else "")

    async def _flush(self) -> None:
        await self._recall()
        batch = self._next_batch()
        changed = [row for waiting, row in batch if not _is_taken_up(waiting, row)]
        if not (changed or self._unsure or self._trouble.lasts):
            self._acknowledge(batch, Written(confirmed=frozenset(), overwritten=()))
            return
        written = await self._in_thread(self._repository.write, changed)
        if changed:
            self.activity.written()
        self._acknowledge(batch, written)
        await self._in_thread(self._repository.acknowledged)
        self._unsure = written.unsure
        back = written.columns - self._columns
        if back:
            self._catch_up(await self._in_thread(self._repository.look, back), changed)
        self._tell_news(written, changed)
        self._remember(self._repository.tab_fact, str(self._repository.tab_id))

    async def _recall(self) -> None:
        """Learn from the sheet what the store does not know, before anything is written over it.

        That are rows of tickets older than the store, or younger than the backup it was put back from, written by an
        earlier one; and, after a start and where the whole tab was deleted, rows of tickets that are not resolved and
        that somebody deleted: they come back.
        """
        if not self._compared:
            unproved = self._repository.unproved
            present = await self._in_thread(self._repository.thread_ids)
            with self._store.transaction():
                for thread_id in self._store.rows_of_open_tickets():
                    if thread_id not in present:
                        self._store.forget_row(thread_id)
            # Of an unproved write the rows are this store's own, and their cells what it will find out.
            self._found = frozenset() if unproved else present
            self._compared = True
            self._rows_seen(present)
        await self._look_for_rows()

    async def _look_for_rows(self) -> None:
        """Look for those rows of the next batch that may be there unknown to the store, or taken away by people.

        More may be recorded while the sheet is being looked at; the batch is taken right after the last look.
        """
        looked_for: set[int] = set()
        present: frozenset[int] | None = None
        while True:
            rows = {
                row.ticket.thread_id: row
                for row in self._store.pending_rows(_ROWS_A_FLUSH)
                if row.ticket.thread_id not in looked_for
            }
            strangers = {thread_id: row for thread_id, row in rows.items() if self._is_strange(row)}
            named_anew = {thread_id: row for thread_id, row in rows.items() if row.named_anew}
            if strangers:
                await self._take_up(strangers)
                looked_for.update(strangers)
            elif named_anew and present is not None:
                self._leave_away(named_anew[thread_id] for thread_id in named_anew.keys() - present)
                looked_for |= named_anew.keys() & present
            elif named_anew:
                present = await self._in_thread(partial(self._repository.thread_ids, now=True))
            else:
                return

    def _is_strange(self, row: PendingRow) -> bool:
        """Whether the ticket may have a row which the store knows nothing of."""
        return not row.ticket.in_sheet and (row.ticket.adopted or row.ticket.thread_id in self._found)

    async def _take_up(self, strangers: dict[int, PendingRow]) -> None:
        shown = await self._in_thread(self._repository.look, NAMES)
        found = strangers.keys() & shown.keys()
        for thread_id in found:
            self._adopt(strangers[thread_id], shown[thread_id])
        if found:
            _log.info("Tickets taken up with the rows that they have in the sheet: %d", len(found))

    def _leave_away(self, rows: Iterable[PendingRow]) -> None:
        """Rows that people took away, as into an archive, do not come back as tags of their tickets have new names."""
        with self._store.transaction():
            for row in rows:
                self._store.acknowledge(row.ticket.thread_id, row.revision, row.sheet_cells)

    def _adopt(self, stranger: PendingRow, cells: Cells) -> None:
        """Take up what the row tells; from now on only what differs from it is written."""
        thread_id, desk = stranger.ticket.thread_id, self._desk
        row = row_found(thread_id, cells, clocks(desk.zone, self._repository.time_zone), datetime.now(UTC))
        with self._store.transaction():
            self._tracking.record(row)
            ticket = self._store.ticket(thread_id) or stranger.ticket
            known = agreed(cells, cells_of(ticket, desk), row, desk.teams, desk.zone)
            self._store.acknowledge(thread_id, stranger.revision, known)

    def _next_batch(self) -> list[tuple[PendingRow, Row]]:
        """What waits longest."""
        return [
            (
                waiting,
                Row(
                    thread_id=waiting.ticket.thread_id,
                    cells=cells_of(waiting.ticket, self._desk),
                    known=waiting.sheet_cells,
                ),
            )
            for waiting in self._store.pending_rows(_ROWS_A_FLUSH)
        ]

    def _acknowledge(self, batch: list[tuple[PendingRow, Row]], written: Written) -> None:
        with self._store.transaction():
            for thread_id, cells in written.arrived.items():
                self._store.learn_cells(thread_id, cells)
            for waiting, row in batch:
                # What a lost write turns out to have changed is not what the store believed when the row was made.
                as_believed = _is_taken_up(waiting, row) and row.thread_id not in written.arrived
                if row.thread_id in written.confirmed or as_believed:
                    # A cell whose column is missing keeps what was known of it: the column may come back with it.
                    arrived = written.arrived.get(row.thread_id, {})
                    known = {} if row.thread_id in written.appended else {**row.known, **arrived}
                    shown = {name: value for name, value in known.items() if name not in written.columns}
                    shown |= {name: value for name, value in row.cells.items() if name in written.columns}
                    self._store.acknowledge(row.thread_id, waiting.revision, shown)
            for hit in written.overwritten:
                self._store.forget_cells(hit.thread_id, hit.columns)
            for thread_id in sorted(written.confirmed | written.arrived.keys()):
                self._tracking.record(RowWritten(thread_id=thread_id))

    def _catch_up(self, shown: dict[int, Cells], just_written: list[Row]) -> None:
        """Have cells of columns that are back written where they are out of date.

        What a person wrote there stays as long as the ticket has not changed in it. That a person emptied a cell is
        known from another one that shows what the column held, in whatever row, as people also sort one column alone;
        where none does, the column is a new one, to be filled.
        """
        written = {(row.thread_id, name) for row in just_written for name in row.stale}
        rows = (self._store.row(thread_id) for thread_id in shown)
        held = {cell for row in rows if row is not None for cell in row.sheet_cells.items()}
        same = {
            name
            for thread_id, cells in shown.items()
            for name, value in cells.items()
            if value is not None and (name, value) in held and (thread_id, name) not in written
        }
        with self._store.transaction():
            for thread_id, cells in shown.items():
                row = self._store.row(thread_id)
                if row is None:
                    continue
                wanted = cells_of(row.ticket, self._desk)
                stale = [
                    name
                    for name, value in cells.items()
                    if name not in row.sheet_cells
                    or row.sheet_cells[name] != wanted[name]
                    or (value is None and wanted[name] is not None and name not in same)
                ]
                if stale:
                    self._store.forget_cells(thread_id, stale)

    def _tell_news(self, written: Written, changed: list[Row]) -> None:
        """Tell people, in one message, what this write showed for the first time."""
        news = []
        if self._trouble.failures:
            _log.info("The sheet can be written again.")
        if self._trouble.over():
            news.append(sheet_back_notice())
        gone, back = self._columns - written.columns, written.columns - self._columns
        if gone:
            _log.error(
                "The sheet has no column %s any more; the others are written. %s", quoted(sorted(gone)), NAME_AGAIN
            )
            waiting = sum(any(row.known.get(name) != row.cells[name] for name in gone) for row in changed)
            news.append(columns_missing_notice(gone, self._repository.address, waiting))
        if back:
            _log.info("The sheet has its column %s again.", quoted(sorted(back)))
            news.append(columns_back_notice(back))
        told = frozenset(map(int, self._remembered(_TOLD_SAME_IDS)))
        doubled = written.same_ids - told
        if doubled:
            _log.warning("Several rows of the sheet have the same thread_id: %s", sorted(doubled))
            news.append(same_id_notice(doubled, self._repository.address))
        if news:
            self._tracking.announce("\n\n".join(news))
        self._columns = written.columns
        self._remember_trouble()
        self._remember(_SEEN_COLUMNS, _as_json(written.columns))
        self._remember(_TOLD_SAME_IDS, _as_json(map(str, written.same_ids)))

    def _remembered(self, name: str, otherwise: Iterable[str] = ()) -> list[str]:
        value = self._store.fact(name)
        return list(otherwise) if value is None else json.loads(value)

    def _remember(self, name: str, value: str) -> None:
        if self._store.fact(name) != value:
            self._store.set_fact(name, value)

    async def _in_thread(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)


def _is_taken_up(waiting: PendingRow, row: Row) -> bool:
    """Whether the row was just taken up from the sheet, and is as it should be.

    A row of the bot's own is looked at even where the ticket changed and changed back: somebody may have deleted it.
    """
    return row.cells == row.known and not waiting.ticket.in_sheet


def _with_notes(error: SheetError, *notes: str) -> str:
    """An error for the log; what else is known stands in brackets, as the error may end with a command."""
    known = "; ".join(filter(None, notes))
    return f"{error} ({known})" if known else str(error)


def _as_json(values: Iterable[str]) -> str:
    return json.dumps(sorted(values))
