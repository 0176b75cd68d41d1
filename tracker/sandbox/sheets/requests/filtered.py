"""Which rows a write reaches where a filter hides some, in every way that Google may see it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from tracker.sandbox.sheets.behaviour import UnderFilter
from tracker.sandbox.sheets.document import Tab


def places(tab: Tab, rows: Sequence[int], count: int, how: UnderFilter) -> list[int | None]:
    """For each of `count` rows of a request where it goes, of these rows of the tab; None where it goes nowhere."""
    if how is UnderFilter.VISIBLE_CLOSED_UP:
        visible = (row for row in rows if not tab.is_filtered(row))
        return [row for _, row in zip(range(count), chain(visible, repeat(None)), strict=False)]
    reached = rows[:count]
    if how is UnderFilter.VISIBLE_WITH_GAPS:
        return [None if tab.is_filtered(row) else row for row in reached]
    return list(reached)
