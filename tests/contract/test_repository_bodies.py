"""How much of a long waiting list SheetRepository puts into one write: all that Google likes, as it is really sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contract.sheet_office import Office, open_office, ticket
from tracker.domain.ticket import Ticket
from tracker.sheet.table.columns import NAMES
from tracker.sheet.write.body import LARGEST

MANY = 1200
TITLE = "🔥" * 150  # twelve bytes each on the wire
NOTE = len(NAMES)  # a column of people's own, to the right of all of the bot's
TICKETS = [ticket(number) for number in range(MANY)]


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        opened.tab.grow(rows=2 * MANY)
        yield opened


def every_other_row(office: Office) -> Sequence[Ticket]:
    office.have(*[each for number in range(MANY) for each in (TICKETS[number], ticket(MANY + number))])
    return TICKETS


def gaps_filled(office: Office) -> Sequence[Ticket]:
    office.have(*TICKETS)
    return [*TICKETS[::2], *TICKETS[1::2]]


def half_of_them_new(office: Office) -> Sequence[Ticket]:
    office.have(*TICKETS[::2])
    office.want(*TICKETS[1::2])
    return TICKETS


def some_dated(office: Office) -> Sequence[Ticket]:
    office.have(*TICKETS)
    office.change(*TICKETS[::2], resolution_date=46344.46297453704)
    return TICKETS


def some_with_rounded_ids(office: Office) -> Sequence[Ticket]:
    office.have(*TICKETS)
    office.tab.paste(1, 0, [[float(each.thread_id)] for each in TICKETS[: MANY // 6]])
    return TICKETS


SHAPES = [every_other_row, gaps_filled, half_of_them_new, some_dated, some_with_rounded_ids]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
async def test_a_write_is_as_large_as_google_likes_and_no_larger_and_the_next_one_takes_the_rest(
    office: Office, shape: Callable[[Office], Sequence[Ticket]]
) -> None:
    waiting = shape(office)
    office.change(*waiting, title=TITLE)
    # The repository takes what waits in the order of the wishes.
    office.wanted = {each.thread_id: office.wanted[each.thread_id] for each in waiting} | office.wanted

    for _ in range(3):
        await office.flush()

    first, *others = [each.received for each in office.sheets.requests if each.path.endswith(":batchUpdate")]
    assert 0.95 * LARGEST < first <= LARGEST
    assert max(others) < LARGEST
    assert office.found() == office.meant()


async def test_long_notes_that_a_race_hit_are_put_back_in_writes_that_google_likes(office: Office) -> None:
    some, note = TICKETS[:60], "x" * 45_000
    office.have(*some)
    office.tab.paste(0, NOTE, [["note"], *([[note]] * len(some))])
    office.change(*some, title="New")
    office.during_the_write(lambda: office.tab.move_columns(NOTE, 1, NAMES.index("title")))

    for _ in range(2):
        await office.flush()

    assert [row["note"] for row in office.tab.records()] == [note] * len(some)
    assert [row["title"] for row in office.tab.records()] == ["New"] * len(some)
    assert max(each.received for each in office.sheets.requests) <= LARGEST
