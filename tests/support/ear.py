"""A feed with a clock of its own, for tests of what it hears and keeps back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tracker.domain.events import Event, Replied, ThreadSeen
from tracker.reconcile.feed import Cue, Description, Feed
from tracker.reconcile.sight import Cause, Sight

START = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
NIGHT = timedelta(hours=7)
EMPTY = Description(guild_id=1, threads=())
ANSWER = Replied(thread_id=1, message_id=2, author_id=3, author_name="sam")
CHANGED = ThreadSeen(
    thread_id=1, guild_id=1, author_id=4, title="Login fails", tags=(), newly_created=False, at=START + NIGHT
)


class Ear:
    """A feed with a clock: caught up at `START`, and looked after every five seconds."""

    def __init__(self) -> None:
        self.at = START
        self.recorded: list[Event] = []
        self.feed = Feed(record=self.recorded.append, sight=Sight(), now=lambda: self.at)

    def pass_by(self, seconds: float, *, answered: bool = False, connected: bool = True) -> None:
        """Time in which the machine is awake; if `answered`, a heartbeat is at its end."""
        end = self.at + timedelta(seconds=seconds)
        while self.at < end:
            self.at = min(self.at + timedelta(seconds=5), end)
            last = self.at == end
            self.feed.look(connected=connected, alive_until=self.at if answered and last else None)

    @property
    def cause(self) -> Cause | None:
        return self.feed.sight.cause

    async def cue(self) -> Cue:
        return await asyncio.wait_for(self.feed.next_cue(), 1)

    async def catch_up(self, unread: str = "") -> None:
        self.feed.release(await self.cue())
        self.feed.caught_up(unread=unread, complete=not unread)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)
