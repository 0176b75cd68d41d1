"""Whatever was heard of a thread's tags and whatever was missed: once the log is read, all of it counts once.

Every short history of tags, each change of it heard or not.
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
from tracker.domain.ticket import Ticket
from tracker.reconcile.missed import AuditLog, Heard, Snapshot, missed

_STATES = ((), (BUG,), (RESOLVED,), (BUG, RESOLVED))
_LATENCY = timedelta(seconds=2)


def at(change: int) -> datetime:
    """When the tags were changed for the first, second, third time; 0: when the thread was opened."""
    return OPENED + timedelta(seconds=10 * change)


@dataclass(frozen=True, kw_only=True)
class History:
    """The tags of a thread in turn, and which of the changes were heard.

    The thread is met where it was opened, or (`met` is not 0) when it was renamed after so many changes.
    """

    states: tuple[tuple[Tag, ...], ...]
    heard: tuple[bool, ...]
    met: int = 0

    @property
    def as_heard(self) -> Ticket | None:
        """The ticket as the bot knows it without the log."""
        opened = replace(created(*self.states[0]), at=OPENED)
        change = apply(None, opened, RULES) if self.met == 0 else None
        for number, tags in enumerate(self.states[1:], start=1):
            if self.heard[number - 1] or number == self.met:
                event = seen(*tags, at=at(number) + _LATENCY)
                change = apply(None if change is None else change.ticket, event, RULES)
        return None if change is None else change.ticket

    @property
    def log(self) -> AuditLog:
        """All changes."""
        ids = [tuple(tag.id for tag in tags) for tags in self.states]
        changes = [TagChange(at=at(number), before=b, after=a) for number, (b, a) in enumerate(pairwise(ids), start=1)]
        return AuditLog(changes={THREAD: changes}, since=OPENED - timedelta(minutes=1))

    def __str__(self) -> str:
        states = " → ".join("+".join(tag.name for tag in tags) or "none" for tags in self.states)
        return f"{states}, heard: {self.heard}, met after {self.met}"


def histories(changes: int, *, met: int = 0) -> Iterator[History]:
    """All there are with so many changes."""
    for states in product(_STATES, repeat=changes + 1):
        if all(before != after for before, after in pairwise(states)):
            for heard in product((False, True), repeat=changes):
                yield History(states=states, heard=heard, met=met)


def compared(ticket: Ticket, history: History) -> Ticket:
    """The ticket after a comparison with the thread as it is in the end."""
    shown = replace(seen(*history.states[-1], at=HEARD), last_message_id=0)
    names = {tag.id: tag.name for tag in (BUG, RESOLVED)}
    snapshot = Snapshot(threads=[shown], log=history.log, names=names, until=HEARD)
    for event in missed(snapshot, {THREAD: ticket}, Heard(known_until=OPENED)):
        assert isinstance(event, ThreadSeen)
        ticket = change_by(ticket, event).ticket
    return ticket


@pytest.mark.parametrize(("changes", "met"), [(2, 0), (3, 0), (2, 1), (2, 2)])
def test_every_resolution_and_reopening_counts_once(changes: int, met: int) -> None:
    for history in histories(changes, met=met):
        true = replace(history, heard=(True,) * changes, met=0).as_heard
        before = history.as_heard
        assert true is not None
        assert before is not None
        after = compared(before, history)
        assert (after.tags, after.reopen_count) == (true.tags, true.reopen_count), history
        assert after.is_resolved == true.is_resolved, history
        assert (after.resolved_at is None) == (true.resolved_at is None), history
        if after.resolved_at is not None and true.resolved_at is not None:
            # Heard of a moment later, or dated by the log.
            assert true.resolved_at - _LATENCY <= after.resolved_at <= true.resolved_at, history
        assert compared(after, history) == after, history
