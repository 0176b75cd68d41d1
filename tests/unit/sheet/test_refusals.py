"""What each of Google's refusals means: a table over the status, Google's error object and what was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tracker.errors import QuotaUsedUp, SheetSetupError, SheetUnavailable
from tracker.sheet.api.refusals import Asked, StaleRequest, meaning, sign_in_refused

BOT = "bot@desk.iam.gserviceaccount.com"
SPREADSHEET = Asked(account=BOT, project="desk", spreadsheet_id="1Ab", base_url="https://sheets.example", path="")
CELLS = replace(SPREADSHEET, names_cells=True)
LOOK = replace(SPREADSHEET, path=":getByDataFilter")
WRITE = replace(SPREADSHEET, path=":batchUpdate")
EVERY = [SPREADSHEET, CELLS, LOOK, WRITE]
DENIED = "The caller does not have permission"


def error(code: int, status: str, message: str = "", reason: str = "", **metadata: str) -> dict[str, Any]:
    made: dict[str, Any] = {"code": code, "status": status, "message": message}
    if reason:
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata}
        made["details"] = [{"@type": "type.googleapis.com/google.rpc.Help", "links": []}, info]
    return made


def page(status: int) -> dict[str, Any]:
    """What gspread makes of an answer that is a web page."""
    return {"code": -1, "message": f"<html>Error {status}", "status": "invalid JSON: 'Expecting value'"}


@pytest.mark.parametrize("asked", EVERY, ids=["spreadsheet", "cells", "look", "write"])
@pytest.mark.parametrize(
    ("status", "name"),
    [
        (408, "DEADLINE_EXCEEDED"),
        (409, "ABORTED"),
        (409, "ALREADY_EXISTS"),
        (425, "UNKNOWN"),
        (499, "CANCELLED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
        # Google's names count, whatever the HTTP status is.
        *((status, name) for status in (400, 403) for name in ("ABORTED", "CANCELLED", "DEADLINE_EXCEEDED")),
        (404, "UNAVAILABLE"),
        # What nobody has seen yet is tried again, too.
        (402, "UNKNOWN"),
        (418, "UNKNOWN"),
    ],
)
def test_what_passes_by_itself_is_no_fault_of_the_request(asked: Asked, status: int, name: str) -> None:
    meant = meaning(status, error(status, name, "The operation was aborted."), asked)

    assert type(meant) is SheetUnavailable
    assert str(status) in str(meant)


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (429, error(429, "RESOURCE_EXHAUSTED", "Quota exceeded.")),
        (429, page(429)),
        (403, error(403, "RESOURCE_EXHAUSTED", "Quota exceeded.")),
        (403, error(403, "PERMISSION_DENIED", "Quota exceeded.", "RATE_LIMIT_EXCEEDED")),
    ],
)
def test_a_used_up_quota_is_known_as_one_whatever_its_status(status: int, answer: dict[str, Any]) -> None:
    assert isinstance(meaning(status, answer, LOOK), QuotaUsedUp)


def test_a_400_for_the_spreadsheet_itself_is_a_wrong_id() -> None:
    answer = error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")

    meant = meaning(400, answer, SPREADSHEET)

    assert isinstance(meant, SheetSetupError)
    assert meant.check == "sheet.kind"
    assert meant.what.startswith('SPREADSHEET_ID "1Ab" names no Google Sheet, but something else')
    assert "(Google says: Request contains an invalid argument.)" in meant.what
    assert meant.fix == "Open the sheet in the browser and copy its address from there."
    for asked in (CELLS, LOOK, WRITE):
        assert isinstance(meaning(400, answer, asked), StaleRequest)


def test_an_office_file_is_named_whatever_was_asked_and_another_precondition_is_not_taken_for_one() -> None:
    office = error(400, "FAILED_PRECONDITION", "This operation is not supported for this document")
    for asked in EVERY:
        assert "uploaded Excel file" in str(meaning(400, office, asked))

    other = error(400, "FAILED_PRECONDITION", "There is something else in the way.")
    assert isinstance(meaning(400, other, WRITE), StaleRequest)


@pytest.mark.parametrize(
    ("message", "request_number"),
    [
        ("Invalid requests[12].updateCells: Attempting to write column: 26, beyond the last one", 12),
        ("Invalid JSON payload received. Unknown name \"x\" at 'requests[0].addSheet': Cannot find field.", 0),
        ("Unable to parse range: Nowhere!A1", None),
    ],
)
def test_a_refused_request_carries_googles_reason_and_the_number_of_the_request(
    message: str, request_number: int | None
) -> None:
    meant = meaning(400, error(400, "INVALID_ARGUMENT", message), WRITE)

    assert isinstance(meant, StaleRequest)
    assert (meant.reason, meant.request) == (message, request_number)
    assert str(meant) == f"Google refused a request: {message}"


def test_what_the_bot_saw_by_itself_has_no_reason_of_googles() -> None:
    seen = StaleRequest("The columns were moved.")

    assert (seen.reason, seen.request) == (None, None)


def test_a_request_that_is_too_large_is_the_requests_own_fault_and_no_web_page_is_quoted() -> None:
    meant = meaning(413, page(413), WRITE)

    assert isinstance(meant, StaleRequest)
    assert str(meant) == "Google refused a request: HTTP 413"


def full(what: str, limit: int) -> dict[str, Any]:
    message = f"This action would increase the number of {what} in the workbook above the limit of {limit} {what}."
    return error(400, "INVALID_ARGUMENT", f"Invalid requests[0].addSheet: {message}")


def test_the_limit_on_tabs_is_not_the_limit_on_cells() -> None:
    cells, tabs = (meaning(400, full(*each), WRITE) for each in (("cells", 10_000_000), ("sheets", 200)))

    assert isinstance(cells, SheetSetupError)
    assert isinstance(tabs, SheetSetupError)
    assert (cells.check, tabs.check) == ("sheet.cells", "sheet.tabs")
    assert "is full (10 million cells)" in cells.what
    assert "has as many tabs as Google allows (200)" in tabs.what
    assert tabs.fix == "Delete one that nobody needs: right-click its name > Delete."


def test_a_limit_that_nobody_knows_yet_is_named_in_googles_words() -> None:
    meant = meaning(400, full("slicers", 9), WRITE)

    assert isinstance(meant, StaleRequest)
    assert "above the limit of 9 slicers" in str(meant)


@pytest.mark.parametrize("status", [400, 403])
def test_protected_cells_are_named_whatever_the_status(status: int) -> None:
    answer = error(status, "PERMISSION_DENIED", "You are trying to edit a protected cell or object.")

    meant = meaning(status, answer, WRITE)

    assert isinstance(meant, SheetSetupError)
    assert meant.check == "sheet.protected"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Permission denied: Consumer 'project:desk' has been suspended.", "CONSUMER_SUSPENDED"),
        ("This API method requires billing to be enabled.", "BILLING_DISABLED"),
        ("Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: x", "SECURITY_POLICY"),
        ("Something that nobody has seen yet", ""),
    ],
)
def test_a_403_for_another_reason_is_named_in_googles_own_words(message: str, reason: str) -> None:
    for asked in EVERY:
        meant = meaning(403, error(403, "PERMISSION_DENIED", message, reason), asked)

        assert isinstance(meant, SheetSetupError)
        assert meant.check == "sheet.forbidden"
        assert meant.what == f"Google refuses the bot{reason and f' ({reason})'}: {message.rstrip('.')}."
        assert str(meant.fix).endswith("https://console.cloud.google.com/home/dashboard?project=desk")


def test_a_403_without_a_reason_is_about_sharing() -> None:
    answer = error(403, "PERMISSION_DENIED", DENIED)

    shared, editable = (meaning(403, answer, asked) for asked in (LOOK, WRITE))

    assert isinstance(shared, SheetSetupError)
    assert isinstance(editable, SheetSetupError)
    assert (shared.check, editable.check) == ("sheet.shared", "sheet.editable")
    assert BOT in str(shared.fix)
    assert BOT in str(editable.fix)


def test_an_api_that_is_not_enabled_is_named_with_its_project_where_google_names_it() -> None:
    with_project = error(403, "PERMISSION_DENIED", "Not used.", "SERVICE_DISABLED", consumer="projects/12")
    without = error(403, "PERMISSION_DENIED", "Not used.", "SERVICE_DISABLED")

    assert "sheets.googleapis.com?project=12 and" in str(meaning(403, with_project, WRITE))
    assert "sheets.googleapis.com and" in str(meaning(403, without, LOOK))


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_web_page_that_denies_access_is_not_googles_word_on_the_sheet(status: int) -> None:
    meant = meaning(status, page(status), SPREADSHEET)

    assert type(meant) is SheetUnavailable
    assert str(meant) == f"Something between the bot and Google Sheets answered in its place (HTTP {status})."


def test_a_404_is_a_wrong_id_or_a_wrong_address() -> None:
    unknown = meaning(404, error(404, "NOT_FOUND", "Requested entity was not found."), LOOK)
    elsewhere = meaning(404, page(404), LOOK)

    assert isinstance(unknown, SheetSetupError)
    assert isinstance(elsewhere, SheetSetupError)
    assert unknown.what == 'SPREADSHEET_ID "1Ab" names no spreadsheet.'
    assert elsewhere.what == "GOOGLE_SHEETS_URL https://sheets.example does not answer as Google Sheets does."


@pytest.mark.parametrize("details", [None, "none", [], ["text"], [{"reason": ""}], [{"metadata": {}}]])
def test_details_of_whatever_shape_are_no_crash(details: object) -> None:
    answer = {**error(403, "PERMISSION_DENIED", DENIED), "details": details}

    meant = meaning(403, answer, LOOK)

    assert isinstance(meant, SheetSetupError)
    assert meant.check == "sheet.shared"


def test_a_refused_key_is_the_clocks_fault_where_that_is_far_off() -> None:
    answer = {"error": "invalid_grant", "error_description": "Invalid JWT"}

    assert sign_in_refused(answer, BOT, None).check == "sheet.sign_in"
    assert sign_in_refused(answer, BOT, timedelta(minutes=4)).check == "sheet.sign_in"
    off = sign_in_refused(answer, BOT, timedelta(minutes=-6))
    assert off.check == "sheet.clock"
    assert "clock is 6m 0s behind Google's" in off.what
