"""The tour on the page, from its first step to its verdict."""

from __future__ import annotations

from tests.support.chromium import Page
from tests.support.reading import rows, until_text

STEPS = 20

_SEEN = """(() => {
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
})()"""
WATCH_SHIFTS = """(() => {
    window.shifts = [];
    const note = (list) => window.shifts.push(...list.getEntries().filter((each) => !each.hadRecentInput).map(
        (each) => [each.value, ...each.sources.map(({node}) => node?.id || node?.className || node?.nodeName)]));
    new PerformanceObserver(note).observe({type: "layout-shift"});
})()"""
_A_JUMP = 0.01
"""Of the part of the window that moved times how far, as a share of the window; what nobody calls a jump is below."""


async def until_all_was_seen(page: Page, *, at_once: bool) -> set[str]:
    """Wait until each outlined part was in view, one after the other or all `at_once`; the panels that they are in."""
    was_seen: set[str] = set()
    for _ in range(300):
        parts = await page.value(_SEEN)
        now = {panel for panel, seen in parts.items() if (all(seen) if at_once else any(seen))}
        was_seen |= now
        if parts and was_seen >= parts.keys():
            return was_seen
        await page.value("new Promise((resolve) => setTimeout(resolve, 30))")
    raise AssertionError(f"seen were {sorted(was_seen)} of {parts}")


async def jumps(page: Page) -> list[object]:
    """What moved by itself since `WATCH_SHIFTS`, and how far."""
    return [shift for shift in await page.value("window.shifts") if shift[0] > _A_JUMP]


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


async def test_on_a_phone_each_step_brings_what_it_changes_into_view_and_outlines_it(page: Page) -> None:
    await page.look(390, 844)
    await page.value(WATCH_SHIFTS)
    await page.click("button", "▶ Tour")
    await until_text(page, "#tour-place", f"Step 1 of {STEPS}")
    await page.click("button", "Pause")
    for step in range(1, STEPS + 1):
        await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
        assert await until_all_was_seen(page, at_once=False) == PANELS[step], step
        await page.value("document.querySelector('#tour-next').click()")
    await until_text(page, "#tour-people", "✓ Every cell in the sheet and every message in Discord is as it must be.")
    assert await jumps(page) == []


async def test_the_tour_goes_on_by_itself_stays_when_paused_and_ends_with_everything_as_it_must_be(page: Page) -> None:
    await page.look(1280, 800)
    await page.value(WATCH_SHIFTS)
    await page.click("button", "▶ Tour")
    await until_text(page, "#tour-people", "mia opens")
    await until_text(page, "#tour-place", f"Step 2 of {STEPS} · done")
    # Not by the mouse: to find its place, the browser's driver would scroll back to the top.
    await page.value("document.querySelector('#tour-pause').click()")
    await until_text(page, "#tour", "Go on")
    for step in range(2, STEPS + 1):
        await until_text(page, "#tour-place", f"Step {step} of {STEPS} · paused")
        if step == 4:
            await until_text(page, "#tour-follows", "first_responded_by sam")
            await until_text(page, "#thread-title", "Login fails with error 500")
        if step == 7:
            await until_text(page, "#tour-follows", "type Engineering → Engineering, resolved")
            await page.until("document.querySelectorAll('#grid .flash').length > 0")
        assert await until_all_was_seen(page, at_once=True) == PANELS[step], step
        if step == 13:
            await until_text(page, "#bot-state", "The bot was killed (signal 9)")
            await until_text(page, "#waiting", "row of “Photos do not upload”")
        await page.value("document.querySelector('#tour-next').click()")
    await until_text(page, "#tour-people", "✓ Every cell in the sheet and every message in Discord is as it must be.")
    assert await jumps(page) == []
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


async def test_a_tour_that_is_left_in_the_middle_leaves_nothing_broken_and_says_so(page: Page) -> None:
    await page.click("button", "▶ Tour")
    await until_text(page, "#tour-place", f"Step 1 of {STEPS}")
    await page.click("button", "Pause")
    for step in range(1, 14):
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
