"""Where new rows go, and cells that do not take what is written: filled-down columns, tables, rules, merges."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.builders import ENGINEERING
from tests.support.delivery_desk import DeliveryDesk, thread
from tests.support.sheet_office import ROWS, Office, ticket
from tracker.sandbox.sheets.a1 import Box
from tracker.sandbox.sheets.behaviour import SWITCHES
from tracker.sandbox.sheets.cells import Entered
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY, NAMES

pytest_plugins = ("tests.support.office_fixtures",)

TITLE, TEAM, BUSY = (NAMES.index(name) for name in ("title", "team", "outside_business_hours"))
NOTE = len(NAMES)
DROPPED = SWITCHES["values that break strict rules are dropped"]
REFUSED = SWITCHES["values that break strict rules are refused"]


def shorten(office: Office, rows: int) -> None:
    """Leave the tab so many rows."""
    office.tab.delete_rows(rows, ROWS - rows)


def places(office: Office) -> list[int]:
    """The rows that have a ticket."""
    rows = office.tab.values()
    return [number for number, row in enumerate(rows) if row and row[0] not in (None, KEY)]


# Columns that are filled down


@pytest.mark.parametrize(
    ("column", "value"),
    [(BUSY, False), (NOTE, False), (NOTE, '=IF(A2="","","https://example.org/" & A2)'), (NOTE, 7.0), (NOTE, "todo")],
    ids=["checkboxes of the bot's", "checkboxes of people's", "formulas", "numbers", "one and the same text"],
)
async def test_a_column_that_is_filled_down_pushes_no_ticket_to_the_end(
    office: Office, column: int, value: Entered
) -> None:
    office.tab.enter(0, NOTE, "note")
    office.tab.fill_down(column, value)
    office.want(ticket(1), ticket(2))
    await office.flush()
    office.want(ticket(3))
    await office.flush()

    assert places(office) == [1, 2, 3]
    assert office.tab.row_count == ROWS
    assert office.known == office.wanted
    if column == NOTE:
        written = {office.tab.cell(row, NOTE).value for row in range(1, ROWS)}
        assert len(written) == 1


# Tables


def a_table(office: Office) -> dict[str, Any]:
    """People have converted the header and two tickets to a table."""
    office.have(ticket(1), ticket(2))
    return office.tab.convert_to_table(Box(0, 0, 3, len(NAMES)))


async def test_a_table_grows_with_its_rows(office: Office) -> None:
    table = a_table(office)
    office.want(ticket(3), ticket(4))
    office.change(ticket(1), title="New")
    await office.flush()

    assert table["range"]["endRowIndex"] == 5
    assert places(office) == [1, 2, 3, 4]
    assert office.found() == office.meant()


async def test_where_a_table_cannot_grow_the_rows_stand_below_it(office: Office) -> None:
    table = a_table(office)
    # Another table in the way: Google refuses to let the first one reach over it.
    office.tab.paste(6, len(NAMES) - 1, [["other"], ["x"]])
    office.tab.convert_to_table(Box(3, len(NAMES) - 1, 4, len(NAMES)))
    office.tab.paste(3, len(NAMES) - 1, [["other"]])
    office.want(ticket(5))
    await office.flush()

    assert table["range"]["endRowIndex"] == 3
    assert office.found() == office.meant()
    assert office.known == office.wanted


# What people wrote below


async def test_remarks_below_the_last_ticket_are_never_written_into(office: Office) -> None:
    office.have(ticket(1))
    office.tab.paste(2, TITLE, [["a remark"]])
    office.tab.paste(3, NOTE + 1, [["in a column without a name"]])
    office.tab.paste(0, NOTE, [["note"]])
    office.tab.paste(4, NOTE, [["a note of theirs"]])
    office.want(ticket(2), ticket(3))
    await office.flush()

    assert places(office) == [1, 5, 6]
    assert office.tab.values()[2:5] == [
        [None, "a remark"],
        [*[None] * (NOTE + 1), "in a column without a name"],
        [*[None] * NOTE, "a note of theirs"],
    ]
    assert [row[KEY] for row in office.tab.records() if row["note"]] == [None]


async def test_a_tab_full_of_remarks_and_filled_down_to_its_end_grows_and_none_is_touched(office: Office) -> None:
    shorten(office, 40)
    office.have(ticket(1))
    office.tab.paste(2, TITLE, [[f"remark {row}"] for row in range(2, 40)])
    office.tab.fill_down(BUSY, value=False)
    before = office.tab.values()
    office.want(ticket(2), ticket(3))
    for _ in range(2):
        await office.flush()

    assert office.tab.values()[:40] == before
    assert places(office) == [1, 40, 41]
    assert office.known == office.wanted


async def test_many_remarks_below_cost_no_room_that_is_there(office: Office) -> None:
    office.have(ticket(1))
    office.tab.paste(2, TITLE, [[f"remark {row}"] for row in range(2, 60)])
    office.want(ticket(2))
    for _ in range(2):
        await office.flush()

    assert places(office) == [1, 60]
    assert office.tab.row_count == ROWS


# Cells that do not take what is written


def only_consulting(tab: Tab, row: int) -> None:
    """The ticket in this row can be the team Consulting's alone: people have made a list to choose from."""
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Consulting"}]}, "strict": True}
    tab.write(row, {TEAM: tab.cell(row, TEAM)._replace(validation=rule)})


def anything(tab: Tab, row: int) -> None:
    tab.write(row, {TEAM: tab.cell(row, TEAM)._replace(validation=None)})


def merged(tab: Tab, row: int) -> None:
    tab.merge(Box(row, TEAM - 1, row + 1, TEAM + 1))


def unmerged(tab: Tab, row: int) -> None:
    tab.unmerge(Box(row, TEAM - 1, row + 1, TEAM + 1))


OBSTACLES = {
    "dropped": (DROPPED, only_consulting, anything, "team"),
    "refused": (REFUSED, only_consulting, anything, "violates the data validation rules"),
    "merged": (REFUSED, merged, unmerged, "team"),
}


@pytest.mark.parametrize("what", OBSTACLES)
async def test_a_row_that_takes_no_write_is_announced_once_the_others_go_on_and_it_follows_when_it_can(
    desk: DeliveryDesk, what: str
) -> None:
    behaviour, obstruct, lift, named = OBSTACLES[what]
    desk.office.sheets.behaviour = behaviour
    async with desk.running():
        desk.opens(1, 2, 3)
        await desk.settled()
        obstruct(desk.office.tab, 2)
        for number in (1, 2, 3):
            desk.renames(number, f"New {number}", ENGINEERING)
        await desk.until(lambda: desk.hear() and desk.store.rows.count_pending() == 1)

        (notice,) = desk.hear()
        assert str(thread(2)) in notice
        assert named in notice
        assert [desk.shows(number, team="Engineering") for number in (1, 2, 3)] == [True, False, True]
        desk.opens(4)
        desk.renames(3, "Newer", ENGINEERING)
        await desk.until(lambda: desk.shows(4) and desk.shows(3, title="Newer"))
        await desk.until(lambda: desk.store.rows.count_pending() == 1)

        lift(desk.office.tab, 2)
        desk.renames(2, "It has changed", ENGINEERING)  # what has changed is tried at once
        await desk.settled()
        assert desk.shows(2, team="Engineering", title="It has changed")

    assert len(desk.notices) == 1


async def test_a_row_that_does_not_take_what_is_written_is_tried_again_at_the_next_start(desk: DeliveryDesk) -> None:
    desk.office.sheets.quota.enabled = False
    desk.office.sheets.behaviour = REFUSED
    async with desk.running():
        desk.opens(1)
        await desk.settled()
        only_consulting(desk.office.tab, 1)
        desk.renames(1, "New", ENGINEERING)
        await desk.until(desk.hear)
    anything(desk.office.tab, 1)

    async with desk.running():
        await desk.settled()

    assert desk.shows(1, team="Engineering")


async def test_a_refused_row_costs_the_others_no_more_than_a_few_requests(desk: DeliveryDesk) -> None:
    desk.office.sheets.quota.enabled = False
    desk.office.sheets.behaviour = REFUSED
    numbers = range(1, 21)
    async with desk.running():
        desk.opens(*numbers)
        await desk.settled()
        for row in (5, 11):
            only_consulting(desk.office.tab, row)
        desk.office.asked()
        with desk.store.transaction():
            for number in numbers:
                desk.renames(number, "New", ENGINEERING)
        await desk.until(lambda: [row["team"] for row in desk.rows().values()].count("Engineering") == 18)
        assert len(desk.office.asked()) <= 60
        await desk.until(lambda: str(thread(5)) in "".join(desk.hear()) and str(thread(11)) in "".join(desk.hear()))
