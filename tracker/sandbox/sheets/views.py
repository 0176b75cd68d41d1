"""What hangs on a tab beside its cells: filters, filter views, protected ranges, conditional formats.

They are kept as the API writes them. When rows or columns are inserted or deleted their ranges follow.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.grid import Axis

_ENDS = {
    Axis.ROWS: ("startRowIndex", "endRowIndex"),
    Axis.COLUMNS: ("startColumnIndex", "endColumnIndex"),
}


class Views:
    """The views of one tab, by id where they have one."""

    def __init__(self) -> None:
        self.basic_filter: JSON | None = None
        self.filter_views: dict[int, JSON] = {}
        self.protected_ranges: dict[int, JSON] = {}
        self.conditional_formats: list[JSON] = []

    def protections(self, email: str) -> list[JSON]:
        """The protected ranges as this account gets them: with whether it may edit there."""
        return [
            {**each, "requestingUserCanEdit": True} if may_edit(each, email) else each
            for each in self.protected_ranges.values()
        ]

    def keeps_out(self, email: str, row: int, column: int) -> bool:
        """Whether a protected range keeps this account from editing the cell."""
        return any(
            _holds(each["range"], row, column)
            and not any(_holds(free, row, column) for free in each.get("unprotectedRanges", []))
            for each in self.protected_ranges.values()
            if not may_edit(each, email)
        )

    def inserted(self, axis: Axis, at: int, count: int) -> None:
        """Follow an insertion of rows or columns before number `at`."""
        self._follow(
            axis,
            lambda start: start + count if start >= at else start,
            lambda end: end + count if end > at else end,
        )

    def deleted(self, axis: Axis, start: int, end: int) -> None:
        """Follow a deletion; what has no cell left disappears."""

        def remaining(number: int) -> int:
            return number if number <= start else max(start, number - (end - start))

        self._follow(axis, remaining, remaining)

    def remember(self) -> Callable[[], None]:
        """Take a snapshot; calling what this returns puts the views back."""
        saved = copy.deepcopy(self.__dict__)

        def restore() -> None:
            self.__dict__.update(saved)

        return restore

    def _follow(self, axis: Axis, move_start: Callable[[int], int], move_end: Callable[[int], int]) -> None:
        def follow(view: JSON) -> JSON | None:
            moved = {**view}
            if "range" in view:
                grid_range = _followed(view["range"], axis, move_start, move_end)
                if grid_range is None:
                    return None
                moved["range"] = grid_range
            if "ranges" in view:
                ranges = [_followed(each, axis, move_start, move_end) for each in view["ranges"]]
                moved["ranges"] = [each for each in ranges if each is not None]
                if not moved["ranges"]:
                    return None
            return _columns_followed(moved, move_start) if axis is Axis.COLUMNS else moved

        self.basic_filter = follow(self.basic_filter) if self.basic_filter else None
        self.filter_views = {number: new for number, old in self.filter_views.items() if (new := follow(old))}
        self.protected_ranges = {number: new for number, old in self.protected_ranges.items() if (new := follow(old))}
        self.conditional_formats = [new for old in self.conditional_formats if (new := follow(old))]


def may_edit(protected: JSON, email: str) -> bool:
    """Whether a protected range lets this account edit: a warning is all that some are, and some name whom they let."""
    return bool(protected.get("warningOnly")) or email in protected.get("editors", {}).get("users", [])


def _holds(grid_range: JSON, row: int, column: int) -> bool:
    places = {Axis.ROWS: row, Axis.COLUMNS: column}
    return all(
        grid_range.get(start, 0) <= places[axis] < grid_range.get(end, places[axis] + 1)
        for axis, (start, end) in _ENDS.items()
    )


def _followed(
    grid_range: JSON, axis: Axis, move_start: Callable[[int], int], move_end: Callable[[int], int]
) -> JSON | None:
    """A grid range after rows or columns moved; None when nothing is left of it."""
    start, end = _ENDS[axis]
    moved = {**grid_range}
    if start in moved:
        moved[start] = move_start(moved[start])
    if end in moved:
        moved[end] = move_end(moved[end])
    return None if end in moved and moved.get(start, 0) >= moved[end] else moved


def _columns_followed(view: JSON, move: Callable[[int], int]) -> JSON:
    """A filter whose criteria and sort order still name the same columns."""
    numbered: dict[str, tuple[str, Any]] = {"filterSpecs": ("columnIndex", 0), "sortSpecs": ("dimensionIndex", 0)}
    for part, (number, default) in numbered.items():
        if part in view:
            view[part] = [{**spec, number: move(spec.get(number, default))} for spec in view[part]]
    if "criteria" in view:
        view["criteria"] = {str(move(int(column))): rule for column, rule in view["criteria"].items()}
    return view
