"""What a race has overwritten and nobody can put back without guessing is kept in a tab of its own, and named."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, kept_tabs, open_office_of_five, rows_kept, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import Behaviour
from tracker.sandbox.sheets.document import MAXIMUM_CELLS
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
