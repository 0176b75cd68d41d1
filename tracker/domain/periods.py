"""Periods of the desk's calendar: weeks that begin on Monday, and the latest days, by the clock on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `start` to `end` in UTC; the start belongs to it, the end does not."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime | None) -> bool:
        """Whether the moment lies in the period; None does not."""
        return moment is not None and self.start <= moment < self.end


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When this day begins there, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def monday_of(at: datetime, zone: ZoneInfo) -> date:
    """The Monday of the week in which this moment lies there."""
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def week_from(monday: date, zone: ZoneInfo) -> Period:
    """The seven days from this one on: an hour more or less of them when the clock is changed."""
    return Period(start=midnight(monday, zone), end=midnight(monday + timedelta(days=7), zone))


def latest_days(count: int, at: datetime) -> Period:
    """The time of so many days, of 24 hours each, up to this moment."""
    return Period(start=at - timedelta(days=count), end=at)


def days_before(count: int, period: Period) -> Period:
    """The time of so many days that ends where the period begins."""
    return Period(start=period.start - timedelta(days=count), end=period.start)
