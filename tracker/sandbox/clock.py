"""The desk's clock: it goes as the machine's does, and people put it forward, over a night or a weekend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(18)
OFFICE = {"SLA_CLOCK": "business", "BUSINESS_HOURS": f"{OPENS:%H:%M}-{CLOSES:%H:%M}", "BUSINESS_DAYS": "Mon-Fri"}
"""The settings of a desk that keeps office hours."""

ZONE = ZoneInfo("Asia/Kolkata")
"""Where the desk is, unless its settings say otherwise."""

AHEAD = "SANDBOX_CLOCK_AHEAD"
"""The variable of the environment by which the bot knows how many seconds the clock is ahead."""

_SATURDAY = 5


@dataclass(kw_only=True)
class Clock:
    """`ahead` is how far it has been put forward from the machine's clock."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """The present moment on the desk, in UTC."""
        return datetime.now(UTC) + self.ahead

    @property
    def wall(self) -> datetime:
        """The same, as the clock on the desk's wall shows it."""
        return self.now().astimezone(ZONE)

    def until(self, at: time) -> timedelta:
        """How long it is until the wall shows this time, on a day on which the desk opens."""
        now = self.wall
        day = now.date()
        while datetime.combine(day, at, ZONE) <= now or day.weekday() >= _SATURDAY:
            day += timedelta(days=1)
        return datetime.combine(day, at, ZONE) - now

    def until_work(self) -> timedelta:
        """How long it is until a morning at work; none where the desk is open, and for some time to come."""
        now = self.wall
        at_work = now.weekday() < _SATURDAY and OPENS <= now.time() < time(CLOSES.hour - 2)
        return timedelta() if at_work else self.until(time(OPENS.hour + 1))
