"""Asking Discord about the forum: what it is, who somebody is, who answered in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

import hikari

from tracker.discord.failures import is_gone, is_hidden, is_message_gone, is_nobody
from tracker.discord.history import messages_in
from tracker.discord.people import is_app, is_person_speaking, is_responder, name_of
from tracker.domain.events import AuthorNamed, Replied
from tracker.domain.ticket import Ticket
from tracker.errors import DiscordSetupError

_ASKED_WITHIN = 200
"""So many of the first messages of a post by a bot or a webhook are looked through for the one who asks there."""

_BETWEEN_READS_SECONDS = 1 / 35
"""Discord takes 50 requests a second from a bot (https://discord.com/developers/docs/topics/rate-limits): to ask about
hundreds of threads in a row leaves room for the others."""

_LOOK_AGAIN_SECONDS = 2.0


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
    """One forum channel, read over Discord's HTTP interface. Errors are hikari's unless said otherwise.

    With `display_names` people are called what Discord shows, not by their usernames.
    """

    def __init__(
        self,
        rest: hikari.api.RESTClient,
        forum_id: int,
        responder_roles: Collection[int],
        *,
        display_names: bool = False,
    ) -> None:
        self._rest = rest
        self._display_names = display_names
        self._forum_id = forum_id
        self._responder_roles = responder_roles
        self._next_read = 0.0
        self._persons: set[int] = set()

    async def look(self) -> hikari.GuildForumChannel:
        """The forum as it is now. That there is none is believed where Discord says it twice.

        Raises:
            DiscordSetupError: the channel does not exist, cannot be seen, or is no forum.
        """
        setting = f"SUPPORT_CHANNEL_ID {self._forum_id}"
        try:
            channel = await self._channel()
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

    async def _channel(self) -> hikari.PartialChannel:
        """The channel, asked for once more where Discord knows none: it has said so of channels that were there.

        https://github.com/discord/discord-api-docs/issues/1304
        """
        try:
            return await self._rest.fetch_channel(self._forum_id)
        except hikari.NotFoundError as error:
            if not is_gone(error):
                raise
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        return await self._rest.fetch_channel(self._forum_id)

    async def active(self, guild_id: int) -> Sequence[hikari.GuildThreadChannel]:
        """The active threads of the server, at least those of the forum."""
        return await self._rest.fetch_active_threads(guild_id)

    async def author_of(self, ticket: Ticket) -> AuthorNamed:
        """The ticket's author. A webhook is nobody whom Discord knows by id: its name is what its message shows."""
        user = await self._user(ticket.author_id)
        if user is None:
            async for message in self._first_messages(ticket):
                if message.author.id == ticket.author_id:
                    return AuthorNamed(thread_id=ticket.thread_id, name=name_of(message.author), is_app=is_app(message))
            return AuthorNamed(thread_id=ticket.thread_id, name=None)
        member = await self._member(ticket.guild_id, user.id) if self._display_names else None
        name = name_of(user, member, display=self._display_names)
        return AuthorNamed(thread_id=ticket.thread_id, name=name, is_app=user.is_bot)

    async def is_opened_by_staff(self, ticket: Ticket) -> bool:
        """Whether the author is a person with one of the roles that count as support; nobody is where none does."""
        if not self._responder_roles:
            return False
        member = await self._member(ticket.guild_id, ticket.author_id)
        return member is not None and not member.is_bot and is_responder(member.role_ids, self._responder_roles)

    async def asker(self, ticket: Ticket) -> int | None:
        """Whom a message to the one who asks mentions: the author, if it is a person.

        In a post by a bot or a webhook it is the first person who wrote there without a role that counts as support.
        None where nobody is known to be: without such roles, the first person may be anybody.
        """
        if await self._is_person(ticket.author_id):
            return ticket.author_id
        if not self._responder_roles:
            return None
        staff: set[int] = set()
        async for message in self._first_messages(ticket):
            writer = message.author.id
            if writer in staff or not is_person_speaking(message):
                continue
            if not is_responder(await self._roles(ticket.guild_id, writer), self._responder_roles):
                return writer
            staff.add(writer)
        return None

    async def replies(self, ticket: Ticket) -> AsyncIterator[Replied]:
        """What people but the author wrote in the ticket's thread, oldest first, by the same rules as live events.

        Raises:
            hikari.ForbiddenError: the bot may not read them (Read Message History).
        """
        await self._turn()
        shown = False
        members: dict[int, hikari.Member | None] = {}
        async for message in messages_in(self._rest, ticket.thread_id, after=ticket.thread_id - 1):
            shown = True
            author = message.author
            if author.id == ticket.author_id or not is_person_speaking(message):
                continue
            if (self._responder_roles or self._display_names) and author.id not in members:
                members[author.id] = await self._member(ticket.guild_id, author.id)
            member = members.get(author.id)
            yield Replied(
                thread_id=ticket.thread_id,
                message_id=message.id,
                author_id=author.id,
                author_name=name_of(author, member, display=self._display_names),
                is_responder=is_responder(() if member is None else member.role_ids, self._responder_roles),
                found=True,
            )
        # That there is no more, hikari knows only after one more request.
        self._next_read += _BETWEEN_READS_SECONDS
        if not shown:
            await self._demand_history(ticket.thread_id)

    async def word_of_author(self, ticket: Ticket, *, since: datetime) -> Replied | None:
        """The first message that the ticket's author wrote in the thread from this moment on; None: there is none.

        The one that opened the thread does not count.
        """
        await self._turn()
        last_before = max(hikari.Snowflake.from_datetime(since) - 1, ticket.thread_id)
        async for message in messages_in(self._rest, ticket.thread_id, after=last_before):
            author = message.author
            if author.id == ticket.author_id and is_person_speaking(message):
                return Replied(
                    thread_id=ticket.thread_id,
                    message_id=message.id,
                    author_id=author.id,
                    author_name=name_of(author, None, display=False),
                    found=True,
                )
        return None

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

    async def tag_changes(self, guild_id: int, since: datetime) -> AsyncIterator[tuple[int, TagChange]]:
        """How the tags of threads were changed since then, the latest first, from the server's audit log.

        Raises:
            hikari.ForbiddenError: the bot may not read the log (View Audit Log).
        """
        async for entry in self._logged(guild_id, hikari.AuditLogEventType.THREAD_UPDATE, since):
            for change in entry.changes:
                if str(change.key) == "applied_tags" and entry.target_id is not None:
                    yield int(entry.target_id), TagChange.of(entry.id, change)

    async def deleted_threads(self, guild_id: int, since: datetime) -> AsyncIterator[int]:
        """The ids of the server's threads that were deleted since then; raises as `tag_changes` does."""
        async for entry in self._logged(guild_id, hikari.AuditLogEventType.THREAD_DELETE, since):
            if entry.target_id is not None:
                yield int(entry.target_id)

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
            if not is_message_gone(error):
                raise

    async def _roles(self, guild_id: int, user_id: int) -> Collection[int]:
        """A member's roles; none for somebody who left. Messages read over HTTP do not show them."""
        member = await self._member(guild_id, user_id)
        return () if member is None else member.role_ids

    async def _member(self, guild_id: int, user_id: int) -> hikari.Member | None:
        """The member of this id; None for somebody who left, and for a webhook."""
        await self._turn()
        try:
            return await self._rest.fetch_member(guild_id, user_id)
        except hikari.NotFoundError as error:
            if not is_nobody(error):
                raise
            return None

    async def _user(self, user_id: int) -> hikari.User | None:
        """The account of this id, a member or not; None for a webhook."""
        await self._turn()
        try:
            user = await self._rest.fetch_user(user_id)
        except hikari.NotFoundError as error:
            if not is_nobody(error):
                raise
            return None
        if not user.is_bot:
            self._persons.add(user_id)
        return user

    async def _is_person(self, user_id: int) -> bool:
        """Whether this account is a person's. Who is known to be one is not asked for again: that never changes."""
        if user_id not in self._persons:
            await self._user(user_id)
        return user_id in self._persons

    async def _first_messages(self, ticket: Ticket) -> AsyncIterator[hikari.Message]:
        """The first messages in the ticket's thread, oldest first."""
        await self._turn()
        async for message in messages_in(self._rest, ticket.thread_id, after=ticket.thread_id - 1).limit(_ASKED_WITHIN):
            yield message

    async def _turn(self) -> None:
        """Wait for the next read's turn."""
        now = asyncio.get_running_loop().time()
        turn = max(self._next_read, now)
        self._next_read = turn + _BETWEEN_READS_SECONDS
        await asyncio.sleep(turn - now)
