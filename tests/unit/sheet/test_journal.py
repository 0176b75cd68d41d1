"""What is kept until a write is proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.errors import StoreError
from tracker.sheet.recovery.journal import Journal
from tracker.sheet.recovery.mending import Attempt, Hit, Target, Unproved

UNPROVED = Unproved(
    tab_id=7,
    attempt=Attempt(
        name="1f",
        tab_id=7,
        undo_id=8,
        width=3,
        header_row=0,
        header={0: {"stringValue": "thread_id"}},
        columns={"thread_id": 0},
        targets=(Target(row=4, cells={1: {"stringValue": "=1"}, 2: {}}, proof={0: {"numberValue": 1.5}}, mends=0),),
        appended=({0: {"stringValue": "1417628594471739432"}, 1: {"boolValue": True}, 2: {}},),
    ),
    hits=(Hit(row=3, width=3, names={1: "title"}, after={1: {"formulaValue": "=A1"}}, held={1: {}}),),
)


@pytest.mark.parametrize("unproved", [UNPROVED, Unproved(tab_id=7, hits=UNPROVED.hits)])
def test_the_next_process_finds_what_was_kept(tmp_path: Path, unproved: Unproved) -> None:
    Journal(tmp_path).keep(Unproved(tab_id=1))
    Journal(tmp_path).keep(unproved)

    assert Journal(tmp_path).kept() == unproved


def test_nothing_is_left_of_what_was_proved(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.keep(UNPROVED)
    journal.clear()
    journal.clear()

    assert journal.kept() is Journal(tmp_path).kept() is None
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_told_of_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Journal(tmp_path).keep(UNPROVED)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])

    assert Journal(tmp_path).kept() is None
    assert f"{file} is damaged" in caplog.text


def test_what_cannot_be_kept_is_refused_naming_the_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    (tmp_path / "sheet-write.new").mkdir()

    with pytest.raises(StoreError, match=r"sheet-write\.json cannot be written"):
        journal.keep(UNPROVED)
    assert journal.kept() is None
