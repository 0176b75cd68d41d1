"""Writing in Discord: each message once, whatever became of an earlier attempt, and also in archived threads."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import hikari

from tracker.discord.failures import THREAD_ARCHIVED, HopelessError, reason_of
from tracker.logs import about

_log = logging.getLogger(__name__)

_SEARCHED_MESSAGES = 1_000
_OPENINGS = 3
"""So often an archived thread is opened for one deed: somebody may be archiving it at the same moment."""


class Posting:
    """Posts, edits and reacts as the bot. Errors are hikari's unless said otherwise."""

    def __init__(self, rest: hikari.api.RESTClient) -> None:
        self._rest = rest
        self._me: int | None = None

    async def post(
        self,
        channel_id: int,
        text: str,
        *,
        nonce: str,
        mention: int | None = None,
        posted_after: int | None = None,
        known_by: str | None = None,
    ) -> int:
        """Post a message that mentions nobody but the user `mention`, and embeds nothing; its id.

        Discord answers a repeated `nonce` with the first message, but only within a few minutes
        (https://discord.com/developers/docs/resources/message#create-message). So where an earlier attempt may have
        been longer ago, `posted_after` names a message after which this one is looked for first: one of the bot's own
        with this text, or with `known_by` in it.
        """
        if posted_after is not None and (earlier := await self.posted(channel_id, known_by or text, posted_after)):
            return earlier
        message = await self._rest.create_message(
            channel_id,
            text,
            nonce=nonce,
            user_mentions=False if mention is None else [mention],
            mentions_everyone=False,
            role_mentions=False,
            flags=hikari.MessageFlag.SUPPRESS_EMBEDS,
        )
        return message.id

    async def posted(self, channel_id: int, text: str, after: int) -> int | None:
        """The bot's latest message after this one with the text in it; None where there is none."""
        own = self.own_messages(channel_id, after)
        return await anext((message.id async for message in own if text in (message.content or "")), None)

    async def edit(self, thread_id: int, message_id: int, text: str) -> None:
        """Give a message of the bot's another text.

        Raises:
            HopelessError: the thread is archived, and the bot may not open it.
        """
        await self._also_if_archived(thread_id, lambda: self._rest.edit_message(thread_id, message_id, text))

    async def react(self, thread_id: int, message_id: int, emoji: str) -> None:
        """Add a reaction to a message; raises as `edit` does."""
        await self._also_if_archived(thread_id, lambda: self._rest.add_reaction(thread_id, message_id, emoji))

    async def own_messages(self, channel_id: int, after: int) -> AsyncIterator[hikari.Message]:
        """What the bot wrote in the channel after this message, the latest first."""
        if self._me is None:
            self._me = (await self._rest.fetch_my_user()).id
        latest = self._rest.fetch_messages(channel_id).take_while(lambda message: message.id > after)
        async for message in latest.limit(_SEARCHED_MESSAGES):
            if message.author.id == self._me:
                yield message

    async def _also_if_archived(self, thread_id: int, act: Callable[[], Awaitable[object]]) -> None:
        """Do what an archived thread refuses by opening it for as long as that takes; again, if somebody closes it."""
        opened = 0
        try:
            while True:
                try:
                    await act()
                except hikari.BadRequestError as error:
                    if error.code != THREAD_ARCHIVED or opened == _OPENINGS:
                        raise
                else:
                    return
                await self._open(thread_id)
                opened += 1
        finally:
            if opened:
                await self._archive(thread_id)

    async def _open(self, thread_id: int) -> None:
        try:
            await self._rest.edit_channel(thread_id, archived=False)
        except (hikari.ForbiddenError, hikari.BadRequestError) as error:
            raise HopelessError("the thread is archived and the bot may not open it (Manage Threads)") from error

    async def _archive(self, thread_id: int) -> None:
        """Put the thread back. That it stays open is no reason to do the whole thing again."""
        try:
            await self._rest.edit_channel(thread_id, archived=True)
        except hikari.HikariError as error:
            if isinstance(error, hikari.BadRequestError) and error.code == THREAD_ARCHIVED:
                return  # somebody was quicker
            reason = "the bot lacks Manage Threads" if isinstance(error, hikari.ForbiddenError) else reason_of(error)
            _log.warning(
                "Thread %d was archived and is open now, to be edited: %s.", thread_id, reason, extra=about(thread_id)
            )
