"""Errands in a closed thread: it is opened for them, and closed again by an errand of its own, which is noted before.

So nothing that happens in between, not even the bot's end, leaves the thread open.
"""

from __future__ import annotations

from dataclasses import dataclass

import hikari

from tracker.discord.failures import THREAD_ARCHIVED, THREAD_LOCKED, ClosedThreadError, is_forbidden
from tracker.discord.forum import Forum
from tracker.discord.permissions import Standing
from tracker.discord.posting import Posting
from tracker.domain.effects import Closed, Effect, EffectKind
from tracker.domain.events import ThreadFoundClosed
from tracker.domain.ticket import Ticket
from tracker.store import Store
from tracker.tracking import Tracking

_OPENINGS = 3
"""So often an archived thread is opened for one edit: somebody may be archiving it at the same moment."""


@dataclass(frozen=True, kw_only=True)
class ClosedThreads:
    """Opens threads and closes them again. Errors are hikari's unless said otherwise."""

    store: Store
    tracking: Tracking
    rest: hikari.api.RESTClient
    forum: Forum
    posting: Posting

    async def before_message(self, thread_id: int) -> None:
        """Note that the thread, if it is closed, is to be closed again after the resolved message, which opens it.

        Raises:
            ClosedThreadError: it is closed, and the bot may not close it again.
        """
        thread = await self.forum.thread(thread_id)
        if thread is not None and thread.is_archived:
            await self._demand_closing(thread)
            self._note(ThreadFoundClosed(thread_id=thread_id))

    async def edit(self, thread_id: int, message_id: int, text: str) -> None:
        """Give a message of the bot's another text; an archived thread, which refuses that, is opened for it.

        Raises:
            ClosedThreadError: the thread is locked, or archived, and the bot may not open it, or not close it again.
        """
        opened = 0
        while True:
            try:
                await self.posting.edit(thread_id, message_id, text)
            except hikari.BadRequestError as error:
                if error.code != THREAD_ARCHIVED or opened == _OPENINGS:
                    raise
            else:
                return
            await self._open(thread_id)
            opened += 1

    async def close_again(self, ticket: Ticket, effect: Effect) -> None:
        """Close the thread, unless somebody has been there since the bot opened it."""
        thread = await self.forum.thread(ticket.thread_id)
        if thread is None or thread.is_archived:
            return
        before = int(effect.text) if effect.text else None
        own = ticket.resolved_message_id if ticket.is_resolved else None
        if thread.last_message_id in {before, own} - {None}:
            await self._close(ticket.thread_id)

    async def _close(self, thread_id: int) -> None:
        """Archive the thread, unless somebody just did."""
        try:
            await self.rest.edit_channel(thread_id, archived=True)
        except hikari.BadRequestError as error:
            if error.code != THREAD_ARCHIVED:
                raise

    async def _open(self, thread_id: int) -> None:
        thread = await self.rest.fetch_channel(thread_id)
        if not isinstance(thread, hikari.GuildThreadChannel):
            return
        if not thread.is_archived:
            raise ClosedThreadError("the thread is locked (Manage Threads lets the bot write there)", Closed.LOCKED)
        await self._demand_closing(thread)
        self._note(ThreadFoundClosed(thread_id=thread_id, last_message_id=thread.last_message_id or thread_id))
        try:
            await self.rest.edit_channel(thread_id, archived=False)
        except (hikari.ForbiddenError, hikari.BadRequestError) as error:
            if is_forbidden(error) or error.code in (THREAD_ARCHIVED, THREAD_LOCKED):
                raise ClosedThreadError(
                    "the thread is archived and the bot may not open it (Manage Threads)", Closed.ARCHIVED
                ) from error
            raise

    async def _demand_closing(self, thread: hikari.GuildThreadChannel) -> None:
        """See that the bot may close the archived thread again: to open it, Discord asks for less.

        https://discord.com/developers/docs/resources/channel#modify-channel

        Raises:
            ClosedThreadError: the bot lacks Manage Threads there, or what makes it count.
        """
        parent = await self.rest.fetch_channel(thread.parent_id)
        guild = await self.rest.fetch_guild(thread.guild_id)
        me = await self.rest.fetch_my_user()
        standing = Standing(guild=guild, member=await self.rest.fetch_member(thread.guild_id, me.id))
        channel = parent if isinstance(parent, hikari.PermissibleGuildChannel) else None
        if standing.missing((hikari.Permissions.MANAGE_THREADS,), channel):
            only = "the thread is archived, and only with Manage Threads the bot could close it again"
            raise ClosedThreadError(only, Closed.ARCHIVED)
        if standing.lacks_second_factor(has_two_factor=me.is_mfa_enabled):
            only = (
                "the thread is archived, and the bot could not close it again: the server demands two-factor "
                "authentication of the bot's owner"
            )
            raise ClosedThreadError(only, Closed.ARCHIVED)

    def _note(self, found: ThreadFoundClosed) -> None:
        """Have the thread closed again, unless an attempt before this one has noted it."""
        if not self.store.effects.is_to_be_done(EffectKind.CLOSE_AGAIN, found.thread_id):
            self.tracking.record(found)
