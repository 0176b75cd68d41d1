"""Whose the rows of the tab are, going by their keys and links."""

from __future__ import annotations

import pytest

from tracker.domain.cells import CellValue
from tracker.sheet.table.survey import Survey, thread_id_of, thread_id_of_link

A, B, C = 1417628594471739432, 1417628594471739433, 1417999999999999999


def link(thread_id: int) -> str:
    return f"https://discord.com/channels/1417628594471739000/{thread_id}"


def survey(*rows: tuple[CellValue, CellValue]) -> Survey:
    """A tab with these keys and links below a header in row 0."""
    return Survey.of(["thread_id", *(key for key, _ in rows)], ["link", *(beside for _, beside in rows)], 0)


@pytest.mark.parametrize(
    ("value", "thread_id"),
    [
        pytest.param("1417628594471739432", 1417628594471739432, id="a-text"),
        pytest.param(" 1417628594471739432 ", 1417628594471739432, id="trimmed"),
        pytest.param(1.4176285944717394e18, None, id="a-number-has-lost-its-digits"),
        pytest.param(True, None, id="a-truth-value"),
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="an-empty-text"),
        pytest.param("thread_id", None, id="the-header"),
        pytest.param("-1", None, id="a-negative-number"),
        pytest.param("١٢٣", None, id="digits-of-another-script"),
        pytest.param("²", None, id="a-superscript"),
        pytest.param("1" * 5000, None, id="more-digits-than-any-id"),
    ],
)
def test_a_key_is_an_id_as_text(value: CellValue, thread_id: int | None) -> None:
    assert thread_id_of(value) == thread_id


@pytest.mark.parametrize(
    ("value", "thread_id"),
    [
        (link(A), A),
        (link(A) + "/ ", A),
        (f"https://canary.discord.com/channels/1/{A}", A),
        (link(A) + f"/{B}", None),  # a message of the thread
        ("https://example.org/1", None),
        ("see above", None),
        (float(A), None),
        (None, None),
    ],
)
def test_a_link_ends_in_its_threads_id(value: CellValue, thread_id: int | None) -> None:
    assert thread_id_of_link(value) == thread_id


def test_rows_that_name_one_ticket_are_its_rows() -> None:
    found = survey((str(A), link(A)), (None, None), ("a note", "x"), (str(B), None), (None, None))

    assert found == Survey(
        positions={A: 1, B: 4},
        end=5,
        rekeyed=frozenset(),
        mixed=frozenset(),
        displaced=frozenset(),
        doubled=frozenset(),
    )


def test_without_links_the_ids_alone_count() -> None:
    assert Survey.of([None, "thread_id", str(A), str(B)], [], 3).positions == {A: 5, B: 6}


@pytest.mark.parametrize(
    "rounded",
    [
        pytest.param(1.41762859447174e18, id="15-digits-as-sheets-shows-them"),
        pytest.param(float(A), id="the-nearest-number-that-sheets-can-hold"),
        pytest.param("1417628594471740000", id="a-text-of-15-digits"),
        pytest.param("1417628594471739400", id="a-text-of-17-digits"),
        pytest.param("1.41763E+18", id="a-text-as-sheets-shortens-it"),
        pytest.param("1,41762859447174e18", id="a-text-with-a-decimal-comma"),
        pytest.param(None, id="nothing-at-all"),
        pytest.param("", id="an-empty-text"),
    ],
)
def test_an_id_that_lost_digits_is_recognised_by_its_link(rounded: CellValue) -> None:
    found = survey((str(B), link(B)), (rounded, link(A)))

    assert found.positions == {B: 1, A: 2}
    assert found.rekeyed == {A}
    assert found.mixed | found.displaced | found.doubled == frozenset()
    assert found.end == 3


def test_a_row_without_an_id_is_not_its_links_where_that_ticket_has_a_better_row() -> None:
    found = survey((None, link(A)), (str(A), link(A)), (None, link(B)), (None, None), (None, link(B)))

    assert found.positions == {A: 2, B: 3}
    assert found.rekeyed == {B}
    assert found.doubled == frozenset()


@pytest.mark.parametrize("key", [7.0, True, "A", "1.5E+18x", "1.41793E+18", "1.41763E+17", 1.4177e18])
def test_a_link_beside_something_that_is_not_its_rounded_id_makes_no_row(key: CellValue) -> None:
    assert survey((key, link(A))).positions == {}


def test_of_two_rows_the_first_counts_and_the_ticket_is_doubled() -> None:
    found = survey((str(A), link(A)), (str(B), link(B)), (str(A), link(A)))

    assert found.positions == {A: 1, B: 2}
    assert found.doubled == {A}


def test_of_two_rows_one_that_is_contradicted_counts_after_the_other() -> None:
    assert survey((str(A), link(B)), (str(A), None)).positions[A] == 2
    assert survey((str(A), link(B)), (str(A), link(A))).positions[A] == 2
    assert survey((str(A), link(B)), (float(A), link(A))).positions[A] == 2


def test_ids_sorted_without_their_rows_keep_their_places_and_are_mixed() -> None:
    found = survey((str(B), link(A)), (str(A), link(B)), (str(C), link(C)))

    assert found.positions == {B: 1, A: 2, C: 3}
    assert found.mixed == {A, B}
    assert found.rekeyed | found.displaced | found.doubled == frozenset()


def test_a_ticket_whose_cells_stand_under_another_id_is_displaced_when_it_has_no_row() -> None:
    found = survey((str(A), link(B)))

    assert found.positions == {A: 1}
    assert (found.mixed, found.displaced) == (frozenset({A}), frozenset({B}))


def test_a_row_under_an_id_that_has_a_better_row_is_its_links() -> None:
    # Somebody pasted one id over another.
    found = survey((str(A), link(A)), (str(A), link(B)))

    assert found.positions == {A: 1, B: 2}
    assert found.rekeyed == {B}
    assert found.mixed | found.doubled == frozenset()


def test_of_two_rows_with_one_id_the_first_counts_also_when_its_link_was_edited() -> None:
    found = survey((str(A), "see above"), (str(A), link(A)))

    assert (found.positions, found.doubled) == ({A: 1}, frozenset({A}))
