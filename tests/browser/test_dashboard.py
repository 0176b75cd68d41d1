"""The tab of figures on the page."""

from __future__ import annotations

import re

from tests.support.axe import audit_in_all_looks
from tests.support.chromium import Page
from tests.support.reading import open_ticket, until_text
from tests.support.shifts import shifts, watch_shifts

_CARDS = """Object.fromEntries([...document.querySelectorAll("#dashboard .scorecard")].map((card) =>
    [card.querySelector("figcaption").textContent,
     [...card.querySelectorAll("p")].map((line) => line.textContent).join(" ").trim()]))"""
_CHARTS = """Object.fromEntries([...document.querySelectorAll("#dashboard .chart")].map((chart) =>
    [chart.querySelector("figcaption").textContent, [...chart.querySelectorAll(".bar, .point")]
        .filter((mark) => mark.getBoundingClientRect().height > 2).map((mark) => mark.textContent)]))"""
_SELECTED = "document.querySelector('#sheet-tabs [aria-selected=true]').textContent"
_OF_PEOPLE = "Opened and resolved by {}, last 28 days"


async def test_the_dashboard_shows_what_the_tickets_give_and_is_there_for_everybody(page: Page) -> None:
    await page.value("document.querySelector('#tickets-tab').focus()")
    await page.press("ArrowRight")
    assert await page.value(f"[{_SELECTED}, document.activeElement.id]") == ["Support Dashboard", "dashboard-tab"]
    await page.until("document.querySelectorAll('#dashboard .bar').length > 0")
    cards = await page.value(_CARDS)
    # In business time, and today may be a Sunday.
    assert re.fullmatch(r"0:0\d:00 ▼ \d+% to the 7 days before", cards.pop("Median first response"))
    assert cards == {
        "Opened, last 7 days": "3 ▲ 50% to the 7 days before",
        "Resolved, last 7 days": "0",
        "SLA kept, last 7 days": "\u2013",
        "Reopened, last 7 days": "\u2013",
        "Waiting now": "0",
    }
    charts = await page.value(_CHARTS)
    weeks = charts.pop("Opened and resolved by week, with the median first response")
    assert sum(int(mark.rpartition(" ")[2]) for mark in weeks if ", Opened: " in mark) == 7
    assert [mark for mark in weeks if ", Median first response (hours): 0." in mark]
    assert charts == {
        "SLA kept by week": [],
        _OF_PEOPLE.format("team"): ["Consulting, Opened: 2", "Engineering, Opened: 3", "Unassigned, Opened: 1"],
        _OF_PEOPLE.format("type"): ["billing, Opened: 1", "no type, Opened: 5"],
        _OF_PEOPLE.format("first answerer"): ["kim, Opened: 2", "sam, Opened: 4"],
    }

    await watch_shifts(page)
    await open_ticket(page, "Login fails")
    await page.until(f"({_CARDS})['Waiting now'] === '1'")
    await until_text(page, "#dashboard .block", "waiting\t1")
    assert await shifts(page) == []

    for look, found in (await audit_in_all_looks(page, within="#sheet")).items():
        assert found.violations == [], look
    for width in (1280, 375):
        await page.look(width)
        boxes = "[...document.querySelectorAll('#dashboard .chart, #dashboard .scorecard')]"
        assert await page.value(f"{boxes}.filter((box) => box.scrollWidth > box.clientWidth).length") == 0, width

    await page.look(1280)
    await page.click("tab", "Support Tickets")
    assert await page.value("document.querySelector('#grid').checkVisibility()")


async def test_a_step_of_the_tour_shows_the_tab_that_it_changes(page: Page) -> None:
    await page.click("tab", "Support Dashboard")
    await page.click("button", "▶ Tour")
    await page.until(f"{_SELECTED} === 'Support Tickets'")
    # Clicked and read at once: the tour's next step may be there by the time that a second question is answered.
    assert await page.value(f"document.querySelector('#dashboard-tab').click(), {_SELECTED}") == "Support Dashboard"
