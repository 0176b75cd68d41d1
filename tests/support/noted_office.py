"""An office whose tickets' rows have a note of a person beside each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.sheet_office import Office, open_office, ticket
from tracker.sheet.table.columns import KEY, NAMES

TITLE, LINK, TEAM = (NAMES.index(name) for name in ("title", "link", "team"))
NOTE = len(NAMES)


@asynccontextmanager
async def noted_office(folder: Path) -> AsyncIterator[Office]:
    """An office with five tickets whose rows the repository has seen, and a note of a person beside each."""
    async with open_office(folder) as opened:
        opened.want(*(ticket(number) for number in range(1, 6)))
        opened.tab.insert_columns(NOTE)
        opened.tab.paste(0, NOTE, [["note"]])
        await opened.flush()
        opened.tab.paste(1, NOTE, [[f"note {number}"] for number in range(1, 6)])
        await opened.widen_hidden_tab()
        yield opened


def own_cells(office: Office) -> list[dict[str, object]]:
    """What the tickets' rows hold in the bot's columns, in the order of their ids."""
    rows: list[dict[str, object]] = [{name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]]
    return sorted(rows, key=lambda row: str(row[KEY]))


def wanted(office: Office) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [dict(cells) for cells in office.wanted.values()]
    return sorted(rows, key=lambda row: str(row[KEY]))
