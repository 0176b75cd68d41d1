"""Rows that look the same after a race has hit them are told apart, wherever people have moved them since."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contract.sheet_office import Office, open_office_of_five, ticket
from tracker.domain.cells import CellValue
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sheet.table.columns import KEY, NAMES

TITLE, NOTE = NAMES.index("title"), len(NAMES)


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets, and a column for notes."""
    async with open_office_of_five(tmp_path) as opened:
        opened.tab.enter(0, NOTE, "note")
        yield opened


def tickets(office: Office) -> list[dict[str, CellValue]]:
    """The rows with an id, from the first on."""
    return [row for row in office.tab.records() if row[KEY]]


async def settle(office: Office) -> None:
    for _ in range(3):
        await office.flush()


async def test_nothing_stays_in_either_of_two_blank_rows(office: Office) -> None:
    office.change(ticket(1), ticket(2), team="Consulting")

    def insert_and_move() -> None:
        office.tab.insert_rows(1, 3)
        office.before_request(0, lambda: office.tab.insert_rows(1))

    office.during_the_write(insert_and_move)
    await settle(office)

    assert [row["team"] for row in tickets(office)] == ["Consulting", "Consulting", None, None, None]
    assert not any(any(row) for row in office.tab.values()[1:5])


async def test_nothing_stays_in_either_of_two_blank_rows_when_the_answer_was_lost(office: Office) -> None:
    office.change(ticket(1), ticket(2), team="Consulting")
    office.during_the_write(lambda: office.tab.insert_rows(1, 3))
    office.sheets.faults.append(faults.reset(path=":batchUpdate$", applied=True))
    try:
        await office.flush()
    except SheetUnavailable:
        office.tab.insert_rows(1)
    await settle(office)

    assert [row["team"] for row in tickets(office)] == ["Consulting", "Consulting", None, None, None]
    assert not any(any(row) for row in office.tab.values()[1:5])


async def test_two_remarks_of_the_same_words_stay_as_they_were(office: Office) -> None:
    office.change(ticket(1), ticket(2), team="Consulting")

    def insert_and_move() -> None:
        office.tab.insert_rows(1, 2)
        office.tab.paste(1, TITLE, [["--"], ["--"]])
        office.before_request(0, lambda: office.tab.insert_rows(1))

    office.during_the_write(insert_and_move)
    await settle(office)

    assert [list(filter(None, row)) for row in office.tab.values()[1:4]] == [[], ["--"], ["--"]]


async def test_copies_of_one_row_stay_as_they_were(office: Office) -> None:
    office.change(ticket(3), ticket(4), team="Consulting")

    def copy_and_move() -> None:
        for _ in range(3):
            office.tab.duplicate_row(1)
        office.before_request(0, lambda: office.tab.insert_rows(1))

    office.during_the_write(copy_and_move)
    await settle(office)

    teams = [row["team"] for row in tickets(office)]
    assert teams == [*[None] * 5, "Consulting", "Consulting", None]  # 1 and its copies, 2, 3, 4, 5


async def test_a_blank_row_in_which_people_went_on_is_found_where_they_moved_it(office: Office) -> None:
    office.change(ticket(2), title="New", team="Consulting")

    def insert() -> None:
        office.tab.insert_rows(2)
        office.before_request(0, go_on_and_move)

    def go_on_and_move() -> None:
        office.tab.enter(2, NOTE, "a person's")
        office.tab.insert_rows(1)

    office.during_the_write(insert)
    await settle(office)

    assert list(filter(None, office.tab.values()[3])) == ["a person's"]
    assert tickets(office)[1]["title"] == "New"


@pytest.mark.parametrize("moved", [0, 1, 5], ids=["", "and pushed down by one row", "and pushed down by five"])
async def test_a_copy_made_as_both_were_to_get_the_same_is_put_right_and_not_the_ticket(
    office: Office, moved: int
) -> None:
    office.change(ticket(1), ticket(2), team="Consulting")

    def copy_and_move() -> None:
        office.tab.duplicate_row(1)
        if moved:
            office.before_request(0, lambda: office.tab.insert_rows(1, moved))

    office.during_the_write(copy_and_move)
    await settle(office)

    ids = [str(ticket(number).thread_id) for number in (1, 1, 2)]
    teams = ["Consulting", None, "Consulting"]
    assert [(row[KEY], row["team"]) for row in tickets(office)][:3] == list(zip(ids, teams, strict=True))


async def test_a_row_that_was_hit_and_then_copied_is_put_right_and_not_its_copy_wherever_they_are_now(
    office: Office,
) -> None:
    office.change(ticket(4), team="Consulting")

    def copy_and_move() -> None:
        office.tab.duplicate_row(4)
        office.tab.move_rows(4, 2, 1)

    def delete() -> None:
        office.tab.delete_rows(4)
        office.before_request(1, copy_and_move)

    office.during_the_write(delete)
    await settle(office)

    ids = [str(ticket(number).thread_id) for number in (5, 5, 1, 2, 3, 4)]
    teams = [None, "Consulting", None, None, None, "Consulting"]
    assert [(row[KEY], row["team"]) for row in tickets(office)] == list(zip(ids, teams, strict=True))
