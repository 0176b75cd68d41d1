"""When it is announced that the sheet cannot be written, and when that it can again: once each.

Pure: times are arguments, aware datetimes, as an outage is timed across restarts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tracker.errors import SheetError, SheetSetupError

OUTAGE = "outage"
"""The cause under which Google's own trouble is announced, whatever it answers at the moment."""


class Trouble:
    """One spell of trouble after another; a spell ends with the first success.

    What only a person can put right is announced at once. What passes by itself is announced when it has lasted longer
    than `patience`. Each cause is announced once in a spell. `announced` are the causes announced before a restart, and
    `out_since` is when an outage began that had not ended by then.
    """

    def __init__(
        self, *, patience: timedelta, announced: Iterable[str] = (), out_since: datetime | None = None
    ) -> None:
        self._patience = patience
        self._announced = set(announced)
        self.out_since = out_since
        self.failures = 0

    @property
    def announced(self) -> frozenset[str]:
        """The causes people know of."""
        return frozenset(self._announced)

    @property
    def lasts(self) -> bool:
        """Whether the last attempt failed, or people still believe so."""
        return self.failures > 0 or bool(self._announced)

    def failed(self, error: SheetError, now: datetime) -> bool:
        """Take in a failed attempt; whether it has to be announced."""
        self.failures += 1
        if isinstance(error, SheetSetupError):
            self.out_since = None
            return self._is_news(error.check)
        if self.out_since is None:
            self.out_since = now
        return now - self.out_since > self._patience and self._is_news(OUTAGE)

    def over(self) -> bool:
        """Take in a success; whether it has to be announced that it is over."""
        known = bool(self._announced)
        self._announced.clear()
        self.out_since = None
        self.failures = 0
        return known

    def _is_news(self, cause: str) -> bool:
        news = cause not in self._announced
        self._announced.add(cause)
        return news
