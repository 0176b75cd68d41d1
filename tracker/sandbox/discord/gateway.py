"""The gateway: a bot's handshake, its heartbeat, and the world's events on their way to it.

https://discord.com/developers/docs/events/gateway
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tracker.sandbox.discord import payloads, views
from tracker.sandbox.discord.compression import STREAMS, Compress
from tracker.sandbox.discord.intents import PRIVILEGED, Intent
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.discord.session import CloseCode, Connection, Opcode, Session
from tracker.sandbox.discord.state import Event, State

_CLOSED_FOR_GOOD = {WSCloseCode.OK, WSCloseCode.GOING_AWAY}
"""Close codes with which a client ends its session; with any other it may come back and resume."""


_OF_THREADS = frozenset({"THREAD_CREATE", "THREAD_UPDATE", "THREAD_DELETE", "MESSAGE_CREATE"})


@dataclass(kw_only=True, eq=False, repr=False)
class Gateway:
    """All sessions of the bot, and doors for what can go wrong between them and Discord.

    `heartbeat_interval` is what HELLO asks for, in seconds. `handshakes` names every one that succeeded, in order:
    "IDENTIFY" or "RESUME". `connected` is set while a bot has all that was sent to it in its handshake.
    While paused, events wait in `held`, where a test may reorder them. While `unreachable`, no connection is taken.
    While the guild is `unavailable`, nothing that happens there is sent, now or later, and nothing is sent to a bot
    that is not in the guild. So many of the next events about threads as `unreadable` says come without most of their
    fields.
    """

    state: State
    token: str
    url: Callable[[], str]
    problems: list[str]
    heartbeat_interval: float = 41.25
    sessions: dict[str, Session] = field(default_factory=dict)
    handshakes: list[str] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    held: list[Event] = field(default_factory=list)
    paused: bool = False
    unreachable: bool = False
    unavailable: bool = False
    unreadable: int = 0
    starts_left: int = 1000
    """How often the bot may still begin a session (https://discord.com/developers/docs/events/gateway#session-start-limit)."""

    recent: deque[Event] = field(default_factory=lambda: deque(maxlen=1000))

    def __post_init__(self) -> None:
        self._connections: set[Connection] = set()
        self.state.listeners.append(self.emit)

    async def ready(self, seconds: float = 20.0) -> None:
        """Wait until a bot is connected and has its READY and GUILD_CREATE; TimeoutError after `seconds`."""
        await asyncio.wait_for(self.connected.wait(), seconds)

    # -- events

    def emit(self, event: Event) -> None:
        """Send an event to every session that asked for such, as far as the bot may see where it happened."""
        if self.paused:
            self.held.append(event)
            return
        self.recent.append(event)
        is_member = self.state.bot_user.id in self.state.members
        if self.unavailable or not (is_member or event.name == "GUILD_DELETE"):
            return
        if event.channel is not None and not self.state.bot_sees(event.channel):
            if event.unseen is None:
                return
            event = replace(event, data=event.unseen)
        if self.unreadable and event.name in _OF_THREADS:
            self.unreadable -= 1
            event = replace(event, data={name: event.data.get(name) for name in ("id", "guild_id")})
        for session in self.sessions.values():
            if session.wants(event):
                session.dispatch(event)

    def pause(self) -> None:
        """Hold events back until `resume`."""
        self.paused = True

    def resume(self) -> None:
        """Send what was held back, in the order it now has, and everything again from here on."""
        self.paused = False
        held, self.held = self.held, []
        for event in held:
            self.emit(event)

    def repeat(self, name: str) -> None:
        """Send the latest event of that name once more, as Discord sometimes does."""
        self.emit(next(event for event in reversed(self.recent) if event.name == name))

    def send_raw(self, payload: Payload) -> None:
        """Send a payload as it is, well-formed or not. A dispatch (op 0) without `s` gets the next number."""
        for session in self.sessions.values():
            if payload.get("op") == Opcode.DISPATCH and "s" not in payload:
                session.dispatch_raw(payload)
            elif session.connection is not None:
                session.connection.send(payload)

    # -- trouble

    def begin_outage(self) -> None:
        """Discord loses the guild, and every connection stays.

        https://discord.com/developers/docs/events/gateway-events#guild-delete
        """
        self.emit(Event(name="GUILD_DELETE", data={"id": str(self.state.guild.id), "unavailable": True}))
        self.unavailable = True

    def end_outage(self) -> None:
        """The guild is back: it is described anew, and nothing of what happened meanwhile is sent."""
        self.unavailable = False
        if self.state.bot_user.id in self.state.members:
            data = views.guild_create(self.state) | {"unavailable": False}
            self.emit(Event(name="GUILD_CREATE", data=data))

    def drop(self) -> None:
        """Reset every connection, as a network does. Sessions stay resumable."""
        self.connected.clear()
        for connection in self._connections:
            connection.cut()

    def reconnect(self) -> None:
        """Ask every client to reconnect and resume (op 7)."""
        self.connected.clear()
        self._send_all({"op": int(Opcode.RECONNECT), "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is no longer valid (op 9): to resume it, or to start anew."""
        self.connected.clear()
        if not resumable:
            self.sessions.clear()
        self._send_all({"op": int(Opcode.INVALID_SESSION), "d": resumable})

    def mute(self) -> None:
        """Leave every connection half-dead: open, and silent. The client finds out by its unanswered heartbeat."""
        self.connected.clear()
        for connection in self._connections:
            connection.muted = True

    def _send_all(self, payload: Payload) -> None:
        for connection in self._connections:
            connection.send(payload)

    # -- one connection

    async def close(self) -> None:
        """End every connection and take no more events, as Discord does before it restarts."""
        self.state.listeners.remove(self.emit)
        for connection in list(self._connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one websocket from HELLO to its end."""
        if self.unreachable:
            return web.Response(status=503)
        compress: Compress | None = None
        if asked := request.query.get("compress"):
            try:
                compress = STREAMS[asked]()
            except (KeyError, ImportError):
                self.problems.append(f"the gateway cannot serve compress={asked}")
                return web.Response(status=400, text=f"compress={asked} is not available")
        socket = web.WebSocketResponse(max_msg_size=0, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(socket=socket, request=request, compress=compress)
        self._connections.add(connection)
        writing = asyncio.create_task(connection.write(), name="gateway writer")
        connection.send(
            {"op": int(Opcode.HELLO), "d": {"heartbeat_interval": round(self.heartbeat_interval * 1000), "_trace": []}}
        )
        try:
            await self._read(connection)
        finally:
            self._connections.discard(connection)
            self._disconnected(connection)
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
        return socket

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                continue
            try:
                payload = json.loads(message.data)
                refused = self._receive(connection, Opcode(payload["op"]), payload.get("d"))
            except (json.JSONDecodeError, UnicodeDecodeError, TypeError, KeyError):
                refused = CloseCode.DECODE_ERROR
            except ValueError:
                refused = CloseCode.UNKNOWN_OPCODE
            if refused is not None:
                await connection.socket.close(code=refused, message=refused.name.encode())
                return

    def _receive(self, connection: Connection, opcode: Opcode, data: Any) -> CloseCode | None:  # noqa: ANN401 - JSON
        """Act on one payload of the client; the answer is the code to close with, if that is what it deserves."""
        session = self._session_of(connection)
        match opcode:
            case Opcode.HEARTBEAT:
                connection.send({"op": int(Opcode.HEARTBEAT_ACK), "d": None})
            case Opcode.IDENTIFY:
                return self._identify(connection, data) if session is None else CloseCode.ALREADY_AUTHENTICATED
            case Opcode.RESUME:
                return self._resume(connection, data)
            case _ if session is None:
                return CloseCode.NOT_AUTHENTICATED
            case Opcode.PRESENCE_UPDATE:
                pass  # the bot's presence is of no consequence here
            case Opcode.REQUEST_GUILD_MEMBERS:
                session.dispatch(self._all_members(data))
            case _:
                return CloseCode.UNKNOWN_OPCODE
        return None

    def _all_members(self, data: Any) -> Event:  # noqa: ANN401 - JSON
        """The guild's members in one chunk, whichever of them were asked for."""
        chunk: Payload = {
            "guild_id": str(self.state.guild.id),
            "members": [payloads.member(member) for member in self.state.members.values()],
            "chunk_index": 0,
            "chunk_count": 1,
            "nonce": data.get("nonce"),
        }
        return Event(name="GUILD_MEMBERS_CHUNK", data=chunk)

    def _identify(self, connection: Connection, data: Any) -> CloseCode | None:  # noqa: ANN401 - JSON
        if data["token"] != self.token:
            return CloseCode.AUTHENTICATION_FAILED
        self.starts_left -= 1
        if self.starts_left < 0:
            self.problems.append("the bot began more sessions than it may in a day: Discord resets its token")
            return CloseCode.AUTHENTICATION_FAILED
        intents = int(data["intents"])
        if intents & PRIVILEGED & ~self.state.privileged_intents:
            return CloseCode.DISALLOWED_INTENTS
        # there is one bot: where it begins anew, nobody is left to resume what a killed process had
        self.sessions = {id_: old for id_, old in self.sessions.items() if old.connection is not None}
        session = Session(intents=intents, connection=connection)
        self.sessions[session.id] = session
        in_guild = self.state.bot_user.id in self.state.members
        ready: Payload = {
            "v": 10,
            "user": payloads.own_user(self.state.bot_user),
            "guilds": [{"id": str(self.state.guild.id), "unavailable": True}] if in_guild else [],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url(),
            "shard": data.get("shard", [0, 1]),
            "application": {"id": str(self.state.bot_user.id), "flags": self.state.application_flags()},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
            "_trace": [],
        }
        session.dispatch_raw({"t": "READY", "d": ready})
        if in_guild and intents & Intent.GUILDS and not self.unavailable:
            # `unavailable` is what sets a guild that was there all along apart from one that the bot has just joined
            session.dispatch_raw({"t": "GUILD_CREATE", "d": views.guild_create(self.state) | {"unavailable": False}})
        self._handshake_done(connection, "IDENTIFY")
        return None

    def _resume(self, connection: Connection, data: Any) -> CloseCode | None:  # noqa: ANN401 - JSON
        if data["token"] != self.token:
            return CloseCode.AUTHENTICATION_FAILED
        session = self.sessions.get(data["session_id"])
        if session is None:
            connection.send({"op": int(Opcode.INVALID_SESSION), "d": False})
            return None
        if data["seq"] > session.sequence:
            return CloseCode.INVALID_SEQUENCE
        session.connection = connection
        session.replay(after=data["seq"])
        self._handshake_done(connection, "RESUME")
        return None

    def _handshake_done(self, connection: Connection, name: str) -> None:
        self.handshakes.append(name)
        connection.then(self.connected.set)

    def _disconnected(self, connection: Connection) -> None:
        session = self._session_of(connection)
        if session is None:
            return
        session.connection = None
        if not any(other.connection for other in self.sessions.values()):
            self.connected.clear()
        if connection.socket.close_code in _CLOSED_FOR_GOOD:
            self.sessions.pop(session.id, None)

    def _session_of(self, connection: Connection) -> Session | None:
        return next((session for session in self.sessions.values() if session.connection is connection), None)
