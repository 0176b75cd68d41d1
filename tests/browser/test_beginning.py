"""What a person finds who opens the page for the first time."""

from __future__ import annotations

from tests.browser.conftest import OpenDesk
from tests.support.chromium import Page
from tests.support.reading import open_ticket, rows, select_cell, until_row, until_text
from tracker.sheet.table.columns import NAMES

FIRST = {
    *("Refund for the last order", "Invitations do not arrive", "Reports load for a minute"),
    *("Which plan has single sign-on?", "Invoice has the old address", "How do I invite a colleague?"),
    "Charts show last week's numbers",
}

_OUT_OF_VIEW = """(() => {
    const area = document.querySelector("#grid").parentElement.getBoundingClientRect();
    const sheet = document.querySelector("#grid .names");
    return [...sheet.querySelectorAll("[data-row]")].filter((cell) => {
        const box = cell.getBoundingClientRect();
        return box.left < area.left || box.right > Math.min(area.right, innerWidth);
    }).map((cell) => cell.title);
})()"""
_CUT = """[...document.querySelectorAll("#grid tbody td > div")]
    .filter((text) => text.scrollWidth > text.clientWidth || text.scrollHeight > text.clientHeight)
    .map(({innerText, scrollWidth, clientWidth}) => [innerText, scrollWidth, clientWidth])"""


async def test_the_page_begins_with_a_few_tickets_and_warns_of_nothing(page: Page, sandbox: OpenDesk) -> None:
    assert set(await rows(page)) == FIRST
    await until_text(page, "#threads", "1 message")
    await until_text(page, "#no-alerts", "Nothing yet.")
    await until_text(page, "#waiting", "Nothing waits in the store")
    assert "WARNING" not in sandbox.desk.log
    assert "ERROR" not in sandbox.desk.log


async def test_a_new_ticket_opens_as_in_discord_and_the_list_shows_it_first(page: Page) -> None:
    await open_ticket(page, "Cannot print", tag="billing")
    assert await page.value("document.querySelector('#threads .title').textContent") == "Cannot print"
    assert await page.value("location.hash") == "#tickets"
    await until_row(page, "Cannot print", type="billing")


async def test_all_that_matters_of_the_sheet_is_seen_in_a_window_1280_wide(page: Page) -> None:
    await page.look(1280, 800)
    await page.until("document.fonts.status === 'loaded'")
    assert set(await page.value(_OUT_OF_VIEW)).isdisjoint(NAMES)
    ids = ("https://", "1")
    assert [cut for cut in await page.value(_CUT) if not cut[0].startswith(ids) and "_" not in cut[0]] == []

    await select_cell(page, "title")
    await page.click("button", "Add column")
    await page.until("document.querySelectorAll('#grid .names [data-row]').length === 26")
    assert set(await page.value(_OUT_OF_VIEW)).isdisjoint(NAMES)

    await page.look(700, 800)  # where it is not, the title stays
    await page.value("document.querySelector('#grid').parentElement.scrollLeft = 5000")
    assert "title" not in await page.value(_OUT_OF_VIEW)
    assert "thread_id" in await page.value(_OUT_OF_VIEW)
    await until_text(page, "#sheet .hint", "Enter saves")
