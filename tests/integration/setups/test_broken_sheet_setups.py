"""Set-ups broken behind the sign-in, in the sheet, its tab or this machine's data folder: the doctor names just that.

What is ✗ keeps the bot from its work; it ends over what only a person can put right; Google itself may be back.
"""

from __future__ import annotations

from http import HTTPStatus

import pytest
from aiohttp import web

from tests.support.breaks import ON_WITHOUT_GOOGLE, Break, fault, with_a_ticket
from tests.support.setups import Broken, SetUp
from tests.support.stores import NEWER, leave_store
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.document import FileKind
from tracker.sandbox.sheets.errors import SheetsError, error_info, invalid
from tracker.store.file import FILE

pytest_plugins = ("tests.support.setup_fixtures",)

IN_THE_STORE = "(1 changed ticket waits in the store until then)"


def setting(name: str, value: str) -> Break:
    def write(desk: LocalDesk) -> None:
        desk.settings[name] = value

    return write


def protect(desk: LocalDesk, **whom: object) -> None:
    area = {"sheetId": desk.tab.sheet_id, "startColumnIndex": 0, "endColumnIndex": 3}
    desk.tab.views.protected_ranges[7] = {"protectedRangeId": 7, "range": area, **whom}


def chart_in_its_place(desk: LocalDesk) -> None:
    desk.tab.rename("Tickets of 2026")
    desk.book.add_chart_sheet("Support Tickets")


def data_folder_is_a_file(desk: LocalDesk) -> None:
    (desk.folder / "data").touch()


def store_of_a_newer_tracker(desk: LocalDesk) -> None:
    leave_store(desk.folder / "data", NEWER)


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
    lines = set_up.expect(broken)

    if broken.ends:
        assert all(line.startswith("ERROR ") and broken.says in line and broken.fix in line for line in lines), lines
