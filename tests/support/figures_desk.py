"""The delivery of figures by itself: tickets in a store, the tab that shows their figures, a time that tests say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.support.sheet_office import DESK, KOLKATA, TITLE, Office, snowflake, ticket
from tracker.domain.effects import EffectKind
from tracker.domain.figures import elapsed
from tracker.domain.overview import View
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Answer, Ticket
from tracker.sandbox.sheets.cells import Entered
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.dashboard.cells import NOW, ROWS, Ids
from tracker.sheet.flush.dashboard import DashboardDelivery, Showing
from tracker.sheet.flush.delivery import SheetDelivery
from tracker.sheet.flush.pace import Pace
from tracker.sheet.setup.plan import carry_out, make_plan
from tracker.store import Store
from tracker.tracking import Tracking

NOON = datetime(2026, 2, 11, 12, tzinfo=KOLKATA)
"""A Wednesday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Rules(
    resolved_tags=frozenset({"resolved"}),
    sla=Agreement(span=HOUR),
    alert_channel_ids=(701,),
    tracking_since=NOON - timedelta(days=300),
)

VIEW = View(zone=KOLKATA, teams=DESK.teams, rules=RULES, elapsed=elapsed)


async def set_up(office: Office, *, dashboard: bool = True) -> list[str]:
    """Run `init_sheet`; what it did."""

    def prepare() -> list[str]:
        plan = make_plan(office.google, TITLE, ["resolved"], dashboard=dashboard)
        assert carry_out(office.google, plan) is None
        return plan.steps

    return await asyncio.to_thread(prepare)


def dashboard_of(office: Office) -> Tab:
    number = Ids.beside(office.tab.sheet_id).tab
    return next(tab for tab in office.book.tabs if tab.sheet_id == number)


def happened(number: int, opened: datetime, **fields: Any) -> Ticket:  # noqa: ANN401 - the fields of a ticket
    return ticket(number, thread_id=snowflake(opened, number), due_at=opened + HOUR, **fields)


def answered(number: int, opened: datetime, after: timedelta, by: str = "ana") -> Ticket:
    answer = Answer(message_id=snowflake(opened + after), author_name=by)
    return happened(number, opened, first_answer=answer, resolved_at=opened + 2 * after)


@dataclass(kw_only=True)
class FiguresDesk:
    """A bot's two deliveries to the sheet, over one store, at the time the test says."""

    office: Office
    store: Store
    now: datetime = NOON
    view: View = VIEW
    tracking: Tracking = field(init=False)
    rows_delivery: SheetDelivery = field(init=False)
    executor: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1))

    def __post_init__(self) -> None:
        self.tracking = Tracking(self.store, RULES, lambda: self.now, lambda: None)

    def have(self, *tickets: Ticket) -> None:
        """Tickets that the sheet shows."""
        for each in tickets:
            self.store.tickets.save(each)
            row = self.store.rows.find(each.thread_id)
            assert row is not None
            self.store.rows.acknowledge(each.thread_id, row.revision, {})

    def want(self, *tickets: Ticket) -> None:
        """Tickets that the sheet is to show."""
        for each in tickets:
            self.store.tickets.save(each)
        self.rows_delivery.wake()

    @asynccontextmanager
    async def delivering(
        self, *, along: bool = False, pause: timedelta = timedelta(), patience: timedelta = timedelta(minutes=10)
    ) -> AsyncIterator[asyncio.Task[None]]:
        """Figures are looked at again and again; or rows are written as well, and figures go `along`."""
        await asyncio.to_thread(self.office.repository.open)
        up_to_date = asyncio.Event()
        up_to_date.set()
        delivery = DashboardDelivery(
            store=self.store,
            repository=self.office.repository,
            tracking=self.tracking,
            showing=Showing(view=self.view, business=False),
            executor=self.executor,
            now=lambda: self.now,
            up_to_date=up_to_date,
            pause=pause if along else timedelta(milliseconds=10),
            patience=patience if along else timedelta(),
        )
        self.rows_delivery = SheetDelivery(
            store=self.store,
            repository=self.office.repository,
            tracking=self.tracking,
            desk=DESK,
            executor=self.executor,
            dashboard=delivery,
            pace=Pace(interval=0.001, burst=1),
        )
        running = asyncio.create_task(delivery.run())
        tasks = {running, asyncio.create_task(self.rows_delivery.run())} if along else {running}
        try:
            yield running
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=60.0)

    async def until(self, happened: Callable[[], object]) -> None:
        async with asyncio.timeout(60):
            while not happened():  # noqa: ASYNC110 - what is on the tab is no event
                await asyncio.sleep(0.01)

    async def shown(self) -> None:
        """The figures of now are on the tab."""
        tab = dashboard_of(self.office)
        stamp = f"As of {self.now:%Y-%m-%d %H:%M} (Asia/Kolkata)"
        await self.until(lambda: str(tab.cell(1, 0).value).startswith(stamp))

    def block(self, rows: range) -> list[list[Entered]]:
        """The filled rows of a block below its heading."""
        cells = [[dashboard_of(self.office).cell(row, column).value for column in range(5)] for row in rows[1:]]
        return [row for row in cells if row[0] is not None]

    def cells(self) -> list[list[Entered]]:
        """What stands in the rows of numbers, but for the time of them."""
        tab = dashboard_of(self.office)
        return [[tab.cell(row, column).value for column in range(5)] for row in range(NOW.start, ROWS)]

    def rows(self, numbers: Iterable[int]) -> dict[int, list[Entered]]:
        """These rows of the tab."""
        tab = dashboard_of(self.office)
        return {row: [tab.cell(row, column).value for column in range(5)] for row in numbers}

    def written(self) -> set[tuple[int, int]]:
        """The cells that the latest write has written."""
        sent = next(each.body for each in reversed(self.office.sheets.requests) if each.path.endswith(":batchUpdate"))
        areas = [each["updateCells"]["range"] for each in sent["requests"]]
        return {
            (row, column)
            for area in areas
            for row in range(area["startRowIndex"], area["endRowIndex"])
            for column in range(area["startColumnIndex"], area["endColumnIndex"])
        }

    async def quiet(self) -> None:
        """Nothing is asked any more, as time goes on."""
        async with asyncio.timeout(20):
            while True:
                self.now += timedelta(minutes=4)
                self.office.asked()
                await asyncio.sleep(0.1)
                if not self.office.asked():
                    return


def protect(tab: Tab) -> None:
    """Let nobody but ana edit it."""
    tab.views.protected_ranges[9] = {
        "protectedRangeId": 9,
        "range": {"sheetId": tab.sheet_id},
        "editors": {"users": ["ana@example.org"]},
    }


def announced(desk: FiguresDesk) -> list[str]:
    """What has been announced since the last call."""
    heads = [head for _, head in desk.store.effects.heads(9)]
    for head in heads:
        desk.store.effects.done(head.id)
    return [head.effect.text for head in heads if head.effect.kind is EffectKind.NOTICE]
