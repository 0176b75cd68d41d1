"""Looks at the tab, whatever people do to it meanwhile: which it is, whose all rows are, what rows show."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

from tracker.domain.cells import Cells, CellValue
from tracker.errors import SheetUnavailable
from tracker.sheet.api.answer import PLACE_FIELDS, Shown
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.api.tab import find_layout, find_tab, read_columns
from tracker.sheet.recovery.images import ImageTab, fence_ids
from tracker.sheet.table.cells import Json, Line
from tracker.sheet.table.columns import KEY, LINK, WAITING_VIEW
from tracker.sheet.table.layout import HEADER_SEARCH, Layout, grid_range, runs
from tracker.sheet.table.survey import Survey, claims_of
from tracker.sheet.write.plan import WritePlan
from tracker.sheet.write.planning import ranges_to_look_at
from tracker.sheet.write.snapshot import Snapshot

_TAB_FIELDS = (
    "properties(title,timeZone),sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId,description),filterViews(filterViewId,title))"
)
_ATTEMPTS = 4
"""How often it is looked again at once when people change the tab meanwhile."""

_ROWS_A_READ = 2000
"""Rows of all columns that are read at once: an answer of about half a megabyte."""

LINKS_A_READ = 8000
"""Rows whose keys and links are read at once: an answer of about 0.8 megabytes."""

Read = TypeVar("Read")


class TabReader:
    """The tab of this name; later the same tab, whatever it is called. Raises as `SheetRepository` does."""

    def __init__(self, sheet: GoogleSheet, sheet_name: str) -> None:
        self._sheet = sheet
        self._sheet_name = sheet_name
        self.tab_id: int | None = None
        """Google's number of the tab, which stays when people rename it; None until it was found."""
        self.former_tab_id: int | None = None
        """The same in an earlier run."""
        self.tab_ids: frozenset[int] = frozenset()
        """Those of all tabs of the spreadsheet at the last look."""
        self.waiting_view: int | None = None
        """Google's number of the filter view that shows what waits; None where there is none, or nobody looked yet."""
        self.time_zone = ""
        """Google's name of the spreadsheet's own time zone; empty until it was described."""

    def at_rest(self, read: Callable[[], Read]) -> Read:
        """What several requests read, of a tab that people did not change in between.

        Raises:
            SheetUnavailable: they change it all the time, or Google refuses to read it for another reason, which is
                named.
        """
        reason = ""
        for _ in range(_ATTEMPTS):
            try:
                return read()
            except StaleRequest as error:
                reason = error.what
        raise SheetUnavailable(f"The tab is being changed faster than it can be read, or not as it was. {reason}")

    def described(self) -> Json:
        """The spreadsheet with its tabs and the protected ranges on them. One read request."""
        described = self._sheet.describe(_TAB_FIELDS)
        self.time_zone = described["properties"].get("timeZone", "")
        self.tab_ids = frozenset(tab["properties"]["sheetId"] for tab in described["sheets"])
        return described

    def tab(self, described: Json) -> Json:
        """The tab seen before, by its number; at first the one with the right name, or that of an earlier run."""
        tab = find_tab(self._sheet, described, self._sheet_name, number=self.tab_id, former=self.former_tab_id)
        self.tab_id = tab["sheetId"]
        views = next(each.get("filterViews", []) for each in described["sheets"] if each["properties"] == tab)
        self.waiting_view = next((view["filterViewId"] for view in views if view["title"] == WAITING_VIEW), None)
        return tab

    def survey(self, described: Json | None = None) -> Snapshot:
        """A look at the whole columns of keys and links: whose all rows are.

        Up to three read requests; in a long tab one more for each so many rows.
        """
        described = self.described() if described is None else described
        tab = self.tab(described)
        layout = find_layout(self._sheet, tab)
        keys, links = self._keys_and_links(tab, layout)
        survey = Survey.of(keys, links, layout.header_row)
        images = ImageTab.find(described["sheets"], tab["sheetId"])
        return Snapshot(
            tab_id=tab["sheetId"],
            title=tab["title"],
            row_count=tab["gridProperties"]["rowCount"],
            column_count=tab["gridProperties"]["columnCount"],
            layout=layout,
            positions=survey.positions,
            end=max(survey.end, layout.header_row + 1),
            rekeyed=survey.rekeyed,
            mixed=survey.mixed,
            doubled=survey.doubled,
            unknown=survey.mixed | survey.displaced,
            images=images,
            fences=fence_ids(images),
        )

    def _keys_and_links(self, tab: Json, layout: Layout) -> tuple[list[CellValue], list[CellValue]]:
        """The columns of keys and of links, from the header on.

        Links are long: in a tab of many rows they are read in parts, each beside its keys, which must be those of the
        one answer that had all of them. So no row can have moved past the parts.

        Raises:
            StaleRequest: rows or columns have moved meanwhile.
        """
        tab_id, end = tab["sheetId"], tab["gridProperties"]["rowCount"]
        if end - layout.header_row <= LINKS_A_READ:
            read = read_columns(self._sheet, tab_id, layout, (KEY, LINK))
            return read[KEY], read.get(LINK, [])
        keys, links = read_columns(self._sheet, tab_id, layout, (KEY,))[KEY], list[CellValue]()
        for start in range(layout.header_row, end, LINKS_A_READ):
            rows = range(start, min(start + LINKS_A_READ, end))
            part = read_columns(self._sheet, tab_id, layout, (KEY, LINK), rows)
            known = keys[start - layout.header_row :][: len(rows)]
            if _filled(part[KEY], len(rows)) != _filled(known, len(rows)):
                raise StaleRequest("The rows were moved.")
            links += _filled(part.get(LINK, []), len(rows))
        return keys, links

    def all_rows(self, snapshot: Snapshot, names: Collection[str]) -> dict[int, Cells]:
        """What the rows of all tickets show in these columns, as far as the header names them; several read requests.

        A row that mixes two tickets is left out.

        Raises:
            StaleRequest: rows or columns have moved since.
        """
        found: dict[int, Cells] = {}
        for start in range(snapshot.layout.header_row + 1, snapshot.end, _ROWS_A_READ):
            found |= self.rows(snapshot, names, range(start, min(start + _ROWS_A_READ, snapshot.end)))
        if found.keys() != snapshot.positions.keys() - snapshot.mixed:
            raise StaleRequest("The rows were moved.")
        return found

    def rows(self, snapshot: Snapshot, names: Collection[str], rows: range) -> dict[int, Cells]:
        """What those of these rows show that are where the snapshot has them. One read request."""
        owners = {row: i for i, row in snapshot.positions.items() if row in rows and i not in snapshot.mixed}
        read = read_columns(self._sheet, snapshot.tab_id, snapshot.layout, dict.fromkeys((KEY, LINK, *names)), rows)

        def value(name: str, row: int) -> CellValue:
            values = read.get(name, [])
            return values[row - rows.start] if row - rows.start < len(values) else None

        asked = [name for name in names if name in read]
        return {
            thread_id: {name: value(name, row) for name in asked}
            for row, thread_id in owners.items()
            if thread_id in {claimed for _, claimed in claims_of(value(KEY, row), value(LINK, row))}
        }

    def look(self, snapshot: Snapshot, thread_ids: Sequence[int]) -> Json:
        """Where everything is that a write of these tickets concerns. One read request."""
        ranges = ranges_to_look_at(snapshot, thread_ids)
        if snapshot.images is not None:
            ranges.append(grid_range(snapshot.images.id, range(1), range(1)))
        return self._sheet.look(PLACE_FIELDS, ranges)

    def rows_shown(self, tab_id: int, rows: Iterable[int]) -> Shown:
        """These rows in all columns. One read request."""
        return Shown(self._sheet.look(PLACE_FIELDS, [grid_range(tab_id, block) for block in runs(rows)]), tab_id)

    def header_if_unmoved(self, plan: WritePlan) -> Line:
        """The header as it is by now, wherever its row is, if its columns are where they were planned; else {}."""
        rows = range(min(HEADER_SEARCH, 1 + max(target.row for target in plan.targets)))
        shown = self.rows_shown(plan.tab_id, rows)
        layout = Layout.find([shown.values(row) for row in rows])
        if layout is None or not plan.columns.items() <= layout.columns.items():
            return {}
        return shown.line(layout.header_row)


def _filled(values: Sequence[CellValue], count: int) -> list[CellValue]:
    """The values with the blanks that an answer leaves out at its end."""
    return [*values, *[None] * (count - len(values))]
