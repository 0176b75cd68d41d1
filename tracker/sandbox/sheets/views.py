"""What hangs on a tab beside its cells: filters, protected ranges, conditional formats, merges, tables.

They are kept as the API writes them. When rows or columns are inserted or deleted their ranges follow.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from typing import Any

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.grid import Axis

_SEVERAL_RANGES = frozenset({"ranges", "unprotectedRanges"})
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
        self.tables: dict[str, JSON] = {}
        """As `converted.py` keeps them."""
        self.merges: list[JSON] = []
        """A `range` each."""
        self.charts: dict[int, JSON] = {}

    def ids(self) -> set[int]:
        """The numbers of the filter views, protected ranges and charts."""
        return {*self.filter_views, *self.protected_ranges, *self.charts}

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
            and not any(_holds(hole, row, column) for hole in each.get("unprotectedRanges", []))
            for each in self.protected_ranges.values()
            if not may_edit(each, email)
        )

    def covers(self, row: int, column: int) -> bool:
        """Whether the cell is one of a merge, but not its first."""
        return any(
            _holds(each["range"], row, column)
            and (row, column) != (each["range"]["startRowIndex"], each["range"]["startColumnIndex"])
            for each in self.merges
        )

    def spans_of_rows(self) -> list[range]:
        """Where rows lie that `keeps_out` and `covers` tell from others; two within the same spans are alike."""
        protected = self.protected_ranges.values()
        areas = [*(each["range"] for each in (*protected, *self.merges))]
        areas += [hole for each in protected for hole in each.get("unprotectedRanges", [])]
        spans = [range(area.get("startRowIndex", 0), area.get("endRowIndex", sys.maxsize)) for area in areas]
        return spans + [
            range(each["range"]["startRowIndex"], each["range"]["startRowIndex"] + 1) for each in self.merges
        ]

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
        # What is kept in them is replaced as a whole when it changes, but for tables.
        saved = {name: copy.copy(value) for name, value in vars(self).items()}
        saved["tables"] = {number: dict(table) for number, table in self.tables.items()}

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
            for several in _SEVERAL_RANGES & view.keys():
                ranges = [_followed(each, axis, move_start, move_end) for each in view[several]]
                moved[several] = [each for each in ranges if each is not None]
            if moved.get("ranges") == []:
                return None
            return _columns_followed(moved, move_start) if axis is Axis.COLUMNS else moved

        self.basic_filter = follow(self.basic_filter) if self.basic_filter else None
        self.filter_views = {number: new for number, old in self.filter_views.items() if (new := follow(old))}
        self.protected_ranges = {number: new for number, old in self.protected_ranges.items() if (new := follow(old))}
        self.conditional_formats = [new for old in self.conditional_formats if (new := follow(old))]
        self.tables = {number: new for number, old in self.tables.items() if (new := follow(old))}
        self.merges = [new for old in self.merges if (new := follow(old))]
        self.charts = {
            number: _chart_followed(chart, _owner(chart), axis, move_start, move_end)
            for number, chart in self.charts.items()
        }


def with_both_criteria(view: JSON) -> JSON:
    """The filter with its rules both as `filterSpecs` and in the older form, `criteria`, as Google gives them back."""
    specs = view.get("filterSpecs")
    if specs is not None:
        criteria = {str(spec.get("columnIndex", 0)): spec.get("filterCriteria", {}) for spec in specs}
        return {**view, "criteria": criteria}
    if "criteria" in view:
        rules = view["criteria"].items()
        return {**view, "filterSpecs": [{"columnIndex": int(key), "filterCriteria": rule} for key, rule in rules]}
    return view


def box_of(grid_range: JSON) -> Box:
    """The cells of a grid range that has all its bounds."""
    return Box(
        grid_range["startRowIndex"],
        grid_range["startColumnIndex"],
        grid_range["endRowIndex"],
        grid_range["endColumnIndex"],
    )


def grid_range_of(sheet_id: int, box: Box) -> JSON:
    """Cells of a tab as the API writes them."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": box.top,
        "endRowIndex": box.bottom,
        "startColumnIndex": box.left,
        "endColumnIndex": box.right,
    }


def may_edit(protected: JSON, email: str) -> bool:
    """Whether a protected range lets this account edit: a warning is all that some are, and some name whom they let."""
    return bool(protected.get("warningOnly")) or email in protected.get("editors", {}).get("users", [])


def is_whole_tab(protected: JSON) -> bool:
    """Whether it protects a tab as a whole: its range has no bounds."""
    return set(protected["range"]) <= {"sheetId"}


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


def _owner(chart: JSON) -> int:
    """The tab on which a chart lies."""
    owner: int = chart["position"]["overlayPosition"]["anchorCell"].get("sheetId", 0)
    return owner


def _chart_followed(
    part: Any,  # noqa: ANN401 - any JSON
    owner: int,
    axis: Axis,
    move_start: Callable[[int], int],
    move_end: Callable[[int], int],
) -> Any:  # noqa: ANN401 - the same
    """A chart, or a part of one, after rows or columns of its tab moved; it may show nothing any more."""
    if isinstance(part, list):
        return [_chart_followed(each, owner, axis, move_start, move_end) for each in part]
    if not isinstance(part, dict):
        return part
    moved = {name: _chart_followed(each, owner, axis, move_start, move_end) for name, each in part.items()}
    if "sources" in moved:
        followed = (
            _followed(each, axis, move_start, move_end) if each.get("sheetId", 0) == owner else each
            for each in moved["sources"]
        )
        moved["sources"] = [each for each in followed if each is not None]
    if "anchorCell" in moved:
        index = "rowIndex" if axis is Axis.ROWS else "columnIndex"
        moved["anchorCell"] = {**moved["anchorCell"], index: move_start(moved["anchorCell"].get(index, 0))}
    return moved


def _columns_followed(view: JSON, move: Callable[[int], int]) -> JSON:
    """A filter whose criteria and sort order still name the same columns."""
    numbered: dict[str, tuple[str, Any]] = {"filterSpecs": ("columnIndex", 0), "sortSpecs": ("dimensionIndex", 0)}
    for part, (number, default) in numbered.items():
        if part in view:
            view[part] = [{**spec, number: move(spec.get(number, default))} for spec in view[part]]
    if "criteria" in view:
        view["criteria"] = {str(move(int(column))): rule for column, rule in view["criteria"].items()}
    if "types" in view:
        # Of a deleted column nothing is left between its place and the next one's.
        types = view["types"].items()
        view["types"] = {move(column): of for column, of in types if move(column) < move(column + 1)}
    return view
