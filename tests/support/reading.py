"""What a person reads on the page."""

from __future__ import annotations

import json

from tests.support.chromium import Page

_ROWS = """(() => {
    const texts = (line) => [...line.querySelectorAll("[data-row]")].map((cell) => cell.title);
    const names = texts(document.querySelector("#grid .names"));
    return [...document.querySelectorAll("#grid .names ~ tr")].map(texts).filter((row) => row.some(Boolean))
        .map((row) => Object.fromEntries(row.map((text, at) => [names[at], text])));
})()"""


async def rows(page: Page) -> dict[str, dict[str, str]]:
    """The sheet's rows that are not blank, by title, each by column name."""
    return {row["title"]: row for row in await page.value(_ROWS)}


async def until_row(page: Page, title: str, **cells: str) -> dict[str, str]:
    """Wait until the row of this title has these cells (`*`: anything but nothing); the whole row."""
    wanted = json.dumps(cells)
    await page.until(f"""{_ROWS}.some((row) => row.title === {json.dumps(title)}
        && Object.entries({wanted}).every(([name, text]) => text === "*" ? row[name] : row[name] === text))""")
    return (await rows(page))[title]


async def until_text(page: Page, selector: str, text: str) -> None:
    """Wait until the text can be read there; what is hidden cannot."""
    await page.until(f"""((element) => element?.checkVisibility() && element.innerText.includes({json.dumps(text)}))(
        document.querySelector({json.dumps(selector)}))""")


async def open_ticket(page: Page, title: str, text: str = "Please help.", *, tag: str = "") -> None:
    """Post a ticket with the form, as whoever is chosen. It is open then, as in Discord; go back to the list."""
    await page.click("button", "New ticket")
    await page.fill("textbox", "Title", title)
    await page.fill("textbox", "Message", text)
    if tag:
        await page.click("checkbox", tag)
    await page.click("button", "Post")
    await until_text(page, "#thread-title", title)
    await page.click("link", "← All tickets")
    await until_text(page, "#threads", title)


async def select_cell(page: Page, column: str, row: int = 0) -> None:
    """Click a cell: of the header, or of a row below it, counted from 1."""
    names = await page.value("[...document.querySelectorAll('#grid .names [data-row]')].map((cell) => cell.title)")
    at = names.index(column) + 1
    line = f"#grid tbody tr:nth-child({row + 1}) td:nth-of-type({at})"
    await page.click_at(line)


async def enter(page: Page, text: str) -> None:
    """Type over the selected cell."""
    await page.press("Enter")
    await page.until("document.activeElement.id === 'entry-text'")
    await page.type(text)
    await page.press("Enter")
    await page.until(f"document.activeElement.dataset.row && document.activeElement.title === {json.dumps(text)}")
