"""Which cells of the sheet the bot changed: found by looking before and after what people do in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY

Place = tuple[str, str]
"""A cell by its row's thread id and its column's name: it stays the same cell when people sort or put in columns."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One cell that the bot changed, with its texts as they are shown. `number` counts all changes from 1."""

    number: int
    thread_id: str
    column: str
    before: str
    after: str


class SheetWatch:
    """Notes every change of the bot's; who acts for people does so within `people`."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._known = cells(tab)
        self._rows = list(tab.stored)
        self.changes: list[Change] = []

    def look(self) -> None:
        """Note what changed since the last look."""
        rows = list(self._tab.stored)
        if rows == self._rows:
            return  # it is asked all the time
        self._rows = rows
        found = cells(self._tab)
        for place in _differing(self._known, found):
            self.changes.append(
                Change(
                    number=len(self.changes) + 1,
                    thread_id=place[0],
                    column=place[1],
                    before=self._known.get(place, ""),
                    after=found.get(place, ""),
                )
            )
        self._known = found

    @contextmanager
    def people(self) -> Iterator[None]:
        """What changes inside is people's doing, and nobody else's: nothing may be awaited meanwhile."""
        self.look()
        try:
            yield
        finally:
            self._known = cells(self._tab)
            self._rows = list(self._tab.stored)


def cells(tab: Tab) -> dict[Place, str]:
    """The texts in the rows of tickets. Of several rows with the same thread id, the first counts, as for the bot."""
    rows = [row for row in tab.shown() if any(row)]
    header = rows[0] if rows else []
    if KEY not in header:
        return {}
    key = header.index(KEY)
    found: dict[Place, str] = {}
    for row in rows[1:]:
        thread_id = row[key] if key < len(row) else None
        if thread_id and (thread_id, KEY) not in found:
            found |= {(thread_id, name): text for name, text in zip(header, row, strict=False) if name and text}
    return found


def _differing(before: Mapping[Place, str], after: Mapping[Place, str]) -> list[Place]:
    """The cells that differ, in the order of the sheet; those that were emptied come last."""
    return [place for place in dict.fromkeys((*after, *before)) if before.get(place) != after.get(place)]
