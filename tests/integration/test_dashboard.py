"""The tab of figures: set up by hand, kept up to date by the bot, and whatever people do to it, rows never suffer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from tests.support.histories import VIEW as HISTORIES
from tests.support.histories import World, expected, play
from tests.support.sheet_office import DESK, TITLE, Office, open_office, snowflake, ticket
from tracker.checks import Level
from tracker.domain.figures import elapsed
from tracker.domain.overview import View
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Answer, Ticket
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import Entered, Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.grid import Axis
from tracker.sheet.dashboard.cells import ANSWERERS, BEHIND_ROW, FIGURES, HISTORY, LATEST, NOW, ROWS, TEAMS, TYPES, Ids
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
class Desk:
    """A bot's two deliveries to the sheet, over one store, at the time the test says."""

    office: Office
    store: Store
    now: datetime = NOON
    view: View = VIEW
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
            showing=Showing(view=self.view, business=False),
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
        ["Waiting", 1, 1, None, None],
    ]
    weeks = desk.block(HISTORY)
    assert [len(weeks), weeks[-1]] == [13, ["2026-02-09", 5, 5, 0.5, 0.8]]
    assert weeks[-2] == ["2026-02-02", 1, 0, None, None]
    assert desk.block(TEAMS) == [["Unassigned", 6, 5, 0.5, 4 / 6]]
    assert desk.block(TYPES) == [["no type", 6, 5, 0.5, 4 / 6]]
    assert desk.block(ANSWERERS) == [["ana", 4, 4, 0.5, None], ["zoe", 1, 1, 3, None]]


async def test_figures_are_written_when_they_change_and_each_time_with_a_look_and_one_write(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    desk.office.asked()
    async with desk.delivering():
        await desk.shown()
        # Three reads open the tab of tickets, two reads and a write that of figures. Then it is looked and written.
        assert desk.office.asked()[:8] == [*["read"] * 3, *["read"] * 2, "write", "read", "write"]
        await desk.quiet()

        desk.have(answered(2, desk.now - HOUR, HOUR / 2))
        await desk.shown()
        asked = desk.office.asked()
        assert (asked[:1], asked.count("write")) == (["read"], 1)
        await desk.quiet()


async def test_only_cells_that_differ_are_written(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    async with desk.delivering():
        await desk.shown()
        desk.now += timedelta(minutes=5)
        desk.have(happened(2, NOON - DAY))
        await desk.shown()

    written = sorted(desk.written())
    latest, week = LATEST.start + 1, HISTORY.stop - 1
    # Opened and waiting; of this week opened; Unassigned, no type; and the time of all that.
    assert written == [(1, 0), (latest, 1), (latest + 5, 1), (week, 1), (TEAMS.start + 1, 1), (TYPES.start + 1, 1)]


async def test_what_people_write_over_figures_does_not_last(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    tab = dashboard_of(desk.office)
    async with desk.delivering():
        await desk.shown()
        tab.paste(LATEST.start + 1, 1, [["?", "?"]])
        tab.paste(HISTORY.start - 1, 0, [["mine"]])
        tab.paste(NOW.start, 0, [["Now?"]])
        tab.paste(NOW.start + 1, 1, [[17]])
        tab.paste(0, 0, [["Montag"]])
        await desk.until(lambda: tab.cell(LATEST.start + 1, 1).value == 1)

    assert desk.block(LATEST)[0] == ["Opened", 1, 0, None, None]
    assert tab.cell(HISTORY.start - 1, 0).value is None
    assert tab.cell(NOW.start, 0).value == "Now"
    assert isinstance(tab.cell(NOW.start + 1, 1).value, Formula)


@pytest.mark.parametrize(
    "moves",
    [
        lambda tab: tab.insert(Axis.ROWS, 0, 3),
        lambda tab: tab.insert(Axis.ROWS, NOW.start + 2, 3),
        lambda tab: tab.insert(Axis.ROWS, HISTORY.start + 3, 3),
        lambda tab: tab.insert(Axis.COLUMNS, 0, 2),
        lambda tab: tab.insert(Axis.COLUMNS, 2, 1),
        lambda tab: tab.delete(Axis.ROWS, 4, 7),
    ],
)
async def test_rows_and_columns_that_people_move_leave_charts_and_the_warning_over_their_numbers(
    desk: Desk, moves: Callable[[Tab], None]
) -> None:
    desk.have(*(answered(number, NOON - DAY, HOUR, by=f"ana {number}") for number in range(12)))
    tab = dashboard_of(desk.office)
    specs = {number: chart["spec"] for number, chart in tab.views.charts.items()}
    (warning,) = (dict(each) for each in tab.views.protected_ranges.values())
    deleted = tab.views.charts.popitem()[0]
    async with desk.delivering():
        await desk.shown()
        before = desk.cells()
        moves(tab)
        await desk.until(lambda: desk.cells() == before)

    assert {number: chart["spec"] for number, chart in tab.views.charts.items()} == {
        number: spec for number, spec in specs.items() if number != deleted
    }
    assert list(tab.views.protected_ranges.values()) == [warning]
    elsewhere = [
        tab.cell(row, column).value
        for row in range(1, tab.row_count)
        for column in range(tab.column_count)
        if (row, column) != (1, 0) and not (column < 5 and BEHIND_ROW <= row < ROWS)
    ]
    assert set(elsewhere) <= {None, "Support Dashboard"}


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
    for row in FIGURES:
        dashboard_of(desk.office).paste(row, 0, [["?"] * 5])
    async with desk.delivering():
        await desk.shown()
    desk.office.sheets.before.remove(weigh)
    return sizes[-1]


async def test_numbers_that_people_sort_are_put_back(desk: Desk) -> None:
    desk.have(*(answered(number, NOON - DAY, HOUR, by=f"ana {number}") for number in range(12)))
    async with desk.delivering():
        await desk.shown()
        before = desk.cells()
        dashboard_of(desk.office).sort(0)
        await desk.until(lambda: desk.cells() == before)


async def test_a_tab_that_people_delete_stays_deleted_and_rows_go_on(desk: Desk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    async with desk.delivering() as running:
        await desk.shown()
        desk.office.book.delete_tab(dashboard_of(desk.office))
        desk.have(answered(2, NOON - HOUR, HOUR / 2))
        await desk.quiet()
        assert not running.done()
    desk.office.want(ticket(9))
    assert (await desk.office.flush()).confirmed == {ticket(9).thread_id}
    async with desk.delivering():
        await desk.quiet()
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


async def test_what_stands_on_the_tab_equals_a_plain_count_through_restarts_and_a_lost_store(
    desk: Desk, tmp_path: Path
) -> None:
    world = World(folder=tmp_path / "store", store=desk.store)
    chance = Random(3)  # noqa: S311 - no secret
    whats = ["open", "open", "ana", "zoe", "mia", "tag", "delete", "restart"]
    desk.view = HISTORIES
    for what in ("later", "later", "lost"):
        if what == "lost":
            world.lose_store()
        else:
            play(world, [(chance.choice([60, 3_660, 90_000]), chance.choice(whats), n) for n in range(60)])
        desk.store, desk.now = world.store, world.now
        for row in desk.store.rows.pending(1_000):
            desk.store.rows.acknowledge(row.ticket.thread_id, row.revision, {})
        wanted = expected(world)
        assert wanted[LATEST.start + 1][1] != 0
        async with desk.delivering():
            await desk.until(lambda: desk.rows(wanted) == wanted)  # noqa: B023 - of this round
    world.store.close()


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_write_that_lands_after_it_was_given_up_leaves_no_old_figures(desk: Desk, restarted: bool) -> None:  # noqa: FBT001 - either
    desk.have(answered(1, NOON - DAY, HOUR))
    late = faults.late(path=":batchUpdate")
    async with desk.delivering():
        await desk.shown()
        desk.office.sheets.faults.append(late)
        desk.have(answered(2, NOON - 2 * DAY, HOUR))
        await desk.until(lambda: late.times == 0)
        if not restarted:
            desk.have(answered(3, NOON - 2 * DAY, HOUR, by="zoe"))
            await desk.until(lambda: len(desk.block(ANSWERERS)) == 2)
            desk.office.sheets.land_late_writes()
            await desk.until(lambda: desk.block(LATEST)[0][1] == 3)
    if restarted:
        desk.have(answered(3, NOON - 2 * DAY, HOUR, by="zoe"))
        async with desk.delivering():
            await desk.until(lambda: len(desk.block(ANSWERERS)) == 2)
            desk.office.sheets.land_late_writes()
            await desk.until(lambda: desk.block(LATEST)[0][1] == 3)
