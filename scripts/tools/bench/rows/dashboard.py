"""The dashboard: what writing its figures anew costs, whatever the number of tickets, and how much is computed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.past import desk_with, settings_of
from tracker.domain.figures import elapsed
from tracker.domain.overview import View, first_moment, overview_now
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import LoggedRequest
from tracker.sandbox.sheets.cells import Formula
from tracker.sheet.dashboard.cells import FIGURES, LATEST, as_of, figures
from tracker.sheet.dashboard.comparing import Figures
from tracker.sheet.dashboard.tab import DashboardTab, Written
from tracker.store import Store
from tracker.wiring import repository_of, rules_of

TITLE = "Dashboard"


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many tickets there are."""

    tickets: tuple[int, ...]


FULL = Size(tickets=(100, 10_000, 100_000))
QUICK = Size(tickets=(100, 10_000))


@dataclass(frozen=True, kw_only=True)
class _Refresh:
    """One refresh of all figures, and one of a single figure: what went over the wire, and the formulas on the tab."""

    bytes: float
    of_one: float
    requests: float
    formulas: float


async def measure(size: Size) -> list[Figure]:
    """Bytes and requests of a refresh by the number of tickets, each against the fewest, and the live formulas.

    A refresh is a look at the tab and a write of what differs: here of all figures.
    """
    refreshes = []
    for count in size.tickets:
        async with desk_with(count, quota=False, dashboard=True) as desk:
            refreshes.append(await _refresh(desk))
    smallest = refreshes[0]
    return [
        Figure(what=f"bytes on the wire, {size.tickets[0]:,} tickets", rounds=(smallest.bytes,), unit="B"),
        *(
            Figure(
                what=f"bytes with {count:,} tickets / fewest",
                rounds=ratios([refresh.bytes], [smallest.bytes]),
                at_most=1.2,
            )
            for count, refresh in zip(size.tickets[1:], refreshes[1:], strict=True)
        ),
        Figure(what="bytes where one figure changed", rounds=tuple(refresh.of_one for refresh in refreshes), unit="B"),
        Figure(what="requests", rounds=tuple(refresh.requests for refresh in refreshes), at_most=2.0),
        Figure(what="live formulas", rounds=tuple(refresh.formulas for refresh in refreshes), at_most=8.0),
    ]


async def _refresh(desk: LocalDesk) -> _Refresh:
    settings, now = settings_of(desk), datetime.now(UTC)
    with closing(Store.open(desk.folder / "data")) as store:
        view = View(zone=settings.timezone, teams=settings.team_tags, rules=rules_of(settings, store), elapsed=elapsed)
        known = list(store.tickets.since(first_moment(now, view)))
        repository = repository_of(settings, store)
    if not known:
        raise AssertionError
    shown = figures(overview_now(lambda _: known, now, view))
    await asyncio.to_thread(repository.open)
    if (dashboard := repository.dashboard) is None:
        raise AssertionError
    written = await asyncio.to_thread(dashboard.open)
    if written is None:
        raise AssertionError
    desk.sheets.requests.clear()
    line = as_of(now, view.zone, business=False)
    after = await asyncio.to_thread(_show, dashboard, shown, line, written)
    requests = list(desk.sheets.requests)
    shown[LATEST.start + 1 - FIGURES.start][1] = -1
    await asyncio.to_thread(_show, dashboard, shown, line, after)
    of_one = desk.sheets.requests[len(requests) :]
    tab = next(tab for tab in desk.book.tabs if tab.sheet_id == dashboard.id)
    return _Refresh(
        bytes=_weight(requests),
        of_one=_weight(of_one),
        requests=len(requests),
        formulas=sum(isinstance(cell.value, Formula) for row in tab.stored for cell in row),
    )


def _show(dashboard: DashboardTab, shown: Figures, line: str, written: Written) -> Written:
    """As the bot does where no rows take the figures along."""
    after, requests = dashboard.changes(shown, line, written, reopen=False)
    dashboard.write(requests)
    return after


def _weight(requests: Iterable[LoggedRequest]) -> int:
    return sum(request.received + request.sent for request in requests)
