"""Figures go in the same change as the rows that changed them, and never keep those back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.support.figures_desk import DAY, HOUR, NOON, FiguresDesk, announced, answered, dashboard_of, protect
from tracker.sandbox.sheets import faults
from tracker.sheet.dashboard.cells import LATEST


def opened(desk: FiguresDesk) -> object:
    """How many tickets the tab says were opened in the last 7 days."""
    return desk.block(LATEST)[0][1]


def writes(desk: FiguresDesk) -> list[tuple[int, set[str]]]:
    """Of each write in which rows or figures were sent: Google's answer, and the titles of their tabs."""
    titles = {tab.sheet_id: tab.title for tab in (desk.office.tab, dashboard_of(desk.office))}
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

    both = {desk.office.tab.title, dashboard_of(desk.office).title}
    assert writes(desk) == [(200, both)]
    assert len(desk.office.tab.records()) == 2


async def test_rows_go_without_figures_that_google_refuses(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        protect(dashboard_of(desk.office))
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 2)
        notice = await announcement(desk)
        own, its = desk.office.tab.title, dashboard_of(desk.office).title
        assert writes(desk) == [(400, {own, its}), (200, {own})]
        assert notice.startswith("🛠️ **The figures in the sheet cannot be written.**")
        assert opened(desk) == 1

        dashboard_of(desk.office).views.protected_ranges.clear()
        desk.want(answered(3, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: opened(desk) == 3)
    assert announced(desk) == []


async def test_a_lost_answer_loses_neither_rows_nor_figures(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        for number, is_applied in enumerate((True, False), start=2):
            lost = faults.reset(path=":batchUpdate", applied=is_applied, times=1)
            desk.office.sheets.faults.append(lost)
            desk.want(answered(number, NOON - HOUR, HOUR / 2))
            await desk.until(lambda: lost.times == 0)  # noqa: B023 - of this round
            await desk.until(lambda: len(desk.office.tab.records()) == number)  # noqa: B023 - of this round
        desk.now += timedelta(minutes=5)
        desk.want(answered(4, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: opened(desk) == 4)
    assert len(desk.office.tab.records()) == 4


async def test_rows_go_on_where_people_delete_the_tab_of_figures(desk: FiguresDesk) -> None:
    async with desk.delivering(along=True):
        await begun(desk)
        tab = dashboard_of(desk.office)
        desk.office.before_request(2, lambda: desk.office.book.delete_tab(tab))
        desk.want(answered(2, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 2)
        desk.want(answered(3, NOON - HOUR, HOUR / 2))
        await desk.until(lambda: len(desk.office.tab.records()) == 3)
    assert tab not in desk.office.book.tabs
