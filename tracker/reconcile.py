"""Away and back: finds what happened in the forum while nobody listened, and records it like any other event.

Discord tells nothing again of what happened between two connections. So whenever it describes the server anew, the
forum as it is now is compared with the store: new threads, titles, tags, answers, deleted threads. What is heard
meanwhile is kept back while a state is being read, so that neither overtakes the other.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

import hikari

from tracker.discord.failures import is_failure, reason_of
from tracker.discord.forum import Forum, TagChange
from tracker.discord.gateway import Connected, Description, Gateway
from tracker.discord.view import ForumView
from tracker.domain.effects import EffectKind
from tracker.domain.events import RepliesMissed, TagsWere, ThreadDeleted, ThreadSeen
from tracker.domain.snowflakes import created_at
from tracker.errors import DiscordSetupError, TrackerError
from tracker.progress import told
from tracker.retry import pause
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_HEARD_UNTIL = "heard_until"
_OVERLAP = timedelta(minutes=5)
"""A connection can be dead for a while before anybody notices: so much of what was heard is looked at again."""

_AUDIT_LOG_SECONDS = 10.0
_LOOK_SECONDS = 0.5
_LATE_SECONDS = 1.0
"""The gateway may tell so much later of what an answer shows already."""

T = TypeVar("T")


class Reconciliation:
    """Compares the forum with the store, whenever `begin` is called.

    `tracking_since` is when the bot began: archived threads older than that are not its business. In its
    `first_run` nothing can have been missed; one that was cut short may have heard nothing. `found` is called when
    something missed was recorded, before anybody can act upon it. `looked` is set while the store is believed to know
    what Discord knows, or the forum could not be read at the first attempt.
    """

    def __init__(
        self,
        *,
        store: Store,
        tracking: Tracking,
        forum: Forum,
        view: ForumView,
        tracking_since: datetime,
        first_run: bool,
        found: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._tracking = tracking
        self._forum = forum
        self._view = view
        self._tracking_since = tracking_since
        self._first_run = first_run
        self._found = found
        self._now = now
        self._arrived: asyncio.Queue[tuple[Connected, datetime]] = asyncio.Queue()
        self._complete = False
        self._in_touch = False
        # Whether this comparison had to leave out what could not be read: then the next one looks as far back.
        self._unread = False
        self._in_sight_since = now()
        # Until when everything was known. An answer heard since need not be the first.
        self._known_until = tracking_since
        self._doing = ""
        self.looked = asyncio.Event()
        self.in_sheet: frozenset[int] | None = frozenset()
        """The threads that had a row when this run began (None: not known yet): what a lost store knew.

        Let go once all is compared.
        """

    def begin(self, connected: Connected) -> None:
        """Discord described the server anew: compare, once `run` gets to it."""
        self._complete = False
        self._in_touch = True
        self.looked.clear()
        self._arrived.put_nowait((connected, self._now()))

    def learn_rows(self, thread_ids: frozenset[int]) -> bool:
        """The sheet could be read; whether that is news without which not all could be compared."""
        if self.in_sheet is not None:
            return False
        self.in_sheet = thread_ids
        return not self._complete

    def lost_touch(self) -> None:
        """The connection broke: what happens from now on is told later, or never."""
        self._in_touch = False
        self.looked.clear()

    def resumed(self) -> None:
        """Discord has told what happened since the connection broke."""
        self._in_touch = True
        if self._complete:
            self.looked.set()

    @property
    def caught_up(self) -> bool:
        """Whether no gap is known in what was heard: the forum could be compared whole, and the connection stands."""
        return self._complete and self._in_touch

    def heard(self, until: datetime) -> None:
        """Everything that Discord sent until then has arrived: remember it, for the next time."""
        if self.caught_up:
            known = self._store.fact(_HEARD_UNTIL)
            if known is None or datetime.fromisoformat(known) < until:
                self._store.set_fact(_HEARD_UNTIL, until.isoformat())

    async def run(self, gateway: Gateway) -> None:
        """Reconcile whenever there is a reason, until cancelled. A new reason ends work that is still under way."""
        connected, at = await self._arrived.get()
        while True:
            work = asyncio.create_task(self._follow(connected, at, gateway))
            another = asyncio.create_task(self._arrived.get())
            try:
                with connected.hold:
                    await self._first_of(work, another, gateway)
                if work.done():
                    work.result()
                connected, at = await another
            finally:
                work.cancel()
                another.cancel()

    async def _first_of(self, work: asyncio.Task[None], another: asyncio.Task[Any], gateway: Gateway) -> None:
        try:
            await asyncio.wait((work, another), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # Recorded before what was missed, it would hide that; the next start looks for both.
            gateway.forget()
            raise

    async def _follow(self, connected: Connected, at: datetime, gateway: Gateway) -> None:
        """Reconcile, and tell how far it has come, until the last ticket was searched for an answer."""
        async with told(self._progress):
            await self._reconcile(connected, at, gateway)
            self._doing = "compared"
            while self._unsearched:  # noqa: ASYNC110 - the store tells; who searches knows nothing of this
                await asyncio.sleep(_LOOK_SECONDS)

    @property
    def _unsearched(self) -> int:
        return self._store.count_due(EffectKind.LOOK_BACK, self._now())

    def _progress(self) -> str:
        return f"Forum and store: {self._doing}; tickets still to be searched for an answer: {self._unsearched}."

    async def _reconcile(self, connected: Connected, at: datetime, gateway: Gateway) -> None:
        started = self._now()
        heard_until = self._store.fact(_HEARD_UNTIL)
        self._known_until = self._tracking_since if heard_until is None else datetime.fromisoformat(heard_until)
        if connected.came_into_sight:
            self._known_until = min(self._known_until, connected.last_heard or self._in_sight_since)
        since = None if heard_until is None and self._first_run else self._known_until - _OVERLAP
        self._in_sight_since = started
        self._unread = False
        description, at = await self._description(connected, at, gateway)
        changes: dict[int, list[TagChange]] = {}
        deleted: set[int] = set()
        if since is not None:
            self._doing = "reading the audit log"
            changes, deleted = await self._logged(description.guild_id, since)
        for thread in description.threads:
            self._compare(thread, changes, since, told=gateway.tags_held(thread.id), until=at)
        for thread_id in sorted(deleted):
            self._tracking.record(ThreadDeleted(thread_id=thread_id))
        compared = {thread.id for thread in description.threads}
        self._account_for(changes, since, but=compared)
        self._found()
        believed_active = self._store.believed_active()
        # What was heard of other threads stands in the log beside what was missed of them: they are looked at whole.
        heard = {
            i for i in gateway.threads_held() - compared if created_at(i) < at and self._store.ticket(i) is not None
        }
        if since is not None:
            gateway.forget(heard)
        connected.hold.close()
        self._doing = "reading what was archived"
        if heard_until is None and self.in_sheet:
            since_row = partial(self._compare_archived_since, max(self.in_sheet), self.in_sheet)
            await self._left_out("archive", self._held(gateway, since_row), None)
        if since is not None:
            archived = await self._left_out(
                "archive", self._held(gateway, lambda: self._compare_archived(since, changes)), set()
            )
            answered = {i for i in self._store.answered_since(self._known_until) if created_at(i) < at}
            missing = {*believed_active, *heard, *answered} - compared - archived
            await self._look_for_the_missing(sorted(missing), changes, since, gateway)
        self._complete = not self._unread and (heard_until is not None or self.in_sheet is not None)
        self.looked.set()
        self.heard(at)
        if self._complete:
            self.in_sheet = frozenset()
        seconds = (self._now() - started).total_seconds()
        _log.info("Compared %d active threads with the store in %.1f s.", len(description.threads), seconds)

    async def _description(self, connected: Connected, at: datetime, gateway: Gateway) -> tuple[Description, datetime]:
        """What Discord described, and when; asked for where it could not be read."""
        if connected.description is not None:
            return connected.description, at
        self._doing = "asking for the active threads"
        return await self._read(gateway, connected.hold, lambda: self._described(gateway)), self._now()

    async def _described(self, gateway: Gateway) -> Description:
        """What an event should have told that could not be read, but for threads of which there is news meanwhile."""
        forum = await self._forum.look()
        self._tracking.record(self._view.tags_defined(forum))
        gateway.forget()  # what is kept back is older than what comes now
        threads = await self._left_out("list of active threads", self._forum.active(forum.guild_id), ())
        await asyncio.sleep(_LATE_SECONDS)
        changing = gateway.threads_held()
        return Description(guild_id=forum.guild_id, threads=tuple(each for each in threads if each.id not in changing))

    async def _logged(self, guild_id: int, since: datetime) -> tuple[dict[int, list[TagChange]], set[int]]:
        """Changed tags and deleted threads as the audit log has them.

        Without it the moment of a change is the moment at which it was noticed, and a thread that was deleted when it
        was no longer active is not missed before something has to be done in it.
        """
        changes: dict[int, list[TagChange]] = {}
        deleted: set[int] = set()
        try:
            async with asyncio.timeout(_AUDIT_LOG_SECONDS):
                changes = await self._forum.tag_changes(guild_id, since)
            async with asyncio.timeout(_AUDIT_LOG_SECONDS):
                deleted = await self._forum.deleted_threads(guild_id, since)
        except hikari.ForbiddenError:
            pass
        except Exception as error:  # noqa: BLE001 - also an answer that hikari cannot read
            _log.warning("The audit log could not be read: %s. What was missed is dated now.", reason_of(error))
        return changes, deleted

    def _compare(
        self,
        thread: hikari.GuildThreadChannel,
        changes: dict[int, list[TagChange]],
        since: datetime | None,
        *,
        told: Sequence[Sequence[int]] = (),
        until: datetime | None = None,
    ) -> None:
        """Record the thread with what the audit log, read from `since` on, tells of its tags, as `changes_before`."""
        ticket = self._store.ticket(thread.id)
        shown = getattr(thread, "applied_tag_ids", ())
        before = changes_before(changes.get(thread.id, []), shown, told=told, until=until)
        history = self._history(thread.id, before, known=ticket is not None)
        seen = self._view.thread_seen(thread, changes=history, changes_since=since)
        if seen is None:
            return
        self._tracking.record(seen)
        # A new ticket looks back by itself.
        waits = ticket is not None and (ticket.answered_at is None or ticket.answered_at >= self._known_until)
        if waits and (thread.last_message_id or 0) > thread.id:
            self._tracking.record(RepliesMissed(thread_id=thread.id))

    def _account_for(
        self, changes: dict[int, list[TagChange]], since: datetime | None, *, but: Collection[int]
    ) -> None:
        """Record what the log tells of other known threads than these, ahead of what is heard before they are read."""
        for thread_id in sorted(changes.keys() - but):
            ticket = self._store.ticket(thread_id)
            if ticket is None:
                continue
            history = self._history(thread_id, changes[thread_id], known=True)
            # What was heard last may not be in the log yet.
            if history[-1].at <= max(ticket.tags_changed, default=ticket.created_at):
                continue
            self._tracking.record(
                ThreadSeen(
                    thread_id=thread_id,
                    guild_id=ticket.guild_id,
                    author_id=ticket.author_id,
                    title=ticket.title,
                    tags=history[-1].tags,
                    newly_created=False,
                    at=self._now(),
                    archived=ticket.archived,
                    changes=tuple(history),
                    changes_since=since,
                )
            )

    def _history(self, thread_id: int, changes: Sequence[TagChange], *, known: bool) -> list[TagsWere]:
        """The tags the thread had in turn; for a thread not known yet, beginning with those it was created with."""
        states = [TagsWere(tags=self._view.tags(change.after), at=change.at) for change in changes]
        if states and not known:
            first = TagsWere(tags=self._view.tags(changes[0].before), at=created_at(thread_id))
            return [first, *states]
        return states

    async def _compare_archived(self, since: datetime, changes: dict[int, list[TagChange]]) -> set[int]:
        """The threads archived meanwhile; their ids."""
        threads = await self._forum.archived(since)
        for thread in threads:
            if created_at(thread.id) >= self._tracking_since or self._store.ticket(thread.id) is not None:
                self._compare(thread, changes, since)
        return {thread.id for thread in threads}

    async def _compare_archived_since(self, latest: int, in_sheet: Collection[int]) -> None:
        """The threads archived since a store that is lost knew of the `latest` ticket in the sheet.

        What the audit log tells from then on may stand in the rows already, so it is not counted again.
        """
        alive = created_at(latest) - _OVERLAP
        for thread in await self._forum.archived(alive):
            if created_at(thread.id) >= alive or thread.id in in_sheet:
                self._compare(thread, {}, None)

    async def _look_for_the_missing(
        self, missing: Sequence[int], changes: dict[int, list[TagChange]], since: datetime, gateway: Gateway
    ) -> None:
        """Threads that were active and were not found among the others: deleted, or out of sight."""
        for number, thread_id in enumerate(missing):
            self._doing = f"looked for {number} of {len(missing)} threads that are not active any more"
            look = partial(self._look_for, thread_id, changes, since)
            await self._left_out(f"thread {thread_id}", self._held(gateway, look), None)

    async def _look_for(self, thread_id: int, changes: dict[int, list[TagChange]], since: datetime) -> None:
        try:
            thread = await self._forum.thread(thread_id)
        except hikari.ForbiddenError:
            return
        if thread is None:
            self._tracking.record(ThreadDeleted(thread_id=thread_id))
        else:
            self._compare(thread, changes, since)

    async def _held(self, gateway: Gateway, read: Callable[[], Awaitable[T]]) -> T:
        """Read and record a state while live events are kept back; again and again until Discord gives it."""
        with ExitStack() as hold:
            return await self._read(gateway, hold, read)

    async def _read(self, gateway: Gateway, hold: ExitStack, read: Callable[[], Awaitable[T]]) -> T:
        """The same, where what is heard is still kept back afterwards, until `hold` is closed."""
        failures = 0
        while True:
            hold.enter_context(gateway.held())
            try:
                result = await read()
            except Exception as error:
                if not (is_failure(error) or isinstance(error, DiscordSetupError)):
                    raise
                hold.close()
                self.looked.set()
                failures += 1
                wait = pause(failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
                _log.warning("The forum could not be read: %s; next attempt in %.0f s.", reason_of(error), wait)
                await asyncio.sleep(wait)
            else:
                self._found()
                return result

    async def _left_out(self, what: str, read: Awaitable[T], instead: T) -> T:
        """What is read, or `instead` of an answer that hikari cannot read: asked again, it would be no better."""
        try:
            return await read
        except Exception as error:
            if is_failure(error) or isinstance(error, TrackerError):
                raise
            _log.error("The %s could not be read and is left out: %s.", what, reason_of(error))
            self._unread = True
            return instead


def changes_before(
    changes: Sequence[TagChange],
    shown: Iterable[int],
    *,
    told: Sequence[Sequence[int]] = (),
    until: datetime | None = None,
) -> Sequence[TagChange]:
    """The changes that led to the tags now shown, none of them later than `until`.

    The log may be read a moment after the thread: what was changed in between is not to be turned back by the older
    picture, and comes as a live event of its own. When that led back to the tags shown, only `told` tells it from
    what was missed: the thread's tags by each such event so far.
    """
    tags = tuple(int(tag_id) for tag_id in shown)
    states = [changes[0].before if changes else tags, *(change.after for change in changes)]
    earlier = sum(until is None or change.at <= until for change in changes)
    matching = [number for number, state in enumerate(states[: earlier + 1]) if state == tags]
    news = [state for before, state in pairwise([tags, *map(tuple, told)]) if state != before]
    # `max` takes the first of equals: the latest.
    number = max(reversed(matching), key=lambda number: _agreement(states[number + 1 :], news), default=earlier)
    return changes[:number]


def _agreement(logged: Sequence[tuple[int, ...]], told: Sequence[tuple[int, ...]]) -> int:
    """How many changes two accounts have in common; -1 when they contradict each other. One may tell less."""
    common = min(len(logged), len(told))
    return common if logged[:common] == told[:common] else -1
