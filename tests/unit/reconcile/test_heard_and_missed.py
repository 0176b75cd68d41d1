"""Whatever was heard of a thread's tags and whatever was missed: once the log is read, all of it counts once.

Every short history of tags, each change of it heard at once, heard late, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, product

import pytest

from tests.support.builders import BUG, HEARD, OPENED, RESOLVED, RULES, THREAD, change_by, created, seen
from tracker.discord.forum import TagChange
from tracker.domain.events import Tag, ThreadSeen
from tracker.domain.lifecycle import apply
from tracker.domain.snowflakes import A_MOMENT
from tracker.domain.ticket import Ticket
from tracker.reconcile.missed import AuditLog, Heard, Snapshot, missed

_STATES = ((), (BUG,), (RESOLVED,), (BUG, RESOLVED))
_LATENCY = timedelta(seconds=2)


def at(change: int) -> datetime:
    """When the tags were changed for the first, second, third time; 0: when the thread was opened."""
    return OPENED + timedelta(seconds=10 * change)


@dataclass(frozen=True, kw_only=True)
class History:
    """The tags of a thread in turn, and after how many changes each of these was heard of (0: never).

    The thread is met where it was opened, or (`met` is not 0) when it was renamed after so many changes. The bot's
    clock is `ahead` of Discord's.
    """

    states: tuple[tuple[Tag, ...], ...]
    heard: tuple[int, ...]
    met: int = 0
    ahead: timedelta = timedelta()

    @property
    def as_heard(self) -> Ticket | None:
        """The ticket as the bot knows it without the log."""
        opened = replace(created(*self.states[0]), at=OPENED + self.ahead)
        change = apply(None, opened, RULES) if self.met == 0 else None
        for number, tags in enumerate(self.states[1:], start=1):
            told = self.heard[number - 1] or (number if number == self.met else 0)
            if told and number >= self.met:
                event = seen(*tags, at=at(told) + number * A_MOMENT + _LATENCY + self.ahead)
                change = apply(None if change is None else change.ticket, event, RULES)
        return None if change is None else change.ticket

    @property
    def true(self) -> Ticket:
        """The ticket as it is when all of it is heard at once."""
        at_once = replace(self, heard=tuple(range(1, len(self.states))), met=0).as_heard
        assert at_once is not None
        return at_once

    def log(self, lag: int = 0) -> AuditLog:
        """All changes but so many of the latest."""
        ids = [tuple(tag.id for tag in tags) for tags in self.states[: len(self.states) - lag]]
        changes = [TagChange(at=at(number), before=b, after=a) for number, (b, a) in enumerate(pairwise(ids), start=1)]
        return AuditLog(changes={THREAD: changes}, since=OPENED - timedelta(minutes=1))

    def __str__(self) -> str:
        states = " → ".join("+".join(tag.name for tag in tags) or "none" for tags in self.states)
        return f"{states}, heard after: {self.heard}, met after {self.met}"


def histories(changes: int, *, met: int = 0, ahead: timedelta = timedelta()) -> Iterator[History]:
    """All there are with so many changes."""
    moments = [(0, *range(number, changes + 1)) for number in range(1, changes + 1)]
    in_order = [heard for heard in product(*moments) if (told := [each for each in heard if each]) == sorted(told)]
    for states in product(_STATES, repeat=changes + 1):
        if all(before != after for before, after in pairwise(states)):
            for heard in in_order:
                yield History(states=states, heard=heard, met=met, ahead=ahead)


def compared(ticket: Ticket, history: History, *, lag: int = 0) -> Ticket:
    """The ticket after a comparison with the thread as it is in the end; the log `lag`s so many changes behind."""
    shown = replace(seen(*history.states[-1], at=HEARD), last_message_id=0)
    names = {tag.id: tag.name for tag in (BUG, RESOLVED)}
    snapshot = Snapshot(threads=[shown], log=history.log(lag), names=names, until=HEARD)
    for event in missed(snapshot, {THREAD: ticket}, Heard(known_until=OPENED)):
        assert isinstance(event, ThreadSeen)
        ticket = change_by(ticket, event).ticket
    return ticket


@pytest.mark.parametrize(
    ("changes", "met", "ahead"),
    [
        *((2, met, timedelta(seconds=ahead)) for met in (0, 1, 2) for ahead in (0, -15)),
        (3, 0, timedelta()),
    ],
)
def test_every_resolution_and_reopening_counts_once(changes: int, met: int, ahead: timedelta) -> None:
    for history in histories(changes, met=met, ahead=ahead):
        true, before = history.true, history.as_heard
        assert before is not None
        after = compared(before, history)
        assert (after.tags, after.reopen_count) == (true.tags, true.reopen_count), history
        assert after.is_resolved == true.is_resolved, history
        assert (after.resolved_at is None) == (true.resolved_at is None), history
        if after.resolved_at is not None and true.resolved_at is not None and not ahead:
            # Heard of a moment later, or dated by the log, or heard late.
            is_late = any(told > number for number, told in enumerate(history.heard, start=1))
            latest = at(changes) + _LATENCY + changes * A_MOMENT if is_late else true.resolved_at
            assert true.resolved_at - _LATENCY - changes * A_MOMENT <= after.resolved_at <= latest, history
        assert compared(after, history) == after, history


@pytest.mark.parametrize(("changes", "lag"), [(2, 1), (2, 2), (3, 1)])
def test_what_a_log_shows_only_later_counts_then(changes: int, lag: int) -> None:
    for history in histories(changes):
        true, before = history.true, history.as_heard
        assert before is not None
        meanwhile = compared(before, history, lag=lag)
        assert meanwhile.reopen_count <= true.reopen_count, history  # a reopening that never was would be posted
        after = compared(meanwhile, history)
        assert (after.tags, after.reopen_count) == (true.tags, true.reopen_count), history
        assert after.is_resolved == true.is_resolved, history
