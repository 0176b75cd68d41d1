"""The hidden tab that keeps rows as they were just before a write changed them.

Google has no way to say "write this only if the row is still there". So each write first copies the rows it is about
to change to this tab, in the same atomic change, packed: the header into its first row, the others below in the order
of the targets. An image is believed only where its key agrees with what was read: nobody has described what
`copyPaste` does with rows that a filter hides. Each row is copied by itself, so that one that is left out moves no
other.

Only values are copied (PASTE_VALUES). A formula comes back as the value it showed; in return no text that a stranger
wrote in Discord can ever be computed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Self

from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import grid_range
from tracker.sheet.write.fence import Fence, fences_of, new_id, now
from tracker.sheet.write.plan import WritePlan

_TITLE = "Support tracker: undo of tab"
_ROWS = 250
"""More rows than a write has targets; the tab stays small, as blank cells count towards Google's 10 million, too."""


@dataclass(frozen=True, kw_only=True)
class ImageTab:
    """The hidden tab as it is; `fences` are those on it."""

    id: int
    title: str
    rows: int
    columns: int
    fences: tuple[Fence, ...]

    @property
    def fences_due(self) -> tuple[int, ...]:
        """The fences that the next write deletes."""
        return tuple(each.id for each in self.fences if each.is_due(now()))

    @classmethod
    def find(cls, sheets: Iterable[Json], tab_id: int) -> Self | None:
        """The hidden tab of the tab with this number, among these `Sheet` objects."""
        for sheet in sheets:
            properties: Json = sheet["properties"]
            title = properties["title"]
            if title == title_for(tab_id) or title.startswith(f"{title_for(tab_id)},"):
                grid = properties["gridProperties"]
                return cls(
                    id=properties["sheetId"],
                    title=title,
                    rows=grid["rowCount"],
                    columns=grid["columnCount"],
                    fences=fences_of(sheet.get("protectedRanges", [])),
                )
        return None


def fence_ids(tab: ImageTab | None) -> frozenset[int]:
    """The ids of the fences on the hidden tab; none where there is no such tab."""
    return frozenset() if tab is None else frozenset(each.id for each in tab.fences)


def title_for(tab_id: int) -> str:
    """The title of the hidden tab of this tab."""
    return f"{_TITLE} {tab_id}"


def is_own(title: str) -> bool:
    """Whether a tab of this title is a hidden tab of the bot's, of whatever tab."""
    return title.startswith(_TITLE)


def made_ready(tab: ImageTab | None, tab_id: int, targets: int, width: int) -> tuple[ImageTab, list[Json]]:
    """The hidden tab as it has to be to keep so many rows of so many columns, and the requests that make it so."""
    rows = max(_ROWS, targets + 1)
    size: Json = {"rowCount": rows, "columnCount": width}
    if tab is None:
        new = ImageTab(id=new_id(), title=title_for(tab_id), rows=rows, columns=width, fences=())
        properties = {"sheetId": new.id, "title": new.title, "hidden": True, "gridProperties": size}
        return new, [{"addSheet": {"properties": properties}}]
    ready = replace(tab, title=title_for(tab_id), rows=rows, columns=max(width, tab.columns))
    if ready == tab:
        return tab, []
    size["columnCount"] = ready.columns
    changed = {"sheetId": tab.id, "title": ready.title, "gridProperties": size}
    fields = "title,gridProperties(rowCount,columnCount)"
    return ready, [{"updateSheetProperties": {"properties": changed, "fields": fields}}]


def image_requests(plan: WritePlan) -> list[Json]:
    """The requests that keep the rows which the plan is about to change, and nothing of earlier writes."""
    emptied = {"updateCells": {"range": {"sheetId": plan.images_id}, "fields": "userEnteredValue"}}
    rows = [plan.header_row, *(target.row for target in plan.targets)]
    return [emptied, *(_copy(plan, row, place) for place, row in enumerate(rows))]


def _copy(plan: WritePlan, row: int, place: int) -> Json:
    columns = range(plan.width)
    source = grid_range(plan.tab_id, range(row, row + 1), columns)
    destination = grid_range(plan.images_id, range(place, place + 1), columns)
    return {"copyPaste": {"source": source, "destination": destination, "pasteType": "PASTE_VALUES"}}
