"""Ready-made faults strike before or after a write was applied, as Google's failures do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
import requests
from gspread.exceptions import APIError

from tracker.sandbox.sheets import faults

if TYPE_CHECKING:
    from collections.abc import Callable

    import gspread

    from tests.support.sheets_fixtures import Desk
    from tracker.sandbox.service import Fault

pytest_plugins = ("tests.support.sheets_fixtures",)

APPLIED = pytest.mark.parametrize("applied", [False, True], ids=["before", "after"])


def append(desk: Desk) -> Callable[[gspread.Client], None]:
    def work(client: gspread.Client) -> None:
        client.open_by_key(desk.book.id).sheet1.append_row(["x"])

    return work


@APPLIED
@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (faults.too_many_requests, 429, 429),
        (faults.internal_error, 500, 500),
        (faults.service_unavailable, 503, 503),
        (faults.bad_gateway, 502, -1),
        (faults.aborted, 409, 409),
        (faults.request_timeout, 408, -1),
        (faults.cancelled, 499, 499),
        (faults.deadline_exceeded, 504, 504),
    ],
)
async def test_an_error_answer_reaches_gspread(
    desk: Desk, fault: Callable[..., Fault], status: int, code: int, *, applied: bool
) -> None:
    desk.sheets.faults.append(fault(path=":append", applied=applied))
    with pytest.raises(APIError) as caught:
        await desk.gspread(append(desk))
    assert (caught.value.response.status_code, caught.value.code) == (status, code)
    assert desk.book.tab("Sheet1").values() == ([["x"]] if applied else [])
    assert desk.sheets.requests[-1].status == status


@pytest.mark.parametrize(
    ("fault", "code", "status", "message"),
    [
        (faults.aborted, 409, "ABORTED", "The operation was aborted."),
        (faults.cancelled, 499, "CANCELLED", "The operation was cancelled."),
        (
            faults.deadline_exceeded,
            504,
            "DEADLINE_EXCEEDED",
            "Deadline expired before operation could complete.",
        ),
    ],
)
async def test_reads_fail_in_passing_too_and_say_so_in_googles_words(
    desk: Desk, fault: Callable[..., Fault], code: int, status: str, message: str
) -> None:
    desk.sheets.faults.append(fault(method="GET"))
    assert await desk.call("GET", "") == (code, {"error": {"code": code, "message": message, "status": status}})
    assert (await desk.call("GET", ""))[0] == 200


@APPLIED
@pytest.mark.parametrize("fault", [faults.reset, faults.stall], ids=["at once", "after a moment"])
async def test_a_connection_is_cut(desk: Desk, fault: Callable[..., Fault], *, applied: bool) -> None:
    desk.sheets.faults.append(fault(path=":append", applied=applied))
    with pytest.raises(requests.ConnectionError):
        await desk.gspread(append(desk))
    assert desk.book.tab("Sheet1").values() == ([["x"]] if applied else [])
    assert desk.sheets.requests[-1].status == 0


@APPLIED
async def test_an_answer_never_comes(desk: Desk, *, applied: bool) -> None:
    await desk.ok("GET", "")
    desk.sheets.faults.append(faults.hang(method="POST", applied=applied))
    timeout = aiohttp.ClientTimeout(total=1.0)
    url = f"{desk.sheets.address}/v4/spreadsheets/{desk.book.id}/values/Sheet1:append?valueInputOption=RAW"
    with pytest.raises(asyncio.TimeoutError):
        await desk.session.post(url, json={"values": [["x"]]}, timeout=timeout)
    assert desk.book.tab("Sheet1").values() == ([["x"]] if applied else [])


async def test_a_fault_strikes_only_where_and_as_often_as_it_should(desk: Desk) -> None:
    desk.sheets.faults.append(faults.service_unavailable(path="/values/", times=2))
    assert [(await desk.call("GET", path))[0] for path in ("", "/values/A1", "/values/A1", "/values/A1")] == [
        200,
        503,
        503,
        200,
    ]


async def test_the_token_endpoint_can_fail_too(desk: Desk) -> None:
    desk.sheets.faults.append(faults.internal_error(path="^/token$"))
    async with desk.session.post(f"{desk.sheets.address}/token") as response:
        assert response.status == 500
