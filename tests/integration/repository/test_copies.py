"""SheetRepository where a ticket has several rows: the first is kept up to date, and what people write there stays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.noted_office import TEAM, TITLE, noted_office, own_cells, wanted
from tests.support.sheet_office import Office, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with noted_office(tmp_path) as opened:
        yield opened


async def test_tickets_with_several_rows_are_reported_until_the_copies_are_gone(office: Office) -> None:
    office.tab.duplicate_row(1)
    office.change(ticket(1), title="New")

    first = await office.flush()
    office.tab.delete_rows(2)
    office.change(ticket(1), title="Newer")
    second = await office.flush()

    assert first.plan.doubled == frozenset({ticket(1).thread_id})
    assert second.plan.doubled == frozenset()
    assert own_cells(office) == wanted(office)


TAKING_OVER: dict[str, Callable[[Tab], object]] = {
    "the copy is moved above": lambda tab: tab.move_rows(4, 1, 3),
    "the row is deleted": lambda tab: tab.delete_rows(3),
}


@pytest.mark.parametrize("act", TAKING_OVER.values(), ids=TAKING_OVER)
async def test_a_copy_that_people_made_the_first_row_is_kept_up_to_date_from_then_on(
    office: Office, act: Callable[[Tab], object]
) -> None:
    office.tab.duplicate_row(3)
    office.change(ticket(3), title="New")
    await office.flush()
    act(office.tab)
    office.change(ticket(3), team="Consulting")

    for _ in range(3):
        await office.flush()

    first = next(row for row in office.tab.records() if row[KEY] == str(ticket(3).thread_id))
    assert (first["title"], first["team"]) == ("Ticket 3", "Consulting")


async def write_unheard_beside_a_copy(office: Office) -> None:
    """Ticket 3 has a copy right below its row, and a new title there, which no answer confirmed."""
    office.tab.duplicate_row(3)
    office.change(ticket(1), title="Another")
    await office.flush()
    office.change(ticket(3), title="New")
    office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()


REACHING_WRONG_ROWS: dict[str, Callable[[Tab], object]] = {
    "refused, as it keeps rows of all columns": lambda tab: tab.delete_columns(tab.column_count - 1),
    "written into another row": lambda tab: tab.insert_rows(1),
}


@pytest.mark.parametrize("act", REACHING_WRONG_ROWS.values(), ids=REACHING_WRONG_ROWS)
async def test_a_persons_edit_in_a_row_with_a_copy_stays_when_a_write_reaches_wrong_rows(
    office: Office, act: Callable[[Tab], object]
) -> None:
    office.tab.enter(3, TEAM, "A person's")
    office.tab.duplicate_row(3)
    office.change(ticket(1), title="New")
    await office.flush()
    office.change(ticket(3), title="New")
    office.during_the_write(lambda: act(office.tab))

    for _ in range(3):
        await office.flush()

    rows = [row for row in office.tab.records() if row[KEY] == str(ticket(3).thread_id)]
    assert [(row["title"], row["team"]) for row in rows] == [("New", "A person's"), ("Ticket 3", "A person's")]


async def test_a_persons_edit_of_a_row_and_its_copy_stays_after_a_write_that_nobody_knew_of(office: Office) -> None:
    await write_unheard_beside_a_copy(office)
    for row in (3, 4):
        office.tab.enter(row, TITLE, "A person's")
    office.change(ticket(1), title="And another")

    for _ in range(3):
        await office.flush()

    rows = [row for row in office.tab.records() if row[KEY] == str(ticket(3).thread_id)]
    assert [row["title"] for row in rows] == ["A person's", "A person's"]


async def test_a_row_written_to_show_what_its_copy_shows_is_not_written_again(office: Office) -> None:
    office.change(ticket(3), title="New", date_created=46_000.123456789012)
    await office.flush()
    office.tab.duplicate_row(3)
    office.change(ticket(3), title="Newer", resolution_date=1 / 3)
    await office.flush()
    office.change(ticket(3), title="New", resolution_date=None)
    await office.flush()
    office.asked()

    for _ in range(3):
        await office.flush()

    assert "write" not in office.asked()


async def test_a_persons_edit_in_a_row_that_moved_up_beside_its_new_copy_stays(office: Office) -> None:
    office.tab.duplicate_row(3)
    office.tab.enter(3, TITLE, "A person's")
    office.tab.delete_rows(1)
    office.change(ticket(3), team="Consulting")

    for _ in range(3):
        await office.flush()

    assert [row["title"] for row in office.tab.records()][1:3] == ["A person's", "Ticket 3"]


async def test_a_persons_edit_in_a_row_with_a_copy_stays_when_the_copy_is_deleted(office: Office) -> None:
    office.tab.duplicate_row(3)
    office.tab.enter(3, TITLE, "A person's")
    office.change(ticket(3), team="Consulting")
    await office.flush()
    office.tab.delete_rows(4)
    office.change(ticket(3), team="Engineering")

    for _ in range(3):
        await office.flush()

    assert office.tab.records()[2]["title"] == "A person's"
    assert office.tab.records()[2]["team"] == "Engineering"


async def test_a_copy_that_comes_to_the_place_of_its_row_just_when_it_is_written_stays_as_it_was(
    office: Office,
) -> None:
    office.tab.duplicate_row(3)
    office.change(ticket(3), title="New")
    office.during_the_write(lambda: office.tab.delete_rows(1))

    for _ in range(3):
        await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["Ticket 2", "New", "Ticket 3", "Ticket 4", "Ticket 5"]


async def test_a_copy_made_and_moved_to_the_place_of_its_row_just_when_it_is_written_stays_as_it_was(
    office: Office,
) -> None:
    office.change(ticket(3), title="New")

    def copy_and_move() -> None:
        office.tab.duplicate_row(3)
        office.tab.delete_rows(1)

    office.during_the_write(copy_and_move)
    for _ in range(3):
        await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["Ticket 2", "New", "Ticket 3", "Ticket 4", "Ticket 5"]


async def test_a_copy_that_comes_to_the_place_of_its_row_is_not_taken_for_it(office: Office) -> None:
    office.tab.duplicate_row(3)
    office.tab.delete_rows(1)
    office.change(ticket(3), title="New")

    await office.flush()
    assert [row["title"] for row in office.tab.records()] == ["Ticket 2", "New", "Ticket 3", "Ticket 4", "Ticket 5"]
    office.tab.delete_rows(1)
    office.change(ticket(3), title="Newer")
    await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["Newer", "Ticket 3", "Ticket 4", "Ticket 5"]


async def test_a_copy_made_of_a_row_that_is_just_put_back_is_not_taken_for_it(office: Office) -> None:
    office.change(ticket(4), title="New")

    def copy() -> None:
        office.tab.duplicate_row(4)
        office.tab.delete_rows(1)  # the copy comes to the place of its row

    def push_down() -> None:
        office.tab.insert_rows(1)  # the row of ticket 3 is written over
        office.during_the_write(copy)

    office.during_the_write(push_down)
    for _ in range(3):
        await office.flush()

    titles = [row["title"] for row in office.tab.records() if row[KEY]]
    assert titles == ["Ticket 1", "Ticket 2", "Ticket 3", "New", "New", "Ticket 5"]  # the copy is as it was made
