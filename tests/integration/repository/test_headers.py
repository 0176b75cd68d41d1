"""The header loses the key's name, or goes, just when a write is to be put right; a header may be a formula."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office_of_five, ticket
from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import KEY

FEW_REQUESTS = 20


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets."""
    async with open_office_of_five(tmp_path) as opened:
        yield opened


def sort(tab: Tab) -> None:
    tab.sort(0, descending=True)


def rename(tab: Tab) -> None:
    tab.enter(0, 0, "ID")


def sort_and_rename(tab: Tab) -> None:
    sort(tab)
    rename(tab)


def nothing(_: Tab) -> None:
    """Nobody does anything."""


async def header_missed(office: Office) -> None:
    """The bot has put back what it had to, and says what it lacks."""
    with suppress(SheetSetupError):
        await office.flush()
    for _ in range(2):
        with pytest.raises(SheetSetupError, match="no header row with a column thread_id"):
            await office.flush()


IN_ORDER, TURNED = [1, 2, 3, 4, 5], [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("during", "answer_lost", "after", "order"),
    [
        pytest.param(rename, False, nothing, IN_ORDER, id="renamed"),
        pytest.param(sort_and_rename, False, nothing, TURNED, id="sorted and renamed"),
        pytest.param(sort, True, rename, TURNED, id="sorted, and renamed after the answer was lost"),
    ],
)
async def test_without_the_keys_name_what_was_overwritten_is_put_back_all_the_same_and_the_name_is_asked_for(
    office: Office, during: Callable[[Tab], None], after: Callable[[Tab], None], order: list[int], *, answer_lost: bool
) -> None:
    office.change(ticket(2), title="New")
    office.during_the_write(lambda: during(office.tab))
    if answer_lost:
        office.sheets.faults.append(faults.reset(path=":batchUpdate$", applied=True))
        with pytest.raises(SheetUnavailable):
            await office.flush()
    after(office.tab)
    office.asked()

    await header_missed(office)

    assert len(office.asked()) < FEW_REQUESTS
    titles = [row["title"] for row in office.tab.records()]
    assert titles == [f"Ticket {number}" for number in order]
    office.tab.enter(0, 0, KEY)
    await office.flush()
    titles = [row["title"] for row in office.tab.records()]
    assert titles == ["New" if number == 2 else f"Ticket {number}" for number in order]


async def test_a_header_that_is_gone_is_asked_for_and_what_it_was_taken_for_is_put_back(office: Office) -> None:
    office.change(ticket(2), title="New")
    header = office.tab.values()[0]
    office.during_the_write(lambda: office.tab.delete_rows(0))

    await header_missed(office)

    assert len(office.asked()) < FEW_REQUESTS
    office.tab.insert_rows(0)
    office.tab.paste(0, 0, [header])
    await office.flush()
    assert [row["title"] for row in office.tab.records()] == ["Ticket 1", "New", "Ticket 3", "Ticket 4", "Ticket 5"]


async def test_a_race_under_a_header_that_is_a_formula_is_put_back(office: Office) -> None:
    office.tab.paste(0, 0, [[Formula('="thread_id"')]])
    office.change(ticket(2), title="New")
    office.during_the_write(lambda: sort(office.tab))

    for _ in range(3):
        await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["Ticket 5", "Ticket 4", "Ticket 3", "New", "Ticket 1"]
