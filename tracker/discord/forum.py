"""Asking Discord about the forum: what it is, who somebody is, who answered in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import hikari

from tracker.discord.failures import is_gone, is_hidden
from tracker.discord.people import is_person_speaking, is_responder, name_of
from tracker.domain.events import Replied
from tracker.domain.ticket import Ticket
from tracker.errors import DiscordSetupError

_BETWEEN_READS_SECONDS = 1 / 35
"""Discord takes 50 requests a second from a bot (https://discord.com/developers/docs/topics/rate-limits): to ask about
hundreds of threads in a row leaves room for the others."""


@dataclass(frozen=True, kw_only=True)
class TagChange:
    """One change of a thread's tags, as the audit log has it: the tag ids before and after."""

    at: datetime
    before: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, entry_id: hikari.Snowflake, change: hikari.AuditLogChange) -> Self:
        """The change as it stands in an entry of the log."""
        before, after = (tuple(int(tag_id) for tag_id in value or ()) for value in (change.old_value, change.new_value))
        return cls(at=entry_id.created_at, before=before, after=after)


def kind_of(channel: hikari.PartialChannel) -> str:
    """What kind of channel this is, as people call it: `text channel`, `thread`, `category`."""
    if isinstance(channel, hikari.GuildThreadChannel):
        return "thread"
    if isinstance(channel, hikari.GuildCategory):
        return "category"
    if not isinstance(channel.type, hikari.ChannelType):
        return "channel of an unknown kind"
    return f"{channel.type.name.removeprefix('GUILD_').lower().replace('_', ' ')} channel"


def as_forum(channel: hikari.PartialChannel) -> hikari.GuildForumChannel:
    """The channel that SUPPORT_CHANNEL_ID names, if it is a forum.

    Raises:
        DiscordSetupError: it is something else.
    """
    if isinstance(channel, hikari.GuildForumChannel):
        return channel
    raise DiscordSetupError(
        f"SUPPORT_CHANNEL_ID {channel.id} ({channel.name}) is a {kind_of(channel)}, not a forum.",
        f"It belongs to the channel {channel.parent_id}: if that is the forum, write its id instead."
        if isinstance(channel, hikari.GuildThreadChannel)
        else "Copy the id of the forum channel itself (right-click it, Copy Channel ID).",
    )


class Forum:
    """One forum channel, read over Discord's HTTP interface. Errors are hikari's unless said otherwise."""

    def __init__(self, rest: hikari.api.RESTClient, forum_id: int, responder_roles: Collection[int]) -> None:
        self._rest = rest
        self._forum_id = forum_id
        self._responder_roles = responder_roles
        self._next_read = 0.0

    async def look(self) -> hikari.GuildForumChannel:
        """The forum as it is now.

        Raises:
            DiscordSetupError: the channel does not exist, cannot be seen, or is no forum.
        """
        setting = f"SUPPORT_CHANNEL_ID {self._forum_id}"
        try:
            channel = await self._rest.fetch_channel(self._forum_id)
        except hikari.NotFoundError as error:
            if not is_gone(error):
                raise
            raise DiscordSetupError(
                f"{setting} names no channel.", "Copy the id of the forum channel (right-click it, Copy Channel ID)."
            ) from error
        except hikari.ForbiddenError as error:
            if not is_hidden(error):
                raise
            raise DiscordSetupError(
                f"{setting} exists, but cannot be seen by the bot.",
                "Give the bot's role View Channel there, or add the bot to that server if it is not in it.",
            ) from error
        return as_forum(channel)

    async def active(self, guild_id: int) -> Sequence[hikari.GuildThreadChannel]:
        """The active threads of the server, at least those of the forum."""
        return await self._rest.fetch_active_threads(guild_id)

    async def name_of(self, user_id: int) -> str | None:
        """The name of a user, or None where Discord knows nobody of this id."""
        await self._turn()
        try:
            return name_of(await self._rest.fetch_user(user_id))
        except hikari.NotFoundError:
            return None

    async def answers(self, ticket: Ticket) -> AsyncIterator[Replied]:
        """The answers in the ticket's thread, oldest first, by the same rules as live ones.

        Raises:
            hikari.ForbiddenError: the bot may not read them (Read Message History).
        """
        await self._turn()
        shown = False
        roles: dict[int, Collection[int]] = {}
        async for message in self._rest.fetch_messages(ticket.thread_id, after=ticket.thread_id - 1):
            shown = True
            author = message.author
            if author.id == ticket.author_id or not is_person_speaking(message):
                continue
            if self._responder_roles and author.id not in roles:
                roles[author.id] = await self._roles(ticket.guild_id, author.id)
            if is_responder(roles.get(author.id, ()), self._responder_roles):
                yield Replied(
                    thread_id=ticket.thread_id,
                    message_id=message.id,
                    author_id=author.id,
                    author_name=name_of(author),
                )
        # That there is no more, hikari knows only after one more request.
        self._next_read += _BETWEEN_READS_SECONDS
        if not shown:
            await self._demand_history(ticket.thread_id)

    async def thread(self, thread_id: int) -> hikari.GuildThreadChannel | None:
        """The thread as it is now, or None where it was deleted."""
        await self._turn()
        try:
            channel = await self._rest.fetch_channel(thread_id)
        except hikari.NotFoundError as error:
            if not is_gone(error):
                raise
            return None
        return channel if isinstance(channel, hikari.GuildThreadChannel) else None

    async def archived(self, since: datetime) -> list[hikari.GuildThreadChannel]:
        """The threads that were archived at `since` or later and still are, the latest first."""
        found: list[hikari.GuildThreadChannel] = []
        async for thread in self.all_archived():
            if thread.archive_timestamp < since:
                break
            found.append(thread)
        return found

    def all_archived(self) -> AsyncIterator[hikari.GuildThreadChannel]:
        """All archived threads, those archived last first."""
        return aiter(self._rest.fetch_public_archived_threads(self._forum_id))

    async def tag_changes(self, guild_id: int, since: datetime) -> dict[int, list[TagChange]]:
        """How the tags of threads were changed since then, by thread, oldest first, from the server's audit log.

        Raises:
            hikari.ForbiddenError: the bot may not read the log (View Audit Log).
        """
        changes: dict[int, list[TagChange]] = {}
        async for entry in self._logged(guild_id, hikari.AuditLogEventType.THREAD_UPDATE, since):
            for change in entry.changes:
                if str(change.key) == "applied_tags" and entry.target_id is not None:
                    changes.setdefault(entry.target_id, []).insert(0, TagChange.of(entry.id, change))
        return changes

    async def deleted_threads(self, guild_id: int, since: datetime) -> set[int]:
        """The ids of the server's threads that were deleted since then; raises as `tag_changes` does."""
        entries = self._logged(guild_id, hikari.AuditLogEventType.THREAD_DELETE, since)
        return {int(entry.target_id) async for entry in entries if entry.target_id is not None}

    async def _logged(
        self, guild_id: int, kind: hikari.AuditLogEventType, since: datetime
    ) -> AsyncIterator[hikari.AuditLogEntry]:
        """The entries of one kind in the server's audit log, the latest first."""
        async for page in self._rest.fetch_audit_log(guild_id, event_type=kind):
            for entry in page.entries.values():
                if entry.id.created_at < since:
                    return
                yield entry

    async def _demand_history(self, thread_id: int) -> None:
        """Raises where the bot may not read the thread: Discord then shows no messages, but refuses to show one.

        https://discord.com/developers/docs/resources/message#get-channel-messages. Where it says that there is no such
        message, somebody deleted it.
        """
        await self._turn()
        try:
            await self._rest.fetch_message(thread_id, thread_id)
        except hikari.NotFoundError as error:
            if is_gone(error):
                raise

    async def _roles(self, guild_id: int, user_id: int) -> Collection[int]:
        """A member's roles; none for somebody who left. Messages read over HTTP do not tell them."""
        await self._turn()
        try:
            return (await self._rest.fetch_member(guild_id, user_id)).role_ids
        except hikari.NotFoundError:
            return ()

    async def _turn(self) -> None:
        """Wait for the next read's turn."""
        now = asyncio.get_running_loop().time()
        turn = max(self._next_read, now)
        self._next_read = turn + _BETWEEN_READS_SECONDS
        await asyncio.sleep(turn - now)
