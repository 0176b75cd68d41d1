"""Whatever was heard of a thread's tags and whatever was missed: once the log is read, all of it counts once.

Every short history of tags, each change of it heard at once, heard late, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise, product

import pytest

from tests.support.builders import BUG, HEARD, OPENED, RESOLVED, RULES, THREAD, change_by, created, defined, seen
from tracker.discord.forum import TagChange
from tracker.domain.events import Tag, ThreadSeen
from tracker.domain.lifecycle import apply
from tracker.domain.pauses import is_paused
from tracker.domain.snowflakes import A_MOMENT
from tracker.domain.ticket import Ticket
from tracker.reconcile.missed import AuditLog, Heard, Snapshot, missed

_STATES = ((), (BUG,), (RESOLVED,), (BUG, RESOLVED))
_LATENCY = timedelta(seconds=2)
_SHORTLY = timedelta(milliseconds=50)
_RULES = replace(RULES, waiting_tags=frozenset({BUG.name.lower()}))


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
        change = apply(None, opened, _RULES) if self.met == 0 else None
        for number, tags in enumerate(self.states[1:], start=1):
            told = self.heard[number - 1] or (number if number == self.met else 0)
            if told and number >= self.met:
                event = seen(*tags, at=at(told) + number * A_MOMENT + _LATENCY + self.ahead)
                change = apply(None if change is None else change.ticket, event, _RULES)
        return None if change is None else change.ticket

    @property
    def true(self) -> Ticket:
        """The ticket as it is when all of it is heard at once."""
        at_once = replace(self, heard=tuple(range(1, len(self.states))), met=0).as_heard
        assert at_once is not None
        return at_once

    def log(self, lag: int = 0, since: datetime = OPENED - timedelta(minutes=1)) -> AuditLog:
        """All changes since that moment but so many of the latest."""
        ids = [tuple(tag.id for tag in tags) for tags in self.states[: len(self.states) - lag]]
        changes = [TagChange(at=at(number), before=b, after=a) for number, (b, a) in enumerate(pairwise(ids), start=1)]
        return AuditLog(changes={THREAD: [change for change in changes if change.at >= since]}, since=since)

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


def compared(ticket: Ticket | None, history: History, log: AuditLog, forum: Sequence[Tag] = (BUG, RESOLVED)) -> Ticket:
    """The ticket after a comparison with the thread as it is in the end, with this log, and these tags of the forum."""
    shown = replace(seen(*history.states[-1], at=HEARD), last_message_id=0)
    names = {tag.id: tag.name for tag in forum}
    snapshot = Snapshot(threads=[shown], log=log, names=names, until=HEARD)
    for event in missed(snapshot, {} if ticket is None else {THREAD: ticket}, Heard(known_until=OPENED)):
        assert isinstance(event, ThreadSeen)
        ticket = change_by(ticket, event, rules=_RULES).ticket
    assert ticket is not None
    return ticket


def assert_agrees(after: Ticket, true: Ticket, history: object) -> None:
    assert (after.tags, after.reopen_count) == (true.tags, true.reopen_count), history
    assert after.is_resolved == true.is_resolved == is_paused(after.stops), history
    assert is_paused(after.pauses) == (BUG in true.tags), history


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
        after = compared(before, history, history.log())
        assert_agrees(after, true, history)
        assert (after.resolved_at is None) == (true.resolved_at is None), history
        if after.resolved_at is not None and true.resolved_at is not None and not ahead:
            # Heard of a moment later, or dated by the log, or heard late.
            is_late = any(told > number for number, told in enumerate(history.heard, start=1))
            latest = at(changes) + _LATENCY + changes * A_MOMENT if is_late else true.resolved_at
            assert true.resolved_at - _LATENCY - changes * A_MOMENT <= after.resolved_at <= latest, history
        assert compared(after, history, history.log()) == after, history


@pytest.mark.parametrize(("changes", "lag"), [(2, 1), (2, 2), (3, 1)])
def test_what_a_log_shows_only_later_counts_then(changes: int, lag: int) -> None:
    for history in histories(changes):
        true, before = history.true, history.as_heard
        assert before is not None
        meanwhile = compared(before, history, history.log(lag))
        assert meanwhile.reopen_count <= true.reopen_count, history  # a reopening that never was would be posted
        assert_agrees(compared(meanwhile, history, history.log()), true, history)


@pytest.mark.parametrize(("changes", "ahead"), [(3, timedelta()), (2, -_LATENCY - timedelta(seconds=1.9))])
def test_a_log_may_begin_anywhere_in_what_is_known(changes: int, ahead: timedelta) -> None:
    """The clock that is behind hears of changes before they have happened."""
    for history in histories(changes, ahead=ahead):
        true, before = history.true, history.as_heard
        missed_first = history.heard.index(0) if 0 in history.heard else changes
        known = range(1, missed_first + 1) if max(history.heard[:missed_first], default=0) <= missed_first else ()
        for since in (at(number) + moment for number in known for moment in (-_SHORTLY, _SHORTLY)):
            after = compared(before, history, history.log(since=since))
            assert_agrees(after, true, f"{history}, log from {since}")


def test_a_thread_that_is_met_with_a_part_of_the_log_counts_the_rest_once_it_is_read() -> None:
    for history in (each for each in histories(3) if not any(each.heard)):
        for begins in range(4):
            met = compared(None, history, history.log(since=at(begins) + _SHORTLY))
            assert_agrees(compared(met, history, history.log()), history.true, f"{history}, met by {begins}")


def test_stops_and_pauses_end_with_their_tags_also_where_a_tag_has_been_deleted_from_the_forum() -> None:
    for history in histories(3):
        known = history.as_heard
        assert known is not None
        known = change_by(known, defined(BUG, at=HEARD), rules=_RULES).ticket
        after = compared(known, history, history.log(), forum=(BUG,))
        assert is_paused(after.stops) == after.is_resolved, history
        assert is_paused(after.pauses) == (BUG in after.tags), history


def test_a_thread_of_before_the_bot_knows_the_change_by_which_it_is_met() -> None:
    """The log dates that change half a second later, as the bot's clock is behind."""
    history = History(states=((RESOLVED,), (), (RESOLVED,)), heard=(0, 0))
    rules = replace(_RULES, tracking_since=at(1) - _SHORTLY)
    met = change_by(None, seen(at=at(1) - 10 * _SHORTLY), rules=rules).ticket
    again = change_by(met, seen(RESOLVED, at=at(2) - 10 * _SHORTLY), rules=rules).ticket
    assert compared(again, history, history.log(since=at(1) - timedelta(minutes=5))).reopen_count == 0
