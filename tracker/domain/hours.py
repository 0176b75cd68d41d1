"""Business hours: the part of the week in which somebody is there to answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

_MINUTES_AN_HOUR = 60


@dataclass(frozen=True, kw_only=True)
class BusinessHours:
    """Intervals of local time on some days of the week.

    `intervals` are minutes since midnight, start included, end excluded (1440 is the end of the day). `days` are
    weekdays as `datetime.weekday` counts them, Monday 0. Both are read off the clock in `zone`, so a change to or from
    daylight saving moves the hours with it.
    """

    intervals: tuple[tuple[int, int], ...]
    days: frozenset[int]
    zone: ZoneInfo

    def is_open(self, at: datetime) -> bool:
        """Whether `at` (aware, any zone) lies within business hours.

        Raises:
            ValueError: `at` is naive.
        """
        if at.tzinfo is None:
            raise ValueError("business hours need a time with a time zone")
        local = at.astimezone(self.zone)
        minute = local.hour * _MINUTES_AN_HOUR + local.minute
        return local.weekday() in self.days and any(start <= minute < end for start, end in self.intervals)
