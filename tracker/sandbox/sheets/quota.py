"""The API's quotas: requests a minute, for each user and for the whole project, reads and writes apart.

https://developers.google.com/workspace/sheets/api/limits
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.sandbox.sheets.accounts import PROJECT_NUMBER
from tracker.sandbox.sheets.errors import rate_limited

_MINUTE = 60


@dataclass(kw_only=True)
class Quota:
    """What may still be asked this minute. `clock` gives seconds since the epoch; each full minute refills everything.

    `used` counts the requests of the current minute that were let through, by user and kind (`Read` or `Write`); user
    None is the project. `refused` counts those that were not, ever.
    """

    clock: Callable[[], float]
    enabled: bool = True
    reads_per_minute: int = 60
    writes_per_minute: int = 60
    project_reads_per_minute: int = 300
    project_writes_per_minute: int = 300
    used: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    refused: int = 0
    _minute: int = 0

    def use(self, user: str, *, write: bool) -> None:
        """Take one request of this user from the quota.

        Raises:
            SheetsError: Nothing is left of it this minute.
        """
        if not self.enabled:
            return
        minute = int(self.clock() // _MINUTE)
        if minute != self._minute:
            self._minute = minute
            self.used.clear()
        kind = "Write" if write else "Read"
        per_user = self.writes_per_minute if write else self.reads_per_minute
        per_project = self.project_writes_per_minute if write else self.project_reads_per_minute
        for owner, limit in ((user, per_user), (None, per_project)):
            if self.used[owner, kind] >= limit:
                self.refused += 1
                raise rate_limited(kind=kind, per_user=owner is not None, limit=limit, project_number=PROJECT_NUMBER)
        self.used[user, kind] += 1
        self.used[None, kind] += 1
