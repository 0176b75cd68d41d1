"""A gateway session, which outlives its connections, and a connection, which carries one session at a time.

https://discord.com/developers/docs/events/gateway#gateway-events
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from aiohttp import web

from tracker.sandbox.discord.compression import Compress
from tracker.sandbox.discord.intents import Intent, intent_of
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.discord.state import Event

REPLAY_LENGTH = 10_000
"""How many events a session keeps for a RESUME."""


class Opcode(IntEnum):
    """https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class CloseCode(IntEnum):
    """https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes."""

    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    DISALLOWED_INTENTS = 4014


@dataclass(kw_only=True, eq=False)
class Connection:
    """One websocket. `send` never waits: a task writes what it queues, in order.

    A `muted` connection takes what the client sends and lets nothing out, like one whose network died halfway.
    """

    socket: web.WebSocketResponse
    request: web.Request
    compress: Compress | None
    muted: bool = False
    outbox: asyncio.Queue[Payload | Callable[[], None]] = field(default_factory=asyncio.Queue)

    def send(self, payload: Payload) -> None:
        """Queue a payload."""
        if not self.muted:
            self.outbox.put_nowait(payload)

    def then(self, act: Callable[[], None]) -> None:
        """Call `act` when everything queued so far is written."""
        self.outbox.put_nowait(act)

    async def write(self) -> None:
        """Write what is queued until the socket closes; this is the connection's writing task."""
        with contextlib.suppress(ConnectionResetError):
            while not self.socket.closed:
                await self._write(await self.outbox.get())

    async def _write(self, item: Payload | Callable[[], None]) -> None:
        if callable(item):
            item()
            return
        text = json.dumps(item, separators=(",", ":"))
        if self.compress is None:
            await self.socket.send_str(text)
        else:
            await self.socket.send_bytes(self.compress(text.encode()))

    def cut(self) -> None:
        """Reset the TCP connection."""
        if self.request.transport is not None:
            self.request.transport.abort()


@dataclass(kw_only=True, eq=False)
class Session:
    """What a bot identified as: its intents, the events it was sent, and the connection it has at the moment."""

    intents: int
    connection: Connection | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    sent: deque[tuple[int, Payload]] = field(default_factory=lambda: deque(maxlen=REPLAY_LENGTH))

    def wants(self, event: Event) -> bool:
        """Whether the intents cover an event."""
        return bool(self.intents & intent_of(event.name))

    def dispatch(self, event: Event) -> None:
        """Send an event, numbered, and keep it for a replay."""
        hidden = event.without_content is not None and not self.intents & Intent.MESSAGE_CONTENT
        self.dispatch_raw({"t": event.name, "d": event.without_content if hidden else event.data})

    def dispatch_raw(self, payload: Payload) -> None:
        """Number, keep and send a dispatch whose name and data are given, right or wrong."""
        self.sequence += 1
        numbered = {"op": int(Opcode.DISPATCH), "s": self.sequence, **payload}
        self.sent.append((self.sequence, numbered))
        if self.connection is not None:
            self.connection.send(numbered)

    def replay(self, after: int) -> None:
        """Send again what came after a sequence number, then RESUMED."""
        if self.connection is None:
            return
        for sequence, payload in self.sent:
            if sequence > after:
                self.connection.send(payload)
        self.dispatch_raw({"t": "RESUMED", "d": {}})
