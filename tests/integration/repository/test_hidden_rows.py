"""Rows that a filter hides, where Google leaves such rows out of copies: nobody knows what a write covered there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, kept_tabs, open_office_of_five, rows_kept, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import Behaviour, UnderFilter
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY, NAMES

TITLE, TEAM, MESSAGE, NOTE = NAMES.index("title"), NAMES.index("team"), NAMES.index("warning_message_id"), len(NAMES)
WRITES = r":batchUpdate$"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets with a note of a person's beside each."""
    async with open_office_of_five(tmp_path) as opened:
        opened.tab.paste(0, NOTE, [["note"], *([f"note {number}"] for number in range(1, 6))])
        opened.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
        yield opened


def hide(office: Office, title: str) -> None:
    office.tab.filter_out(TITLE, [title])


def teams(office: Office) -> dict[int, object]:
    """The teams that the rows show, by thread id."""
    return {int(str(row[KEY])): row["team"] for row in office.tab.records() if row[KEY]}


async def lose_the_answer(office: Office) -> None:
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()


async def test_a_hidden_row_under_a_new_one_is_named_where_google_copies_no_hidden_rows(office: Office) -> None:
    office.want(ticket(6))

    def push_down_and_hide() -> None:
        office.tab.insert_rows(1)
        hide(office, "Ticket 5")

    office.during_the_write(push_down_and_hide)
    await lose_the_answer(office)
    await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert "hidden by a filter" in str(kept_tabs(office)[0].values()[2])


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
async def test_a_hidden_row_inserted_right_below_the_last_ticket_is_not_taken_for_the_blank_one(
    office: Office, *, lost: bool
) -> None:
    def insert() -> None:
        office.tab.insert_rows(6)
        office.tab.paste(6, NOTE, [["a remark"]])
        office.tab.filter_out(NOTE, ["a remark"])

    office.want(ticket(6))
    office.during_the_write(insert)
    if lost:
        await lose_the_answer(office)
    for _ in range(3):
        await office.flush()

    assert [each.rows for each in office.kept] == [1]
    rows = {row[KEY]: {name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]}
    assert rows == {str(thread_id): cells for thread_id, cells in office.wanted.items()}


async def test_a_hidden_row_that_is_where_it_was_is_no_race(office: Office) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(3), team="Consulting")
    await lose_the_answer(office)

    await office.flush()
    await office.flush()

    assert (office.kept, office.races) == ([], 0)
    assert office.tab.records()[2]["team"] == "Consulting"
    assert office.known == office.wanted


async def test_a_hidden_row_in_which_nobody_knows_what_was_covered_is_named_and_its_ticket_written_again(
    office: Office,
) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(3), team="Consulting")
    office.during_the_write(lambda: office.tab.move_columns(TEAM, 1, TITLE))

    await office.flush()
    await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert rows_kept(office)[0][KEY] == str(ticket(3).thread_id)
    row = office.tab.records()[2]
    assert {name: row[name] for name in NAMES} == office.wanted[ticket(3).thread_id]


@pytest.mark.parametrize(
    ("at_once", "later"),
    [
        (lambda tab: tab.insert_rows(1), lambda _: None),
        (lambda tab: (tab.insert_rows(1), tab.move_columns(0, 1, NOTE)), lambda _: None),
        (lambda tab: tab.insert_rows(1), lambda tab: tab.insert_rows(1)),
        (lambda tab: (tab.insert_rows(0), tab.move_columns(TEAM, 1, NOTE)), lambda tab: tab.paste(4, TEAM, [["ours"]])),
    ],
    ids=["rows", "columns", "rows again", "header, columns, and a cell is changed since"],
)
async def test_a_hidden_row_of_another_ticket_is_named_and_that_ticket_written_again(
    office: Office, at_once: Callable[[Tab], object], later: Callable[[Tab], None]
) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting", time_to_resolution="0s")

    def move() -> None:
        at_once(office.tab)
        office.before_request(2, lambda: later(office.tab))

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert [row[KEY] for row in rows_kept(office)] == [str(ticket(3).thread_id)]
    rows = {row[KEY]: {name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]}
    assert rows == {str(thread_id): cells for thread_id, cells in office.wanted.items()}


async def test_a_hidden_row_is_written_again_though_its_link_was_written_over_out_of_sight_of_the_header(
    office: Office,
) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting")

    def move() -> None:
        office.tab.insert_rows(0)
        office.tab.insert_columns(0)

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert [each.rows for each in office.kept] == [1]
    rows = {row[KEY]: {name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]}
    assert rows == {str(thread_id): cells for thread_id, cells in office.wanted.items()}


@pytest.mark.parametrize("cleared", [False, True], ids=["hidden still", "filter cleared since"])
async def test_a_hidden_row_of_another_ticket_is_written_again_also_where_the_answer_was_lost(
    office: Office, *, cleared: bool
) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting")
    office.during_the_write(lambda: office.tab.insert_rows(1))
    await lose_the_answer(office)
    if cleared:
        office.tab.clear_filter()

    for _ in range(2):
        await office.flush()

    assert [row[KEY] for row in rows_kept(office)] == [str(ticket(3).thread_id)]
    assert teams(office) == {i: cells["team"] for i, cells in office.wanted.items()}


async def test_rows_that_move_once_more_before_a_hidden_row_is_looked_at_have_no_other_ticket_blamed(
    office: Office,
) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting")

    def move() -> None:
        office.tab.insert_rows(1)
        office.tab.move_columns(0, 1, NOTE)  # whose the row is, only the look at the whole of it shows
        office.before_request(1, lambda: office.tab.insert_rows(1))

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert [row.get(KEY) for row in rows_kept(office)] == [str(ticket(3).thread_id)]
    assert teams(office) == {i: cells["team"] for i, cells in office.wanted.items()}


async def test_a_message_id_in_the_place_of_the_ids_is_taken_for_none(office: Office) -> None:
    for number in range(1, 6):
        office.change(ticket(number), warning_message_id=str(9000 + number))
    await office.flush()
    hide(office, "Ticket 3")
    office.change(ticket(4), raised_by="kim")

    def move() -> None:
        office.tab.insert_rows(0)
        office.tab.move_columns(MESSAGE, 1, 0)

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert [row.get(KEY) for row in rows_kept(office)] == [str(ticket(3).thread_id)]
    rows = {row[KEY]: {name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]}
    assert rows == {str(thread_id): cells for thread_id, cells in office.wanted.items()}


async def test_a_link_to_another_ticket_in_a_note_beside_a_hidden_row_costs_that_one_nothing(office: Office) -> None:
    office.tab.insert_columns(0)
    office.tab.paste(0, 0, [["mine"]])
    office.tab.paste(3, 0, [[f"see {office.wanted[ticket(1).thread_id]['link']}"]])
    office.tab.paste(1, 1 + TITLE, [["a person's words"]])
    office.tab.filter_out(1 + TITLE, ["Ticket 3"])
    office.change(ticket(4), raised_by="kim", team="Consulting")

    def move() -> None:
        office.tab.insert_rows(0)
        office.tab.move_columns(1, 1, NOTE + 1)

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert office.tab.records()[0]["title"] == "a person's words"
    assert teams(office) == {i: cells["team"] for i, cells in office.wanted.items()}


async def test_a_row_that_comes_to_the_place_of_its_copy_is_not_taken_for_that(office: Office) -> None:
    office.tab.duplicate_row(3)
    office.change(ticket(4), team="Consulting")

    def push_down_again() -> None:
        office.tab.insert_rows(1)  # what is to be put back into the copy goes into its row
        hide(office, "Ticket 3")

    def push_down() -> None:
        office.tab.insert_rows(1)  # the copy is written over
        office.during_the_write(push_down_again)

    office.during_the_write(push_down)
    for _ in range(3):
        await office.flush()

    shown = [row["team"] for row in office.tab.records() if row[KEY] == str(ticket(3).thread_id)]
    assert shown == [None, None]


async def test_what_is_put_back_into_a_copy_right_below_its_row_is_believed_though_a_filter_hides_it(
    office: Office,
) -> None:
    office.tab.duplicate_row(3)
    office.change(ticket(4), title="New")

    def push_down() -> None:
        office.tab.insert_rows(1)  # the copy is written over
        office.during_the_write(lambda: hide(office, "New"))

    office.during_the_write(push_down)
    for _ in range(3):
        await office.flush()

    assert office.kept == []
    titles = [row["title"] for row in office.tab.records() if row[KEY]]
    assert titles == ["Ticket 1", "Ticket 2", "Ticket 3", "Ticket 3", "New", "Ticket 5"]


async def test_a_copy_that_comes_to_the_place_of_a_hidden_row_is_not_taken_for_it(office: Office) -> None:
    office.tab.duplicate_row(3)
    office.change(ticket(4), title="New")

    def pull_up() -> None:
        office.tab.delete_rows(1)
        hide(office, "Ticket 3")

    def push_down() -> None:
        office.tab.insert_rows(1, 2)  # the first row of ticket 3 is written over
        office.during_the_write(pull_up)

    office.during_the_write(push_down)
    for _ in range(3):
        await office.flush()

    titles = [row["title"] for row in office.tab.records() if row[KEY] == str(ticket(3).thread_id)]
    assert titles == ["Ticket 3", "Ticket 3"]


async def test_a_hidden_remark_is_not_taken_for_another_with_the_same_words(office: Office) -> None:
    office.tab.paste(6, NOTE, [["a remark"]])
    office.want(ticket(6))

    def push_down() -> None:
        office.tab.insert_rows(1)  # what is to be put back goes into the row of the other remark
        office.tab.filter_out(NOTE, ["a remark"])

    def remark_again() -> None:
        office.tab.insert_rows(7)
        office.tab.paste(7, NOTE, [["a remark"]])  # the new row goes over it
        office.during_the_write(push_down)

    office.during_the_write(remark_again)
    for _ in range(3):
        await office.flush()

    beside = [row[KEY] for row in office.tab.records() if row["note"] == "a remark"]
    assert beside == [None, None]


@pytest.mark.parametrize("hidden", [True, False], ids=["hidden", "changed since"])
async def test_a_ticket_whose_cells_are_put_back_into_another_row_is_complete_in_the_first_with_its_id(
    office: Office, *, hidden: bool
) -> None:
    office.tab.insert_rows(5)
    office.tab.paste(5, TITLE, [["a remark"]])
    office.want(ticket(6))

    def push_down_again() -> None:
        office.tab.insert_rows(1)  # what is put back goes over the remark
        if hidden:
            hide(office, "a remark")
        else:
            office.before_request(2, lambda: office.tab.paste(7, TITLE, [["ours since then"]]))

    def push_down() -> None:
        office.tab.insert_rows(1)  # the new row goes over the fifth ticket's
        office.during_the_write(push_down_again)

    office.during_the_write(push_down)
    for _ in range(3):
        await office.flush()

    assert [each.rows for each in office.kept] == [1]
    rows = [{name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]]
    assert [row[KEY] for row in rows].count(str(ticket(5).thread_id)) == 2
    first = {row[KEY]: row for row in reversed(rows)}
    assert first == {str(thread_id): cells for thread_id, cells in office.wanted.items()}


async def test_a_hidden_row_is_named_though_a_column_that_was_written_is_deleted(office: Office) -> None:
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting", warning_message_id="7")

    def move() -> None:
        office.tab.insert_rows(1)
        office.before_request(2, lambda: office.tab.delete_columns(NAMES.index("warning_message_id"), 2))

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert teams(office) == {i: cells["team"] for i, cells in office.wanted.items()}
