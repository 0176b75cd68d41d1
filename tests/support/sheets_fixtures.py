"""What the tests of the local Sheets server share: a watched server, a tab, and clients for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import aiohttp
import gspread
import pytest
import pytest_asyncio
from google.auth import crypt
from google.auth.transport.requests import Request
from requests import Session

from tests.support.google import watch
from tests.support.keys import private_key
from tests.support.loopback import SCOPE, LoopbackClient, LoopbackCredentials
from tracker.sandbox.sheets import SheetsServer
from tracker.sandbox.sheets.accounts import ServiceAccount
from tracker.sandbox.sheets.document import Spreadsheet, Tab

JSON = dict[str, Any]
Result = TypeVar("Result")


class Clock:
    """Time that stands still until it is moved; in seconds since the epoch."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(kw_only=True)
class Desk:
    """A server with one account, one spreadsheet shared with it, and an empty tab."""

    sheets: SheetsServer
    account: ServiceAccount
    book: Spreadsheet
    tab: Tab
    session: aiohttp.ClientSession

    def area(self, top: int, bottom: int, left: int, right: int) -> JSON:
        """A `GridRange` in the tab; ends excluded."""
        return {
            "sheetId": self.tab.sheet_id,
            "startRowIndex": top,
            "endRowIndex": bottom,
            "startColumnIndex": left,
            "endColumnIndex": right,
        }

    async def token(self, account: ServiceAccount | None = None, scope: str = SCOPE) -> str:
        """An access token, got by google-auth."""
        credentials = _credentials(account or self.account, scope)
        with Session() as session:
            await asyncio.to_thread(credentials.refresh, Request(session))
        return str(credentials.token)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        token: str | None = None,
        params: Mapping[str, str | list[str]] | None = None,
    ) -> tuple[int, JSON]:
        """One raw call: its status and answer. `path` begins after the spreadsheet's id."""
        if token is None:
            token = self.session.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token:
            token = await self.token()
            self.session.headers["Authorization"] = f"Bearer {token}"
        url = f"{self.sheets.address}/v4/spreadsheets/{self.book.id}{path}"
        pairs = [
            (name, each)
            for name, value in (params or {}).items()
            for each in ([value] if isinstance(value, str) else value)
        ]
        headers = {"Authorization": f"Bearer {token}"}
        async with self.session.request(method, url, params=pairs, json=body, headers=headers) as response:
            return response.status, await response.json()

    async def ok(self, method: str, path: str, body: object = None, **params: str | list[str]) -> JSON:
        """The answer of a raw call that must succeed."""
        status, answer = await self.call(method, path, body, params=params)
        assert status == 200, answer
        return answer

    async def refused(self, method: str, path: str, body: object = None, **params: str | list[str]) -> str:
        """The message of a raw call that must be refused with 400."""
        status, answer = await self.call(method, path, body, params=params)
        assert (status, answer["error"]["status"]) == (400, "INVALID_ARGUMENT"), answer
        message: str = answer["error"]["message"]
        return message

    async def batch(self, *requests: JSON, **options: object) -> JSON:
        """The answer of a `batchUpdate` that must succeed."""
        return await self.ok("POST", ":batchUpdate", {"requests": list(requests), **options})

    async def batch_refused(self, *requests: JSON) -> str:
        """The message of a `batchUpdate` that must be refused."""
        return await self.refused("POST", ":batchUpdate", {"requests": list(requests)})

    async def gspread(self, work: Callable[[gspread.Client], Result]) -> Result:
        """Let real gspread do some work, in a thread as it is synchronous."""
        client = gspread.authorize(_credentials(self.account, SCOPE), http_client=LoopbackClient)
        assert isinstance(client.http_client, LoopbackClient)
        client.http_client.address = self.sheets.address
        client.set_timeout((60, 60))
        try:
            return await asyncio.to_thread(work, client)
        finally:
            client.http_client.session.close()


def _credentials(account: ServiceAccount, scope: str) -> LoopbackCredentials:
    signer = _signer(account.key()["private_key"])
    return LoopbackCredentials(signer, account.email, account.token_uri, scopes=[scope])  # type: ignore[no-untyped-call]  # as above


@cache
def _signer(private_key: str) -> crypt.RSASigner:
    """google-auth's signer; reading a key takes it a while, so each is read once."""
    return crypt.RSASigner.from_string(private_key)  # type: ignore[no-untyped-call, no-any-return]  # as above


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    """A desk whose every request and answer Google's description allows, and whose server knew everything asked."""
    server = SheetsServer()
    violations = watch(server)
    async with server as sheets, aiohttp.ClientSession() as session:
        account = sheets.new_account(private_key())
        book = sheets.new_spreadsheet("Support")
        book.share(account.email)
        tab = book.add_tab("Support Tickets")
        yield Desk(sheets=sheets, account=account, book=book, tab=tab, session=session)
    assert violations == []
    assert sheets.problems == []


@pytest.fixture
def clock(desk: Desk) -> Clock:
    """The server's clock, standing still at the beginning of the present minute."""
    clock = Clock(time.time() // 60 * 60)
    desk.sheets.clock = clock
    return clock
