"""The page as people use it: tickets in the forum, rows in the sheet, and the real bot between them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.browser.conftest import OpenDesk, open_page
from tests.support.chromium import Page
from tests.support.reading import enter, open_ticket, rows, select_cell, until_row, until_text
from tests.support.sandbox_command import sandbox_command


@pytest.fixture
def is_empty() -> bool:
    return True


async def test_a_ticket_lives_on_the_page_from_its_first_message_to_its_end(page: Page) -> None:
    await open_ticket(page, "Login fails", "It says **500**", tag="Engineering")
    row = await until_row(
        page, "Login fails", raised_by="mia", type="Engineering", team="Engineering", reopen_count="0"
    )
    assert len(row["thread_id"]) == 19
    assert row["outside_business_hours"] in ("TRUE", "FALSE")
    assert len(row["date_created"]) == len("2026-01-31 09:00:00")
    looks = await page.value(
        "[...document.querySelectorAll('#grid td.date, #grid td.boolean')].map((cell) => cell.title)"
    )
    assert looks[:2] == [row["date_created"], row["outside_business_hours"]]
    for fact in ("✅ 1", "Engineering", "mia", "s ago", "0 messages"):
        await until_text(page, "#threads", fact)

    await page.click("link", "Login fails")
    await until_text(page, "#messages strong", "mia")
    await page.choose("Act as", "sam")
    await page.fill("textbox", "Reply as sam", "Looking into it")
    await page.click("button", "Send")
    await until_text(page, "#messages", "Looking into it")
    await page.until("document.querySelectorAll('#grid .flash').length > 0")
    await until_row(page, "Login fails", first_responded_by="sam", time_to_first_response="*")

    await page.choose("Add a tag", "resolved")
    resolved = await until_row(page, "Login fails", resolution_date="*", warning_message_id="*", time_to_resolution="*")
    await until_text(page, "#messages", "@mia This thread has been marked as RESOLVED.")
    await page.click("button", "Remove the tag resolved")
    reopened = await until_row(page, "Login fails", reopen_count="1", type="Engineering")
    await until_text(page, "#messages", "This thread has been REOPENED!")
    assert reopened["resolution_date"] == resolved["resolution_date"]

    await page.click("button", "Rename")
    await page.fill("textbox", "New title", "Login fails since Monday")
    await page.click("button", "Rename")
    await until_row(page, "Login fails since Monday", reopen_count="1")
    await until_text(page, "#messages", "sam changed the title: Login fails since Monday")
    await page.click("button", "Archive")
    await until_text(page, "#thread .tools", "Bring back")
    await page.click("link", "← All tickets")
    await until_text(page, "#threads", "archived")
    await page.click("link", "Login fails since Monday")
    await page.click("button", "Delete")
    await until_text(page, "#no-threads", "No ticket yet")
    assert list(await rows(page)) == ["Login fails since Monday"]


async def test_people_work_in_the_sheet_and_the_bot_still_finds_its_cells(page: Page) -> None:
    await open_ticket(page, "Mouse is broken")
    await open_ticket(page, "Apple pie")
    await until_row(page, "Apple pie")
    await until_row(page, "Mouse is broken")

    await select_cell(page, "title")
    await page.click("button", "Sort A→Z")
    await page.until("document.querySelector('#grid .names + tr').innerText.includes('Apple pie')")
    await page.click("button", "Add column")
    await page.until("document.querySelectorAll('#grid .names [data-row]').length === 26")
    await page.click_at("#grid .names td:nth-of-type(3)")
    await enter(page, "notes")
    await select_cell(page, "notes", 2)
    await enter(page, "call back")
    await until_row(page, "Mouse is broken", notes="call back")
    assert await page.value("document.querySelectorAll('#grid .flash[data-place$=notes]').length") == 0
    await page.click("button", "Insert row")
    await until_text(page, "#grid tbody tr:nth-child(4)", "Mouse is broken")
    await select_cell(page, "raised_by")
    await page.click("button", "Hide column")
    await until_text(page, "#toolbar-hidden", "Show hidden columns")

    await page.click("link", "Mouse is broken")
    await page.choose("Act as", "kim")
    await page.choose("Add a tag", "Consulting")
    row = await until_row(page, "Mouse is broken", team="Consulting", notes="call back")
    assert "raised_by" not in row
    await page.click("button", "Show hidden columns")
    await until_row(page, "Mouse is broken", raised_by="mia")

    await select_cell(page, "title", 2)  # the blank row
    await page.click("button", "Delete row")
    await until_text(page, "#grid tbody tr:nth-child(3)", "Mouse is broken")
    assert list(await rows(page)) == ["Apple pie", "Mouse is broken"]


async def test_a_renamed_column_of_the_bot_is_announced_among_the_alerts(page: Page) -> None:
    await open_ticket(page, "Login fails")
    await until_row(page, "Login fails")
    await select_cell(page, "team")
    await enter(page, "squad")
    await page.click("link", "Login fails")
    await page.choose("Add a tag", "Engineering")
    await until_text(page, "#alerts", "The sheet has no column team any more.")


async def test_what_waits_is_shown_and_drains_when_the_bot_comes_back_after_a_kill(
    page: Page, sandbox: OpenDesk
) -> None:
    await page.click("switch", "Google down")
    await open_ticket(page, "Login fails")
    await until_text(page, "#waiting", "Waiting in the store: 1 for the sheet")
    await until_text(page, "#waiting li", "row of “Login fails”")
    first = await page.value("document.querySelector('#bot-state').textContent")
    await page.click("button", "kill -9 the bot")
    await until_text(page, "#bot-state", "The bot was killed (signal 9)")
    await until_text(page, "#waiting li", "row of “Login fails”")
    await page.click("link", "Login fails")
    await page.choose("Act as", "sam")
    await page.fill("textbox", "Reply as sam", "On it")
    await page.click("button", "Send")
    await until_text(page, "#messages", "On it")
    assert await rows(page) == {}

    await page.click("button", "Start the bot")
    await page.click("switch", "Google down")
    await until_row(page, "Login fails", first_responded_by="sam")
    await until_text(page, "#waiting", "Nothing waits in the store")
    assert first != await page.value("document.querySelector('#bot-state').textContent")
    assert "Logged in" in sandbox.desk.log
    await until_text(page, "#log", "Logged in as tracker")
    await page.click_at("#machine summary")
    await until_text(page, "#settings", "SLA_TIMEOUT")


async def test_bad_weather_holds_rows_back_until_it_passes(page: Page) -> None:
    for number, weather in enumerate(("Quota spent", "Discord connection dropped", "Google slow")):
        title = f"In the weather {weather}"
        await page.click("switch", weather)
        if weather.startswith("Discord"):
            await until_text(page, "#bot-state", "not connected to Discord")
        await open_ticket(page, title)
        await asyncio.sleep(0.5)
        assert len(await rows(page)) == number, weather
        await page.click("switch", weather)
        await until_row(page, title, raised_by="mia")


async def test_a_script_for_a_title_is_shown_in_forum_sheet_and_alert_and_never_run(page: Page) -> None:
    title = "<script>document.title = 'run'</script>"
    await page.look(375)  # and all of it on a phone
    image = '<img src="x" onerror="document.title = \'run\'">'
    await open_ticket(page, title, image)
    await until_row(page, title)
    await until_text(page, "#alerts", "SLA ALERT: Ticket Awaiting Response")
    await until_text(page, "#alerts", f"Title: {title}")
    await page.click("link", "Click to view")
    await until_text(page, "#thread-title", title)
    await until_text(page, "#messages", image)
    assert await page.value("document.title") == "Support desk sandbox"
    assert await page.value("document.querySelectorAll('body script, main img').length") == 0


async def test_the_command_prints_its_address_and_no_more_and_the_page_says_when_it_has_ended(
    blank: Page, tmp_path: Path
) -> None:
    async with sandbox_command(tmp_path, "--port=0") as command:
        await command.until_open()
        await open_page(blank, command.address)
        assert not await blank.value("document.querySelector('#lost').checkVisibility()")
        assert command.output.count("\n") == 5
        assert await command.stop() == 0
    await until_text(blank, "#lost", "The sandbox does not answer. What you see is how everything last was.")
    blank.errors.clear()  # the page tries to reach it again
    await blank.open("about:blank")


async def test_eight_hours_later_the_desk_has_closed_for_the_forum_and_for_the_bot(page: Page) -> None:
    before = await page.value("document.querySelector('#clock-shows').textContent")
    await page.click("button", "8 hours later")
    await page.until(f"document.querySelector('#clock-shows').textContent !== {before!r}")
    await page.until("document.querySelector('#bot-state').textContent.endsWith(')')")
    await open_ticket(page, "Printer does not print")
    await until_text(page, "#threads", "s ago")
    await until_row(page, "Printer does not print", outside_business_hours="TRUE")
