"""The page for everybody: axe-core's checks, the keyboard alone, a phone's width."""

from __future__ import annotations

from tests.support.axe import audit, audit_in_all_looks
from tests.support.chromium import Page
from tests.support.reading import open_ticket, until_row, until_text


async def test_axe_finds_no_violation_in_light_and_dark_on_a_desk_and_on_a_phone(page: Page) -> None:
    await open_ticket(
        page, "Login fails", "**Bold**, `code`, [a link](https://example.com) and\n> a quote", tag="resolved"
    )
    await open_ticket(page, "Export is slow")
    await until_text(page, "#alerts", "SLA ALERT")
    await page.click("switch", "Google down")
    await page.click("link", "Login fails")
    await page.choose("Add a tag", "Engineering")
    await until_text(page, "#waiting li", "row of")
    await page.value("document.querySelector('#machine details').open = true")
    await page.click("button", "New ticket")
    for look, found in (await audit_in_all_looks(page)).items():
        assert found.violations == [], look
        assert "color-contrast" in found.passed, look
        if not look[1]:
            assert {"label", "button-name", "aria-required-children", "region"} <= found.passed, look
    await page.click("link", "← All tickets")
    await page.click("switch", "Google down")
    await page.click("button", "kill -9 the bot")
    await page.click("button", "▶ Tour")
    await until_text(page, "#tour-place", "done")
    for width, dark in [(1280, False), (375, True)]:
        await page.look(width, dark=dark)
        assert (await audit(page, colours_only=dark)).violations == [], (width, dark)


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus."""
    for _ in range(60):
        await page.press("Tab")
        if name == await page.value(
            "(({ariaLabel, labels, textContent}) => ariaLabel ?? (labels?.[0]?.textContent ?? textContent).trim())"
            "(document.activeElement)"
        ):
            return
    raise AssertionError(f"Tab does not come to {name}")


async def test_the_focus_stays_where_a_tag_was_taken_off(page: Page) -> None:
    await page.click("link", "Charts show last week's numbers")
    await until_text(page, "#thread-tags", "Engineering")
    await page.value("document.querySelector('#thread-tags button').focus()")
    await page.press("Enter")
    await page.until("document.querySelectorAll('#thread-tags button').length === 0")
    assert await page.value("document.activeElement.id") == "tag-add"
    await until_row(page, "Charts show last week's numbers", team="", type="")


async def test_everything_can_be_done_with_the_keyboard_alone(page: Page) -> None:
    await tab_to(page, "New ticket")
    await page.press("Enter")
    await page.type("Login fails")
    await tab_to(page, "Message")
    await page.type("Please help")
    await tab_to(page, "Engineering")
    await page.press(" ")
    await tab_to(page, "Post")
    await page.press("Enter")
    await until_text(page, "#thread-title", "Login fails")
    await page.until("document.activeElement.id === 'thread-back'")
    await page.press("Enter")
    await until_row(page, "Login fails", team="Engineering")
    await until_text(page, "#threads", "✅ 1")

    assert await page.value("document.activeElement.id") == "new-open"
    await tab_to(page, "Login fails")
    await page.press("Enter")
    await page.until("document.activeElement.id === 'thread-back'")
    await tab_to(page, "Reply as mia")
    await page.type("Anybody?")
    await page.press("Enter")
    await until_text(page, "#messages", "Anybody?")
    assert await page.value("document.activeElement.id") == "reply-text"

    await tab_to(page, "thread_id")
    await page.press(*["ArrowDown"] * 8, "ArrowRight", "ArrowRight", "ArrowRight")
    assert await page.value("document.activeElement.title") == "mia"
    await page.press("M")
    await page.until("document.activeElement.id === 'entry-text'")
    await page.type("ia of Acme")
    await page.press("Enter")
    await until_row(page, "Login fails", raised_by="Mia of Acme")
    await page.until("document.activeElement.title === 'Mia of Acme'")
    await page.press(*["ArrowUp"] * 8, "Home")
    assert await page.value("document.activeElement.title") == "thread_id"
    await page.press("Enter")
    await page.type("x")
    await page.press("Escape")
    assert await page.value("document.activeElement.title") == "thread_id"
    assert await page.value("document.querySelector('#entry-text').value") == "thread_id"
