"""SheetRepository where rows do not say clearly whose they are: rounded ids, ids without their rows, copies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import EMPTY
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY, NAMES

TITLE, LINK, TEAM = (NAMES.index(name) for name in ("title", "link", "team"))
NOTE = len(NAMES)
EVERYTHING_BUT_THE_ID = range(1, NOTE + 1)


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office with five tickets whose rows the repository has seen, and a note of a person beside each."""
    async with open_office(tmp_path) as opened:
        opened.want(*(ticket(number) for number in range(1, 6)))
        opened.tab.insert_columns(NOTE)
        opened.tab.paste(0, NOTE, [["note"]])
        await opened.flush()
        opened.tab.paste(1, NOTE, [[f"note {number}"] for number in range(1, 6)])
        await opened.widen_hidden_tab()
        yield opened


def rounded(office: Office, number: int) -> None:
    """A person retypes the id as a number."""
    row = [row.get(KEY) for row in office.tab.records()].index(str(ticket(number).thread_id)) + 1
    office.tab.paste(row, 0, [[float(ticket(number).thread_id)]])


def own_cells(office: Office) -> list[dict[str, object]]:
    """What the tickets' rows hold in the bot's columns, in the order of their ids."""
    rows: list[dict[str, object]] = [{name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]]
    return sorted(rows, key=lambda row: str(row[KEY]))


def wanted(office: Office) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [dict(cells) for cells in office.wanted.values()]
    return sorted(rows, key=lambda row: str(row[KEY]))


# -- ids that became numbers


async def test_an_id_that_became_a_number_is_written_back_as_text_with_the_next_change(office: Office) -> None:
    rounded(office, 2)
    office.change(ticket(2), title="New")

    await office.flush()
    await office.flush()

    assert own_cells(office) == wanted(office)
    assert [row["note"] for row in office.tab.records()] == [f"note {number}" for number in range(1, 6)]


async def test_rounded_ids_of_tickets_that_do_not_change_are_written_back_at_the_first_look(office: Office) -> None:
    for number in (1, 3, 5):
        rounded(office, number)
    office.start_again()

    await office.flush()

    assert own_cells(office) == wanted(office)


async def test_a_row_without_an_id_is_its_links_also_as_the_last_of_the_tab(office: Office) -> None:
    for row in (2, 5):
        office.tab.write(row, {0: EMPTY})
    office.start_again()
    office.want(ticket(6))
    office.change(ticket(5), title="New")

    await office.flush()
    await office.flush()

    assert own_cells(office) == wanted(office)
    assert [row["note"] for row in office.tab.records()] == [f"note {number}" for number in range(1, 6)] + [None]


async def test_more_rounded_ids_than_google_likes_in_a_request_are_written_back_in_several(office: Office) -> None:
    many = [ticket(number) for number in range(1, 1201)]
    office.tab.grow(rows=1200)
    office.have(*many)
    office.tab.paste(1, 0, [[float(each.thread_id)] for each in many])
    office.start_again()
    office.asked()

    flushed = [await office.flush() for _ in range(7)]

    assert [each.plan.writes_ids_back for each in flushed] == [True] * 6 + [False]
    assert office.asked().count("write") == 6
    assert own_cells(office) == wanted(office)


async def test_a_row_that_mixes_two_tickets_shows_nothing_of_either(office: Office) -> None:
    office.tab.sort(0, descending=True, columns=[0])
    office.start_again()

    shown = await asyncio.to_thread(office.repository.rows)

    assert shown.keys() == {ticket(3).thread_id}


async def test_a_number_without_a_link_that_names_it_is_left_alone(office: Office) -> None:
    office.tab.paste(6, 0, [[1.4e18, "a person's"]])
    office.tab.paste(7, 0, [[12.0, "a person's", *[None] * (LINK - 2), office.wanted[ticket(1).thread_id]["link"]]])
    office.start_again()
    office.change(ticket(1), title="New")

    await office.flush()

    assert [row[:2] for row in office.tab.values()[6:8]] == [[1.4e18, "a person's"], [12.0, "a person's"]]
    assert office.tab.records()[0]["title"] == "New"


MOVES: dict[str, Callable[[Tab], object]] = {
    "sort": lambda tab: tab.sort(TITLE, descending=True),
    "insert a row": lambda tab: tab.insert_rows(1),
    "insert a column": lambda tab: tab.insert_columns(0),
    "move the ids": lambda tab: tab.move_columns(0, 1, NOTE),
    "delete the row above": lambda tab: tab.delete_rows(1),
}


@pytest.mark.parametrize("act", MOVES.values(), ids=MOVES)
async def test_an_id_written_back_at_the_moment_when_rows_move_ruins_no_other_row(
    office: Office, act: Callable[[Tab], object]
) -> None:
    rounded(office, 2)
    office.change(ticket(4), title="New")
    office.start_again()
    office.during_the_write(lambda: act(office.tab))

    for _ in range(4):
        await office.flush()

    if act is MOVES["delete the row above"]:
        del office.wanted[ticket(1).thread_id]
    assert own_cells(office) == wanted(office)
    notes = {row["title"]: row["note"] for row in office.tab.records() if row[KEY]}
    assert notes["Ticket 2"] == "note 2"
    assert notes["New"] == "note 4"
    # Nothing is left in blank rows, nor in columns without a name.
    assert all(row[KEY] or not any(row.values()) for row in office.tab.records())


# -- ids that were sorted without their rows, or rows without their ids

PARTIAL: dict[str, Callable[[Tab], object]] = {
    "only the ids": lambda tab: tab.sort(0, descending=True, columns=[0]),
    "everything but the ids": lambda tab: tab.sort(TITLE, descending=True, columns=EVERYTHING_BUT_THE_ID),
    "titles and links": lambda tab: tab.sort(TITLE, descending=True, columns=[TITLE, LINK]),
    "ids and titles": lambda tab: tab.sort(0, descending=True, columns=[0, TITLE]),
}


@pytest.mark.parametrize("during", [False, True], ids=["before the flush", "during the write"])
@pytest.mark.parametrize("act", PARTIAL.values(), ids=PARTIAL)
async def test_after_a_partial_sort_no_row_mixes_two_tickets_and_none_is_lost(
    office: Office, act: Callable[[Tab], object], *, during: bool
) -> None:
    office.change(ticket(2), title="New")
    if during:
        office.during_the_write(lambda: act(office.tab))
    else:
        act(office.tab)

    for _ in range(3):
        await office.flush()

    assert own_cells(office) == wanted(office)
    assert sorted(str(row["note"]) for row in office.tab.records()) == [f"note {number}" for number in range(1, 6)]


async def test_a_partial_sort_that_leaves_ids_and_links_together_counts_as_peoples_edits(office: Office) -> None:
    office.tab.sort(TITLE, descending=True, columns=[TITLE])
    office.change(ticket(2), team="Consulting")

    await office.flush()

    titles = [row["title"] for row in office.tab.records()]
    assert titles == [f"Ticket {number}" for number in (5, 4, 3, 2, 1)]


async def test_a_row_pasted_over_with_another_ticket_is_made_whole_and_the_other_is_untouched(office: Office) -> None:
    before = office.tab.values()[3]
    office.tab.paste(2, 1, [before[1:14]])
    office.change(ticket(2), team="Consulting")

    await office.flush()
    await office.flush()

    assert own_cells(office) == wanted(office)
    assert office.tab.values()[3] == before
    assert office.tab.records()[1]["note"] == "note 2"


async def test_an_id_pasted_over_another_goes_back_to_its_row(office: Office) -> None:
    office.tab.paste(3, 0, [[str(ticket(1).thread_id)]])
    office.start_again()

    await office.flush()
    await office.flush()

    assert own_cells(office) == wanted(office)
    assert [row["note"] for row in office.tab.records()] == [f"note {number}" for number in range(1, 6)]


async def test_without_a_link_column_the_ids_alone_tell_the_rows(office: Office) -> None:
    office.tab.delete_columns(LINK)
    office.tab.sort(TITLE, descending=True)
    office.change(ticket(2), title="New")

    await office.flush()

    assert {row["title"]: row["note"] for row in office.tab.records()}["New"] == "note 2"


@pytest.mark.parametrize("text", ["", "see above", "https://discord.com/channels/1/2/3"])
async def test_a_link_that_a_person_edited_to_name_no_thread_stays(office: Office, text: str) -> None:
    office.tab.paste(2, LINK, [[text]])
    office.change(ticket(2), title="New")

    written = await office.flush()

    assert written.confirmed == {ticket(2).thread_id}
    assert office.tab.values()[2][LINK] == (text or None)
    assert office.asked()[-2:] == ["read", "write"]


# -- copies


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
    """Ticket 3 has a copy right below its row, and a new title there, of which no answer told."""
    office.tab.duplicate_row(3)
    office.change(ticket(1), title="Another")
    await office.flush()
    office.change(ticket(3), title="New")
    office.sheets.faults.append(faults.service_unavailable(path=r":batchUpdate$", applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()


GOING_ASTRAY: dict[str, Callable[[Tab], object]] = {
    "refused, as it keeps rows of all columns": lambda tab: tab.delete_columns(tab.column_count - 1),
    "written into another row": lambda tab: tab.insert_rows(1),
}


@pytest.mark.parametrize("act", GOING_ASTRAY.values(), ids=GOING_ASTRAY)
async def test_a_persons_edit_in_a_row_with_a_copy_stays_when_a_write_goes_astray(
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
