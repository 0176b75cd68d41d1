"""The checks of the tab: who may write where, what people made of it, its header, formats and rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from tracker.checks import Finding, Group, Level, whatever_happens
from tracker.cli.invocation import command
from tracker.domain.cells import CellValue
from tracker.domain.listing import listed
from tracker.errors import SheetSetupError
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.tab import (
    find_tab,
    layout_of,
    misspelt_columns,
    no_tab,
    read_columns,
    read_head,
    titles_of_people,
)
from tracker.sheet.dashboard.cells import Ids
from tracker.sheet.setup.plan import lacking_formats, names_of_people
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import FIGURES, KEY, LINK, NAME_AGAIN, NAMES, quoted
from tracker.sheet.table.layout import Layout, a1, grid_range, runs
from tracker.sheet.table.ownership import of_people
from tracker.sheet.table.spelling import nearly_named
from tracker.sheet.table.survey import Survey, thread_id_of

TAB_FIELDS = (
    "properties(sheetId,title,gridProperties),basicFilter,merges,tables(name,range),"
    "protectedRanges(range,unprotectedRanges,description,warningOnly,requestingUserCanEdit)"
)
"""What has to be known of every tab, as a part of a field mask."""

_ENTERED_FIELDS = "sheets.data(startRow,startColumn,rowData.values.userEnteredValue)"
_INIT_SHEET = f"Run: {command('init-sheet')}"
_LISTED = 5
_TOP_ROWS = 5
"""Where a tab that is not the bot's is looked at, a header is expected this far up."""

_good = partial(Finding, group=Group.SHEET, level=Level.GOOD)
_warning = partial(Finding, group=Group.SHEET, level=Level.WARNING)
_failed = partial(Finding, group=Group.SHEET, level=Level.FAILED)


def check_tab(sheet: GoogleSheet, described: Json, sheet_name: str) -> Iterator[Finding]:
    """Look at the tab; `described` is the spreadsheet with `TAB_FIELDS` of its tabs. Four read requests, or five.

    Raises:
        SheetSetupError: there is no such tab, or no header in it.
    """
    try:
        tab = find_tab(sheet, described, sheet_name)
    except SheetSetupError as error:
        elsewhere = _tab_of_tickets(sheet, described) if error.check == "sheet.tab" else None
        if elsewhere is None:
            raise
        why = f", which has a column {KEY},"
        raise no_tab(sheet, sheet_name, titles_of_people(described), meant=elsewhere, why=why) from None
    address = f"{sheet.address}/edit#gid={tab['sheetId']}"
    yield _good(id="sheet.tab", text=f'Tab "{tab["title"]}": {address}')
    (whole,) = (each for each in described["sheets"] if each["properties"]["sheetId"] == tab["sheetId"])
    yield from whatever_happens(Group.SHEET, partial(_filter, whole))
    head = read_head(sheet, tab)
    layout = layout_of(tab, head)
    if people := _columns_of_people(sheet, tab, layout):
        refusal = names_of_people(people)
        yield _warning(id="sheet.names_of_people", text=str(refusal.what), fix=refusal.fix)
        layout = layout.without(people)
    for check in (
        partial(_protections, sheet, whole, layout),
        partial(_merged, whole, layout),
        partial(_table, whole, layout),
        partial(_columns, layout, head[layout.header_row]),
        partial(_formats, sheet, tab, layout),
        partial(_rows, sheet, tab, layout, address),
        partial(_dashboard, described, tab),
    ):
        yield from whatever_happens(Group.SHEET, check)


def _columns_of_people(sheet: GoogleSheet, tab: Json, layout: Layout) -> dict[str, CellValue]:
    if layout.columns.keys().isdisjoint(FIGURES):
        return {}
    read = read_columns(sheet, tab["sheetId"], layout, FIGURES)
    return of_people({name: below for name, (_, *below) in read.items()})


def _tab_of_tickets(sheet: GoogleSheet, described: Json) -> str | None:
    """The title of the first tab whose header names the column of thread ids. One read request."""
    titles = titles_of_people(described)
    tabs = [tab["properties"] for tab in described["sheets"] if tab["properties"]["title"] in titles]
    tops = [grid_range(tab["sheetId"], range(min(_TOP_ROWS, tab["gridProperties"]["rowCount"]))) for tab in tabs]
    heads = sheet.read(tops) if tops else []
    found = (tab["title"] for tab, head in zip(tabs, heads, strict=True) if Layout.find(head.get("values", [])))
    return next(found, None)


def _box(area: Json, tab: Json) -> tuple[range, range]:
    """The rows and the columns of a `GridRange` in the tab, which may leave out its ends."""
    grid = tab["properties"]["gridProperties"]
    rows = range(area.get("startRowIndex", 0), area.get("endRowIndex", grid["rowCount"]))
    return rows, range(area.get("startColumnIndex", 0), area.get("endColumnIndex", grid["columnCount"]))


def _area(rows: range, columns: range) -> str:
    """The cells as people call them, such as `A5:B6`."""
    return a1("", rows, columns).rpartition("!")[2]


def _protections(sheet: GoogleSheet, tab: Json, layout: Layout) -> Iterator[Finding]:
    """Protected ranges that keep the bot out of its cells; such as only warn keep out nobody."""
    closed = [
        a1(tab["properties"]["title"], *_box(each.get("range", {}), tab))
        for each in tab.get("protectedRanges", [])
        if not each.get("warningOnly", False)
        and not each.get("requestingUserCanEdit", False)  # absent where it is false
        and any(_is_closed(each, tab, layout.header_row + 1, column) for column in layout.columns.values())
    ]
    if closed:
        refusal = sheet.protected(", ".join(closed))
        yield _failed(id=refusal.check, text=refusal.what, fix=refusal.fix)


def _dashboard(described: Json, tickets: Json) -> Iterator[Finding]:
    """The tab of figures, where there is one: whether the bot may write there."""
    own = Ids.beside(tickets["sheetId"]).tab
    for tab in (each for each in described["sheets"] if each["properties"]["sheetId"] == own):
        title = tab["properties"]["title"]
        kept = [each for each in tab.get("protectedRanges", []) if not each.get("warningOnly", False)]
        if all(each.get("requestingUserCanEdit", False) for each in kept):
            yield _good(id="sheet.dashboard", text=f'Figures: tab "{title}"')
        else:
            yield _warning(
                id="sheet.dashboard",
                text=f'The tab of figures "{title}" is protected against the bot, so its figures stay as they are.',
                fix="Data > Protect sheets and ranges: let the bot's address edit it, or delete the tab.",
            )


def _is_closed(protection: Json, tab: Json, first_row: int, column: int) -> bool:
    """Whether it closes a cell of the column, from `first_row` on, that none of its unprotected ranges opens again."""
    rows, columns = _box(protection.get("range", {}), tab)
    row = max(rows.start, first_row)
    opened = [_box(each, tab) for each in protection.get("unprotectedRanges", [])]
    for free in sorted((free for free, across in opened if column in across), key=lambda free: free.start):
        if free.start > row:
            break
        row = max(row, free.stop)
    return column in columns and row < rows.stop


def _merged(tab: Json, layout: Layout) -> Iterator[Finding]:
    """Of merged cells only the first holds anything; those above the header do not matter."""
    boxes = [_box(each, tab) for each in tab.get("merges", [])]
    touching = [
        _area(rows, columns)
        for rows, columns in boxes
        if rows.stop > layout.header_row and any(column in columns for column in layout.columns.values())
    ]
    if touching:
        cells = listed(touching, _LISTED)
        text = f"Merged cells reach into the bot's columns: {cells}. Only the first cell of each holds anything."
        yield _warning(id="sheet.merged", text=text, fix="Select them, and choose Format > Merge cells > Unmerge.")


def _table(tab: Json, layout: Layout) -> Iterator[Finding]:
    for each in tab.get("tables", []):
        rows, columns = _box(each.get("range", {}), tab)
        if layout.header_row in rows and layout.key in columns:
            name = f'the table "{each.get("name", "")}" ({_area(rows, columns)})'
            yield _good(id="sheet.table", text=f"The header stands in {name}: new rows go inside it")


def _filter(tab: Json) -> Iterator[Finding]:
    rules = [spec.get("filterCriteria") for spec in tab.get("basicFilter", {}).get("filterSpecs", [])]
    if any(rules):
        text = "A filter of the tab may hide rows, from everybody."
        fix = "Data > Remove filter. A filter view (Data > Change view) shows a choice of rows to whoever wants it."
        yield _warning(id="sheet.filter", text=text, fix=fix)


def _columns(layout: Layout, header: Sequence[CellValue]) -> Iterator[Finding]:
    row = layout.header_row + 1
    nearly = nearly_named(header)
    misspelt = misspelt_columns(header, layout.header_row)
    missing = [name for name in NAMES if name not in layout.columns and name not in nearly]
    if misspelt is not None:
        yield _warning(id=misspelt.check, text=misspelt.what, fix=misspelt.fix)
    if missing:
        text = f"The header in row {row} does not name {quoted(missing)}: nothing is written there."
        yield _warning(id="sheet.columns", text=text, fix=NAME_AGAIN)
    if not nearly and not missing:
        yield _good(id="sheet.columns", text=f"The header in row {row} names all {len(NAMES)} columns")


def _formats(sheet: GoogleSheet, tab: Json, layout: Layout) -> Iterator[Finding]:
    if layout.header_row + 1 >= tab["gridProperties"]["rowCount"]:
        return
    lacking = lacking_formats(sheet, tab["title"], layout)
    if lacking:
        text = f"The format of {quoted(lacking)} is not what belongs there (dates as dates, ids as text)."
        yield _warning(id="sheet.formats", text=text, fix=_INIT_SHEET)
    else:
        yield _good(id="sheet.formats", text="Dates are formatted as dates, ids as text")


def _rows(sheet: GoogleSheet, tab: Json, layout: Layout, address: str) -> Iterator[Finding]:
    first = layout.header_row
    read = read_columns(sheet, tab["sheetId"], layout, (KEY, LINK, *layout.dates))
    keys = read[KEY]
    survey = Survey.of(keys, read.get(LINK, []), first)
    yield from _ids(keys, survey, first)
    yield from _same_ids(keys, survey, first, address)
    yield from _mixed(survey)
    yield from _dates({name: read[name] for name in layout.dates}, first)
    yield from _filled_down(sheet, tab, layout, after=max(survey.positions.values(), default=first))


def _ids(keys: Sequence[CellValue], survey: Survey, first_row: int) -> Iterator[Finding]:
    """Whether each id is a text: a number keeps no more than 15 of an id's digits."""
    numbers = [row for row, key in enumerate(keys, start=first_row) if _is_number(key)]
    if not numbers:
        yield _good(id="sheet.ids", text=f"Tickets with a row: {len(survey.positions):,}; their ids are texts")
        return
    text = f'{len(numbers):,} cells of the column "thread_id" hold a number, which has lost its last digits: '
    text += f"{_numbers_of(numbers)}."
    lost = set(numbers).difference(survey.positions.values())
    fix = "The bot knows these rows by their link and writes the ids back as text with its next write."
    if lost:
        fix = (
            "Format the column as Format > Number > Plain text, and enter the ids again (in Discord, right-click the "
            f"thread, Copy Thread ID). Nothing else shows whose these are: {_numbers_of(lost)}."
        )
    yield _warning(id="sheet.ids", text=text, fix=fix)


def _same_ids(keys: Sequence[CellValue], survey: Survey, first_row: int, address: str) -> Iterator[Finding]:
    rows: dict[int, list[int]] = {thread_id: [] for thread_id in sorted(survey.doubled)}
    for row, key in enumerate(keys, start=first_row):
        thread_id = thread_id_of(key)
        if thread_id in rows:
            rows[thread_id].append(row)
    doubled = [f"{thread_id} in {_numbers_of(places)}" for thread_id, places in rows.items()]
    if doubled:
        text = f"Several rows have the same thread_id: {listed(doubled, _LISTED, between='; ')}."
        yield _warning(
            id="sheet.same_ids", text=text, fix=f"The first of them is kept up to date; delete the others: {address}"
        )


def _mixed(survey: Survey) -> Iterator[Finding]:
    if survey.mixed:
        places = _numbers_of(survey.positions[thread_id] for thread_id in survey.mixed)
        text = f"The thread_id and the link of a row name different threads: {places}. Only some columns were sorted?"
        fix = (
            "The bot writes these rows anew when it starts. Move your own notes beside them back to where they belong."
        )
        yield _warning(id="sheet.mixed", text=text, fix=fix)


def _dates(columns: dict[str, list[CellValue]], first_row: int) -> Iterator[Finding]:
    for name, values in columns.items():
        below = list(enumerate(values, start=first_row))[1:]
        texts = [row for row, value in below if value not in (None, "") and not _is_number(value)]
        if texts:
            text = f'{len(texts):,} cells of the column "{name}" hold a text instead of a date: {_numbers_of(texts)}.'
            fix = "Enter them again, such as 2026-01-31 18:00:00: what Google takes for a date moves to the right."
            yield _warning(id="sheet.dates", text=text, fix=fix)


def _filled_down(sheet: GoogleSheet, tab: Json, layout: Layout, *, after: int) -> Iterator[Finding]:
    """Columns of the bot's with checkboxes or formulas from below the last ticket, in the row `after`, to the end."""
    end = tab["gridProperties"]["rowCount"]
    if after + 1 >= end:
        return
    below = [grid_range(tab["sheetId"], range(after + 1, end), columns) for columns in runs(layout.columns.values())]
    names = {column: name for name, column in layout.columns.items()}
    for column, rows in sorted(_filled(sheet.look(_ENTERED_FIELDS, below)).items()):
        if rows[-1] + 1 == end:
            area = _area(range(rows[0], end), range(column, column + 1))
            text = (
                f'The column "{names[column]}" is filled down to the end of the tab: {len(rows):,} cells below the '
                f"last ticket hold a checkbox or a formula ({area})."
            )
            fix = (
                f"The bot fills this column by itself. Select {area}, choose Data > Data validation > Remove rules if "
                "they are checkboxes, and press Delete."
            )
            yield _warning(id="sheet.filled_down", text=text, fix=fix)


def _filled(answer: Json) -> dict[int, list[int]]:
    """The rows with a checkbox or a formula, by column. Google may leave out that a box is not ticked: `{}`."""
    found: dict[int, list[int]] = {}
    for block in (block for tab in answer.get("sheets", []) for block in tab.get("data", [])):
        for row, line in enumerate(block.get("rowData", []), start=block.get("startRow", 0)):
            for column, cell in enumerate(line.get("values", []), start=block.get("startColumn", 0)):
                entered = cell.get("userEnteredValue")
                if entered is not None and not entered.keys() - {"boolValue", "formulaValue"}:
                    found.setdefault(column, []).append(row)
    return found


def _is_number(value: CellValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers_of(rows: Iterator[int] | Sequence[int] | set[int]) -> str:
    """`row 5`, or `rows 5, 9 and 3 more`: as people count them."""
    numbers = sorted(row + 1 for row in rows)
    return f"row{'s' if len(numbers) > 1 else ''} {listed([*map(str, numbers)], _LISTED)}"
