"""Writes that land after their answer was given up: each row is there once, and nobody else's is touched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.sheet_office import Office, open_office_of_five, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import SWITCHES, Behaviour
from tracker.sandbox.sheets.errors import invalid
from tracker.sheet.recovery.images import is_own
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.write.fence import Fence

WRITES = r":batchUpdate$"
NOTE = len(NAMES)

Work = Callable[[Office], None]
Landing = Callable[[Office], Awaitable[None]]


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """Five tickets with a note of a person's beside each, and a remark further down."""
    async with open_office_of_five(tmp_path) as opened:
        opened.tab.paste(0, NOTE, [["note"], *([f"note {number}"] for number in range(1, 6))])
        opened.tab.paste(9, 1, [["a remark"]])
        yield opened


def fences(office: Office) -> list[dict[str, str]]:
    """The protected ranges of the hidden tab, as the server keeps them: what a test does to them is done."""
    hidden = next(tab for tab in office.book.tabs if is_own(tab.title))
    return list(hidden.views.protected_ranges.values())


def is_closed(office: Office) -> bool:
    """Whether a gate stands closed to a write that may come late."""
    return any(fence is not None and fence.closed for fence in map(Fence.parse, fences(office)))


def minutes_pass(office: Office, minutes: int) -> None:
    """All fences become so much older."""
    at = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(timespec="seconds")
    for each in fences(office):
        each["description"] = f"{each['description'].rpartition(' ')[0]} {at}"


def nothing(_: Office) -> None:
    """Leave the rows where they are."""


def sort_the_other_way(office: Office) -> None:
    first, *_ = (row[KEY] for row in office.tab.records() if row[KEY])
    office.tab.sort(0, descending=first == str(ticket(1).thread_id))


# What is written


def change_rows(office: Office) -> None:
    office.change(ticket(1), title="Changed", team="Consulting")
    office.change(ticket(4), title="Changed, too")
    office.sheets.faults.append(faults.late())


def add_rows(office: Office) -> None:
    office.want(ticket(6), ticket(7))
    office.change(ticket(2), title="Changed beside new ones")
    office.sheets.faults.append(faults.late())


def put_back(office: Office) -> None:
    """A write reaches wrong rows, and what is late is the next one, which puts back what it covered."""

    def sort() -> None:
        sort_the_other_way(office)
        office.sheets.faults.append(faults.late())

    office.change(ticket(1), title="Misplaced", team="Engineering")
    office.during_the_write(sort)


WORK: dict[str, Work] = {"changed rows": change_rows, "new rows": add_rows, "rows put back": put_back}


# When it lands


async def before_the_next_flush(office: Office) -> None:
    assert office.sheets.land_late_writes() == 1
    await office.flush()


async def just_as_it_is_looked_for(office: Office) -> None:
    office.before_request(0, office.sheets.land_late_writes)
    await office.flush()


async def just_before_the_gate_is_closed(office: Office) -> None:
    office.before_request(1, office.sheets.land_late_writes)
    await office.flush()
    assert not is_closed(office)


async def just_after_the_gate_was_closed(office: Office) -> None:
    office.before_request(2, office.sheets.land_late_writes)
    await office.flush()
    assert is_closed(office)


async def go_on(office: Office) -> None:
    """Write something else: one more new row, and one more change."""
    office.want(ticket(10 + len(office.wanted)))
    office.change(ticket(3), title=f"{office.wanted[ticket(3).thread_id]['title']}!")
    await office.flush()


async def several_flushes_later(office: Office) -> None:
    for _ in range(3):
        await go_on(office)
    assert office.sheets.land_late_writes() == 1
    await office.flush()


async def after_a_restart(office: Office) -> None:
    office.start_again()
    assert office.sheets.land_late_writes() == 1
    await office.flush()


async def long_after_a_restart(office: Office) -> None:
    office.start_again()
    await go_on(office)
    office.start_again()
    assert office.sheets.land_late_writes() == 1
    await office.flush()


LANDINGS: dict[str, Landing] = {
    "before the next flush": before_the_next_flush,
    "just as it is looked for": just_as_it_is_looked_for,
    "just before the gate is closed": just_before_the_gate_is_closed,
    "just after the gate was closed": just_after_the_gate_was_closed,
    "several flushes later": several_flushes_later,
    "after a restart": after_a_restart,
    "long after a restart": long_after_a_restart,
}
UNKNOWN_IS_NO_ERROR = SWITCHES["an unknown protected range is deleted without a word"]


async def given_up(office: Office, work: Work) -> None:
    """Write, and get no answer."""
    work(office)
    with pytest.raises(SheetUnavailable):
        await office.flush()


async def all_is_right(office: Office) -> None:
    """Each row is there once, what people wrote is where it was, and nothing waits to be found out."""
    await office.flush()
    if office.known != office.wanted:
        await office.flush()
    assert office.known == office.wanted
    assert office.open_write is None
    assert [[cell for cell in row if cell[0] != "note"] for row in office.found()] == office.meant()
    notes = {row[KEY]: row["note"] for row in office.tab.records() if row[KEY] and row["note"]}
    assert notes == {str(ticket(number).thread_id): f"note {number}" for number in range(1, 6)}
    assert office.left_behind() == [[None, "a remark"]]
    assert office.kept == []


@pytest.mark.parametrize("behaviour", [Behaviour(), UNKNOWN_IS_NO_ERROR], ids=["", "an unknown fence is no error"])
@pytest.mark.parametrize("landing", LANDINGS.values(), ids=LANDINGS)
async def test_a_write_that_comes_late_leaves_each_row_once_and_nobody_elses_changed(
    office: Office, landing: Landing, behaviour: Behaviour
) -> None:
    office.sheets.behaviour = behaviour
    for work in WORK.values():
        await given_up(office, work)
        sort_the_other_way(office)

        await landing(office)

        await all_is_right(office)


async def test_a_write_that_never_lands_is_written_anew(office: Office) -> None:
    for work in WORK.values():
        await given_up(office, work)

        await all_is_right(office)
    assert is_closed(office)


async def test_the_gate_stands_as_long_as_the_late_write_may_come_and_is_then_taken_away(office: Office) -> None:
    await given_up(office, change_rows)
    await office.flush()
    (closed,) = [fence for fence in map(Fence.parse, fences(office)) if fence is not None and fence.closed]

    for minutes, stands in ((3, True), (5, False)):
        minutes_pass(office, minutes)
        office.change(ticket(2), title=f"After {minutes} minutes")
        await office.flush()
        ids = [fence.id for fence in map(Fence.parse, fences(office)) if fence is not None]
        assert (closed.id in ids) is stands

    await all_is_right(office)
    assert len(fences(office)) == 1


async def test_one_write_after_another_that_comes_late_is_kept_out_by_a_gate_of_its_own(office: Office) -> None:
    for number in range(6, 10):
        office.want(ticket(number))
        office.sheets.faults.append(faults.late())
        with pytest.raises(SheetUnavailable):
            await office.flush()
    await office.flush()

    assert office.sheets.land_late_writes() == 4

    await all_is_right(office)


async def test_a_gate_that_could_not_be_closed_is_tried_again(office: Office) -> None:
    await given_up(office, add_rows)
    office.sheets.faults.append(faults.late())  # the request that closes the gate has no answer, either
    with pytest.raises(SheetUnavailable):
        await office.flush()

    assert office.sheets.land_late_writes() == 2  # of the two, the first keeps out the other
    await all_is_right(office)


async def test_a_gate_whose_answer_was_lost_is_found_closed(office: Office) -> None:
    await given_up(office, add_rows)
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    assert is_closed(office)

    await all_is_right(office)
    assert office.sheets.land_late_writes() == 1
    await all_is_right(office)


async def test_a_gate_that_google_refuses_again_and_again_is_tried_later(office: Office) -> None:
    await given_up(office, change_rows)
    refused = invalid("Invalid requests[0].addProtectedRange: Not now.").response
    office.sheets.faults.append(Fault(path=WRITES, outcome=refused, times=4))
    with pytest.raises(SheetUnavailable, match="cannot be found out"):
        await office.flush()

    await all_is_right(office)


# The tab that would show it is gone


@pytest.mark.parametrize("restarted", [False, True], ids=["", "restarted"])
@pytest.mark.parametrize("act", [nothing, sort_the_other_way])
@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
async def test_rows_are_written_again_and_none_is_double_if_the_hidden_tab_was_deleted_meanwhile(
    office: Office, act: Callable[[Office], None], *, applied: bool, restarted: bool
) -> None:
    office.want(ticket(6), ticket(7))
    office.change(ticket(2), title="New")
    office.sheets.faults.append(faults.reset(path=WRITES, applied=applied))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.book.delete_tab(next(tab for tab in office.book.tabs if is_own(tab.title)))
    act(office)
    if restarted:
        office.start_again()

    await all_is_right(office)


async def test_a_late_write_cannot_land_any_more_when_its_hidden_tab_is_gone(office: Office) -> None:
    await given_up(office, add_rows)
    office.book.delete_tab(next(tab for tab in office.book.tabs if is_own(tab.title)))
    await office.flush()

    assert office.sheets.land_late_writes() == 1

    await all_is_right(office)


# Answers that pass

PASSING: dict[str, Callable[..., Fault]] = {
    "409": faults.aborted,
    "408": faults.request_timeout,
    "499": faults.cancelled,
    "504": faults.deadline_exceeded,
}


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
@pytest.mark.parametrize("path", [WRITES, "etByDataFilter$"], ids=["a write", "a read"])
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_an_answer_that_passes_is_no_refusal(
    office: Office, fault: Callable[..., Fault], path: str, *, applied: bool
) -> None:
    office.want(ticket(6))
    office.change(ticket(2), title="New")
    office.sheets.faults.append(fault(path=path, applied=applied))

    with pytest.raises(SheetUnavailable):
        await office.flush()

    await all_is_right(office)
    assert office.refusals == []
