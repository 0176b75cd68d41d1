"""The tour on the page, from its first step to its verdict."""

from __future__ import annotations

import os
from pathlib import Path

from tests.browser.chromium import Page
from tests.browser.reading import rows, until_text

PICTURE = "SANDBOX_PICTURE"
"""Names the file for the README's picture of the page, where it is to be taken anew."""

STEPS = 11
IN_THE_PICTURE = 7


async def test_the_tour_goes_on_by_itself_stays_when_paused_and_ends_with_everything_as_it_must_be(page: Page) -> None:
    await page.click("button", "▶ Tour")
    await until_text(page, "#tour-people", "mia opens")
    await until_text(page, "#tour-place", f"Step 2 of {STEPS} · done")
    await page.click("button", "Pause")
    await until_text(page, "#tour", "Go on")
    for step in range(2, STEPS + 1):
        await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
        if step == 4:
            await until_text(page, "#tour-follows", "first_responded_by sam")
            await until_text(page, "#thread-title", "Login fails with error 500")
        if step == IN_THE_PICTURE:
            await until_text(page, "#tour-follows", "type Engineering → Engineering, resolved")
            await page.until("document.querySelectorAll('#grid .flash').length > 0")
            if PICTURE in os.environ:
                await page.look(1280, 1100)
                picture = await page.screenshot()
                Path(os.environ[PICTURE]).write_bytes(picture)  # noqa: ASYNC240 - a small file, and nobody waits
                await page.look(1280)
        await page.click("button", "Next")
    await until_text(page, "#tour-people", "✓ Every cell in the sheet and every message in Discord is as it must be.")
    sheet = await rows(page)
    assert sheet["Login fails with error 500 since Monday"]["reopen_count"] == "1"
    assert sheet["Login fails with error 500 since Monday"]["our notes"] == "call her back"
    assert set(sheet) == {"Login fails with error 500 since Monday", "Where is our invoice?", "Export is slow"}
    await page.click("button", "Close")
    await page.until("document.querySelector('#tour').hidden")
