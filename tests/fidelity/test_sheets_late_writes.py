"""A write whose answer was given up lands later, as a whole or not at all, and never after its server is gone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest

from tests.support.keys import private_key
from tests.support.sheets_requests import row, writing
from tracker.sandbox.sheets import SheetsServer, faults
from tracker.sandbox.sheets.behaviour import Behaviour
from tracker.sandbox.sheets.errors import unavailable

if TYPE_CHECKING:
    from tests.support.sheets_fixtures import JSON, Clock, Desk

pytest_plugins = ("tests.support.sheets_fixtures",)


def batch(*requests: JSON) -> JSON:
    return {"requests": list(requests)}


async def given_up(desk: Desk, *requests: JSON) -> None:
    """Send a batch that is late and answered with 503."""
    desk.sheets.faults.append(faults.late(unavailable().response))
    status, answer = await desk.call("POST", ":batchUpdate", batch(*requests))
    assert (status, answer["error"]["status"]) == (503, "UNAVAILABLE")


async def test_a_late_write_is_carried_out_only_when_it_lands(desk: Desk) -> None:
    await given_up(desk, writing(desk, 0, 0, row("late")))
    assert desk.tab.values() == []
    assert desk.sheets.land_late_writes() == 1
    assert desk.tab.values() == [["late"]]
    assert desk.sheets.land_late_writes() == 0


async def test_the_connection_of_a_late_write_is_cut_unless_another_end_is_named(desk: Desk) -> None:
    await desk.ok("GET", "")
    desk.sheets.faults.append(faults.late())
    with pytest.raises(aiohttp.ClientConnectionError):
        await desk.call("POST", ":batchUpdate", batch(writing(desk, 0, 0, row("late"))))
    assert desk.sheets.requests[-1].status == 0
    desk.sheets.land_late_writes()
    assert desk.tab.values() == [["late"]]


async def test_a_late_write_meets_the_sheet_as_it_is_by_then(desk: Desk) -> None:
    desk.tab.paste(0, 0, [["1"], ["2"]])
    await given_up(desk, writing(desk, 0, 1, row("for 1")))
    desk.tab.sort(0, descending=True)
    desk.tab.insert_rows(0)
    desk.sheets.land_late_writes()
    assert desk.tab.values() == [[None, "for 1"], ["1"], ["2"]]


async def test_late_writes_land_in_the_order_they_were_sent_and_after_those_that_were_not_late(desk: Desk) -> None:
    await given_up(desk, writing(desk, 0, 0, row("first")))
    await given_up(desk, writing(desk, 0, 0, row("second")))
    await desk.batch(writing(desk, 0, 0, row("in time")))
    assert desk.tab.values() == [["in time"]]
    assert desk.sheets.land_late_writes() == 2
    assert desk.tab.values() == [["second"]]


async def test_a_late_write_that_is_refused_changes_nothing_and_nobody_hears_of_it(desk: Desk) -> None:
    protecting = {"addProtectedRange": {"protectedRange": {"protectedRangeId": 1, "range": desk.area(0, 1, 0, 1)}}}
    await given_up(desk, writing(desk, 0, 0, row("late")), protecting)
    await desk.batch(protecting)
    assert desk.sheets.land_late_writes() == 1
    assert (desk.tab.values(), desk.sheets.problems) == ([], [])


async def test_what_google_refuses_at_once_never_lands(desk: Desk) -> None:
    desk.book.unshare(desk.account.email)
    await given_up(desk, writing(desk, 0, 0, row("late")))
    desk.book.share(desk.account.email)
    assert desk.sheets.land_late_writes() == 0
    assert desk.tab.values() == []


async def test_a_late_write_was_let_in_when_it_was_sent_and_counts_then(desk: Desk, clock: Clock) -> None:
    await given_up(desk, writing(desk, 0, 0, row("late")))
    assert desk.sheets.quota.used[None, "Write"] == 1
    clock.now += 7200
    desk.sheets.land_late_writes()
    assert (desk.tab.values(), desk.sheets.quota.used[None, "Write"]) == ([["late"]], 1)


async def test_a_late_write_lands_under_the_behaviour_of_its_time(desk: Desk) -> None:
    deleting = {"deleteProtectedRange": {"protectedRangeId": 7}}
    await given_up(desk, deleting, writing(desk, 0, 0, row("late")))
    desk.sheets.behaviour = Behaviour(unknown_protection_ignored=True)
    desk.sheets.land_late_writes()
    assert desk.tab.values() == [["late"]]


async def test_a_late_write_can_land_by_itself(desk: Desk) -> None:
    desk.sheets.faults.append(faults.late(unavailable().response, seconds=0.05))
    await desk.call("POST", ":batchUpdate", batch(writing(desk, 0, 0, row("late"))))
    async with asyncio.timeout(60):
        while not desk.tab.values():  # noqa: ASYNC110 - the server's own timer makes it true
            await asyncio.sleep(0.01)
    assert desk.tab.values() == [["late"]]
    assert desk.sheets.land_late_writes() == 0


async def test_a_late_write_does_not_outlive_its_server(desk: Desk) -> None:
    async with SheetsServer() as server:
        account = server.new_account(private_key())
        server.books[desk.book.id] = desk.book
        desk.book.share(account.email)
        headers = {"Authorization": f"Bearer {await desk.token(account)}"}
        server.faults.append(faults.late(unavailable().response, seconds=0.05, times=None))
        url = f"{server.address}/v4/spreadsheets/{desk.book.id}:batchUpdate"
        for _ in range(2):
            async with desk.session.post(url, json=batch(writing(desk, 0, 0, row("late"))), headers=headers):
                pass
    written = desk.tab.values()
    desk.tab.clear()
    await asyncio.sleep(0.1)
    assert server.land_late_writes() == 0
    assert (desk.tab.values(), written in ([], [["late"]])) == ([], True)


async def test_reads_and_other_writes_are_not_late(desk: Desk) -> None:
    desk.sheets.faults.append(faults.late(times=None))
    await desk.ok("GET", "")
    body = {"values": [["x"]]}
    await desk.ok("PUT", "/values/'Support Tickets'!A1", body, valueInputOption="RAW")
    desk.sheets.faults.append(faults.late(unavailable().response, path="/values/"))
    assert (await desk.call("PUT", "/values/Sheet1!A1", body, params={"valueInputOption": "RAW"}))[0] == 503
    desk.sheets.land_late_writes()
    assert desk.book.tab("Sheet1").values() == [["x"]]
