"""Rows that Google does not change as it is asked to: announced after a few tries, then tried with growing pauses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_TRIES = 3
_FIRST_PAUSE, _LONGEST_PAUSE = 10.0, 600.0
"""Seconds."""


@dataclass
class _Row:
    revision: int
    failures: int = 0
    until: float = 0.0


class SetAside:
    """Which tickets' rows do not take what is written, by thread id.

    A row is tried again when its ticket changes, after pauses that grow to ten minutes, and at the next start. Times
    are seconds of a clock that never steps back.
    """

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def rests(self, thread_id: int, revision: int, now: float) -> bool:
        """Whether the ticket, as it is at this revision, is not to be tried at present."""
        row = self._rows.get(thread_id)
        return row is not None and row.revision == revision and now < row.until

    def pause(self, now: float) -> float | None:
        """The seconds until one of them is to be tried again; None where none rests."""
        return min((max(0.0, row.until - now) for row in self._rows.values() if row.until > now), default=None)

    def failed(self, reasons: Mapping[int, str], revisions: Mapping[int, int], now: float) -> dict[int, str]:
        """Take in which tickets' rows did not take what was written; those that are to be announced now."""
        news = {}
        for thread_id, reason in reasons.items():
            row = self._rows.get(thread_id)
            revision = revisions.get(thread_id, 0)
            if row is None or row.revision != revision:
                row = self._rows[thread_id] = _Row(revision=revision)
            row.failures += 1
            if row.failures >= _TRIES:
                row.until = now + min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (row.failures - _TRIES))
            if row.failures == _TRIES:
                news[thread_id] = reason
        return news

    def took(self, thread_id: int) -> None:
        """The ticket's row is as it should be."""
        self._rows.pop(thread_id, None)
