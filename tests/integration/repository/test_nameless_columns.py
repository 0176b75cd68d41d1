"""A race with columns that have no name, or whose name it overwrote: what they hold, and are called, comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sheet.table.columns import KEY, NAMES

TITLE, NOTE = NAMES.index("title"), len(NAMES)
REMARK_ROW = 3


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets, with notes in a column of their own, and a remark in a row of its own."""
    async with open_office(tmp_path) as opened:
        opened.have(*(ticket(number) for number in range(1, 6)))
        opened.tab.paste(0, NOTE, [["note"], *([f"note {number}"] for number in range(1, 6))])
        opened.tab.insert_rows(REMARK_ROW)
        opened.tab.paste(REMARK_ROW, TITLE, [["a remark"]])
        await opened.flush()
        yield opened


async def lose_the_answer(office: Office) -> None:
    """Write, and never hear that it was done."""
    office.sheets.faults.append(faults.service_unavailable(path=":batchUpdate$", applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()


async def assert_all_is_right(office: Office) -> None:
    """The tickets, the notes and the remark are what they were, and there is nothing else, once all is written."""
    for _ in range(4):
        await office.flush()
    assert {key: office.known[key] for key in office.wanted} == office.wanted
    rows = office.tab.values()
    assert sum(KEY in row for row in rows) == 1
    records = [row for row in office.tab.records() if any(value is not None for value in row.values())]
    tickets = {int(str(row[KEY])): row for row in records if row[KEY]}
    assert {key: {name: tickets[key][name] for name in NAMES} for key in office.wanted} == office.wanted
    assert [tickets[ticket(number).thread_id]["note"] for number in range(1, 6)] == [f"note {n}" for n in range(1, 6)]
    assert [row["title"] for row in records if not row[KEY]] == ["a remark"]
    assert {value for cells in office.left_behind() for value in cells} - {None} == {"a remark"}


async def test_a_cell_of_a_new_row_is_found_where_a_nameless_column_changed_places_with_another(office: Office) -> None:
    office.tab.insert_columns(TITLE)
    await office.flush()
    office.want(ticket(6))
    office.during_the_write(lambda: office.tab.insert_columns(TITLE))
    await lose_the_answer(office)
    office.tab.move_columns(TITLE + 1, 1, TITLE)

    await assert_all_is_right(office)


async def test_what_was_proved_stays_written_when_another_row_was_overwritten_and_a_column_of_peoples_moved(
    office: Office,
) -> None:
    def insert_a_row_and_a_column() -> None:
        office.tab.insert_rows(2)
        office.tab.insert_columns(NOTE)

    office.change(ticket(1), title="New")
    office.change(ticket(3), title="New")
    office.during_the_write(insert_a_row_and_a_column)
    written = await office.flush()
    assert written.confirmed == {ticket(1).thread_id}

    await assert_all_is_right(office)
