"""SheetRepository where rows do not say clearly whose they are: rounded ids, ids without their rows, links alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.noted_office import LINK, NOTE, TITLE, noted_office, own_cells, wanted
from tests.support.sheet_office import Office, ticket
from tracker.sandbox.sheets.cells import EMPTY
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY

EVERYTHING_BUT_THE_ID = range(1, NOTE + 1)


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with noted_office(tmp_path) as opened:
        yield opened


def rounded(office: Office, number: int) -> None:
    """A person retypes the id as a number."""
    row = [row.get(KEY) for row in office.tab.records()].index(str(ticket(number).thread_id)) + 1
    office.tab.paste(row, 0, [[float(ticket(number).thread_id)]])


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


async def test_without_a_link_column_the_ids_alone_identify_the_rows(office: Office) -> None:
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
