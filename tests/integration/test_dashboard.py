"""The tab of figures: set up by hand, kept up to date by the bot, and whatever people do to it, rows never suffer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest_asyncio

from tests.support.sheet_office import DESK, TITLE, Office, open_office, snowflake, ticket
from tracker.checks import Level
from tracker.domain.figures import elapsed
from tracker.domain.overview import View
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Answer, Rules, Ticket
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import Entered, Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.grid import Axis
from tracker.sheet.dashboard.cells import ANSWERERS, HISTORY, LATEST, NOW, ROWS, TEAMS, TYPES, Ids
from tracker.sheet.flush.dashboard import DashboardDelivery, Showing
from tracker.sheet.setup.plan import carry_out, make_plan
from tracker.sheet.setup.tab_checks import TAB_FIELDS, check_tab
from tracker.store import Store
from tracker.tracking import Tracking

CHARTS = 11
KOLKATA = ZoneInfo("Asia/Kolkata")
NOON = datetime(2026, 2, 11, 12, tzinfo=KOLKATA)
"""A Wednesday."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = Rules(
    resolved_tags=frozenset({"resolved"}),
    sla=Agreement(span=HOUR),
    alert_channel_ids=(701,),
    tracking_since=NOON - timedelta(days=300),
)


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
class Desk:
    """A bot's two deliveries to the sheet, over one store, at the time the test says."""

    office: Office
    store: Store
    now: datetime = NOON
    tracking: Tracking = field(init=False)
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

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[asyncio.Task[None]]:
        """Figures are looked at again and again."""
        await asyncio.to_thread(self.office.repository.open)
        up_to_date = asyncio.Event()
        up_to_date.set()
        delivery = DashboardDelivery(
            store=self.store,
            repository=self.office.repository,
            tracking=self.tracking,
            showing=Showing(view=View(zone=KOLKATA, teams=DESK.teams, rules=RULES, elapsed=elapsed), business=False),
            executor=self.executor,
            now=lambda: self.now,
            up_to_date=up_to_date,
            pause=timedelta(milliseconds=10),
        )
        running = asyncio.create_task(delivery.run())
        try:
            yield running
        finally:
            running.cancel()
            await asyncio.wait((running,), timeout=60.0)

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

    def writes(self) -> list[int]:
        """The sizes of the writes since the last call."""
        return [len(text) for text in self.office.asked() if text == "write"]


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which everything is held to Google's description of its API."""
    async with open_office(tmp_path, watched=True) as opened:
        yield opened


@pytest_asyncio.fixture
async def desk(office: Office, tmp_path: Path) -> AsyncIterator[Desk]:
    await set_up(office)
    with closing(Store.open(tmp_path / "store")) as store:
        yield Desk(office=office, store=store)


async def test_without_being_asked_for_there_is_no_tab_of_figures_and_nothing_is_written(
    office: Office, tmp_path: Path
) -> None:
    await set_up(office, dashboard=False)
    tabs = len(office.book.tabs)
    with closing(Store.open(tmp_path / "store")) as store:
        desk = Desk(office=office, store=store)
        office.asked()
        async with desk.delivering() as running:
            await asyncio.sleep(0.2)
            assert not running.done()
    assert office.asked() == ["read"] * 3  # of the tab of tickets
    assert len(office.book.tabs) == tabs


async def test_set_up_makes_the_tab_with_its_charts_and_the_columns_that_it_counts_in(office: Office) -> None:
    steps = await set_up(office)
    tab = dashboard_of(office)

    assert steps[-1] == 'create the tab "Support Dashboard", with charts'
    assert any("status" in step for step in steps)
    assert (tab.title, tab.row_count, len(tab.views.charts)) == ("Support Dashboard", ROWS, CHARTS)
    (kept,) = tab.views.protected_ranges.values()
    assert kept["warningOnly"]
    assert tab.cell(NOW.start, 0).note is not None
    formulas = [cell.value for row in tab.stored for cell in row if isinstance(cell.value, Formula)]
    assert len(formulas) == 4
    assert formulas[0].text == "=COUNTIFS('Support Tickets'!$O:$O;$A$63)"


async def test_set_up_again_repairs_what_people_did_and_leaves_what_they_like(office: Office) -> None:
    await set_up(office)
    tab = dashboard_of(office)
    first = dict(tab.views.charts)
    tab.rename("Montag")
    tab.views.charts.pop(next(iter(first)))
    tab.insert(Axis.ROWS, 0, 3)
    tab.delete(Axis.ROWS, 100, 120)

    steps = await set_up(office)

    assert steps == ['put the tab "Montag" right again, with its charts']
    assert tab.title == "Montag"
    assert {number: chart["spec"] for number, chart in tab.views.charts.items()} == {
        number: chart["spec"] for number, chart in first.items()
    }
    assert tab.row_count >= ROWS


async def test_a_tab_that_has_the_title_already_is_left_alone(office: Office) -> None:
    office.book.add_tab("support dashboard")

    await set_up(office)

    assert dashboard_of(office).title == "Support Dashboard of Support Tickets"


async def test_the_tab_shows_the_figures_of_the_tickets(desk: Desk) -> None:
    desk.have(
        *(answered(number, NOON - DAY - number * HOUR, HOUR / 2) for number in range(4)),
        answered(4, NOON - 2 * DAY, 3 * HOUR, by="zoe"),
        happened(5, NOON - 8 * DAY, missed=True),
        answered(6, NOON - 100 * DAY, HOUR),
    )

    async with desk.delivering():
        await desk.shown()

    assert desk.block(LATEST) == [
        ["Opened", 5, 1, None, None],
        ["Resolved", 5, 0, None, None],
        ["Median first response", 1 / 48, None, None, None],
        ["SLA kept", 0.8, None, None, None],
        ["Reopened", 0, None, None, None],
    ]
    weeks = desk.block(HISTORY)
    assert [len(weeks), weeks[-1]] == [13, ["2026-02-09", 5, 5, 0.5, 0.8]]
    assert weeks[-2] == ["2026-02-02", 1, 0, None, None]
    assert desk.block(TEAMS) == [["Unassigned", 6, 5, 0.5, 4 / 6]]
    assert desk.block(TYPES) == [["no type", 6, 5, 0.5, 4 / 6]]
    assert desk.block(ANSWERERS) == [["ana", 4, 4, 0.5, None], ["zoe", 1, 1, 3, None]]


async def test_figures_are_written_when_they_change_and_each_time_with_one_request(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    desk.office.asked()
    async with desk.delivering():
        await desk.shown()
        await asyncio.sleep(0.2)
        # Three reads open the tab of tickets. Then come two for the tab of figures, its texts, and the figures.
        assert desk.office.asked() == [*["read"] * 3, *["read"] * 2, "write", "write"]

        desk.now += HOUR
        await asyncio.sleep(0.2)
        assert desk.office.asked() == []

        desk.have(answered(2, desk.now - HOUR, HOUR / 2))
        await desk.shown()
        await asyncio.sleep(0.2)
        assert desk.office.asked() == ["write"]


async def test_a_refresh_costs_the_same_however_many_tickets_there_are(desk: Desk) -> None:
    sizes = []
    for count in (100, 2_000):
        opened = [NOON - number * HOUR / 20 for number in range(count)]
        desk.have(*(answered(number, at, HOUR, by=f"ana {number % 30}") for number, at in enumerate(opened)))
        sizes.append(await request_size(desk))
    assert sizes[0] < sizes[1] < 1.1 * sizes[0] < 12_000


async def request_size(desk: Desk) -> int:
    """The bytes of the write of figures."""
    sizes: list[int] = []

    def weigh(request) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - a hook of the local Google's
        sizes.append(int(request.headers.get("Content-Length", "0")))

    desk.office.sheets.before.append(weigh)
    desk.now += timedelta(minutes=1)
    async with desk.delivering():
        await desk.shown()
    desk.office.sheets.before.remove(weigh)
    return sizes[-1]


async def test_a_tab_that_people_delete_stays_deleted_and_rows_go_on(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    async with desk.delivering() as running:
        await desk.shown()
        desk.office.book.delete_tab(dashboard_of(desk.office))
        desk.have(answered(2, NOON - HOUR, HOUR / 2))
        desk.office.asked()
        await desk.until(lambda: "write" in desk.office.asked())
        await asyncio.sleep(0.2)
        assert desk.office.asked() == []
        assert not running.done()
    desk.office.want(ticket(9))
    assert (await desk.office.flush()).confirmed == {ticket(9).thread_id}
    async with desk.delivering():
        await asyncio.sleep(0.2)
    assert "Support Dashboard" not in [tab.title for tab in desk.office.book.tabs]


async def test_formulas_follow_columns_and_titles_at_the_next_start(desk: Desk) -> None:
    office = desk.office
    await asyncio.to_thread(office.repository.open)
    office.tab.rename("Ana's tickets")
    office.tab.insert(Axis.COLUMNS, 0, 1)

    async with desk.delivering():
        await desk.shown()

    tab = dashboard_of(office)
    assert tab.cell(NOW.start + 1, 1).value == Formula("=COUNTIFS('Ana''s tickets'!$P:$P;$A$63)")


async def test_rows_that_people_delete_from_the_tab_are_there_again_after_the_next_start(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    tab = dashboard_of(desk.office)
    tab.delete(Axis.ROWS, 100, 130)

    async with desk.delivering():
        await desk.shown()

    assert tab.row_count >= ROWS
    assert desk.block(ANSWERERS) == [["ana", 1, 1, 1, None]]


async def test_a_tab_that_is_protected_against_the_bot_is_announced_once(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    tab = dashboard_of(desk.office)
    tab.views.protected_ranges[9] = {
        "protectedRangeId": 9,
        "range": {"sheetId": tab.sheet_id},
        "editors": {"users": ["ana@example.org"]},
    }
    for _ in range(2):
        desk.office.asked()
        async with desk.delivering():
            await desk.until(lambda: sum(each.status == 400 for each in desk.office.sheets.requests) >= 2)
    notices = [pending.effect.text for _, pending in desk.store.effects.heads(9)]
    assert len(notices) == 1
    assert notices[0].startswith("🛠️ **The figures in the sheet cannot be written.**")

    del tab.views.protected_ranges[9]
    async with desk.delivering():
        await desk.shown()


async def test_the_doctor_sees_the_tab_and_whether_it_is_protected_against_the_bot(desk: Desk) -> None:
    def findings() -> list[tuple[Level, str]]:
        described = desk.office.google.describe(f"properties(title,timeZone),sheets({TAB_FIELDS})")
        found = list(check_tab(desk.office.google, described, TITLE))
        return [(each.level, each.text) for each in found if each.id == "sheet.dashboard"]

    assert await asyncio.to_thread(findings) == [(Level.GOOD, 'Figures: tab "Support Dashboard"')]

    tab = dashboard_of(desk.office)
    kept = {"range": {"sheetId": tab.sheet_id}, "editors": {"users": ["ana@example.org"]}}
    tab.views.protected_ranges[9] = {"protectedRangeId": 9, **kept}

    assert [level for level, _ in await asyncio.to_thread(findings)] == [Level.WARNING]


async def test_figures_of_which_the_answer_was_lost_are_written_again(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))

    async with desk.delivering():
        lost = faults.reset(path=":batchUpdate", applied=True, times=2)
        desk.office.sheets.faults += [faults.internal_error(times=4), lost]
        await desk.until(lambda: lost.times == 0)
        await desk.shown()

    assert desk.block(ANSWERERS) == [["ana", 1, 1, 1, None]]
