"""The morning digest and the weekly report: what is due by the clock on the wall, each once.

The store keeps which was published last. Where it was lost, whoever posts finds the bot's own message of the period.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.bulletins import morning_digest, weekly_report
from tracker.domain.effects import LASTS, EffectKind
from tracker.domain.overview import View, overview_of_week
from tracker.domain.schedule import Schedule
from tracker.domain.summary import waiting, waiting_on_us
from tracker.domain.weeks import WEEKS_REPORTED, as_text, weeks_of
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_log = logging.getLogger(__name__)

_LONGEST_SLEEP = timedelta(minutes=1)
"""A machine that was suspended, or whose clock was set, is noticed within this time."""

_A_LOOK = timedelta(seconds=2)
_PATIENCE_SECONDS = 60.0
_SETTLING = timedelta(minutes=10)
"""How long what is due waits for tickets to reach the sheet: a new store takes up what their rows know just then."""


@dataclass(kw_only=True)
class Bulletins:
    """Sleeps until something is due, and publishes it. A schedule that is None is switched off.

    While `up_to_date` is not set, the store may know less than Discord does: what is due waits a minute for it.
    `address_of_view` is where people see all that waits, "" while that is not known.
    """

    store: Store
    tracking: Tracking
    view: View
    digest: Schedule | None
    report: Schedule | None
    address_of_view: Callable[[], str]
    now: Callable[[], datetime]
    up_to_date: asyncio.Event

    def __post_init__(self) -> None:
        self._schedules = {EffectKind.MORNING_DIGEST: self.digest, EffectKind.WEEKLY_REPORT: self.report}
        self._channels = {
            EffectKind.MORNING_DIGEST: self.tracking.alert_channel_ids,
            EffectKind.WEEKLY_REPORT: self.tracking.report_channel_ids,
        }
        self._started = self.now()

    async def run(self) -> None:
        """Publish what becomes due, until cancelled."""
        if not any(self._schedules.values()):
            await asyncio.Event().wait()
        while True:
            await happens(self.up_to_date, within=_PATIENCE_SECONDS)
            self.publish_due()
            await asyncio.sleep(self._until_next().total_seconds())

    def _until_next(self) -> timedelta:
        now = self.now()
        if self._is_settling(now):
            return _A_LOOK
        dues = [schedule.upcoming(now) for schedule in self._schedules.values() if schedule]
        return min([_LONGEST_SLEEP, *(max(timedelta(), due - now) for due in dues if due)])

    def publish_due(self) -> None:
        """Publish what is due and was not published yet."""
        now = self.now()
        if self._is_settling(now):
            return
        for kind, schedule in self._schedules.items():
            due = schedule.latest(now) if schedule else None
            if due is not None and self.store.facts.find(_fact(kind)) != due.isoformat():
                self._publish(kind, due, now)

    def _is_settling(self, now: datetime) -> bool:
        return timedelta() <= now - self._started < _SETTLING and self.store.rows.count_pending() > 0

    def _publish(self, kind: EffectKind, due: datetime, now: datetime) -> None:
        """Once the store says so, it is published; what is too late by now, or has nothing to say, counts as well."""
        published = self.store.facts.find(_fact(kind))
        texts = []
        if published is not None and due < datetime.fromisoformat(published):
            return  # the clock was set back, or the schedule was changed
        if now - due <= LASTS[kind]:
            texts = self._digest(due, now) if kind is EffectKind.MORNING_DIGEST else self._report(due)
        with self.store.transaction():
            self.store.facts.set(_fact(kind), due.isoformat())
            self.tracking.publish(kind, texts, self._channels[kind], due)
        if texts:
            _log.info("Published: %s", texts[0].split("\n", 1)[0])

    def _digest(self, due: datetime, now: datetime) -> list[str]:
        return morning_digest(
            waiting(self.store.tickets.unanswered()),
            waiting_on_us(self.store.tickets.answered_and_open()),
            day=due.astimezone(self.view.zone).date(),
            now=now,
            teams=self.view.teams,
            view=self.address_of_view(),
        )

    def _report(self, due: datetime) -> list[str]:
        """A desk at which nothing happened for thirteen weeks, as before its first ticket, has no report."""
        monday, overview = overview_of_week(self.store.tickets.since, due, self.view)
        if not any(each.opened or each.resolved for each in overview.weeks.values()):
            return []
        self.store.facts.set(WEEKS_REPORTED, as_text(due, weeks_of(overview.weeks)))  # for the picture
        return weekly_report(overview, monday=monday)


def _fact(kind: EffectKind) -> str:
    """The fact that says for when it was published last."""
    return f"{kind.value}_published"
