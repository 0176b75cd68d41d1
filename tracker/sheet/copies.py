"""Tickets that have several rows: of these only the first is kept up to date, and people may change which that is.

A row that was a copy before is out of date when it takes the first place, as people moved or deleted the row that was
written: then nothing may be taken for known in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.domain.cells import CellValue
from tracker.sheet.survey import Survey, thread_id_of

Line = tuple[CellValue, ...]
"""The bot's cells of a row, in the order of the columns."""


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What the rows of one ticket showed: the first (None: it was written since), and the copies."""

    first: Line | None
    copies: frozenset[Line]


class Copies:
    """What is remembered from one look at the whole tab to the next."""

    def __init__(self) -> None:
        self._rows: dict[int, _Rows] = {}

    def rows(self, survey: Survey, keys: Sequence[CellValue], first_row: int) -> dict[int, set[int]]:
        """The rows of each ticket that has several or had some at the last look; `keys` are those from a row on."""
        tickets = (survey.doubled | self._rows.keys()) & survey.positions.keys()
        rows = {thread_id: {survey.positions[thread_id]} for thread_id in tickets}
        for row, key in enumerate(keys if rows else (), start=first_row):
            rows.get(thread_id_of(key) or 0, set()).add(row)
        return rows

    def look(
        self, first: Mapping[int, int], lines: Mapping[int, Mapping[int, Line]], believed: Mapping[int, int]
    ) -> Collection[int]:
        """The tickets whose `first` row was none before, and shows something else than that which was.

        `lines` are what the rows of a ticket show, by ticket and row; `believed` is where the rows were believed to be
        up to now, as far as that is known.
        """
        outdated = set()
        before, self._rows = self._rows, {}
        for thread_id, shown in lines.items():
            row = first[thread_id]
            line = shown[row]
            copies = {number: other for number, other in shown.items() if number != row}
            was = before.get(thread_id) or _Rows(
                first=copies.get(believed.get(thread_id, row), line), copies=frozenset([line])
            )
            if line in was.copies and line != was.first:
                outdated.add(thread_id)
            if copies:
                self._rows[thread_id] = _Rows(first=line, copies=frozenset(copies.values()))
        return outdated

    def written(self, thread_ids: Iterable[int]) -> None:
        """The first rows of these tickets do not show any more what they did."""
        for thread_id in self._rows.keys() & set(thread_ids):
            self._rows[thread_id] = replace(self._rows[thread_id], first=None)
