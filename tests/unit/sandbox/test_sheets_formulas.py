"""The formulas of the local Google: computed for people who look, and following what they refer to."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.sandbox.sheets.cells import CellError, Effective, Formula
from tracker.sandbox.sheets.computing import NO_ENGINE, computed
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
    return computed(tab)[row, column]


def formula(tab: Tab, row: int = 0, column: int = 1) -> str:
    value = tab.cell(row, column).value
    assert isinstance(value, Formula)
    return value.text


@given(st.lists(st.tuples(words, words), max_size=20), words.filter(bool), words.filter(bool))
@settings(max_examples=40)
def test_counts_are_those_of_a_plain_count(rows: list[tuple[str, str]], one: str, other: str) -> None:
    _, counts = desk(rows)
    counts.paste(0, 0, [[one], [other]])
    wanted = (one.casefold(), other.casefold())
    assert counted(counts) == sum((first.casefold(), second.casefold()) == wanted for first, second in rows)


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


@pytest.mark.parametrize("title", ["Tickets: all of them, from the first day of this desk on", "2026", "Ana's"])
def test_a_tab_may_have_any_title(title: str) -> None:
    tickets, counts = desk([("waiting", "running")])
    tickets.rename(title)
    assert counted(counts) == 1.0


def test_other_functions_and_kinds_of_values_are_computed_too() -> None:
    tickets, counts = desk([])
    tickets.paste(0, 1, [[2.5, True], [4.0, "x"]])
    counts.paste(0, 0, [[Formula("=SUM('Ana''s Tickets'!$B:$B)")], [Formula("=AND('Ana''s Tickets'!$C$1;$A$4)")]])
    counts.paste(2, 0, [[Formula("=NOTHING(1)")], [True], [Formula('="$B:$B"&$A$4')]])
    found = computed(counts)
    assert [found[0, 0], found[1, 0], found[4, 0]] == [6.5, True, "$B:$BTRUE"]
    assert isinstance(wrong := found[2, 0], CellError)
    assert wrong.text == "#NAME?"


def test_without_the_engine_it_is_said_why_nothing_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    _, counts = desk([("waiting", "running")])
    monkeypatch.setitem(sys.modules, "ironcalc", None)
    assert counted(counts) == NO_ENGINE
