"""What a race has overwritten and nobody can put back without guessing is kept in a tab of its own, and named."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office_of_five, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import Behaviour, UnderFilter
from tracker.sandbox.sheets.document import MAXIMUM_CELLS, Tab
from tracker.sandbox.sheets.errors import invalid
from tracker.sheet.table.columns import KEY, NAMES

TITLE, TEAM, NOTE = NAMES.index("title"), NAMES.index("team"), len(NAMES)
WRITES = r":batchUpdate$"


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets with a note of a person's beside each."""
    async with open_office_of_five(tmp_path) as opened:
        opened.tab.paste(0, NOTE, [["note"], *([f"note {number}"] for number in range(1, 6))])
        yield opened


def kept_tabs(office: Office) -> list[Tab]:
    return [tab for tab in office.book.tabs if tab.title.startswith("Support tracker: kept")]


def rows_kept(office: Office) -> list[dict[str, object]]:
    """The rows in the one tab that keeps some, by name of column."""
    (tab,) = kept_tabs(office)
    _, names, *rows = tab.values()
    return [{str(name): value for name, value in zip(names, row, strict=False) if name and value} for row in rows]


async def overwrite_and_lose_the_answer(office: Office) -> None:
    """The new title and team of ticket 1 go into the row of ticket 5, and nobody hears of it."""
    office.change(ticket(1), title="New", team="Consulting")
    office.during_the_write(lambda: office.tab.sort(0, descending=True))
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()


async def test_a_row_that_a_person_has_changed_since_is_kept_as_it_was_and_writing_goes_on(office: Office) -> None:
    await overwrite_and_lose_the_answer(office)
    office.tab.paste(1, TEAM, [["ours since then"]])
    office.want(ticket(6))

    await office.flush()
    await office.flush()

    assert [(each.rows, each.address.startswith(office.google.address)) for each in office.kept] == [(1, True)]
    (row,) = rows_kept(office)
    assert row == {"was in row": 2.0, **row, "title": "Ticket 5", "note": "note 5"}
    assert row[KEY] == str(ticket(5).thread_id)
    titles = {row[KEY]: row["title"] for row in office.tab.records()}
    assert titles == {str(ticket(n).thread_id): "New" if n == 1 else f"Ticket {n}" for n in range(1, 7)}


async def test_the_tab_of_what_is_kept_is_for_people(office: Office) -> None:
    await overwrite_and_lose_the_answer(office)
    office.tab.paste(1, TEAM, [["ours since then"]])
    await office.flush()

    (tab,) = kept_tabs(office)

    assert "hidden" not in tab.looks
    assert str(tab.values()[0][0]).startswith("The support tracker wrote over cells of these rows")
    date = 1 + NAMES.index("date_created")
    assert tab.shown()[2][date] == "2026-02-04 10:35:00"


async def test_a_text_that_looks_like_a_formula_is_kept_as_a_text(office: Office) -> None:
    office.tab.paste(5, TITLE, [['=IMPORTXML("http://x")']])
    await overwrite_and_lose_the_answer(office)
    office.tab.paste(1, TEAM, [["ours since then"]])

    await office.flush()

    assert rows_kept(office)[0]["title"] == '=IMPORTXML("http://x")'


async def test_a_blank_row_that_was_overwritten_and_moved_away_since_is_named(office: Office) -> None:
    office.change(ticket(1), team="Consulting")

    def insert_and_move() -> None:
        office.tab.insert_rows(1, 2)
        office.before_request(0, lambda: office.tab.insert_rows(1))

    office.during_the_write(insert_and_move)
    await office.flush()
    await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert rows_kept(office) == [{"was in row": 2.0}]
    assert [row["team"] for row in office.tab.records() if row[KEY]] == ["Consulting", *[None] * 4]


async def test_what_google_will_not_have_kept_is_named_with_its_reason(office: Office) -> None:
    await overwrite_and_lose_the_answer(office)
    office.tab.paste(1, TEAM, [["ours since then"]])
    refusal = Fault(path=WRITES, outcome=invalid("No more tabs.").response)
    office.sheets.faults.append(refusal)

    await office.flush()
    await office.flush()

    assert [(each.rows, each.address, each.reason) for each in office.kept] == [(1, "", "No more tabs.")]
    assert kept_tabs(office) == []
    titles = {row[KEY]: row["title"] for row in office.tab.records()}
    assert titles == {str(ticket(n).thread_id): "New" if n == 1 else f"Ticket {n}" for n in range(1, 6)}


LOST: dict[str, Callable[[], Fault]] = {
    "applied": lambda: faults.reset(path=WRITES, applied=True),
    "not applied": lambda: faults.reset(path=WRITES),
}


@pytest.mark.parametrize("fault", LOST.values(), ids=LOST)
async def test_what_is_kept_is_kept_once_also_if_the_answer_is_lost(office: Office, fault: Callable[[], Fault]) -> None:
    await overwrite_and_lose_the_answer(office)
    office.tab.paste(1, TEAM, [["ours since then"]])
    office.sheets.faults.append(fault())
    with pytest.raises(SheetUnavailable):
        await office.flush()

    office.start_again()
    await office.flush()
    await office.flush()

    assert len(kept_tabs(office)) == len(office.kept) == 1
    assert rows_kept(office)[0]["title"] == "Ticket 5"


async def test_rows_that_are_overwritten_again_at_each_attempt_to_put_them_back_are_kept_in_the_end(
    office: Office,
) -> None:
    office.change(ticket(1), title="New")

    def turn_round() -> None:
        office.tab.sort(0, descending=office.tab.records()[0][KEY] == str(ticket(1).thread_id))
        office.during_the_write(turn_round)

    office.during_the_write(turn_round)
    await office.flush()
    office.sheets.before.clear()
    await office.flush()
    await office.flush()

    assert len(office.kept) == 1
    titles = {row[KEY]: row["title"] for row in office.tab.records()}
    assert titles == {str(ticket(n).thread_id): "New" if n == 1 else f"Ticket {n}" for n in range(1, 6)}


@pytest.mark.parametrize("moved", [0, 1, 5], ids=["", "and pushed down by one row", "and pushed down by five"])
async def test_a_copy_made_as_both_rows_were_to_get_the_same_value_costs_the_ticket_nothing(
    office: Office, moved: int
) -> None:
    office.change(ticket(1), ticket(2), team="Consulting")

    def copy_and_move() -> None:
        office.tab.duplicate_row(1)
        if moved:
            office.before_request(1, lambda: office.tab.insert_rows(1, moved))

    office.during_the_write(copy_and_move)
    for _ in range(3):
        await office.flush()

    rows = [(row[KEY], row["team"]) for row in office.tab.records() if row[KEY]]
    one, two = (str(ticket(number).thread_id) for number in (1, 2))
    assert [rows[0], rows[2]] == [(one, "Consulting"), (two, "Consulting")]
    assert rows[1] == (one, None) or [each.rows for each in office.kept] == [1]


def hide(office: Office, title: str) -> None:
    office.tab.filter_out(TITLE, [title])


async def lose_the_answer(office: Office) -> None:
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()


async def test_a_hidden_row_under_a_new_one_is_named_where_google_copies_no_hidden_rows(office: Office) -> None:
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
    office.want(ticket(6))

    def push_down_and_hide() -> None:
        office.tab.insert_rows(1)
        hide(office, "Ticket 5")

    office.during_the_write(push_down_and_hide)
    await lose_the_answer(office)
    await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert "hidden by a filter" in str(kept_tabs(office)[0].values()[2])


async def test_a_hidden_row_that_is_where_it_was_is_no_race(office: Office) -> None:
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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


async def test_a_hidden_row_of_another_ticket_is_written_again_also_where_the_answer_was_lost(office: Office) -> None:
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting")
    office.during_the_write(lambda: office.tab.insert_rows(1))
    await lose_the_answer(office)

    for _ in range(2):
        await office.flush()

    assert [row[KEY] for row in rows_kept(office)] == [str(ticket(3).thread_id)]
    teams = {row[KEY]: row["team"] for row in office.tab.records() if row[KEY]}
    assert teams == {str(thread_id): cells["team"] for thread_id, cells in office.wanted.items()}


async def test_a_copy_that_comes_to_the_place_of_a_hidden_row_is_not_taken_for_it(office: Office) -> None:
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
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


async def test_a_hidden_row_is_looked_for_though_a_column_that_was_written_is_deleted(office: Office) -> None:
    office.sheets.behaviour = Behaviour(copy_under_filter=UnderFilter.VISIBLE_WITH_GAPS)
    hide(office, "Ticket 3")
    office.change(ticket(4), team="Consulting", warning_message_id="7")

    def move() -> None:
        office.tab.insert_rows(1)
        office.before_request(2, lambda: office.tab.delete_columns(NAMES.index("warning_message_id"), 2))

    office.during_the_write(move)
    for _ in range(3):
        await office.flush()

    assert [each.rows for each in office.kept] == [1]
    rows = {row[KEY]: row["team"] for row in office.tab.records() if row[KEY]}
    assert rows == {str(thread_id): cells["team"] for thread_id, cells in office.wanted.items()}


async def test_a_zero_that_google_does_not_show_is_put_back_into_a_copy_of_a_row(office: Office) -> None:
    office.sheets.behaviour = Behaviour(zeros_left_out=True)
    office.change(ticket(2), reopen_count=1, outside_business_hours=True)
    office.during_the_write(lambda: office.tab.duplicate_row(1))

    await office.flush()
    await office.flush()

    assert office.kept == []
    shown = [(row["reopen_count"], row["outside_business_hours"]) for row in office.tab.records()]
    assert shown[:3] == [(0, False), (0, False), (1, True)]


async def test_a_zero_that_is_not_shown_is_put_back_where_the_header_comes_into_sight_only_then(office: Office) -> None:
    office.sheets.behaviour = Behaviour(zeros_left_out=True)
    office.tab.duplicate_row(1)
    office.change(ticket(2), reopen_count=1, outside_business_hours=True)

    def hide_the_header() -> None:
        office.tab.paste(1, TEAM, [["Team"]])
        office.before_request(1, lambda: office.tab.paste(1, TEAM, [["team"]]))

    def push_down() -> None:
        office.tab.insert_rows(0)
        office.before_request(1, hide_the_header)  # what its row holds is shown, its header not

    office.during_the_write(push_down)
    await office.flush()
    await office.flush()

    assert office.kept == []
    shown = [(row["reopen_count"], row["outside_business_hours"]) for row in office.tab.records()]
    assert shown[:3] == [(0, False), (0, False), (1, True)]


async def test_a_header_that_blanks_were_put_into_is_put_back_though_blank_rows_stand_above_it(office: Office) -> None:
    office.want(ticket(6))

    def remark_and_push_down() -> None:
        office.tab.paste(6, NOTE, [["a remark"]])
        office.during_the_write(lambda: office.tab.insert_rows(0, 6))

    office.during_the_write(remark_and_push_down)
    for _ in range(3):
        await office.flush()

    assert office.kept == []
    assert office.tab.values()[6] == [*NAMES, "note"]
    assert {row[KEY] for row in office.tab.records()} == {None, *(str(ticket(n).thread_id) for n in range(1, 7))}


async def test_a_full_spreadsheet_keeps_nothing_from_being_written(office: Office) -> None:
    await overwrite_and_lose_the_answer(office)
    office.tab.paste(1, TEAM, [["ours since then"]])
    left = MAXIMUM_CELLS - sum(tab.row_count * tab.column_count for tab in office.book.tabs)
    office.book.add_tab("Archive", rows=left, columns=1)

    await office.flush()
    await office.flush()

    assert ["is full" in each.reason for each in office.kept] == [True]
    titles = {row[KEY]: row["title"] for row in office.tab.records()}
    assert titles == {str(ticket(n).thread_id): "New" if n == 1 else f"Ticket {n}" for n in range(1, 6)}
