"""`python -m scripts.tools.bench.peers.naive_gspread_asyncio`: the naive bot over gspread-asyncio.

Called as its README shows it: authorize, open and get the worksheet before each use, which its cache makes cheap. Its
own pause of 1.1 s between two calls is left out, so that counting its requests takes no hours.
"""

from __future__ import annotations

import asyncio
import os
from functools import partial
from typing import Any

import dotenv
import gspread
import gspread_asyncio

from scripts.tools.bench.peers.loopback import LoopbackClient, credentials
from scripts.tools.bench.peers.naive import NaiveBot
from tracker.sandbox.desk import SHEET_NAME


class AsyncioWorksheet:
    """gspread-asyncio's worksheet; each call waits for Google in a thread."""

    def __init__(self) -> None:
        self._manager = gspread_asyncio.ClientManager(credentials, gspread_delay=0)

    async def append_row(self, values: list[Any]) -> None:
        """Add a row below the last one."""
        await (await self._worksheet()).append_row(values)

    async def find(self, text: str) -> int:
        """The row that has this text in its first column."""
        cell = await (await self._worksheet()).find(text, in_column=1)
        return int(cell.row)

    async def update_cell(self, row: int, column: int, value: object) -> None:
        """Write one cell."""
        await (await self._worksheet()).update_cell(row, column, value)

    async def _worksheet(self) -> Any:  # noqa: ANN401 - the library has no types
        client = await self._manager.authorize()
        spreadsheet = await client.open_by_url(os.environ["SPREADSHEET_ID"])
        return await spreadsheet.worksheet(SHEET_NAME)


if __name__ == "__main__":
    dotenv.load_dotenv(".env")
    # The library asks gspread for its client and takes no other.
    gspread.authorize = partial(gspread.authorize, http_client=LoopbackClient)
    asyncio.run(NaiveBot(AsyncioWorksheet()).run())
