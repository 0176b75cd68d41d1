"""Rows that an earlier tracker wrote, and threads of before the bot that are brought in later: whose row is whose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.builders import BUG, GUILD, RESOLVED, named, seen
from tests.support.delivery_desk import DeliveryDesk, thread
from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import NAMES


def type_in(desk: DeliveryDesk, row: int, number: int, **cells: CellValue) -> None:
    """A row of the earlier tracker: its id, its link, and these cells."""
    link = f"https://discord.com/channels/{GUILD}/{thread(number)}"
    values = {"thread_id": str(thread(number)), "link": link, "type": "Bug", **cells}
    desk.office.tab.paste(row, 0, [[values.get(name) for name in NAMES]])


def bring_in(desk: DeliveryDesk, *numbers: int) -> None:
    """The backfill finds these threads in the archive."""
    for number in numbers:
        desk.tracking.record(replace(seen(BUG, thread=thread(number), title=f"Ticket {number}"), history=True))
        desk.tracking.record(named("mia", thread=thread(number)))


async def test_a_thread_from_the_archive_takes_up_the_row_that_it_has(desk: DeliveryDesk) -> None:
    type_in(desk, 1, 1, title="Ticket 1", raised_by="Mia M.", reopen_count="3", date_created="2026-02-04 05:01:00")
    type_in(desk, 2, 2, title="Old title", team="Data", outside_business_hours="TRUE", reopen_count=1.0)
    before = desk.rows()

    async with desk.running():
        bring_in(desk, 1, 2, 3)
        await desk.settled()

    rows = desk.rows()
    assert len(desk.office.tab.records()) == 3
    first, second = rows[str(thread(1))], rows[str(thread(2))]
    assert first == before[str(thread(1))] | {"outside_business_hours": False}
    assert {name for name in NAMES if second[name] != before[str(thread(2))][name]} == {
        *("title", "raised_by", "date_created"),
    }
    assert rows[str(thread(3))]["title"] == "Ticket 3"


async def test_a_row_that_mixes_two_tickets_is_no_memory_of_either(desk: DeliveryDesk) -> None:
    for number in (1, 2):
        type_in(desk, number, number, title=f"Ticket {number}", reopen_count=number * 10.0)
    desk.office.tab.sort(0, descending=True, columns=[0])

    async with desk.running():
        bring_in(desk, 1, 2)
        await desk.settled()

    assert len(desk.office.tab.records()) == 2
    for number in (1, 2):
        assert desk.shows(number, title=f"Ticket {number}", reopen_count=0.0, raised_by="mia")


@pytest.mark.parametrize("moment", range(4, 9))
async def test_rows_sorted_while_they_are_taken_up_are_no_memory_of_others(desk: DeliveryDesk, moment: int) -> None:
    for number in (1, 2, 3):
        type_in(desk, number, number, title=f"Ticket {number}", raised_by="mia", reopen_count=float(number))

    async with desk.running():
        desk.office.before_request(moment, lambda: desk.office.tab.sort(0, descending=True))
        bring_in(desk, 1, 2, 3)
        await desk.settled()
        desk.renames(1, "Ticket 1", BUG, RESOLVED)
        desk.renames(1, "Ticket 1", BUG)
        await desk.settled()

    assert desk.shows(1, reopen_count=2.0)


@pytest.mark.parametrize("moment", range(4, 8))
async def test_a_column_deleted_while_rows_are_taken_up_stops_nothing(desk: DeliveryDesk, moment: int) -> None:
    tab = desk.office.tab
    tab.delete_columns(len(NAMES), tab.column_count - len(NAMES))
    for number in (1, 2, 3):
        type_in(desk, number, number, title=f"Ticket {number}", reopen_count=1.0)

    async with desk.running():
        desk.office.before_request(moment, lambda: tab.delete_columns(NAMES.index("team")))
        bring_in(desk, 1, 2, 3)
        await desk.settled()
        desk.renames(1, "New", BUG)
        await desk.settled()

    assert desk.shows(1, title="New", reopen_count=1.0)


async def test_a_new_row_that_went_astray_and_could_not_be_taken_away_is_no_memory_of_its_ticket(
    desk: DeliveryDesk,
) -> None:
    tab = desk.office.tab

    def move() -> None:
        tab.move_columns(0, 1, NAMES.index("time_to_first_response"))
        # So it is not as it was written any more when it would be taken away.
        desk.office.before_request(2, lambda: tab.enter(2, 1, "A person's word"))

    async with desk.running():
        desk.opens(1)
        await desk.settled()
        desk.office.during_the_write(move)
        desk.opens(2, tags=(BUG,))
        await desk.until(lambda: desk.shows(2))
        await desk.settled()

    assert any("kept" in each.title for each in desk.office.book.tabs)
    assert desk.shows(2, title="Cannot log in", type="Bug", raised_by="mia", first_responded_by=None)
