"""The tour on the page, from its first step to its verdict."""

from __future__ import annotations

import asyncio

from tests.browser.conftest import OpenDesk, open_page
from tests.support.chromium import PATIENCE_SECONDS, Page
from tests.support.reading import rows, until_text
from tests.support.shifts import jumps, watch_shifts

STEPS = 20

_SEEN = """() => {
    const top = document.querySelector("#tour").getBoundingClientRect().bottom;
    const isSeen = (element) => {
        const box = element.getBoundingClientRect();
        const list = element.closest(".messages, .scroll")?.getBoundingClientRect();
        const lowest = Math.min(innerHeight, list?.bottom ?? innerHeight) - 8;
        const y = Math.min(Math.max(box.top + box.height / 2, Math.max(top, list?.top ?? 0) + 8), lowest);
        return element.contains(document.elementFromPoint(box.left + Math.min(box.width / 2, 60), y));
    };
    return Object.fromEntries([...document.querySelectorAll("main section")]
        .map((section) => [section.id, [...section.querySelectorAll(".outlined")].map(isSeen)])
        .filter(([, seen]) => seen.length));
}"""
_WATCH_SEEN = f"""(async (atOnce, milliseconds) => {{
    const look = {_SEEN};
    const end = performance.now() + milliseconds;
    const wasSeen = new Set();
    let parts;
    while (performance.now() < end) {{
        parts = Object.entries(look());
        for (const [panel, seen] of parts) if (atOnce ? seen.every(Boolean) : seen.some(Boolean)) wasSeen.add(panel);
        if (parts.length && parts.every(([panel]) => wasSeen.has(panel))) return {{seen: [...wasSeen]}};
        await new Promise((resolve) => setTimeout(resolve, 100));
    }}
    return {{seen: [...wasSeen], parts}};
}})"""


async def until_step_was_seen(page: Page, step: int, *, at_once: bool) -> set[str]:
    """Wait until all that a step outlines was in view, part after part or all `at_once`; the panels that it is in."""
    await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
    call = f"{_WATCH_SEEN}({str(at_once).lower()}, {1000 * PATIENCE_SECONDS})"
    found = await page.value(call)
    assert "parts" not in found, f"seen were {found['seen']} of {found['parts']}"
    return set(found["seen"])


_IN_BOTH = frozenset({"forum", "sheet"})
PANELS = {
    **dict.fromkeys(range(1, 12), _IN_BOTH),
    10: {"alerts"},
    12: {"weather", "forum"},
    13: {"weather", "forum"},
    14: {"weather", *_IN_BOTH},
    15: {"alerts", "sheet"},
    16: {"alerts", *_IN_BOTH},
    17: {"weather", *_IN_BOTH},
    18: {"weather"},
    19: {"weather", "alerts"},
    20: {"alerts", *_IN_BOTH},
}
"""Where each step changes something."""


async def test_each_step_shows_what_it_changes_on_a_desk_and_on_a_phone_and_all_ends_as_it_must_be(
    page: Page, devtools: str, sandbox: OpenDesk
) -> None:
    await page.look(1280, 800)
    async with Page(devtools) as phone:
        await phone.look(390, 844)
        await open_page(phone, sandbox.address)
        await watch_shifts(phone)
        await phone.click("button", "▶ Tour")
        await until_text(page, "#tour-people", "mia opens")
        await watch_shifts(page)  # only now: where nobody clicked, the tour that comes moves all the rest
        await until_text(phone, "#tour-place", f"Step 1 of {STEPS}")
        await phone.click("button", "Pause")
        for step in range(1, STEPS + 1):
            # At the same time: on a phone each part is in view for some seconds, and then the next one.
            looks = (look_at_step(page, step), until_step_was_seen(phone, step, at_once=False))
            seen, seen_on_phone = await asyncio.gather(*looks)
            assert seen == PANELS[step], step
            assert seen_on_phone == PANELS[step], step
            # Not by the mouse: to find its place, the browser's driver would scroll back to the top.
            await page.value("document.querySelector('#tour-next').click()")
        for each in (page, phone):
            await until_text(
                each, "#tour-people", "✓ Every cell in the sheet and every message in Discord is as it must be."
            )
            assert await jumps(each) == []
        assert phone.errors == []
    sheet = await rows(page)
    assert sheet["Login fails with error 500 since Monday"]["reopen_count"] == "1"
    assert sheet["Login fails with error 500 since Monday"]["our notes"] == "call her back"
    assert sheet["Photos do not upload in Firefox"]["team"] == "Engineering"

    await until_text(page, "#tour-state", "the weather is clear, the bot runs")
    address = await page.value("[...document.querySelectorAll('#tour-after a')].map((link) => link.href)[0]")
    readme = await page.value(f"fetch({address!r}).then((answer) => answer.text())")
    assert "## Set it up" in readme
    await page.click("button", "Break it yourself")
    await page.until("document.querySelector('#tour').hidden")
    assert await page.value("document.activeElement.textContent") == "Google down"


async def look_at_step(page: Page, step: int) -> set[str]:
    """Look at what the step shows on a desk: in which panels it outlines something."""
    await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
    if step == 4:
        await until_text(page, "#tour-follows", "first_responded_by sam")
        await until_text(page, "#thread-title", "Login fails with error 500")
    if step == 7:
        await until_text(page, "#tour-follows", "type Engineering → Engineering, resolved")
        await page.until("document.querySelectorAll('#grid .flash').length > 0")
    if step == 13:
        await until_text(page, "#bot-state", "The bot was killed (signal 9)")
        await until_text(page, "#waiting", "row of “Photos do not upload”")
    return await until_step_was_seen(page, step, at_once=True)


async def test_the_tour_goes_on_by_itself_stays_when_paused_and_left_in_the_middle_leaves_nothing_broken(
    page: Page,
) -> None:
    await page.click("button", "▶ Tour")
    await until_text(page, "#tour-place", f"Step 2 of {STEPS} · done")
    await page.click("button", "Pause")
    await until_text(page, "#tour", "Go on")
    for step in range(2, 14):
        await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
        if step < 13:
            await page.click("button", "Next")
    await page.click("button", "End tour")
    await until_text(page, "#tour-place", "The tour has ended")
    await until_text(page, "#tour-state", "the weather is clear, the bot runs")
    await until_text(page, "#waiting", "Nothing waits in the store")
    await page.click("button", "Close")
    await page.until("document.querySelector('#tour').hidden")
    assert await page.value("document.activeElement.id") == "tour-start"
