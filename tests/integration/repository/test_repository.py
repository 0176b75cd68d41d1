"""SheetRepository through real gspread on the local Google Sheets: which rows and cells it writes, and at what cost."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.support.sheet_office import ROWS, Office, ticket
from tracker.errors import SheetSetupError
from tracker.sandbox.sheets.cells import Formula
from tracker.sheet.table.columns import NAMES

pytest_plugins = ("tests.support.office_fixtures",)


async def test_new_tickets_go_below_the_others_in_the_order_given(office: Office) -> None:
    office.have(ticket(1), ticket(2))
    office.want(ticket(4), ticket(3))

    written = await office.flush()

    assert written.confirmed == {ticket(3).thread_id, ticket(4).thread_id}
    assert [row["title"] for row in office.tab.records()] == ["Ticket 1", "Ticket 2", "Ticket 4", "Ticket 3"]
    assert office.found() == office.meant()


async def test_only_cells_that_changed_are_written(office: Office) -> None:
    office.have(ticket(1), ticket(2))
    # A person's edits in cells that do not change in Discord: they stay.
    office.tab.enter(2, NAMES.index("team"), "our own word")
    office.change(ticket(2), title="New title", reopen_count=3)

    await office.flush()

    write = [request for request in office.sheets.requests if request.path.endswith(":batchUpdate")][-1]
    # The others fill the bot's own hidden tab.
    changes = [change for change in write.body["requests"] if "rows" in change.get("updateCells", {})]
    assert changes == [
        {
            "updateCells": {
                "range": office.area(2, column),
                "rows": [{"values": [{"userEnteredValue": value}]}],
                "fields": "userEnteredValue",
            }
        }
        for column, value in ((1, {"stringValue": "New title"}), (12, {"numberValue": 3}))
    ]
    assert office.tab.records()[1] | {"team": None} == office.wanted[ticket(2).thread_id]
    assert office.tab.records()[1]["team"] == "our own word"


async def test_nothing_to_write_writes_nothing(office: Office) -> None:
    office.have(ticket(1))
    await office.flush()
    office.change(ticket(1), title="Ticket 1")

    await office.flush()

    assert "write" not in office.asked()


async def test_columns_in_any_order_among_other_peoples_columns(watched: Office) -> None:
    header = ["notes", *reversed(NAMES[7:]), "owner", None, *NAMES[:7], "sum"]
    watched.tab.clear()
    watched.have(ticket(1), ticket(2), header=header)
    theirs = {column: name for column, name in enumerate(header) if name not in NAMES}
    for row in (1, 2):
        for column in theirs:
            watched.tab.write(
                row, {column: watched.tab.cell(row, column)._replace(value=Formula("=A1&1"), note="mine")}
            )
    watched.tab.write(1, {0: watched.tab.cell(1, 0)._replace(format={"textFormat": {"bold": True}})})
    before = {(row, column): watched.tab.cell(row, column) for row in (0, 1, 2) for column in theirs}
    watched.want(ticket(3))
    watched.change(ticket(1), ticket(2), title="New", team="Consulting", resolution_date=46059.5, link="https://x")

    await watched.flush()

    assert {place: watched.tab.cell(*place) for place in before} == before
    assert all(watched.tab.cell(3, column).value is None for column in theirs)
    records = [{name: row[name] for name in NAMES} for row in watched.tab.records()]
    assert records == list(watched.wanted.values())
    watched.asked()
    watched.change(ticket(2), title="Newer")
    await watched.flush()
    assert watched.asked() == ["read", "write"]


async def test_a_header_below_blank_rows(office: Office) -> None:
    office.tab.clear()
    office.have(ticket(1), header=[None, None, *NAMES], at=4)
    office.want(ticket(2))
    office.change(ticket(1), title="New")

    await office.flush()

    assert office.found() == office.meant()
    assert office.tab.values()[:4] == [[], [], [], []]
    assert len(office.tab.values()) == 7


async def test_blank_rows_between_tickets_are_left_alone(office: Office) -> None:
    office.have(ticket(1), ticket(2), ticket(3))
    office.tab.insert_rows(2, 2)
    office.want(ticket(4))
    office.change(ticket(3), title="New")

    await office.flush()

    assert office.found() == office.meant()
    assert office.tab.values()[2:4] == [[], []]


async def test_a_missing_column_keeps_no_other_from_being_written(office: Office) -> None:
    header = [name for name in NAMES if name not in ("team", "reopen_count")]
    office.tab.clear()
    office.have(ticket(1), header=header)
    office.want(ticket(2))
    office.change(ticket(1), title="New", team="Consulting")

    written = await office.flush()

    assert written.confirmed == {ticket(1).thread_id, ticket(2).thread_id}
    assert office.tab.records() == [{name: cells[name] for name in header} for cells in office.wanted.values()]


async def test_of_two_rows_with_one_id_the_first_is_kept_up_to_date(office: Office) -> None:
    office.have(ticket(1), ticket(2))
    office.tab.duplicate_row(1)
    office.change(ticket(1), title="New")

    await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["New", "Ticket 1", "Ticket 2"]


async def test_a_flush_of_many_tickets_is_one_read_and_one_write(watched: Office) -> None:
    tickets = [ticket(number) for number in range(40)]
    watched.want(*tickets)
    await watched.flush()
    watched.asked()
    watched.change(*tickets[::3], title="New")
    watched.want(*(ticket(number) for number in range(40, 80)))

    written = await watched.flush()

    assert watched.asked() == ["read", "write"]
    assert len(written.confirmed) == 14 + 40
    assert watched.found() == watched.meant()


async def test_the_cost_of_a_flush_does_not_grow_with_the_sheet(office: Office) -> None:
    async def cost(rows: int) -> tuple[list[str], int]:
        office.book.delete_tab(office.tab)
        office.tab = office.book.add_tab("Support Tickets", rows=rows + 100)
        office.wanted, office.known = {}, {}
        office.have(*(ticket(number) for number in range(rows)))
        office.start_again()
        office.want(ticket(rows))
        await office.flush()
        office.asked()
        office.answer_sizes.clear()
        office.change(*(ticket(number) for number in (0, rows // 2, rows)), title="New")
        office.want(ticket(rows + 1))
        await office.flush()
        asked = sum(len(json.dumps(request.body)) for request in office.sheets.requests)
        return office.asked(), asked + sum(office.answer_sizes)

    small, small_bytes = await cost(100)
    large, large_bytes = await cost(5000)

    assert small == large == ["read", "write"]
    # Row numbers have three more digits.
    assert large_bytes == pytest.approx(small_bytes, abs=200)


async def test_growing_the_tab_costs_a_request_once_in_3000_tickets(office: Office) -> None:
    office.tab.paste(1, 0, [[str(number)] for number in range(ROWS - 1)])
    office.want(ticket(1))
    await office.flush()
    office.asked()

    for number in range(2, 5):
        office.want(ticket(number))
        await office.flush()

    assert office.asked() == ["read", "write"] * 3
    assert office.tab.row_count == ROWS + 3000


async def test_a_tab_without_the_key_column_names_the_command_that_adds_it(office: Office) -> None:
    office.tab.clear()
    office.tab.paste(0, 0, [["ticket", "title"], ["1", "x"]])
    office.want(ticket(1))

    with pytest.raises(SheetSetupError, match=r"no header row.*thread_id.*python -m tracker\.init_sheet"):
        await office.flush()

    assert office.tab.values() == [["ticket", "title"], ["1", "x"]]


async def test_a_missing_tab_names_the_command_that_makes_it(office: Office) -> None:
    office.want(ticket(1))
    office.book.delete_tab(office.tab)

    with pytest.raises(SheetSetupError, match=r'no tab "Support Tickets".*python -m tracker\.init_sheet'):
        await office.flush()


ORDERS = {
    "reversed": NAMES[::-1],
    "link before the ids": ("link", *(name for name in NAMES if name != "link")),
    "dates before all": ("resolution_date", "date_created", *(n for n in NAMES if "date" not in n)),
    "ids last": (*NAMES[1:], NAMES[0]),
}


@pytest.mark.parametrize("header", ORDERS.values(), ids=ORDERS)
async def test_the_tab_is_read_whatever_the_order_of_its_columns(office: Office, header: tuple[str, ...]) -> None:
    office.tab.clear()
    office.have(ticket(1), ticket(2), header=header)

    tab = await asyncio.to_thread(office.repository.open)
    shown = await asyncio.to_thread(office.repository.rows)
    office.start_again()
    office.change(ticket(2), title="New")
    await office.flush()

    assert tab.thread_ids == shown.keys() == {ticket(1).thread_id, ticket(2).thread_id}
    assert shown[ticket(1).thread_id] == office.wanted[ticket(1).thread_id]
    assert office.found() == office.meant()


async def test_ranges_that_are_one_and_the_same_or_all_in_one_column_are_kept_apart(office: Office) -> None:
    office.have(ticket(1), ticket(2), ticket(3))
    area = {"sheetId": office.tab.sheet_id, "startColumnIndex": 1, "endColumnIndex": 2}
    ranges = [{**area, "startRowIndex": row, "endRowIndex": row + 1} for row in (3, 1, 3, 2)]

    read = await asyncio.to_thread(office.google.read, [*ranges, {**area, "startRowIndex": 1}])

    assert [each["values"] for each in read[:4]] == [[["Ticket 3"]], [["Ticket 1"]], [["Ticket 3"]], [["Ticket 2"]]]
    assert read[4]["values"] == [["Ticket 1"], ["Ticket 2"], ["Ticket 3"]]
