"""The gateway's handshakes, heartbeats and failures, with a real hikari bot and with a bare websocket.

hikari waits 1 to 2 s before it reconnects within 30 s of its last connect, so the ways to lose a connection are taken
at the same time, and the corners of the protocol are tested with a bare websocket.
"""

from __future__ import annotations

import asyncio
import json
import sys
import zlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import hikari
import pytest

from tests.support.discord_client import INTENTS, Listener, listening
from tracker.discord.connection import connect, new_bot
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.compression import STREAMS
from tracker.sandbox.discord.intents import Intent


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


async def test_a_connection_lost_in_any_way_is_resumed_and_gets_what_it_missed() -> None:
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(DiscordServer()) for _ in range(4)]
        for server in servers:
            server.gateway.heartbeat_interval = 0.1
        dropped, redirected, half_dead, doubted = servers
        bots = [await stack.enter_async_context(listening(server)) for server in servers]
        dropped.gateway.drop()
        redirected.gateway.reconnect()
        half_dead.gateway.mute()
        doubted.gateway.invalidate(resumable=True)
        missed = [[server.world.new_text_channel(name).id for name in ("one", "two")] for server in servers]
        for server in servers:
            await server.gateway.ready()
        seen = [[(await bot.next(hikari.GuildChannelCreateEvent)).channel_id for _ in range(2)] for bot in bots]
        assert seen == missed
        assert [server.gateway.handshakes for server in servers] == [["IDENTIFY", "RESUME"]] * 4


@pytest.mark.parametrize("steps", range(8))
async def test_a_stop_in_the_moment_of_the_handshake_is_not_missed(discord: DiscordServer, steps: int) -> None:
    shaken = asyncio.Event()

    async def note(_: hikari.ShardReadyEvent) -> None:
        shaken.set()

    bot = new_bot(discord.token, discord.rest_url)
    bot.subscribe(hikari.ShardReadyEvent, note)
    connecting = asyncio.create_task(connect(bot, lambda _: None))
    await shaken.wait()
    for _ in range(steps):
        await asyncio.sleep(0)
    stopped_in_time = connecting.cancel()
    await asyncio.wait([connecting])
    await bot.close()
    assert connecting.cancelled() is stopped_in_time


async def test_no_connection_is_taken_while_the_gateway_is_unreachable(discord: DiscordServer) -> None:
    async with aiohttp.ClientSession() as session:
        discord.gateway.unreachable = True
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(discord.gateway_url)
        discord.gateway.unreachable = False
        async with session.ws_connect(discord.gateway_url) as socket:
            assert (await socket.receive_json())["op"] == 10


async def test_an_invalid_session_starts_anew_and_what_was_missed_is_lost(discord: DiscordServer) -> None:
    async with listening(discord) as bot:
        discord.gateway.invalidate()
        lost = discord.world.new_text_channel("lost")
        await discord.gateway.ready()
        await bot.next(hikari.GuildAvailableEvent)
        assert bot.names() == []
        assert bot.bot.cache.get_guild_channel(lost.id) is not None
    assert discord.gateway.handshakes == ["IDENTIFY", "IDENTIFY"]


async def test_a_closed_bot_leaves_no_session_behind(discord: DiscordServer) -> None:
    async with listening(discord):
        assert len(discord.gateway.sessions) == 1
    await asyncio.sleep(0)
    assert discord.gateway.sessions == {}
    assert not discord.gateway.connected.is_set()


async def test_a_wrong_token_ends_the_bot(discord: DiscordServer) -> None:
    bot = Listener(discord, token=discord.token.replace("sandbox", "other")).bot
    with pytest.raises(hikari.UnauthorizedError):
        await bot.start(check_for_updates=False)
    await bot.close()


async def test_a_privileged_intent_that_is_not_switched_on_ends_the_bot(discord: DiscordServer) -> None:
    bot = Listener(discord, intents=INTENTS | hikari.Intents.MESSAGE_CONTENT).bot
    with pytest.raises(hikari.GatewayServerClosedConnectionError) as closed:
        await bot.start(check_for_updates=False)
    await bot.close()
    assert closed.value.code == 4014


class Wire:
    """A bare gateway client, which shows what is on the wire."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse[bool], token: str) -> None:
        self.socket = socket
        self.token = token

    async def send(self, opcode: int, data: object) -> None:
        await self.socket.send_json({"op": opcode, "d": data})

    async def receive(self) -> dict[str, Any]:
        payload: dict[str, Any] = await self.socket.receive_json(timeout=60)
        return payload

    async def identify(self, intents: int = 1) -> dict[str, Any]:
        """Begin a session; the answer is READY."""
        await self.send(2, {"token": self.token, "intents": intents, "properties": {}})
        return await self.receive()

    async def close_code(self) -> int | None:
        """Wait for the server to close."""
        while not self.socket.closed:
            await self.socket.receive(timeout=60)
        return self.socket.close_code


@asynccontextmanager
async def wire(discord: DiscordServer, query: str = "v=10&encoding=json") -> AsyncIterator[Wire]:
    url = f"{discord.gateway_url}?{query}"
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        yield Wire(socket, discord.token)


async def test_hello_comes_first_then_ready_then_the_guild_in_numbers_that_grow_by_one(
    discord: DiscordServer,
) -> None:
    async with wire(discord) as client:
        hello = await client.receive()
        assert hello["op"] == 10
        assert hello["d"]["heartbeat_interval"] == 41_250
        ready = await client.identify()
        guild = await client.receive()
        discord.world.new_text_channel("new")
        created = await client.receive()
    assert [message["t"] for message in (ready, guild, created)] == ["READY", "GUILD_CREATE", "CHANNEL_CREATE"]
    assert [message["s"] for message in (ready, guild, created)] == [1, 2, 3]
    assert ready["d"]["guilds"] == [{"id": str(discord.world.guild.id), "unavailable": True}]
    assert ready["d"]["resume_gateway_url"] == discord.gateway_url


async def test_a_heartbeat_is_acknowledged_also_before_the_handshake(discord: DiscordServer) -> None:
    async with wire(discord) as client:
        await client.receive()
        await client.send(1, None)
        assert (await client.receive())["op"] == 11


async def test_resume_replays_from_the_number_given_and_ends_in_resumed(discord: DiscordServer) -> None:
    async with wire(discord) as client:
        await client.receive()
        ready = await client.identify()
        await client.socket.close(code=4000)
    discord.world.new_text_channel("missed")
    async with wire(discord) as client:
        await client.receive()
        await client.send(6, {"token": client.token, "session_id": ready["d"]["session_id"], "seq": 2})
        replayed, resumed = await client.receive(), await client.receive()
    assert (replayed["t"], replayed["s"]) == ("CHANNEL_CREATE", 3)
    assert (resumed["t"], resumed["s"]) == ("RESUMED", 4)


async def test_a_session_left_open_is_forgotten_when_the_bot_begins_anew(discord: DiscordServer) -> None:
    async with wire(discord) as client:
        await client.receive()
        await client.identify()
        await client.socket.close(code=4000)
    assert len(discord.gateway.sessions) == 1
    async with wire(discord) as client:
        await client.receive()
        ready = await client.identify()
        assert list(discord.gateway.sessions) == [ready["d"]["session_id"]]


async def test_an_unknown_session_cannot_be_resumed(discord: DiscordServer) -> None:
    async with wire(discord) as client:
        await client.receive()
        await client.send(6, {"token": client.token, "session_id": "unknown", "seq": 2})
        assert await client.receive() == {"op": 9, "d": False}


async def test_a_resume_beyond_what_was_sent_is_refused(discord: DiscordServer) -> None:
    async with wire(discord) as client:
        await client.receive()
        session = (await client.identify())["d"]["session_id"]
        await client.socket.close(code=4000)
    async with wire(discord) as client:
        await client.receive()
        await client.send(6, {"token": client.token, "session_id": session, "seq": 99})
        assert await client.close_code() == 4007


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        pytest.param('{"op": 99}', 4001, id="an opcode that does not exist"),
        pytest.param("not json", 4002, id="no JSON"),
        pytest.param('{"op": 2, "d": {}}', 4002, id="an IDENTIFY without a token"),
        pytest.param('{"op": 3, "d": {}}', 4003, id="a presence before the handshake"),
        pytest.param('{"op": 2, "d": {"token": "wrong", "intents": 1}}', 4004, id="a wrong token"),
        pytest.param('{"op": 2, "d": {"token": "TOKEN", "intents": 2}}', 4014, id="a privileged intent"),
    ],
)
async def test_the_gateway_closes_with_discord_s_codes(discord: DiscordServer, payload: str, code: int) -> None:
    async with wire(discord) as client:
        await client.receive()
        await client.socket.send_str(payload.replace("TOKEN", discord.token))
        assert await client.close_code() == code


async def test_a_second_identify_is_refused(discord: DiscordServer) -> None:
    discord.world.privileged_intents = Intent.GUILD_MEMBERS
    async with wire(discord) as client:
        await client.receive()
        await client.identify(intents=3)
        await client.send(2, {"token": client.token, "intents": 1})
        assert await client.close_code() == 4005


async def test_a_zlib_stream_is_one_context_flushed_after_every_payload(discord: DiscordServer) -> None:
    async with wire(discord, "v=10&encoding=json&compress=zlib-stream") as client:
        context = zlib.decompressobj()
        frames = [await client.socket.receive_bytes()]
        await client.send(1, None)
        frames.append(await client.socket.receive_bytes())
    assert all(frame.endswith(b"\x00\x00\xff\xff") for frame in frames)
    assert [json.loads(context.decompress(frame))["op"] for frame in frames] == [10, 11]


async def test_a_zstd_stream_is_served_where_python_has_zstd_and_refused_elsewhere(discord: DiscordServer) -> None:
    try:
        STREAMS["zstd-stream"]()
    except ImportError:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with wire(discord, "compress=zstd-stream"):
                pass
        return
    async with wire(discord, "compress=zstd-stream") as client:
        zstd = sys.modules.get("compression.zstd") or sys.modules["backports.zstd"]
        context = zstd.ZstdDecompressor()
        first = context.decompress(await client.socket.receive_bytes())
        await client.send(1, None)
        second = context.decompress(await client.socket.receive_bytes())
    assert [json.loads(payload)["op"] for payload in (first, second)] == [10, 11]


async def test_an_unknown_compression_is_a_problem(discord: DiscordServer) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with wire(discord, "compress=brotli"):
            pass
    assert discord.problems == ["the gateway cannot serve compress=brotli"]
