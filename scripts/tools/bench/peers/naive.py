"""The bot that one writes first: each event is written to the sheet by itself, and then it is the next one's turn.

A new thread is an `append_row`; whatever else happens is a `find` of its row and an `update_cell` for each field of
what changed. It is given every advantage that costs a beginner little: it remembers its threads, so that only what
changed is written; it opens the worksheet once; it takes one event after the other, so that no two mix up their rows.
It verifies nothing, repairs nothing, and forgets everything when it ends.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import hikari

from tracker.sheet.table.columns import NAMES

_INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES


class Worksheet(Protocol):
    """What the bot needs of a library for sheets; rows and columns count from 1, as theirs do."""

    async def append_row(self, values: list[Any]) -> None:
        """Add a row below the last one."""

    async def find(self, text: str) -> int:
        """The row that has this text in its first column."""

    async def update_cell(self, row: int, column: int, value: object) -> None:
        """Write one cell."""


@dataclass(kw_only=True)
class Remembered:
    """What the bot remembers of a thread."""

    title: str
    tags: frozenset[int]
    answered: bool = False
    resolved: bool = False


class NaiveBot:
    """A hikari bot for the forum in SUPPORT_CHANNEL_ID that keeps `worksheet` up to date."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._sheet = worksheet
        self._turn = asyncio.Lock()
        self._forum_id = int(os.environ["SUPPORT_CHANNEL_ID"])
        self._threads: dict[int, Remembered] = {}
        self._tag_names: dict[int, str] = {}
        self._bot = hikari.GatewayBot(
            os.environ["DISCORD_TOKEN"],
            rest_url=os.environ["DISCORD_API_URL"],
            intents=_INTENTS,
            banner=None,
            logs="ERROR",
        )
        self._bot.subscribe(hikari.GuildAvailableEvent, self._on_guild)
        self._bot.subscribe(hikari.GuildThreadCreateEvent, self._on_thread_create)
        self._bot.subscribe(hikari.GuildThreadUpdateEvent, self._on_thread_update)
        self._bot.subscribe(hikari.GuildMessageCreateEvent, self._on_message)

    async def run(self) -> None:
        """Work until the process ends."""
        await self._bot.start(check_for_updates=False)
        await self._bot.join()

    async def _on_guild(self, event: hikari.GuildAvailableEvent) -> None:
        forum = event.channels[hikari.Snowflake(self._forum_id)]
        if isinstance(forum, hikari.GuildForumChannel):
            self._tag_names = {tag.id: tag.name for tag in forum.available_tags}

    async def _on_thread_create(self, event: hikari.GuildThreadCreateEvent) -> None:
        thread = event.thread
        if not isinstance(thread, hikari.GuildPublicThread) or thread.parent_id != self._forum_id:
            return
        async with self._turn:
            self._threads[thread.id] = Remembered(title=thread.name or "", tags=frozenset(thread.applied_tag_ids))
            author = await self._bot.rest.fetch_user(thread.owner_id)
            known = {
                "thread_id": str(thread.id),
                "title": thread.name,
                "type": self._type(thread),
                "raised_by": author.username,
                "date_created": thread.created_at.isoformat(sep=" ", timespec="seconds"),
                "link": f"https://discord.com/channels/{thread.guild_id}/{thread.id}",
                "team": self._team(thread),
                "reopen_count": 0,
            }
            await self._sheet.append_row([known.get(name, "") for name in NAMES])

    async def _on_message(self, event: hikari.GuildMessageCreateEvent) -> None:
        message = event.message
        if message.author.is_bot or message.id == message.channel_id:
            return
        async with self._turn:
            thread = self._threads.get(message.channel_id)
            if thread is not None and not thread.answered:
                thread.answered = True
                took = str(message.created_at - message.channel_id.created_at)
                await self._write(
                    message.channel_id, first_responded_by=message.author.username, time_to_first_response=took
                )

    async def _on_thread_update(self, event: hikari.GuildThreadUpdateEvent) -> None:
        thread = event.thread
        if not isinstance(thread, hikari.GuildPublicThread):
            return
        async with self._turn:
            known = self._threads.get(thread.id)
            if known is not None and known.title != thread.name:
                known.title = thread.name or ""
                await self._write(thread.id, title=thread.name)
            if known is not None and known.tags != frozenset(thread.applied_tag_ids):
                known.tags = frozenset(thread.applied_tag_ids)
                await self._retag(thread, known)

    async def _retag(self, thread: hikari.GuildPublicThread, known: Remembered) -> None:
        fields: dict[str, object] = {"type": self._type(thread), "team": self._team(thread)}
        before, known.resolved = known.resolved, "resolved" in self._type(thread)
        if before or not known.resolved:
            await self._write(thread.id, **fields)
            return
        now = datetime.now(UTC)
        fields["resolution_date"] = now.isoformat(sep=" ", timespec="seconds")
        fields["time_to_resolution"] = str(now - thread.created_at)
        await self._write(thread.id, **fields)
        message = await self._bot.rest.create_message(thread.id, "This thread has been marked as resolved.")
        await self._write(thread.id, warning_message_id=str(message.id))

    async def _write(self, thread_id: int, **fields: object) -> None:
        row = await self._sheet.find(str(thread_id))
        for name, value in fields.items():
            await self._sheet.update_cell(row, NAMES.index(name) + 1, value)

    def _type(self, thread: hikari.GuildPublicThread) -> str:
        return ", ".join(self._tag_names[tag_id] for tag_id in thread.applied_tag_ids)

    def _team(self, thread: hikari.GuildPublicThread) -> str:
        return next((team for team in ("Engineering", "Consulting") if team in self._type(thread)), "")
