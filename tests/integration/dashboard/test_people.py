"""Whatever people do to the tab of figures, it is put back or announced, and rows never suffer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.support.figures_desk import DAY, HOUR, NOON, FiguresDesk, announced, answered, dashboard_of, protect
from tests.support.sheet_office import ticket
from tracker.sandbox.sheets.cells import Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.grid import Axis
from tracker.sheet.dashboard.cells import ANSWERERS, BEHIND_ROW, HISTORY, LATEST, NOW, ROWS


async def test_what_people_write_over_figures_does_not_last(desk: FiguresDesk) -> None:
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
    desk: FiguresDesk, moves: Callable[[Tab], None]
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


async def test_numbers_that_people_sort_are_put_back(desk: FiguresDesk) -> None:
    desk.have(*(answered(number, NOON - DAY, HOUR, by=f"ana {number}") for number in range(12)))
    async with desk.delivering():
        await desk.shown()
        before = desk.cells()
        dashboard_of(desk.office).sort(0)
        await desk.until(lambda: desk.cells() == before)


async def test_a_tab_that_people_delete_stays_deleted_and_rows_go_on(desk: FiguresDesk) -> None:
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


async def test_formulas_follow_columns_and_titles_at_the_next_start(desk: FiguresDesk) -> None:
    office = desk.office
    await asyncio.to_thread(office.repository.open)
    office.tab.rename("Ana's tickets")
    office.tab.insert(Axis.COLUMNS, 0, 1)

    async with desk.delivering():
        await desk.shown()

    tab = dashboard_of(office)
    assert tab.cell(NOW.start + 1, 1).value == Formula("=COUNTIFS('Ana''s tickets'!$P:$P;$A$63)")


async def test_formulas_over_a_column_that_had_no_name_at_the_start_come_when_it_has_one(desk: FiguresDesk) -> None:
    office, tab = desk.office, dashboard_of(desk.office)
    formula = tab.cell(NOW.start + 1, 1).value
    status = office.tab.values()[0].index("status")
    office.tab.paste(0, status, [["ours"]])
    async with desk.delivering():
        await desk.until(lambda: tab.cell(NOW.start + 1, 1).value is None)
        await desk.shown()
        office.tab.paste(0, status, [["status"]])
        await desk.until(lambda: tab.cell(NOW.start + 1, 1).value == formula)


async def test_formulas_over_a_column_that_people_deleted_come_again_with_it(desk: FiguresDesk) -> None:
    office, tab = desk.office, dashboard_of(desk.office)
    status = office.tab.values()[0].index("status")
    formula = tab.cell(NOW.start + 1, 1).value
    async with desk.delivering():
        await desk.shown()
        office.tab.delete_columns(status)
        await desk.until(lambda: tab.cell(NOW.start + 1, 1).value is None)
        desk.have(answered(1, NOON - DAY, HOUR))
        await desk.until(lambda: desk.block(LATEST)[0][1] == 1)
        office.tab.insert_columns(status)
        office.tab.paste(0, status, [["status"]])
        await desk.until(lambda: tab.cell(NOW.start + 1, 1).value == formula)


async def test_a_column_that_people_move_while_the_tab_is_opened_is_counted_where_it_is(desk: FiguresDesk) -> None:
    office = desk.office
    await asyncio.to_thread(office.repository.open)
    office.during_the_write(lambda: office.tab.insert(Axis.COLUMNS, 0, 1))

    async with desk.delivering():
        await desk.shown()

    tab = dashboard_of(office)
    assert tab.cell(NOW.start + 1, 1).value == Formula(f"=COUNTIFS('{office.tab.title}'!$P:$P;$A$63)")


async def test_rows_that_people_delete_from_the_tab_are_there_again_after_the_next_start(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    tab = dashboard_of(desk.office)
    tab.delete(Axis.ROWS, 100, 130)

    async with desk.delivering():
        await desk.shown()

    assert tab.row_count >= ROWS
    assert desk.block(ANSWERERS) == [["ana", 1, 1, 1, None]]


async def test_a_tab_that_is_protected_against_the_bot_is_announced_once_each_time(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    tab = dashboard_of(desk.office)
    protect(tab)
    for _ in range(2):
        desk.office.asked()
        async with desk.delivering():
            await desk.until(lambda: sum(each.status == 400 for each in desk.office.sheets.requests) >= 2)
    (notice,) = announced(desk)
    assert notice.startswith("🛠️ **The figures in the sheet cannot be written.**")
    assert announced(desk) == []

    del tab.views.protected_ranges[9]
    async with desk.delivering():
        await desk.shown()
        await desk.quiet()
        protect(tab)
        desk.have(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: announced(desk) == [notice])


async def test_what_keeps_rows_back_as_well_is_not_announced_for_the_figures_too(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    roles = dict(desk.office.book.roles)
    async with desk.delivering():
        await desk.shown()
        desk.office.book.roles.clear()
        desk.office.asked()
        desk.have(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: sum(each.status == 403 for each in desk.office.sheets.requests) >= 2)
        desk.office.book.roles.update(roles)
        await desk.until(lambda: desk.block(ANSWERERS)[0][1] == 2)
    assert announced(desk) == []


async def test_a_tab_that_people_delete_while_it_is_put_back_stays_deleted(desk: FiguresDesk) -> None:
    desk.have(answered(1, NOON - DAY, HOUR))
    tab = dashboard_of(desk.office)
    async with desk.delivering() as running:
        await desk.shown()
        tab.paste(NOW.start, 0, [["Now?"]])
        desk.office.before_request(1, lambda: desk.office.book.delete_tab(tab))
        await desk.until(lambda: tab not in desk.office.book.tabs)
        await desk.quiet()
        assert not running.done()
    assert tab.title not in [each.title for each in desk.office.book.tabs]
