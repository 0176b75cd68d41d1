"""Figures go in the same change as the rows that changed them, and never keep those back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.support.figures_desk import DAY, HOUR, NOON, FiguresDesk, announced, answered, dashboard_of, protect
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.dashboard.cells import LATEST, NOW


def opened(desk: FiguresDesk) -> object:
    """How many tickets the tab says were opened in the last 7 days."""
    return desk.block(LATEST)[0][1]


def writes(desk: FiguresDesk, figures: Tab) -> list[tuple[int, set[str]]]:
    """Of each write in which rows or `figures` were sent: Google's answer, and the titles of their tabs."""
    titles = {tab.sheet_id: tab.title for tab in (desk.office.tab, figures)}
    sent = [each for each in desk.office.sheets.requests if each.path.endswith(":batchUpdate")]
    found = [(each.status, {titles[number] for number in numbers(each.body) if number in titles}) for each in sent]
    return [each for each in found if each[1]]


def numbers(body: dict[str, Any]) -> set[int]:
    """The tabs in which a write changes cells."""
    return {
        each["updateCells"]["range"]["sheetId"] for each in body["requests"] if "range" in each.get("updateCells", {})
    }


async def begun(desk: FiguresDesk) -> None:
    """The first ticket is in the sheet, and the figures are shown."""
    desk.want(answered(1, NOON - DAY, HOUR))
    await desk.until(desk.office.tab.records)
    await desk.shown()
    await desk.quiet()
    desk.office.sheets.requests.clear()


async def announcement(desk: FiguresDesk) -> str:
    """The one that is made."""
    found: list[str] = []

    def heard() -> bool:
        found.extend(announced(desk))
        return bool(found)

    await desk.until(heard)
    (notice,) = found
    return notice


async def test_figures_are_in_the_write_of_the_rows_that_change_them(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: opened(desk) == 2)

    figures = dashboard_of(desk.office)
    assert writes(desk, figures) == [(200, {desk.office.tab.title, figures.title})]
    assert len(desk.office.tab.records()) == 2


async def test_however_long_nothing_happened_figures_go_with_the_next_row(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True, pause=timedelta(seconds=0.2), patience=timedelta(seconds=0.2)):
        await begun(desk)
        for number in range(2, 7):
            await asyncio.sleep(0.6)  # it is looked in vain, at least once
            desk.want(answered(number, NOON - HOUR, HOUR / 2))
            await desk.until(lambda: opened(desk) == number)  # noqa: B023 - of this round

    figures = dashboard_of(desk.office)
    joint = [each for each in writes(desk, figures) if each == (200, {desk.office.tab.title, figures.title})]
    assert len(joint) >= 3  # all but those that come in the very moment of a look


async def test_rows_that_come_soon_after_figures_take_none_along_and_those_go_alone_later(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True, pause=timedelta(seconds=1.5), patience=timedelta(seconds=0.1)):
        await begun(desk)
        await asyncio.sleep(2)
        for number in (2, 3):
            desk.want(answered(number, NOON - HOUR, HOUR / 2))
            await desk.until(lambda: len(desk.office.tab.records()) == number)  # noqa: B023 - of this round
        await desk.until(lambda: opened(desk) == 3)

    own, its = desk.office.tab.title, dashboard_of(desk.office).title
    assert writes(desk, dashboard_of(desk.office)) == [(200, {own, its}), (200, {own}), (200, {its})]


async def test_rows_go_without_figures_that_google_refuses(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        figures = dashboard_of(desk.office)
        protect(figures)
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 2)
        notice = await announcement(desk)
        own, its = desk.office.tab.title, figures.title
        assert writes(desk, figures) == [(400, {own, its}), (200, {own})]
        assert notice.startswith("🛠️ **The figures in the sheet cannot be written.**")
        assert opened(desk) == 1

        figures.views.protected_ranges.clear()
        desk.want(answered(3, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: opened(desk) == 3)
    assert announced(desk) == []


@pytest.mark.parametrize("applied", [True, False])
async def test_a_lost_answer_loses_neither_rows_nor_figures(desk: FiguresDesk, *, applied: bool) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        lost = faults.reset(path=":batchUpdate", applied=applied, times=1)
        desk.office.sheets.faults.append(lost)
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 2)
        desk.want(answered(3, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: opened(desk) == 3)
    assert len(desk.office.tab.records()) == 3


async def test_where_nobody_knows_what_came_of_them_the_next_rows_go_without_figures(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True, pause=timedelta(seconds=0.5), patience=timedelta(seconds=0.5)):
        await begun(desk)
        await asyncio.sleep(0.6)
        desk.have(answered(2, NOON - HOUR, HOUR / 2))
        dashboard = desk.rows_delivery.dashboard
        assert dashboard is not None
        refresh = await dashboard.due()
        assert refresh is not None
        dashboard.settle(refresh, None)
        assert await dashboard.due() is None
        await desk.until(lambda: opened(desk) == 2)


async def test_rows_go_on_where_people_delete_the_tab_of_figures(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        figures = dashboard_of(desk.office)
        desk.office.during_the_write(lambda: desk.office.book.delete_tab(figures))
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 2)
        own, its = desk.office.tab.title, figures.title
        assert writes(desk, figures) == [(400, {own, its}), (200, {own})]
        desk.want(answered(3, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 3)
    assert figures not in desk.office.book.tabs


async def test_headings_that_people_moved_are_not_put_right_while_rows_wait(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True, patience=timedelta(seconds=1)):
        await begun(desk)
        figures = dashboard_of(desk.office)
        before = figures.cell(NOW.start, 0).value
        figures.paste(NOW.start, 0, [["Mine"]])
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 2)
        assert figures.cell(NOW.start, 0).value == "Mine"
        await desk.until(lambda: opened(desk) == 2)
    assert figures.cell(NOW.start, 0).value == before
