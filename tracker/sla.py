"""The SLA clock: when the time for a first answer is over, that is an event like any other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tracker.domain.events import DeadlinePassed, DeadlinesPassed
from tracker.domain.sla import Agreement
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_EACH = 5
"""More deadlines than these at once, as after a time away, share one message; with business hours, any two."""

_LONGEST_SLEEP = timedelta(minutes=1)
"""A machine that was suspended, or whose clock was set, is noticed within this time."""

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class SlaClock:
    """Sleeps until the next deadline in the store. Deadlines are stored, so they outlive the process.

    While `up_to_date` is not set, the store may know less than Discord does: alerts wait for it, but for a minute only.
    Where the agreement knows business hours, what falls due outside them is one digest at the next opening.
    """

    store: Store
    tracking: Tracking
    agreement: Agreement
    now: Callable[[], datetime]
    up_to_date: asyncio.Event
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def wake(self) -> None:
        """There may be an earlier deadline."""
        self._woken.set()

    async def run(self) -> None:
        """Record deadlines as they pass, until cancelled."""
        while True:
            await happens(self.up_to_date, within=_PATIENCE_SECONDS)
            self._woken.clear()
            self._record_overdue(self.now())
            self._woken.clear()
            due = self.store.tickets.next_deadline()
            left = _LONGEST_SLEEP if due is None else min(_LONGEST_SLEEP, due - self.now())
            await happens(self._woken, within=max(0.0, left.total_seconds()))

    def _record_overdue(self, now: datetime) -> None:
        overdue = self.store.tickets.overdue(now)
        opening = self.agreement.opening(now)
        if opening > now:
            for thread_id in overdue:
                self.tracking.record(DeadlinePassed(thread_id=thread_id, at=now, put_off_to=opening))
        elif len(overdue) > (_EACH if self.agreement.hours is None else 1):
            self.tracking.record(DeadlinesPassed(thread_ids=tuple(overdue), at=now))
        else:
            for thread_id in overdue:
                self.tracking.record(DeadlinePassed(thread_id=thread_id, at=now))
