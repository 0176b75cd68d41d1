"""What a write turned out to have done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.writes import (
    COLUMNS,
    HEADER,
    LINK,
    NOTE,
    ONE,
    THREAD_ID,
    THREE,
    TITLE,
    TWO,
    change,
    identity,
    line,
    link,
    misplaced,
    new_row,
    plan_of,
)
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import ALL_BUT_KEY
from tracker.sheet.write.plan import Misplaced, Outcome, Target, WritePlan
from tracker.sheet.write.verify import Evidence, is_proved, verify

NEW = {TITLE: content_of("New")}


def outcome_of(plan: WritePlan, *images: dict[int, Json], header: dict[int, Json] = HEADER, **others: Any) -> Outcome:  # noqa: ANN401 - of the evidence
    plain: dict[str, Any] = {"rows": {}, "at_once": True}
    return verify(plan, Evidence(header=header, images=images, **plain | others))


def test_a_row_counts_as_written_where_its_image_shows_that_it_was_the_one() -> None:
    plan = plan_of(change(4, ONE, "New"))
    evidence = Evidence(header=HEADER, images=(line(ONE, "Old"),), rows={4: line(ONE, "New")}, at_once=True)

    assert is_proved(plan, evidence)
    outcome = verify(plan, evidence)
    assert outcome.known == {ONE: {"thread_id": str(ONE), "title": "New", "link": link(ONE)}}
    assert (outcome.misplaced, outcome.not_taken, outcome.races) == ((), {}, 0)


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        pytest.param(line(TWO, "Two", "note 2"), line(TWO, "New", "note 2"), id="another ticket's"),
        pytest.param({TITLE: content_of("a remark")}, NEW, id="a remark of people's"),
        pytest.param({}, NEW, id="a blank row"),
    ],
)
def test_a_write_into_another_row_is_misplaced_with_the_row_as_it_was(
    image: dict[int, Json], shown: dict[int, Json]
) -> None:
    outcome = outcome_of(plan_of(change(4, ONE, "New")), image, rows={4: shown})

    assert ONE not in outcome.known
    (found,) = outcome.misplaced
    assert (found.row, found.cells, found.before) == (4, NEW, image)
    assert outcome.races == 1


def test_a_cell_that_already_held_the_same_is_no_harm_but_no_proof() -> None:
    outcome = outcome_of(plan_of(change(4, ONE, "New")), line(TWO, "New"), rows={4: line(TWO, "New")})

    assert (outcome.known, outcome.misplaced) == ({}, ())


def test_a_column_that_the_header_names_otherwise_by_then_is_misplaced_alone() -> None:
    target = Target(
        row=4,
        cells={TITLE: content_of("New"), LINK: content_of(link(ONE))},
        proof={THREAD_ID: content_of(str(ONE))},
        thread_id=ONE,
        known={"thread_id": str(ONE)},
    )
    header = {**HEADER, TITLE: content_of("subject")}

    outcome = outcome_of(plan_of(target), line(ONE, "Old"), header=header, rows={4: line(ONE, "New")})

    assert outcome.known == {ONE: {"thread_id": str(ONE), "link": link(ONE)}}
    assert [each.cells for each in outcome.misplaced] == [NEW]


def test_a_header_that_lost_its_key_proves_nothing() -> None:
    outcome = outcome_of(plan_of(change(4, ONE, "New")), line(ONE, "Old"), header=line(TWO, "Two"), rows={4: NEW})

    assert outcome.known == {}
    assert [each.header for each in outcome.misplaced] == [{}]


def test_a_copy_that_came_to_the_place_of_its_row_is_not_the_row() -> None:
    rows = {3: line(ONE, "Old"), 4: line(ONE, "New")}
    outcome = outcome_of(plan_of(change(4, ONE, "New")), line(ONE, "Old"), rows=rows)

    assert outcome.known == {}
    assert outcome.races == 1


def test_a_cell_that_did_not_take_is_named_and_not_known() -> None:
    outcome = outcome_of(plan_of(change(4, ONE, "New")), line(ONE, "Old"), rows={4: line(ONE, "Old")})

    assert outcome.known == {ONE: {"thread_id": str(ONE), "link": link(ONE)}}
    assert list(outcome.not_taken) == [ONE]
    assert "title" in outcome.not_taken[ONE]


@pytest.mark.parametrize("value", [0, False, "", None])
def test_nothing_is_shown_of_a_zero_and_it_is_believed(value: float | str | None) -> None:
    target = Target(
        row=4, cells={TITLE: content_of(value)}, proof=identity(ONE), thread_id=ONE, known={"thread_id": str(ONE)}
    )
    outcome = outcome_of(plan_of(target), line(ONE, "Old"), rows={4: line(ONE)})

    assert outcome.known[ONE]["title"] == value
    assert outcome.not_taken == {}


def test_a_zero_of_which_nothing_is_shown_is_not_believed_where_the_other_cells_did_not_take() -> None:
    target = Target(
        row=4,
        cells={TITLE: content_of("New"), NOTE: content_of(0)},
        proof=identity(ONE),
        thread_id=ONE,
        known={"thread_id": str(ONE)},
    )
    header = {**HEADER, NOTE: content_of("reopen_count")}
    plan = plan_of(target, header=header, columns={**COLUMNS, "reopen_count": NOTE})
    outcome = outcome_of(plan, line(ONE, "Old"), header=header, rows={4: line(ONE, "Old")})

    assert outcome.known == {ONE: {"thread_id": str(ONE)}}
    assert list(outcome.not_taken) == [ONE]


@pytest.mark.parametrize("taken", [True, False])
def test_a_new_row_is_known_if_its_place_was_blank(*, taken: bool) -> None:
    image = {TITLE: content_of("a remark")} if taken else {}
    outcome = outcome_of(plan_of(new_row(9, ONE, "New")), image, rows={9: line(ONE, "New")})

    assert (ONE in outcome.known) is not taken
    assert outcome.races == taken


def test_what_was_overwritten_as_rows_moved_keeps_the_header_that_was_found_just_after() -> None:
    plan = plan_of(change(4, ONE, "New"))

    for after in (HEADER, {}):
        outcome = outcome_of(plan, line(TWO, "Two"), header={}, header_after=after, rows={4: line(TWO, "New")})
        assert [each.header for each in outcome.misplaced] == [after]
        assert [each.identifying for each in outcome.misplaced] == [(THREAD_ID, LINK)]


def test_of_a_new_row_that_went_elsewhere_nothing_stays_known_of_the_one_that_the_ticket_had_before() -> None:
    outcome = outcome_of(plan_of(new_row(9, ONE, "New")), {NOTE: content_of("a remark")}, rows={9: line(ONE, "New")})

    assert outcome.unknown == {ONE: ALL_BUT_KEY}


@pytest.mark.parametrize(
    ("above", "known"), [(content_of(str(TWO)), True), (content_of(str(THREE)), False)], ids=["unmoved", "moved"]
)
def test_a_new_row_that_a_filter_hides_is_known_if_no_row_above_has_moved(above: Json, *, known: bool) -> None:
    plan = plan_of(new_row(9, ONE, "New"), anchor=8, anchor_key=content_of(str(TWO)))
    rows = {8: {THREAD_ID: above}, 9: line(ONE, "New")}
    outcome = outcome_of(plan, {}, rows=rows, hidden={9})

    assert (ONE in outcome.known) is known
    assert [each.before for each in outcome.misplaced] == ([] if known else [None])


@pytest.mark.parametrize(("ticket", "known"), [(ONE, True), (TWO, False)])
def test_a_row_whose_image_shows_nothing_itself_shows_whose_it_is(ticket: int, *, known: bool) -> None:
    outcome = outcome_of(plan_of(change(4, ONE, "New")), {}, rows={4: line(ticket, "New")}, hidden={4})

    assert (ONE in outcome.known) is known
    assert [each.before for each in outcome.misplaced] == ([] if known else [None])


@pytest.mark.parametrize(
    ("shown", "known"),
    [
        pytest.param(line(ONE, "New"), True, id="as written"),
        pytest.param(line(ONE, "A person's"), True, id="what a person wrote since"),
        pytest.param(line(ONE, "Old"), False, id="as before"),
        pytest.param(line(TWO, "Two"), False, id="another row is there by now"),
    ],
)
def test_of_a_write_found_out_later_what_people_wrote_since_counts_as_written(
    shown: dict[int, Json], *, known: bool
) -> None:
    outcome = outcome_of(plan_of(change(4, ONE, "New")), line(ONE, "Old"), rows={4: shown}, at_once=False)

    assert ("title" in outcome.known[ONE]) is known
    assert outcome.not_taken == {}


@pytest.mark.parametrize("right", [True, False])
def test_what_is_put_back_is_right_as_a_whole_or_still_to_do(*, right: bool) -> None:
    lost = misplaced(4, line(TWO, "Two"))
    proof = {**identity(TWO), **NEW}
    target = Target(row=4, cells={TITLE: content_of("Two")}, proof=proof, puts_back=0)
    image = line(TWO, "New" if right else "ours since then")

    outcome = outcome_of(plan_of(target, misplaced=(lost,)), image, rows={4: line(TWO, "Two")})

    assert outcome.put_back == right
    assert outcome.races == (not right)
    assert (lost in outcome.misplaced) is not right


@pytest.mark.parametrize(("column", "right"), [(NOTE + 1, True), (NOTE, False)], ids=["moved with it", "another row's"])
def test_what_is_known_by_the_rest_of_its_row_is_right_also_where_a_column_of_peoples_moves_just_then(
    column: int, *, right: bool
) -> None:
    proof: dict[int, Json] = {THREAD_ID: {}, TITLE: {}, LINK: {}, NOTE: content_of("note 2")}
    target = Target(row=4, cells=line(TWO, "Two"), proof=proof, puts_back=0)
    header = {**HEADER, NOTE: content_of("extra"), NOTE + 1: content_of("note")}
    lost = Misplaced(row=4, cells={}, before=line(TWO, "Two", "note 2"), identifying=(THREAD_ID, LINK), header=HEADER)
    plan = plan_of(target, header=HEADER, misplaced=(lost,))

    outcome = outcome_of(plan, {column: content_of("note 2")}, header=header, rows={4: line(TWO, "Two")})

    assert (outcome.put_back, outcome.races) == (right, not right)


def test_what_was_known_without_the_write_stays_known() -> None:
    plan = plan_of(unchanged={TWO: {"title": "Two"}}, unknown={THREE: frozenset({"title"})}, doubled=frozenset({ONE}))
    outcome = outcome_of(plan)

    assert outcome.known == {TWO: {"title": "Two"}}
    assert outcome.unknown == {THREE: {"title"}}
    assert outcome.doubled == frozenset({ONE})
    assert outcome.columns == frozenset({"thread_id", "title", "link"})


@pytest.mark.parametrize(
    ("name", "zero"),
    [
        ("reopen_count", content_of(0)),
        ("first_response", content_of(0)),
        ("outside_business_hours", content_of(False)),  # noqa: FBT003 - the value itself
        ("type", {}),
        ("a column of people's", {"errorValue": "0, FALSE or an empty text: Google does not show which"}),
    ],
)
def test_a_zero_that_google_does_not_show_of_a_row_reached_by_mistake_is_known_by_its_column(
    name: str, zero: Json
) -> None:
    header = {**HEADER, TITLE: content_of(name)}
    image = {column: content for column, content in line(TWO).items() if column != TITLE}
    rows = {4: line(TWO, "New")}
    outcome = outcome_of(plan_of(change(4, ONE, "New")), image, header=header, rows=rows, unshown={4: {TITLE}})

    assert [each.overwritten for each in outcome.misplaced] == [{TITLE: zero}]


def test_a_zero_that_google_does_not_show_was_overwritten_by_a_blank() -> None:
    header = {**HEADER, TITLE: content_of("reopen_count")}
    lost = misplaced(4, line(ONE))
    blank = Target(row=4, cells={TITLE: {}}, proof={**identity(ONE), **NEW}, puts_back=0)

    outcome = outcome_of(plan_of(blank, misplaced=(lost,)), identity(TWO), header=header, unshown={4: {TITLE}})

    assert [each.overwritten for each in outcome.misplaced if each is not lost] == [{TITLE: content_of(0)}]


@pytest.mark.parametrize("image", [{}, line(TWO, "New")])
@pytest.mark.parametrize(("shown", "reached"), [("New", False), ("of another ticket", False), ("Two", True)])
def test_what_did_not_take_in_a_row_that_a_filter_hides_covered_nothing(
    image: dict[int, Json], shown: str, *, reached: bool
) -> None:
    lost = misplaced(4, line(TWO, "Two"))
    target = Target(row=4, cells={TITLE: content_of("Two")}, proof={**identity(ONE), **NEW}, puts_back=0)
    outcome = outcome_of(plan_of(target, misplaced=(lost,)), image, rows={4: line(TWO, shown)}, hidden={4})

    assert lost in outcome.misplaced
    assert outcome.races == reached


def test_a_new_row_that_a_filter_hides_was_blank_also_in_a_column_that_was_renamed_just_then() -> None:
    plan = plan_of(new_row(4, ONE, "New"), anchor=3, anchor_key=content_of(str(TWO)))
    rows = {4: line(ONE, "New"), 3: line(TWO)}
    outcome = outcome_of(plan, {}, header={**HEADER, TITLE: content_of("subject")}, rows=rows, hidden={4})

    (found,) = outcome.misplaced
    assert (found.cells, found.before) == (NEW, identity(ONE))


def test_of_a_hidden_row_nothing_is_guessed() -> None:
    moved = {column + 1: content for column, content in HEADER.items()}
    outcome = outcome_of(plan_of(change(4, ONE, "New")), {}, header=moved, rows={4: NEW}, hidden={4})

    (found,) = outcome.misplaced
    assert (found.before, found.beside) == (None, {})
