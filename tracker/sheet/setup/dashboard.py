"""What the tab of figures lacks: all of it, or what people have changed or deleted there since."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.sheet.dashboard.cells import TITLE, Ids, headings, live
from tracker.sheet.dashboard.requests import charts_drawn, furnished, protected, room_made, tab_added, texts_written
from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import Layout


@dataclass(frozen=True, kw_only=True)
class DashboardSetup:
    """One step for a person to read, and the requests that do it."""

    step: str
    requests: tuple[Json, ...]


def has_dashboard(described: Json, tickets: int) -> bool:
    """Whether the tab of tickets with this number has a tab of figures beside it."""
    own = Ids.beside(tickets).tab
    return any(sheet["properties"]["sheetId"] == own for sheet in described.get("sheets", []))


def set_up(described: Json, *, tickets: int, title: str, layout: Layout) -> DashboardSetup:
    """Make the tab of figures, or put it right again, beside the tab of tickets with this number, title and header.

    What people have renamed, moved or added there stays; charts that they have deleted come back. `described` has the
    tabs with their properties, charts and protected ranges.
    """
    ids = Ids.beside(tickets)
    sheets = {sheet["properties"]["sheetId"]: sheet for sheet in described.get("sheets", [])}
    own = sheets.get(ids.tab)
    if own is None:
        name = _free_title(title, {sheet["properties"]["title"].casefold() for sheet in sheets.values()})
        step, begun = f'create the tab "{name}", with charts', [tab_added(ids, name)]
    else:
        name, grid = own["properties"]["title"], own["properties"].get("gridProperties", {})
        step = f'put the tab "{name}" right again, with its charts'
        begun = room_made(ids, grid.get("rowCount", 0), grid.get("columnCount", 0))
    present = {chart["chartId"] for sheet in sheets.values() for chart in sheet.get("charts", [])}
    kept = {each["protectedRangeId"] for sheet in sheets.values() for each in sheet.get("protectedRanges", [])}
    requests = [
        *begun,
        *furnished(ids),
        *texts_written(ids, headings() | live(title, layout)),
        *charts_drawn(ids, present),
    ]
    if ids.protection not in kept:
        requests.append(protected(ids))
    return DashboardSetup(step=step, requests=tuple(requests))


def _free_title(tickets: str, taken: set[str]) -> str:
    """The tab's title; where a tab has it already, perhaps another desk's, the one that names the tickets as well."""
    titles = (TITLE, *(f"{TITLE} of {tickets}"[:90] + f"{number or ''}" for number in range(len(taken) + 1)))
    return next(title for title in titles if title.casefold() not in taken)
