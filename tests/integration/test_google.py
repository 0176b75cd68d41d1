"""Each failure of Google becomes the right error: what to do for people to mend, "later" for what passes by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web

from tests.support.google import watch
from tests.support.keys import private_key
from tracker.errors import SheetError, SheetSetupError, SheetUnavailable
from tracker.sandbox.service import Break, Fault
from tracker.sandbox.sheets import SheetsServer, faults
from tracker.sandbox.sheets.accounts import ServiceAccount
from tracker.sandbox.sheets.document import Spreadsheet
from tracker.sandbox.sheets.errors import invalid, invalid_credentials
from tracker.secrecy import HiddenText
from tracker.sheet.api.client import GoogleSheet, StaleRequest

SIGNING_IN = r"^/token$"
WRONG_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef"


@dataclass(kw_only=True)
class Google:
    """A spreadsheet at the local Google, and a way to ask for it as the product does."""

    sheets: SheetsServer
    account: ServiceAccount
    book: Spreadsheet
    key_file: Path

    def sheet(self, book_id: str = "") -> GoogleSheet:
        base_url = self.sheets.address
        return GoogleSheet(key_file=self.key_file, spreadsheet_id=book_id or self.book.id, base_url=base_url)

    async def read(self, sheet: GoogleSheet | None = None) -> None:
        await asyncio.to_thread((sheet or self.sheet()).describe, "properties.title")

    async def write(self, sheet: GoogleSheet | None = None, rows: int = 1) -> None:
        change = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": rows}}
        await asyncio.to_thread((sheet or self.sheet()).change, [change])

    def assert_no_secret(self, error: BaseException) -> None:
        """Nothing of the key or of an access token is in what people are told."""
        key = self.account.key()
        secrets = [key["private_key"].splitlines()[1], key["private_key_id"], "PRIVATE KEY", "ya29."]
        assert [secret for secret in secrets if secret in str(error)] == []


@pytest_asyncio.fixture
async def google(tmp_path: Path) -> AsyncIterator[Google]:
    server = SheetsServer()
    violations = watch(server)
    async with server as sheets:
        account = sheets.new_account(private_key())
        account.write_key(tmp_path / "key.json")
        book = sheets.new_spreadsheet("Support desk")
        book.share(account.email)
        yield Google(sheets=sheets, account=account, book=book, key_file=tmp_path / "key.json")
    assert violations == []
    assert sheets.problems == []


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


async def test_a_viewer_may_read_and_is_told_to_become_editor_when_writing(google: Google) -> None:
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


async def test_an_api_that_is_not_enabled_is_told_with_the_page_that_enables_it(google: Google) -> None:
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


async def test_a_refused_change_tells_which_of_its_requests_google_names(google: Google) -> None:
    fine = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 1}}
    stale = {"appendDimension": {"sheetId": 404, "dimension": "ROWS", "length": 1}}

    with pytest.raises(StaleRequest) as caught:
        await asyncio.to_thread(google.sheet().change, [fine, fine, stale])

    assert caught.value.request == 2
    assert str(caught.value.reason).startswith("Invalid requests[2].appendDimension: No ")


# -- access that was there a moment ago


async def refused(google: Google, sheet: GoogleSheet, *, write: bool) -> SheetError:
    with pytest.raises(SheetError) as caught:
        await (google.write(sheet) if write else google.read(sheet))
    return caught.value


def unshare(google: Google) -> None:
    google.book.unshare(google.account.email)


def make_viewer(google: Google) -> None:
    google.book.share(google.account.email, role="reader")


def lose(google: Google) -> None:
    google.sheets.forget(google.book.id)


def deny_tokens(google: Google) -> None:
    refusal = invalid_credentials("x")
    google.sheets.faults.append(Fault(path="^/v4/", outcome=refusal.response, times=None))


LOST: dict[str, tuple[Callable[[Google], None], bool, str]] = {
    "401": (deny_tokens, False, "sheet.sign_in"),
    "403": (unshare, False, "sheet.shared"),
    "403 for writes": (make_viewer, True, "sheet.editable"),
    "404": (lose, False, "sheet.found"),
}


@pytest.mark.parametrize(("cause", "write", "check"), LOST.values(), ids=LOST)
async def test_a_refusal_of_what_worked_a_moment_ago_is_told_after_a_second_look(
    google: Google,
    cause: Callable[[Google], None],
    write: bool,  # noqa: FBT001 - pytest hands it in
    check: str,
) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    await google.write(sheet)
    cause(google)

    first = await refused(google, sheet, write=write)
    second = await refused(google, sheet, write=write)
    third = await refused(google, sheet, write=write)

    assert isinstance(first, SheetUnavailable)
    assert "allowed a moment ago" in str(first)
    assert isinstance(second, SheetSetupError)
    assert second.check == first.check == check
    assert second.what in str(first)
    assert str(third) == str(second)


async def test_a_success_in_between_makes_the_next_refusal_a_first_one_again(google: Google) -> None:
    sheet = google.sheet()
    for _ in range(2):
        google.book.share(google.account.email)
        await google.read(sheet)
        unshare(google)
        assert isinstance(await refused(google, sheet, write=False), SheetUnavailable)


async def test_reading_in_between_does_not_hide_that_writing_is_refused(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    await google.write(sheet)
    make_viewer(google)

    first = await refused(google, sheet, write=True)
    await google.read(sheet)

    assert isinstance(first, SheetUnavailable)
    assert isinstance(await refused(google, sheet, write=True), SheetSetupError)


async def test_a_new_key_has_to_show_first_what_it_may_do(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    google.account.revoke()
    assert isinstance(await refused(google, sheet, write=False), SheetSetupError)
    google.sheets.new_account(private_key()).write_key(google.key_file)  # with which nothing is shared yet

    meant = await refused(google, sheet, write=False)

    assert isinstance(meant, SheetSetupError)
    assert meant.check == "sheet.shared"


async def test_a_token_that_is_refused_again_and_again_costs_few_requests(google: Google) -> None:
    deny_tokens(google)

    await refused(google, google.sheet(), write=False)

    assert [request.path == "/token" for request in google.sheets.requests] == [True, False, True, False]


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


# -- the key file


def without(name: str) -> Callable[[dict[str, str]], str]:
    return lambda key: json.dumps({each: value for each, value in key.items() if each != name})


def with_key(text: Any) -> Callable[[dict[str, str]], str]:  # noqa: ANN401 - whatever a file could hold
    return lambda key: json.dumps({**key, "private_key": text(key["private_key"]) if callable(text) else text})


KEY_FILES: dict[str, tuple[Callable[[dict[str, str]], str], str]] = {
    "empty": (lambda _: "", "is not JSON"),
    "cut off": (lambda key: json.dumps(key)[:-100], "is not JSON"),
    "a web page": (lambda _: "<html>Sign in</html>", "is not JSON"),
    "a list": (lambda key: json.dumps([key]), "is not a service account's key"),
    "an OAuth client": (lambda key: json.dumps({"installed": key | {"type": None}}), "is not a service account's key"),
    "a person's credentials": (lambda key: json.dumps(key | {"type": "authorized_user"}), "is not a service account's"),
    "no private key": (without("private_key"), "is damaged"),
    "no e-mail": (without("client_email"), "is damaged"),
    "no token address": (without("token_uri"), "is damaged"),
    "a private key cut short": (with_key(lambda text: text[:800]), "is damaged"),
    "a private key with a letter changed": (with_key(lambda text: text.replace("A", "B", 40)), "is damaged"),
    "a private key that is null": (with_key(None), "is damaged"),
    "a private key that is a number": (with_key(5), "is damaged"),
}


@pytest.mark.parametrize(("written", "told"), KEY_FILES.values(), ids=KEY_FILES)
async def test_a_key_file_that_is_none_is_told_with_how_to_get_one(
    google: Google, written: Callable[[dict[str, str]], str], told: str
) -> None:
    google.key_file.write_text(written(google.account.key()), encoding="utf-8")

    with pytest.raises(SheetSetupError) as caught:
        google.sheet()

    message = str(caught.value)
    assert message.startswith(f"GOOGLE_APPLICATION_CREDENTIALS {google.key_file} {told}")
    assert "IAM & Admin > Service Accounts > Keys" in message
    google.assert_no_secret(caught.value)
    assert google.sheets.requests == []


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with its mark"])
async def test_a_key_file_is_read_in_whatever_form_an_editor_saved_it(google: Google, coding: str) -> None:
    text = json.dumps(google.account.key(), indent=2)
    mark = "\ufeff" if "with its mark" in coding else ""
    google.key_file.write_bytes((mark + text).encode(coding.split(maxsplit=1)[0]))

    await google.read(google.sheet())


@pytest.mark.parametrize("line_break", ["\\\\n", "\n"], ids=["two characters", "opened by a shell"])
async def test_a_key_is_taken_however_its_line_breaks_are_written(google: Google, line_break: str) -> None:
    # In JSON a line break is a backslash and an n; here there is one backslash more, or the break itself.
    text = json.dumps(google.account.key()).replace("\\n", line_break)
    given = GoogleSheet(key_file=HiddenText(text), spreadsheet_id=google.book.id, base_url=google.sheets.address)

    await google.read(given)


async def test_a_copy_of_the_example_is_named_as_one(google: Google) -> None:
    example = Path(__file__).parents[2] / "credentials.example.json"
    google.key_file.write_bytes(example.read_bytes())

    with pytest.raises(SheetSetupError, match=r"is a copy of credentials\.example\.json, which holds no key\. Create"):
        google.sheet()


async def test_a_missing_key_file_is_told_with_how_to_get_one(google: Google) -> None:
    google.key_file.unlink()

    with pytest.raises(SheetSetupError, match=r"GOOGLE_APPLICATION_CREDENTIALS .*key\.json does not exist\. Create"):
        google.sheet()


async def test_a_key_file_that_is_a_folder_or_binary_is_no_crash(google: Google) -> None:
    google.key_file.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(SheetSetupError, match="is not JSON"):
        google.sheet()
    google.key_file.unlink()
    google.key_file.mkdir()
    with pytest.raises(SheetSetupError, match="cannot be read: Is a directory"):
        google.sheet()


async def test_a_revoked_key_is_told_before_and_after_the_first_token(google: Google) -> None:
    used = google.sheet()
    await google.read(used)
    google.account.revoke()

    for sheet in (used, google.sheet()):
        with pytest.raises(SheetSetupError, match="does not accept the key") as caught:
            await google.write(sheet)
        assert google.account.email in str(caught.value)
        assert "make a new one" in str(caught.value)
        google.assert_no_secret(caught.value)


async def test_a_new_key_in_the_files_place_is_used_without_a_restart(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    google.account.revoke()
    with pytest.raises(SheetSetupError, match="does not accept the key"):
        await google.read(sheet)

    google.key_file.write_text("half of it", encoding="utf-8")
    with pytest.raises(SheetSetupError, match="is not JSON"):
        await google.read(sheet)
    successor = google.sheets.new_account(private_key())
    google.book.share(successor.email)
    successor.write_key(google.key_file)

    await google.read(sheet)
    assert sheet.account == successor.email


async def test_a_key_of_a_deleted_account_is_told(google: Google) -> None:
    stranger = google.account.key() | {"client_email": "gone@sandbox-project.iam.gserviceaccount.com"}
    google.key_file.write_text(json.dumps(stranger), encoding="utf-8")

    with pytest.raises(SheetSetupError, match=r"does not accept the key of gone@.*account not found"):
        await google.read()


async def test_a_token_that_expires_early_is_renewed_without_anyone_noticing(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    now = google.sheets.clock()
    google.sheets.clock = lambda: now + 3605  # only at Google: the client still believes in its token

    await google.read(sheet)

    statuses = [(request.path == "/token", request.status) for request in google.sheets.requests]
    assert statuses == [(True, 200), (False, 200), (False, 401), (True, 200), (False, 200)]


@pytest.mark.parametrize(("off", "told"), [(90_000, "1d 0h [0-9]+m behind"), (-4000, "1h 6m ahead of")])
async def test_a_wrong_clock_is_told_with_how_wrong_it_is(google: Google, off: int, told: str) -> None:
    now = google.sheets.clock()
    google.sheets.clock = lambda: now + off

    with pytest.raises(SheetSetupError, match=rf"clock is {told} Google's, .* Set the clock"):
        await google.read()


# -- what passes by itself


def refusal(code: int, name: str) -> Callable[[], web.Response]:
    error = {"code": code, "message": "The operation was aborted.", "status": name}
    return lambda: web.json_response({"error": error}, status=code)


PASSING: dict[str, tuple[Fault, str]] = {
    "429": (faults.too_many_requests(), "quota"),
    "500": (faults.internal_error(), r"in trouble .HTTP 500."),
    "503": (faults.service_unavailable(), r"in trouble .HTTP 503."),
    **{
        str(code): (Fault(path="^/v4/", outcome=refusal(code, name)), rf"in trouble .HTTP {code}.")
        for code, name in [(408, "DEADLINE_EXCEEDED"), (409, "ABORTED"), (425, "UNKNOWN"), (499, "CANCELLED")]
    },
    "HTML 502": (faults.bad_gateway(), r"in trouble .HTTP 502."),
    "reset": (faults.reset(), "could not be reached"),
    # Answers of something between the bot and Google: a proxy, or the sign-in page of a network.
    "HTML 200": (Fault(path="^/v4/", outcome=lambda: web.Response(text="<html>")), "could not be reached"),
    "a proxy's 503": (
        Fault(path="^/v4/", outcome=lambda: web.json_response({"error": "busy"}, status=503)),
        "Something between the bot and Google",
    ),
}


@pytest.mark.parametrize("write", [False, True], ids=["read", "write"])
@pytest.mark.parametrize("name", PASSING)
async def test_what_passes_by_itself_is_asked_once_and_told_as_such(google: Google, name: str, *, write: bool) -> None:
    fault, told = PASSING[name]
    fault.times = None
    google.sheets.faults.append(fault)

    with pytest.raises(SheetUnavailable, match=told) as caught:
        await (google.write() if write else google.read())

    assert len([request for request in google.sheets.requests if request.path.startswith("/v4/")]) == 1
    assert "<" not in str(caught.value)
    google.assert_no_secret(caught.value)
    google.sheets.faults.clear()
    await google.read()


async def test_a_used_up_quota_is_told_in_googles_own_words(google: Google) -> None:
    google.sheets.quota.writes_per_minute = 0

    with pytest.raises(SheetUnavailable, match="quota"):
        await google.write()


async def test_no_answer_in_time_is_out_of_reach(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.sheet.api.client._ANSWER_SECONDS", 0.2)  # instead of a minute
    google.sheets.faults.append(faults.hang())

    with pytest.raises(SheetUnavailable, match=r"could not be reached .ReadTimeout."):
        await google.read()


async def test_nobody_at_the_address_is_out_of_reach(google: Google) -> None:
    sheet = google.sheet()
    await google.read(sheet)
    google.sheets.faults.append(faults.reset(times=None, path="^/"))
    gone = GoogleSheet(key_file=google.key_file, spreadsheet_id=google.book.id, base_url="http://127.0.0.1:9")

    for unreachable in (sheet, gone):
        with pytest.raises(SheetUnavailable, match="could not be reached"):
            await google.read(unreachable)


SIGN_IN: dict[str, Fault] = {
    "reset": Fault(path=SIGNING_IN, outcome=Break.RESET, times=None),
    "500": Fault(
        path=SIGNING_IN, outcome=lambda: web.json_response({"error": "internal_failure"}, status=500), times=None
    ),
    "503": faults.service_unavailable(path=SIGNING_IN, times=None),
    "HTML 502": faults.bad_gateway(path=SIGNING_IN, times=None),
    "429": faults.too_many_requests(path=SIGNING_IN, times=None),
    "HTML 200": Fault(path=SIGNING_IN, outcome=lambda: web.Response(text="<html>Welcome to our WiFi"), times=None),
    "JSON 200": Fault(path=SIGNING_IN, outcome=lambda: web.json_response({"welcome": "to our WiFi"}), times=None),
}


@pytest.mark.parametrize("name", SIGN_IN)
async def test_trouble_of_the_token_endpoint_passes_by_itself(
    google: Google, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    # google-auth repeats some of these on its own, with pauses of seconds.
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", lambda _: None)
    google.sheets.faults.append(SIGN_IN[name])

    with pytest.raises(
        SheetUnavailable, match=r"sign-in service|could not be reached|between the bot and Google"
    ) as caught:
        await google.read()

    assert "<" not in str(caught.value)
    google.sheets.faults.clear()
    await google.read()
