"""The connection to Discord: hikari's bot, started and ended, with its failures turned into the product's errors."""

from __future__ import annotations

import asyncio
import logging
import random

import aiohttp
import hikari
from hikari.api import CacheComponents
from hikari.errors import ShardCloseCode
from hikari.impl import CacheSettings

from tracker.discord.gateway import INTENTS
from tracker.errors import DiscordSetupError, TrackerError
from tracker.retry import pause

_log = logging.getLogger(__name__)


def new_bot(token: str, api_url: str) -> hikari.GatewayBot:
    """A bot that is not connected yet. It keeps no cache: what the product knows is in its store."""
    return hikari.GatewayBot(
        token,
        rest_url=api_url,
        intents=INTENTS,
        cache_settings=CacheSettings(components=CacheComponents.NONE),
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
    )


async def connect(bot: hikari.GatewayBot) -> None:
    """Connect, trying for as long as Discord cannot be reached.

    Raises:
        DiscordSetupError: Discord refuses the bot, and will until a person changes something.
    """
    failures = 0
    while True:
        try:
            await bot.start(check_for_updates=False)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is not None:
                raise refusal from error
            failures += 1
            wait = pause(failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
            _log.warning("Discord could not be reached (%s); next attempt in %.0f s.", type(error).__name__, wait)
        else:
            return
        if bot.is_alive:
            await bot.close()
        await asyncio.sleep(wait)


async def disconnected(bot: hikari.GatewayBot) -> None:
    """Wait until the connection is lost for good; hikari mends all other losses by itself.

    Raises:
        TrackerError: always, saying why.
    """
    try:
        await bot.join()
    except hikari.HikariError as error:
        raise _refusal(error) or TrackerError(f"The connection to Discord ended: {error}") from error
    raise TrackerError("The connection to Discord ended.")


def _refusal(error: Exception) -> TrackerError | None:
    """Discord's reason for not accepting the bot; None for what passes by itself."""
    if isinstance(error, hikari.UnauthorizedError):
        return _bad_token()
    if isinstance(error, hikari.GatewayServerClosedConnectionError):
        if error.code == ShardCloseCode.AUTHENTICATION_FAILED:
            return _bad_token()
        if not error.can_reconnect:
            return DiscordSetupError(f"Discord closed the connection for good: {error.reason} ({error.code}).")
        return None
    if isinstance(error, hikari.ClientHTTPResponseError):
        return DiscordSetupError(f"Discord refused the bot: {error.message or error.status}. Check DISCORD_API_URL.")
    if isinstance(error, hikari.HikariError | aiohttp.ClientError | OSError | TimeoutError):
        return None
    raise error


def _bad_token() -> DiscordSetupError:
    return DiscordSetupError(
        "Discord does not accept DISCORD_TOKEN. Copy the token again from the Bot page of your application "
        "(Reset Token makes a new one)."
    )
