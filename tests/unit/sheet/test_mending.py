"""What a write hit by mistake, told from what it overwrote, and where that is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tracker.sheet.recovery.lines import alike
from tracker.sheet.recovery.mending import Attempt, Hit, Target, Unproved, judged
from tracker.sheet.recovery.whereabouts import Place, WholeTab
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import KEY, NAMES

HEADER = ("thread_id", "title", "notes", "", "team")
A, B = "1417628594471739432", "1417628594471739433"


def line(*values: str | float | None) -> dict[int, Json]:
    """A row of these values."""
    return {
        column: {"stringValue": value} if isinstance(value, str) else {"numberValue": value}
        for column, value in enumerate(values)
        if value not in (None, "")
    }


ROW_A = line(A, "Title A", "note A", "beside A", "team A")
ROW_B = line(B, "Title B", "note B", "beside B", "team B")
REMARK = line(None, "a remark")


def attempt(*targets: Target, appended: Sequence[dict[int, Json]] = ()) -> Attempt:
    columns = {"thread_id": 0, "title": 1, "team": 4}
    return Attempt(
        name="1f",
        tab_id=7,
        undo_id=8,
        width=5,
        header_row=0,
        header=line(*HEADER),
        columns=columns,
        targets=targets,
        appended=tuple(appended),
    )


NEW_TITLE = Target(row=1, cells={1: {"stringValue": "New"}, 4: {}}, proof={0: {"stringValue": A}})


def hit_by(*targets: Target, overwritten: dict[int, dict[int, Json]]) -> tuple[Hit, ...]:
    return judged(Unproved(tab_id=7, attempt=attempt(*targets)), overwritten).hits


def test_a_row_that_was_the_one_read_is_no_hit() -> None:
    assert hit_by(NEW_TITLE, overwritten={0: line(*HEADER), 1: ROW_A}) == ()


def test_cells_that_nobody_saw_arrive_are_known_when_the_row_was_the_one_read() -> None:
    target = Target(thread_id=int(A), row=1, cells=NEW_TITLE.cells, proof=NEW_TITLE.proof)
    unproved = Unproved(tab_id=7, attempt=attempt(target))

    arrived = judged(unproved, {0: line(*HEADER), 1: ROW_A})

    new = {int(A): {"title": {"stringValue": "New"}, "team": {}}}
    assert arrived == Unproved(tab_id=7, arrived=new, reached=frozenset({int(A)}))
    assert arrived.knowing(int(A), {"title": "Old", "type": "bug"}) == {"title": "New", "team": None, "type": "bug"}
    assert judged(unproved, None) == Unproved(tab_id=7)


def test_what_arrived_later_is_known_again_and_what_was_lost_later_is_not() -> None:
    target = Target(thread_id=int(A), row=1, cells=NEW_TITLE.cells, proof=NEW_TITLE.proof)
    unproved = Unproved(tab_id=7, attempt=attempt(target)).with_lost(int(A), ["title", "type"])

    arrived = judged(unproved, {0: line(*HEADER), 1: ROW_A})

    assert arrived.rewrite == {int(A): {"type"}}
    assert arrived.with_lost(int(A), ["team"]).knowing(int(A), {"type": "bug"}) == {"title": "New"}


@pytest.mark.parametrize(
    ("header", "is_hit"),
    [
        pytest.param(("thread_id", "title", "remarks", "", "team"), False, id="another-column-renamed"),
        pytest.param(("thread_id", "title", "notes", "mine", "team"), False, id="another-column-named"),
        pytest.param(("thread_id", "Subject", "notes", "", "team"), True, id="its-column-renamed"),
        pytest.param(("thread_id", "title", "notes", ""), True, id="its-column-deleted"),
        pytest.param(("thread_id", "title", "", "team"), True, id="columns-moved"),
        pytest.param((), True, id="the-header-is-elsewhere"),
    ],
)
def test_the_right_row_is_hit_only_where_its_columns_were_not_what_they_were_read_as(
    header: Sequence[str], *, is_hit: bool
) -> None:
    assert bool(hit_by(NEW_TITLE, overwritten={0: line(*header), 1: ROW_A})) is is_hit


def test_another_row_in_its_place_is_hit_in_the_cells_that_changed() -> None:
    overwritten = {0: line(*HEADER), 1: line(B, "Title B", "note B")}

    (hit,) = hit_by(NEW_TITLE, overwritten=overwritten)

    assert hit.after == line(B, "New", "note B")
    assert hit.held == {1: {"stringValue": "Title B"}}
    assert hit.names == {0: "thread_id", 1: "title", 2: "notes", 4: "team"}


def test_the_right_row_is_hit_when_its_columns_moved() -> None:
    moved = ("thread_id", "notes", "", "team", "title")

    (hit,) = hit_by(NEW_TITLE, overwritten={0: line(*moved), 1: line(A, "note A", "beside A", "team A", "Title A")})

    assert hit.held == {1: {"stringValue": "note A"}, 4: {"stringValue": "Title A"}}
    assert hit.names == {0: "thread_id", 1: "notes", 3: "team", 4: "title"}


def test_a_header_moved_away_leaves_its_columns_as_they_were_read() -> None:
    (hit,) = hit_by(NEW_TITLE, overwritten={0: {}, 1: line(*HEADER)})

    assert hit.after == line("thread_id", "New", "notes")
    assert hit.held == {1: {"stringValue": "title"}, 4: {"stringValue": "team"}}
    assert hit.names[1] == "title"


def test_an_attempt_that_was_not_applied_hit_nothing_and_mended_nothing() -> None:
    old = Hit(row=3, width=5, names={}, after=ROW_B, held={1: {}})
    unproved = Unproved(tab_id=7, attempt=attempt(NEW_TITLE), hits=(old,))

    assert judged(unproved, None) == Unproved(tab_id=7, hits=(old,))


def test_what_was_put_back_is_mended_and_what_went_wrong_is_not() -> None:
    first, second = (Hit(row=row, width=5, names={}, after=ROW_B, held={1: {}}) for row in (1, 2))
    right = Target(row=1, cells={1: {}}, proof=ROW_A, mends=0, columns=(1,))
    wrong = Target(row=2, cells={1: {}}, proof=ROW_B, mends=1, columns=(1,))
    unproved = Unproved(tab_id=7, attempt=attempt(right, wrong), hits=(first, second))

    left = judged(unproved, {0: line(*HEADER), 1: ROW_A, 2: REMARK}).hits

    new = Hit(layer=1, row=2, width=5, names=left[1].names, after={}, held={1: {"stringValue": "a remark"}})
    assert left == (second, new)


def test_what_was_put_back_in_part_is_left_in_part() -> None:
    hit = Hit(row=1, width=5, names={}, after=line(B, "New", "note B"), held={1: {"stringValue": "Title B"}, 2: {}})
    part = Target(row=1, cells={1: {"stringValue": "Title B"}}, proof=ROW_B, mends=0, columns=(1,))
    unproved = Unproved(tab_id=7, attempt=attempt(part), hits=(hit,))

    (left,) = judged(unproved, {0: line(*HEADER), 1: ROW_B}).hits

    assert (left.after, left.held) == (line(B, "Title B", "note B"), {2: {}})


@pytest.mark.parametrize(
    ("moved", "held"),
    [
        pytest.param(("thread_id", "notes", "title", "", "team"), {1: {}}, id="title-moved"),
        pytest.param(("notes", "thread_id", "title", "", "team"), {0: {}, 1: {}, 4: {}}, id="ids-moved"),
        pytest.param(HEADER, None, id="nothing-moved"),
        pytest.param((), None, id="the-header-is-elsewhere"),
    ],
)
def test_a_new_row_by_a_header_no_longer_true(moved: Sequence[str], held: dict[int, Json] | None) -> None:
    new = {**line(A, "Title A", None, None, "team A"), 3: {}}
    unproved = Unproved(tab_id=7, attempt=attempt(appended=[new]))

    left = judged(unproved, {0: line(*moved)})

    assert [hit.held for hit in left.hits] == ([] if held is None else [held])
    # Where a column was what it was read as, its cell is known; nothing else in the row may be taken for known.
    right = {
        HEADER[column]: new[column] for column in (0, 1, 4) if moved[column : column + 1] == HEADER[column : column + 1]
    }
    arrived = {name: right[name] for name in ("thread_id", "title", "team") if "thread_id" in right and name in right}
    assert left.arrived == ({int(A): arrived} if arrived else {})
    assert left.rewrite.get(int(A), frozenset()) == set(NAMES) - {KEY} - arrived.keys()


# -- where it is now

HIT = Hit(
    row=1,
    width=5,
    names={column: name for column, name in enumerate(HEADER) if name},
    after=line(B, "New", "note B", "beside B"),
    held={1: {"stringValue": "Title B"}, 4: {"stringValue": "team B"}},
)
TITLE, TEAM = {"stringValue": "Title B"}, {"stringValue": "team B"}


def place(row: int, cells: dict[int, Json], *columns: int) -> Place:
    return Place(row=row, cells=cells, columns=columns)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(
            [HEADER, (B, "New", "note B", "beside B")], place(1, {1: TITLE, 4: TEAM}, 1, 4), id="in-its-place"
        ),
        pytest.param(
            [HEADER, (), (A, "Title A"), (B, "New", "note B", "beside B")],
            place(3, {1: TITLE, 4: TEAM}, 1, 4),
            id="further-down",
        ),
        pytest.param(
            [("team", "title", "thread_id", "notes", ""), (None, "New", B, "note B", "beside B")],
            place(1, {1: TITLE, 0: TEAM}, 1, 4),
            id="in-other-columns",
        ),
        pytest.param(
            [HEADER, (B, "New", "a newer note", "beside B")], place(1, {1: TITLE, 4: TEAM}, 1, 4), id="told-by-its-id"
        ),
        pytest.param(
            [HEADER, (B, "somebody's", "note B", "beside B")],
            place(1, {4: TEAM}, 4),
            id="partly-somebodys-since",
        ),
        pytest.param([HEADER, (B, "somebody's", "note B", "beside B", "somebody's")], None, id="all-somebodys-since"),
        pytest.param(
            [("thread_id", "title", "team", "notes", ""), (B, "New", None, "note B", "beside B")],
            place(1, {1: TITLE, 2: TEAM}, 1, 4),
            id="beside-a-column-without-a-name",
        ),
        pytest.param(
            [("thread_id", "Subject", "notes", "", "team"), (B, "New", "note B", "beside B")],
            place(1, {1: TITLE, 4: TEAM}, 1, 4),
            id="in-a-column-renamed-since",
        ),
        pytest.param(
            [("thread_id", "notes", "title", "", "Group"), (B, "note B", "New", "beside B")],
            place(1, {2: TITLE, 4: TEAM}, 1, 4),
            id="blank-in-a-column-renamed-since",
        ),
        pytest.param([HEADER, (A, "New", "note B", "beside B")], None, id="another-tickets-row"),
        pytest.param([HEADER], None, id="deleted"),
        pytest.param(
            [("thread_id", "title", "notes", ""), (B, "New", "note B", "beside B")],
            place(1, {1: TITLE}, 1),
            id="a-column-deleted",
        ),
    ],
)
def test_a_hit_is_found(rows: Sequence[Sequence[str | None]], found: Place | None) -> None:
    assert (
        WholeTab(rows={number: line(*row) for number, row in enumerate(rows)}, height=100, width=26).find(HIT) == found
    )


def test_blank_columns_at_the_right_end_do_not_hide_a_hit_when_the_last_name_moved() -> None:
    names = {0: "title", 1: "link", 2: "thread_id", 3: "notes"}
    hit = Hit(row=1, width=6, names=names, after=line("New", "an address", B), held={0: TITLE})
    rows = {0: line("title", "notes", "link", "thread_id"), 1: line("New", None, "an address", B)}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) == place(1, {0: TITLE}, 0)


def test_of_two_rows_that_look_alike_the_one_in_its_old_place_is_meant() -> None:
    after = line(None, "New")
    hit = Hit(row=3, width=5, names=HIT.names, after=after, held={1: {"stringValue": "a remark"}})
    tab = WholeTab(rows={0: line(*HEADER), 2: after, 3: after}, height=100, width=26)

    assert tab.find(hit) == place(3, {1: {"stringValue": "a remark"}}, 1)


@pytest.mark.parametrize("note", ["note B", "another note"], ids=["as it was left", "with a note since"])
@pytest.mark.parametrize("was", [3, 4, 9])
def test_of_several_rows_of_a_ticket_that_look_alike_the_first_is_meant_wherever_it_was(was: int, note: str) -> None:
    hit = Hit(row=was, width=5, names=HIT.names, after=line(B, "New", "note B"), held={1: TITLE})
    copied = line(B, "New", note)
    tab = WholeTab(rows={0: copied, 1: line(*HEADER), 2: ROW_A, 3: copied, 4: copied}, height=100, width=26)

    assert tab.find(hit) == place(3, {1: TITLE}, 1)
    assert tab.find(replace(hit, is_copy=True)) == place(4, {1: TITLE}, 1)


def test_a_blank_cell_in_its_old_place_does_not_tell_a_row() -> None:
    after = line(None, None, "a note")
    hit = Hit(row=3, width=5, names=HIT.names, after=after, held={1: {"stringValue": "a remark"}})
    rows = {0: line(*HEADER), 3: line(None, None, "another note")}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) is None
    assert WholeTab(rows={**rows, 5: after}, height=100, width=26).find(hit) == place(
        5, {1: {"stringValue": "a remark"}}, 1
    )


def test_a_row_that_was_emptied_and_sorted_away_is_a_blank_one_below_all_others() -> None:
    remark = {1: {"stringValue": "a remark"}}
    hit = Hit(row=1, width=5, names=HIT.names, after={}, held=remark)
    rows = {0: line(*HEADER), 1: ROW_A, 2: ROW_B}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) == place(3, remark, 1)
    assert WholeTab(rows=rows, height=3, width=26).find(hit) is None


def test_a_row_that_was_emptied_and_pushed_down_is_the_blank_one_nearest_to_its_old_place_below_the_header() -> None:
    remark = {1: {"stringValue": "a remark"}}
    hit = Hit(row=3, width=5, names=HIT.names, after={}, held=remark)
    pushed_down = {0: {}, 1: line(*HEADER), 2: line(B), 3: ROW_A, 4: {}, 5: ROW_B}

    assert WholeTab(rows=pushed_down, height=100, width=26).find(hit) == place(4, remark, 1)
    sorted_away = {0: {}, 1: line(*HEADER), 2: ROW_A, 3: ROW_B}
    assert WholeTab(rows=sorted_away, height=100, width=26).find(hit) == place(4, remark, 1)


def test_an_id_in_a_row_with_other_words_by_now_was_written_by_mistake_where_a_link_tells_of_the_tickets_row() -> None:
    names = {0: "thread_id", 1: "link", 2: "notes"}
    hit = Hit(row=1, width=3, names=names, after=line(A, None, "VIP"), held={0: {}})
    header, link = line("thread_id", "link", "notes"), f"https://discord.com/channels/1/{A}"
    rows = {0: header, 3: line(A, None, "not VIP"), 4: line(A, link, "VIP")}

    assert WholeTab(rows=rows, height=100, width=3).find(hit) == place(3, {0: {}}, 0)
    assert WholeTab(rows={0: header, 3: rows[3]}, height=100, width=3).find(hit) is None


def test_a_new_row_with_its_id_in_a_wrong_column_is_found_although_one_column_was_sorted() -> None:
    names = {0: "title", 2: "thread_id", 3: "team"}
    hit = Hit(row=-1, width=5, names=names, after=line("Title A", A, "team A"), held={0: {}, 1: {}, 2: {}})
    header = line("title", None, "thread_id", "team")
    rows = {0: header, 1: line("Title A", "other", A, "team A"), 2: line("Title B", A, "team A")}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) == place(2, {1: {}, 2: {}}, 1, 2)


def test_what_is_left_of_a_new_row_is_not_taken_for_what_another_row_holds_in_that_place() -> None:
    hit = Hit(row=-1, width=5, names={0: "thread_id", 1: "extra"}, after=line(None, "mia"), held={1: {}})
    rows = {0: line("thread_id", "raised_by"), 1: line(A, "mia")}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) is None


def test_what_stands_alone_in_a_nameless_column_is_found_where_that_was_moved() -> None:
    hit = Hit(row=3, width=6, names=HIT.names, after=line(None, None, None, "New"), held={3: {}})
    header = line("thread_id", "title", "notes", "extra", None, "team")

    tab = WholeTab(rows={0: header, 3: line(None, None, None, None, "New")}, height=100, width=26)
    assert tab.find(hit) == place(3, {4: {}}, 3)


def test_a_new_row_with_its_id_in_a_wrong_column_is_known_by_all_it_has_wherever_that_is_by_now() -> None:
    names = {0: "title", 2: "thread_id", 3: "team"}
    hit = Hit(row=-1, width=5, names=names, after=line("Title A", A, "team A"), held={0: {}, 1: {}, 2: {}})
    header = line("", "extra", "thread_id", "title", "team")
    rows = {0: header, 1: line("Title A", None, "other", B), 2: line(A, None, "team A", "Title A")}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) == place(2, {0: {}, 2: {}, 3: {}}, 0, 1, 2)


def test_the_header_is_found_when_its_own_name_was_hit() -> None:
    names = ("New", *HEADER[1:])
    hit = Hit(row=0, width=5, names=HIT.names, after=line(*names), held={0: {"stringValue": "thread_id"}})

    assert WholeTab(rows={0: line(*names), 1: ROW_A}, height=100, width=26).find(hit) == place(
        0, {0: {"stringValue": "thread_id"}}, 0
    )


def test_a_ticket_with_the_keys_name_for_a_title_is_not_taken_for_the_header() -> None:
    named_so = line(B, "thread_id", "note B", "beside B", "New")
    hit = Hit(row=1, width=5, names=HIT.names, after=named_so, held={4: TEAM})
    rows = {0: named_so, 1: line(*HEADER), 2: ROW_A}

    assert not hit.is_header
    assert WholeTab(rows=rows, height=100, width=26).header_row == 1
    overwritten = {0: line(*HEADER), 1: named_so}
    (told,) = hit_by(replace(NEW_TITLE, row=1), overwritten=overwritten)
    assert not told.is_header


def test_names_of_the_header_that_were_emptied_are_found_beside_those_that_are_left() -> None:
    after = line("thread_id", None, "notes", None, "team")
    hit = Hit(row=0, width=5, names=HIT.names, after=after, held={1: {"stringValue": "title"}})
    rows = {3: line("new", "notes", "thread_id", None, "team"), 4: ROW_A}

    assert WholeTab(rows=rows, height=100, width=26).find(hit) == place(3, {3: {"stringValue": "title"}}, 1)


def test_numbers_are_alike_as_far_as_google_tells_them() -> None:
    assert alike({"numberValue": 46057.437511574077}, {"numberValue": 46057.4375115740})
    assert not alike({"numberValue": 46057.4375}, {"numberValue": 46057.4376})
    assert not alike({"numberValue": 1}, {"stringValue": "1"})
