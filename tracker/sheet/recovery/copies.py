"""Tickets that have several rows: of these only the first is kept up to date, and people may change which that is.

A row that was a copy before is out of date when it takes the first place, as people moved or deleted the row that was
written: then nothing may be taken for known in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tracker.domain.cells import Cells, CellValue
from tracker.sheet.recovery.lines import same
from tracker.sheet.table.survey import Survey, thread_id_of


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """What the rows of one ticket show, as far as is known: the first, and the copies."""

    first: Cells
    copies: list[Cells]
    told: Cells | None = None
    """What the first row showed when it was found to be out of date: it is not said twice of the same."""


class Copies:
    """What is remembered from one look at the whole tab to the next."""

    def __init__(self) -> None:
        self._rows: dict[int, _Rows] = {}

    def rows(self, survey: Survey, keys: Sequence[CellValue], first_row: int) -> dict[int, set[int]]:
        """The rows of each ticket that has several or had some at the last look; `keys` are those from a row on."""
        tickets = (survey.doubled | self._rows.keys()) & survey.positions.keys()
        rows = {thread_id: {survey.positions[thread_id]} for thread_id in tickets}
        for row, key in enumerate(keys if rows else (), start=first_row):
            thread_id = thread_id_of(key)
            if thread_id in rows:
                rows[thread_id].add(row)
        return rows

    def look(self, first: Mapping[int, int], lines: Mapping[int, Mapping[int, Cells]]) -> Collection[int]:
        """The tickets whose `first` row was a copy at the last look, and shows something else than the first one did.

        `lines` are what the rows of a ticket show, by ticket and row.
        """
        outdated = set()
        before, self._rows = self._rows, {}
        for thread_id, shown in lines.items():
            row = first[thread_id]
            line = shown[row]
            copies = {number: other for number, other in shown.items() if number != row}
            was = before.get(thread_id, _Rows(first=line, copies=[]))
            if line != was.told and line in was.copies and not _same(line, was.first):
                outdated.add(thread_id)
                was = replace(was, told=line)
            if copies:
                self._rows[thread_id] = replace(was, first=line, copies=list(copies.values()))
        return outdated

    def written(self, cells: Iterable[tuple[int, Cells]]) -> None:
        """These cells are known to have come into the first rows of tickets."""
        for thread_id, new in cells:
            if (rows := self._rows.get(thread_id)) is not None:
                self._rows[thread_id] = replace(rows, first={**rows.first, **new})


def _same(one: Cells, other: Cells) -> bool:
    return all(same(one.get(name), other.get(name)) for name in one.keys() | other.keys())
