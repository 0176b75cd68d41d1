"""What was given up in Discord: counted for a day, and announced once a day at most, also across restarts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.builders import RULES
from tracker.discord.given_up import GivenUp
from tracker.domain.effects import EffectKind
from tracker.store import Store
from tracker.tracking import Tracking

START = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
LOCKED = "the thread is locked"
POST = EffectKind.POST_RESOLVED


class Desk:
    """A store, a clock and one alert channel; each `given_up` is that of another run."""

    def __init__(self, store: Store) -> None:
        self.store, self.at = store, START
        rules = replace(RULES, alert_channel_ids=(1,))
        self.tracking = Tracking(store, rules, lambda: self.at, lambda: None)

    @property
    def given_up(self) -> GivenUp:
        return GivenUp(store=self.store, tracking=self.tracking, now=lambda: self.at)

    def announced(self, after: timedelta) -> list[str]:
        """What is announced so much later."""
        self.at += after
        self.given_up.announce()
        texts = []
        while heads := self.store.effects.heads(1):
            ((_, pending),) = heads
            texts.append(pending.effect.text)
            self.store.effects.done(pending.id)
        return texts


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(Store.open(tmp_path)) as store:
        yield Desk(store)


def test_it_is_announced_together_after_some_minutes_and_again_a_day_later_at_the_soonest(desk: Desk) -> None:
    desk.given_up.add(POST, LOCKED, where="<#5>")
    assert desk.announced(timedelta(minutes=9)) == []
    desk.given_up.add(POST, LOCKED, where="<#6>")
    (first,) = desk.announced(timedelta(minutes=1))
    assert f"• resolved message, 2 times: {LOCKED} (<#5>, <#6>)" in first
    assert desk.announced(timedelta(hours=1)) == []
    desk.given_up.add(POST, LOCKED, where="<#7>")
    assert desk.announced(timedelta(hours=22, minutes=59)) == []
    (second,) = desk.announced(timedelta(minutes=1))
    assert f"• resolved message, 1 times: {LOCKED} (<#7>)" in second
    assert desk.announced(timedelta(days=2)) == []


def test_every_kind_of_errand_can_be_given_up(desk: Desk) -> None:
    for kind in EffectKind:
        desk.given_up.add(kind, LOCKED, where="<#5>")
    assert desk.given_up.count == len(EffectKind)
    (announced,) = desk.announced(timedelta(minutes=10))
    assert "closing of a post, 1 times" in announced


def test_it_is_counted_for_a_day(desk: Desk) -> None:
    desk.given_up.add(POST, LOCKED, where="<#5>")
    desk.given_up.add(EffectKind.REACT, "it has waited for a day", where="", count=40)
    assert len(desk.announced(timedelta(hours=23))) == 1
    within = desk.given_up
    assert within.count == 41
    assert within.problem == (
        f"Errands in Discord were given up: resolved message (1): {LOCKED}; ✅ on a post (40): it has waited for a day."
    )
    assert desk.announced(timedelta(hours=1)) == []
    after = desk.given_up
    assert (after.count, after.problem) == (0, None)
