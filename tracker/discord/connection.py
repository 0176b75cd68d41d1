"""The connection to Discord: hikari's bot, started and ended, with its failures turned into the product's errors."""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import aiohttp
import hikari
from hikari.api import CacheComponents
from hikari.errors import ShardCloseCode
from hikari.impl import CacheSettings, HTTPSettings, HTTPTimeoutSettings, ProxySettings

from tracker.discord.failures import is_from_elsewhere, reason_of
from tracker.discord.gateway import INTENTS
from tracker.discord.interactions import leave_interactions_unread
from tracker.discord.limits import keep_limits
from tracker.errors import DiscordSetupError, TrackerError
from tracker.retry import pause

_log = logging.getLogger(__name__)

DISCORD = "https://discord.com/"
"""An address of the user's own can be the wrong one; this cannot, whatever something on the way answers."""

_ANSWER_SECONDS = 10.0
_CLOSING_SECONDS = 5.0

_PROXIES = ProxySettings(trust_env=True)
"""Those of the environment: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where `wiring.use_proxies` has put the settings."""

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, AssertionError)
"""With these hikari ends over an answer that has not the form of Discord's."""


class _ForProgrammers(logging.Filter):
    """Lowers to DEBUG, in one line, what hikari says of a lost connection: `startup.connections_logged` says it, too.

    That Discord slows the bot down is said nowhere else, and stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("rate-limited"):
            return True
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg, record.args = f"{record.getMessage()} ({_in_short(error)})", ()
            record.exc_info = None
        record.levelno, record.levelname = logging.DEBUG, logging.getLevelName(logging.DEBUG)
        return _log.isEnabledFor(logging.DEBUG)


class _Worded(logging.Filter):
    """Says for a person what hikari says for its programmer: that the bot may not connect any more today."""

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith("would have started") and record.args:
            reset_at = next((each for each in record.args if isinstance(each, datetime)), None)
            until = "for a while" if reset_at is None else f"before {reset_at:%Y-%m-%d %H:%M} UTC"
            record.msg = "Discord does not let this bot connect %s: it has connected too often within a day."
            record.args = (until,)
        return True


_FOR_PROGRAMMERS, _WORDED = _ForProgrammers(), _Worded()

T = TypeVar("T")


def new_bot(token: str, api_url: str) -> hikari.GatewayBot:
    """A bot that is not connected yet. It keeps no cache: what the product knows is in its store."""
    _leave_retries_unsaid()
    logging.getLogger("hikari.gateway.0").addFilter(_FOR_PROGRAMMERS)
    logging.getLogger("hikari.bot").addFilter(_WORDED)
    bot = hikari.GatewayBot(
        token,
        rest_url=api_url,
        intents=INTENTS,
        cache_settings=CacheSettings(components=CacheComponents.NONE),
        http_settings=_http_settings(),
        proxy_settings=_PROXIES,
        banner=None,
        logs=None,
        suppress_optimization_warning=True,
    )
    keep_limits(bot.rest)
    leave_interactions_unread(bot.rest)
    return bot


def _leave_retries_unsaid() -> None:
    """Keep hikari from announcing each of its own retries: whoever asked says what becomes of them, once."""
    for name in ("hikari.rest", "hikari.ratelimits"):
        logging.getLogger(name).setLevel(logging.ERROR)


@cache
def _http_settings() -> HTTPSettings:
    """The same for all connections: to read the machine's certificates takes 40 ms of a core."""
    return HTTPSettings(timeouts=HTTPTimeoutSettings(total=_ANSWER_SECONDS))


@asynccontextmanager
async def rest_only(token: str, api_url: str, *, attempts: int = 4) -> AsyncIterator[hikari.api.RESTClient]:
    """Discord's HTTP interface without a gateway connection, for commands that only ask."""
    _leave_retries_unsaid()
    app = hikari.RESTApp(
        url=api_url,
        http_settings=_http_settings(),
        proxy_settings=_PROXIES,
        max_retries=attempts - 1,
    )
    keep_limits(app)
    await app.start()
    try:
        async with app.acquire(token, hikari.TokenType.BOT) as rest:
            leave_interactions_unread(rest)
            yield rest
    finally:
        await app.close()


async def connect(bot: hikari.GatewayBot, unread: Callable[[str], None]) -> None:
    """Connect, trying for as long as Discord cannot be reached.

    From here on events that cannot be read are logged, and `unread` is called with the name of each: `guild_create`.

    Raises:
        DiscordSetupError: Discord refuses the bot, and will until a person changes something.
    """
    log_unread_events(asyncio.get_running_loop(), unread)
    await _start(bot)


async def _start(bot: hikari.GatewayBot) -> None:
    async def start() -> None:
        try:
            await bot.start(check_for_updates=False)
        except Exception as error:
            await close(bot)
            if type(error) is RuntimeError:
                # hikari's word for it: it has counted how often the bot may still connect.
                raise hikari.HikariError("no connection is left") from error
            raise
        finally:
            _end_if_cancelled()

    # The desk was checked at this address: what cannot be read there now is not for want of the right one.
    await reached(start, DISCORD)


async def reached(ask: Callable[[], Awaitable[T]], api_url: str = "") -> T:
    """What Discord answers, asked for as long as it cannot be reached; `api_url` as for `refusal_of`.

    Raises:
        DiscordSetupError: Discord refuses the bot, and will until a person changes something.
    """
    failures = 0
    while True:
        try:
            return await ask()
        except Exception as error:
            refusal = refusal_of(error, api_url)
            if refusal is not None:
                raise refusal from error
            failures += 1
            wait = pause(failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
            _log.warning("Waiting for Discord: %s; next attempt in %.0f s.", reason_of(error), wait)
        await asyncio.sleep(wait)


def _end_if_cancelled() -> None:
    """Take up a cancellation that hikari dropped: it does, in the moment of its handshake and while it closes."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def close(bot: hikari.GatewayBot) -> None:
    """Disconnect to the end, also when cancelled meanwhile: hikari waits for ever for a bot that was closed by half.

    It can also wait for ever for a connection that was lost just now, so that it is left alone after some seconds.
    """
    if bot.is_alive:
        closing = asyncio.create_task(bot.close())
        try:
            await asyncio.wait((closing,), timeout=_CLOSING_SECONDS)
        finally:
            done, _ = await asyncio.wait((closing,), timeout=_CLOSING_SECONDS)
        for ended in done:
            ended.result()


async def disconnected(bot: hikari.GatewayBot) -> None:
    """Wait until the connection is lost for good; all other losses are mended, most of them by hikari itself.

    Raises:
        TrackerError: always, saying why.
    """
    failures = 0
    while True:
        try:
            await bot.join()
        except hikari.HikariError as error:
            raise refusal_of(error) or TrackerError(f"The connection to Discord ended: {error}") from error
        except Exception as error:  # noqa: BLE001 - hikari stops over whatever is not even a payload
            _log.error("Discord sent what is no payload (%s). Connecting anew.", _in_short(error))
            await close(bot)
            failures += 1
            await asyncio.sleep(pause(failures, random.random()).total_seconds())  # noqa: S311 - jitter, not a secret
            await _start(bot)
        else:
            raise TrackerError("The connection to Discord ended.")


def log_unread_events(loop: asyncio.AbstractEventLoop, unread: Callable[[str], None]) -> None:
    """Give what hikari could not read, and what fails as it disconnects, one line each; leave other errors alone."""
    handle_others = loop.get_exception_handler()

    def log(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if "payload" in context and isinstance(error, Exception):
            name = _event_of(error)
            _log.error("An event could not be read and is left out: %s %s", name, _unread(context["payload"], error))
            unread(name)
        elif isinstance(error, Exception) and str(context["message"]).endswith("during shut down"):
            _log.warning("Disconnecting from Discord: %s", _in_short(error))
        elif isinstance(error, hikari.GatewayConnectionError):
            # A socket that closed just as hikari ended its task for another reason: nobody waits for that task.
            _log.debug("The connection to Discord has ended: %s", _in_short(error))
        elif handle_others is not None:
            handle_others(loop, context)
        else:
            loop.default_exception_handler(context)

    loop.set_exception_handler(log)
    take_reports_from_within(loop)


def take_reports_from_within(loop: asyncio.AbstractEventLoop) -> None:
    """Let the loop's handler get what hikari reports to it.

    From Python 3.12 on a loop runs its handler in the context of the task that the report names
    (https://github.com/python/cpython/pull/96756). hikari reports from within that very task, whose context cannot be
    entered a second time: the handler would never hear of it. It does not need the name.
    """
    report = loop.call_exception_handler

    def take(context: dict[str, Any]) -> None:
        is_own = context.get("task") is asyncio.current_task(loop)
        report({name: value for name, value in context.items() if name != "task"} if is_own else context)

    loop.call_exception_handler = take  # type: ignore[method-assign]


def _event_of(error: Exception) -> str:
    """The name of the event over which hikari stumbled."""
    steps = (step.name for step in traceback.extract_tb(error.__traceback__))
    return next((step.removeprefix("on_") for step in steps if step.startswith("on_")), "unknown")


def _unread(payload: object, error: Exception) -> str:
    """Whom or what the event is about, and what is wrong with it; nothing that people wrote."""
    ids = payload if isinstance(payload, dict) else {}
    named = ", ".join(f"{key} {ids[key]!r:.40}" for key in ("id", "channel_id", "guild_id") if key in ids)
    return f"({named or 'without an id'}): {_in_short(error)}"


def _in_short(error: BaseException) -> str:
    return f"{type(error).__name__}: {error!s:.200}"


def refusal_of(error: Exception, api_url: str = "") -> TrackerError | None:
    """Why the bot cannot do its work until a person changes something; None for what passes by itself.

    `api_url` is the address that was asked, where that is known: Discord's own cannot be the wrong one.
    """
    if isinstance(error, hikari.UnauthorizedError) and not is_from_elsewhere(error):
        return _bad_token()
    if isinstance(error, hikari.GatewayServerClosedConnectionError):
        if error.code == ShardCloseCode.AUTHENTICATION_FAILED:
            return _bad_token()
        if not error.can_reconnect:
            return DiscordSetupError(f"Discord closed the connection for good: {error.reason} ({error.code}).")
        return None
    if isinstance(error, (hikari.NotFoundError, *UNREADABLE)):
        asked = error.url if isinstance(error, hikari.NotFoundError) else api_url
        return None if asked.startswith(DISCORD) else not_discord(_in_short(error))
    if isinstance(error, hikari.HikariError | aiohttp.ClientError | OSError | TimeoutError):
        return None
    raise error


def not_discord(answer: str) -> DiscordSetupError:
    """Something else than Discord answers, or not the part of it that bots talk to."""
    return DiscordSetupError(
        f"What answers at DISCORD_API_URL is not Discord ({answer}).",
        "Take DISCORD_API_URL out of the settings: without it the bot asks https://discord.com/api/v10.",
    )


def _bad_token() -> DiscordSetupError:
    return DiscordSetupError(
        "Discord does not accept DISCORD_TOKEN.",
        "Copy the token again from the Bot page of your application (Reset Token makes a new one).",
    )
