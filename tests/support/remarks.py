"""An office in whose tab people have written, too: notes, a word over a cell of the bot's, a remark of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.sheet_office import Office, open_office_of_five, ticket
from tracker.sandbox.sheets.cells import Entered, Formula
from tracker.sheet.table.columns import KEY, NAMES

TITLE, TEAM, NOTE = NAMES.index("title"), NAMES.index("team"), len(NAMES)


@asynccontextmanager
async def open_office_with_a_remark(folder: Path) -> AsyncIterator[Office]:
    """Five tickets, each with a person's words over its team and a note beside it; a remark in a row of its own."""
    async with open_office_of_five(folder) as opened:
        opened.tab.insert_columns(NOTE)
        opened.tab.paste(0, NOTE, [["note"]])
        opened.tab.paste(1, NOTE, [[f"note {number}"] for number in range(1, 6)])
        opened.tab.paste(1, TEAM, [[f"team {number}"] for number in range(1, 6)])
        opened.tab.insert_rows(3)
        opened.tab.paste(3, TITLE, [["a remark", Formula("=B3")]])
        await opened.flush()
        await opened.widen_hidden_tab()
        yield opened


def rows_of_others(office: Office, *numbers: int) -> list[list[Entered]]:
    """What all rows but those of these tickets hold, wherever the rows and their columns are."""
    keys = {str(ticket(number).thread_id) for number in numbers}
    key = next(row for row in office.tab.values() if KEY in row).index(KEY)
    rows = [[cell.value for cell in office.tab.row(row)] for row in range(office.tab.row_count)]
    others = [row for row in rows if any(value is not None for value in row) and row[key] not in keys]
    return sorted((sorted(filter(None, row), key=str) for row in others), key=str)
