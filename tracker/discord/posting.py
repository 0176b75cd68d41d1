"""Writing in Discord: each message once, whatever became of an earlier attempt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import hikari
from hikari.impl import MediaGalleryComponentBuilder, MediaGalleryItemBuilder, TextDisplayComponentBuilder

from tracker.discord.failures import (
    THREAD_ARCHIVED,
    is_forbidden,
    is_gone,
    is_message_gone,
    is_passing,
    reason_of,
)
from tracker.discord.history import messages_in
from tracker.discord.limits import before_attempts
from tracker.domain.effects import EffectKind
from tracker.domain.ticket import Ticket
from tracker.domain.wording import alert_ended
from tracker.logs import about

_log = logging.getLogger(__name__)

_SEARCHED_MESSAGES = 1_000

_NONCE_LASTS = timedelta(minutes=2)
"""Discord speaks of "a few minutes"."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture under a message; `in_words`, of 1,024 characters at most, is what those have who cannot see it."""

    name: str
    data: bytes
    in_words: str


class _ForgottenNonceError(hikari.HikariError):
    """A request to post was about to be repeated after the machine slept: by now that may post a second message."""


class Posting:
    """Posts, edits and reacts as the bot. Errors are hikari's unless said otherwise."""

    def __init__(self, rest: hikari.api.RESTClient, now: Callable[[], datetime]) -> None:
        self._rest = rest
        self._now = now
        self._me: int | None = None
        self._edits: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def post(
        self,
        channel_id: int,
        text: str,
        *,
        nonce: str,
        mention: int | None = None,
        role: int | None = None,
        posted_after: int | None = None,
        known_by: Collection[str] = (),
    ) -> int:
        """Post a message that mentions nobody but the user `mention` and the `role`, and embeds nothing; its id.

        Discord answers a repeated `nonce` with the first message, but only within a few minutes
        (https://discord.com/developers/docs/resources/message#create-message). So where an earlier attempt may have
        been longer ago, `posted_after` names a message after which this one is looked for first: one of the bot's own
        with this text, or with all that is `known_by` in it.
        """
        if posted_after is not None and (earlier := await self.posted(channel_id, known_by or [text], posted_after)):
            return earlier
        with self._while_nonce_lasts():
            message = await self._rest.create_message(
                channel_id,
                text,
                nonce=nonce,
                user_mentions=False if mention is None else [mention],
                mentions_everyone=False,
                role_mentions=False if role is None else [role],
                flags=hikari.MessageFlag.SUPPRESS_EMBEDS,
            )
        return message.id

    async def post_with_picture(self, channel_id: int, text: str, picture: Picture, *, nonce: str) -> int:
        """Post a message with a picture under it, which mentions nobody; its id.

        hikari describes pictures in words only as a part of messages that are put together of components.
        """
        shown = MediaGalleryItemBuilder(media=hikari.Bytes(picture.data, picture.name), description=picture.in_words)
        with self._while_nonce_lasts():
            message = await self._rest.create_message(
                channel_id,
                components=[TextDisplayComponentBuilder(content=text), MediaGalleryComponentBuilder(items=[shown])],
                flags=hikari.MessageFlag.IS_COMPONENTS_V2,
                nonce=nonce,
                user_mentions=False,
                mentions_everyone=False,
                role_mentions=False,
            )
        return message.id

    async def posted(self, channel_id: int, texts: Collection[str], after: int) -> int | None:
        """The bot's latest message after this one with all of these texts in it; None where there is none."""
        async for message in self.own_messages(channel_id, after):
            content = _text_of(message)
            if all(text in content for text in texts):
                return message.id
        return None

    async def edit(self, thread_id: int, message_id: int, text: str) -> None:
        """Give a message of the bot's another text."""
        await self._rest.edit_message(thread_id, message_id, text)

    async def end_alert(self, channel_id: int, message_id: int, ticket: Ticket) -> None:
        """Write into an alert that its ticket needs nobody any more; one that nobody could edit is left alone."""
        # Of a digest several lines may end at once: each edit has to know of the one before.
        edits = self._edits.setdefault(message_id, asyncio.Lock())
        try:
            async with edits:
                message = await self._rest.fetch_message(channel_id, message_id)
                text = alert_ended(message.content or "", ticket)
                if text is not None:
                    await self._rest.edit_message(
                        channel_id, message_id, text, user_mentions=False, mentions_everyone=False, role_mentions=False
                    )
        except (hikari.BadRequestError, hikari.ForbiddenError, hikari.NotFoundError) as error:
            if is_passing(error) or is_forbidden(error) or is_gone(error):
                raise
            _log.info(
                "Thread %d: its alert in the channel %d stays as it is: %s.",
                ticket.thread_id,
                channel_id,
                reason_of(error, EffectKind.END_ALERT),
                extra=about(ticket.thread_id),
            )

    async def react_to_starter(self, thread_id: int, author_id: int, emoji: str) -> bool:
        """Add a reaction to the author's first message in the thread; an archived one is left as it is: False.

        That message has the thread's id, but for some that webhooks post: then it is the oldest in the thread.
        """
        try:
            await self._rest.add_reaction(thread_id, thread_id, emoji)
        except hikari.NotFoundError as error:
            if not is_message_gone(error):
                raise
            oldest = await anext(aiter(messages_in(self._rest, thread_id, after=thread_id).limit(1)), None)
            if oldest is None or oldest.author.id != author_id:
                raise
            await self._rest.add_reaction(thread_id, oldest.id, emoji)
        except hikari.BadRequestError as error:
            if error.code != THREAD_ARCHIVED:
                raise
            _log.info("Thread %d is archived: it gets no %s.", thread_id, emoji, extra=about(thread_id))
            return False
        return True

    async def own_messages(self, channel_id: int, after: int) -> AsyncIterator[hikari.Message]:
        """What the bot wrote in the channel after this message, the latest first."""
        me = await self._my_id()
        latest = messages_in(self._rest, channel_id).take_while(lambda message: message.id > after)
        async for message in latest.limit(_SEARCHED_MESSAGES):
            if message.author.id == me:
                yield message

    def _while_nonce_lasts(self) -> AbstractContextManager[None]:
        """Repeat a request by itself only as long as Discord remembers its nonce, by the clock on the wall.

        hikari waits for seconds between two attempts; the machine may sleep for hours in between.
        """
        begun = self._now()

        def check() -> None:
            if self._now() - begun > _NONCE_LASTS:
                raise _ForgottenNonceError

        return before_attempts(check)

    async def _my_id(self) -> int:
        if self._me is None:
            self._me = (await self._rest.fetch_my_user()).id
        return self._me


def _text_of(message: hikari.Message) -> str:
    """What the message says, also where it is put together of components."""
    displays = (each for each in message.components if isinstance(each, hikari.TextDisplayComponent))
    return "\n".join([message.content or "", *(display.content for display in displays)])
