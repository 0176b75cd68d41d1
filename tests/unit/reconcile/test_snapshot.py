"""How the audit log is read: the latest first, and what was read counts; how often a hidden forum is looked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import hikari
import pytest

from tracker.discord.forum import Forum, TagChange
from tracker.discord.view import ForumView
from tracker.reconcile.feed import Feed
from tracker.reconcile.missed import AuditLog
from tracker.reconcile.sight import Cause, Sight
from tracker.reconcile.snapshot import Reader, pause_after

NOW = datetime(2026, 2, 4, 12, 0, tzinfo=UTC)
LATE, EARLY, SINCE = (NOW - timedelta(hours=hours) for hours in (1, 2, 3))


class LoggingForum(Forum):
    """A forum whose log holds two changes of one thread, and one deleted thread.

    It may break off in the changes, or never come to an end; the deleted ones are not to be had for these reasons, one
    after another.
    """

    def __init__(
        self, *, before_changes_end: bool = False, endless: bool = False, before_deleted: Sequence[Exception] = ()
    ) -> None:
        self.breaks, self.endless, self.trouble = before_changes_end, endless, list(before_deleted)

    async def tag_changes(self, guild_id: int, since: datetime) -> AsyncIterator[tuple[int, TagChange]]:
        assert (guild_id, since) == (1, SINCE)
        yield 7, TagChange(at=LATE, before=(), after=(1,))
        if self.breaks:
            raise hikari.HTTPError("it breaks off")
        if self.endless:
            await asyncio.Event().wait()
        yield 7, TagChange(at=EARLY, before=(1,), after=())

    async def deleted_threads(self, guild_id: int, since: datetime) -> AsyncIterator[int]:
        assert (guild_id, since) == (1, SINCE)
        if self.trouble:
            raise self.trouble.pop(0)
        yield 8


async def read(forum: Forum, patience: timedelta = timedelta(minutes=1)) -> AuditLog:
    feed = Feed(record=lambda _: None, sight=Sight(), now=lambda: NOW)
    reader = Reader(feed=feed, forum=forum, view=ForumView(1, lambda: NOW), now=lambda: NOW)
    return await reader.audit_log(1, SINCE, patience=patience)


async def test_changes_come_oldest_first() -> None:
    log = await read(LoggingForum())
    assert [change.at for change in log.changes[7]] == [EARLY, LATE]
    assert (log.deleted, log.since) == (frozenset({8}), SINCE)


@pytest.mark.parametrize(
    ("forum", "patience"),
    [
        pytest.param(LoggingForum(before_changes_end=True), timedelta(minutes=1), id="it-breaks-off"),
        pytest.param(LoggingForum(endless=True), timedelta(milliseconds=10), id="its-time-is-over"),
    ],
)
async def test_a_log_that_is_not_read_to_its_end_counts_from_where_it_was_read(
    forum: Forum, patience: timedelta
) -> None:
    log = await read(forum, patience)
    assert [change.at for change in log.changes[7]] == [LATE]
    assert log.since is not None
    assert EARLY < log.since < LATE


async def test_that_deleted_threads_cannot_be_read_costs_nothing_of_the_rest() -> None:
    log = await read(LoggingForum(before_deleted=[KeyError("an answer that hikari cannot read")]))
    assert [change.at for change in log.changes[7]] == [EARLY, LATE]
    assert (log.deleted, log.since) == (frozenset(), SINCE)


async def test_a_log_that_cannot_be_had_at_once_is_asked_for_again() -> None:
    log = await read(LoggingForum(before_deleted=[hikari.HTTPError("trouble on the way")]))
    assert (log.deleted, log.since) == (frozenset({8}), SINCE)


@pytest.mark.parametrize(("cause", "looks"), [(Cause.HIDDEN, 4), (Cause.DELETED, 4), (Cause.UNREACHED, 7)])
def test_a_forum_that_people_hide_is_looked_for_a_handful_of_times_within_the_first_minute(
    cause: Cause, looks: int
) -> None:
    at, times = timedelta(), 0
    while at < timedelta(minutes=1):
        times += 1
        at += pause_after(cause, times, 0.0)  # the shortest there are
    assert times == looks
