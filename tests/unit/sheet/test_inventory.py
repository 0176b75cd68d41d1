"""What is said of the rows that a tab already has: every kind of row once, by the numbers that people see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.builders import snowflake
from tracker.domain.cells import CellValue
from tracker.sheet.setup.inventory import Inventory
from tracker.sheet.table.layout import Layout

KOLKATA = ZoneInfo("Asia/Kolkata")
HEADER = ["thread_id", "link", "title", "date_created", "warning_message_id"]
OPENED = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)

Row = list[CellValue]


def thread(number: int) -> int:
    return snowflake(OPENED + timedelta(minutes=number), 7)


def link(number: int) -> str:
    return f"https://discord.com/channels/1417628594471739000/{thread(number)}"


def ticket(number: int) -> Row:
    return [str(thread(number)), link(number), f"Ticket {number}"]


def said(*rows: Row, header_row: int = 0, beside: tuple[str, ...] = (), time_zone: str = "UTC") -> list[str]:
    layout = Layout(header_row=header_row, columns={name: column for column, name in enumerate(HEADER)})
    inventory = Inventory(layout=layout, header=[*HEADER, *beside], rows=rows, time_zone=time_zone)
    return inventory.lines(KOLKATA)


def test_nothing_is_said_of_a_tab_without_rows() -> None:
    assert said() == []
    assert said([None, "", ""], [], beside=("notes",)) == []


def test_the_number_of_rows_without_oddities_is_said() -> None:
    written = "What is written: blank cells of the bot's columns, and what has changed in Discord."

    assert said(ticket(1)) == [f"1 row names a thread. {written}"]
    assert said(*map(ticket, range(1500))) == [f"1,500 rows name a thread each. {written}"]


def test_rows_are_numbered_as_in_the_browser_also_below_a_header_further_down() -> None:
    (_, copies) = said([], ticket(1), ticket(2), ticket(1), header_row=3)

    assert copies == "Rows 6, 8 name the same thread: row 6 is kept up to date, the others are left alone."


def test_of_more_than_ten_places_the_rest_is_counted() -> None:
    rows: list[Row] = [[None, link(number)] if number % 2 else ticket(number) for number in range(30)]

    assert "Rows 3, 5, 7, 9, 11, 13, 15, 17, 19, 21 and 5 more: thread_id is blank or lost digits" in said(*rows)[1]


def test_a_row_without_an_id_beside_that_of_its_link_is_a_copy() -> None:
    (_, copies) = said([None, link(1), "a copy"], ticket(1))

    assert copies == "Rows 2-3 name the same thread: row 3 is kept up to date, the others are left alone."


def test_ids_and_links_that_name_different_threads_are_pointed_out() -> None:
    (_, mixed) = said([str(thread(1)), link(2)], [str(thread(2)), link(1)], ticket(3))

    assert mixed == (
        "Rows 2-3: thread_id and link name different threads; thread_id counts, and the row is written anew from "
        "Discord."
    )


def test_an_id_that_lost_digits_is_nobodys_without_its_link() -> None:
    (_, row) = said([float(thread(1)), None, "x"], ticket(2))

    assert row.startswith("Row 2: thread_id lost digits, and link does not show them")


def test_rows_with_something_of_peoples_only_are_not_mentioned() -> None:
    assert len(said(ticket(1), [None, None, None, None, None, "a note"], beside=("notes",))) == 2


def test_a_date_of_another_kind_is_named_with_how_it_is_read() -> None:
    on_utc = 46057.0 + 5 / 24  # 5:00 on 2026-02-04
    rows: list[Row] = [
        [*ticket(0), "2026-02-04T05:00:00.000Z"],
        [str(thread(0) + 1), None, None, on_utc],
        [*ticket(3), "soon"],
        [*ticket(4), on_utc + 5.5 / 24 + 4 / 1440],
    ]

    assert said(*rows)[1:] == [
        "Row 2: dates are texts; they are read, in UTC where they do not say, and stay texts.",
        "Row 3: dates are on the clock of UTC, not of TIMEZONE (Asia/Kolkata); they are read so, and stay.",
        "Row 4: date_created cannot be read as a date; it stays as it is.",
    ]
