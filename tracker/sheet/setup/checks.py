"""The checks of the way to the sheet and of the spreadsheet; those of the tab are in `tab_checks.py`.

Each finding's id is stable. What cannot be reached ends the checks: what lies below is not reported, too. Nothing
is changed. Trouble that the bot itself can meet has the bot's own words, which come with the errors of `api/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from tracker.checks import Finding, Group, Level, for_its_owner_only, open_to_all, whatever_happens
from tracker.domain.wording import duration
from tracker.errors import QuotaUsedUp, SheetError, SheetSetupError, SheetUnavailable
from tracker.secrecy import HiddenText
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.refusals import CLOCK_TOLERANCE, MAKE_ROOM
from tracker.sheet.setup.tab_checks import TAB_FIELDS, check_tab
from tracker.sheet.table.cells import Json

_DESCRIBED = f"properties(title,timeZone),sheets({TAB_FIELDS})"
_MOST_CELLS = 10_000_000
"""Of one spreadsheet. https://support.google.com/drive/answer/37603"""
_NEARLY_FULL = 0.95
_GOOD_CLOCK = timedelta(seconds=30)

_good = partial(Finding, group=Group.SHEET, level=Level.GOOD)
_warning = partial(Finding, group=Group.SHEET, level=Level.WARNING)
_failed = partial(Finding, group=Group.SHEET, level=Level.FAILED)


def check_sheet(
    *,
    key_file: Path | HiddenText,
    spreadsheet_id: str | None,
    sheet_name: str | None,
    base_url: str,
    zone: ZoneInfo | None,
) -> Iterator[Finding]:
    """Look at everything between this machine and the rows. Blocks while Google answers; sends seven requests.

    `zone` is that of the dates. None is a setting that cannot be read: what needs it is not looked at.
    """
    try:
        sheet = GoogleSheet(key_file=key_file, spreadsheet_id=spreadsheet_id or "", base_url=base_url)
        yield _good(id="sheet.key", text=f"Key of the service account {sheet.account}, project {sheet.project}")
        yield from _secrecy(key_file)
        try:
            yield from _sign_in(sheet)
            if spreadsheet_id is not None:
                yield from _spreadsheet(sheet, sheet_name, zone)
        except SheetUnavailable as error:
            yield as_finding(error, _until_it_passes(error, sheet, base_url))
    except SheetError as error:
        yield as_finding(error, error.fix or "Run the doctor again; if it says the same, look at the sheet.")


def _sign_in(sheet: GoogleSheet) -> Iterator[Finding]:
    sheet.sign_in()
    yield _good(id="sheet.sign_in", text="Google accepts the key")
    yield from _clock(sheet.clock_ahead)


def _spreadsheet(sheet: GoogleSheet, sheet_name: str | None, zone: ZoneInfo | None) -> Iterator[Finding]:
    described = sheet.describe(_DESCRIBED)
    yield _good(id="sheet.api", text="The Google Sheets API is enabled")
    yield _good(
        id="sheet.shared",
        text=f'Spreadsheet "{described["properties"]["title"]}", shared with the bot: {sheet.address}',
    )
    yield from whatever_happens(Group.SHEET, partial(_editable, sheet, described))
    yield from whatever_happens(Group.SHEET, partial(_room, described))
    if zone is not None:
        name = described["properties"].get("timeZone", "")
        yield from whatever_happens(Group.SHEET, lambda: iter([time_zone(name, zone)]))
    if sheet_name is not None:
        yield from check_tab(sheet, described, sheet_name)
    yield _good(id="sheet.quota", text="Google's quota of requests a minute is not used up")


def _secrecy(key_file: Path | HiddenText) -> Iterator[Finding]:
    if isinstance(key_file, Path) and open_to_all(key_file):
        text = f"Everybody on this machine can read the key in {key_file}."
        yield _warning(id="sheet.key_secret", text=text, fix=for_its_owner_only(key_file))


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
        yield as_finding(error, error.fix)
    else:
        yield _good(id="sheet.editable", text="The bot may edit the spreadsheet (--send-test proves it)")


def _room(described: Json) -> Iterator[Finding]:
    grids = [tab["properties"].get("gridProperties", {}) for tab in described["sheets"]]
    cells = sum(grid.get("rowCount", 0) * grid.get("columnCount", 0) for grid in grids)
    text = f"The spreadsheet has {cells:,} of at most {_MOST_CELLS:,} cells"
    if cells < _NEARLY_FULL * _MOST_CELLS:
        yield _good(id="sheet.cells", text=text)
    else:
        yield _warning(id="sheet.cells", text=f"{text}, empty ones included.", fix=MAKE_ROOM)


def time_zone(name: str, zone: ZoneInfo) -> Finding:
    """Dates are written by the clock of TIMEZONE; formulas that ask for today go by the spreadsheet's own."""
    if _has_the_clock_of(zone, name):
        return _good(id="sheet.time_zone", text=f"The spreadsheet's time zone is that of its dates, {zone.key}")
    text = f"The spreadsheet's time zone is {name}, but TIMEZONE is {zone.key}: TODAY() may be a day off."
    return _warning(id="sheet.time_zone", text=text, fix=f"File > Settings > Time zone: choose that of {zone.key}.")


def _has_the_clock_of(zone: ZoneInfo, name: str) -> bool:
    """Whether the zone of this name agrees all year: Google names some as they were once called (Asia/Calcutta)."""
    try:
        other = ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # such as GMT-07:00, Google's name for a zone that it does not know
        return False
    year = datetime(datetime.now(UTC).year, 1, 1, tzinfo=UTC)
    days = (year + timedelta(days=number) for number in range(366))
    return all(day.astimezone(zone).utcoffset() == day.astimezone(other).utcoffset() for day in days)


def _until_it_passes(error: SheetError, sheet: GoogleSheet, base_url: str) -> str:
    """What to do about trouble that passes by itself."""
    if error.check == "sheet.quota":
        page = f"https://console.cloud.google.com/apis/api/sheets.googleapis.com/quotas?project={sheet.project}"
        return f"Wait a minute. If it stays so, something else uses the quota of the same project: see {page}"
    host = sheet.sign_in_address if error.check == "sheet.sign_in" else base_url
    status = "https://www.google.com/appsstatus/dashboard/"
    return f"See that this machine can reach {host} (network, proxy, firewall), look at {status}, and try again."


def as_finding(error: SheetError, fix: str | None) -> Finding:
    """A failure in the words of the error; a quota that is used up is there again in a minute."""
    finding = _warning if isinstance(error, QuotaUsedUp) else _failed
    return finding(id=error.check, text=error.what, fix=fix)
