"""The checks of the way to the sheet and of the sheet itself, from the key file to the rows.

Each finding's id is stable. What cannot be reached ends the checks: what lies below is not told again. Nothing is
changed, except by `try_row`. Trouble that the bot itself can meet is told in the bot's own words, which come with the
errors of `api/client.py`, `api/credentials.py` and `api/tab.py`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from tracker.checks import Finding, Group, Level, open_to_all
from tracker.domain.cells import CellValue
from tracker.domain.wording import duration
from tracker.errors import QuotaUsedUp, SheetError, SheetSetupError, SheetUnavailable
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.refusals import CLOCK_TOLERANCE, MAKE_ROOM
from tracker.sheet.api.requests import append_rows, blank_out, new_cells
from tracker.sheet.api.tab import find_layout, find_tab, read_columns
from tracker.sheet.setup.plan import lacking_formats
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import KEY, LINK, NAME_AGAIN, NAMES, quoted
from tracker.sheet.table.layout import Layout, a1
from tracker.sheet.table.survey import Survey, thread_id_of

_DESCRIBED = (
    "properties.title,sheets(properties(sheetId,title,gridProperties),basicFilter,"
    "protectedRanges(range,description,warningOnly,requestingUserCanEdit))"
)
_INIT_SHEET = "Run: python -m tracker.init_sheet"
_MOST_CELLS = 10_000_000
"""Of one spreadsheet. https://support.google.com/drive/answer/37603"""
_NEARLY_FULL = 0.95
_GOOD_CLOCK = timedelta(seconds=30)
_LISTED = 5


_good = partial(Finding, group=Group.SHEET, level=Level.GOOD)
_warning = partial(Finding, group=Group.SHEET, level=Level.WARNING)
_failed = partial(Finding, group=Group.SHEET, level=Level.FAILED)


def check_sheet(
    *, key_file: Path, spreadsheet_id: str | None, sheet_name: str | None, base_url: str
) -> Iterator[Finding]:
    """Look at everything between this machine and the rows. Blocks while Google answers; sends six requests.

    None is a setting that cannot be read: what needs it is not looked at.
    """
    try:
        sheet = GoogleSheet(key_file=key_file, spreadsheet_id=spreadsheet_id or "", base_url=base_url)
        yield _good(id="sheet.key", text=f"Key of the service account {sheet.account}, project {sheet.project}")
        yield from _secrecy(key_file)
        try:
            yield from _sign_in(sheet)
            if spreadsheet_id is not None:
                yield from _spreadsheet(sheet, sheet_name)
        except SheetUnavailable as error:
            yield _told(error, _until_it_passes(error, sheet, base_url))
    except SheetError as error:
        yield _told(error, error.fix or "Run the doctor again; if it says the same, look at the sheet.")


def try_row(*, key_file: Path, spreadsheet_id: str, sheet_name: str, base_url: str) -> Iterator[Finding]:
    """Add a row as the bot does, and blank its cells again, in one atomic change: nobody ever sees it.

    The cells are found again by their contents, which no other cell has, so that no row of somebody else can be hit.
    """
    try:
        sheet = GoogleSheet(key_file=key_file, spreadsheet_id=spreadsheet_id, base_url=base_url)
        tab = find_tab(sheet, sheet.describe("sheets.properties(sheetId,title,gridProperties)"), sheet_name)
        layout = find_layout(sheet, tab)
        # Smaller than the id of any thread: no ticket can have it.
        thread_id = str(secrets.randbits(40))
        cells: dict[str, CellValue] = {KEY: thread_id, "title": f"Test row {thread_id} of tracker.doctor"}
        texts = [str(text) for name, text in cells.items() if name in layout.columns]
        added = append_rows(tab["sheetId"], [new_cells(cells, layout)])
        answer = sheet.change_and_tell([added, *(blank_out(tab["sheetId"], text) for text in texts)])
    except SheetError as error:
        yield _told(error, error.fix or "Run the doctor again in a minute.")
        return
    replies = [reply.get("findReplace", {}) for reply in answer.get("replies", [])[1:]]
    if [reply.get("occurrencesChanged") for reply in replies] == [1] * len(texts):
        yield _good(id="sheet.test_row", text="A test row was written and removed again")
    else:
        wrong = "The test row was written, but Google does not say that it was removed again."
        fix = f'Look for "Test row {thread_id} of tracker.doctor" in the tab, and delete that row: {sheet.address}'
        yield _failed(id="sheet.test_row", text=wrong, fix=fix)


def _sign_in(sheet: GoogleSheet) -> Iterator[Finding]:
    sheet.sign_in()
    yield _good(id="sheet.sign_in", text="Google accepts the key")
    yield from _clock(sheet.clock_ahead)


def _spreadsheet(sheet: GoogleSheet, sheet_name: str | None) -> Iterator[Finding]:
    described = sheet.describe(_DESCRIBED)
    yield _good(id="sheet.api", text="The Google Sheets API is enabled")
    yield _good(
        id="sheet.shared",
        text=f'Spreadsheet "{described["properties"]["title"]}", shared with the bot: {sheet.address}',
    )
    yield from _editable(sheet, described)
    yield from _room(described)
    if sheet_name is not None:
        yield from _tab(sheet, described, sheet_name)
    yield _good(id="sheet.quota", text="Google's quota of requests a minute is not used up")


def _tab(sheet: GoogleSheet, described: Json, sheet_name: str) -> Iterator[Finding]:
    tab = find_tab(sheet, described, sheet_name)
    address = f"{sheet.address}/edit#gid={tab['sheetId']}"
    yield _good(id="sheet.tab", text=f'Tab "{tab["title"]}": {address}')
    (whole,) = (each for each in described["sheets"] if each["properties"]["sheetId"] == tab["sheetId"])
    yield from _protections(sheet, whole)
    yield from _filter(whole)
    layout = find_layout(sheet, tab)
    yield from _columns(layout)
    yield from _formats(sheet, tab, layout)
    yield from _rows(sheet, tab, layout, address)


def _secrecy(key_file: Path) -> Iterator[Finding]:
    if open_to_all(key_file):
        text = f"Everybody on this machine can read the key in {key_file}."
        yield _warning(
            id="sheet.key_secret", text=text, fix=f"chmod 600 {key_file} (and see that the bot's user owns it)"
        )


def _clock(ahead: timedelta | None) -> Iterator[Finding]:
    if ahead is None:
        return
    if abs(ahead) <= _GOOD_CLOCK:
        yield _good(id="sheet.clock", text="This machine's clock agrees with Google's")
        return
    side = "ahead of" if ahead > timedelta() else "behind"
    limit = duration(CLOCK_TOLERANCE)
    text = f"This machine's clock is {duration(abs(ahead))} {side} Google's; from {limit} on, Google lets nobody in."
    yield _warning(id="sheet.clock", text=text, fix="Set the clock: sudo timedatectl set-ntp true")


def _editable(sheet: GoogleSheet, described: Json) -> Iterator[Finding]:
    taken = {tab["properties"]["sheetId"] for tab in described["sheets"]}
    try:
        sheet.prove_editor(next(number for number in range(1, len(taken) + 2) if number not in taken))
    except SheetSetupError as error:
        yield _told(error, error.fix)
    else:
        yield _good(id="sheet.editable", text="The bot may edit the spreadsheet (--send-test proves it with a row)")


def _room(described: Json) -> Iterator[Finding]:
    grids = [tab["properties"].get("gridProperties", {}) for tab in described["sheets"]]
    cells = sum(grid.get("rowCount", 0) * grid.get("columnCount", 0) for grid in grids)
    text = f"The spreadsheet has {cells:,} of at most {_MOST_CELLS:,} cells"
    if cells < _NEARLY_FULL * _MOST_CELLS:
        yield _good(id="sheet.cells", text=text)
    else:
        yield _warning(id="sheet.cells", text=f"{text}, empty ones included.", fix=MAKE_ROOM)


def _protections(sheet: GoogleSheet, tab: Json) -> Iterator[Finding]:
    """Protected ranges that keep the bot out; such as only warn keep out nobody."""
    title, grid = tab["properties"]["title"], tab["properties"]["gridProperties"]
    closed = []
    for each in tab.get("protectedRanges", []):
        if not each.get("warningOnly", False) and not each.get("requestingUserCanEdit", False):
            area = each.get("range", {})
            rows = range(area.get("startRowIndex", 0), area.get("endRowIndex", grid["rowCount"]))
            columns = range(area.get("startColumnIndex", 0), area.get("endColumnIndex", grid["columnCount"]))
            closed.append(a1(title, rows, columns))
    if closed:
        refusal = sheet.protected(", ".join(closed))
        yield _told(refusal, refusal.fix)


def _filter(tab: Json) -> Iterator[Finding]:
    rules = [spec.get("filterCriteria") for spec in tab.get("basicFilter", {}).get("filterSpecs", [])]
    if any(rules):
        text = "A filter of the tab may hide rows, from everybody."
        fix = "Data > Remove filter. A filter view (Data > Change view) shows a choice of rows to whoever wants it."
        yield _warning(id="sheet.filter", text=text, fix=fix)


def _columns(layout: Layout) -> Iterator[Finding]:
    missing = [name for name in NAMES if name not in layout.columns]
    if missing:
        text = f"The header in row {layout.header_row + 1} does not name {quoted(missing)}: nothing is written there."
        yield _warning(id="sheet.columns", text=text, fix=NAME_AGAIN)
    else:
        yield _good(
            id="sheet.columns", text=f"The header in row {layout.header_row + 1} names all {len(NAMES)} columns"
        )


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
            f"thread, Copy Thread ID). Nothing else tells whose these are: {_numbers_of(lost)}."
        )
    yield _warning(id="sheet.ids", text=text, fix=fix)


def _same_ids(keys: Sequence[CellValue], survey: Survey, first_row: int, address: str) -> Iterator[Finding]:
    rows: dict[int, list[int]] = {thread_id: [] for thread_id in sorted(survey.doubled)}
    for row, key in enumerate(keys, start=first_row):
        thread_id = thread_id_of(key)
        if thread_id in rows:
            rows[thread_id].append(row)
    told = [f"{thread_id} in {_numbers_of(places)}" for thread_id, places in rows.items()]
    if told:
        more = f" and {len(told) - _LISTED:,} more" if len(told) > _LISTED else ""
        text = f"Several rows have the same thread_id: {'; '.join(told[:_LISTED])}{more}."
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


def _is_number(value: CellValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _numbers_of(rows: Iterator[int] | Sequence[int] | set[int]) -> str:
    """`row 5`, or `rows 5, 9 and 3 more`: as people count them."""
    numbers = sorted(row + 1 for row in rows)
    more = f" and {len(numbers) - _LISTED:,} more" if len(numbers) > _LISTED else ""
    return f"row{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers[:_LISTED]))}{more}"


def _until_it_passes(error: SheetError, sheet: GoogleSheet, base_url: str) -> str:
    """What to do about trouble that passes by itself."""
    if error.check == "sheet.quota":
        page = f"https://console.cloud.google.com/apis/api/sheets.googleapis.com/quotas?project={sheet.project}"
        return f"Wait a minute. If it stays so, something else uses the quota of the same project: see {page}"
    host = sheet.sign_in_address if error.check == "sheet.sign_in" else base_url
    status = "https://www.google.com/appsstatus/dashboard/"
    return f"See that this machine can reach {host} (network, proxy, firewall), look at {status}, and try again."


def _told(error: SheetError, fix: str | None) -> Finding:
    """A failure in the words of the error; a quota that is used up is there again in a minute."""
    finding = _warning if isinstance(error, QuotaUsedUp) else _failed
    return finding(id=error.check, text=error.what, fix=fix)
