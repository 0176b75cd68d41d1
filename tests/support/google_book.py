"""A spreadsheet at the local Google, and a way to ask for it as the product does."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from tracker.sandbox.sheets import SheetsServer
from tracker.sandbox.sheets.accounts import ServiceAccount
from tracker.sandbox.sheets.document import Spreadsheet
from tracker.sheet.api.client import GoogleSheet


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
        """Nothing of the key or of an access token is in what people are shown."""
        key = self.account.key()
        secrets = [key["private_key"].splitlines()[1], key["private_key_id"], "PRIVATE KEY", "ya29."]
        assert [secret for secret in secrets if secret in str(error)] == []
