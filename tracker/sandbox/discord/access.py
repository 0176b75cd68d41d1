"""Finding the channel, thread or message that a request is about, if the bot may see it and do what it asks."""

from __future__ import annotations

from aiohttp import web

from tracker.sandbox.discord import errors
from tracker.sandbox.discord.entities import Channel, Message, Thread
from tracker.sandbox.discord.errors import Refused
from tracker.sandbox.discord.forms import path_id
from tracker.sandbox.discord.permissions import WITH_TWO_FACTOR, Permission
from tracker.sandbox.discord.state import State


def channel_of(request: web.Request, state: State) -> Channel | Thread:
    """The channel or thread in the request's path."""
    channel = state.find(path_id(request, "channel_id"))
    if channel is None:
        raise Refused(errors.UNKNOWN_CHANNEL)
    if not state.bot_sees(channel):
        raise Refused(errors.MISSING_ACCESS)
    return channel


def message_of(request: web.Request, channel: Channel | Thread) -> Message:
    """The message in the request's path."""
    message_id = path_id(request, "message_id")
    for message in channel.messages:
        if message.id == message_id:
            return message
    if isinstance(channel, Thread) and message_id == channel.id and channel.waiting_starter is not None:
        raise Refused(errors.NO_STARTER_YET)
    raise Refused(errors.UNKNOWN_MESSAGE)


def may(state: State, channel: Channel | Thread, permission: Permission) -> bool:
    """Whether the bot has a permission in a channel."""
    return permission in state.permissions(state.bot_user, channel)


def demand(state: State, channel: Channel | Thread, permission: Permission) -> None:
    """Refuse unless the bot has every one of these permissions in a channel."""
    if not may(state, channel, permission):
        raise Refused(errors.MISSING_PERMISSIONS)
    if permission in WITH_TWO_FACTOR and state.guild.demands_two_factor and not state.bot_has_two_factor:
        raise Refused(errors.TWO_FACTOR_REQUIRED)


def not_archived(channel: Channel | Thread) -> None:
    """Refuse in an archived thread."""
    if isinstance(channel, Thread) and channel.archived:
        raise Refused(errors.THREAD_ARCHIVED)
