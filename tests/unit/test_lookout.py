"""A forum that stays out of sight is announced once, and once more when all is caught up again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.builders import RULES
from tracker.domain.sight import BLIND_PATIENCE, Blindness, Obstacle
from tracker.lookout import Lookout
from tracker.store import Store
from tracker.tracking import Tracking

START = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
HIDDEN = Blindness(since=START, obstacle=Obstacle.HIDDEN)
RULES_WITH_ALERTS = replace(RULES, alert_channel_ids=(7,))


@dataclass
class Watch:
    """A lookout over a store, and a clock that is set by hand."""

    store: Store
    at: datetime = START

    def look(self, blindness: Blindness | None, *, caught_up: bool = True) -> list[str]:
        """Look, as a process that has just been started; all that has been announced so far."""
        tracking = Tracking(self.store, RULES_WITH_ALERTS, lambda: self.at, lambda: None)
        Lookout(store=self.store, tracking=tracking, now=lambda: self.at).look(blindness, caught_up=caught_up)
        pending = [pending for _, pending in self.store.heads_of_lanes(1)]
        for each in pending:
            self.said.append(each.effect.text)
            self.store.done(each.id)
        return self.said

    def __post_init__(self) -> None:
        self.said: list[str] = []


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with closing(Store.open(tmp_path)) as store:
        yield Watch(store)


def test_what_is_over_within_minutes_is_not_announced(watch: Watch) -> None:
    watch.at += BLIND_PATIENCE
    assert watch.look(HIDDEN, caught_up=False) == []
    assert watch.look(None) == []


def test_it_is_announced_once_with_the_fix_and_once_more_when_what_was_missed_is_found(watch: Watch) -> None:
    watch.at += BLIND_PATIENCE + timedelta(seconds=1)
    (blind,) = watch.look(HIDDEN, caught_up=False)
    assert "may not view the forum" in blind
    assert "Give it View Channel" in blind
    assert watch.look(HIDDEN, caught_up=False) == [blind]
    assert watch.look(None, caught_up=False) == [blind]
    (_, over) = watch.look(None)
    assert "sees the forum again" in over
    assert watch.look(None) == [blind, over]
