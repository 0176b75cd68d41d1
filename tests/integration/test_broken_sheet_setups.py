"""Set-ups that are broken between this machine and the rows: the doctor names exactly that, the bot ends or goes on.

What is ✗ keeps the bot from its work; it ends over what only a person can mend, and goes on where Google may be back.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus

import pytest
from aiohttp import web

from tests.support.setups import END_OF_START, Broken, SetUp
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import Cell, Formula
from tracker.sandbox.sheets.document import MAXIMUM_CELLS, FileKind
from tracker.sandbox.sheets.errors import SheetsError, error_info, invalid
from tracker.sheet.table.columns import KEY, LINK, NAMES
from tracker.store import Store
from tracker.store.file import FILE

pytest_plugins = ("tests.support.setup_fixtures",)

Break = Callable[[LocalDesk], object]

NEW_KEY = "IAM & Admin > Service Accounts > Keys"
IN_THE_STORE = "(1 changed ticket waits in the store until then)"
ON_WITHOUT_GOOGLE = "Tickets are tracked all the same"


def key_file(written: Callable[[dict[str, str]], str]) -> Break:
    """What somebody saved in the key file's place."""

    def save(desk: LocalDesk) -> None:
        (desk.folder / "credentials.json").write_text(written(desk.account.key()), encoding="utf-8")

    return save


def with_a_ticket(breaks: Break) -> Break:
    """Let a ticket wait that the bot wants to write."""

    def open_ticket(desk: LocalDesk) -> None:
        breaks(desk)
        desk.world.open_thread(desk.forum, desk.customer, "Cannot log in")

    return open_ticket


def fault(made: Fault) -> Break:
    def strike(desk: LocalDesk) -> None:
        desk.sheets.faults.append(made)

    return strike


def setting(name: str, value: str) -> Break:
    def write(desk: LocalDesk) -> None:
        desk.settings[name] = value

    return write


def clock_off_by(seconds: float) -> Break:
    """A machine whose clock is ahead of Google's, here by setting Google's back."""

    def turn(desk: LocalDesk) -> None:
        desk.sheets.clock = lambda: time.time() - seconds

    return turn


def key_is_a_folder(desk: LocalDesk) -> None:
    (desk.folder / "credentials.json").unlink()
    (desk.folder / "credentials.json").mkdir()


def protect(desk: LocalDesk, **whom: object) -> None:
    area = {"sheetId": desk.tab.sheet_id, "startColumnIndex": 0, "endColumnIndex": 3}
    desk.tab.views.protected_ranges[7] = {"protectedRangeId": 7, "range": area, **whom}


def chart_in_its_place(desk: LocalDesk) -> None:
    desk.tab.rename("Tickets of 2026")
    desk.book.add_chart_sheet("Support Tickets")


def used_up(desk: LocalDesk) -> None:
    desk.sheets.quota.reads_per_minute = 0


def data_folder_is_a_file(desk: LocalDesk) -> None:
    (desk.folder / "data").touch()


def store_of_a_newer_tracker(desk: LocalDesk) -> None:
    Store.open(desk.folder / "data").close()
    with closing(sqlite3.connect(desk.folder / "data" / FILE)) as database:
        database.execute("PRAGMA user_version = 1000")


def store_is_a_folder(desk: LocalDesk) -> None:
    (desk.folder / "data" / FILE).mkdir(parents=True)


suspended = SheetsError(
    HTTPStatus.FORBIDDEN,
    "PERMISSION_DENIED",
    "Permission denied: Consumer 'project:1' has been suspended.",
    error_info("CONSUMER_SUSPENDED"),
)


BROKEN = [
    Broken(
        name="the key file is missing",
        breaks=lambda desk: (desk.folder / "credentials.json").unlink(),
        id="sheet.key_file",
        says="credentials.json does not exist",
        fix=NEW_KEY,
        ends=1,
        line="credentials.json does not exist",
    ),
    Broken(
        name="the key file is a folder",
        breaks=key_is_a_folder,
        id="sheet.key_file",
        says="cannot be read: Is a directory",
        fix="It is a folder: put the file in its place.",
        ends=1,
        line="cannot be read: Is a directory",
    ),
    Broken(
        name="the key file is cut off",
        breaks=key_file(lambda key: json.dumps(key)[:-100]),
        id="sheet.key",
        says="is not JSON",
        fix=NEW_KEY,
        ends=1,
        line="is not JSON",
    ),
    Broken(
        name="the key file is that of an OAuth client",
        breaks=key_file(lambda key: json.dumps({"installed": {"client_id": key["client_id"], "client_secret": "x"}})),
        id="sheet.key",
        says="but that of an OAuth client",
        fix=NEW_KEY,
        ends=1,
        line="but that of an OAuth client",
    ),
    Broken(
        name="the key file is an API key",
        breaks=key_file(lambda _: "AIzaSyA-not-a-real-key\n"),
        id="sheet.key",
        says="is an API key",
        fix=NEW_KEY,
        ends=1,
        line="is an API key",
    ),
    Broken(
        name="the key file is what gcloud tells of an API key",
        breaks=key_file(lambda _: json.dumps({"keyString": "AIzaSyA-not-a-real-key", "name": "projects/1/keys/2"})),
        id="sheet.key",
        says="but an API key",
        fix=NEW_KEY,
        ends=1,
        line="but an API key",
    ),
    Broken(
        name="the key file is a person's",
        breaks=key_file(lambda key: json.dumps({"type": "authorized_user", "client_id": key["client_id"]})),
        id="sheet.key",
        says='"type" is not "service_account"',
        fix=NEW_KEY,
        ends=1,
        line='"type" is not "service_account"',
    ),
    Broken(
        name="the private key cannot sign",
        breaks=key_file(lambda key: json.dumps({**key, "private_key": key["private_key"][:800]})),
        id="sheet.key",
        says="its private key is broken",
        fix=NEW_KEY,
        ends=1,
        line="its private key is broken",
    ),
    Broken(
        name="the key was revoked",
        breaks=lambda desk: desk.account.revoke(),
        id="sheet.sign_in",
        says="Google does not accept the key of tracker-1@",
        fix="make a new one in the Google Cloud console",
        ends=1,
        line="Google does not accept the key of tracker-1@",
    ),
    Broken(
        name="the service account was deleted",
        breaks=key_file(lambda key: json.dumps({**key, "client_email": "gone@sandbox-project.example"})),
        id="sheet.sign_in",
        says="account not found",
        fix="make a new one in the Google Cloud console",
        ends=1,
        line="account not found",
    ),
    Broken(
        name="the clock is ahead",
        breaks=clock_off_by(4000),
        id="sheet.clock",
        says="clock is 1h 6m ahead of Google's",
        fix="sudo timedatectl set-ntp true",
        ends=1,
        line="clock is 1h 6m ahead of Google's",
    ),
    Broken(
        name="the clock is behind",
        breaks=clock_off_by(-90_030),
        id="sheet.clock",
        says="clock is 1d 1h 0m behind Google's",
        fix="sudo timedatectl set-ntp true",
        ends=1,
        line="clock is 1d 1h 0m behind Google's",
    ),
    Broken(
        name="nobody is at the sign-in's address",
        breaks=key_file(lambda key: json.dumps({**key, "token_uri": "http://127.0.0.1:9/token"})),
        id="sheet.sign_in",
        says="sign-in service could not be reached",
        fix="See that this machine can reach http://127.0.0.1:9/token ",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="a network's welcome page answers the sign-in",
        breaks=fault(Fault(path="^/token$", outcome=lambda: web.Response(text="<html>Welcome"), times=None)),
        id="sheet.reach",
        says="Something between the bot and Google Sheets answered",
        fix="See that this machine can reach http://127.0.0.1",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="the Sheets API is not enabled",
        breaks=lambda desk: desk.sheets.disable_api(),
        id="sheet.api",
        says="Google Sheets API is not enabled",
        fix="https://console.cloud.google.com/apis/library/sheets.googleapis.com?project=100200300400",
        ends=1,
        line="Google Sheets API is not enabled",
    ),
    Broken(
        name="the spreadsheet's id is another's",
        breaks=setting("SPREADSHEET_ID", "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"),
        id="sheet.found",
        says="names no spreadsheet",
        fix="Copy the address of the sheet",
        ends=1,
        line="names no spreadsheet",
    ),
    Broken(
        name="the sheet is not shared",
        breaks=lambda desk: desk.book.unshare(desk.account.email),
        id="sheet.shared",
        says="is not shared with the bot",
        fix="Share it with tracker-1@sandbox-project.iam.gserviceaccount.com as Editor",
        ends=1,
        line="is not shared with the bot",
    ),
    Broken(
        name="the sheet is shared for viewing only",
        breaks=with_a_ticket(lambda desk: desk.book.share(desk.account.email, role="reader")),
        id="sheet.editable",
        says="but not change it",
        fix="Share the sheet with tracker-1@sandbox-project.iam.gserviceaccount.com as Editor",
        ends=0,
        line=IN_THE_STORE,
        until=IN_THE_STORE,
    ),
    Broken(
        name="the sheet is an uploaded Excel file",
        breaks=lambda desk: setattr(desk.book, "kind", FileKind.OFFICE_FILE),
        id="sheet.kind",
        says="an uploaded Excel file",
        fix="File > Save as Google Sheets",
        ends=1,
        line="an uploaded Excel file",
    ),
    Broken(
        name="the tab has another name",
        breaks=lambda desk: desk.tab.rename("Tickets of 2026"),
        id="sheet.tab_name",
        says='has no tab "Support Tickets" (it has "Sheet1", "Tickets of 2026"',
        fix="python -m tracker.init_sheet",
        ends=1,
        line='has no tab "Support Tickets"',
    ),
    Broken(
        name="the header is gone",
        breaks=lambda desk: desk.tab.delete_rows(0),
        id="sheet.header",
        says="no header row with a column thread_id",
        fix="python -m tracker.init_sheet",
        ends=1,
        line="no header row with a column thread_id",
    ),
    Broken(
        name="the header has another name for the ids",
        breaks=lambda desk: desk.tab.paste(0, 0, [["id"], ["1417628594471739432"]]),
        id="sheet.header_name",
        says="no header row with a column thread_id; its row 1 names ",
        fix="Write thread_id into A1, above the ids.",
        ends=1,
        line="Write thread_id into A1, above the ids.",
    ),
    Broken(
        name="the header is spelt in another way",
        breaks=lambda desk: desk.tab.paste(0, 0, [["Thread ID"]]),
        id="sheet.header_name",
        says='no header row with a column thread_id; its cell A1 says "Thread ID".',
        fix="Write thread_id into A1.",
        ends=1,
        line='its cell A1 says "Thread ID". Write thread_id into A1.',
    ),
    Broken(
        name="the spreadsheet's id is a PDF's",
        breaks=fault(
            Fault(path="^/v4/", outcome=invalid("Request contains an invalid argument.").response, times=None)
        ),
        id="sheet.kind",
        says="names no Google Sheet, but something else, such as a PDF, a folder or a document (Google says: Request ",
        fix="Open the sheet in the browser and copy its address from there.",
        ends=1,
        line="names no Google Sheet",
    ),
    Broken(
        name="the project is suspended",
        breaks=fault(Fault(path="^/v4/", outcome=suspended.response, times=None)),
        id="sheet.forbidden",
        says="Google refuses the bot (CONSUMER_SUSPENDED): Permission denied: Consumer 'project:1' has been suspended.",
        fix="https://console.cloud.google.com/home/dashboard?project=sandbox-project",
        ends=1,
        line="(CONSUMER_SUSPENDED)",
    ),
    Broken(
        name="a chart has the tab's name",
        breaks=chart_in_its_place,
        id="sheet.tab_name",
        says="is a chart, which has no cells",
        fix="Right-click its name > Rename",
        ends=1,
        line="is a chart, which has no cells",
    ),
    Broken(
        name="cells of the tab are protected",
        breaks=with_a_ticket(protect),
        id="sheet.protected",
        says="protected against the bot: 'Support Tickets'!A1:C1000",
        fix="let tracker-1@sandbox-project.iam.gserviceaccount.com edit them",
        ends=0,
        line=IN_THE_STORE,
        until=IN_THE_STORE,
    ),
    Broken(
        name="Google is down",
        breaks=fault(faults.service_unavailable(times=None)),
        id="sheet.reach",
        says="Google Sheets is in trouble (HTTP 503)",
        fix="https://www.google.com/appsstatus/dashboard/",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="nobody is at the address of the Sheets API",
        breaks=setting("GOOGLE_SHEETS_URL", "http://127.0.0.1:9"),
        id="sheet.reach",
        says="Google Sheets could not be reached",
        fix="See that this machine can reach http://127.0.0.1:9 ",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="something else is at the address of the Sheets API",
        breaks=fault(Fault(path="^/v4/", outcome=lambda: web.Response(text="<html>", status=404), times=None)),
        id="sheet.reach",
        says="does not answer as Google Sheets does",
        fix="Take GOOGLE_SHEETS_URL out of .env",
        ends=1,
        line="does not answer as Google Sheets does",
    ),
    Broken(
        name="a file is in the data folder's place",
        breaks=data_folder_is_a_file,
        id="machine.data_dir",
        says="/data cannot be used: File exists.",
        fix="It is no folder: name a folder in DATA_DIR.",
        ends=1,
        line="/data cannot be used: File exists.",
    ),
    Broken(
        name="a newer tracker wrote the store",
        breaks=store_of_a_newer_tracker,
        id="machine.store",
        says="written by a newer tracker (its version 1000",
        fix="Run the newer tracker again",
        ends=1,
        line="written by a newer tracker (its version 1000",
    ),
    Broken(
        name="the store cannot be opened",
        breaks=store_is_a_folder,
        id="machine.store",
        says="tracker.sqlite3 cannot be used: ",
        fix="See that the disk has room",
        ends=1,
        line="tracker.sqlite3 cannot be used: ",
    ),
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_what_keeps_the_bot_from_its_work_is_named_with_its_fix(set_up: SetUp, broken: Broken) -> None:
    told = set_up.expect(broken)

    if broken.ends:
        assert all(line.startswith("ERROR ") and broken.says in line and broken.fix in line for line in told), told


# -- what the bot can do without: it starts, and the doctor's exit code is 0


def rows(*rows: dict[str, str | float]) -> Break:
    """Rows below the header, as they are, by column."""

    def paste(desk: LocalDesk) -> None:
        desk.tab.paste(1, 0, [[row.get(name) for name in NAMES] for row in rows])

    return paste


def link(thread_id: int) -> str:
    return f"https://discord.com/channels/1417628594471739000/{thread_id}"


def formats_lost(desk: LocalDesk) -> None:
    for row in range(1, desk.tab.row_count):
        desk.tab.write(row, {column: Cell() for column in range(desk.tab.column_count)})


def filtered(desk: LocalDesk) -> None:
    blank = {"condition": {"type": "BLANK"}}
    area = {"sheetId": desk.tab.sheet_id}
    desk.tab.views.basic_filter = {"range": area, "filterSpecs": [{"columnIndex": 5, "filterCriteria": blank}]}


def filled_down(desk: LocalDesk) -> None:
    column = NAMES.index("team")
    desk.tab.paste(1, 0, [[str(FIRST)], [str(SECOND)]])
    desk.tab.paste(1, column, [[Formula(f"=A{row}")] for row in range(2, 1001)])


def merged(desk: LocalDesk) -> None:
    desk.tab.merge(Box(4, 1, 6, 3))


def nearly_full(desk: LocalDesk) -> None:
    desk.book.add_tab("Archive", rows=MAXIMUM_CELLS - 100_000, columns=1)


def damaged_store(desk: LocalDesk) -> None:
    Store.open(desk.folder / "data").close()
    (desk.folder / "data" / FILE).write_bytes(b"not a database, but long enough to be looked at" * 100)


FIRST, SECOND = 1417628594471739432, 1417628594471739777

BEARABLE = [
    Broken(
        name="everybody on the machine can read the key",
        breaks=lambda desk: (desk.folder / "credentials.json").chmod(0o644),
        id="sheet.key_secret",
        says="Everybody on this machine can read the key",
        fix="chmod 600 credentials.json",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the clock is a little off",
        breaks=clock_off_by(-120),
        id="sheet.clock",
        says="behind Google's; from 5m 0s on, Google lets nobody in",
        fix="sudo timedatectl set-ntp true",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="columns are missing",
        breaks=with_a_ticket(lambda desk: desk.tab.delete_columns(NAMES.index("team"), 2)),
        id="sheet.columns",
        says='does not name "team", "outside_business_hours": nothing is written there.',
        fix="python -m tracker.init_sheet",
        ends=0,
        line='The sheet has no column "outside_business_hours", "team" any more; the others are written. Give its '
        "header that name again, or run: python -m tracker.init_sheet",
    ),
    Broken(
        name="others use up the quota",
        breaks=used_up,
        id="sheet.quota",
        says="quota of requests a minute is used up",
        fix="quotas?project=sandbox-project",
        ends=0,
        line=ON_WITHOUT_GOOGLE,
    ),
    Broken(
        name="the formats are gone",
        breaks=formats_lost,
        id="sheet.formats",
        says='The format of "thread_id", "date_created", "resolution_date", "warning_message_id"',
        fix="python -m tracker.init_sheet",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="ids were rounded, and their links have them",
        breaks=rows({KEY: float(FIRST), LINK: link(FIRST)}, {KEY: str(SECOND)}),
        id="sheet.ids",
        says='1 cells of the column "thread_id" hold a number, which has lost its last digits: row 2.',
        fix="writes the ids back as text",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="ids were rounded, and nothing else tells them",
        breaks=rows({KEY: float(FIRST), LINK: link(FIRST)}, {KEY: float(SECOND)}),
        id="sheet.ids",
        says='2 cells of the column "thread_id" hold a number, which has lost its last digits: rows 2, 3.',
        fix="Nothing else shows whose these are: row 3.",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="rows have the same id",
        breaks=rows({KEY: str(FIRST)}, {KEY: str(SECOND)}, {KEY: str(FIRST)}, {KEY: str(FIRST)}),
        id="sheet.same_ids",
        says=f"Several rows have the same thread_id: {FIRST} in rows 2, 4, 5.",
        fix="delete the others: https://docs.google.com/spreadsheets/d/",
        ends=0,
        line="Several rows of the sheet have the same thread_id",
    ),
    Broken(
        name="only some columns were sorted",
        breaks=rows({KEY: str(FIRST), LINK: link(SECOND)}, {KEY: str(SECOND), LINK: link(FIRST)}),
        id="sheet.mixed",
        says="name different threads: rows 2, 3.",
        fix="writes these rows anew",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="dates are texts",
        breaks=rows(
            {KEY: str(FIRST), "date_created": "2026-02-04 05:00 UTC"}, {KEY: str(SECOND), "date_created": 46057.4375}
        ),
        id="sheet.dates",
        says='1 cells of the column "date_created" hold a text instead of a date: row 2.',
        fix="such as 2026-01-31 18:00:00",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="a filter hides rows from everybody",
        breaks=filtered,
        id="sheet.filter",
        says="may hide rows, from everybody",
        fix="Data > Remove filter",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="a column is filled down",
        breaks=filled_down,
        id="sheet.filled_down",
        says='The column "team" is filled down to the end of the tab: 997 cells below the last ticket hold a checkbox '
        "or a formula (K4:K1000).",
        fix="Select K4:K1000, choose Data > Data validation > Remove rules",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="cells are merged",
        breaks=merged,
        id="sheet.merged",
        says="Merged cells reach into the bot's columns: B5:C6.",
        fix="Format > Merge cells > Unmerge",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the spreadsheet has another time zone",
        breaks=lambda desk: setattr(desk.book, "time_zone", "America/New_York"),
        id="sheet.time_zone",
        says="time zone is America/New_York, but TIMEZONE is Asia/Kolkata",
        fix="File > Settings > Time zone: choose that of Asia/Kolkata.",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="a name in the header is spelt in another way",
        breaks=lambda desk: desk.tab.paste(0, 1, [["Title"]]),
        id="sheet.spelling",
        says='Names in the header differ by case or blanks, so nothing is written there: B1 says "Title", not title.',
        fix="Write title into B1.",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the spreadsheet is nearly full",
        breaks=nearly_full,
        id="sheet.cells",
        says="9,940,000 of at most 10,000,000 cells",
        fix="Move old rows or tabs to another one",
        ends=0,
        line=END_OF_START,
    ),
    Broken(
        name="the store is damaged",
        breaks=damaged_store,
        id="machine.store",
        says="is damaged (file is not a database)",
        fix="it sets the file aside and begins anew",
        ends=0,
        line="It was set aside as tracker.sqlite3.damaged-",
    ),
]
OF_THIS_FILE = ("Sheet", "This machine")


@pytest.mark.parametrize("broken", BEARABLE, ids=lambda broken: broken.name)
def test_what_the_bot_can_do_without_is_a_warning_with_its_fix(set_up: SetUp, broken: Broken) -> None:
    broken.breaks(set_up.desk)

    code, findings = set_up.doctor()

    warned = [each for each in findings if each["level"] != "good" and each["group"] in OF_THIS_FILE]
    assert code == 0, findings
    assert [each["id"] for each in warned] == [broken.id], warned
    assert broken.says in str(warned[0]["text"])
    assert broken.fix in str(warned[0]["fix"])
    code, told = set_up.bot(broken.line)
    assert code == 0
    assert any(broken.line in line for line in told), told
