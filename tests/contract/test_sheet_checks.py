"""The checks of the sheet through real gspread: what they ask of Google, that they change nothing, and the test row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web

from tests.contract.sheet_office import TITLE, Office, open_office, ticket
from tracker.checks import Finding, Level
from tracker.sandbox.service import Fault
from tracker.sheet.setup.checks import check_sheet, try_row


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose every exchange with Google is held to Google's own description."""
    async with open_office(tmp_path, watched=True) as office:
        office.have(ticket(1), ticket(2))
        yield office


async def findings(office: Office, check: Callable[..., Iterator[Finding]], **changed: object) -> list[Finding]:
    where = {"key_file": office.key_file, "spreadsheet_id": office.book.id, "sheet_name": TITLE}
    return await asyncio.to_thread(lambda: list(check(**{**where, "base_url": office.sheets.address, **changed})))


def state(office: Office) -> list[object]:
    """Everything that a request could change."""
    return [
        (tab.title, tab.row_count, tab.column_count, list(tab.stored), dict(vars(tab.views)))
        for tab in office.book.tabs
    ]


async def test_a_good_sheet_is_good_in_every_line_and_is_left_as_it_was(office: Office) -> None:
    before = state(office)

    found = await findings(office, check_sheet)

    assert [finding for finding in found if finding.level is not Level.GOOD] == []
    assert [finding.id.removeprefix("sheet.") for finding in found] == [
        *("key", "sign_in", "clock", "api", "shared", "editable", "cells", "tab", "columns", "formats", "ids", "quota")
    ]
    assert state(office) == before
    asked = [
        (request.method, request.path.rpartition(office.book.id)[2], request.status)
        for request in office.sheets.requests
    ]
    # The one request that could write is made to be refused.
    assert [each for each in asked if each[1] == ":batchUpdate"] == [("POST", ":batchUpdate", 400)]
    assert len(asked) == 6


async def test_without_the_spreadsheets_id_the_key_is_checked_all_the_same(office: Office) -> None:
    found = await findings(office, check_sheet, spreadsheet_id=None)

    assert [finding.id for finding in found] == ["sheet.key", "sheet.sign_in", "sheet.clock"]


async def test_without_the_tabs_name_the_spreadsheet_is_checked_all_the_same(office: Office) -> None:
    found = await findings(office, check_sheet, sheet_name=None)

    assert [finding.id for finding in found][-2:] == ["sheet.cells", "sheet.quota"]


async def test_a_test_row_is_written_and_removed_and_nobody_else_is_touched(office: Office) -> None:
    before = office.tab.values()

    (finding,) = await findings(office, try_row)

    assert (finding.id, finding.level) == ("sheet.test_row", Level.GOOD)
    *_, write = office.sheets.requests
    added, *_ = write.body["requests"]
    assert added["appendCells"]["sheetId"] == office.tab.sheet_id
    assert office.tab.values() == before
    assert [each.row_count for each in office.book.tabs] == [1000, 100, 250]  # the last is hidden


async def test_a_test_row_where_the_title_has_no_column_needs_none(office: Office) -> None:
    office.tab.delete_columns(1)

    (finding,) = await findings(office, try_row)

    assert finding.level is Level.GOOD
    assert office.tab.data_end() == 3


@pytest.mark.parametrize("kept_out", ["viewer", "protection"])
async def test_a_test_row_that_cannot_be_written_says_why(office: Office, kept_out: str) -> None:
    if kept_out == "viewer":
        office.book.share(office.google.account, role="reader")
    else:
        area = {"sheetId": office.tab.sheet_id, "startColumnIndex": 1}
        office.tab.views.protected_ranges[7] = {"protectedRangeId": 7, "range": area}

    (finding,) = await findings(office, try_row)

    assert finding.level is Level.FAILED
    assert finding.id == {"viewer": "sheet.editable", "protection": "sheet.protected"}[kept_out]
    assert office.google.account in str(finding.fix)


async def test_a_test_row_that_was_not_removed_is_told_with_where_to_look(office: Office) -> None:
    answer = {"spreadsheetId": office.book.id, "replies": [{}, {"findReplace": {}}, {"findReplace": {}}]}
    office.sheets.faults.append(Fault(path=":batchUpdate$", outcome=lambda: web.json_response(answer)))

    (finding,) = await findings(office, try_row)

    assert (finding.id, finding.level) == ("sheet.test_row", Level.FAILED)
    assert "of tracker.doctor" in str(finding.fix)
