"""When trouble with the sheet is announced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.errors import SheetSetupError, SheetUnavailable
from tracker.sheet.flush.trouble import Trouble

DOWN = SheetUnavailable("Google Sheets is in trouble (HTTP 503).")
NOT_SHARED = SheetSetupError("Not shared.", "Share it.", check="sheet.shared")
DELETED = SheetSetupError("No tab.", check="sheet.tab")
TEN_MINUTES = timedelta(minutes=10)


def at(seconds: float) -> datetime:
    """A moment of one day."""
    return datetime(2026, 2, 4, tzinfo=UTC) + timedelta(seconds=seconds)


def test_what_only_people_can_fix_is_announced_at_once_and_once() -> None:
    trouble = Trouble(patience=TEN_MINUTES)

    assert [trouble.failed(NOT_SHARED, at(now)) for now in (0, 60, 86_400)] == [True, False, False]
    assert trouble.over()
    assert not trouble.over()
    assert trouble.failed(NOT_SHARED, at(90_000))


def test_each_cause_is_announced_once_even_when_they_alternate() -> None:
    trouble = Trouble(patience=TEN_MINUTES)

    announced = [trouble.failed(error, at(now)) for now, error in enumerate([NOT_SHARED, DELETED, NOT_SHARED, DELETED])]

    assert announced == [True, True, False, False]


def test_a_cause_whose_words_change_with_time_is_announced_once() -> None:
    trouble = Trouble(patience=TEN_MINUTES)
    clocks = [SheetSetupError(f"The clock is 10m {seconds}s ahead.", check="sheet.clock") for seconds in (5, 6)]

    assert [trouble.failed(error, at(now)) for now, error in enumerate(clocks)] == [True, False]


def test_what_passes_by_itself_is_announced_once_it_lasted_too_long() -> None:
    trouble = Trouble(patience=TEN_MINUTES)

    announced = [trouble.failed(DOWN, at(now)) for now in (0, 300, 600, 601, 660, 7200)]

    # More than ten minutes after the first failure: at 601 s.
    assert announced == [False, False, False, True, False, False]
    assert trouble.over()


def test_short_outages_are_not_announced() -> None:
    trouble = Trouble(patience=TEN_MINUTES)

    for start in (0, 500, 1000):
        assert not trouble.failed(DOWN, at(start))
        assert not trouble.failed(DOWN, at(start + 499))
        assert not trouble.over()


def test_an_outage_counts_from_its_own_beginning() -> None:
    trouble = Trouble(patience=TEN_MINUTES)
    trouble.failed(DOWN, at(0))
    trouble.failed(NOT_SHARED, at(599))

    assert not trouble.failed(DOWN, at(700))
    assert trouble.failed(DOWN, at(1301))


def test_what_was_announced_before_a_restart_is_over_when_it_is() -> None:
    before = Trouble(patience=TEN_MINUTES)
    before.failed(NOT_SHARED, at(0))
    trouble = Trouble(patience=TEN_MINUTES, announced=before.announced)

    assert trouble.lasts
    assert not trouble.failed(NOT_SHARED, at(5))
    assert trouble.over()
    assert not trouble.lasts


def test_an_outage_counts_from_its_beginning_also_when_the_bot_is_started_anew_meanwhile() -> None:
    before = Trouble(patience=TEN_MINUTES)
    before.failed(DOWN, at(0))
    trouble = Trouble(patience=TEN_MINUTES, announced=before.announced, out_since=before.out_since)

    assert [trouble.failed(DOWN, at(now)) for now in (599, 601, 660)] == [False, True, False]
    assert trouble.over()
    assert trouble.out_since is None
