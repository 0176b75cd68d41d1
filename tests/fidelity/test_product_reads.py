"""The product finds header, rows and values in a workbook that is served as the real Google serves it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path

import pytest

from tests.fidelity.conftest import EXCEL
from tests.support.backlot.judge import Backlot
from tests.support.backlot.orders import ORDERS, TICKETS, WORKBOOK, Order
from tests.support.backlot.product import header, reading
from tests.support.backlot.workbook import JSON
from tests.support.backlot.workbook import TICKETS as DESK
from tracker.domain.cells import Cells, CellValue
from tracker.errors import SheetSetupError
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.table.cells import value_of
from tracker.sheet.table.layout import grid_range
from tracker.sheet.table.rows import Row

every_order = pytest.mark.parametrize("order", ORDERS, ids=lambda order: order.title)
CELL_FIELDS = "sheets(properties.sheetId,data(startRow,startColumn,rowData.values.userEnteredValue))"


def of_kind(value: CellValue) -> tuple[type, CellValue]:
    """A value that equals only one of its own type."""
    return type(value), value


def expected(order: Order, cells: Cells) -> dict[str, tuple[type, CellValue]]:
    return {name: of_kind(value) for name, value in cells.items() if name in order.names}


def found(cells: Cells) -> dict[str, tuple[type, CellValue]]:
    return {name: of_kind(None if value == "" else value) for name, value in cells.items()}


def shown(answer: JSON, tab_id: int) -> dict[tuple[int, int], CellValue]:
    """The cells of an answer with grid data, by row and column, as each block says where it stands."""
    (tab,) = (each for each in answer["sheets"] if each["properties"]["sheetId"] == tab_id)
    return {
        (row, column): value_of(cell["userEnteredValue"])
        for block in tab["data"]
        for row, line in enumerate(block.get("rowData", []), block.get("startRow", 0))
        for column, cell in enumerate(line.get("values", []), block.get("startColumn", 0))
        if cell
    }


@every_order
def test_the_header_is_found_where_it_stands(sheet: GoogleSheet, order: Order) -> None:
    layout = header(sheet, order.title)
    assert (layout.header_row, layout.columns) == (order.header_row, order.columns)


@every_order
def test_every_ticket_is_found_with_its_values(sheet: GoogleSheet, order: Order) -> None:
    rows = reading(sheet, order.title).rows()
    assert {thread_id: found(cells) for thread_id, cells in rows.items()} == {
        thread_id: expected(order, cells) for thread_id, cells in TICKETS.items()
    }


@pytest.mark.parametrize("order", ORDERS[::5], ids=lambda order: order.title)
def test_one_ticket_is_found_and_one_that_is_not_there_is_not(sheet: GoogleSheet, order: Order) -> None:
    for thread_id, cells in TICKETS.items():
        ticket = reading(sheet, order.title).find(thread_id)
        assert ticket is not None
        assert found(ticket) == expected(order, cells)
    assert reading(sheet, order.title).find(1) is None


@every_order
def test_a_look_before_a_write_finds_all_as_it_should_be(sheet: GoogleSheet, order: Order) -> None:
    repository = reading(sheet, order.title)
    known = repository.rows()
    plan = repository.plan([Row(thread_id=i, cells=cells, known=cells) for i, cells in known.items()])
    assert not plan.is_needed
    assert plan.unchanged.keys() == TICKETS.keys()


@pytest.mark.parametrize("title", ["Support Tickets", "Data"])
def test_cells_stand_where_their_block_says_in_whatever_order_they_are_asked_for(
    compared_sheet: GoogleSheet, tabs: dict[str, int], title: str
) -> None:
    tab_id = tabs[title]
    parts = [(range(2, 9), range(2, 3)), (range(2, 9), range(1)), (range(3, 5), range(8)), (range(2, 3), range(8))]
    everything = shown(compared_sheet.look(CELL_FIELDS, [{"sheetId": tab_id}]), tab_id)
    for chosen in permutations(parts, 3):
        asked: Sequence[JSON] = [grid_range(tab_id, rows, columns) for rows, columns in chosen]
        places = {(row, column) for rows, columns in chosen for row in rows for column in columns}
        answer = compared_sheet.look(CELL_FIELDS, asked)
        assert shown(answer, tab_id) == {place: value for place, value in everything.items() if place in places}


def test_values_are_those_that_stand_in_the_cells(compared_sheet: GoogleSheet, tabs: dict[str, int]) -> None:
    answer = shown(compared_sheet.look(CELL_FIELDS, [{"sheetId": tabs[DESK.title]}]), tabs[DESK.title])
    assert {place: of_kind(value) for place, value in answer.items()} == {
        (row, column): of_kind(value)
        for row, values in enumerate(DESK.rows)
        for column, value in enumerate(values)
        if value not in (None, "")
    }


def test_ranges_are_answered_in_the_order_they_were_asked_for(sheet: GoogleSheet) -> None:
    ranges = [grid_range(0, range(row, row + 1), range(column, column + 1)) for row in (2, 0) for column in (3, 0, 1)]
    read = [each["range"].partition("!")[2] for each in sheet.read([*ranges, ranges[0]])]
    assert read == ["D3", "A3", "B3", "D1", "A1", "B1", "D3"]


def test_a_tab_that_is_not_there_is_named_with_those_that_are(sheet: GoogleSheet) -> None:
    with pytest.raises(SheetSetupError, match=r'has no tab "Nowhere".*"link before the key"'):
        header(sheet, "Nowhere")


def test_a_range_that_no_longer_fits_the_tab_is_stale(sheet: GoogleSheet) -> None:
    with pytest.raises(StaleRequest, match="exceeds grid limits"):
        sheet.read([grid_range(0, range(5000, 5001))])
    with pytest.raises(StaleRequest, match="No grid with id: 7"):
        sheet.read([grid_range(7, range(1))])
    with pytest.raises(StaleRequest, match="No sheet with id: 7"):
        sheet.look(CELL_FIELDS, [grid_range(7, range(1))])


@pytest.mark.parametrize(("title", "check"), [("nobody's id", "sheet.found"), (EXCEL, "sheet.kind")])
def test_a_wrong_id_is_named_as_one(judge: Backlot, key_file: Path, title: str, check: str) -> None:
    spreadsheet_id = judge.files.get(title, title)
    wrong = GoogleSheet(key_file=key_file, spreadsheet_id=spreadsheet_id, base_url=judge.address)
    with pytest.raises(SheetSetupError) as refused:
        wrong.describe("sheets.properties")
    assert refused.value.check == check


def test_the_judge_serves_the_tickets_under_the_id_0_and_others(judge: Backlot) -> None:
    numbers = list(judge.sheet_ids(WORKBOOK).values())
    assert numbers[0] == 0
    assert min(numbers[1:]) > len(ORDERS)
