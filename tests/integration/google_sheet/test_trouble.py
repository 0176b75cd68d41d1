"""What passes by itself at Google or on the way there is one request and a "later", never something to put right."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web

from tests.support.google_book import Google
from tracker.errors import SheetUnavailable
from tracker.sandbox.service import Break, Fault
from tracker.sandbox.sheets import faults
from tracker.sheet.api.client import GoogleSheet

SIGNING_IN = r"^/token$"


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
async def test_what_passes_by_itself_is_asked_once_and_named_as_such(google: Google, name: str, *, write: bool) -> None:
    fault, says = PASSING[name]
    fault.times = None
    google.sheets.faults.append(fault)

    with pytest.raises(SheetUnavailable, match=says) as caught:
        await (google.write() if write else google.read())

    assert len([request for request in google.sheets.requests if request.path.startswith("/v4/")]) == 1
    assert "<" not in str(caught.value)
    google.assert_no_secret(caught.value)
    google.sheets.faults.clear()
    await google.read()


async def test_a_used_up_quota_is_named_in_googles_own_words(google: Google) -> None:
    google.sheets.quota.writes_per_minute = 0

    with pytest.raises(SheetUnavailable, match="quota"):
        await google.write()


async def test_no_answer_in_time_is_out_of_reach(google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.sheet.api.client._ANSWER_SECONDS", 0.2)  # instead of a minute
    google.sheets.faults.append(faults.hang())
    with pytest.raises(SheetUnavailable, match=r"could not be reached .ReadTimeout."):
        await google.read()

    google.sheets.faults.append(faults.hang(path=SIGNING_IN))
    async with asyncio.timeout(5):
        with pytest.raises(SheetUnavailable, match=r"Google's sign-in .* could not be reached"):
            await asyncio.to_thread(google.sheet().sign_in)


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
