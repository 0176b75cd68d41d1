"""The undo tab: a write keeps what its cells held before, in the same atomic request that fills them.

Google has no way to say "write this only if the row is still there", and its answer shows a tab only as it is after the
write. So before a write fills cells, it copies their rows, and those around the header, to the same places of a hidden
tab of the bot's own, and gives that tab a title that names the write. Whatever becomes of the answer or of the process,
that tab tells whether the write was applied, to whose rows, and what to put back. Formulas keep their references, since
they keep their places.

Assumed of Google, whose documents name no exception: `copyPaste` with PASTE_FORMULA copies values as well as formulas,
and takes rows that a filter hides like any others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from tracker.sheet.recovery.mending import Attempt
from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import grid_range, runs

_HIGHEST_ID = 2**31
_TITLE = "Support tracker: undo of tab"


@dataclass(kw_only=True)
class UndoTab:
    """The undo tab of the tab `of`; without rows, it has yet to be made."""

    id: int
    of: int
    rows: int = 0
    columns: int = 0

    @classmethod
    def find(cls, tabs: Iterable[Json], tab_id: int) -> Self:
        """The undo tab among these `SheetProperties`, or one that can be made beside them."""
        known = {properties["sheetId"]: properties for properties in tabs}
        for number, properties in known.items():
            if properties["title"].startswith(_title(tab_id, "")):
                grid = properties["gridProperties"]
                return cls(id=number, of=tab_id, rows=grid["rowCount"], columns=grid["columnCount"])
        numbers = ((tab_id + step) % _HIGHEST_ID for step in range(1, len(known) + 2))
        return cls(id=next(number for number in numbers if number not in known), of=tab_id)

    def keep(self, attempt: Attempt, tab_rows: int) -> list[Json]:
        """The requests that make the tab hold what the attempt is about to overwrite in a tab of so many rows."""
        fits = self.rows > max(attempt.rows) and self.columns >= attempt.width
        rows, columns = (self.rows, self.columns) if fits else (tab_rows, max(self.columns, attempt.width))
        properties: Json = {"sheetId": self.id, "title": _title(self.of, attempt.name)}
        size: Json = {"gridProperties": {"rowCount": rows, "columnCount": columns}}
        if not self.rows:
            prepare: list[Json] = [{"addSheet": {"properties": {**properties, **size, "hidden": True}}}]
        else:
            fields = "title" if fits else "title,gridProperties(rowCount,columnCount)"
            change = {"properties": properties if fits else {**properties, **size}, "fields": fields}
            # Nothing of earlier writes stays: the tab holds no more than the one before-image.
            emptied = {"range": {"sheetId": self.id}, "fields": "userEnteredValue"}
            prepare = [{"updateSheetProperties": change}, {"updateCells": emptied}]
        self.rows, self.columns = rows, columns
        return [*prepare, *(self.copy(some, attempt.width) for some in runs(attempt.rows))]

    def copy(self, rows: range, width: int) -> Json:
        """The request that keeps these rows in so many columns."""
        source, destination = (grid_range(number, rows, range(width)) for number in (self.of, self.id))
        return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_FORMULA"}}


def is_undo_tab(title: str) -> bool:
    """Whether a tab of this title is the bot's own, of whatever tab."""
    return title.startswith(_TITLE)


def names(title: str, attempt: Attempt) -> bool:
    """Whether a tab of this title holds what the attempt overwrote: whether the attempt was applied."""
    return title == _title(attempt.tab_id, attempt.name)


def _title(tab_id: int, name: str) -> str:
    return f"{_TITLE} {tab_id}, write {name}"
