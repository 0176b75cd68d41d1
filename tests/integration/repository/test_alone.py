"""SheetRepository used alone, by a program that keeps nothing of its own: find, rows, upsert."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.pages import ROOT, section
from tests.support.sheet_office import ROWS, TITLE, Office, open_office, ticket
from tracker.domain.cells import Cells, CellValue
from tracker.errors import SheetUnavailable
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.behaviour import SWITCHES
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.repository import ROWS_A_WRITE, SheetRepository
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.write.plan import Outcome

HEADING = "Use the rows from another program"
WRITES = r":batchUpdate$"
TEAM = NAMES.index("team")


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """A tab with the tickets 1 to 3, and a note of a person's beside each."""
    async with open_office(tmp_path) as opened:
        opened.have(ticket(1), ticket(2), ticket(3))
        opened.tab.paste(0, len(NAMES), [["note"], ["note 1"], ["note 2"], ["note 3"]])
        yield opened


def alone(office: Office) -> SheetRepository:
    """A repository that was given nothing but the tab's name."""
    return SheetRepository(office.google, TITLE)


def id_of(number: int) -> int:
    return ticket(number).thread_id


async def upsert(repository: SheetRepository, rows: Mapping[int, Cells]) -> Outcome:
    return await asyncio.to_thread(repository.upsert, rows)


def column_of(office: Office, name: str) -> dict[str, CellValue]:
    """What the column shows, by the id of the ticket; each has one row."""
    cells = [(str(row[KEY]), row[name]) for row in office.tab.records() if row[KEY]]
    assert len(dict(cells)) == len(cells)
    return dict(cells)


def titles(office: Office) -> dict[str, CellValue]:
    return column_of(office, "title")


async def test_find_shows_the_tickets_cells_by_name(office: Office) -> None:
    repository = alone(office)

    found = await asyncio.to_thread(repository.find, id_of(2))

    assert found == office.wanted[id_of(2)]
    assert await asyncio.to_thread(repository.find, id_of(9)) is None


async def test_find_finds_what_people_moved(office: Office) -> None:
    repository = alone(office)
    await asyncio.to_thread(repository.find, id_of(1))
    office.tab.sort(0, descending=True)
    office.tab.move_columns(0, 1, 5)
    office.tab.insert_rows(0, 2)
    office.tab.rename("Customers")

    assert await asyncio.to_thread(repository.find, id_of(1)) == office.wanted[id_of(1)]


async def test_find_shows_nothing_of_a_row_that_mixes_two_tickets(office: Office) -> None:
    office.tab.sort(0, descending=True, columns=[0])

    assert await asyncio.to_thread(alone(office).find, id_of(1)) is None


async def test_rows_shows_all_or_just_some_columns(office: Office) -> None:
    office.tab.enter(0, TEAM, "Squad")
    expected = {i: {n: v for n, v in cells.items() if n != "team"} for i, cells in office.wanted.items()}

    assert await asyncio.to_thread(alone(office).rows) == expected
    some = await asyncio.to_thread(alone(office).rows, ["title", "team"])
    assert some == {i: {"title": cells["title"]} for i, cells in expected.items()}


async def test_upsert_changes_the_cells_that_are_named_and_no_others(office: Office) -> None:
    outcome = await upsert(alone(office), {id_of(2): {"title": "New", "team": None, "reopen_count": 3}})

    assert outcome.known[id_of(2)].items() >= {"title": "New", "team": None, "reopen_count": 3}.items()
    office.change(ticket(2), title="New", team=None, reopen_count=3)
    assert [[cell for cell in row if cell[0] != "note"] for row in office.found()] == office.meant()
    assert column_of(office, "note") == {str(id_of(n)): f"note {n}" for n in (1, 2, 3)}


async def test_upsert_gives_a_row_to_those_without_one(office: Office) -> None:
    repository = alone(office)

    await upsert(repository, {id_of(5): {"title": "=1+1"}, id_of(1): {"title": "One"}, id_of(4): {}})

    assert list(titles(office)) == [str(id_of(number)) for number in (1, 2, 3, 5, 4)]
    assert titles(office)[str(id_of(5))] == "=1+1"
    assert await asyncio.to_thread(repository.find, id_of(5)) == dict.fromkeys(NAMES) | {
        KEY: str(id_of(5)),
        "title": "=1+1",
    }


async def test_what_is_there_already_costs_no_write(office: Office) -> None:
    repository = alone(office)
    await upsert(repository, {id_of(2): {"title": "New"}})
    office.asked()

    outcome = await upsert(repository, {id_of(2): {"title": "New"}})

    assert "write" not in office.asked()
    assert outcome.known.keys() == {id_of(2)}


async def test_cells_of_columns_that_are_missing_are_left_out(office: Office) -> None:
    office.tab.enter(0, TEAM, "Squad")

    outcome = await upsert(alone(office), {id_of(1): {"title": "New", "team": "Consulting"}})

    assert outcome.columns == frozenset(NAMES) - {"team"}
    assert titles(office)[str(id_of(1))] == "New"
    assert column_of(office, "Squad")[str(id_of(1))] is None


async def test_ids_that_became_numbers_are_written_back_with_what_is_wanted(office: Office) -> None:
    office.tab.paste(2, 0, [[float(id_of(2))]])

    await upsert(alone(office), {id_of(2): {"title": "New"}})

    assert titles(office)[str(id_of(2))] == "New"


RACES: dict[str, Callable[[Tab], object]] = {
    "sorted": lambda tab: tab.sort(0, descending=True),
    "a row inserted": lambda tab: tab.insert_rows(1),
    "a row deleted": lambda tab: tab.delete_rows(2),
    "a column inserted": lambda tab: tab.insert_columns(1),
    "columns moved": lambda tab: tab.move_columns(0, 1, 4),
}


@pytest.mark.parametrize("act", RACES.values(), ids=RACES)
async def test_what_people_do_between_look_and_write_costs_nobody_a_cell(
    office: Office, act: Callable[[Tab], object]
) -> None:
    office.during_the_write(lambda: act(office.tab))

    await upsert(alone(office), {id_of(1): {"title": "New", "team": "Consulting"}, id_of(4): {"title": "Four"}})

    shown = titles(office)
    gone = act is RACES["a row deleted"]
    expected = {str(id_of(n)): text for n, text in ((1, "New"), (2, "Ticket 2"), (3, "Ticket 3"), (4, "Four"))}
    assert shown == {i: text for i, text in expected.items() if not (gone and i == str(id_of(2)))}
    assert {i: note for i, note in column_of(office, "note").items() if note} == {
        str(id_of(n)): f"note {n}" for n in (1, 2, 3) if not (gone and n == 2)
    }


@pytest.mark.parametrize("applied", [True, False], ids=["applied", "not applied"])
async def test_after_a_lost_answer_the_next_call_finds_out_what_became_of_it(office: Office, *, applied: bool) -> None:
    repository = alone(office)
    await upsert(repository, {id_of(2): {"title": "Two"}})
    office.sheets.faults.append(faults.reset(path=WRITES, applied=applied))
    rows: dict[int, Cells] = {id_of(1): {"title": "New"}, id_of(4): {"title": "Four"}}
    with pytest.raises(SheetUnavailable):
        await upsert(repository, rows)

    await upsert(repository, rows)

    assert titles(office)[str(id_of(1))] == "New"
    assert titles(office)[str(id_of(4))] == "Four"


async def test_a_write_of_its_own_that_comes_late_doubles_no_row(office: Office) -> None:
    repository = alone(office)
    await upsert(repository, {id_of(2): {"title": "Two"}})
    office.sheets.faults.append(faults.late())
    with pytest.raises(SheetUnavailable):
        await upsert(repository, {id_of(4): {"title": "Four"}})
    await upsert(repository, {id_of(5): {"title": "Five"}, id_of(4): {"title": "Four"}})

    office.sheets.land_late_writes()

    await upsert(repository, {id_of(6): {"title": "Six"}})
    assert [titles(office)[str(id_of(number))] for number in (4, 5, 6)] == ["Four", "Five", "Six"]


async def test_what_a_write_with_a_lost_answer_covered_in_wrong_rows_is_put_back_by_the_next_call(
    office: Office,
) -> None:
    repository = alone(office)
    await upsert(repository, {id_of(2): {"title": "Two"}})
    office.during_the_write(lambda: office.tab.sort(0, descending=True))
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await upsert(repository, {id_of(1): {"title": "New"}})

    await upsert(repository, {id_of(1): {"title": "New"}})

    assert titles(office) == {str(id_of(3)): "Ticket 3", str(id_of(2)): "Two", str(id_of(1)): "New"}


async def test_what_a_race_covered_and_nobody_can_put_back_is_kept_and_named(office: Office) -> None:
    repository = alone(office)
    await upsert(repository, {id_of(2): {"title": "Two"}})
    office.during_the_write(lambda: office.tab.sort(0, descending=True))
    office.sheets.faults.append(faults.reset(path=WRITES, applied=True))
    with pytest.raises(SheetUnavailable):
        await upsert(repository, {id_of(1): {"title": "New"}})
    office.tab.paste(1, NAMES.index("title"), [["ours since then"]])

    outcome = await upsert(repository, {id_of(1): {"title": "New"}})

    assert outcome.kept is not None
    assert (outcome.kept.rows, outcome.kept.address.startswith(office.google.address)) == (1, True)
    assert titles(office) == {str(id_of(3)): "ours since then", str(id_of(2)): "Two", str(id_of(1)): "New"}


async def test_more_rows_than_go_into_a_write_go_into_several(office: Office) -> None:
    many: dict[int, Cells] = {id_of(number): {"title": f"Many {number}"} for number in range(1, ROWS_A_WRITE + 20)}

    outcome = await upsert(alone(office), many)

    assert titles(office) == {str(i): cells["title"] for i, cells in many.items()}
    assert outcome.known.keys() == many.keys()
    assert office.tab.row_count > ROWS


async def test_of_rows_one_of_which_google_refuses_the_others_are_written_and_the_one_is_named(office: Office) -> None:
    office.sheets.behaviour = SWITCHES["values that break strict rules are refused"]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": [{"userEnteredValue": "Engineering"}]}, "strict": True}
    office.tab.write(2, {TEAM: office.tab.cell(2, TEAM)._replace(validation=rule)})

    outcome = await upsert(alone(office), {id_of(number): {"team": "Consulting"} for number in (1, 2, 3, 4)})

    assert [*column_of(office, "team").values()] == ["Consulting", None, "Consulting", "Consulting"]
    assert outcome.known.keys() == {id_of(number) for number in (1, 3, 4)}
    assert [(i, "violates the data validation rules" in why) for i, why in outcome.not_taken.items()] == [
        (id_of(2), True)
    ]


# What the documents show


def example() -> str:
    """The program that the documents show."""
    found = re.search(r"```python\n(.*?)```", section(HEADING), re.DOTALL)
    assert found is not None, f"there is no program under {HEADING}"
    return found[1]


async def run(office: Office, program: str) -> str:
    arguments = (str(office.key_file), office.book.id, office.sheets.address)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, *arguments),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
    return output.decode()


async def test_the_documented_program_writes_and_reads_rows(office: Office) -> None:
    program = example()
    upserted = re.search(r"upsert\(\{\s*(\d+)", program)
    assert upserted is not None
    before = len(titles(office))

    printed = [await run(office, program) for _ in range(2)]

    assert len(titles(office)) == before + 1
    assert upserted[1] in titles(office)
    assert upserted[1] in printed[0]
    assert printed[0] == printed[1]
