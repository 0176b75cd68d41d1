"""The file of an earlier edition beside the store, taken over once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.builders import THREAD, after, created, named
from tests.support.writes import TITLE, TWO, line, misplaced
from tracker.domain.cells import Cells
from tracker.sheet.recovery.takeover import take_over
from tracker.sheet.table.cells import content_of
from tracker.sheet.write.plan import OpenWrite, from_text
from tracker.store import Store

KNOWN: Cells = {"thread_id": str(THREAD), "title": "Cannot log in", "team": None}
NAMES = {"0": "thread_id", "1": "title", "2": "link", "3": "note"}


def by_text(cells: dict[int, Any]) -> dict[str, Any]:
    return {str(column): content for column, content in cells.items()}


def kept_earlier(**others: object) -> dict[str, Any]:
    """A title that went into the row of another ticket, as the earlier edition kept it."""
    plain: dict[str, Any] = {
        "layer": 0,
        "row": 4,
        "width": 4,
        "names": NAMES,
        "after": by_text(line(TWO, "New", "note 2")),
        "held": by_text({TITLE: content_of("Two")}),
        "has_copies": False,
        "is_copy": False,
    }
    return plain | others


def attempt(*thread_ids: int | None) -> dict[str, Any]:
    nothing: dict[str, Any] = {"cells": {}, "proof": {}, "above": {}}
    targets = [{"thread_id": thread_id, "row": 4, **nothing} for thread_id in thread_ids]
    return {"name": "w1", "tab_id": 7, "undo_id": 8, "width": 4, "header_row": 0, "targets": targets, "appended": []}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store whose one ticket has a row that is up to date."""
    with closing(Store.open(tmp_path)) as opened:
        opened.tickets.save(after(created(), named("mia")))
        (row,) = opened.rows.pending(1)
        opened.rows.acknowledge(THREAD, row.revision, KNOWN)
        yield opened


def left(store: Store, folder: Path, kept: object) -> OpenWrite | None:
    """Take this over; what is left to do."""
    file = folder / "sheet-write.json"
    file.write_text(kept if isinstance(kept, str) else json.dumps(kept), encoding="utf-8")
    take_over(folder, store)
    assert not file.exists()
    text = store.rows.open_write()
    return None if text is None else from_text(text)


def test_without_a_file_there_is_nothing_to_do(store: Store, tmp_path: Path) -> None:
    take_over(tmp_path, store)

    assert (store.rows.open_write(), store.rows.count_pending()) == (None, 0)


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param({"attempt": attempt(THREAD, None)}, id="a write without an answer"),
        pytest.param({"rewrite": {str(THREAD): ["title"]}}, id="cells to be written anew"),
        pytest.param({"arrived": {str(THREAD): {"title": content_of("New")}}}, id="cells that arrived"),
    ],
)
def test_rows_of_which_something_was_open_are_written_anew(store: Store, tmp_path: Path, kept: dict[str, Any]) -> None:
    assert left(store, tmp_path, {"tab_id": 7, "hits": [], "rewrite": {}, "arrived": {}} | kept) is None

    (row,) = store.rows.pending(9)
    assert row.ticket.thread_id == THREAD
    assert row.sheet_cells == {"thread_id": str(THREAD)}


def test_what_was_overwritten_is_put_back_first(store: Store, tmp_path: Path) -> None:
    found = left(store, tmp_path, {"tab_id": 7, "attempt": None, "hits": [kept_earlier(), kept_earlier(row=-1)]})

    assert found == OpenWrite(misplaced=(misplaced(4, line(TWO, "Two", "note 2")),))
    assert store.rows.count_pending() == 0


def test_cells_that_were_blank_are_made_blank_again(store: Store, tmp_path: Path) -> None:
    found = left(store, tmp_path, {"hits": [kept_earlier(held=by_text({TITLE: {}}))]})

    assert found is not None
    assert [each.overwritten for each in found.misplaced] == [{TITLE: {}}]


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", '"text"', '{"hits": [{}]}', '{"hits": 3}', '{"attempt": 3}', '{"rewrite": {"x": []}}'],
)
def test_a_damaged_file_keeps_no_bot_from_starting(
    store: Store, tmp_path: Path, damaged: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert left(store, tmp_path, damaged) is None

    assert store.rows.count_pending() == 0
    assert "is damaged and left out" in caplog.text


def test_of_a_file_that_is_damaged_in_part_nothing_is_taken_over(store: Store, tmp_path: Path) -> None:
    assert left(store, tmp_path, {"attempt": attempt(THREAD), "hits": [kept_earlier(), {"row": 5}]}) is None
    assert store.rows.count_pending() == 0
