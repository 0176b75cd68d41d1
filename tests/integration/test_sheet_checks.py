"""The checks of the sheet through real gspread: what they ask of Google, and that they change nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from tests.support.sheet_office import TITLE, Office, open_office, ticket
from tracker.checks import Finding, Level
from tracker.errors import SheetSetupError
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.cells import Entered, Formula
from tracker.sandbox.sheets.grid import Axis
from tracker.sheet.setup.checks import check_sheet
from tracker.sheet.setup.plan import make_plan


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose every exchange with Google is held to Google's own description."""
    async with open_office(tmp_path, watched=True) as office:
        office.have(ticket(1), ticket(2))
        yield office


async def checked(office: Office, **changed: Any) -> list[Finding]:  # noqa: ANN401 - as the check takes them
    where: dict[str, Any] = {"key_file": office.key_file, "spreadsheet_id": office.book.id, "sheet_name": TITLE}
    where |= {"base_url": office.sheets.address, "zone": ZoneInfo("Etc/GMT")}
    return await asyncio.to_thread(lambda: list(check_sheet(**{**where, **changed})))


def state(office: Office) -> list[object]:
    """Everything that a request could change."""
    return [
        (tab.title, tab.row_count, tab.column_count, list(tab.stored), dict(vars(tab.views)))
        for tab in office.book.tabs
    ]


async def test_a_good_sheet_is_good_in_every_line_and_is_left_as_it_was(office: Office) -> None:
    before = state(office)

    found = await checked(office)

    assert [finding for finding in found if finding.level is not Level.GOOD] == []
    assert [finding.id.removeprefix("sheet.") for finding in found] == [
        *("key", "sign_in", "clock", "api", "shared", "editable", "cells", "time_zone"),
        *("tab", "columns", "formats", "ids", "quota"),
    ]
    assert state(office) == before
    asked = [
        (request.method, request.path.rpartition(office.book.id)[2], request.status)
        for request in office.sheets.requests
    ]
    # The one request that could write is made to be refused.
    assert [each for each in asked if each[1] == ":batchUpdate"] == [("POST", ":batchUpdate", 400)]
    assert len(asked) == 7


async def test_without_the_spreadsheets_id_the_key_is_checked_all_the_same(office: Office) -> None:
    found = await checked(office, spreadsheet_id=None)

    assert [finding.id for finding in found] == ["sheet.key", "sheet.sign_in", "sheet.clock"]


async def test_without_the_tabs_name_the_spreadsheet_is_checked_all_the_same(office: Office) -> None:
    found = await checked(office, sheet_name=None)

    assert [finding.id for finding in found][-3:] == ["sheet.cells", "sheet.time_zone", "sheet.quota"]


async def test_without_the_zone_of_the_dates_the_rest_is_checked_all_the_same(office: Office) -> None:
    found = await checked(office, zone=None)

    assert "sheet.time_zone" not in [finding.id for finding in found]
    assert found[-1].id == "sheet.quota"


@pytest.mark.parametrize(
    ("zone", "name", "agrees"),
    [
        ("Asia/Kolkata", "Asia/Calcutta", True),
        ("Europe/Berlin", "Europe/Paris", True),
        ("Etc/UTC", "Etc/GMT", True),
        ("Europe/Berlin", "Africa/Lagos", False),  # the same only in winter
        ("America/Denver", "GMT-07:00", False),  # a name of Google's own
        ("Etc/UTC", "Europe", False),
        ("Etc/UTC", "", False),
    ],
)
async def test_zones_are_compared_by_their_clocks_and_not_by_their_names(
    office: Office,
    zone: str,
    name: str,
    agrees: bool,  # noqa: FBT001 - pytest hands it in
) -> None:
    office.book.time_zone = name

    (found,) = [each for each in await checked(office, zone=ZoneInfo(zone)) if each.id == "sheet.time_zone"]

    assert (found.level is Level.GOOD) == agrees


# -- protected ranges


WHOLE: dict[str, int] = {}
BELOW_THE_HEADER = {"startRowIndex": 1}
BESIDE_THE_BOT = {"startColumnIndex": 14}
HALVES = [{"startRowIndex": 1, "endRowIndex": 50}, {"startRowIndex": 50, "endRowIndex": 100}]
GAP = [{"startRowIndex": 1, "endRowIndex": 50}, {"startRowIndex": 51, "endRowIndex": 100}]
ALL_BUT_ONE = [{"startRowIndex": 1, "endColumnIndex": 13}]
PROTECTIONS: dict[str, tuple[dict[str, Any], bool]] = {
    "the whole tab": ({"range": WHOLE}, True),
    "all but what is below the header": ({"range": WHOLE, "unprotectedRanges": [BELOW_THE_HEADER]}, False),
    "all but two halves": ({"range": WHOLE, "unprotectedRanges": HALVES}, False),
    "all but two parts with a row between them": ({"range": WHOLE, "unprotectedRanges": GAP}, True),
    "all but all columns of the bot's except one": ({"range": WHOLE, "unprotectedRanges": ALL_BUT_ONE}, True),
    "the header": ({"range": {"endRowIndex": 1}}, False),
    "people's columns": ({"range": BESIDE_THE_BOT}, False),
    "with a warning only": ({"range": WHOLE, "warningOnly": True}, False),
    "the bot may edit it": ({"range": WHOLE, "requestingUserCanEdit": True}, False),
    "the bot may not, and Google says so": ({"range": WHOLE, "requestingUserCanEdit": False}, True),
}


@pytest.mark.parametrize(("protection", "keeps_out"), PROTECTIONS.values(), ids=PROTECTIONS)
async def test_a_protection_counts_where_it_closes_cells_of_the_bots(
    office: Office,
    protection: dict[str, Any],
    keeps_out: bool,  # noqa: FBT001 - pytest hands it in
) -> None:
    tab = {"sheetId": office.tab.sheet_id}
    opened = [{**tab, **each} for each in protection.get("unprotectedRanges", [])]
    made = {"protectedRangeId": 7, **protection, "range": {**tab, **protection["range"]}, "unprotectedRanges": opened}
    office.tab.views.protected_ranges[7] = made

    found = {finding.id: finding for finding in await checked(office)}

    assert ("sheet.protected" in found) == keeps_out
    if keeps_out:
        assert found["sheet.protected"].level is Level.FAILED


# -- what people made of the tab


async def test_a_chart_with_a_tab_of_its_own_is_no_crash_and_has_no_cells(office: Office) -> None:
    before = {finding.id: finding.text for finding in await checked(office)}
    office.book.add_chart_sheet("Tickets a week")

    found = {finding.id: finding.text for finding in await checked(office)}

    assert found == before


async def test_a_table_with_the_header_in_it_is_named_and_another_one_is_not(office: Office) -> None:
    office.tab.paste(0, 15, [["a", "b", "c"]])
    office.tab.convert_to_table(Box(0, 0, 3, 14), "Tickets")
    office.tab.convert_to_table(Box(0, 15, 3, 18), "Notes")

    found = [finding for finding in await checked(office) if finding.id == "sheet.table"]

    assert [(finding.level, finding.text) for finding in found] == [
        (Level.GOOD, 'The header stands in the table "Tickets" (A1:N3): new rows go inside it')
    ]


async def test_merged_cells_above_the_header_or_beside_the_bots_columns_do_no_harm(office: Office) -> None:
    office.tab.insert(Axis.ROWS, 0, 2)
    office.tab.merge(Box(0, 0, 2, 14))
    office.tab.merge(Box(3, 14, 5, 16))

    assert "sheet.merged" not in [finding.id for finding in await checked(office)]


async def test_of_many_merged_cells_the_rest_is_counted(office: Office) -> None:
    for row in range(3, 25, 3):
        office.tab.merge(Box(row, 0, row + 2, 1))

    (found,) = [finding for finding in await checked(office) if finding.id == "sheet.merged"]

    assert "A4:A5, A7:A8, A10:A11, A13:A14, A16:A17 and 3 more." in found.text


@pytest.mark.parametrize("value", [False, True, Formula('=IF(A4="";"";1)')], ids=["empty boxes", "ticks", "formulas"])
async def test_every_column_that_is_filled_down_is_named_with_its_rows(office: Office, value: Entered) -> None:
    for column in (7, 11):
        office.tab.paste(1, column, [[value]] * 99)

    found = [finding for finding in await checked(office) if finding.id == "sheet.filled_down"]

    assert [finding.level for finding in found] == [Level.WARNING] * 2
    assert '"time_to_resolution" is filled down to the end of the tab: 97 cells' in found[0].text
    assert "(H4:H100)" in found[0].text
    assert '"outside_business_hours"' in found[1].text


async def test_boxes_count_too_where_google_leaves_out_that_they_are_not_ticked(office: Office) -> None:
    rows: list[dict[str, Any]] = [{"values": [{"userEnteredValue": {}}]}] * 97
    answer = {"sheets": [{"data": [{"startRow": 3, "startColumn": 11, "rowData": rows}]}]}
    office.sheets.faults.append(Fault(path=":getByDataFilter$", outcome=lambda: web.json_response(answer)))

    (found,) = [finding for finding in await checked(office) if finding.id == "sheet.filled_down"]

    assert "97 cells below the last ticket hold a checkbox or a formula (L4:L100)" in found.text


async def test_what_stands_beside_or_below_the_tickets_without_being_filled_down_is_not_named(office: Office) -> None:
    office.tab.paste(1, 15, [[False]] * 99)  # a column of people's
    office.tab.paste(1, 7, [[False]] * 50)
    office.tab.paste(99, 8, [["a note", 5.0]])

    assert "sheet.filled_down" not in [finding.id for finding in await checked(office)]


async def test_a_tab_whose_last_row_is_a_ticket_has_nothing_below_it(office: Office) -> None:
    office.tab.delete(Axis.ROWS, 3, office.tab.row_count)

    assert [finding for finding in await checked(office) if finding.level is not Level.GOOD] == []


async def test_names_that_nearly_fit_are_kept_apart_from_names_that_are_missing(office: Office) -> None:
    office.tab.paste(0, 1, [["Title", "kind", "Raised By"]])

    found = {finding.id: finding for finding in await checked(office)}

    assert 'B1 says "Title", not title; D1 says "Raised By", not raised_by.' in found["sheet.spelling"].text
    assert found["sheet.spelling"].fix == "Write title into B1, raised_by into D1."
    assert 'does not name "type": nothing' in found["sheet.columns"].text


async def test_a_column_of_peoples_own_with_a_figures_name_is_named_and_neither_formatted_nor_taken(
    office: Office,
) -> None:
    column = office.tab.column_count
    office.tab.insert_columns(column)
    office.tab.enter(0, column, "status")
    office.tab.enter(1, column, "with the vendor")
    before = state(office)

    (finding,) = [each for each in await checked(office) if each.level is not Level.GOOD]
    assert (finding.id, finding.text) == (
        "sheet.names_of_people",
        'The tab has a column "status" ("with the vendor") of people\'s own, in which the bot writes nothing.',
    )
    assert finding.fix is not None
    assert finding.fix.startswith("Give it another name, and then run: ")
    assert finding.fix.endswith("init_sheet --figures")

    def plan(*, figures: bool) -> list[str]:
        return make_plan(office.google, TITLE, ["resolved"], figures=figures).steps

    assert await asyncio.to_thread(lambda: plan(figures=False)) == []
    with pytest.raises(SheetSetupError, match="with the vendor"):
        await asyncio.to_thread(lambda: plan(figures=True))
    assert state(office) == before
