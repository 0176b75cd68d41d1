"""SheetRepository among people: they work in the tab between its flushes, and between its read and its write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office_of_five, ticket
from tracker.errors import SheetSetupError
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import NAMES

TITLE_COLUMN = NAMES.index("title")

PEOPLE: dict[str, Callable[[Tab], object]] = {
    "sort by title, descending": lambda tab: tab.sort(TITLE_COLUMN, descending=True),
    "insert a row at the top": lambda tab: tab.insert_rows(1),
    "insert rows in the middle": lambda tab: tab.insert_rows(3, 2),
    "insert rows above the header": lambda tab: tab.insert_rows(0, 3),
    "delete a blank row below": lambda tab: tab.delete_rows(50),
    "move the last row to the top": lambda tab: tab.move_rows(5, 1, 1),
    "move the first row to the end": lambda tab: tab.move_rows(1, 1, 6),
    "hide rows": lambda tab: tab.hide_rows(1, 3),
    "delete the row of another ticket": lambda tab: tab.delete_rows(2),
    "insert a column at the left": lambda tab: tab.insert_columns(0),
    "insert columns in the middle": lambda tab: tab.insert_columns(5, 2),
    "move the title to the end": lambda tab: tab.move_columns(TITLE_COLUMN, 1, 14),
    "move the ids to the end": lambda tab: tab.move_columns(0, 1, 14),
    "rename the tab": lambda tab: tab.rename("It's ours, isn't it?!"),
}


LEAVING: dict[str, Callable[[Tab], object]] = {
    "insert a row": lambda tab: tab.insert_rows(3),
    "insert rows above the header": lambda tab: tab.insert_rows(0, 3),
    "delete the last row": lambda tab: tab.delete_rows(5),
    "delete another row": lambda tab: tab.delete_rows(2),
    "insert a column": lambda tab: tab.insert_columns(TITLE_COLUMN),
}
"""After these a place to be written is blank: nobody's, and so to be left blank."""


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office with five tickets whose rows the repository has seen."""
    async with open_office_of_five(tmp_path) as opened:
        yield opened


def some_changes(office: Office) -> None:
    """An update in the first, the middle and the last row, and a new ticket."""
    for number in (1, 3, 5):
        office.change(ticket(number), title=f"Changed {number}", reopen_count=number)
    office.want(ticket(6))


def forget_the_deleted(office: Office) -> None:
    """A row that people deleted stays away as long as its ticket does not change: ticket 2 never does."""
    if not any(str(ticket(2).thread_id) in row for row in office.tab.values()):
        del office.wanted[ticket(2).thread_id]


@pytest.mark.parametrize("act", PEOPLE.values(), ids=PEOPLE)
async def test_what_people_did_since_the_last_flush_is_seen_by_the_next(
    office: Office, act: Callable[[Tab], object]
) -> None:
    act(office.tab)
    forget_the_deleted(office)
    some_changes(office)

    written = await office.flush()

    assert len(written.confirmed) == 4
    assert office.races == 0
    assert office.found() == office.meant()


@pytest.mark.parametrize("act", PEOPLE.values(), ids=PEOPLE)
async def test_what_people_do_between_read_and_write_is_right_after_the_next_flush(
    office: Office, act: Callable[[Tab], object]
) -> None:
    some_changes(office)
    office.during_the_write(lambda: act(office.tab))

    await office.flush()
    forget_the_deleted(office)
    await office.flush()

    assert office.found() == office.meant()


@pytest.mark.parametrize("request_number", range(7))
@pytest.mark.parametrize(
    "name", ["sort by title, descending", "insert a column at the left", "move the ids to the end"]
)
async def test_what_people_do_while_a_changed_tab_is_looked_at_anew_leaves_no_cell_wrong(
    office: Office, name: str, request_number: int
) -> None:
    office.tab.enter(0, len(NAMES), "note")
    for row in range(1, 6):
        office.tab.enter(row, len(NAMES), f"note {row}")
    some_changes(office)
    office.tab.insert_rows(1)
    office.before_request(request_number, lambda: PEOPLE[name](office.tab))

    for _ in range(3):
        await office.flush()

    assert [[cell for cell in row if cell[0] != "note"] for row in office.found()] == office.meant()
    notes = {str(row["title"]): row["note"] for row in office.tab.records()}
    assert [notes[title] for title in ("Changed 1", "Ticket 2", "Changed 3", "Ticket 4", "Changed 5")] == [
        f"note {number}" for number in range(1, 6)
    ]


@pytest.mark.parametrize("request_number", range(2, 7))
async def test_in_a_long_tab_no_row_gets_past_the_parts_in_which_it_is_looked_at(
    office: Office, request_number: int
) -> None:
    some_changes(office)
    office.tab.insert_rows(3, 9000)
    office.before_request(request_number, lambda: PEOPLE["sort by title, descending"](office.tab))

    await office.flush()
    await office.flush()

    assert office.found() == office.meant()


async def test_a_race_leaves_the_row_it_reached_as_it_was(office: Office) -> None:
    # The second row's title is written; a person has just turned the order round, so ticket 4 stands there.
    office.change(ticket(2), title="Changed", team="Consulting")
    office.during_the_write(lambda: office.tab.sort(0, descending=True))

    written = await office.flush()

    assert written.confirmed == frozenset()
    assert office.races == 1
    assert [row["title"] for row in office.tab.records()] == [f"Ticket {number}" for number in (5, 4, 3, 2, 1)]
    await office.flush()
    assert office.found() == office.meant()


async def test_a_race_is_not_mistaken_for_a_write_that_worked(office: Office) -> None:
    office.change(ticket(1), title="First")
    office.change(ticket(3), title="Third")
    office.during_the_write(lambda: office.tab.sort(0, descending=True))

    written = await office.flush()

    # Five rows turned round: the third is where it was, the first is not.
    assert written.confirmed == {ticket(3).thread_id}
    assert [row["title"] for row in office.tab.records()] == ["Ticket 5", "Ticket 4", "Third", "Ticket 2", "Ticket 1"]


async def test_a_row_deleted_since_the_last_flush_comes_back_complete(office: Office) -> None:
    office.tab.delete_rows(2)
    office.change(ticket(2), title="Back")

    written = await office.flush()

    assert written.confirmed == {ticket(2).thread_id}
    assert office.found() == office.meant()
    assert office.tab.records()[-1]["title"] == "Back"


@pytest.mark.parametrize("number", [1, 3, 5], ids=["first", "middle", "last"])
async def test_a_row_deleted_between_read_and_write_comes_back_complete(office: Office, number: int) -> None:
    office.change(ticket(number), title="Back")
    office.during_the_write(lambda: office.tab.delete_rows(number))

    await office.flush()
    await office.flush()

    assert office.found() == office.meant()


@pytest.mark.parametrize("act", LEAVING.values(), ids=LEAVING)
async def test_a_race_leaves_nothing_in_blank_rows_and_columns(office: Office, act: Callable[[Tab], object]) -> None:
    for number in (1, 3, 5):
        office.change(ticket(number), title=f"Changed {number}")
    office.during_the_write(lambda: act(office.tab))

    await office.flush()
    await office.flush()

    assert office.left_behind() == []


async def test_a_column_deleted_by_a_person_is_gone_and_the_others_go_on(office: Office) -> None:
    some_changes(office)
    office.during_the_write(lambda: office.tab.delete_columns(NAMES.index("team")))

    await office.flush()
    await office.flush()

    assert office.found() == [[cell for cell in cells if cell[0] != "team"] for cells in office.meant()]


async def test_a_race_with_moved_columns_leaves_the_cells_it_reached_as_they_were(office: Office) -> None:
    # The title's place is taken by `type` in the moment of the write.
    office.tab.paste(2, NAMES.index("type"), [["as people say"]])
    office.change(ticket(2), title="Changed")
    office.during_the_write(lambda: office.tab.move_columns(TITLE_COLUMN, 1, 3))

    written = await office.flush()

    assert written.confirmed == frozenset()
    assert office.tab.records()[1]["type"] == "as people say"
    office.change(ticket(2), type="as people say")
    await office.flush()
    assert office.found() == office.meant()


async def test_rows_people_add_below_the_tickets_in_the_meantime_are_not_overwritten(office: Office) -> None:
    office.want(ticket(6), ticket(7))
    office.during_the_write(lambda: office.tab.paste(6, TITLE_COLUMN, [["a person's note"], ["another's"]]))

    await office.flush()
    await office.flush()

    assert office.known == office.wanted
    assert [row[TITLE_COLUMN] for row in office.tab.values()[6:8]] == ["a person's note", "another's"]
    assert [row["title"] for row in office.tab.records()[7:]] == ["Ticket 6", "Ticket 7"]


@pytest.mark.parametrize("during", [False, True], ids=["before the flush", "during the write"])
async def test_new_rows_go_below_a_column_that_reaches_further_down(office: Office, *, during: bool) -> None:
    def fill_notes() -> None:
        office.tab.insert_columns(14)
        office.tab.paste(1, 14, [["note"]] * 60)

    if during:
        office.during_the_write(fill_notes)
    else:
        fill_notes()
    for number in (6, 7):
        office.want(ticket(number))
        await office.flush()
        await office.flush()

    assert [row[14] for row in office.tab.values()[1:61]] == ["note"] * 60
    tickets = [row for row in office.tab.records() if row["thread_id"]]
    assert [row["title"] for row in tickets] == [f"Ticket {number}" for number in range(1, 8)]


async def test_the_tab_is_known_by_its_id_when_another_takes_its_name(office: Office) -> None:
    def swap() -> None:
        office.tab.rename("Archive")
        office.book.add_tab("Support Tickets")

    some_changes(office)
    office.during_the_write(swap)

    await office.flush()
    await office.flush()

    assert office.found() == office.meant()
    assert office.book.tab("Support Tickets").values() == []


async def test_a_tab_deleted_and_made_again_is_filled_anew(office: Office) -> None:
    some_changes(office)
    office.during_the_write(lambda: office.book.delete_tab(office.tab))
    assert (await office.flush()).outcome.refused
    with pytest.raises(SheetSetupError, match=r"python -m tracker\.init_sheet"):
        await office.flush()

    office.tab = office.book.add_tab("Support Tickets")
    office.tab.paste(0, 0, [NAMES])
    await office.flush()

    rows = {row["thread_id"] for row in office.tab.records()}
    assert rows == {str(ticket(number).thread_id) for number in (1, 3, 5, 6)}
    assert all(row["link"] for row in office.tab.records())


async def test_rows_that_shrank_away_are_no_obstacle(office: Office) -> None:
    office.tab.delete_rows(2, 90)
    some_changes(office)

    await office.flush()
    await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["Changed 1", "Changed 3", "Changed 5", "Ticket 6"]
