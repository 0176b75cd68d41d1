"""What `python -m tracker.init_sheet` refuses and what it fails at: nothing is changed, and its fix is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.support.made_tab import COLUMNS, contents, writes
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets import faults

WRONG_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"


async def test_a_chart_of_the_tabs_name_is_named_with_what_to_do(bare_desk: LocalDesk) -> None:
    bare_desk.book.add_chart_sheet("Support Tickets")

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 1
    assert 'The tab "Support Tickets" of https://docs.google.com/spreadsheets/d/' in printed
    assert (
        "is a chart, which has no cells. Right-click its name > Rename, or put the name of another tab into" in printed
    )
    assert writes(bare_desk) == 0


@pytest.mark.parametrize("name", ["Thread ID", "thread id", "Thread_ID", " THREAD_ID "])
async def test_a_header_that_differs_by_case_and_blanks_only_is_named_with_its_cell(
    bare_desk: LocalDesk, name: str
) -> None:
    bare_desk.book.add_tab("Support Tickets").paste(1, 0, [["Title", name], ["A ticket", "1417628594471739432"]])

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 1
    assert (
        f'has no header row with a column thread_id; its cell B2 says "{name}". Write thread_id into B2.\n' in printed
    )
    assert writes(bare_desk) == 0


async def test_a_column_that_is_nearly_named_is_not_added_a_second_time(bare_desk: LocalDesk) -> None:
    bare_desk.book.add_tab("Support Tickets").paste(0, 0, [["thread_id", "Title"]])

    code, printed = await bare_desk.run("tracker.init_sheet", "--dry-run")

    assert code == 1
    assert (
        'differ by case or blanks, so nothing is written there: B1 says "Title", not title. Write title into' in printed
    )
    assert "would add" not in printed


async def test_a_tab_with_something_else_is_refused_and_left_alone(bare_desk: LocalDesk) -> None:
    tab = bare_desk.book.add_tab("Support Tickets")
    tab.paste(1, 0, [["Shopping list", "pieces"], ["apples", 3.0]])
    before = contents(tab)

    code, printed = await bare_desk.run("tracker.init_sheet")

    assert code == 1
    assert '"Support Tickets" is not empty, and its row 2 ("Shopping list"…) is no header' in printed
    assert "Insert a row at its top with the name thread_id" in printed
    assert "SHEET_NAME" in printed
    assert "Traceback" not in printed
    assert (contents(tab), writes(bare_desk)) == (before, 0)

    tab.paste(1, 0, [["Thread", *COLUMNS[1:]]])
    before = contents(tab)
    code, printed = await bare_desk.run("tracker.init_sheet")
    assert code == 1
    assert 'no header row with a column thread_id; its row 2 names "title", "type", ' in printed
    assert "Give the column of thread ids that name again." in printed  # as the bot and the doctor say
    assert "Insert" not in printed
    assert (contents(tab), writes(bare_desk)) == (before, 0)


def not_a_key(desk: LocalDesk) -> None:
    client = {"installed": {"client_id": "x", "client_secret": "GOCSPX-hush"}}
    (desk.folder / "credentials.json").write_text(json.dumps(client), encoding="utf-8")


FAILURES: dict[str, tuple[Callable[[LocalDesk], object], list[str]]] = {
    "not shared": (
        lambda desk: desk.book.unshare(desk.account.email),
        ["not shared with the bot", "{email} as Editor", "{address}"],
    ),
    "viewer only": (
        lambda desk: desk.book.share(desk.account.email, role="reader"),
        ["may read", "not change it", "{email} as Editor", "{address}"],
    ),
    "wrong id": (
        lambda desk: desk.settings.update(SPREADSHEET_ID=WRONG_ID),
        [f'SPREADSHEET_ID "{WRONG_ID}"', "Copy the address of the sheet from the browser"],
    ),
    "no key file": (
        lambda desk: (desk.folder / "credentials.json").unlink(),
        ["GOOGLE_APPLICATION_CREDENTIALS credentials.json does not exist", "Create a JSON key for a service account"],
    ),
    "not a service account's key": (
        not_a_key,
        ["GOOGLE_APPLICATION_CREDENTIALS credentials.json is not a service account's key", "Create a JSON key"],
    ),
    "API not enabled": (
        lambda desk: desk.sheets.disable_api(),
        ["not enabled", "https://console.cloud.google.com/apis/library/sheets.googleapis.com?project="],
    ),
    "Google unreachable": (
        lambda desk: desk.sheets.faults.append(faults.reset(times=None)),
        ["Google Sheets could not be reached", "what is in the way: ", "-m tracker.doctor"],
    ),
}


@pytest.mark.parametrize(("harm", "says"), FAILURES.values(), ids=FAILURES)
async def test_a_failure_names_its_fix(
    bare_desk: LocalDesk, harm: Callable[[LocalDesk], object], says: list[str]
) -> None:
    harm(bare_desk)

    code, output = await bare_desk.run("tracker.init_sheet")

    assert code == 1
    address = f"https://docs.google.com/spreadsheets/d/{bare_desk.book.id}"
    missing = [text for text in says if text.format(email=bare_desk.account.email, address=address) not in output]
    assert missing == [], output
    assert "Traceback" not in output
    assert "PRIVATE KEY" not in output
    assert "GOCSPX" not in output
    assert "Next:" not in output
    assert [tab.title for tab in bare_desk.book.tabs] == ["Sheet1"]


async def test_all_settings_that_are_missing_or_wrong_are_named_together(bare_desk: LocalDesk) -> None:
    bare_desk.settings.clear()
    bare_desk.settings |= {"GOOGLE_SHEETS_URL": "nowhere", "LOG_LEVEL": "loud", "RESOLVED_TAGS": ","}

    code, output = await bare_desk.run("tracker.init_sheet")

    assert code == 2
    lines = output.splitlines()
    assert sorted(line.split()[0] for line in lines) == [
        *("GOOGLE_SHEETS_URL", "LOG_LEVEL", "RESOLVED_TAGS", "SPREADSHEET_ID"),
    ]
    assert all(re.search(r" Example: [A-Z_]+=\S", line) for line in lines)
    assert bare_desk.sheets.requests == []
