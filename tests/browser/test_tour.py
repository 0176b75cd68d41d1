"""The tour on the page, from its first step to its verdict."""

from __future__ import annotations

import asyncio

import pytest

from tests.browser.conftest import OpenDesk, open_page
from tests.support.axe import audit
from tests.support.chromium import Page
from tests.support.reading import rows, until_text
from tests.support.shifts import jumps, watch_shifts

pytestmark = pytest.mark.long

STEPS = 20

_WATCH = """(() => {
    const isInView = (element) => {  // both its corners, a little inside; of what is higher than its list, what fits
        const {left, right, top, bottom, height} = element.getBoundingClientRect();
        const list = element.closest(".messages")?.getBoundingClientRect() ?? {height};
        const [from, to] = height > list.height ? [list.top, list.bottom] : [top, bottom];
        const corners = [[left + 5, from + 5], [right - 5, to - 5]];
        return corners.every(([x, y]) => element.contains(document.elementFromPoint(x, y)));
    };
    window.outlined = () => [...document.querySelectorAll("main .outlined")].map((element, at) => ({
        panel: element.closest("section").id,
        what: [document.querySelector("#tour-place").textContent.split(" · ")[0], at, element.dataset.place].join(" "),
        isInView: isInView(element),
    }));
    window.wasSeen = new Set();
    const note = () => window.outlined().filter((each) => each.isInView).forEach(({what}) => window.wasSeen.add(what));
    setInterval(note, 100);
})()"""
_AT_ONCE = "each.isInView"
_ONE_AFTER_THE_OTHER = "window.wasSeen.has(each.what)"


async def until_step_was_seen(page: Page, step: int, seen: str) -> set[str]:
    """Wait until each thing that a step outlines was seen, whole; the panels that they are in."""
    await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
    unseen = f"window.outlined().filter((each) => !({seen})).map(({{what}}) => what)"
    try:
        await page.until(f"window.outlined().length > 0 && {unseen}.length === 0")
    except AssertionError as error:
        error.add_note(f"never in view: {await page.value(unseen)}")
        raise
    return set(await page.value("window.outlined().map(({panel}) => panel)"))


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

FAR_APART = {14, 15, 16, 19}
"""What these steps change has no room in a desk's window at once: switches and new rows, alerts and columns' names."""


async def test_each_step_shows_what_it_changes_on_a_desk_and_on_a_phone_and_all_ends_as_it_must_be(
    page: Page, devtools: str, sandbox: OpenDesk
) -> None:
    await page.look(1280, 800)
    async with Page(devtools) as phone:
        await phone.look(390, 844)
        await open_page(phone, sandbox.address)
        await watch_shifts(phone)
        for each in (page, phone):
            await each.value(_WATCH)
        await phone.click("button", "▶ Tour")
        await until_text(page, "#tour-people", "mia opens")
        await watch_shifts(page)  # only now: where nobody clicked, the tour that comes moves all the rest
        await until_text(phone, "#tour-place", f"Step 1 of {STEPS}")
        await phone.click("button", "Pause")
        for step in range(1, STEPS + 1):
            looks = (look_at_step(page, step), until_step_was_seen(phone, step, _ONE_AFTER_THE_OTHER))
            seen, seen_on_phone = await asyncio.gather(*looks)
            assert seen == PANELS[step], step
            assert seen_on_phone == PANELS[step], step
            # Not by the mouse: to find its place, the browser's driver would scroll back to the top.
            await page.value("document.querySelector('#tour-next').click()")
        for each, within in ((page, "#tour"), (phone, "html")):
            await until_text(
                each, "#tour-people", "✓ Every cell in the sheet and every message in Discord is as it must be."
            )
            assert await jumps(each) == []
            assert (await audit(each, within=within)).violations == []
        assert phone.errors == []
    sheet = await rows(page)
    assert sheet["Login fails with error 500 since Monday"]["reopen_count"] == "1"
    assert sheet["Login fails with error 500 since Monday"]["our notes"] == "call her back"
    assert sheet["Photos do not upload in Firefox"]["team"] == "Engineering"

    await until_text(page, "#tour-state", "the weather is clear, the bot runs")
    address = await page.value("[...document.querySelectorAll('#tour-after a')].map((link) => link.href)[0]")
    readme = await page.value(f"fetch({address!r}).then((answer) => answer.text())")
    assert '<h2 id="set-it-up">Set it up</h2>' in readme
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
    return await until_step_was_seen(page, step, _ONE_AFTER_THE_OTHER if step in FAR_APART else _AT_ONCE)


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
    assert (await audit(page, within="#tour")).violations == []
    await page.click("button", "Close")
    await page.until("document.querySelector('#tour').hidden")
    assert await page.value("document.activeElement.id") == "tour-start"
