"""When something is due again and again: at a time of each business day, or of one day of the week."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.hours import read_days

_TIME = re.compile(r"(\d{1,2}):(\d\d)")
_DAYS_LOOKED_AT = 60
"""No desk that works rests for longer, and what was due earlier than that is of no use."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """At this time by the clock on the wall in `zone`, on the days for which `falls_on` says so.

    A time that the clock skips is an hour later that day; of one that it shows twice the first counts.
    """

    at: time
    zone: ZoneInfo
    falls_on: Callable[[date], bool]

    def latest(self, now: datetime) -> datetime | None:
        """When it was due last, in UTC, `now` included; None where that is long ago."""
        return next((due for due in self._around(now, -1) if due <= now), None)

    def upcoming(self, now: datetime) -> datetime | None:
        """When it is due next, in UTC, `now` excluded; None where that is far away."""
        return next((due for due in self._around(now, 1) if due > now), None)

    def _around(self, now: datetime, step: int) -> Iterator[datetime]:
        today = now.astimezone(self.zone).date()
        for count in range(_DAYS_LOOKED_AT):
            day = today + timedelta(days=step * count)
            if self.falls_on(day):
                yield datetime.combine(day, self.at, self.zone).astimezone(UTC)


def read_time(text: str) -> time:
    """`09:00`.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    found = _TIME.fullmatch(text.strip())
    try:
        return time(int(found[1]), int(found[2])) if found else time.fromisoformat("")
    except ValueError:
        raise ValueError(f'"{text}" is not a time of day') from None


def read_weekly(text: str) -> tuple[int, time]:
    """`Mon 09:00`: the day, Monday 0, and the time.

    Raises:
        ValueError: with a sentence for the person who wrote it.
    """
    name, _, at = text.strip().partition(" ")
    days = read_days(name)
    if len(days) != 1 or not at.strip():
        raise ValueError(f'"{text}" is not one day of the week with a time')
    return next(iter(days)), read_time(at)
