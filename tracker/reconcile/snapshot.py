"""All that is read from Discord for one comparison of the forum with the store; it is asked for until it comes."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import hikari

from tracker.discord.failures import is_failure, is_forbidden, is_unreadable, reason_of
from tracker.discord.forum import Forum, TagChange
from tracker.discord.view import ForumView
from tracker.domain.effects import EffectKind
from tracker.domain.events import ThreadSeen
from tracker.domain.snowflakes import A_MOMENT
from tracker.errors import DiscordSetupError, TrackerError
from tracker.reconcile.feed import Cue, Description, Feed
from tracker.reconcile.missed import AuditLog
from tracker.reconcile.sight import BY_PEOPLE, Cause
from tracker.retry import pause

_log = logging.getLogger(__name__)

_AUDIT_LOG_PATIENCE = timedelta(seconds=60)
_FIRST_LOOK_AGAIN = timedelta(seconds=10)
_LATE_SECONDS = 1.0
"""The gateway may send so much later what an answer shows already."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads the forum as it is. What is heard is kept back in the feed while an answer is on its way.

    Discord's refusals and outages are waited out, and so is a description of the forum that hikari cannot read. Any
    other answer that it cannot read is logged and left out (None): asked again, it would be no better.
    """

    feed: Feed
    forum: Forum
    view: ForumView
    now: Callable[[], datetime]

    async def description(self, cue: Cue) -> tuple[Description, datetime]:
        """What Discord described, and when; asked for where it could not be read."""
        if cue.description is not None:
            return cue.description, cue.at
        return await self._read(cue, self._described), self.now()

    async def audit_log(self, guild_id: int, since: datetime, *, patience: timedelta = _AUDIT_LOG_PATIENCE) -> AuditLog:
        """Changed tags and deleted threads as the audit log has them.

        Without it the moment of a change is the moment at which it was noticed, and a thread that was deleted when it
        was no longer active is not missed before something has to be done in it. The latest entries come first: what
        was read of a long log before the `patience` was over counts.
        """
        changes: dict[int, list[TagChange]] = {}
        deleted: set[int] = set()
        reached = None
        try:
            async with asyncio.timeout(patience.total_seconds()):
                async for thread_id, change in _again(lambda: self.forum.tag_changes(guild_id, since)):
                    changes.setdefault(thread_id, []).insert(0, change)
                    reached = change.at - A_MOMENT
                reached = None
                async for thread_id in _again(lambda: self.forum.deleted_threads(guild_id, since)):
                    deleted.add(thread_id)
        except Exception as error:  # noqa: BLE001 - also an answer that hikari cannot read
            if not is_forbidden(error):
                _log.warning("The audit log could not be read: %s. What was missed is dated now.", reason_of(error))
        return AuditLog(changes=changes, deleted=frozenset(deleted), since=reached or since)

    @asynccontextmanager
    async def archived(self, since: datetime) -> AsyncIterator[tuple[ThreadSeen, ...] | None]:
        """The threads archived since then; what is heard is kept back until the end of the block."""
        async with self._held(partial(_or_none, "archive", partial(self.forum.archived, since))) as threads:
            shown = None if threads is None else self.view.shown(threads)
            await self._until_clear(shown or ())
            yield shown

    @asynccontextmanager
    async def thread(self, thread_id: int) -> AsyncIterator[tuple[tuple[ThreadSeen, ...], frozenset[int]] | None]:
        """The thread as it is, or its id where Discord knows none; neither where the bot may not see it.

        What is heard is kept back until the end of the block.
        """
        async with self._held(partial(_or_none, f"thread {thread_id}", partial(self._one, thread_id))) as found:
            yield found

    async def _one(self, thread_id: int) -> tuple[tuple[ThreadSeen, ...], frozenset[int]]:
        try:
            thread = await self.forum.thread(thread_id)
        except hikari.ForbiddenError as error:
            if not is_forbidden(error):
                raise
            return (), frozenset()
        if thread is None:
            return (), frozenset({thread_id})
        shown = self.view.shown([thread])
        await self._until_clear(shown)
        return shown, frozenset()

    async def _until_clear(self, threads: Iterable[ThreadSeen]) -> None:
        """Wait for what may come late, where threads that people change just now are shown in an answer."""
        if any(self.feed.is_unclear(each) for each in threads):
            await asyncio.sleep(_LATE_SECONDS)

    async def _described(self) -> Description:
        """What an event that could not be read was about, but for threads that are described anew meanwhile.

        A message alone does not describe its thread, of which the bot may not have heard yet.
        """
        forum = await self.forum.look()
        tags = self.view.tags_defined(forum)
        self.feed.seen()
        self.feed.forget()  # what is kept back is older than what comes now
        threads = await _or_none("list of active threads", lambda: self.forum.active(forum.guild_id))
        await asyncio.sleep(_LATE_SECONDS)
        changing = self.feed.threads_described()
        return Description(
            guild_id=forum.guild_id,
            threads=self.view.shown(each for each in threads or () if each.id not in changing),
            tags=tags,
            complete=threads is not None,
        )

    @asynccontextmanager
    async def _held(self, read: Callable[[], Awaitable[T]]) -> AsyncIterator[T]:
        holder = object()
        try:
            yield await self._read(holder, read)
        finally:
            self.feed.release(holder)

    async def _read(self, holder: object, read: Callable[[], Awaitable[T]]) -> T:
        """Ask until Discord gives it; what is heard is then kept back until `holder` is released."""
        failures, said = 0, ""
        while True:
            self.feed.keep_back(holder)
            try:
                return await read()
            except Exception as error:
                if isinstance(error, TrackerError) and not isinstance(error, DiscordSetupError):
                    raise
                self.feed.release(holder)
                failures += 1
                reason, cause = reason_of(error, EffectKind.LOOK_BACK), _cause_of(error)
                wait = pause_after(cause, failures, random.random()).total_seconds()  # noqa: S311 - jitter, no secret
                self.feed.failed(cause, reason)
                if reason != said:
                    _log.warning("The forum could not be read: %s; next attempt in %.0f s.", reason, wait)
                said = reason
            await asyncio.sleep(wait)


async def _or_none(what: str, read: Callable[[], Awaitable[T]]) -> T | None:
    """What is read; None for an answer that hikari cannot read."""
    try:
        return await read()
    except Exception as error:
        if is_failure(error) or isinstance(error, TrackerError):
            raise
        _log.error("The %s could not be read and is left out: %s.", what, reason_of(error))
        return None


async def _again(read: Callable[[], AsyncIterator[T]]) -> AsyncIterator[T]:
    """What is read, a page after the other; where the first one fails for what may pass, it is asked for again."""
    failures = 0
    while True:
        begun = False
        try:
            async for each in read():
                begun = True
                yield each
        except Exception as error:
            if begun or is_forbidden(error) or not is_failure(error):
                raise
            failures += 1
            await asyncio.sleep(pause(failures, random.random()).total_seconds())  # noqa: S311 - jitter, not a secret
        else:
            return


def pause_after(cause: Cause, failures: int, chance: float) -> timedelta:
    """How long to wait before the forum is asked for again; arguments as for `pause`.

    Discord counts its refusals, and a forum that people hide stays so for a while. That it is back the gateway says.
    """
    return pause(failures, chance, first=_FIRST_LOOK_AGAIN) if cause in BY_PEOPLE else pause(failures, chance)


def _cause_of(error: Exception) -> Cause:
    """Why the forum, or something in it, could not be read."""
    if isinstance(error, DiscordSetupError):
        return Cause.DELETED if isinstance(error.__cause__, hikari.NotFoundError) else Cause.HIDDEN
    is_answer = isinstance(error, hikari.ClientHTTPResponseError) or is_unreadable(error)
    return Cause.UNREAD if is_answer else Cause.UNREACHED
