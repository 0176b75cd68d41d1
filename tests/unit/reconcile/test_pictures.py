"""A thread is asked for after the log was read, and people go on: what is heard meanwhile comes after the answer.

Every short history of tags, with every moment from which on it is heard, that the log shows, and that the answer shows:
nobody knows whether Discord's answers agree with each other, so an answer may also be older than the log.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise, product

import pytest

from tests.support.builders import BUG, OPENED, RESOLVED, RULES, THREAD, change_by, created, seen
from tracker.discord.forum import TagChange
from tracker.domain.events import Event, Tag, ThreadSeen
from tracker.domain.lifecycle import apply
from tracker.domain.ticket import Ticket
from tracker.reconcile.feed import Feed
from tracker.reconcile.missed import AuditLog, Heard, Snapshot, missed
from tracker.reconcile.sight import Sight

Tags = tuple[Tag, ...]

STATES: tuple[Tags, ...] = ((), (BUG,), (RESOLVED,), (BUG, RESOLVED))
NAMES = {tag.id: tag.name for tag in (BUG, RESOLVED)}


def at(change: float) -> datetime:
    """When the tags were changed for the first, second time; 0: when the thread was opened."""
    return OPENED + timedelta(seconds=10 * change)


def log_of(states: Sequence[Tags]) -> AuditLog:
    """A log with all changes from the first of these states to the last."""
    ids = [tuple(tag.id for tag in tags) for tags in states]
    changes = [TagChange(at=at(number), before=b, after=a) for number, (b, a) in enumerate(pairwise(ids), start=1)]
    return AuditLog(changes={THREAD: changes}, since=OPENED - timedelta(minutes=1))


@dataclass
class Bot:
    """A store with one ticket, or none yet, and the feed before it."""

    ticket: Ticket | None = None
    feed: Feed = field(init=False)

    def __post_init__(self) -> None:
        self.feed = Feed(record=self.record, sight=Sight(), now=lambda: at(9))

    def record(self, event: Event) -> None:
        assert isinstance(event, ThreadSeen)
        change = apply(self.ticket, event, RULES)
        assert change is not None
        self.ticket = change.ticket

    def compare(self, shown: Tags, log: AuditLog, moment: datetime) -> None:
        """Compare with the thread as an answer shows it at this moment; the log was read before."""
        picture = self.feed.before_what_is_held(replace(seen(*shown, at=moment), last_message_id=0))
        tickets = {} if self.ticket is None else {THREAD: self.ticket}
        snapshot = Snapshot(threads=[picture], log=log, names=NAMES)
        heard = Heard(known_until=OPENED, tags={THREAD: self.feed.tags_held(THREAD)})
        for event in missed(snapshot, tickets, heard):
            self.record(event)


@dataclass(frozen=True, kw_only=True)
class History:
    """The tags in turn.

    After `asked` changes the answer was asked for, and the changes since then are heard before it counts. It shows the
    first `given` changes; the log shows the first `logged`.
    """

    states: tuple[Tags, ...]
    asked: int
    given: int
    logged: int


def histories() -> Iterator[History]:
    """All there are with one or two changes."""
    for states in (each for count in (2, 3) for each in product(STATES, repeat=count)):
        if all(before != after for before, after in pairwise(states)):
            numbers = range(len(states))
            for asked, given, logged in product(numbers, repeat=3):
                if asked <= given:
                    yield History(states=states, asked=asked, given=given, logged=logged)


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "not known yet"])
def test_every_resolution_and_reopening_counts_once(*, is_known: bool) -> None:
    for history in histories():
        states = history.states
        opened = change_by(None, replace(created(*states[0]), at=OPENED)).ticket
        true = opened
        for number, tags in enumerate(states[1:], start=1):
            true = change_by(true, seen(*tags, at=at(number))).ticket
        bot = Bot(ticket=opened if is_known else None)
        bot.feed.keep_back("answer")
        events = [seen(*tags, at=at(number)) for number, tags in enumerate(states)]
        for event in events[history.asked + 1 :]:
            bot.feed.hear(event)
        bot.compare(states[history.given], log_of(states[: history.logged + 1]), at(4))
        bot.feed.release("answer")
        assert bot.ticket is not None
        assert bot.ticket.reopen_count <= true.reopen_count, history  # a reopening that never was would be posted
        bot.compare(states[-1], log_of(states), at(5))

        after = bot.ticket
        assert (after.tags, after.reopen_count) == (true.tags, true.reopen_count), history
        assert after.is_resolved == true.is_resolved, history
