"""Where things are in the tab."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.cells import CellValue
from tracker.sheet.table.columns import NAMES
from tracker.sheet.table.layout import Layout, a1, column_letters, grid_range, runs


@pytest.mark.parametrize(
    ("rows", "header_row", "columns"),
    [
        pytest.param([list(NAMES)], 0, {name: i for i, name in enumerate(NAMES)}, id="as-init-sheet-makes-it"),
        pytest.param([["title", "mine", "thread_id"]], 0, {"thread_id": 2, "title": 0}, id="other-order-and-extras"),
        pytest.param([[], ["Q1"], ["thread_id"]], 2, {"thread_id": 0}, id="below-other-rows"),
        pytest.param([[" thread_id ", "title\n"]], 0, {"thread_id": 0, "title": 1}, id="trimmed"),
        pytest.param([["thread_id", "title", "title"]], 0, {"thread_id": 0, "title": 1}, id="the-first-of-a-name"),
        pytest.param([["", "thread_id"], ["thread_id"]], 0, {"thread_id": 1}, id="the-first-header"),
        pytest.param([[1.0, True, None, "thread_id"]], 0, {"thread_id": 3}, id="among-other-cells"),
    ],
)
def test_the_header_is_the_row_that_names_most_columns(
    rows: list[list[CellValue]], header_row: int, columns: dict[str, int]
) -> None:
    assert Layout.find(rows) == Layout(header_row=header_row, columns=columns)


@pytest.mark.parametrize(
    "rows",
    [[], [[]], [["title", "link"]], [["Thread_ID"]], [["thread id"]]],
    ids=["empty-tab", "empty-row", "no-key", "other-case", "other-name"],
)
def test_without_the_key_there_is_no_header(rows: list[list[CellValue]]) -> None:
    assert Layout.find(rows) is None


@pytest.mark.parametrize(
    ("rows", "header_row"),
    [
        pytest.param([["Q1"], ["thread", *NAMES[1:]]], 1, id="the-keys-name-was-changed"),
        pytest.param([["title", "link", "price"]], None, id="somebody-elses-table"),
    ],
)
def test_a_header_without_the_key_is_known_by_the_other_names(
    rows: list[list[CellValue]], header_row: int | None
) -> None:
    found = Layout.find_without_key(rows)
    assert (found and found.header_row) == header_row


def test_a_layout_knows_its_key_its_dates_and_its_width() -> None:
    layout = Layout.find([["resolution_date", "x", "thread_id", "y", "date_created", "z"]])

    assert layout is not None
    assert layout.key == 2
    assert layout.dates == {"resolution_date": 0, "date_created": 4}
    assert layout.width == 5


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([3], [range(3, 4)]),
        ([1, 2, 3], [range(1, 4)]),
        ([3, 1, 2, 1], [range(1, 4)]),
        ([0, 2, 3, 9], [range(1), range(2, 4), range(9, 10)]),
    ],
)
def test_numbers_gather_into_runs(numbers: list[int], expected: list[range]) -> None:
    assert runs(numbers) == expected


@given(st.lists(st.integers(min_value=0, max_value=60)))
def test_runs_hold_just_the_numbers_and_as_few_as_possible(numbers: list[int]) -> None:
    found = runs(numbers)

    assert [number for run in found for number in run] == sorted(set(numbers))
    assert all(left.stop < right.start for left, right in pairwise(found))
    assert all(found)


@pytest.mark.parametrize(
    ("column", "letters"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (18277, "ZZZ")],
)
def test_columns_have_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(st.integers(min_value=0, max_value=18_277))
def test_letters_read_back_as_the_column(column: int) -> None:
    number = 0
    for letter in column_letters(column):
        number = number * 26 + ord(letter) - ord("A") + 1

    assert number - 1 == column


@pytest.mark.parametrize(
    ("title", "rows", "columns", "text"),
    [
        ("Support Tickets", range(1), range(14), "'Support Tickets'!A1:N1"),
        ("Support Tickets", range(4, 9), range(26, 27), "'Support Tickets'!AA5:AA9"),
        ("Mia's", range(1, 2), range(1, 3), "'Mia''s'!B2:C2"),
        ("a!b", range(1), range(1), "'a!b'!A1:A1"),
    ],
)
def test_a_range_in_a1_notation_counts_from_1_and_quotes_the_title(
    title: str, rows: range, columns: range, text: str
) -> None:
    assert a1(title, rows, columns) == text


def test_a_grid_range_counts_from_0_and_excludes_its_end() -> None:
    assert grid_range(7, range(2, 5)) == {"sheetId": 7, "startRowIndex": 2, "endRowIndex": 5}
    assert grid_range(7, range(2, 5), range(1, 3)) == {
        "sheetId": 7,
        "startRowIndex": 2,
        "endRowIndex": 5,
        "startColumnIndex": 1,
        "endColumnIndex": 3,
    }


def test_a_ticket_with_the_keys_name_for_a_title_is_no_header_where_the_header_has_lost_that_name() -> None:
    header = ["Nr", "title", "link", "team"]
    assert Layout.find([header, ["1417628594471739432", "thread_id", "", ""]]) is None
    assert Layout.find([["thread_id", "title"], ["1417628594471739432", "thread_id"]]) is not None


def test_a_stray_cell_with_the_keys_name_above_the_header_is_no_header() -> None:
    found = Layout.find([["", "thread_id"], ["thread_id", "title", "link"]])

    assert found is not None
    assert (found.header_row, found.key) == (1, 0)
