"""The desk's clock: it goes as the machine's does, and people put it forward, over a night or a weekend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(18)
OFFICE = {"SLA_CLOCK": "business", "BUSINESS_HOURS": f"{OPENS:%H:%M}-{CLOSES:%H:%M}", "BUSINESS_DAYS": "Mon-Fri"}
"""The settings of a desk that keeps office hours."""

ZONE = ZoneInfo("Asia/Kolkata")
"""Where the desk is, unless its settings say otherwise."""

FILE = "SANDBOX_CLOCK"
"""The variable of the environment that names the file from which the bot knows how far the clock is ahead."""

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

    def write(self, file: Path) -> None:
        """Let the bot know how far the clock is ahead, also while it runs: it never finds the file half written."""
        new = file.with_suffix(".new")
        new.write_text(str(self.ahead.total_seconds()))
        new.replace(file)

    def until_work(self) -> timedelta:
        """How long it is until a morning at work; none where the desk is open, for some time, but no eight hours."""
        now, morning = self.wall, time(OPENS.hour + 1)
        at_work = now.weekday() < _SATURDAY and morning <= now.time() < time(CLOSES.hour - 2)
        return timedelta() if at_work else self.until(morning)


def ahead_in(file: Path) -> timedelta:
    """How far the clock is ahead, as `Clock.write` wrote it there."""
    return timedelta(seconds=float(file.read_text()))
