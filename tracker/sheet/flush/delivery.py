"""The flush loop: brings the sheet to the state that the store describes.

One flush: what waits → `plan` (one look) → begun in the store → `apply` (one write) → settled in the store. What a
write without an answer has done is found out before anything else, also that of an earlier process; what it put where
it does not belong is put back, or kept for people to look at.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from types import MappingProxyType

from tracker.domain.cells import Cells
from tracker.domain.events import RowWritten
from tracker.domain.wording import changes, sheet_outage_notice, sheet_refused_notice
from tracker.errors import SheetError, SheetSetupError, SheetUnavailable
from tracker.retry import pause
from tracker.sheet.api.tab import NO_TAB
from tracker.sheet.flush.activity import Activity
from tracker.sheet.flush.adoption import Adoption
from tracker.sheet.flush.dashboard import DashboardDelivery, Refresh
from tracker.sheet.flush.in_thread import InThread
from tracker.sheet.flush.news import News
from tracker.sheet.flush.pace import Pace
from tracker.sheet.flush.queue import Due, Queue
from tracker.sheet.flush.set_aside import SetAside
from tracker.sheet.repository import ROWS_A_WRITE, SheetRepository
from tracker.sheet.table.columns import FIGURES, KEY, NAMES, Desk, cells_of, settled
from tracker.sheet.table.rows import Row
from tracker.sheet.write.plan import Misplaced, OpenWrite, Outcome, WritePlan, as_text, from_text
from tracker.store import PendingRow, Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_log = logging.getLogger(__name__)

FLUSHES_A_MINUTE = 50
FLUSHES_AT_ONCE = 5
"""A flush is one read and one write; Google allows 60 of each a minute. The rest is left for putting back."""

PATIENCE = timedelta(minutes=10)
"""How long Google may be in trouble before it is announced."""

LOOK_AGAIN = timedelta(seconds=5)
"""How often it is looked whether people have put right what only they can."""

QUIET = timedelta(minutes=5)
"""What people merely write is shown no sooner, and when there is nothing else to write."""

_QUIET_LOOK_SECONDS = 30.0
_STARTER_SECONDS = 0.1
_MANY_ROWS = 20
"""A write of so many rows is one of a burst, in which the same rows soon change again."""

_QUIET_SECONDS, _GATHERING_SECONDS = 0.5, 5.0
"""In a burst: how long nothing has to change before the next write, and how soon after the last one it goes anyway."""

_REFUSALS = 4
"""So many writes one after another may be refused as a whole, as people change the tab, before that is announced."""

_ROUNDS = 6
"""So many writes one after another may hit wrong rows before what they covered is kept for a person to look at."""


@dataclass(kw_only=True)
class SheetDelivery:
    """The flush loop. A change goes out at once; what changes while the quota asks for a pause goes out together.

    `executor` is the one thread in which the repository lives. `pace` keeps the quota; `patience`, `look_again` and
    `quiet` are as the constants above. `in_sheet` gets the threads that have a row, before any is written, where
    nobody knows that yet. Figures that `dashboard` has due go along with rows. `activity` is where it notes what it is
    doing.
    """

    store: Store
    repository: SheetRepository
    tracking: Tracking
    desk: Desk
    executor: Executor
    patience: timedelta = PATIENCE
    look_again: timedelta = LOOK_AGAIN
    pace: Pace = field(default_factory=lambda: Pace(interval=60 / FLUSHES_A_MINUTE, burst=FLUSHES_AT_ONCE))
    quiet: timedelta = QUIET
    in_sheet: asyncio.Future[frozenset[int]] | None = None
    dashboard: DashboardDelivery | None = None
    activity: Activity = field(default_factory=Activity, init=False)
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _aside: SetAside = field(default_factory=SetAside, init=False)
    _rows_a_write: int = field(default=ROWS_A_WRITE, init=False)
    _refusals: int = field(default=0, init=False)
    _burst_until: float = field(default=float("-inf"), init=False)
    _look_is_due: bool = field(default=True, init=False)

    def __post_init__(self) -> None:
        self._woken.set()
        self._in_thread = InThread(self.executor)
        self._queue = Queue(store=self.store, aside=self._aside, quiet_for=self.quiet)
        self._news = News(store=self.store, tracking=self.tracking, repository=self.repository, patience=self.patience)
        self._adoption = Adoption(
            store=self.store,
            repository=self.repository,
            tracking=self.tracking,
            desk=self.desk,
            in_thread=self._in_thread,
            in_sheet=self.in_sheet,
        )

    def wake(self) -> None:
        """Something changed."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether there is nothing to write, or nothing that can be written now."""
        return self._news.trouble.failures > 0 or not self._queue.next_rows(1)

    async def run(self) -> None:
        """Flush whenever something changed, until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            await self._something_to_do()
            await self._starter_messages()
            await self._keep_pace(self.pace.take(clock()))
            await self._gather()
            self._woken.clear()
            rest = await self._attempt()
            if self._look_is_due or self._news.trouble.lasts or self._queue.next_rows(1):
                self._woken.set()
            await asyncio.sleep(rest)

    async def recover(self) -> None:
        """Find out what a write without an answer has done, if there is one, and put back what it covered.

        Raises:
            SheetError: it cannot be found out now.
        """
        text = self.store.rows.open_write()
        if text is None:
            return
        try:
            open_write = from_text(text)
        except ValueError:
            _log.exception("What the store holds of the last write cannot be read and is left out.")
            self.store.rows.end_write()
            return
        outcome = await self._in_thread(self.repository.recover, open_write)
        _log.info("What became of the last write to the sheet was found out.")
        self._settle(outcome, new_rows={} if open_write.plan is None else open_write.plan.new_rows)
        await self._put_back(outcome.misplaced)

    async def _keep_pace(self, seconds: float) -> None:
        self.activity.pausing = seconds > 0
        await asyncio.sleep(seconds)
        self.activity.pausing = False

    async def _gather(self) -> None:
        """In a burst, wait until it pauses: otherwise the same rows are written again and again."""
        clock = asyncio.get_running_loop().time
        while (left := self._burst_until - clock()) > 0:
            self._woken.clear()
            if not await happens(self._woken, within=min(left, _QUIET_SECONDS)):
                return

    async def _something_to_do(self) -> None:
        """Wait for a change; while a column is missing or rows rest, at most until it is time to look for them."""
        rest = self._aside.pause(asyncio.get_running_loop().time())
        if self._news.columns.intersection(FIGURES):
            rest = min(_QUIET_LOOK_SECONDS, _QUIET_LOOK_SECONDS if rest is None else rest)
        if not self._news.columns.issuperset(NAMES):
            self._look_is_due = (
                not await happens(self._woken, within=self.look_again.total_seconds()) or self._look_is_due
            )
        else:
            await happens(self._woken, within=rest)

    async def _starter_messages(self) -> None:
        """Give new threads a moment for their first message, which brings the author's name."""
        with_names = asyncio.get_running_loop().time() + _STARTER_SECONDS
        while any(not row.ticket.in_sheet and row.ticket.author_name is None for row in self.store.rows.pending(50)):
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
            self._rows_a_write = max(1, self._rows_a_write // 2)
            self._news.failed(error, sheet_outage_notice(str(error), self._waiting, self.patience))
            wait = pause(self._news.trouble.failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
            _log.warning("%s", _with_notes(error, self._waits, f"next attempt in {wait:.0f} s"))
            return wait
        except SheetSetupError as error:
            if error.check in NO_TAB:
                self._adoption.rows_may_be_gone()
            is_news = self._news.failed(error, sheet_refused_notice(str(error), self._waiting))
            if is_news or self._news.trouble.failures == 1:
                _log.error("%s", _with_notes(error, self._waits and f"{self._waits} in the store until then"))
            return self.look_again.total_seconds()
        return 0.0

    @property
    def _waiting(self) -> int:
        return self.store.rows.count_pending()

    @property
    def _waits(self) -> str:
        return changes(self._waiting) if self._waiting else ""

    async def _flush(self) -> None:
        await self.recover()
        await self._adoption.look(lambda: self._queue.next_rows(self._rows_a_write))
        news = self._queue.next_rows(self._rows_a_write)
        batch = [
            Due(
                waiting=waiting,
                row=Row(
                    thread_id=waiting.ticket.thread_id,
                    cells=self._cells_of(waiting),
                    known=waiting.sheet_cells,
                ),
            )
            for waiting in news or self._queue.quiet_rows(self._rows_a_write)
        ]
        with self.store.transaction():
            for due in batch:
                if due.is_taken_up:
                    self._acknowledge(due, due.row.known, None)
        rows = [due.row for due in batch if not due.is_taken_up]
        if news and len(rows) >= _MANY_ROWS:
            self._burst_until = asyncio.get_running_loop().time() + _GATHERING_SECONDS
        if not (rows or self._look_is_due or self._news.trouble.lasts):
            return
        # Before the look at the rows: the longer ago that is, the more people have moved.
        figures = await self.dashboard.due() if rows and self.dashboard else None
        plan = await self._in_thread(self.repository.plan, rows)
        if plan.is_needed:
            outcome = await self._carry_out(plan, batch, figures)
        else:
            outcome = _of_look(plan)
            self._settle(outcome, batch)
        await self._put_back(outcome.misplaced)
        self._look_is_due = bool(outcome.races or plan.writes_ids_back)
        back = plan.columns.keys() - self._news.columns - self._news.of_people
        if back:
            shown = await self._in_thread(self.repository.rows, back)
            self._catch_up(self._news.without_those_of_people(shown), rows)
        self._news.announce(plan, rows)

    def _cells_of(self, row: PendingRow) -> Cells:
        """What the row should show in the columns that a tab has to have, and in those of figures that it has."""
        names = self._news.columns.union(NAMES)
        return settled(cells_of(row.ticket, self.desk, names), row.sheet_cells)

    async def _carry_out(self, plan: WritePlan, batch: Sequence[Due] = (), figures: Refresh | None = None) -> Outcome:
        """Write, and settle in the store what came of it. These figures go along."""
        with self.store.transaction():
            self.store.rows.begin_write(as_text(OpenWrite(plan=plan, misplaced=plan.misplaced)))
            for thread_id in plan.new_rows:  # wherever it lands, such a row is no memory of the ticket
                self.store.rows.learn_cells(thread_id, {KEY: str(thread_id)})
        outcome = None
        try:
            outcome = await self._in_thread(self.repository.apply, plan, figures.requests if figures else ())
        finally:
            if self.dashboard and figures:
                self.dashboard.settle(figures, outcome)
        self._settle(outcome, batch, plan.new_rows)
        if outcome.refused:
            self._is_refused(outcome, len(plan.targets))
        else:
            self._refusals = 0
            self._rows_a_write = min(ROWS_A_WRITE, self._rows_a_write * 2)
            self.activity.written()
            self._news.remember(self.repository.written_fact, "yes")
        return outcome

    def _is_refused(self, outcome: Outcome, size: int) -> None:
        """Google applied nothing: for one row's sake, for that of their number, or as people changed the tab just then.

        `size` is how many rows the write had.
        """
        self._rows_a_write = max(1, min(self._rows_a_write, size) // 2)
        self._refusals += size <= 1 and not outcome.not_taken
        if self._refusals >= _REFUSALS:
            self._refusals = 0
            raise SheetSetupError(
                f"Google refused a request: {outcome.refused} ({self.repository.address})", check="sheet.refused"
            )

    async def _put_back(self, misplaced: tuple[Misplaced, ...]) -> None:
        """Put back what a write covered, as people moved rows or columns just then, or keep it where people see it."""
        rounds = 0
        while misplaced:
            plan_put_back = partial(
                self.repository.plan_put_back, misplaced, give_up=rounds == _ROUNDS, at_once=self._rows_a_write
            )
            plan = await self._in_thread(plan_put_back)
            outcome = await self._carry_out(plan)
            misplaced = outcome.misplaced
            is_nearer = outcome.put_back or (outcome.refused and len(plan.targets) > 1)
            rounds += bool(outcome.races or not is_nearer)

    def _settle(
        self, outcome: Outcome, batch: Sequence[Due] = (), new_rows: Mapping[int, int] = MappingProxyType({})
    ) -> None:
        """Keep in the store what is known now, in one transaction. `new_rows` are those that the write was to make."""
        with self.store.transaction():
            for thread_id, cells in outcome.known.items():
                self.store.rows.learn_cells(thread_id, cells)
            for due in batch:
                known = outcome.known.get(due.row.thread_id)
                if known is not None:
                    self._acknowledge(due, known, outcome.columns)
            for thread_id, columns in outcome.unknown.items():
                self.store.rows.forget_cells(thread_id, columns)
            for thread_id in sorted(outcome.known):
                self.tracking.record(RowWritten(thread_id=thread_id, row=new_rows.get(thread_id)))
            if outcome.misplaced:
                self.store.rows.begin_write(as_text(OpenWrite(misplaced=outcome.misplaced)))
            else:
                self.store.rows.end_write()
            self._news.of_races(outcome)
            revisions = {due.row.thread_id: due.waiting.revision for due in batch}
            self._news.not_taken(self._aside.failed(outcome.not_taken, revisions, asyncio.get_running_loop().time()))
        self.activity.count(outcome)
        if outcome.kept is not None:
            self._adoption.rows_may_be_gone()

    def _acknowledge(self, due: Due, known: Cells, columns: frozenset[str] | None) -> None:
        """The row shows the ticket as it was when the write was planned; cells of columns that are missing wait."""
        wanted = due.row.cells.items()
        if all(known.get(name) == value and name in known for name, value in wanted if name in (columns or NAMES)):
            is_current = self.store.tickets.find(due.row.thread_id) == due.waiting.ticket
            self.store.rows.acknowledge(due.row.thread_id, due.waiting.revision, known, is_current=is_current)
            self._aside.took(due.row.thread_id)
            self._news.taken(due.row.thread_id)

    def _catch_up(self, shown: dict[int, Cells], just_written: list[Row]) -> None:
        """Have cells of columns that are back written where they are out of date.

        What a person wrote there stays as long as the ticket has not changed in it. That a person emptied a cell is
        known from another one that shows what the column held, in whatever row, as people also sort one column alone;
        where none does, the column is a new one, to be filled.
        """
        written = {(row.thread_id, name) for row in just_written for name in row.stale}
        rows = (self.store.rows.find(thread_id) for thread_id in shown)
        held = {cell for row in rows if row is not None for cell in row.sheet_cells.items()}
        same = {
            name
            for thread_id, cells in shown.items()
            for name, value in cells.items()
            if value is not None and (name, value) in held and (thread_id, name) not in written
        }
        with self.store.transaction():
            for thread_id, cells in shown.items():
                row = self.store.rows.find(thread_id)
                if row is None:
                    continue
                wanted = settled(cells_of(row.ticket, self.desk, cells.keys()), row.sheet_cells)
                stale = [
                    name
                    for name, value in cells.items()
                    if name not in row.sheet_cells
                    or row.sheet_cells[name] != wanted[name]
                    or (value is None and wanted[name] is not None and name not in same)
                ]
                if stale:
                    self.store.rows.forget_cells(thread_id, stale)


def _of_look(plan: WritePlan) -> Outcome:
    """What is known without a write."""
    return Outcome(known=plan.unchanged, unknown=plan.unknown, columns=frozenset(plan.columns), doubled=plan.doubled)


def _with_notes(error: SheetError, *notes: str) -> str:
    """An error for the log; what else is known stands in brackets before the fix, which may end with a command."""
    known = "; ".join(filter(None, notes))
    return " ".join(filter(None, (error.what, f"({known})" if known else None, error.fix)))
