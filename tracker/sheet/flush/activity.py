"""What the delivery to the sheet is doing at the moment, for those who watch over it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from tracker.errors import QuotaUsedUp, SheetError
from tracker.sheet.write.plan import Outcome


class Quota(StrEnum):
    """How much of Google's quota of requests a minute is left."""

    FREE = "free"

    PAUSING = "pausing"
    """Changes wait a moment, so that the quota is kept."""

    USED_UP = "used up"
    """Google said so at the last attempt: others use it, too."""


@dataclass
class Activity:
    """Times are in UTC. `attempt_since` is when the attempt began that is under way, `last_write` the latest success.

    `trouble` is why the last attempt failed; None where it did not, or none was made since the start. `races` counts,
    since the start, the rows that writes reached by mistake, as people moved things just then; `put_back` those of them
    that are as they were again, `kept` those whose contents were kept for a person to look at.
    """

    attempt_since: datetime | None = None
    last_write: datetime | None = None
    trouble: SheetError | None = None
    pausing: bool = False
    races: int = 0
    put_back: int = 0
    kept: int = 0

    @property
    def quota(self) -> Quota:
        """What is known of Google's quota."""
        if isinstance(self.trouble, QuotaUsedUp):
            return Quota.USED_UP
        return Quota.PAUSING if self.pausing else Quota.FREE

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """The block is one attempt, and fails with a `SheetError` or not at all."""
        self.attempt_since = datetime.now(UTC)
        try:
            yield
        except SheetError as error:
            self.trouble = error
            raise
        else:
            self.trouble = None
        finally:
            self.attempt_since = None

    def written(self) -> None:
        """Google has carried out a write."""
        self.last_write = datetime.now(UTC)

    def count(self, outcome: Outcome) -> None:
        """Count what a write put where it does not belong, and what became of it."""
        self.races += outcome.races
        self.put_back += outcome.put_back
        self.kept += 0 if outcome.kept is None else outcome.kept.rows
