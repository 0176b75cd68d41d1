"""What makes a tab ready for the tracker: a plan of what is missing, carried out as one atomic change.

The filter views, which the bot can do without, are a second one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.cli.invocation import command
from tracker.domain.cells import CellValue
from tracker.errors import SheetError, SheetSetupError
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.requests import add_rows, format_columns
from tracker.sheet.api.tab import lost_key, misspelt_columns, misspelt_key, see_that_it_has_cells
from tracker.sheet.setup.dashboard import has_dashboard, set_up
from tracker.sheet.setup.inventory import Inventory
from tracker.sheet.setup.views import colours, filter_views, lacking_colours, outdated_views
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import (
    ALL_NAMES,
    COLUMNS,
    FIGURES,
    KEY,
    KIND,
    NAMES,
    Kind,
    quoted,
)
from tracker.sheet.table.layout import HEADER_SEARCH, Layout, a1, grid_range
from tracker.sheet.table.ownership import of_people
from tracker.sheet.table.spelling import nearly_keyed

HEADER_PROTECTION = "The support tracker finds its columns by these names"
KEY_PROTECTION = "The support tracker finds its rows by these ids"

_NEW_TAB_ROWS = 1000
_WIDTHS = {column.name: column.width for column in COLUMNS}
_IDS = (KEY, "warning_message_id")
_TAB_FIELDS = (
    "properties(title,timeZone),"
    "sheets(properties(sheetId,title,gridProperties),filterViews(filterViewId,title,filterSpecs),"
    "conditionalFormats(ranges,booleanRule.condition),protectedRanges(protectedRangeId,description),charts.chartId)"
)
_FORMAT_FIELDS = "sheets.data(startColumn,rowData.values.userEnteredFormat.numberFormat.type)"
_HEADER_FORMAT = {
    "backgroundColorStyle": {"rgbColor": {"red": 0.2, "green": 0.28, "blue": 0.42}},
    "textFormat": {"bold": True, "foregroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}}},
    "verticalAlignment": "MIDDLE",
    "wrapStrategy": "WRAP",
}


@dataclass(kw_only=True)
class Plan:
    """What a tab lacks: a line for a person for each step, and the requests that do them all.

    Those in `views` add the filter views to the tab that `requests` has made, those in `dashboard` make the tab of
    figures beside it. `inventory` is of the rows that are
    there already; None where there is no header yet. `without_figures` are the columns of figures that the tab will
    not have. `time_zone` is Google's name of the spreadsheet's own.
    """

    title: str
    address: str
    time_zone: str
    inventory: Inventory | None = None
    without_figures: tuple[str, ...] = ()
    lacks_dashboard: bool = False
    steps: list[str] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    views: list[Json] = field(default_factory=list)
    dashboard: list[Json] = field(default_factory=list)

    def add(self, step: str, *requests: Json) -> None:
        """One more step."""
        self.steps.append(step)
        self.requests.extend(requests)


@dataclass(frozen=True, kw_only=True)
class _Tab:
    """The tab as it is, or as it will be when it has to be created."""

    id: int
    title: str
    rows: int
    columns: int
    frozen: int
    views: tuple[Json, ...] = ()
    colours: tuple[Json, ...] = ()
    protections: frozenset[str] = frozenset()
    exists: bool


def make_plan(
    sheet: GoogleSheet, name: str, resolved_tags: Sequence[str], *, figures: bool = False, dashboard: bool = False
) -> Plan:
    """What the tab `name` lacks, with the columns of `figures` or without; no steps when it is ready. Changes nothing.

    With `dashboard` also what the tab of figures lacks, which counts in those columns.

    Raises:
        SheetSetupError: the tab holds something else than tickets, or a person has to put something right first.
        SheetUnavailable: Google could not be reached.
    """
    described = sheet.describe(_TAB_FIELDS)
    names = ALL_NAMES if figures or dashboard else NAMES
    tab = _find_tab(sheet, described, name, len(names))
    properties = described["properties"]
    plan = Plan(
        title=properties["title"],
        address=f"{sheet.address}/edit#gid={tab.id}",
        time_zone=properties.get("timeZone", ""),
    )
    if not tab.exists:
        grid = {"rowCount": tab.rows, "columnCount": tab.columns}
        properties = {"sheetId": tab.id, "title": tab.title, "gridProperties": grid}
        plan.add(f'create the tab "{name}"', {"addSheet": {"properties": properties}})
    layout = _find_header(sheet, tab)
    _add_rows(plan, tab, 0 if layout is None else layout.header_row)
    if layout is None:
        layout = Layout(header_row=0, columns={})
        added = _add_columns(plan, tab, layout, names, start=0)
    else:
        header, *rows = _read_rows(sheet, tab, layout)
        if misspelt := misspelt_columns(header, layout.header_row):
            raise misspelt
        columns = {name: [row[place] for row in rows if place < len(row)] for name, place in layout.columns.items()}
        if people := of_people(columns):
            if figures or dashboard:
                raise names_of_people(people)
            layout = layout.without(people)
        plan.inventory = Inventory(layout=layout, header=header, rows=rows, time_zone=plan.time_zone)
        _set_formats(plan, sheet, tab, layout)
        if figures or dashboard:
            _add_colours(plan, tab, layout)
        added = _add_columns(plan, tab, layout, names, start=max(layout.width, *map(len, (header, *rows))))
    plan.without_figures = tuple(name for name in FIGURES if name not in added.columns)
    _freeze(plan, tab, added.header_row)
    _add_views(plan, tab, added, resolved_tags)
    _add_protections(plan, tab, added)
    plan.lacks_dashboard = not (dashboard or has_dashboard(described, tab.id))
    if dashboard:
        setup = set_up(described, tickets=tab.id, title=tab.title, layout=added)
        plan.add(setup.step)
        plan.dashboard.extend(setup.requests)
    return plan


def names_of_people(columns: Mapping[str, CellValue]) -> SheetSetupError:
    """Why the bot cannot have figures under these names, each with what people wrote there."""
    named = " and ".join(f'{quoted([name])} ("{str(value)[:40]}")' for name, value in columns.items())
    return SheetSetupError(
        f"The tab has a column {named} of people's own, in which the bot writes nothing.",
        f"Give it another name, and then run: {command('init-sheet')} --figures",
    )


def carry_out(sheet: GoogleSheet, plan: Plan) -> SheetError | None:
    """Do what is in the plan; what kept the filter views from being added, or None.

    They come by themselves, when the tab stands: whether Google takes their formula is not for the tab to depend on.
    So does the tab of figures.

    Raises:
        SheetError: the tab could not be changed; nothing was done, unless it is a `SheetUnavailable`.
    """
    if plan.requests:
        sheet.change(plan.requests)
    refusal = None
    if plan.views:
        try:
            sheet.change(plan.views)
        except SheetError as error:
            refusal = error
    if plan.dashboard:
        sheet.change(plan.dashboard)
    return refusal


def _find_tab(sheet: GoogleSheet, described: Json, name: str, width: int) -> _Tab:
    taken = set()
    for tab in described.get("sheets", []):
        properties = tab["properties"]
        taken.add(properties["sheetId"])
        if properties["title"].casefold() == name.casefold():  # Google takes both for the same name
            see_that_it_has_cells(sheet, properties)
            grid = properties["gridProperties"]
            return _Tab(
                id=properties["sheetId"],
                title=properties["title"],
                rows=grid["rowCount"],
                columns=grid["columnCount"],
                frozen=grid.get("frozenRowCount", 0),
                views=tuple(tab.get("filterViews", [])),
                colours=tuple(tab.get("conditionalFormats", [])),
                protections=frozenset(kept.get("description", "") for kept in tab.get("protectedRanges", [])),
                exists=True,
            )
    return _Tab(
        id=next(number for number in range(1, len(taken) + 2) if number not in taken),
        title=name,
        rows=_NEW_TAB_ROWS,
        columns=width,
        frozen=0,
        exists=False,
    )


def _find_header(sheet: GoogleSheet, tab: _Tab) -> Layout | None:
    """The header of the tab, or None where the tab is empty."""
    if not tab.exists:
        return None
    (head,) = sheet.read([grid_range(tab.id, range(min(tab.rows, HEADER_SEARCH)))])
    layout = Layout.find(head.get("values", []))
    if layout is not None:
        return layout
    (everything,) = sheet.read([grid_range(tab.id, range(tab.rows))])
    if Layout.find(everything.get("values", [])) is not None:
        raise SheetSetupError(
            f'The header row of the tab "{tab.title}" is below row {HEADER_SEARCH}.', "Delete rows above it."
        )
    nearly = nearly_keyed(head.get("values", []))
    if nearly is not None:
        raise misspelt_key(tab.title, head["values"], *nearly)
    nameless = Layout.find_without_key(head.get("values", []))
    if nameless is not None:
        raise lost_key(tab.title, head["values"], nameless)
    for number, row in enumerate(everything.get("values", []), start=1):
        filled = [str(cell) for cell in row if cell not in ("", None)]
        if filled:
            raise SheetSetupError(
                f'The tab "{tab.title}" is not empty, and its row {number} ("{filled[0][:40]}"…) is no header: no '
                f"column is called {KEY}.",
                f"Insert a row at its top with the name {KEY} over the column of thread ids, or name an empty or new "
                "tab in SHEET_NAME.",
            )
    return None


def _read_rows(sheet: GoogleSheet, tab: _Tab, layout: Layout) -> list[list[CellValue]]:
    """All that people or the tracker keep in the tab from the header on, without the blanks at the ends."""
    (read,) = sheet.read([grid_range(tab.id, range(layout.header_row, tab.rows))])
    values: list[list[CellValue]] = read["values"]
    return values


def _add_rows(plan: Plan, tab: _Tab, header_row: int) -> None:
    """Room below the header: Google refuses to freeze or format where there is none."""
    if header_row + 1 >= tab.rows:
        plan.add("add empty rows below the header", add_rows(tab.id, _NEW_TAB_ROWS))


def _add_columns(plan: Plan, tab: _Tab, layout: Layout, names: Sequence[str], start: int) -> Layout:
    """Name the missing columns, from `start` on, with their widths and formats; the layout that results."""
    missing = [name for name in names if name not in layout.columns]
    if not missing:
        return layout
    columns = range(start, start + len(missing))
    row = range(layout.header_row, layout.header_row + 1)
    requests: list[Json] = []
    if columns.stop > tab.columns:
        length = columns.stop - tab.columns
        requests.append({"appendDimension": {"sheetId": tab.id, "dimension": "COLUMNS", "length": length}})
    cells = [{"userEnteredValue": content_of(name), "userEnteredFormat": _HEADER_FORMAT} for name in missing]
    requests.append(
        {
            "updateCells": {
                "range": grid_range(tab.id, row, columns),
                "rows": [{"values": cells}],
                "fields": "userEnteredValue," + ",".join(f"userEnteredFormat.{name}" for name in _HEADER_FORMAT),
            }
        }
    )
    requests += [_set_width(tab, column, _WIDTHS[name]) for column, name in zip(columns, missing, strict=True)]
    kinds = {column: KIND[name] for column, name in zip(columns, missing, strict=True)}
    requests += format_columns(tab.id, row.stop, kinds)
    for column, name in zip(columns, missing, strict=True):
        requests += colours(tab.id, row.stop, column, name)
    step = "write the header row: " if not layout.columns else "add the missing columns at the right: "
    plan.add(step + ", ".join(missing), *requests)
    positions = {**layout.columns, **dict(zip(missing, columns, strict=True))}
    return Layout(
        header_row=layout.header_row, columns={name: positions[name] for name in ALL_NAMES if name in positions}
    )


def _set_width(tab: _Tab, column: int, width: int) -> Json:
    return {
        "updateDimensionProperties": {
            "range": {"sheetId": tab.id, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1},
            "properties": {"pixelSize": width},
            "fields": "pixelSize",
        }
    }


def _set_formats(plan: Plan, sheet: GoogleSheet, tab: _Tab, layout: Layout) -> None:
    """Formats that the tab's own columns need: dates shown as dates, ids that stay texts when a person types them."""
    first = layout.header_row + 1
    if first >= tab.rows:
        return
    lacking = lacking_formats(sheet, tab.title, layout)
    if lacking:
        kinds = {layout.columns[name]: KIND[name] for name in lacking}
        plan.add("set the formats of " + ", ".join(lacking), *format_columns(tab.id, first, kinds))


def lacking_formats(sheet: GoogleSheet, title: str, layout: Layout) -> list[str]:
    """The columns whose first cell below the header has not the format that its column needs. One read request."""
    first = layout.header_row + 1
    shown = sheet.describe(_FORMAT_FIELDS, ranges=[a1(title, range(first, first + 1), range(layout.width))])
    cells = shown["sheets"][0]["data"][0].get("rowData", [{}])[0].get("values", [])
    types = [cell.get("userEnteredFormat", {}).get("numberFormat", {}).get("type", "") for cell in cells]
    types += [""] * (layout.width - len(types))
    return [
        name
        for name, column in layout.columns.items()
        if (KIND[name] is Kind.DATE_TIME and not types[column].startswith("DATE"))
        or (KIND[name] is Kind.DURATION and types[column] != "TIME")
        or (name in _IDS and types[column] != "TEXT")
    ]


def _freeze(plan: Plan, tab: _Tab, header_row: int) -> None:
    if tab.frozen <= header_row:
        properties = {"sheetId": tab.id, "gridProperties": {"frozenRowCount": header_row + 1}}
        fields = "gridProperties.frozenRowCount"
        plan.add("freeze the header row", {"updateSheetProperties": {"properties": properties, "fields": fields}})


def _add_colours(plan: Plan, tab: _Tab, layout: Layout) -> None:
    """Those of columns that are there already, as people may have named them by hand."""
    for name in lacking_colours(layout, tab.colours):
        plan.add(f"colour {name}", *colours(tab.id, layout.header_row + 1, layout.columns[name], name))


def _add_views(plan: Plan, tab: _Tab, layout: Layout, resolved_tags: Sequence[str]) -> None:
    for title, view in outdated_views(tab.id, layout, resolved_tags, tab.views):
        plan.add(f'have the filter view "{title}" go by the status')
        plan.views.append(view)
    there = {view["title"] for view in tab.views}
    for title, view in filter_views(tab.id, layout, resolved_tags):
        if title not in there:
            plan.add(f'add the filter view "{title}"')
            plan.views.append(view)


def _add_protections(plan: Plan, tab: _Tab, layout: Layout) -> None:
    """Warnings, not locks: whoever has a reason may still edit."""
    header = grid_range(tab.id, range(layout.header_row, layout.header_row + 1))
    keys = {"sheetId": tab.id, "startColumnIndex": layout.key, "endColumnIndex": layout.key + 1}
    for what, description, area in (
        ("the header row", HEADER_PROTECTION, header),
        (KEY, KEY_PROTECTION, keys),
    ):
        if description not in tab.protections:
            kept = {"range": area, "description": description, "warningOnly": True}
            plan.add(f"warn people who edit {what}", {"addProtectedRange": {"protectedRange": kept}})
