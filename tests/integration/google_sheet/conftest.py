"""A local Google whose every request and answer Google's description of its API allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.google import watch
from tests.support.google_book import Google
from tests.support.keys import private_key
from tracker.sandbox.sheets import SheetsServer


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
