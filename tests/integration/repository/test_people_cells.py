"""SheetRepository and the cells that are people's: their columns, their edits, their notes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import Entered, Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY, NAMES

TITLE, TEAM = NAMES.index("title"), NAMES.index("team")
NOTES, SUM, UNNAMED = 2, 5, 17
HEADER = [*NAMES[:2], "notes", *NAMES[2:4], "sum", *NAMES[4:], "owner", None]
"""Columns of people between the bot's and beside them, one without a name."""


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets, and in each row a person's note, formula, owner, and a number in a column without a name."""
    async with open_office(tmp_path) as opened:
        opened.tab.clear()
        opened.have(*(ticket(number) for number in range(1, 6)), header=HEADER)
        for row in range(1, 6):
            mine: dict[int, Entered] = {
                NOTES: f"note {row}",
                SUM: Formula(f'="sum {row}"'),
                16: f"owner {row}",
                UNNAMED: float(row),
            }
            for column, value in mine.items():
                opened.tab.write(row, {column: opened.tab.cell(row, column)._replace(value=value, note="mine")})
        await opened.flush()
        yield opened


def peoples(office: Office) -> dict[str, list[object]]:
    """By ticket: everything in its row that is not in a column of the bot, wherever its column is.

    A formula is known by what it shows: in a cell that a race reached, that is what comes back.
    """
    rows = office.tab.values()
    header = next(row for row in rows if KEY in row)
    beside = [c for c in range(office.tab.column_count) if c >= len(header) or header[c] not in NAMES]
    return {
        str(row[header.index(KEY)]): [
            cell.effective for column in beside if (cell := office.tab.cell(number, column)).value is not None
        ]
        for number, row in enumerate(rows)
        if len(row) > header.index(KEY) and row[header.index(KEY)] not in (None, KEY)
    }


def own(office: Office) -> dict[str, dict[str, object]]:
    return {str(row[KEY]): {name: row.get(name) for name in NAMES} for row in office.tab.records() if row[KEY]}


def wanted(office: Office) -> dict[str, dict[str, object]]:
    return {str(cells[KEY]): dict(cells) for cells in office.wanted.values()}


COLUMNS: dict[str, Callable[[Tab], object]] = {
    "insert a column at the left": lambda tab: tab.insert_columns(0),
    "insert two before the notes": lambda tab: tab.insert_columns(NOTES, 2),
    "move the title behind the notes": lambda tab: tab.move_columns(TITLE, 1, 3),
    "move the title to the end": lambda tab: tab.move_columns(TITLE, 1, 18),
    "move the notes to the front": lambda tab: tab.move_columns(NOTES, 1, 0),
    "move the formulas to the title": lambda tab: tab.move_columns(SUM, 1, 1),
    "move the last two to the front": lambda tab: tab.move_columns(UNNAMED - 1, 2, 0),
    "move the ids to the end": lambda tab: tab.move_columns(0, 1, 18),
    "rename a column of theirs": lambda tab: tab.enter(0, NOTES, "remarks"),
}


@pytest.mark.parametrize("act", COLUMNS.values(), ids=COLUMNS)
async def test_what_a_race_with_columns_overwrote_in_peoples_columns_is_put_back_as_it_was(
    office: Office, act: Callable[[Tab], object]
) -> None:
    before = peoples(office)
    # The row's last cells become blank: also a blank written over a note is put back.
    office.change(ticket(2), title="New", type="billing", raised_by=None, link=None, team="Consulting")
    office.change(ticket(4), title=None, reopen_count=3)
    office.during_the_write(lambda: act(office.tab))

    for _ in range(3):
        await office.flush()

    after = peoples(office)
    assert {key: sorted(map(str, cells)) for key, cells in after.items()} == {
        key: sorted(map(str, cells)) for key, cells in before.items()
    }
    assert own(office) == wanted(office)


async def test_the_old_cells_of_a_column_renamed_during_the_write_are_put_back(office: Office) -> None:
    office.change(ticket(2), title="New")
    office.during_the_write(lambda: office.tab.enter(0, TITLE, "Subject"))

    await office.flush()
    await office.flush()

    assert [row["Subject"] for row in office.tab.records()] == [f"Ticket {number}" for number in range(1, 6)]


async def test_a_race_whose_answer_was_lost_is_put_back_too(office: Office) -> None:
    before = peoples(office)
    office.change(ticket(2), title="New")
    office.during_the_write(lambda: office.tab.move_columns(TITLE, 1, 3))
    office.sheets.faults.append(faults.service_unavailable(path=":batchUpdate$", applied=True))

    with pytest.raises(SheetUnavailable):
        await office.flush()
    assert peoples(office) != before
    await office.flush()

    assert peoples(office) == before
    assert own(office) == wanted(office)


async def test_a_persons_edit_stays_until_that_value_changes_in_discord(office: Office) -> None:
    team = HEADER.index("team")
    office.tab.enter(2, team, "our own word")
    office.change(ticket(2), title="New")
    await office.flush()
    office.tab.sort(0, descending=True)
    office.want(ticket(6))
    office.change(ticket(2), title="Newer")
    await office.flush()
    assert own(office)[str(ticket(2).thread_id)]["team"] == "our own word"

    office.change(ticket(2), team="Consulting")
    await office.flush()

    assert own(office) == wanted(office)


async def test_cells_pasted_over_by_people_stay_until_they_change(office: Office) -> None:
    office.tab.paste(1, HEADER.index("raised_by"), [["x"], ["y"], ["z"]])
    office.change(ticket(2), title="New", raised_by="sam")
    office.change(ticket(3), title="New")

    await office.flush()

    raised = [row["raised_by"] for row in office.tab.records()]
    assert raised == ["x", "sam", "z", "mia", "mia"]


async def test_notes_and_formats_of_people_on_the_bots_cells_stay(office: Office) -> None:
    cell = office.tab.cell(2, TITLE)
    office.tab.write(2, {TITLE: cell._replace(note="ask Ann", format={"textFormat": {"bold": True}})})
    office.change(ticket(2), title="New")

    await office.flush()

    after = office.tab.cell(2, TITLE)
    assert (after.value, after.note, after.format) == ("New", "ask Ann", {"textFormat": {"bold": True}})
