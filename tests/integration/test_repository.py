"""SheetRepository through real gspread on the local Google Sheets: which rows and cells it writes, and at what cost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import KOLKATA, OPENED, ROWS, Office, open_office, snowflake, ticket
from tracker.domain.events import Tag
from tracker.domain.ticket import Answer
from tracker.errors import SheetSetupError
from tracker.sandbox.sheets.cells import Formula
from tracker.sheet.table.columns import NAMES


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which everything is held to Google's description of its API: for each kind of write once."""
    async with open_office(tmp_path, watched=True) as opened:
        yield opened


async def test_every_column_arrives_with_its_value_type_and_looks(watched: Office) -> None:
    answered = Answer(message_id=snowflake(OPENED + timedelta(minutes=25, seconds=31.9)), author_name="sam#1234")
    full = ticket(
        0,
        "Charts are empty",
        tags=(Tag(id=1, name="billing"), Tag(id=2, name="Engineering")),
        first_answer=answered,
        resolved_at=datetime(2026, 2, 6, 14, 45, 30, tzinfo=KOLKATA),
        resolved_message_id=1417628594471739439,
        reopen_count=2,
    )
    at_night = ticket(13 * 60)
    watched.want(full, at_night)

    await watched.flush()

    assert watched.found() == watched.meant()
    # 46057 is 2026-02-04, 46059 the 6th; 10:30 in Kolkata, where the desk is, and nowhere else.
    assert watched.tab.records()[0] == {
        "thread_id": str(full.thread_id),
        "title": "Charts are empty",
        "type": "billing, Engineering",
        "raised_by": "mia",
        "date_created": pytest.approx(46057 + 10.5 / 24, abs=1e-9),
        "first_responded_by": "sam#1234",
        "time_to_first_response": "25m 31s",
        "time_to_resolution": "2d 4h 15m",
        "resolution_date": pytest.approx(46059 + (14 * 3600 + 45 * 60 + 30) / 86400, abs=1e-9),
        "link": f"https://discord.com/channels/1417628594471739000/{full.thread_id}",
        "team": "Engineering",
        "outside_business_hours": False,
        "reopen_count": 2.0,
        "warning_message_id": "1417628594471739439",
    }
    shown = dict(zip(NAMES, watched.tab.shown()[1], strict=True))
    assert shown["date_created"] == "2026-02-04 10:30:00"
    assert shown["resolution_date"] == "2026-02-06 14:45:30"
    assert (shown["outside_business_hours"], shown["reopen_count"]) == ("FALSE", "2")
    assert watched.tab.records()[1]["outside_business_hours"] is True


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


async def test_a_value_that_goes_away_empties_its_cell_and_keeps_its_format(office: Office) -> None:
    office.have(ticket(1, resolved_at=OPENED))
    office.change(ticket(1), resolution_date=None)

    await office.flush()

    assert office.found() == office.meant()
    resolution = office.tab.cell(1, NAMES.index("resolution_date"))
    assert resolution.number_format == {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"}


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


TEXTS = (
    '=IMPORTXML("http://x")',
    "+1",
    "-1",
    "'",
    "'quoted",
    "@x",
    "@everyone",
    "👩‍👩‍👧‍👦 🎉",
    "1417628594471739432",
    "007",
    "1e5",
    "TRUE",
    "2026-02-04",
    "50%",
    "  spaces  ",
    "two\nlines\tand a tab",
    '"; DROP TABLE',
    "{{mustache}}",
    "ä" * 45_000,  # 90 kB
)


async def test_text_arrives_as_exactly_that_text(office: Office) -> None:
    office.want(*(ticket(number, text) for number, text in enumerate(TEXTS)), ticket(99, "old"))
    await office.flush()
    office.change(ticket(99), title=TEXTS[0], raised_by=TEXTS[1])
    await office.flush()

    title, raised_by = NAMES.index("title"), NAMES.index("raised_by")
    assert [office.tab.cell(row, title).value for row in range(1, len(TEXTS) + 1)] == list(TEXTS)
    assert office.tab.cell(len(TEXTS) + 1, title).value == TEXTS[0]
    assert office.tab.cell(len(TEXTS) + 1, raised_by).value == TEXTS[1]


async def test_text_longer_than_a_cell_is_cut_with_an_ellipsis(office: Office) -> None:
    # Google counts an emoji as two; the one at the cut is left out as a whole.
    office.want(ticket(1, "x" * 90_000), ticket(2, "x" + "🎉" * 30_000), ticket(3, "x" * 50_000))

    await office.flush()

    titles = [row["title"] for row in office.tab.records()]
    assert titles == ["x" * 49_999 + "…", "x" + "🎉" * 24_999 + "…", "x" * 50_000]


async def test_ids_keep_their_digits_when_people_retype_the_row(office: Office) -> None:
    office.want(ticket(1, resolved_message_id=1417628594471739439))
    await office.flush()

    for name in ("thread_id", "warning_message_id"):
        cell = office.tab.cell(1, NAMES.index(name))
        assert isinstance(cell.value, str)
        office.tab.enter(1, NAMES.index(name), cell.value)

    assert office.found() == office.meant()


def dates(office: Office, rows: range) -> list[str | None]:
    column = office.tab.shown()[0].index("date_created")
    return [office.tab.shown()[row][column] for row in rows]


async def test_dates_are_shown_as_dates_after_the_last_prepared_row(watched: Office) -> None:
    watched.tab.paste(1, 0, [[str(number)] for number in range(ROWS - 2)])
    assert (watched.tab.row_count, watched.tab.data_end()) == (ROWS, ROWS - 1)
    watched.want(ticket(1), ticket(2), ticket(3))
    await watched.flush()
    watched.want(ticket(4))
    await watched.flush()

    assert dates(watched, range(ROWS - 1, ROWS + 3)) == [f"2026-02-04 10:3{minute}:00" for minute in (1, 2, 3, 4)]


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


async def test_dates_of_new_rows_are_shown_as_dates_on_a_tab_without_formats(watched: Office) -> None:
    watched.tab.clear()
    watched.have(ticket(1), header=["notes", *reversed(NAMES)])
    watched.want(ticket(2, resolved_at=OPENED), ticket(3))
    await watched.flush()
    watched.want(ticket(4))
    await watched.flush()

    assert dates(watched, range(2, 5)) == ["2026-02-04 10:32:00", "2026-02-04 10:33:00", "2026-02-04 10:34:00"]
    assert watched.tab.shown()[2][1 + NAMES[::-1].index("resolution_date")] == "2026-02-04 10:30:00"


async def test_a_date_written_into_an_old_row_without_formats_is_shown_as_a_date(office: Office) -> None:
    office.tab.clear()
    office.have(ticket(1))
    office.change(ticket(1), resolution_date=46059.5)

    await office.flush()

    assert office.tab.shown()[1][NAMES.index("resolution_date")] == "2026-02-06 12:00:00"


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


async def test_ranges_that_are_one_and_the_same_or_all_in_one_column_are_told_apart(office: Office) -> None:
    office.have(ticket(1), ticket(2), ticket(3))
    area = {"sheetId": office.tab.sheet_id, "startColumnIndex": 1, "endColumnIndex": 2}
    ranges = [{**area, "startRowIndex": row, "endRowIndex": row + 1} for row in (3, 1, 3, 2)]

    read = await asyncio.to_thread(office.google.read, [*ranges, {**area, "startRowIndex": 1}])

    assert [each["values"] for each in read[:4]] == [[["Ticket 3"]], [["Ticket 1"]], [["Ticket 3"]], [["Ticket 2"]]]
    assert read[4]["values"] == [["Ticket 1"], ["Ticket 2"], ["Ticket 3"]]
