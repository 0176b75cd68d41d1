"""What is heard of the forum: recorded at once, or kept back while something older is still being read.

The feed also knows up to which moment everything was heard. That is the last proof that the connection lived, never the
present: a connection can be dead for minutes, and a machine can sleep, before anybody notices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.domain.events import (
    DeadlinesPassed,
    Event,
    MessageDeleted,
    Replied,
    TagsDefined,
    ThreadDeleted,
    ThreadSeen,
)
from tracker.reconcile.sight import BY_PEOPLE, UNTIL_DESCRIBED, Cause, Sight

LOOK = timedelta(seconds=5)
"""How often the feed is looked after."""

_STOOD_STILL = timedelta(seconds=30)
"""Where so much time lies between two looks by the wall clock, and the next was due after seconds, the machine or the
process stood still, or the clock was set."""

_AGAIN = timedelta(minutes=3)
"""What could not be read is asked for again, and not more often, since it may be no better; shorter than the patience
with which blindness is announced."""


_LATE = timedelta(minutes=1)
"""What arrives so long after it may have happened, and has no time of its own, is compared instead of believed."""

_LOOK_PATIENCE = timedelta(seconds=5)
"""So long the forum may refuse to be read before those who wait for that go on with what is known."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """A server as Discord describes it: its id, the forum's active threads, and the forum's tags.

    `tags` is None where they were not described. Where it is not `complete`, there are threads that cannot be read.
    """

    guild_id: int
    threads: tuple[ThreadSeen, ...]
    tags: TagsDefined | None = None
    complete: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Cue:
    """A reason to compare the forum with the store, given at the moment `at`.

    `description` is what Discord sent by itself; None: it has to be asked. What is heard is kept back from then on,
    until the cue is released. `came_into_sight`: the bot may see the forum again, which may have been hidden since
    `last_heard`, the latest moment at which it heard of a thread there, if it did.
    """

    description: Description | None
    at: datetime
    came_into_sight: bool = False
    last_heard: datetime | None = None


class Feed:
    """Between the gateway, from which events come, and the store, to which `record` reports them.

    `looked` is set while the store is believed to know what Discord knows, or the forum could not be read for a while.
    `late_since` is since when what Discord sends may have happened; None: it sends as it happens. What arrives
    late over a connection that was broken is kept back until all of it has arrived.
    """

    def __init__(self, *, record: Callable[[Event], None], sight: Sight, now: Callable[[], datetime]) -> None:
        self._pass_on = record
        self.sight = sight
        self.now = now
        self.looked = asyncio.Event()
        self.late_since: datetime | None = None
        self._cues: asyncio.Queue[Cue] = asyncio.Queue()
        self._work: asyncio.Task[None] | None = None
        self._holders: set[object] = set()
        self._held: list[Event] = []
        self._last_heard: datetime | None = None
        self._proof = self._looked_at = now()
        self._unproved: datetime | None = None
        self._described_late_since: datetime | None = None
        self._woke: datetime | None = None
        self._in_touch = False
        self._is_described = False
        self._broken = False
        self._connected = False
        self._comparing = False
        self._complete = False
        self._asked_at: datetime | None = None
        self._ask_at: datetime | None = None
        self._failing_since: datetime | None = None

    # What the gateway sends

    def signal(self) -> None:
        """Something was heard: the connection lives, unless the machine stood still since the last look."""
        at = self.now()
        if not self._stood_still(at):
            self._unproved = at

    def hear(self, event: Event) -> None:
        """Take in an event, in the order in which Discord sent it."""
        self.signal()
        if isinstance(event, ThreadSeen):
            self._last_heard = event.at
        if self._keeps_back:
            self._held.append(event)
        else:
            self._pass_on(event)

    def take_back(self, event: MessageDeleted) -> None:
        """Take in that a message was deleted: at once, as a comparison may come too late, and without the message."""
        self.signal()
        self._held[:] = [
            each for each in self._held if not (isinstance(each, Replied) and each.message_id == event.message_id)
        ]
        self._pass_on(event)

    def described(self, description: Description, *, came_into_sight: bool = False) -> None:
        """Discord described the server or the forum: its tale begins anew."""
        self._begin(self.now())
        self._held.clear()  # what is kept back is older than this
        if description.tags is not None:
            self.hear(description.tags)
        self._cue(description, came_into_sight=came_into_sight)

    def ask(self, *, came_into_sight: bool = False) -> None:
        """Discord described something that could not be read, or more can be made of it by now: have it asked for."""
        self._begin(self.now())
        self._cue(None, came_into_sight=came_into_sight)

    def lost(self, cause: Cause, detail: str = "", *, look: bool = False) -> None:
        """What happens from now on is not heard, or later. `look`: see, until it can be seen again, whether it can."""
        self._in_touch = False
        self._is_described = self._is_described and cause not in UNTIL_DESCRIBED
        self._broken = self._broken or cause is Cause.UNREACHED
        self._woke = None
        self.late_since = self.late_since or self._proof
        self._described_late_since = None
        self.looked.clear()
        self.sight.lost(cause, self._proof, detail)
        if look:
            self._cue(None)

    def connected_anew(self) -> None:
        """A session has begun of which nothing was sent yet, and in which Discord has not described the server."""
        self._is_described = False

    def resumed(self) -> None:
        """Discord has sent what happened since the connection broke; the server may have been described among that.

        How a thread was changed long ago is found by comparing, as after any blindness: the event has no time.
        """
        self._in_touch = self._is_described
        since = self.late_since or self._described_late_since
        late = since is not None and self.now() - since > _LATE
        if self._in_touch and late and any(isinstance(event, ThreadSeen) for event in self._held):
            self.ask()
            return
        self.late_since = None
        self._broken = False
        self._pass_on_held()
        self._woke = None
        self._proof = self._looked_at = self.now()
        if self.sight.cause in {Cause.UNREACHED, Cause.ASLEEP} and not self._comparing:
            self.sight.regained()
        if self._complete and self._in_touch:
            self.looked.set()

    def unread(self, what: str) -> None:
        """Discord sent something that could not be read: what it was about is compared, soon and not too often."""
        self.sight.lost(Cause.UNREAD, self._proof, what)
        at = self.now()
        self._ask_at = self._ask_at or max(at, (self._asked_at or at - _AGAIN) + _AGAIN)

    # What those who compare do

    async def next_cue(self) -> Cue:
        """Wait for a reason to compare."""
        return await self._cues.get()

    def end_by_next_cue(self, work: asyncio.Task[None]) -> None:
        """Have this comparison ended in the moment of the next cue, and not a step later.

        It would let go of what was heard since that cue, which speaks of the time before.
        """
        self._work = work
        if not self._cues.empty():
            work.cancel()

    def keep_back(self, holder: object) -> None:
        """Keep back what is heard, so that nothing older can overtake it, until `holder` is released."""
        self._holders.add(holder)

    def release(self, holder: object) -> None:
        """Pass on what was kept back, unless it is for another reason; a no-op the second time."""
        self._holders.discard(holder)
        self._pass_on_held()

    def forget(self, thread_ids: Collection[int] | None = None) -> None:
        """What is kept back (of these threads) is not recorded any more: it is found otherwise."""
        kept = [] if thread_ids is None else [event for event in self._held if _thread_of(event) not in thread_ids]
        self._held[:] = kept

    def before_what_is_held(self, seen: ThreadSeen) -> ThreadSeen:
        """The thread as it was when the first was heard that is kept back of it, if one of these led to what is shown.

        Recorded as it is, it would be turned back by them for a moment: a reopening that never was.
        """
        if _ids(seen) not in self.tags_held(seen.thread_id):
            return seen
        first = next(each for each in self._held if isinstance(each, ThreadSeen) and each.thread_id == seen.thread_id)
        return replace(seen, tags=first.tags, at=first.at)

    def is_unclear(self, seen: ThreadSeen) -> bool:
        """Whether what is shown may be older than what is kept back of the thread, or newer than all that was heard."""
        held = self.tags_held(seen.thread_id)
        return bool(held) and _ids(seen) not in held

    def threads_held(self) -> set[int]:
        """The threads of which something is kept back; also channels of other kinds, where people wrote something."""
        threads = map(_thread_of, self._held)
        return {thread_id for thread_id in threads if thread_id is not None}

    def threads_described(self) -> set[int]:
        """Those of them of which something kept back says how they are by now, or that they are gone."""
        return {event.thread_id for event in self._held if isinstance(event, ThreadSeen | ThreadDeleted)}

    def tags_held(self, thread_id: int) -> list[tuple[int, ...]]:
        """The ids of a thread's tags by each event that is being kept back, in order."""
        heard = (event for event in self._held if isinstance(event, ThreadSeen) and event.thread_id == thread_id)
        return [_ids(event) for event in heard]

    def failed(self, cause: Cause, detail: str) -> None:
        """The forum could not be read: after a while, what waits for that must not wait any longer."""
        if self.sight.cause not in BY_PEOPLE or (self.sight.cause is Cause.DELETED and cause is Cause.HIDDEN):
            self.sight.lost(cause, self._proof, detail)
        self._failing_since = self._failing_since or self.now()
        if self.now() - self._failing_since >= _LOOK_PATIENCE:
            self.looked.set()

    def seen(self) -> None:
        """Discord showed the forum when it was asked for."""
        if self.sight.cause in {Cause.HIDDEN, Cause.DELETED, Cause.RECREATED}:
            self._begin(self.now())

    def caught_up(self, *, unread: str, complete: bool) -> None:
        """The comparison is over. `unread` (if not empty) had to be left out; only where all is known, `complete`."""
        self._comparing, self._complete = False, complete
        self._failing_since = None
        if unread:
            self.sight.lost(Cause.UNREAD, self._proof, unread)
            self._ask_at = self._ask_at or self.now() + _AGAIN
        elif self._in_touch and self._ask_at is None:
            self.sight.regained()
        self.looked.set()

    # What time brings

    def look(self, *, connected: bool, alive_until: datetime | None) -> None:
        """Look after the feed, every few seconds. `alive_until`: a heartbeat of that moment was answered since."""
        at = self.now()
        if self._stood_still(at):
            self.lost(Cause.ASLEEP)
            self._woke = at
        proofs = [each for each in (self._unproved, alive_until) if each is not None]
        self._unproved, self._looked_at = None, at
        if self._woke is not None:
            if alive_until is not None and alive_until >= self._woke:
                self.ask()  # the connection has outlived it; whether all that was sent arrived, nobody knows
        elif proofs and self._in_touch:
            self._proof = min(max(self._proof, *proofs), at)
        if connected and self._connected and not self._in_touch and self.sight.cause in {None, Cause.UNREACHED}:
            # Connected for a while, and the server is not described.
            self.sight.lost(Cause.UNAVAILABLE, self._proof)
            self._is_described = False
        self._connected = connected
        if self._ask_at is not None and self._ask_at <= at and self._in_touch and not self._comparing:
            self._ask_at, self._asked_at = None, at
            self._cue(None)

    @property
    def heard_until(self) -> datetime | None:
        """Until when everything was heard and is known; None where something may be missing."""
        return self._proof if self._complete and self._in_touch and self.sight.blindness is None else None

    @property
    def _keeps_back(self) -> bool:
        return bool(self._holders) or self._broken

    def _pass_on_held(self) -> None:
        while self._held and not self._keeps_back:
            self._pass_on(self._held.pop(0))

    def _stood_still(self, at: datetime) -> bool:
        if self._in_touch and at - self._looked_at > _STOOD_STILL:
            self.late_since = self.late_since or self._proof
            return True
        return False

    def _begin(self, at: datetime) -> None:
        self._described_late_since = self.late_since if self._broken else None
        self.late_since = None
        self._in_touch = self._is_described = True
        self._broken = False
        self._woke = self._unproved = None
        self._proof = self._looked_at = at

    def _cue(self, description: Description | None, *, came_into_sight: bool = False) -> None:
        cue = Cue(description=description, at=self.now(), came_into_sight=came_into_sight, last_heard=self._last_heard)
        self._comparing, self._complete = True, False
        self.looked.clear()
        self.keep_back(cue)
        self._cues.put_nowait(cue)
        if self._work is not None:
            self._work.cancel()


def _ids(seen: ThreadSeen) -> tuple[int, ...]:
    return tuple(tag.id for tag in seen.tags)


def _thread_of(event: Event) -> int | None:
    """The thread that an event is about; None for one about the whole forum."""
    return None if isinstance(event, TagsDefined | DeadlinesPassed) else event.thread_id
