"""Who may do what, and how much of it: tokens, scopes, sharing, quotas, and Google's words when the answer is no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google.auth import crypt, jwt

from tracker.sandbox.sheets.accounts import GRANT_TYPE
from tracker.sandbox.sheets.document import FileKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.sheets_fixtures import JSON, Clock, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)

AUTH = "https://www.googleapis.com/auth/"
READ = ("GET", "/values/Sheet1")
WRITE = ("POST", "/values/Sheet1:clear")


async def ask_for_token(desk: Desk, claims: JSON, *, key: JSON | None = None, **form: str) -> tuple[int, JSON]:
    """Send a JWT with these claims instead of the right ones to the token endpoint."""
    info = desk.account.key()
    now = int(desk.sheets.now())
    right = {
        "iss": desk.account.email,
        "aud": info["token_uri"],
        "iat": now,
        "exp": now + 3600,
        "scope": AUTH + "drive",
    }
    signer = crypt.RSASigner.from_service_account_info(key or info)  # type: ignore[no-untyped-call]  # google-auth is not fully typed
    payload = {name: value for name, value in {**right, **claims}.items() if value is not None}
    assertion = jwt.encode(signer, payload)  # type: ignore[no-untyped-call]  # as above
    data = {"grant_type": GRANT_TYPE, "assertion": assertion.decode(), **form}
    async with desk.session.post(info["token_uri"], data=data) as response:
        return response.status, await response.json()


async def test_a_signed_jwt_gets_an_access_token_for_an_hour(desk: Desk, clock: Clock) -> None:
    status, answer = await ask_for_token(desk, {})
    assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3599)
    token = answer["access_token"]
    clock.now += 3590
    assert (await desk.call(*READ, token=token))[0] == 200
    clock.now += 20
    status, answer = await desk.call(*READ, token=token)
    assert (status, answer["error"]["status"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("claims", "error", "description"),
    [
        ({"iss": "nobody@nowhere.iam.gserviceaccount.com"}, "invalid_grant", "account not found"),
        ({"aud": "https://elsewhere.example/token"}, "invalid_grant", "Failed audience check"),
        ({"iat": 0, "exp": 3600}, "invalid_grant", "reasonable timeframe"),
        ({"exp": 2**32}, "invalid_grant", "short-lived token"),
        ({"exp": None}, "invalid_grant", "Check your iat and exp values"),
        ({"scope": None}, "invalid_scope", "Invalid OAuth scope"),
    ],
)
async def test_a_jwt_with_a_wrong_claim_gets_no_token(desk: Desk, claims: JSON, error: str, description: str) -> None:
    status, answer = await ask_for_token(desk, claims)
    assert (status, answer["error"]) == (400, error)
    assert description in answer["error_description"]


async def test_a_jwt_signed_with_another_key_gets_no_token(desk: Desk) -> None:
    status, answer = await ask_for_token(desk, {}, key=desk.sheets.new_account().key())
    assert (status, answer) == (400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})


async def test_a_jwt_may_be_off_by_a_little_clock_skew(desk: Desk) -> None:
    now = int(desk.sheets.now())
    assert (await ask_for_token(desk, {"iat": now + 60, "exp": now + 3660}))[0] == 200


async def test_other_ways_to_ask_for_a_token_are_refused(desk: Desk) -> None:
    assert (await ask_for_token(desk, {}, grant_type="password"))[1]["error"] == "unsupported_grant_type"
    assert (await ask_for_token(desk, {}, assertion="no.jwt"))[1]["error"] == "invalid_grant"


async def test_the_key_file_has_the_shape_google_hands_out(desk: Desk, tmp_path: Path) -> None:
    desk.account.write_key(tmp_path / "key.json")
    text = (tmp_path / "key.json").read_text()
    for field in ("service_account", "PRIVATE KEY", desk.account.email, f"{desk.sheets.address}/token"):
        assert field in text


async def test_without_a_good_token_everything_is_unauthenticated(desk: Desk) -> None:
    status, answer = await desk.call(*READ, token="guessed")  # noqa: S106 - the point: not a real one
    assert (status, answer["error"]["details"][0]["reason"]) == (401, "ACCESS_TOKEN_EXPIRED")
    async with desk.session.get(f"{desk.sheets.address}/v4/spreadsheets/{desk.book.id}") as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("scope", "may_read", "may_write"),
    [
        ("spreadsheets", True, True),
        ("drive", True, True),
        ("spreadsheets.readonly", True, False),
        ("gmail", False, False),
    ],
)
async def test_a_token_reaches_as_far_as_its_scope(desk: Desk, scope: str, *, may_read: bool, may_write: bool) -> None:
    token = await desk.token(scope=AUTH + scope)
    for (method, path), allowed in ((READ, may_read), (WRITE, may_write)):
        status, answer = await desk.call(method, path, token=token)
        assert status == (200 if allowed else 403)
        if not allowed:
            assert answer["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


async def test_sharing_decides_who_reads_and_who_writes(desk: Desk) -> None:
    denied = {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}
    desk.book.share(desk.account.email, role="reader")
    assert (await desk.call(*READ))[0] == 200
    assert await desk.call(*WRITE) == (403, {"error": denied})
    desk.book.unshare(desk.account.email)
    assert await desk.call(*READ) == (403, {"error": denied})


async def test_a_deleted_spreadsheet_is_not_found(desk: Desk) -> None:
    desk.sheets.forget(desk.book.id)
    error = {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}
    assert await desk.call(*READ) == (404, {"error": error})


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(
    ("kind", "status", "message"),
    [
        (
            FileKind.OFFICE_FILE,
            "FAILED_PRECONDITION",
            "This operation is not supported for this document. The document must not be an Office file.",
        ),
        (FileKind.OTHER, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    ],
)
async def test_another_kind_of_file_is_no_spreadsheet_to_the_api(
    desk: Desk, kind: FileKind, status: str, message: str, *, shared: bool
) -> None:
    desk.book.kind = kind
    if not shared:
        desk.book.unshare(desk.account.email)
    error = {"code": 400, "message": message, "status": status}
    for method, path in (READ, WRITE, ("GET", "")):
        assert await desk.call(method, path) == (400, {"error": error})
    assert await desk.call("POST", ":batchUpdate", {"requests": [{"deleteSheet": {"sheetId": 0}}]}) == (
        400,
        {"error": error},
    )


async def test_every_answer_is_dated_by_googles_clock(desk: Desk, clock: Clock) -> None:
    clock.now = 86_400.0 * 20_000
    async with desk.session.get(f"{desk.sheets.address}/v4/spreadsheets/{desk.book.id}") as refused:
        assert (refused.status, refused.headers["Date"]) == (401, "Fri, 04 Oct 2024 00:00:00 GMT")


async def test_a_project_without_the_api_is_shown_where_to_enable_it(desk: Desk) -> None:
    desk.sheets.disable_api()
    status, answer = await desk.call(*READ)
    assert (status, answer["error"]["details"][0]["reason"]) == (403, "SERVICE_DISABLED")
    assert "has not been used in project" in answer["error"]["message"]
    desk.sheets.enable_api()
    assert (await desk.call(*READ))[0] == 200


async def test_reads_and_writes_have_a_quota_each_that_every_minute_refills(desk: Desk, clock: Clock) -> None:
    desk.sheets.quota.reads_per_minute, desk.sheets.quota.writes_per_minute = 2, 1
    assert [(await desk.call(*READ))[0] for _ in range(3)] == [200, 200, 429]
    assert [(await desk.call(*WRITE))[0] for _ in range(2)] == [200, 429]
    status, answer = await desk.call(*WRITE)
    error = answer["error"]
    assert (status, error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"].startswith(
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service"
    )
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert error["details"][0]["metadata"]["quota_limit"] == "WriteRequestsPerMinutePerUser"
    assert desk.sheets.quota.refused == 3
    clock.now += 60
    assert (await desk.call(*WRITE))[0] == 200


async def test_the_project_has_a_quota_of_its_own(desk: Desk, clock: Clock) -> None:
    assert clock() == desk.sheets.now()
    desk.sheets.quota.project_reads_per_minute = 1
    assert (await desk.call(*READ))[0] == 200
    status, answer = await desk.call(*READ)
    assert (status, answer["error"]["details"][0]["metadata"]["quota_limit"]) == (
        429,
        "ReadRequestsPerMinutePerProject",
    )


async def test_quotas_start_as_googles_and_can_be_switched_off(desk: Desk) -> None:
    quota = desk.sheets.quota
    assert (quota.reads_per_minute, quota.writes_per_minute) == (60, 60)
    assert (quota.project_reads_per_minute, quota.project_writes_per_minute) == (300, 300)
    quota.reads_per_minute = 0
    quota.enabled = False
    assert (await desk.call(*READ))[0] == 200


async def test_what_the_server_does_not_know_is_refused_and_noted(desk: Desk) -> None:
    async with desk.session.get(f"{desk.sheets.address}/v4/spreadsheets/{desk.book.id}/charts") as response:
        assert (response.status, response.content_type) == (404, "text/html")
    unknown = "Invalid JSON payload received. Unknown name \"addBanana\" at 'requests[0]': Cannot find field."
    assert await desk.batch_refused({"addBanana": {}}) == unknown
    assert "Unknown name" in await desk.refused(*READ, valueRender="FORMULA")
    assert "Unknown name" in await desk.refused("PUT", "/values/A1", {"value": [["x"]]}, valueInputOption="RAW")
    assert "Unknown name" in await desk.batch_refused({"deleteSheet": {"sheet": 1}})
    assert len(desk.sheets.problems) == 5
    desk.sheets.problems.clear()


async def test_broken_json_is_refused(desk: Desk) -> None:
    headers = {"Authorization": f"Bearer {await desk.token()}", "Content-Type": "application/json"}
    url = f"{desk.sheets.address}/v4/spreadsheets/{desk.book.id}:batchUpdate"
    async with desk.session.post(url, data="{", headers=headers) as response:
        assert response.status == 400
        assert "Invalid JSON payload received" in (await response.json())["error"]["message"]
