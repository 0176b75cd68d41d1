"""`python -m tracker.backfill`: bring the forum's archived threads into the sheet. Sends nothing to Discord.

Can be stopped at any time and started again: threads that are already tracked are passed over. The bot must not be
running, since one process at a time holds the store.

Exit codes: 0 everything is in the sheet (or, with --dry-run, was counted), 1 something has to be put right first or the
run was stopped, 2 settings are missing or wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import NoReturn

import hikari
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tracker import logs, settings
from tracker.cli import terminal
from tracker.cli.arguments import Arguments
from tracker.cli.invocation import command as command_to_paste
from tracker.discord.connection import UNREADABLE, refusal_of, rest_only
from tracker.discord.failures import is_failure, is_forbidden, reason_of
from tracker.discord.forum import Forum
from tracker.discord.view import ForumView
from tracker.domain.effects import EffectKind
from tracker.domain.events import AuthorNamed
from tracker.domain.snowflakes import created_at
from tracker.domain.ticket import Ticket
from tracker.errors import DiscordSetupError, SettingsError, TrackerError
from tracker.secrecy import quoted
from tracker.settings import Settings
from tracker.sheet.flush.delivery import SheetDelivery
from tracker.startup import open_sheet
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.wiring import desk_of, now, repository_of, rules_of, use_proxies

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the settings and bring the history in."""
    parser = Arguments(command_to_paste("backfill"), "Bring archived threads into the sheet.")
    parser.add_argument(
        "--since", type=_date, metavar="DATE", help="only threads created on this day or later (2026-01-31)"
    )
    parser.add_argument("--dry-run", action="store_true", help="count the threads, and do nothing")
    terminal.prepare()
    options = parser.read(arguments)
    console, errors = Console(highlight=False), Console(stderr=True, soft_wrap=True, highlight=False)
    try:
        loaded = settings.load(Settings)
        use_proxies(loaded)
        logs.set_up(loaded.log_level, loaded.log_format)
        for odd in settings.bearable_oddities(Settings):
            console.print(str(odd), markup=False, soft_wrap=True)
        asyncio.run(_backfill(loaded, console, since=options.since, dry_run=options.dry_run))
    except TrackerError as error:
        errors.print(str(error), markup=False)
        return 2 if isinstance(error, SettingsError) else 1
    except KeyboardInterrupt:
        errors.print("Stopped. What was found so far is kept; run the command again to go on.")
        return 1
    return 0


def _date(text: str) -> datetime:
    try:
        return datetime.combine(datetime.fromisoformat(text).date(), time(), UTC)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a day; write it as 2026-01-31") from error


async def _backfill(loaded: Settings, console: Console, *, since: datetime | None, dry_run: bool) -> None:
    try:
        async with rest_only(loaded.discord_token.get_secret_value(), loaded.discord_api_url) as rest:
            forum = Forum(
                rest,
                loaded.support_channel_id,
                loaded.support_role_ids,
                display_names=loaded.names == "display",
            )
            with contextlib.closing(Store.open(loaded.data_dir)) as store:
                backfill = _Backfill(loaded, store, forum)
                await backfill.open_sheet()
                await _bring_in(backfill, console, since=since, dry_run=dry_run)
    except Exception as error:
        if isinstance(error, TrackerError) or not (is_failure(error) or isinstance(error, UNREADABLE)):
            raise
        if is_forbidden(error):
            raise DiscordSetupError(
                f"The forum's threads cannot be read: {reason_of(error, EffectKind.LOOK_BACK)}.",
                "Give the bot View Channel and Read Message History there, and run the command again to go on.",
            ) from error
        _log.debug("It ended here:", exc_info=error)
        refusal = refusal_of(error) if is_failure(error) else None
        reason = reason_of(error)
        raise refusal or TrackerError(
            f"{reason[0].upper()}{reason[1:]}.", "Run the command again to go on; LOG_LEVEL=DEBUG shows where it ended."
        ) from error


async def _bring_in(backfill: _Backfill, console: Console, *, since: datetime | None, dry_run: bool) -> None:
    count = TextColumn("{task.description}: {task.completed:.0f}")
    columns = count, BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as progress:
        found = progress.add_task("threads to bring in" if dry_run else "threads brought in", total=None)
        async for thread in backfill.untracked(since):
            if not dry_run:
                await backfill.bring_in(thread)
            progress.advance(found)
        if dry_run:
            return
        progress.update(found, total=progress.tasks[found].completed)
        rows = backfill.count_rows()
        written = progress.add_task("rows written", total=rows)
        async for waiting in backfill.write():
            progress.update(written, completed=rows - waiting)


class _Backfill:
    """The archive on one side, store and sheet on the other."""

    def __init__(self, loaded: Settings, store: Store, forum: Forum) -> None:
        self._store = store
        self._forum = forum
        self._view = ForumView(loaded.support_channel_id, now)
        self._tracking = Tracking(store, rules_of(loaded, store), now, lambda: None)
        self._executor = ThreadPoolExecutor(max_workers=1)
        self._people: dict[int, AuthorNamed] = {}
        self._repository = repository_of(loaded, store)
        self._delivery = SheetDelivery(
            store=store,
            repository=self._repository,
            tracking=self._tracking,
            desk=desk_of(loaded),
            executor=self._executor,
        )

    async def open_sheet(self) -> None:
        """See that there is a tab to write to, before the archive is read; raises as the bot's start does."""
        await open_sheet(self._repository, self._executor, opened_before=False)

    async def untracked(self, since: datetime | None) -> AsyncIterator[hikari.GuildThreadChannel]:
        """The archived threads that are no tickets yet, those archived last first."""
        self._tracking.record(self._view.tags_defined(await self._forum.look()))
        async for thread in self._forum.all_archived():
            if (since is None or created_at(thread.id) >= since) and self._store.tickets.find(thread.id) is None:
                yield thread

    async def bring_in(self, thread: hikari.GuildThreadChannel) -> None:
        """Make the thread a ticket, with its author's name and its first answer."""
        unknown = Ticket(thread_id=thread.id, guild_id=thread.guild_id, author_id=thread.owner_id, title="")
        author = self._people.get(thread.owner_id) or await self._forum.author_of(unknown)
        if not author.is_app:  # a webhook has another name in each post
            self._people[thread.owner_id] = author
        answers = (reply async for reply in self._forum.replies(unknown) if reply.is_responder)
        answer = await anext(answers, None)
        seen = self._view.thread_seen(thread, history=True)
        if seen is not None:
            # All of it or nothing: a thread that is a ticket already is passed over the next time.
            with self._store.transaction():
                self._tracking.record(replace(seen, last_message_id=thread.last_message_id or 0))
                self._tracking.record(replace(author, thread_id=thread.id))
                if answer is not None:
                    self._tracking.record(answer)

    def count_rows(self) -> int:
        """How many rows wait to be written, those of an earlier run among them."""
        return self._store.rows.count_pending()

    async def write(self) -> AsyncIterator[int]:
        """Write what waits, within Google's quota; yields how many rows still wait."""
        writing = asyncio.create_task(self._delivery.run())
        try:
            while count := self.count_rows():
                if writing.done():
                    await writing  # it never ends by itself: this brings the error that ended it
                yield count
                await asyncio.sleep(_LOOK_SECONDS)
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            self._executor.shutdown(wait=False, cancel_futures=True)
        yield 0


def command() -> NoReturn:
    """The command itself: ends the process, whatever still waits for Google."""
    code = main()
    sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    command()
