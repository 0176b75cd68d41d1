"""REST routes about messages and reactions: https://discord.com/developers/docs/resources/message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from tracker.sandbox.discord import components, errors, mentions, payloads
from tracker.sandbox.discord.access import channel_of, demand, may, message_of, not_archived
from tracker.sandbox.discord.entities import Channel, ChannelType, Message, MessageType, Thread
from tracker.sandbox.discord.errors import Refused, invalid_form
from tracker.sandbox.discord.forms import (
    Route,
    body_with_files,
    json_body,
    query_id,
    query_limit,
    snowflake,
    text,
    unserved,
)
from tracker.sandbox.discord.permissions import Permission
from tracker.sandbox.discord.state import State

NONCE_MEMORY = timedelta(minutes=5)
"""How long a nonce is remembered; Discord says only "the past few minutes"."""

LONGEST_CONTENT = 2000
LONGEST_NONCE = 25
_SERVED = {
    "content",
    "components",
    "attachments",
    "allowed_mentions",
    "nonce",
    "enforce_nonce",
    "message_reference",
    "flags",
    "tts",
}
_SILENT_FLAGS = 1 << 2 | 1 << 12  # suppress embeds, suppress notifications

Nonce = str | int


@dataclass(frozen=True, kw_only=True)
class MessageRoutes:
    """Reading, posting, editing, deleting messages, and reacting to them."""

    state: State
    problems: list[str]
    nonces: dict[Nonce, tuple[datetime, Message]] = field(default_factory=dict)

    def table(self) -> list[Route]:
        """The routes and their handlers."""
        messages = "/channels/{channel_id}/messages"
        message = messages + "/{message_id}"
        reactions = message + "/reactions/{emoji}"
        return [
            ("GET", messages, self.history),
            ("POST", messages, self.post),
            ("GET", message, self.read),
            ("PATCH", message, self.edit),
            ("DELETE", message, self.delete),
            ("PUT", reactions + "/@me", self.react),
            ("DELETE", reactions + "/@me", self.take_reaction_back),
            ("GET", reactions, self.reactions),
        ]

    async def history(self, request: web.Request) -> web.Response:
        """Newest first, whichever way the query looks."""
        channel = self._textable(request)
        limit = query_limit(request, default=50)
        if not may(self.state, channel, Permission.READ_MESSAGE_HISTORY):
            return web.json_response([])
        messages = channel.messages
        before, after, around = (query_id(request, name) for name in ("before", "after", "around"))
        if around is not None:
            half = limit // 2
            earlier = [message for message in messages if message.id < around][-half:] if half else []
            later = [message for message in messages if message.id >= around][: limit - len(earlier)]
            chosen = earlier + later
        elif after is not None:
            chosen = [message for message in messages if message.id > after][:limit]
        else:
            chosen = [message for message in messages if before is None or message.id < before][-limit:]
        return web.json_response([self._payload(message) for message in reversed(chosen)])

    async def read(self, request: web.Request) -> web.Response:
        """One message."""
        channel = self._textable(request)
        demand(self.state, channel, Permission.READ_MESSAGE_HISTORY)
        return web.json_response(self._payload(message_of(request, channel)))

    async def post(self, request: web.Request) -> web.Response:
        """Post a message. A nonce with `enforce_nonce` that was just used answers with the message it posted then."""
        channel = self._textable(request)
        self._may_post(channel)
        body, files = await body_with_files(request)
        if files:
            demand(self.state, channel, Permission.ATTACH_FILES)
        self._note_unserved(request, body, _SERVED)
        composed = components.composed(body, files, self.state.new_id)
        if files and composed is None:
            self.problems.append(f"{request.method} {request.path}: a file outside components is not served")
        content = text(body, "content", most=LONGEST_CONTENT) if composed is None else composed.text
        if not content:
            raise Refused(errors.EMPTY_MESSAGE)
        for words, refusal in self.state.blocked_words.items():
            if words in content:
                raise Refused(refusal)
        nonce = self._nonce(body)
        if nonce is not None and body.get("enforce_nonce") is True and (posted := self._posted_with(nonce)):
            return web.json_response(self._payload(posted))
        answered = self._answered(channel, body)
        message = self.state.add_message(
            channel,
            self.state.bot_user,
            content,
            type=MessageType.DEFAULT if answered is None else MessageType.REPLY,
            allowed=mentions.from_body(body.get("allowed_mentions")),
            refers_to=answered,
            nonce=nonce,
            flags=int(body.get("flags") or 0) & (_SILENT_FLAGS | components.IS_COMPONENTS_V2),
            composed=composed,
        )
        if nonce is not None:
            self.nonces[nonce] = (self.state.now(), message)
        return web.json_response(self._payload(message))

    async def edit(self, request: web.Request) -> web.Response:
        """Change the bot's own message."""
        channel = self._textable(request)
        message = message_of(request, channel)
        not_archived(channel)
        if message.author is not self.state.bot_user:
            raise Refused(errors.NOT_THE_AUTHOR)
        body = await json_body(request)
        self._note_unserved(request, body, {"content", "allowed_mentions", "flags"})
        if "flags" in body:
            message.flags = int(body["flags"] or 0) & _SILENT_FLAGS
        if "content" in body:
            content = text(body, "content", most=LONGEST_CONTENT)
            if not content:
                raise Refused(errors.EMPTY_MESSAGE)
            self.state.edit_message(message, content, mentions.from_body(body.get("allowed_mentions")))
        return web.json_response(self._payload(message))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message: the bot's own, or with the right to manage messages any."""
        channel = self._textable(request)
        message = message_of(request, channel)
        not_archived(channel)
        if message.author is not self.state.bot_user:
            demand(self.state, channel, Permission.MANAGE_MESSAGES)
        self.state.remove_message(message)
        return web.Response(status=204)

    async def react(self, request: web.Request) -> web.Response:
        """Add the bot's reaction. To join in one that is there needs no right to add reactions."""
        channel = self._textable(request)
        demand(self.state, channel, Permission.READ_MESSAGE_HISTORY)
        emoji = _emoji(request)
        message = message_of(request, channel)
        not_archived(channel)
        if emoji not in message.reactions:
            demand(self.state, channel, Permission.ADD_REACTIONS)
        self.state.add_reaction(message, self.state.bot_user, emoji)
        return web.Response(status=204)

    async def take_reaction_back(self, request: web.Request) -> web.Response:
        """Remove the bot's own reaction."""
        channel = self._textable(request)
        message = message_of(request, channel)
        not_archived(channel)
        self.state.remove_reaction(message, self.state.bot_user, _emoji(request))
        return web.Response(status=204)

    async def reactions(self, request: web.Request) -> web.Response:
        """Who reacted with an emoji, by id."""
        channel = self._textable(request)
        demand(self.state, channel, Permission.READ_MESSAGE_HISTORY)
        message = message_of(request, channel)
        after, limit = query_id(request, "after") or 0, query_limit(request, default=25)
        ids = sorted(user for user in message.reactions.get(_emoji(request), set()) if user > after)[:limit]
        return web.json_response([payloads.user(self.state.users[user]) for user in ids])

    def _textable(self, request: web.Request) -> Channel | Thread:
        channel = channel_of(request, self.state)
        if isinstance(channel, Thread) or channel.type in (ChannelType.TEXT, ChannelType.VOICE):
            return channel
        raise Refused(
            errors.FORUM_TAKES_NO_MESSAGES if channel.type is ChannelType.FORUM else errors.NOT_A_TEXT_CHANNEL
        )

    def _may_post(self, channel: Channel | Thread) -> None:
        if not isinstance(channel, Thread):
            if channel.type is ChannelType.VOICE:
                demand(self.state, channel, Permission.CONNECT)
            demand(self.state, channel, Permission.SEND_MESSAGES)
            return
        demand(self.state, channel, Permission.SEND_MESSAGES_IN_THREADS)
        if channel.waiting_starter is not None:
            raise Refused(errors.NO_STARTER_YET)
        if channel.locked and not may(self.state, channel, Permission.MANAGE_THREADS):
            raise Refused(self.state.locked_is)

    def _nonce(self, body: dict[str, Any]) -> Nonce | None:
        nonce = body.get("nonce")
        if nonce is not None and (not isinstance(nonce, Nonce) or len(str(nonce)) > LONGEST_NONCE):
            raise invalid_form("nonce", "NONCE_TYPE_TOO_LONG", f"Must be {LONGEST_NONCE} or fewer in length.")
        return nonce

    def _posted_with(self, nonce: Nonce) -> Message | None:
        moment, message = self.nonces.get(nonce, (None, None))
        return message if moment is not None and self.state.now() - moment < NONCE_MEMORY else None

    def _answered(self, channel: Channel | Thread, body: dict[str, Any]) -> Message | None:
        reference = body.get("message_reference")
        if reference is None:
            return None
        demand(self.state, channel, Permission.READ_MESSAGE_HISTORY)
        answered = snowflake(str(reference.get("message_id")), "message_reference")
        found = next((message for message in channel.messages if message.id == answered), None)
        if found is None and reference.get("fail_if_not_exists", True):
            raise invalid_form("message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        return found

    def _note_unserved(self, request: web.Request, body: dict[str, Any], served: set[str]) -> None:
        self.problems.extend(
            f"{request.method} {request.path}: {name} is not served"
            for name in (*unserved(body, served), *components.unserved_types(body))
        )

    def _payload(self, message: Message) -> payloads.Payload:
        whole = payloads.message(message, self.state.bot_user, content=self.state.bot_reads_content)
        odd = self.state.odd_messages.get(message.id, {})
        return {name: value for name, value in (whole | odd).items() if odd.get(name, "") is not None}


def _emoji(request: web.Request) -> str:
    emoji = request.match_info["emoji"]
    # the guild has no emoji of its own, and every other one is beyond ASCII
    if emoji.isascii():
        raise Refused(errors.UNKNOWN_EMOJI)
    return emoji
