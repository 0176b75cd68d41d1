"""Asking Discord about the forum: what it is, who somebody is, who answered in a thread."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection

import hikari

from tracker.discord.people import is_person_speaking, is_responder, name_of
from tracker.domain.events import Replied
from tracker.domain.ticket import Ticket
from tracker.errors import DiscordSetupError


class Forum:
    """One forum channel, read over Discord's HTTP interface. Errors are hikari's unless said otherwise."""

    def __init__(self, rest: hikari.api.RESTClient, forum_id: int, responder_roles: Collection[int]) -> None:
        self._rest = rest
        self._forum_id = forum_id
        self._responder_roles = responder_roles

    async def look(self) -> hikari.GuildForumChannel:
        """The forum as it is now.

        Raises:
            DiscordSetupError: the channel does not exist, cannot be seen, or is no forum.
        """
        setting = f"SUPPORT_CHANNEL_ID {self._forum_id}"
        try:
            channel = await self._rest.fetch_channel(self._forum_id)
        except hikari.NotFoundError as error:
            raise DiscordSetupError(
                f"{setting} names no channel. Copy the id of the forum channel (right-click it, Copy Channel ID)."
            ) from error
        except hikari.ForbiddenError as error:
            raise DiscordSetupError(
                f"{setting} cannot be seen by the bot. Invite the bot to the server and give it View Channel there."
            ) from error
        if not isinstance(channel, hikari.GuildForumChannel):
            kind = (
                channel.type.name.lower().replace("_", " ") if isinstance(channel.type, hikari.ChannelType) else "other"
            )
            raise DiscordSetupError(
                f"{setting} ({channel.name}) is a {kind} channel, not a forum. Copy the id of the forum channel itself."
            )
        return channel

    async def name_of(self, user_id: int) -> str | None:
        """The name of a user, or None where Discord knows nobody of this id."""
        try:
            return name_of(await self._rest.fetch_user(user_id))
        except hikari.NotFoundError:
            return None

    async def answers(self, ticket: Ticket) -> AsyncIterator[Replied]:
        """The answers in the ticket's thread, oldest first, by the same rules as live ones."""
        async for message in self._rest.fetch_messages(ticket.thread_id, after=ticket.thread_id):
            author = message.author
            if author.id == ticket.author_id or not is_person_speaking(message):
                continue
            if not self._responder_roles or is_responder(
                await self._roles(ticket.guild_id, author.id), self._responder_roles
            ):
                yield Replied(
                    thread_id=ticket.thread_id,
                    message_id=message.id,
                    author_id=author.id,
                    author_name=name_of(author),
                )

    async def _roles(self, guild_id: int, user_id: int) -> Collection[int]:
        """A member's roles; none for somebody who left. Messages read over HTTP do not tell them."""
        try:
            return (await self._rest.fetch_member(guild_id, user_id)).role_ids
        except hikari.NotFoundError:
            return ()
