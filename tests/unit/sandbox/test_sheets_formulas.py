"""The formulas of the local Google: counted as another engine counts them, and following what they refer to."""

from __future__ import annotations

import ironcalc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.sandbox.sheets.cells import NOT_COMPUTED, CellError, Effective, Formula
from tracker.sandbox.sheets.counting import effective
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.grid import Axis

TITLE = "Ana's Tickets"
BOTH = "=COUNTIFS('Ana''s Tickets'!$B:$B;$A$1;'Ana''s Tickets'!$C:$C;$A$2)"
words = st.sampled_from(["waiting", "Waiting", "open", "running", "waiting on us", ""])


def desk(rows: list[tuple[str, str]]) -> tuple[Tab, Tab]:
    """A tab of tickets with these words in its columns B and C, and one that counts them in B1 and B2."""
    book = Spreadsheet("Support desk")
    tickets, counts = book.add_tab(TITLE), book.add_tab("Counts")
    tickets.paste(0, 1, rows)
    counts.paste(0, 0, [["waiting", Formula(BOTH)], ["running"]])
    return tickets, counts


def counted(tab: Tab, row: int = 0, column: int = 1) -> Effective:
    return effective(tab, tab.cell(row, column))


def formula(tab: Tab, row: int = 0, column: int = 1) -> str:
    value = tab.cell(row, column).value
    assert isinstance(value, Formula)
    return value.text


@given(st.lists(st.tuples(words, words), max_size=20), words.filter(bool), words.filter(bool))
@settings(max_examples=40)
def test_counts_are_those_of_another_engine(rows: list[tuple[str, str]], one: str, other: str) -> None:
    _, counts = desk(rows)
    counts.paste(0, 0, [[one], [other]])
    model = ironcalc.create("desk", "de", "UTC", "en")
    model.add_sheet(TITLE)
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=2):
            model.update_cell_with_text(1, row, column, text)
    model.update_cell_with_text(0, 1, 1, one)
    model.update_cell_with_text(0, 2, 1, other)
    model.set_user_input(0, 1, 2, BOTH)
    model.evaluate()
    assert counted(counts) == model.get_cell_value(0, 1, 2)


def test_what_is_counted_follows_columns_rows_and_titles() -> None:
    tickets, counts = desk([("waiting", "running"), ("waiting", "missed"), ("open", "running")])
    tickets.insert_columns(0)
    tickets.move_columns(3, 1, 0)
    tickets.rename("Tickets; all of them")
    counts.insert_rows(0, 2)
    expected = "=COUNTIFS('Tickets; all of them'!$D:$D;$A$3;'Tickets; all of them'!$A:$A;$A$4)"
    assert (formula(counts, 2), counted(counts, 2)) == (expected, 1.0)
    tickets.delete_columns(1)
    counts.delete_rows(0)
    assert formula(counts, 1) == "=COUNTIFS('Tickets; all of them'!$C:$C;$A$2;'Tickets; all of them'!$A:$A;$A$3)"
    tickets.sort(2, descending=True)
    counts.move(Axis.ROWS, 2, 3, 0)
    assert formula(counts, 2).endswith(";'Tickets; all of them'!$A:$A;$A$1)")
    assert counted(counts, 2) == 1.0


@pytest.mark.parametrize("deed", ["column", "cell", "tab"])
def test_what_is_deleted_is_lost_for_good(deed: str) -> None:
    tickets, counts = desk([("waiting", "running")])
    {
        "column": lambda: tickets.delete_columns(2),
        "cell": lambda: counts.delete_rows(1),
        "tab": lambda: tickets.book.delete_tab(tickets),
    }[deed]()
    assert "#REF!" in formula(counts)
    found = counted(counts)
    assert isinstance(found, CellError)
    assert found.text == "#REF!"


def test_a_batch_that_is_undone_undoes_what_followed() -> None:
    tickets, counts = desk([])
    restore = tickets.book.remember()
    tickets.insert_columns(0)
    assert formula(counts) != BOTH
    restore()
    assert formula(counts) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        "=COUNTIFS('Ana''s Tickets'!$B:$B;$A$3)",
        "=COUNTIFS('Ana''s Tickets'!$B:$B;$A$1)+1",
        "=COUNTIFS($A$1;$A$1)",
        "=SUM('Ana''s Tickets'!$B:$B)",
        '=COUNTIFS("$B:$B";$A$1)',
    ],
)
def test_what_is_not_understood_is_not_guessed_at(text: str) -> None:
    tickets, counts = desk([("waiting", "running")])
    counts.paste(0, 1, [[Formula(text)], [None], ["x"]])
    counts.paste(2, 0, [[">5"]])
    tickets.insert_columns(3)
    assert counted(counts) is NOT_COMPUTED
    assert formula(counts) == text
