"""What was written in a channel. A message that hikari cannot read as a whole is read for what the product asks for.

hikari (2.5 to 2.7, `MessageIterator`) gives up a page of a hundred messages over one that lacks a field or has one of a
kind that it does not know. Here such a message loses what nobody asks for. One whose id, author or type cannot be read
is no better than before: nobody could say whether it is the first answer, so that to pass over it would be a guess.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import hikari
from hikari.api import EntityFactory
from hikari.impl.special_endpoints import MessageIterator

_log = logging.getLogger(__name__)

Payload = dict[str, Any]

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, hikari.UnrecognisedEntityError)

_NOTHING: Payload = {
    "content": "",
    "edited_timestamp": None,
    "tts": False,
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "flags": 0,
}
_NOBODY: Payload = {"discriminator": "0", "avatar": None}
_ASKED_FOR = ("id", "channel_id", "author", "content", "timestamp", "type", "webhook_id")
_ASKED_OF_AUTHOR = ("id", "username", "discriminator", "global_name", "bot")


def messages_in(
    rest: hikari.api.RESTClient, channel_id: int, *, after: int | datetime | None = None
) -> hikari.LazyIterator[hikari.Message]:
    """The messages of a channel or thread: those `after` a message or moment, oldest first, or all, latest first."""
    found = rest.fetch_messages(channel_id, after=hikari.UNDEFINED if after is None else after)
    if isinstance(found, MessageIterator):
        found._entity_factory = _Lenient(found._entity_factory)  # type: ignore[assignment]  # noqa: SLF001 - hikari has no other way
    return found


@dataclass(frozen=True)
class _Lenient:
    """The one part of hikari's factory that its iterator of messages uses."""

    factory: EntityFactory

    def deserialize_message(self, payload: Payload) -> hikari.Message:
        """The message, or what can be read of it; raises what hikari does where that is too little."""
        try:
            return self.factory.deserialize_message(payload)
        except _UNREADABLE as error:
            for less in _reduced(payload):
                try:
                    message = self.factory.deserialize_message(less)
                except _UNREADABLE:
                    continue
                _log.info("Message %d could not be read as a whole (%s: %s).", message.id, type(error).__name__, error)
                return message
            raise


def _reduced(payload: Payload) -> Iterator[Payload]:
    """The message with nothing in the place of what is missing, then with what is asked for alone."""
    yield _NOTHING | payload
    author = payload.get("author")
    if isinstance(author, dict):
        named = _NOBODY | {name: author[name] for name in _ASKED_OF_AUTHOR if name in author}
        asked_for = {name: payload[name] for name in _ASKED_FOR if name in payload}
        yield _NOTHING | asked_for | {"author": named}
