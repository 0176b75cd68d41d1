"""The tab of figures as `init_sheet` makes it, repairs it and leaves it alone, and as the doctor sees it."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path

from tests.support.figures_desk import FiguresDesk, dashboard_of, set_up
from tests.support.sheet_office import TITLE, Office
from tracker.checks import Level
from tracker.sandbox.sheets.cells import Formula
from tracker.sandbox.sheets.grid import Axis
from tracker.sheet.dashboard.cells import NOW, ROWS
from tracker.sheet.setup.tab_checks import TAB_FIELDS, check_tab
from tracker.store import Store

CHARTS = 11


async def test_without_being_asked_for_there_is_no_tab_of_figures_and_nothing_is_written(
    office: Office, tmp_path: Path
) -> None:
    await set_up(office, dashboard=False)
    tabs = len(office.book.tabs)
    with closing(Store.open(tmp_path / "store")) as store:
        desk = FiguresDesk(office=office, store=store)
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


async def test_the_doctor_sees_the_tab_and_whether_it_is_protected_against_the_bot(desk: FiguresDesk) -> None:
    def findings() -> list[tuple[Level, str]]:
        described = desk.office.google.describe(f"properties(title,timeZone),sheets({TAB_FIELDS})")
        found = list(check_tab(desk.office.google, described, TITLE))
        return [(each.level, each.text) for each in found if each.id == "sheet.dashboard"]

    assert await asyncio.to_thread(findings) == [(Level.GOOD, 'Figures: tab "Support Dashboard"')]

    tab = dashboard_of(desk.office)
    kept = {"range": {"sheetId": tab.sheet_id}, "editors": {"users": ["ana@example.org"]}}
    tab.views.protected_ranges[9] = {"protectedRangeId": 9, **kept}

    assert [level for level, _ in await asyncio.to_thread(findings)] == [Level.WARNING]
