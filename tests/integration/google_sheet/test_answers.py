"""What Google answers when all is well, and refusals of the set-up: each says what there is to do for people."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.google_book import Google
from tracker.errors import SheetSetupError
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets.errors import invalid
from tracker.sheet.api.client import GoogleSheet, StaleRequest

WRONG_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"


async def test_reading_and_writing_work_when_all_is_well(google: Google) -> None:
    sheet = google.sheet()

    described = await asyncio.to_thread(sheet.describe, "properties.title,sheets.properties.title")
    await google.write(sheet)

    assert described == {"properties": {"title": "Support desk"}, "sheets": [{"properties": {"title": "Sheet1"}}]}
    assert google.book.tabs[0].row_count == 1001
    assert sheet.account == google.account.email
    assert sheet.address == f"https://docs.google.com/spreadsheets/d/{google.book.id}"
    assert [request.path for request in google.sheets.requests].count("/token") == 1


async def test_answers_come_without_the_indentation_that_google_gives_them_unless_asked_not_to(google: Google) -> None:
    described = await asyncio.to_thread(google.sheet().describe, "sheets.properties")

    (asked,) = [request for request in google.sheets.requests if request.path != "/token"]
    assert asked.sent == len(json.dumps(described))


async def test_a_sheet_that_is_not_shared_names_the_address_to_share_it_with(google: Google) -> None:
    google.book.unshare(google.account.email)

    with pytest.raises(SheetSetupError) as caught:
        await google.read()

    assert google.account.email in str(caught.value)
    assert "as Editor" in str(caught.value)
    assert google.sheet().address in str(caught.value)
    google.assert_no_secret(caught.value)


async def test_a_viewer_may_read_and_is_asked_to_become_editor_when_writing(google: Google) -> None:
    google.book.share(google.account.email, role="reader")
    await google.read()

    with pytest.raises(SheetSetupError, match=r"may read .* but not change it") as caught:
        await google.write()

    assert google.account.email in str(caught.value)
    assert "as Editor" in str(caught.value)
    assert google.book.tabs[0].row_count == 1000


async def test_a_wrong_id_is_named_with_its_setting(google: Google) -> None:
    with pytest.raises(SheetSetupError, match=f'SPREADSHEET_ID "{WRONG_ID}"'):
        await google.read(google.sheet(WRONG_ID))


async def test_a_deleted_spreadsheet_is_reported_like_a_wrong_id(google: Google) -> None:
    google.sheets.forget(google.book.id)

    with pytest.raises(SheetSetupError, match=f'SPREADSHEET_ID "{google.book.id}"'):
        await google.write()


async def test_an_api_that_is_not_enabled_is_named_with_the_page_that_enables_it(google: Google) -> None:
    google.sheets.disable_api()

    with pytest.raises(SheetSetupError, match="not enabled") as caught:
        await google.write()

    page = r"https://console.cloud.google.com/apis/library/sheets.googleapis.com?project=100200300400"
    assert page in str(caught.value)
    assert "as Editor" not in str(caught.value)


async def test_a_full_spreadsheet_says_so(google: Google) -> None:
    with pytest.raises(SheetSetupError, match=r"is full .10 million cells.*Move old rows") as caught:
        await google.write(rows=400_000)

    assert google.sheet().address in str(caught.value)


async def test_a_request_that_no_longer_fits_the_tab_is_an_error_of_its_own(google: Google) -> None:
    with pytest.raises(StaleRequest, match="Unable to parse range: Nowhere!A1"):
        await asyncio.to_thread(google.sheet().describe, "sheets.data", ["Nowhere!A1"])


async def test_the_id_of_another_kind_of_file_is_a_wrong_id(google: Google) -> None:
    refusal = invalid("Request contains an invalid argument.")
    google.sheets.faults.append(Fault(path="^/v4/", outcome=refusal.response, times=None))

    with pytest.raises(SheetSetupError, match=f'SPREADSHEET_ID "{google.book.id}" names no Google Sheet') as caught:
        await google.read()

    assert caught.value.check == "sheet.kind"


async def test_a_refused_change_says_which_of_its_requests_google_names(google: Google) -> None:
    fine = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 1}}
    stale = {"appendDimension": {"sheetId": 404, "dimension": "ROWS", "length": 1}}

    with pytest.raises(StaleRequest) as caught:
        await asyncio.to_thread(google.sheet().change, [fine, fine, stale])

    assert caught.value.request == 2
    assert str(caught.value.reason).startswith("Invalid requests[2].appendDimension: No ")


# -- what the environment has a say in, and what not


async def test_passwords_in_netrc_do_not_take_the_tokens_place(
    google: Google, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login mia password hush\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen: list[tuple[bool, str]] = []
    google.sheets.before.append(
        lambda request: seen.append((request.path == "/token", request.headers.get("Authorization", "").split(" ")[0]))
    )

    await google.read()

    assert seen == [(True, ""), (False, "Bearer")]


async def test_a_proxy_of_the_environment_is_used(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", google.sheets.address)
    behind_it = "http://sheets.example"
    hosts: list[str] = []
    google.sheets.before.append(lambda request: hosts.append(request.host))

    await google.read(GoogleSheet(key_file=google.key_file, spreadsheet_id=google.book.id, base_url=behind_it))

    assert hosts == ["127.0.0.1", "sheets.example"]
