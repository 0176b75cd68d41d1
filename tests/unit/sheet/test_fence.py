"""The fence as a protected range, and what its age says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.writes import HIDDEN
from tracker.sheet.write.fence import Fence, fences_of, new_id

NOW = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
WRITE = Fence(id=5, writer="a1", at=NOW)
GATE = Fence(id=6, writer="a1", at=NOW, closed=True)


@pytest.mark.parametrize("fence", [WRITE, GATE])
def test_a_fence_is_read_as_it_was_added(fence: Fence) -> None:
    added = fence.add(HIDDEN)["addProtectedRange"]["protectedRange"]

    assert Fence.parse(added) == fence
    assert added["warningOnly"] is True
    assert added["range"]["sheetId"] == HIDDEN


@pytest.mark.parametrize(
    "description",
    ["", "mine", "Support tracker, store a1, write of yesterday", "Support tracker, store a b, write of 2026-02-04"],
)
def test_a_protection_that_people_made_or_edited_is_no_fence(description: str) -> None:
    good = WRITE.add(HIDDEN)["addProtectedRange"]["protectedRange"]
    edited = {"protectedRangeId": 9, "description": description}

    assert fences_of([edited, good, {"protectedRangeId": 10}]) == (WRITE,)


@pytest.mark.parametrize(
    ("fence", "seconds", "due"), [(WRITE, 0, True), (GATE, 0, False), (GATE, 180, False), (GATE, 241, True)]
)
def test_a_gate_stands_longer_than_google_works_on_a_request(fence: Fence, seconds: int, *, due: bool) -> None:
    assert fence.is_due(NOW + timedelta(seconds=seconds)) is due


@pytest.mark.parametrize(("minutes", "at_work"), [(0, True), (9, True), (10, False), (60, False)])
def test_a_bot_is_at_work_for_ten_minutes_after_its_write(minutes: int, *, at_work: bool) -> None:
    assert WRITE.is_at_work(NOW + timedelta(minutes=minutes)) is at_work


def test_ids_are_numbers_that_google_takes() -> None:
    assert all(0 < new_id() < 2**31 for _ in range(1000))
