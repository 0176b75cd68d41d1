"""What moves on a page by itself: https://developer.mozilla.org/docs/Web/API/LayoutShift."""

from __future__ import annotations

from typing import Any

from tests.support.chromium import Page

_WATCH = """(() => {
    window.shifts = [];
    const note = (list) => window.shifts.push(...list.getEntries().filter((each) => !each.hadRecentInput).map(
        (each) => [each.value, ...each.sources.map(({node}) => node?.id || node?.className || node?.nodeName)]));
    new PerformanceObserver(note).observe({type: "layout-shift"});
})()"""
_A_JUMP = 0.01
"""Of the part of the window that moved times how far, as a share of the window; what nobody calls a jump is below."""


async def watch_shifts(page: Page) -> None:
    """Note from now on what moves."""
    await page.value(_WATCH)


async def shifts(page: Page) -> list[list[Any]]:
    """What moved by itself since then: how far, and the elements."""
    return list(await page.value("window.shifts"))


async def jumps(page: Page) -> list[list[Any]]:
    """What moved so far that people notice."""
    return [shift for shift in await shifts(page) if shift[0] > _A_JUMP]
