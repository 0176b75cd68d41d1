"""What the bot sees of the guild as a whole: the contents of GUILD_CREATE, and lists of threads."""

from __future__ import annotations

from tracker.sandbox.discord import payloads
from tracker.sandbox.discord.entities import Channel, Thread
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.discord.state import State


def guild_create(state: State) -> Payload:
    """The data of GUILD_CREATE: the guild as the bot may see it, hidden channels obfuscated. The bot must be a member.

    https://discord.com/developers/docs/events/gateway-events#guild-create
    """
    bot = state.members[state.bot_user.id]
    channels = [
        payloads.channel(channel, state.guild) if state.bot_sees(channel) else payloads.obfuscated(channel, state.guild)
        for channel in state.channels.values()
    ]
    return payloads.guild(state.guild, list(state.roles.values())) | {
        "joined_at": payloads.time(bot.joined_at),
        "large": False,
        "member_count": len(state.members),
        "members": [payloads.member(bot)],
        "channels": channels,
        "threads": active_threads(state)["threads"],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def active_threads(state: State, parent: Channel | None = None) -> Payload:
    """The threads, not archived, that the bot may see in one channel or in the whole guild, newest first."""
    active = [
        thread
        for thread in state.threads.values()
        if not thread.archived and parent in (None, thread.parent) and state.bot_sees(thread)
    ]
    return thread_list(state, sorted(active, key=lambda thread: thread.id, reverse=True))


def thread_list(state: State, threads: list[Thread]) -> Payload:
    """Threads as lists of them come: the threads, and apart from them the bot's memberships in them."""
    return {
        "threads": [payloads.thread(thread, state.guild, state.bot_user) for thread in threads],
        "members": [
            payloads.thread_member(thread, state.bot_user) for thread in threads if state.bot_user.id in thread.joined
        ],
    }
