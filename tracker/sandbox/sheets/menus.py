"""What a person does to a tab through the menus of the browser: filter, merge, fill down.

Rows and columns count from 0. Everything happens at once, without a request, whoever may be writing just then.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import JSON, Entered, Formula, checked
from tracker.sandbox.sheets.errors import invalid
from tracker.sandbox.sheets.formats import shown
from tracker.sandbox.sheets.grid import Axis
from tracker.sandbox.sheets.people import HandledGrid
from tracker.sandbox.sheets.views import Views, box_of, grid_range_of, with_both_criteria

CHECKBOX: JSON = {"condition": {"type": "BOOLEAN"}, "strict": True, "showCustomUi": True}
"""The validation rule that makes a cell a checkbox."""


class Menus(HandledGrid):
    """A grid with a person in front of it who knows the menus, too."""

    sheet_id: int
    views: Views

    def filter_out(self, column: int, values: Iterable[str]) -> None:
        """Set the tab's filter so that it hides the rows below the header which show one of these texts in a column.

        An empty text hides blank cells. What was filtered out of other columns stays so.
        """
        specs = [] if self.views.basic_filter is None else self.views.basic_filter.get("filterSpecs", [])
        others = [spec for spec in specs if spec.get("columnIndex", 0) != column]
        new = {"columnIndex": column, "filterCriteria": {"hiddenValues": list(values)}}
        box = Box(self.header_row(), 0, self.row_count, self.column_count)
        grid_range = grid_range_of(self.sheet_id, box)
        self.set_filter(with_both_criteria({"range": grid_range, "filterSpecs": [*others, new]}))

    def clear_filter(self) -> None:
        """Take the tab's filter away; all that it hid is seen again."""
        self.set_filter(None)

    def set_filter(self, basic_filter: JSON | None) -> None:
        """Exchange the tab's filter and look at every row again. Only values are filtered by, no conditions."""
        self.views.basic_filter = basic_filter
        hidden = set() if basic_filter is None else set(self._filtered_out(basic_filter))
        for row in hidden | {row for row, line in self.lines[Axis.ROWS].items() if line.filtered}:
            self.set_line(Axis.ROWS, row, self.line(Axis.ROWS, row)._replace(filtered=row in hidden))

    def sort(self, column: int, descending: bool = False, columns: Iterable[int] | None = None) -> None:  # noqa: FBT001, FBT002 - reads like the menu
        """Sort the rows below the header by a column; a filter then looks at every row again."""
        super().sort(column, descending, columns)
        if self.views.basic_filter is not None:
            self.set_filter(self.views.basic_filter)

    def fill_down(self, column: int, value: Entered) -> None:
        """Fill a column from below the header to the last row of the grid, as people fill checkboxes and formulas down.

        A boolean makes checkboxes; a text that begins with `=` is a formula.
        """
        content = Formula(value) if isinstance(value, str) and value.startswith("=") else checked(value)
        rule = CHECKBOX if isinstance(value, bool) else None
        for row in range(self.header_row() + 1, self.row_count):
            self.write(row, {column: self.cell(row, column)._replace(value=content, validation=rule)})

    def merge(self, box: Box) -> None:
        """Merge cells; the first keeps its value, the others lose theirs.

        Raises:
            SheetsError: Part of another merge would be left outside.
        """
        self.unmerge(box)
        for row in range(box.top, box.bottom):
            columns = range(box.left + (row == box.top), box.right)
            self.write(row, {column: self.cell(row, column)._replace(value=None) for column in columns})
        self.views.merges.append({"range": grid_range_of(self.sheet_id, box)})

    def unmerge(self, box: Box) -> None:
        """Take all merges within these cells apart.

        Raises:
            SheetsError: One of them reaches out of them.
        """
        present = [box_of(each["range"]) for each in self.views.merges]
        if any(box.overlaps(each) and not box.holds(each) for each in present):
            raise invalid("You must select all cells in a merged range to merge or unmerge them.")
        self.views.merges = [each for each in self.views.merges if not box.holds(box_of(each["range"]))]

    def _filtered_out(self, basic_filter: JSON) -> Iterable[int]:
        area = basic_filter["range"]
        bottom = min(area.get("endRowIndex", self.row_count), self.row_count)
        rules = {
            spec.get("columnIndex", 0): set(spec.get("filterCriteria", {}).get("hiddenValues", []))
            for spec in basic_filter.get("filterSpecs", [])
        }
        for row in range(area.get("startRowIndex", 0) + 1, bottom):
            cells = {column: self.cell(row, column) for column in rules}
            texts = {column: shown(cell.effective, cell.number_format) or "" for column, cell in cells.items()}
            if any(texts[column] in hidden for column, hidden in rules.items()):
                yield row
