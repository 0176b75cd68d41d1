"""The fence: what makes it known whether a write whose answer was lost has landed, and keeps it out if it comes late.

Each write adds one protected range, which only warns, to the bot's own hidden tab, under an id that was stored before
the write was sent, and deletes the fences that earlier writes left. To add an id that exists is an error (Google's
description of `AddProtectedRangeRequest`), and an error undoes the whole write. So after a lost answer the fence shows
whether the write landed; and where it did not, the bot closes the gate: it adds the fence itself, and the write can
never land any more.

A closed fence stands for longer than Google works on a request (180 s, "Usage limits"), as nobody has described what
becomes of a late write that deletes a fence which is gone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import grid_range

_HIGHEST_ID = 2**31 - 1
_LATEST = timedelta(seconds=240)
_AT_WORK = timedelta(minutes=10)
_DESCRIPTION = re.compile(r"Support tracker, store (?P<writer>\w+), (?P<kind>write of|closed at) (?P<at>\S+)")


@dataclass(frozen=True, kw_only=True)
class Fence:
    """A protected range of the hidden tab. `writer` names the store whose bot added it, `at` (UTC) is when.

    `closed`: it was added without a write, to keep a late one out.
    """

    id: int
    writer: str
    at: datetime
    closed: bool = False

    @classmethod
    def parse(cls, protected_range: Json) -> Self | None:
        """The fence that a `ProtectedRange` is, or None for one that people made."""
        found = _DESCRIPTION.fullmatch(protected_range.get("description", ""))
        if found is None:
            return None
        try:
            at = datetime.fromisoformat(found["at"])
        except ValueError:  # a person has edited it
            return None
        closed = found["kind"] == "closed at"
        return cls(id=protected_range["protectedRangeId"], writer=found["writer"], at=at, closed=closed)

    def is_due(self, now: datetime) -> bool:
        """Whether the next write may delete it: no write can come any more that it keeps out."""
        return not self.closed or now - self.at > _LATEST

    def is_at_work(self, now: datetime) -> bool:
        """Whether its bot has written lately."""
        return now - self.at < _AT_WORK

    def add(self, tab_id: int) -> Json:
        """The request that adds it to the hidden tab: over one cell, as a whole tab can be protected only once."""
        kind = "closed at" if self.closed else "write of"
        at = self.at.isoformat(timespec="seconds")
        return {
            "addProtectedRange": {
                "protectedRange": {
                    "protectedRangeId": self.id,
                    "range": grid_range(tab_id, range(1), range(1)),
                    "description": f"Support tracker, store {self.writer}, {kind} {at}",
                    "warningOnly": True,
                }
            }
        }


def new_id() -> int:
    """An id that no other object of the spreadsheet has."""
    return 1 + secrets.randbelow(_HIGHEST_ID)


def fences_of(protected_ranges: Iterable[Json]) -> tuple[Fence, ...]:
    """The fences among the protected ranges of the hidden tab."""
    return tuple(fence for fence in map(Fence.parse, protected_ranges) if fence is not None)


def now() -> datetime:
    """The clock of the fences."""
    return datetime.now(UTC)


def delete(fence_id: int) -> Json:
    """The request that deletes a fence."""
    return {"deleteProtectedRange": {"protectedRangeId": fence_id}}
