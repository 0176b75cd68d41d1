"""Where misplaced cells are now, and whether they can be put back without a guess."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.writes import (
    HEADER,
    LINK,
    NOTE,
    ONE,
    THREAD_ID,
    THREE,
    TITLE,
    TWO,
    identity,
    line,
    misplaced,
    plan_of,
)
from tracker.sheet.recovery.placing import (
    given_up,
    is_header,
    rows_named,
    targets_for,
    where_columns_are,
)
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import ALL_BUT_KEY
from tracker.sheet.write.plan import Misplaced

WAS = line(TWO, "Two", "note 2")
OVERWRITTEN = line(TWO, "New", "note 2")


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        pytest.param({4: OVERWRITTEN}, 4, id="in its place"),
        pytest.param({4: line(ONE, "One"), 6: OVERWRITTEN}, 6, id="moved"),
        pytest.param({4: line(TWO, "ours", "note 2")}, None, id="changed by a person since"),
        pytest.param({4: OVERWRITTEN, 6: OVERWRITTEN}, None, id="twice"),
        pytest.param({4: line(ONE, "New")}, None, id="another row with the same words"),
        pytest.param({4: {}}, None, id="gone"),
    ],
)
def test_cells_are_put_back_in_the_one_row_that_still_holds_what_was_written(
    rows: dict[int, dict[int, Json]], place: int | None
) -> None:
    named = {TWO: [row for row, cells in rows.items() if cells.get(THREAD_ID) == content_of(str(TWO))]}

    targets = targets_for({0: misplaced(4, WAS)}, rows, named, 0, 4)

    assert [target.row for target in targets] == ([] if place is None else [place])
    for target in targets:
        assert (target.cells, target.puts_back) == ({TITLE: content_of("Two")}, 0)
        assert target.proof == {**identity(TWO), TITLE: content_of("New")}


def test_of_two_that_would_go_into_one_row_one_waits() -> None:
    found = targets_for({0: misplaced(4, WAS), 1: misplaced(4, WAS)}, {4: OVERWRITTEN}, {TWO: [4]}, 0, 4)

    assert [target.puts_back for target in found] == [0]


def test_where_one_id_was_written_over_several_rows_each_is_known_by_the_rest_of_it() -> None:
    was = {4: line(TWO, "Two", "note 2"), 6: line(THREE, "Three", "note 3")}
    written = identity(ONE)
    overwritten = [
        Misplaced(row=row, cells=written, before=before, identifying=(THREAD_ID, LINK), header=HEADER)
        for row, before in was.items()
    ]
    there_again, still_overwritten = was[4], {**was[6], **written}

    found = targets_for(dict(enumerate(overwritten)), {4: there_again, 5: still_overwritten}, {ONE: [5]}, 0, 4)

    assert [(target.row, target.puts_back) for target in found] == [(5, 1)]


@pytest.mark.parametrize(
    ("header", "written", "places"), [(HEADER, None, [4]), ({}, "New", [4]), ({}, None, [])], ids=str
)
def test_blanks_that_no_header_explained_are_put_back_only_where_all_of_the_row_agrees(
    header: dict[int, Json], written: str | None, places: list[int]
) -> None:
    lost = replace(misplaced(4, WAS, header=header), cells={TITLE: content_of(written)})
    shown = line(TWO, written, "another note")

    assert [target.row for target in targets_for({0: lost}, {4: shown}, {TWO: [4]}, 0, 4)] == places


@pytest.mark.parametrize(("shown", "places"), [(line(None, None, "note 2"), [4]), (line(None, None, "a remark"), [])])
def test_a_row_of_which_blanks_left_no_id_is_known_by_the_rest_of_it(shown: dict[int, Json], places: list[int]) -> None:
    blanks: dict[int, Json] = {THREAD_ID: {}, TITLE: {}, LINK: {}}
    lost = Misplaced(row=4, cells=blanks, before=WAS, identifying=(THREAD_ID, LINK), header=HEADER)

    found = targets_for({0: lost}, {4: shown}, {}, 0, 5)

    assert [target.row for target in found] == places
    for target in found:
        assert target.proof == {**blanks, NOTE: content_of("note 2"), 4: {}}


def test_of_two_rows_that_hold_what_was_written_the_one_counts_of_which_all_agrees() -> None:
    written = Misplaced(
        row=6, cells=line(TWO, "New"), before=line(None, None, "a remark"), identifying=(THREAD_ID, LINK), header=HEADER
    )
    shown = {4: line(TWO, "New", "note 2"), 6: line(TWO, "New", "a remark")}

    found = targets_for({0: written}, shown, {TWO: [4, 6]}, 0, 4)

    assert [(target.row, target.proof) for target in found] == [(6, shown[6])]


@pytest.mark.parametrize(("width", "places"), [(4, [4]), (5, []), (None, [])])
def test_columns_that_the_image_does_not_reach_tell_nothing_of_the_row(width: int | None, places: list[int]) -> None:
    lost = Misplaced(
        row=4, cells=line(ONE, "New"), before=WAS, identifying=(THREAD_ID, LINK), header=HEADER, width=width
    )
    shown = {**line(ONE, "New", "note 2"), 4: content_of("pushed beyond the image")}

    assert [target.row for target in targets_for({0: lost}, {4: shown}, {ONE: [4]}, 0, 5)] == places


@pytest.mark.parametrize(("rest", "places"), [("a remark", [6]), ("note 2", [])])
def test_elsewhere_under_an_id_that_was_written_the_row_is_known_by_the_rest_of_it(
    rest: str, places: list[int]
) -> None:
    over_a_remark = Misplaced(
        row=4, cells=line(TWO, "Two"), before=line(None, None, "a remark"), identifying=(THREAD_ID, LINK), header=HEADER
    )
    shown = {4: line(TWO, "ours", "a remark"), 6: line(TWO, "Two", rest)}

    found = targets_for({0: over_a_remark}, shown, {TWO: [4, 6]}, 0, 4)

    assert [target.row for target in found] == places


def test_a_row_that_nobody_saw_is_put_nowhere() -> None:
    assert targets_for({0: misplaced(4, None)}, {4: OVERWRITTEN}, {}, 0, 4) == ()


def test_an_error_that_a_formula_came_to_cannot_be_entered_again() -> None:
    was = {**WAS, TITLE: {"errorValue": {"type": "REF"}}}

    assert targets_for({0: misplaced(4, was)}, {4: OVERWRITTEN}, {TWO: [4]}, 0, 4) == ()


def test_a_header_goes_first_and_alone() -> None:
    header = Misplaced(row=0, cells={TITLE: content_of("New")}, before=HEADER, identifying=(THREAD_ID,), header=HEADER)
    shown = {0: {**HEADER, TITLE: content_of("New")}, 4: OVERWRITTEN}

    assert is_header(header)
    found = targets_for({0: misplaced(4, WAS), 1: header}, shown, {TWO: [4]}, 0, 4)

    assert [(target.row, target.puts_back) for target in found] == [(0, 1)]


MOVED = {0: HEADER[TITLE], 1: HEADER[THREAD_ID], 2: HEADER[NOTE], 3: HEADER[LINK]}


@pytest.mark.parametrize("written", [{TITLE: content_of("New")}, line(ONE, "New")], ids=["one", "that of the ids, too"])
def test_a_header_is_known_by_its_names_beside_another_row_without_an_id(written: dict[int, Json]) -> None:
    remark = Misplaced(
        row=4, cells=written, before={NOTE: content_of("a remark")}, identifying=(THREAD_ID,), header=HEADER
    )
    names = Misplaced(row=0, cells=written, before=HEADER, identifying=(THREAD_ID,), header=HEADER)
    shown = {0: {**HEADER, **written, 9: content_of("a column that came since")}}

    found = targets_for({0: remark, 1: names}, shown, {}, 0, 4)

    assert [(target.row, target.puts_back) for target in found] == [(0, 1)]


@pytest.mark.parametrize(
    ("now", "column"),
    [
        pytest.param(HEADER, TITLE, id="where they were"),
        pytest.param(MOVED, 0, id="moved"),
        pytest.param({**HEADER, TITLE: content_of("subject")}, TITLE, id="renamed"),
        pytest.param({}, TITLE, id="no header to be found"),
        pytest.param({**MOVED, 0: content_of("subject")}, None, id="renamed and moved"),
        pytest.param({**MOVED, 5: HEADER[TITLE]}, None, id="named twice"),
    ],
)
def test_columns_are_where_the_header_has_them_by_now(now: dict[int, Json], column: int | None) -> None:
    found = where_columns_are(misplaced(4, WAS), now)

    assert (None if found is None else list(found.cells)) == (None if column is None else [column])
    if found is not None and column == 0:
        assert found.identifying == (1, 3)
        assert found.before == {0: WAS[TITLE], 1: WAS[THREAD_ID], 2: WAS[NOTE], 3: WAS[LINK]}


def test_rows_are_found_by_the_id_that_they_had() -> None:
    keys = [(1, str(ONE)), (2, None), (3, str(TWO)), (4, 3.0), (5, str(TWO))]

    assert rows_named(keys, [misplaced(9, WAS), misplaced(9, {}), misplaced(9, None)]) == {TWO: [3, 5]}
    assert [misplaced(9, before).key for before in (WAS, {}, None)] == [TWO, None, None]


def test_a_row_that_no_header_explained_is_known_by_its_link() -> None:
    moved = {column + 1: content for column, content in WAS.items()}

    assert misplaced(9, moved, header={}).key == TWO
    assert misplaced(9, moved).key is None


@pytest.mark.parametrize("before", [None, line(THREE, "Three")], ids=["nobody saw", "another's"])
def test_a_ticket_whose_id_was_put_into_a_row_that_is_given_up_is_written_again_as_a_whole(
    before: dict[int, Json] | None,
) -> None:
    lost = replace(misplaced(4, before), cells=line(TWO, "Two"))

    outcome = given_up(plan_of(misplaced=(lost,)), "https://example.org/kept")

    assert outcome.unknown[TWO] == ALL_BUT_KEY
    assert outcome.unknown.get(THREE) == (None if before is None else {"title", "link"})


def test_what_is_given_up_is_written_again_as_far_as_it_is_a_tickets() -> None:
    unseen = misplaced(6, None)
    named = replace(unseen, row=7, beside=identity(ONE))
    plan = plan_of(misplaced=(misplaced(4, WAS), misplaced(5, {NOTE: content_of("x")}), unseen, named))

    outcome = given_up(plan, "https://example.org/kept")

    assert outcome.unknown == {TWO: {"title"}, ONE: {"title"}}
    assert outcome.kept is not None
    assert (outcome.kept.rows, outcome.kept.address) == (4, "https://example.org/kept")
