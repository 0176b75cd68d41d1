"""What is put back goes only into a row that something tells from all others, and takes nothing that people wrote."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.remarks import NOTE, open_office_with_a_remark, rows_of_others
from tests.support.sheet_office import Office, ticket
from tracker.sheet.table.columns import KEY, NAMES


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office_with_a_remark(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("planned", [False, True], ids=["before it is planned", "as it is written"])
async def test_a_ticket_that_blanks_went_over_is_not_put_back_into_a_remarks_row(
    office: Office, *, planned: bool
) -> None:
    office.tab.paste(8, NOTE, [["a remark below"]])
    office.want(ticket(6))

    def remark_comes() -> None:
        office.tab.move_rows(8, 1, 7)  # to the place of the fifth ticket's row, of which a note and a team are left

    def swap() -> None:
        office.tab.move_rows(6, 1, 8)  # the fifth ticket's row below the new one
        if planned:
            office.during_the_write(remark_comes)
        else:
            office.before_request(0, remark_comes)

    def away_with_the_header() -> None:
        office.tab.delete_rows(3)
        office.tab.insert_rows(0)  # the new row is where it was meant to be, but nobody knows that
        office.during_the_write(swap)

    office.during_the_write(away_with_the_header)
    for _ in range(3):
        await office.flush()

    assert [each.rows for each in office.kept] == [1]
    assert ["a remark below"] in rows_of_others(office)
    found = {row[KEY]: {name: row[name] for name in NAMES} for row in office.tab.records() if row[KEY]}
    assert found[str(ticket(5).thread_id)] == office.wanted[ticket(5).thread_id]
    assert len(found) == len([row for row in office.tab.records() if row[KEY]]) == 6


async def test_of_two_rows_with_what_was_written_the_one_that_is_the_ticket_s_own_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One at a time, as after refusals: the fifth ticket's row is there again when the other one is looked for.
    one = partial(office.repository.plan_put_back, at_once=1)
    monkeypatch.setattr(office.repository, "plan_put_back", one)
    office.want(ticket(6))
    before = rows_of_others(office, 6)

    def move_away() -> None:
        office.tab.move_rows(7, 1, 1)  # the fifth ticket's cells go over the fourth's

    def push_down() -> None:
        office.tab.insert_rows(1)  # the new row goes over the fifth ticket's
        office.during_the_write(move_away)

    office.during_the_write(push_down)
    for _ in range(3):
        await office.flush()

    assert (office.kept, rows_of_others(office, 6)) == ([], before)
    assert len([row for row in office.tab.records() if row[KEY]]) == 6


@pytest.mark.parametrize("planned", [False, True], ids=["before it is planned", "as it is written"])
async def test_a_new_row_is_not_taken_away_from_what_people_write_beside_it(office: Office, *, planned: bool) -> None:
    office.want(ticket(6))

    def write_beside() -> None:
        office.tab.paste(7, NOTE, [["call back"]])

    def away_with_the_header() -> None:
        office.tab.delete_rows(3)
        office.tab.insert_rows(0)  # the new row is where it was meant to be, but nobody knows that
        if planned:
            office.during_the_write(write_beside)
        else:
            office.before_request(1, write_beside)

    office.during_the_write(away_with_the_header)
    for _ in range(3):
        await office.flush()

    records = [row for row in office.tab.records() if row[KEY] == str(ticket(6).thread_id)]
    assert [{name: row[name] for name in NAMES} for row in records] == [office.wanted[ticket(6).thread_id]]
    assert records[0]["note"] == "call back"
