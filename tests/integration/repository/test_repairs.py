"""What a write overwrote by mistake is put back as it was: also a person's words, in any row, after any accident."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.remarks import NOTE, TEAM, TITLE, open_office_with_a_remark, rows_of_others
from tests.support.sheet_office import Office, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import Entered
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.errors import invalid
from tracker.sheet.table.columns import KEY, NAMES

WRITES = r":batchUpdate$"
UNDO = "undo of tab"

LOOKED = 3
"""Requests from a write that reached wrong rows until it has been looked at what it did, and nothing is planned yet."""


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office_with_a_remark(tmp_path) as opened:
        yield opened


def undo_tab(office: Office) -> Tab:
    (tab,) = (tab for tab in office.book.tabs if UNDO in tab.title)
    return tab


ROWS: dict[str, Callable[[Tab], object]] = {
    "sort": lambda tab: tab.sort(0, descending=True),
    "insert a row": lambda tab: tab.insert_rows(1),
    "insert rows above the header": lambda tab: tab.insert_rows(0, 2),
    "delete the remark": lambda tab: tab.delete_rows(3),
    "move the last row to the top": lambda tab: tab.move_rows(6, 1, 1),
    "move the remark to the top": lambda tab: tab.move_rows(3, 1, 1),
}


@pytest.mark.parametrize("act", ROWS.values(), ids=ROWS)
async def test_a_persons_words_in_a_row_that_a_race_reached_stay(office: Office, act: Callable[[Tab], object]) -> None:
    for number in (1, 2, 4):
        office.change(ticket(number), title=f"New {number}", team=f"Team {number}", resolution_date=46_000.5)
    acted: list[list[Entered]] = []

    def act_and_look() -> None:
        act(office.tab)
        acted.extend(rows_of_others(office, 1, 2, 4))

    office.during_the_write(act_and_look)

    for _ in range(3):
        await office.flush()

    assert rows_of_others(office, 1, 2, 4) == acted
    titles = {row[KEY]: (row["title"], row["team"], row["note"]) for row in office.tab.records() if row[KEY]}
    for number in (1, 2, 4):
        assert titles[str(ticket(number).thread_id)] == (f"New {number}", f"Team {number}", f"note {number}")


async def test_a_row_whose_link_was_emptied_while_another_moved_is_written(office: Office) -> None:
    for number in (1, 5):
        office.change(ticket(number), title=f"New {number}")

    def empty_and_move() -> None:
        office.tab.paste(1, NAMES.index("link"), [[""]])
        office.tab.move_rows(6, 1, 5)

    office.during_the_write(empty_and_move)
    for _ in range(3):
        await office.flush()

    titles = {row[KEY]: row["title"] for row in office.tab.records() if row[KEY]}
    assert [titles[str(ticket(number).thread_id)] for number in (1, 5)] == ["New 1", "New 5"]


async def test_a_race_while_a_race_is_put_back_overwrites_nothing_for_good(office: Office) -> None:
    office.change(ticket(1), title="New", team="Consulting")
    order = iter([True, False, True])

    def turn_round() -> None:
        descending = next(order, None)
        if descending is not None:
            office.tab.sort(0, descending=descending)
            office.during_the_write(turn_round)

    before = rows_of_others(office, 1)
    office.during_the_write(turn_round)

    for _ in range(3):
        await office.flush()

    assert next(order, None) is None
    assert rows_of_others(office, 1) == before
    assert [row["title"] for row in office.tab.records() if row["team"] == "Consulting"] == ["New"]


async def test_a_race_with_columns_while_a_race_with_rows_is_put_back_overwrites_nothing_for_good(
    office: Office,
) -> None:
    office.tab.delete_rows(1)
    office.change(*(ticket(number) for number in range(2, 6)), title="New", link=None, raised_by="kim", reopen_count=2)
    before = sorted(str(row["note"]) + str(row["team"]) for row in office.tab.records() if row[KEY])

    def then_columns() -> None:
        office.tab.insert_rows(1)
        office.during_the_write(lambda: office.tab.move_columns(0, 1, 4))

    office.during_the_write(then_columns)
    for _ in range(4):
        await office.flush()

    records = {str(row[KEY]): row for row in office.tab.records() if row[KEY]}
    del office.wanted[ticket(1).thread_id]
    assert sorted(str(row["note"]) + str(row["team"]) for row in records.values()) == before
    for key, cells in office.wanted.items():
        assert {**records[str(key)], "team": None, "note": None} == {**cells, "note": None}


async def test_a_blanked_row_keeps_to_its_columns_where_one_goes_before_it_is_put_back(office: Office) -> None:
    office.sheets.behaviour = replace(office.sheets.behaviour, zeros_left_out=True)
    office.tab.insert_columns(TEAM)
    office.want(ticket(6))
    before = rows_of_others(office, 6)

    def above_again() -> None:
        office.tab.insert_rows(0)
        office.before_request(LOOKED, lambda: office.tab.delete_columns(TEAM))

    def above() -> None:
        office.tab.insert_rows(0)
        office.during_the_write(above_again)

    office.during_the_write(above)
    for _ in range(4):
        await office.flush()

    assert rows_of_others(office, 6) == before
    records = {row[KEY]: row for row in office.tab.records() if row[KEY]}
    assert [row["team"] for row in records.values()] == [*(f"team {number}" for number in range(1, 6)), None]


ACCIDENTS: dict[str, list[Callable[[Tab], object]]] = {
    "rows": [lambda tab: tab.sort(0, descending=True)],
    "columns": [lambda tab: tab.move_columns(NOTE, 1, TITLE)],
    "both": [lambda tab: tab.sort(0, descending=True), lambda tab: tab.move_columns(NOTE, 1, TITLE)],
    "the header": [lambda tab: tab.insert_rows(0, 2)],
}


@pytest.mark.parametrize("acts", ACCIDENTS.values(), ids=ACCIDENTS)
async def test_a_new_process_puts_back_what_the_one_that_died_overwrote(
    office: Office, acts: list[Callable[[Tab], object]]
) -> None:
    office.change(ticket(1), title="New", team="Consulting")
    office.want(ticket(6))
    before = rows_of_others(office, 1, 6)
    office.during_the_write(lambda: [act(office.tab) for act in acts])
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.start_again()
    await office.flush()
    await office.flush()

    assert rows_of_others(office, 1, 6) == before
    shown = {row[KEY]: (row["title"], row["team"], row["note"]) for row in office.tab.records() if row[KEY]}
    assert shown[str(ticket(1).thread_id)] == ("New", "Consulting", "note 1")
    assert shown[str(ticket(6).thread_id)] == ("Ticket 6", None, None)
    assert len(shown) == 6


async def test_an_attempt_that_never_arrived_leaves_nothing_to_do(office: Office) -> None:
    office.change(ticket(1), title="New")
    office.sheets.faults.append(faults.reset(path=WRITES))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.tab.sort(0, descending=True)

    office.start_again()
    await office.flush()

    assert {row["title"] for row in office.tab.records() if row[KEY]} == {"New", *(f"Ticket {n}" for n in (2, 3, 4, 5))}


async def test_names_of_columns_that_a_race_emptied_come_back_where_the_header_is_now(office: Office) -> None:
    office.change(ticket(1), type="billing", raised_by="kim")
    await office.flush()
    office.change(ticket(1), type=None, raised_by=None)
    office.during_the_write(lambda: office.tab.insert_rows(0))
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    assert "type" not in office.tab.values()[1]
    office.tab.insert_rows(0)

    await office.flush()
    await office.flush()

    assert office.tab.values()[2] == [*NAMES, "note"]
    own = {name: office.tab.records()[0].get(name) for name in NAMES}
    assert own == {**office.wanted[ticket(1).thread_id], "team": "team 1"}


async def test_names_of_columns_that_cannot_be_put_back_are_kept_and_the_others_go_on(office: Office) -> None:
    office.change(ticket(1), type="billing", raised_by="kim")
    await office.flush()
    office.change(ticket(1), type=None, raised_by=None)
    office.during_the_write(lambda: office.tab.insert_rows(0))
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.tab.move_columns(NOTE, 1, 1)
    office.change(ticket(1), title="New")

    await office.flush()
    await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert "New" in office.tab.values()[2]


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "answer lost"])
@pytest.mark.parametrize("name", [KEY, "title"])
async def test_new_rows_written_by_a_header_no_longer_true_leave_nothing_behind(
    office: Office, name: str, *, lost: bool
) -> None:
    office.want(ticket(6), ticket(7))
    office.during_the_write(lambda: office.tab.move_columns(NAMES.index(name), 1, NOTE + 1))
    if lost:
        office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
        with pytest.raises(SheetUnavailable):
            await office.flush()
    for _ in range(2):
        await office.flush()

    records = [row for row in office.tab.records() if row[KEY]]
    assert [row["note"] for row in records] == [*(f"note {number}" for number in range(1, 6)), None, None]
    assert [row["title"] for row in records] == [f"Ticket {number}" for number in range(1, 8)]
    assert [row["title"] for row in office.tab.records() if not row[KEY] and any(row.values())] == ["a remark"]


async def test_new_rows_written_just_when_the_header_moves_and_a_column_comes_leave_nothing_behind(
    office: Office,
) -> None:
    def insert_both() -> None:
        office.tab.insert_rows(0)
        office.tab.insert_columns(TITLE)

    office.want(ticket(6), ticket(7))
    office.during_the_write(insert_both)
    for _ in range(2):
        await office.flush()

    rows = office.tab.values()
    assert [row[TITLE] for row in rows if len(row) > TITLE and row[TITLE] is not None] == []
    records = [row for row in office.tab.records() if row[KEY]]
    assert [row["title"] for row in records] == [f"Ticket {number}" for number in range(1, 8)]


async def test_what_a_person_writes_into_a_row_that_was_written_anew_stays(office: Office) -> None:
    office.want(ticket(6))
    office.during_the_write(lambda: office.tab.insert_columns(TITLE))
    office.sheets.faults.append(faults.service_unavailable(path=":batchUpdate$", applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    await office.flush()
    office.tab.enter(7, TITLE + 1, "A person's title")

    await office.flush()

    (row,) = [row for row in office.tab.records() if row["thread_id"] == str(ticket(6).thread_id)]
    assert row["title"] == "A person's title"
    assert office.known == office.wanted


async def test_a_row_that_comes_back_just_when_columns_move_is_complete(office: Office) -> None:
    office.tab.delete_rows(6)
    office.change(ticket(5), title="Back")
    office.during_the_write(lambda: office.tab.move_columns(NAMES.index("link"), 1, 2))

    for _ in range(3):
        await office.flush()

    back = next(row for row in office.tab.records() if row["title"] == "Back")
    assert {name: back[name] for name in NAMES} == office.wanted[ticket(5).thread_id]


async def test_what_google_will_not_have_put_back_is_named_and_put_right_when_it_will(office: Office) -> None:
    office.change(ticket(1), title="New")
    refusal = Fault(path=WRITES, outcome=invalid("There is a reason.").response, times=None)

    def sort_and_refuse() -> None:
        office.tab.sort(0, descending=True)
        office.before_request(1, lambda: office.sheets.faults.append(refusal))

    office.during_the_write(sort_and_refuse)
    await office.flush()
    assert [each.reason for each in office.kept] == ["There is a reason."]
    office.sheets.faults.clear()
    await office.flush()
    await office.flush()

    titles = [row["title"] for row in office.tab.records() if row[KEY]]
    assert titles == ["Ticket 5", "Ticket 4", "Ticket 3", "Ticket 2", "New"]


async def test_the_hidden_tab_holds_one_write_and_is_made_again_when_people_delete_it(office: Office) -> None:
    for number in (1, 5):
        office.change(ticket(number), title="New")
        await office.flush()
    assert undo_tab(office).looks["hidden"] is True
    kept = [row for row in undo_tab(office).values() if any(row)]
    assert [row[TITLE] for row in kept] == ["title", "Ticket 5"]

    office.book.delete_tab(undo_tab(office))
    office.change(ticket(4), title="New")
    await office.flush()

    assert [row[TITLE] for row in undo_tab(office).values() if any(row)] == ["title", "Ticket 4"]
    assert [row["title"] for row in office.tab.records() if row[KEY]] == ["New", "Ticket 2", "Ticket 3", "New", "New"]


async def test_the_hidden_tab_is_as_wide_as_the_tab_and_stays_small(office: Office) -> None:
    office.change(ticket(1), title="New")
    await office.flush()
    office.tab.insert_columns(0, 3)
    office.tab.insert_rows(1, 1000)
    office.change(ticket(5), title="New")

    await office.flush()
    await office.flush()

    assert [row["title"] for row in office.tab.records() if row[KEY]] == [
        "New",
        *(f"Ticket {n}" for n in (2, 3, 4)),
        "New",
    ]
    assert (undo_tab(office).row_count, undo_tab(office).column_count) == (250, office.tab.column_count)


async def test_the_hidden_tab_of_an_earlier_edition_is_taken_over_and_made_small(office: Office) -> None:
    undo_tab(office).rename(f"{undo_tab(office).title}, write 1a2b3c4d")
    undo_tab(office).grow(rows=5000)
    office.change(ticket(1), title="New")

    await office.flush()
    await office.flush()

    assert undo_tab(office).title == f"Support tracker: undo of tab {office.tab.sheet_id}"
    assert undo_tab(office).row_count == 250
    assert office.tab.records()[0]["title"] == "New"
