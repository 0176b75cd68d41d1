"""hikari as tests use it against the local Discord server: a bot that remembers its events, a client for REST alone."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import hikari
import pytest
from hikari.api import RESTClient
from hikari.impl import HTTPSettings, RESTApp

from tracker.discord.connection import take_reports_from_within
from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.discord.server import DiscordServer

INTENTS = hikari.Intents.GUILDS | hikari.Intents.GUILD_MESSAGES

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""A context without certificates: loading them takes longer than most tests, and loopback is spoken to in the clear."""

E = TypeVar("E", bound=hikari.Event)


class Listener:
    """A real hikari bot, its events in order, and what it failed to read."""

    def __init__(self, discord: DiscordServer, *, token: str | None = None, intents: hikari.Intents = INTENTS) -> None:
        self.bot = hikari.GatewayBot(
            token or discord.token, rest_url=discord.rest_url, intents=intents, banner=None, logs=None
        )
        self.rest = self.bot.rest
        self.events: list[hikari.Event] = []
        self.unread: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()
        self.bot.subscribe(hikari.Event, self._remember)

    async def next(self, kind: type[E], *, seconds: float = 60.0) -> E:
        """The first event of a kind, taken out of `events`; waits for it where it is not there yet."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        self.events.remove(event)
                        return event
                self._arrived.clear()
                await self._arrived.wait()

    def names(self) -> list[str]:
        """The kinds of the events not taken yet, leaving out hikari's own about connection and start."""
        names = [type(event).__name__ for event in self.events]
        return [name for name in names if not name.startswith(("Shard", "Start", "Stop"))]

    async def _remember(self, event: hikari.Event) -> None:
        self.events.append(event)
        self._arrived.set()


@asynccontextmanager
async def listening(discord: DiscordServer, *, intents: hikari.Intents = INTENTS) -> AsyncIterator[Listener]:
    """A connected bot. It fails at its end when hikari could not read an event: hikari shows that in no other way."""
    loop = asyncio.get_running_loop()
    listener = Listener(discord, intents=intents)
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, context: listener.unread.append(context))
    take_reports_from_within(loop)
    await listener.bot.start(check_for_updates=False)
    try:
        await discord.gateway.ready()
        await listener.next(hikari.GuildAvailableEvent)
        yield listener
    finally:
        await listener.bot.close()
        loop.set_exception_handler(before)
    assert listener.unread == []


@asynccontextmanager
async def rest_client(discord: DiscordServer, token: str | None = None) -> AsyncIterator[RESTClient]:
    """hikari's REST client without a gateway."""
    app = RESTApp(url=discord.rest_url, http_settings=HTTPSettings(ssl=NO_TLS))
    await app.start()
    try:
        async with app.acquire(token or discord.token, hikari.TokenType.BOT) as client:
            yield client
    finally:
        await app.close()


async def expect_refusal(refusal: Refusal, call: Awaitable[object]) -> None:
    """Await a call that Discord is to refuse in exactly this way."""
    with pytest.raises(hikari.ClientHTTPResponseError) as refused:
        await call
    assert isinstance(refused.value, hikari.BadRequestError | hikari.ForbiddenError | hikari.NotFoundError)
    assert (refused.value.status, refused.value.code) == (refusal.status, refusal.code)
    assert refused.value.message == refusal.message
