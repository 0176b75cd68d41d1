"""Away and back: finds what happened in the forum while nobody listened, and records it like any other event.

Discord sends nothing again of what happened between two connections. So whenever it describes the server anew, the
forum as it is now is compared with the store: new threads, titles, tags, answers, deleted threads. What is heard
meanwhile is kept back while a state is being read, so that neither overtakes the other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tracker.discord.view import ForumView
from tracker.domain.effects import EffectKind
from tracker.domain.events import ThreadSeen
from tracker.domain.snowflakes import created_at
from tracker.ops.progress import log_progress
from tracker.reconcile.feed import Cue, Feed
from tracker.reconcile.missed import AuditLog, Heard, Snapshot, logged_of_others, missed
from tracker.reconcile.snapshot import Reader
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

HEARD_UNTIL = "heard_until"
"""The fact that says until when everything was heard and is known."""

_OVERLAP = timedelta(minutes=5)
"""A connection can be dead for a while before anybody notices: so much of what was heard is looked at again."""

_LOOK_SECONDS = 0.5


@dataclass(kw_only=True)
class Reconciliation:
    """Compares the forum with the store, whenever the feed gives a reason.

    `tracking_since` is when the bot began: archived threads older than that are not its business. At the first look of
    its `first_run` nothing can have been missed; a run, or a look, that was cut short may have heard nothing.
    """

    store: Store
    tracking: Tracking
    feed: Feed
    reader: Reader
    view: ForumView
    tracking_since: datetime
    first_run: bool
    now: Callable[[], datetime]

    def __post_init__(self) -> None:
        self._in_sight_since = self.now()
        self._doing = ""
        self._is_first_look = self.first_run
        # The threads that had a row when this run began (None: not known yet): what a lost store knew. Let go once all
        # is compared.
        self._in_sheet: frozenset[int] | None = frozenset()

    async def run(self, in_sheet: asyncio.Future[frozenset[int]]) -> None:
        """Reconcile whenever there is a reason, until cancelled. A new reason ends work that is still under way.

        `in_sheet` has the threads that have a row, as soon as anybody knows.
        """
        self._in_sheet = in_sheet.result() if in_sheet.done() else None
        learning = asyncio.create_task(self._learn_rows(in_sheet))
        try:
            await self._follow_cues()
        finally:
            learning.cancel()

    async def _learn_rows(self, in_sheet: asyncio.Future[frozenset[int]]) -> None:
        """Where it is news what is in the sheet, without which not all could be compared, compare again."""
        thread_ids = await in_sheet
        if self._in_sheet is None:
            self._in_sheet = thread_ids
            if self.store.facts.find(HEARD_UNTIL) is None:
                self.feed.ask()

    async def _follow_cues(self) -> None:
        cue = await self.feed.next_cue()
        while True:
            work = asyncio.create_task(self._follow(cue))
            self.feed.end_by_next_cue(work)
            another = asyncio.create_task(self.feed.next_cue())
            try:
                await self._first_of(work, another)
                self.feed.release(cue)
                if work.done() and not work.cancelled():
                    work.result()
                cue = await another
                self._is_first_look = False
            finally:
                work.cancel()
                another.cancel()

    async def _first_of(self, work: asyncio.Task[None], another: asyncio.Task[Any]) -> None:
        try:
            await asyncio.wait((work, another), return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # Recorded before what was missed, it would hide that; the next start looks for both.
            self.feed.forget()
            raise

    async def _follow(self, cue: Cue) -> None:
        """Reconcile, and report how far it has come, until the last ticket was searched for an answer."""
        async with log_progress(self._progress):
            await self._reconcile(cue)
            self._doing = "compared"
            while self._unsearched:  # noqa: ASYNC110 - the store shows it; who searches knows nothing of this
                await asyncio.sleep(_LOOK_SECONDS)

    @property
    def _unsearched(self) -> int:
        return self.store.effects.count_due(EffectKind.LOOK_BACK, self.now())

    def _progress(self) -> str:
        return f"Forum and store: {self._doing}; tickets still to be searched for an answer: {self._unsearched}."

    async def _reconcile(self, cue: Cue) -> None:
        started = self.now()
        heard_until = self.store.facts.find(HEARD_UNTIL)
        known_until = self._known_until(cue, heard_until, started)
        since = None if heard_until is None and self._is_first_look else known_until - _OVERLAP
        self._in_sight_since = started
        self._doing = "asking for the active threads"
        description, at = await self.reader.description(cue)
        if description.tags is not None:
            self.tracking.record(description.tags)
        log = AuditLog()
        if since is not None:
            self._doing = "reading the audit log"
            log = await self.reader.audit_log(description.guild_id, since)
        compared = {each.thread_id for each in description.threads}
        snapshot = self._snapshot(description.threads, log, deleted=log.deleted, until=at)
        self._compare(snapshot, known_until, but=compared)
        believed_active = self.store.tickets.believed_active()
        # What was heard of other threads stands in the log beside what was missed of them: they are looked at whole.
        heard = {
            i
            for i in self.feed.threads_held() - compared
            if created_at(i) < at and self.store.tickets.find(i) is not None
        }
        if since is not None:
            self.feed.forget(heard)
        self.feed.release(cue)
        self._doing = "reading what was archived"
        unread = "" if description.complete else "list of active threads"
        if heard_until is None and self._in_sheet:
            unread = await self._compare_archived_since(self._in_sheet, known_until) or unread
        if since is not None:
            archived = await self._compare_archived(since, log, known_until)
            unread = unread if archived is not None else "archive"
            answered = {i for i in self.store.tickets.answered_since(known_until) if created_at(i) < at}
            missing = {*believed_active, *heard, *answered} - compared - (archived or set())
            unread = await self._look_for_the_missing(sorted(missing), log, known_until) or unread
        complete = not unread and (heard_until is not None or self._in_sheet is not None)
        self.feed.caught_up(unread=unread, complete=complete)
        self.remember_hearing()
        if complete:
            self._in_sheet = frozenset()
        seconds = (self.now() - started).total_seconds()
        _log.info("Compared %d active threads with the store in %.1f s.", len(description.threads), seconds)

    def remember_hearing(self) -> None:
        """Remember until when everything was heard and is known, for the next time; nothing while that may be less."""
        heard_until = self.feed.heard_until
        if heard_until is not None:
            self.store.facts.set(HEARD_UNTIL, heard_until.isoformat())

    def _known_until(self, cue: Cue, heard_until: str | None, started: datetime) -> datetime:
        """Until when everything is known; an answer heard since need not be the first."""
        known_until = self.tracking_since if heard_until is None else datetime.fromisoformat(heard_until)
        if cue.came_into_sight:
            known_until = min(known_until, cue.last_heard or self._in_sight_since)
        # A clock that was set back would hide what happened since.
        return min(known_until, started)

    def _snapshot(
        self,
        shown: Sequence[ThreadSeen],
        log: AuditLog,
        *,
        deleted: frozenset[int] = frozenset(),
        unknown: frozenset[int] = frozenset(),
        until: datetime | None = None,
    ) -> Snapshot:
        names = dict(self.view.tag_names)
        return Snapshot(threads=shown, log=log, deleted=deleted, unknown=unknown, names=names, until=until)

    def _compare(self, snapshot: Snapshot, known_until: datetime, *, but: Collection[int] | None = None) -> None:
        """Record what was missed; with `but`, also what the log shows of others than these."""
        if snapshot.until is None:
            snapshot = replace(snapshot, threads=[self.feed.before_what_is_held(each) for each in snapshot.threads])
        shown = {each.thread_id for each in snapshot.threads}
        tickets = {
            i: ticket for i in {*shown, *snapshot.log.changes} if (ticket := self.store.tickets.find(i)) is not None
        }
        tags = {thread_id: self.feed.tags_held(thread_id) for thread_id in shown}
        for event in missed(snapshot, tickets, Heard(known_until=known_until, tags=tags)):
            self.tracking.record(event)
        if but is not None:
            for event in logged_of_others(snapshot, tickets, but, self.now()):
                self.tracking.record(event)
        self.tracking.note_comparison()

    async def _compare_archived(self, since: datetime, log: AuditLog, known_until: datetime) -> set[int] | None:
        """The threads archived meanwhile: their ids, or None where they could not be read."""
        async with self.reader.archived(since) as threads:
            if threads is None:
                return None
            began, known = self.tracking_since, self.store.tickets.find
            ours = [each for each in threads if created_at(each.thread_id) >= began or known(each.thread_id)]
            self._compare(self._snapshot(ours, log), known_until)
            return {each.thread_id for each in threads}

    async def _compare_archived_since(self, in_sheet: Collection[int], known_until: datetime) -> str:
        """The threads archived since a store that is lost knew of the latest ticket in the sheet; what was left out.

        What the audit log shows from then on may stand in the rows already, so it is not counted again.
        """
        alive = created_at(max(in_sheet)) - _OVERLAP
        async with self.reader.archived(alive) as threads:
            if threads is None:
                return "archive"
            ids = ((each, each.thread_id) for each in threads)
            ours = [each for each, thread_id in ids if created_at(thread_id) >= alive or thread_id in in_sheet]
            self._compare(self._snapshot(ours, AuditLog()), known_until)
            return ""

    async def _look_for_the_missing(self, missing: Sequence[int], log: AuditLog, known_until: datetime) -> str:
        """Threads that were active and were not found among the others: deleted, or out of sight; what was left out."""
        unread = ""
        for number, thread_id in enumerate(missing):
            self._doing = f"looked for {number} of {len(missing)} threads that are not active any more"
            async with self.reader.thread(thread_id) as found:
                if found is None:
                    unread = f"thread {thread_id}"
                    continue
                threads, unknown = found
                self._compare(self._snapshot(threads, log, unknown=unknown), known_until)
        return unread
