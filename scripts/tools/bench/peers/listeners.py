"""`python -m scripts.tools.bench.peers.listeners`: hikari alone, with empty listeners for what the bot listens to."""

from __future__ import annotations

import asyncio

import hikari

from scripts.tools.bench.peers.stopwatch import Stopwatch
from tracker.discord.connection import new_bot
from tracker.settings import Settings, load

_EVENTS = (
    hikari.GuildAvailableEvent,
    hikari.GuildJoinEvent,
    hikari.GuildChannelUpdateEvent,
    hikari.GuildChannelDeleteEvent,
    hikari.GuildLeaveEvent,
    hikari.GuildThreadCreateEvent,
    hikari.GuildThreadAccessEvent,
    hikari.GuildThreadUpdateEvent,
    hikari.ThreadListSyncEvent,
    hikari.GuildThreadDeleteEvent,
    hikari.GuildMessageCreateEvent,
    hikari.ShardDisconnectedEvent,
    hikari.ShardResumedEvent,
)


async def _nothing(_: hikari.Event) -> None:
    """Hear, and do nothing."""


async def main() -> None:
    """Listen until the process is ended."""
    settings = load(Settings)
    bot = new_bot(settings.discord_token.get_secret_value(), settings.discord_api_url)
    for event in _EVENTS:
        bot.subscribe(event, _nothing)
    Stopwatch().listen(bot)
    await bot.start(check_for_updates=False)
    await bot.join()


if __name__ == "__main__":
    asyncio.run(main())
