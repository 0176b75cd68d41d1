"""Rows that Google does not change as it is asked to: tried a few times, told once, and then tried seldom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_TRIES = 3
_REST_SECONDS = 3600.0


@dataclass
class _Row:
    revision: int
    failures: int = 0
    until: float = 0.0


class SetAside:
    """Which tickets' rows do not take what is written, by thread id.

    A row is tried again when its ticket changes, after an hour, and at the next start. Times are seconds of a clock
    that never steps back.
    """

    def __init__(self) -> None:
        self._rows: dict[int, _Row] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def rests(self, thread_id: int, revision: int, now: float) -> bool:
        """Whether the ticket, as it is at this revision, is not to be tried at present."""
        row = self._rows.get(thread_id)
        return row is not None and row.revision == revision and now < row.until

    def failed(self, reasons: Mapping[int, str], revisions: Mapping[int, int], now: float) -> dict[int, str]:
        """Take in which tickets' rows did not take what was written; those of which people have to be told now."""
        news = {}
        for thread_id, reason in reasons.items():
            row = self._rows.get(thread_id)
            revision = revisions.get(thread_id, 0)
            if row is None or row.revision != revision:
                row = self._rows[thread_id] = _Row(revision=revision)
            row.failures += 1
            if row.failures >= _TRIES:
                row.until = now + _REST_SECONDS
            if row.failures == _TRIES:
                news[thread_id] = reason
        return news

    def took(self, thread_id: int) -> None:
        """The ticket's row is as it should be."""
        self._rows.pop(thread_id, None)
