"""The bot's changes in the sheet are distinguished from people's."""

from __future__ import annotations

import pytest

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.sheets.document import Spreadsheet, Tab


@pytest.fixture
def tab() -> Tab:
    tab = Spreadsheet("Desk").tabs[0]
    tab.paste(0, 0, [["thread_id", "title", "team"], ["11", "Login", None], ["12", "Export", "Consulting"]])
    return tab


def changes(watch: SheetWatch) -> list[tuple[str, str, str, str]]:
    watch.look()
    return [(each.thread_id, each.column, each.before, each.after) for each in watch.changes]


def test_a_written_an_emptied_and_a_new_cell_are_changes(tab: Tab) -> None:
    watch = SheetWatch(tab)
    tab.paste(1, 1, [["Login fails"]])
    tab.paste(2, 2, [[""]])
    tab.paste(3, 0, [["13", "New"]])

    assert changes(watch) == [
        ("11", "title", "Login", "Login fails"),
        ("13", "thread_id", "", "13"),
        ("13", "title", "", "New"),
        ("12", "team", "Consulting", ""),
    ]
    assert [each.number for each in watch.changes] == [1, 2, 3, 4]


def test_what_people_do_is_no_change_and_hides_none_of_the_bots(tab: Tab) -> None:
    watch = SheetWatch(tab)
    tab.paste(1, 1, [["Login fails"]])
    with watch.people():
        tab.sort(1, descending=True)
        tab.insert_columns(1)
        tab.enter(1, 3, "Engineering")
        tab.delete_rows(2)

    assert changes(watch) == [("11", "title", "Login", "Login fails")]


def test_of_rows_with_the_same_id_the_first_is_the_tickets(tab: Tab) -> None:
    watch = SheetWatch(tab)
    tab.paste(3, 0, [["11", "A copy"]])

    assert changes(watch) == []


def test_without_a_key_column_there_are_no_rows_of_tickets(tab: Tab) -> None:
    watch = SheetWatch(tab)
    with watch.people():
        tab.enter(0, 0, "id")
    tab.paste(1, 1, [["Login fails"]])

    assert changes(watch) == []
