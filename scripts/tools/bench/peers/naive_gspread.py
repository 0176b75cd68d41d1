"""`python -m scripts.tools.bench.peers.naive_gspread`: the naive bot over gspread, called as its README shows it."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import dotenv
import gspread

from scripts.tools.bench.peers.loopback import LoopbackClient, credentials
from scripts.tools.bench.peers.naive import NaiveBot
from tracker.sandbox.desk import SHEET_NAME


class GspreadWorksheet:
    """gspread's worksheet; each call waits for Google, and the whole bot with it."""

    def __init__(self) -> None:
        client = gspread.authorize(credentials(), http_client=LoopbackClient)
        self._worksheet = client.open_by_url(os.environ["SPREADSHEET_ID"]).worksheet(SHEET_NAME)

    async def append_row(self, values: list[Any]) -> None:
        """Add a row below the last one."""
        self._worksheet.append_row(values)

    async def find(self, text: str) -> int:
        """The row that has this text in its first column."""
        cell = self._worksheet.find(text, in_column=1)
        if cell is None:
            raise LookupError(text)
        return int(cell.row)

    async def update_cell(self, row: int, column: int, value: object) -> None:
        """Write one cell."""
        self._worksheet.update_cell(row, column, value)  # type: ignore[arg-type]


if __name__ == "__main__":
    dotenv.load_dotenv(".env")
    asyncio.run(NaiveBot(GspreadWorksheet()).run())
