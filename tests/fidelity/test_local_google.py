"""The local Google answers reads as the judge does, field by field."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gspread
import pytest

from tests.fidelity.conftest import COMPARED, EXCEL, Local
from tests.support.backlot import asks
from tests.support.backlot.compare import Difference, differences
from tests.support.backlot.judge import Ask, Backlot, Google
from tests.support.backlot.known import DRESSED, REFUSALS, SHOWN
from tests.support.backlot.workbook import TICKETS, dress


async def compared(judge: Backlot, local: Local, wanted: Iterable[Ask]) -> list[Difference]:
    """The differences between what both answer."""
    made = list(wanted)
    book = judge.files[COMPARED]
    theirs, ours = await asyncio.gather(
        asyncio.to_thread(judge.answers, book, made), asyncio.to_thread(local.google.answers, book, made)
    )
    return list(differences(made, theirs, ours))


def kinds(found: Sequence[Difference]) -> dict[str, Difference]:
    """One difference of each kind: what a failure shows of a new one."""
    return {each.kind: each for each in reversed(found)}


async def test_spreadsheets_are_shown_as_the_judge_shows_them(
    judge: Backlot, local: Local, tabs: dict[str, int]
) -> None:
    found = kinds(await compared(judge, local, [*asks.spreadsheets_get(), *asks.get_by_data_filter(tabs)]))
    assert found.keys() == SHOWN.keys(), found


async def test_values_are_read_as_the_judge_reads_them(judge: Backlot, local: Local, tabs: dict[str, int]) -> None:
    assert await compared(judge, local, asks.values(tabs)) == []


async def test_what_the_judge_refuses_is_refused_in_the_same_words(
    judge: Backlot, local: Local, tabs: dict[str, int]
) -> None:
    found = await compared(judge, local, asks.refused(tabs, judge.files[EXCEL]))
    by_occasion = {f"{each.ask} | {each.kind}": each for each in found}
    assert by_occasion.keys() == REFUSALS.keys(), by_occasion


async def test_what_people_give_to_cells_is_all_that_is_shown_besides(
    judge: Backlot, local: Local, tabs: dict[str, int]
) -> None:
    dress(local.book.tab(TICKETS.title))
    found = kinds(await compared(judge, local, asks.dressed(tabs)))
    assert found.keys() == DRESSED.keys(), found


async def test_what_people_give_to_cells_changes_no_value(judge: Backlot, local: Local, tabs: dict[str, int]) -> None:
    dress(local.book.tab(TICKETS.title))
    assert await compared(judge, local, asks.unformatted(tabs)) == []


def by_gspread(client: gspread.Client, book_id: str) -> list[Any]:
    """What a program gets that reads with gspread."""
    book = client.open_by_key(book_id)
    tab, data = book.worksheet("Support Tickets"), book.worksheet("Data")
    ranges = ["C3:C12", "A3:A12", "A4:H4", "A3:A12"]
    return [
        [(each.id, each.title, each.row_count, each.col_count, each.index) for each in book.worksheets()],
        [each.get_all_values() for each in book.worksheets()],
        tab.get_all_records(head=3, expected_headers=["link", "thread_id"]),
        [tab.row_values(row) for row in range(1, 12)],
        [tab.col_values(column) for column in range(1, 9)],
        [tab.find(text) for text in ("1417628594471739433", "FALSE", "nowhere")],
        data.findall("a"),
        [[cell.value for cell in data.range(text)] for text in ("A1:C4", "B2", "X900:Y901")],
        [tab.get("A3:H", value_render_option=option) for option in gspread.utils.ValueRenderOption],
        [tab.get_values(major_dimension=each, combine_merged_cells=False) for each in gspread.utils.Dimension],
        tab.batch_get(ranges, value_render_option=gspread.utils.ValueRenderOption.unformatted),
        [book.values_batch_get(ranges, {"majorDimension": each}) for each in ("ROWS", "COLUMNS")],
        tab.get_note("B5"),
        [refused(lambda: book.worksheet("Nowhere")), refused(lambda: tab.get("A0")), refused(lambda: tab.get("A5000"))],
    ]


def refused(read: Callable[[], object]) -> tuple[type, str]:
    """What a read raises."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is compared
        read()
    return raised.type, str(raised.value)


async def test_gspread_reads_the_same_from_both(judge: Backlot, local: Local) -> None:
    def read(google: Google) -> list[Any]:
        with google.client() as client:
            return by_gspread(client, judge.files[COMPARED])

    theirs, ours = await asyncio.gather(asyncio.to_thread(read, judge), asyncio.to_thread(read, local.google))
    assert ours == theirs
