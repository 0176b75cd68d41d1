"""SheetRepository when Google's answers do not come: whether a write was applied is then unknown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.support.sheet_office import Office, ticket
from tracker.errors import SheetUnavailable
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults
from tracker.sheet.table.columns import NAMES

pytest_plugins = ("tests.support.office_fixtures",)

WRITES = r":batchUpdate$"
TITLE = NAMES.index("title")


UNKNOWN: dict[str, Callable[..., Fault]] = {
    "reset": faults.reset,
    "hang": faults.hang,
    "500": faults.internal_error,
    "502": faults.bad_gateway,
    "503": faults.service_unavailable,
}


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
@pytest.mark.parametrize("fault", UNKNOWN)
async def test_a_write_whose_answer_was_lost_is_not_repeated_blindly(
    office: Office, monkeypatch: pytest.MonkeyPatch, fault: str, *, applied: bool
) -> None:
    if fault == "hang":
        monkeypatch.setattr("tracker.sheet.api.client._ANSWER_SECONDS", 1.5)  # instead of a minute
        office.connect()
    office.have(ticket(1), ticket(2))
    office.want(ticket(3), ticket(4))
    office.change(ticket(1), title="New")
    office.sheets.faults.append(UNKNOWN[fault](path=WRITES, applied=applied))

    with pytest.raises(SheetUnavailable):
        await office.flush()
    assert len(office.tab.records()) == (4 if applied else 2)
    await office.flush()

    assert office.known == office.wanted
    assert office.found() == office.meant()


async def test_a_write_whose_answer_was_lost_is_found_where_people_put_it(office: Office) -> None:
    office.have(ticket(1), ticket(2))
    office.want(ticket(3))
    office.sheets.faults.append(faults.service_unavailable(path=WRITES, applied=True))

    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.tab.sort(0, descending=True)
    await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["Ticket 3", "Ticket 2", "Ticket 1"]
    assert office.found() == office.meant()


@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "another process"])
async def test_what_a_person_writes_over_cells_whose_answer_was_lost_stays(office: Office, *, restarted: bool) -> None:
    office.have(ticket(1))
    office.change(ticket(1), title="New")
    office.want(ticket(2))
    office.sheets.faults.append(faults.service_unavailable(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.tab.enter(1, TITLE, "A person's title")
    office.tab.enter(2, TITLE, "Another's")

    if restarted:
        office.start_again()
    await office.flush()
    await office.flush()

    assert [row["title"] for row in office.tab.records()] == ["A person's title", "Another's"]
    assert office.known == office.wanted


@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "another process"])
async def test_a_value_that_went_back_after_a_lost_answer_is_written_again(office: Office, *, restarted: bool) -> None:
    office.want(ticket(1), ticket(2))
    await office.flush()
    office.change(ticket(1), title="New")
    office.sheets.faults.append(faults.service_unavailable(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    office.change(ticket(1), title="Ticket 1")
    assert office.tab.records()[0]["title"] == "New"

    if restarted:
        office.start_again()
    await office.flush()
    await office.flush()

    assert office.found() == office.meant()


async def test_an_outage_of_reads_changes_nothing(office: Office) -> None:
    office.have(ticket(1))
    await office.flush()
    office.change(ticket(1), title="New")
    office.sheets.faults.append(faults.service_unavailable(path="etByDataFilter"))

    with pytest.raises(SheetUnavailable):
        await office.flush()
    assert office.tab.records()[0]["title"] == "Ticket 1"
    await office.flush()

    assert office.found() == office.meant()


async def test_a_race_whose_answer_was_lost_overwrites_nobody_for_good(office: Office) -> None:
    office.want(*(ticket(number) for number in range(1, 6)))
    await office.flush()
    office.change(ticket(2), title="Changed")
    office.during_the_write(lambda: office.tab.sort(0, descending=True))
    office.sheets.faults.append(faults.service_unavailable(path=WRITES, applied=True))

    with pytest.raises(SheetUnavailable):
        await office.flush()
    await office.flush()
    await office.flush()

    assert office.found() == office.meant()


async def test_a_header_that_a_lost_write_overwrote_keeps_no_later_run_from_starting(office: Office) -> None:
    office.have(ticket(1), ticket(2))
    office.change(ticket(1), title="New")

    def rearrange() -> None:
        office.tab.insert_rows(0, 1)
        office.tab.move_columns(0, 1, 2)

    office.during_the_write(rearrange)
    office.sheets.faults.append(faults.service_unavailable(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await office.flush()
    assert office.tab.cell(1, 1).value == "New"  # where thread_id stood

    office.start_again()
    await office.flush()
    await office.flush()
    tab = await asyncio.to_thread(office.repository.open)

    assert tab.thread_ids == {ticket(1).thread_id, ticket(2).thread_id}
    assert office.found() == office.meant()
