"""Keeps the tab of figures up to date: at most every five minutes, when a figure changed, in the same change as rows.

The first rows that are written five minutes after the last figures take new ones along; where none are for a minute
more, figures go by themselves. Each time it is looked what the tab shows, and only cells that differ are written: so it
does not matter whether a write without an answer has landed, or lands later, nor what people have written over the
figures meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from tracker.domain.overview import View, first_moment, overview_now
from tracker.domain.ticket import Ticket
from tracker.domain.wording import dashboard_refused_notice
from tracker.errors import SheetError, SheetSetupError
from tracker.sheet.api.client import StaleRequest
from tracker.sheet.dashboard.cells import as_of, figures
from tracker.sheet.dashboard.tab import DashboardTab, Written
from tracker.sheet.flush.in_thread import InThread
from tracker.sheet.repository import SheetRepository
from tracker.sheet.table.cells import Json
from tracker.sheet.write.plan import Outcome
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=5)
_UP_TO_DATE_SECONDS = 60.0
_A_LOOK = timedelta(seconds=2)
_SETTLING = timedelta(minutes=10)
"""How long the first figures wait for the rows: a new store takes up what those know."""

_LANDS_WITHIN = timedelta(minutes=3)
"""So long Google may work on a write: https://developers.google.com/workspace/sheets/api/limits."""

_TICKETS_AT_ONCE = 500
_OF_ITS_OWN = ("sheet.protected", "sheet.dashboard")
_FACT = "dashboard_refused"
"""Why Google refused to write it, as was announced; "" where it does not."""


@dataclass(frozen=True, kw_only=True)
class Showing:
    """How figures are reckoned, and whether in business time."""

    view: View
    business: bool


@dataclass(frozen=True, kw_only=True)
class Refresh:
    """The requests that have the tab show figures, and what is written by then."""

    requests: Sequence[Json]
    written: Written


@dataclass(kw_only=True)
class DashboardDelivery:
    """Has figures written. Where there is no tab for them, or people delete it, it does nothing.

    `executor` is the one thread in which the repository lives; `pause` is the time between two writes of figures,
    `patience` how much longer they wait for rows to go along with: a fifth of it, where it is not given.
    While `up_to_date` is not set, the store may know less than Discord does: the first figures wait a minute for it.
    """

    store: Store
    repository: SheetRepository
    tracking: Tracking
    showing: Showing
    executor: Executor
    now: Callable[[], datetime]
    up_to_date: asyncio.Event
    pause: timedelta = PAUSE
    patience: timedelta | None = None
    _written: Written | None = field(default=None, init=False)
    _left_alone: bool = field(default=False, init=False)
    _look_again_until: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)
    _is_sure: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._in_thread = InThread(self.executor)
        self._clock = time.monotonic
        self._patience = self.pause / 5 if self.patience is None else self.patience
        self._rests_until = self._next_look = float("-inf")
        self._is_writing = False

    async def run(self) -> None:
        """Write figures as they change, by themselves where no rows take them along, until cancelled."""
        await self._rows_are_settled()
        while True:
            left = self._next_look - self._clock()
            if left > 0:  # until then rows may take figures along, which puts it off
                await asyncio.sleep(left)
                continue
            self._next_look = self._clock() + (self.pause + self._patience).total_seconds()
            dashboard = self.repository.dashboard
            if dashboard is not None and not self._left_alone:
                self._is_writing = True
                await self._write_alone(dashboard)
                self._is_writing = False

    async def due(self) -> Refresh | None:
        """The figures that are to go along with rows now; None where they show already, or it is too soon.

        What became of them is told to `settle`. They stay due where nothing was to be written of the rows.
        """
        dashboard = self.repository.dashboard
        if dashboard is None or self._written is None or self._is_writing or self._clock() < self._rests_until:
            return None
        self._next_look = max(self._next_look, self._clock() + self._patience.total_seconds())
        try:
            return await self._refresh(dashboard, self._written, reopen=False)
        except SheetError as error:
            self._failed(error, dashboard)
            return None

    def settle(self, refresh: Refresh, outcome: Outcome | None) -> None:
        """Take in what came of figures that were to go along; `outcome` is that of the rows, None: nobody knows."""
        self._rest()
        dashboard = self.repository.dashboard
        if outcome is not None and outcome.left_out is not None and dashboard is not None:
            self._failed(outcome.left_out, dashboard)
        elif outcome is not None and not outcome.refused:
            self._shown(refresh)

    async def _rows_are_settled(self) -> None:
        await happens(self.up_to_date, within=_UP_TO_DATE_SECONDS)
        started = self.now()
        while self.repository.tab_id is None or (  # noqa: ASYNC110 - no event says that no row waits
            self.store.rows.count_pending() and self.now() - started < _SETTLING
        ):
            await asyncio.sleep(_A_LOOK.total_seconds())

    async def _write_alone(self, dashboard: DashboardTab) -> None:
        """Look at the figures once, and write them where they have changed."""
        try:
            if self._written is None or self._written.lacks_columns:
                self._written = await self._in_thread(dashboard.open)
                self._doubt()  # an earlier process may have written just before it ended
            if self._written is None:
                self._left_alone = True
                _log.info("The tab of figures is gone: it is left alone until the next start.")
            elif refresh := await self._refresh(dashboard, self._written, reopen=True):
                self._rest()
                await self._in_thread(dashboard.write, refresh.requests)
                self._shown(refresh)
        except SheetError as error:
            self._failed(error, dashboard)

    def _rest(self) -> None:
        """Write no figures for a while."""
        self._rests_until = self._clock() + self.pause.total_seconds()
        self._next_look = self._rests_until + self._patience.total_seconds()

    def _doubt(self) -> None:
        """Look again what the tab shows, until no write that was given up can land any more."""
        self._is_sure = False
        self._look_again_until = self.now() + _LANDS_WITHIN

    async def _refresh(self, dashboard: DashboardTab, written: Written, *, reopen: bool) -> Refresh | None:
        """What is to be written; None where the tab shows the figures of now. `reopen`: where people changed the rest.

        What is to be written may land, from now on, at any time.
        """
        now, view = self.now(), self.showing.view
        known = await self._tickets_since(first_moment(now, view))
        overview = await asyncio.to_thread(overview_now, lambda _: known, now, view)
        shown = figures(overview)
        if shown == written.figures and self._is_sure:
            return None
        line = as_of(now, view.zone, business=self.showing.business)
        look = partial(dashboard.changes, shown, line, written, reopen=reopen)
        then, requests = await self._in_thread(look)
        refresh = Refresh(requests=requests, written=then)
        if requests:
            self._doubt()
            return refresh
        self._shown(refresh)
        self._is_sure = now >= self._look_again_until
        return None

    def _shown(self, refresh: Refresh) -> None:
        self._written = refresh.written
        if self.store.facts.find(_FACT):
            self.store.facts.set(_FACT, "")
            _log.info("The figures can be written again.")

    async def _tickets_since(self, moment: datetime) -> list[Ticket]:
        """Read a few at a time: what happens in Discord meanwhile does not wait."""
        found = []
        for number, ticket in enumerate(self.store.tickets.since(moment), start=1):
            found.append(ticket)
            if number % _TICKETS_AT_ONCE == 0:
                await asyncio.sleep(0)
        return found

    def _failed(self, error: SheetError, dashboard: DashboardTab) -> None:
        match error:
            case StaleRequest():
                self._written = None
                _log.info("The tab of figures was changed, or deleted: %s", error)
            case SheetSetupError() if error.check in _OF_ITS_OWN:
                self._refused(error, dashboard.address)
            case _:  # what keeps rows back as well is said about those
                self._doubt()
                _log.info("The figures could not be written: %s", error)

    def _refused(self, error: SheetSetupError, address: str) -> None:
        """Say it once, also across restarts."""
        if self.store.facts.find(_FACT) != error.check:
            with self.store.transaction():
                self.store.facts.set(_FACT, error.check)
                self.tracking.announce(dashboard_refused_notice(str(error), address))
            _log.error("The figures cannot be written: %s", error)
