"""Which rows are free for new tickets, and which tickets' rows are not where they are believed to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.support.writes import COLUMNS, HEADER, NOTE, ONE, TAB, THREAD_ID, THREE, TITLE, TWO, line, link
from tracker.sheet.api.answer import Shown
from tracker.sheet.table.cells import Json, content_of, value_of
from tracker.sheet.table.layout import Layout
from tracker.sheet.table.rows import Row
from tracker.sheet.write.planning import free_rows, moved, planned, ranges_to_look_at, window
from tracker.sheet.write.snapshot import Snapshot

LAYOUT = Layout(header_row=0, columns=COLUMNS)
SNAPSHOT = Snapshot(
    tab_id=TAB,
    title="Tickets",
    row_count=100,
    column_count=4,
    layout=LAYOUT,
    positions={ONE: 1, TWO: 2},
    end=3,
    rekeyed=frozenset(),
    mixed=frozenset(),
    doubled=frozenset(),
    unknown=frozenset(),
    images=None,
    fences=frozenset(),
)
ROWS = {0: HEADER, 1: line(ONE, "One"), 2: line(TWO, "Two")}


def shown(rows: Mapping[int, Mapping[int, Json]], row_count: int = 100) -> Shown:
    """These rows as Google shows them."""

    def cell(content: Json) -> Json:
        return {"userEnteredValue": content} if "cell" not in content else dict(content["cell"])

    blocks = [
        {
            "startRow": row,
            "rowData": [{"values": [cell(cells[c]) if c in cells else {} for c in range(max(cells, default=-1) + 1)]}],
        }
        for row, cells in rows.items()
    ]
    grid = {"rowCount": row_count, "columnCount": 4}
    return Shown({"sheets": [{"properties": {"sheetId": TAB, "gridProperties": grid}, "data": blocks}]}, TAB)


def formula(value: str) -> Json:
    """A cell with a formula that came to this."""
    return {"cell": {"userEnteredValue": {"formulaValue": "=A1"}, "effectiveValue": content_of(value)}}


LOOK = range(10, 30)


@pytest.mark.parametrize(
    ("cell", "free"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({NOTE: content_of(value=False)}, True, id="a checkbox of people's"),
        pytest.param({TITLE: content_of(value=True)}, True, id="a checkbox of the bot's"),
        pytest.param({NOTE: {"stringValue": ""}}, True, id="nothing, of a formula further up"),
        pytest.param({NOTE: formula("computed")}, True, id="a formula"),
        pytest.param({NOTE: content_of("a note")}, False, id="a note"),
        pytest.param({NOTE: content_of(0.0)}, False, id="a number"),
        pytest.param({TITLE: content_of("a remark")}, False, id="a remark"),
        pytest.param({THREAD_ID: content_of(value=False)}, False, id="a checkbox among the ids"),
        pytest.param({THREAD_ID: formula("7")}, False, id="a formula among the ids"),
    ],
)
def test_a_row_is_free_if_nothing_stands_in_it_but_what_is_filled_down(cell: dict[int, Json], *, free: bool) -> None:
    assert (12 in free_rows(shown({12: cell}), LOOK, LAYOUT)) is free
    assert {10, 11, 13, 29} <= {*free_rows(shown({12: cell}), LOOK, LAYOUT)}


@pytest.mark.parametrize(
    ("column", "values", "free"),
    [
        pytest.param(NOTE, [content_of("todo")] * 20, True, id="one and the same text"),
        pytest.param(NOTE, [content_of(float(number)) for number in range(20)], True, id="numbers"),
        pytest.param(NOTE, [content_of(f"note {number}") for number in range(20)], False, id="different texts"),
        pytest.param(NOTE, [content_of("todo")] * 19, False, id="but for one row"),
        pytest.param(TITLE, [content_of("todo")] * 20, False, id="in a column of the bot's"),
    ],
)
def test_a_column_of_peoples_is_filled_down_if_the_same_kind_stands_in_every_row(
    column: int, values: list[Json], *, free: bool
) -> None:
    found = free_rows(shown({row: {column: value} for row, value in zip(LOOK, values, strict=False)}), LOOK, LAYOUT)

    assert (LOOK.start in found) is free


def test_a_few_rows_do_not_show_whether_a_column_is_filled_down() -> None:
    rows = {row: {NOTE: content_of("todo")} for row in range(10, 14)}

    assert free_rows(shown(rows), range(10, 14), LAYOUT) == []


@pytest.mark.parametrize(("new", "rows"), [(0, range(0)), (1, range(3, 24)), (200, range(3, 100))])
def test_no_more_rows_are_looked_at_than_new_ones_may_need(new: int, rows: range) -> None:
    assert window(SNAPSHOT, new) == rows


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param({}, set(), id="as before"),
        pytest.param({1: line(TWO, "Two"), 2: line(ONE, "One")}, {ONE, TWO}, id="sorted"),
        pytest.param({2: {}}, {TWO}, id="emptied"),
        pytest.param({2: {THREAD_ID: content_of(str(TWO))}}, set(), id="without its link"),
        pytest.param({2: {**line(TWO), 2: content_of(link(ONE))}}, {TWO}, id="with another's link"),
        pytest.param({2: line(ONE, "One")}, {TWO}, id="a copy of another in its place"),
        pytest.param({1: line(TWO, "Two")}, {ONE, TWO}, id="a copy above it"),
        pytest.param({3: line(THREE, "Three")}, None, id="a row more"),
        pytest.param({0: {**HEADER, TITLE: content_of("subject")}}, None, id="a column renamed"),
        pytest.param({0: {}, 1: HEADER}, None, id="a row inserted above"),
    ],
)
def test_rows_that_are_elsewhere_are_noticed(rows: dict[int, dict[int, Json]], expected: set[int] | None) -> None:
    assert moved(SNAPSHOT, shown({**ROWS, **rows}), [ONE, TWO], surveyed=False) == expected


def test_a_tab_of_another_size_is_looked_at_anew() -> None:
    assert moved(SNAPSHOT, shown(ROWS, row_count=101), [ONE], surveyed=False) is None


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({"rekeyed": frozenset({TWO})}, {2: {2: content_of(link(TWO))}}),
        ({"mixed": frozenset({TWO})}, {2: {**line(TWO), 2: content_of(link(ONE))}}),
    ],
    ids=["an id to write back", "a link of another"],
)
def test_what_was_known_to_be_odd_has_not_moved(fields: dict[str, Any], rows: dict[int, dict[int, Json]]) -> None:
    snapshot = replace(SNAPSHOT, **fields)

    assert moved(snapshot, shown({**ROWS, **rows}), [TWO], surveyed=False) == frozenset()


def row_of(ticket: int, title: str, known: str | None = None) -> Row:
    before = {} if known is None else {"thread_id": str(ticket), "title": known, "link": link(ticket)}
    return Row(
        thread_id=ticket, cells={"thread_id": str(ticket), "title": title, "link": link(ticket)}, known=dict(before)
    )


def test_only_what_differs_is_written_and_new_rows_go_below() -> None:
    rows = [row_of(ONE, "New", "One"), row_of(TWO, "Two", "Two"), row_of(THREE, "Three")]

    found = planned(SNAPSHOT, shown({**ROWS, 3: {NOTE: content_of("a note")}}), rows, ())

    changed, new = found.targets
    assert (changed.row, changed.cells) == (1, {TITLE: content_of("New")})
    assert (new.row, value_of(new.cells[THREAD_ID]), new.proof) == (4, str(THREE), {column: {} for column in (0, 1, 2)})
    assert found.unchanged.keys() == {TWO}
    assert found.without_place == 0


def test_new_rows_without_a_place_are_counted() -> None:
    snapshot = replace(SNAPSHOT, row_count=4)

    found = planned(snapshot, shown(ROWS, row_count=4), [row_of(ticket, "New") for ticket in (3, 4, 5)], ())

    assert ([target.row for target in found.targets], found.without_place) == ([3], 2)


def test_ids_are_written_back_before_the_rest_of_their_rows() -> None:
    snapshot = replace(SNAPSHOT, rekeyed=frozenset({TWO}))

    found = planned(snapshot, shown(ROWS), [row_of(TWO, "New", "Two")], ())

    assert [(target.cells, target.known) for target in found.targets] == [({THREAD_ID: content_of(str(TWO))}, None)]


def test_of_a_row_that_mixes_two_tickets_nothing_is_taken_for_known() -> None:
    found = planned(replace(SNAPSHOT, mixed=frozenset({TWO})), shown(ROWS), [row_of(TWO, "Two", "Two")], ())

    assert [set(target.cells) for target in found.targets] == [{TITLE, 2}]


def test_the_look_costs_ranges_of_the_rows_concerned_alone() -> None:
    ranges = ranges_to_look_at(SNAPSHOT, [TWO])

    assert {(each["startRowIndex"], each["endRowIndex"], each.get("startColumnIndex")) for each in ranges} == {
        (0, 1, None),
        (1, 4, 0),
        (2, 3, 2),
    }
