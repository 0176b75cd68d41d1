"""What both local servers share: a loopback port, a log of requests, faults, latency, and hooks between requests."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Self

from aiohttp import web

from tracker.sandbox.multipart import FORM, payload_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_STALL_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class LoggedRequest:
    """One HTTP request as it arrived and the status it was answered with (0: the connection was cut instead).

    `answered` is when, in seconds of `time.monotonic`. `received` and `sent` are the bytes of the two bodies, and
    `seconds` what this server was busy with it, latency not counted.
    """

    method: str
    path: str
    query: str
    body: Any
    status: int
    answered: float
    received: int
    sent: int
    seconds: float


class Break(Enum):
    """A way to fail that is not an answer."""

    RESET = auto()
    """The connection is cut without an answer."""

    STALL = auto()
    """Nothing is answered for a moment, then the connection is cut, as a proxy does that lost its patience."""

    HANG = auto()
    """Nothing is answered until the client gives up or the server stops."""


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong with matching requests.

    `path` is a regular expression searched in the request's path. `outcome` is the answer given instead of the real
    one, or a `Break`. With `applied=True` the request is carried out first and only its answer is lost. A fault is
    used up after `times` requests; None means until it is removed.
    """

    path: str
    outcome: Break | Callable[[], web.Response]
    method: str | None = None
    applied: bool = False
    times: int | None = 1

    def strikes(self, request: web.Request) -> bool:
        """Whether this fault still has a turn left and `request` is one of those it spoils."""
        if self.times == 0 or (self.method is not None and self.method != request.method):
            return False
        return re.search(self.path, request.path) is not None


@dataclass(kw_only=True, eq=False)
class Service:
    """An aiohttp application on a free loopback port, with doors for tests.

    Subclasses add their routes to `app` and give `unknown_route` the real service's answer to an address it does not
    know. `requests` is everything that arrived, oldest first. `problems` names requests this server does not
    understand: a test fails when it is not empty at its end. `latency` is a simulated round trip in seconds, half of
    it before a request is carried out and half before its answer leaves. `before` holds functions called with each
    request immediately before it is carried out: the place for a person to act between a bot's read and its write.
    """

    port: int = 0
    latency: float = 0.0
    requests: list[LoggedRequest] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    before: list[Callable[[web.Request], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = web.Application(middlewares=[self._through], client_max_size=64 * 2**20)
        self._runner = web.AppRunner(self.app, shutdown_timeout=0.5, access_log=None)
        self._closing = asyncio.Event()

    def unknown_route(self, request: web.Request) -> web.Response:
        """The real service's answer to an address that it does not serve."""
        raise NotImplementedError

    @property
    def address(self) -> str:
        """Scheme, host and port, such as `http://127.0.0.1:41234`; known once started."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._runner.cleanup()

    @web.middleware
    async def _through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Log, delay, break and carry out one request."""
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await handler(request)
        began = time.perf_counter()
        try:
            body = await _body(request)
        except ConnectionResetError:  # the client died while it was asking
            return web.Response(status=500)
        seconds = time.perf_counter() - began
        await asyncio.sleep(self.latency / 2)
        began = time.perf_counter()
        response = await self._answer(request, handler)
        seconds += time.perf_counter() - began
        await asyncio.sleep(self.latency / 2)
        self.requests.append(
            LoggedRequest(
                method=request.method,
                path=request.path,
                query=request.query_string,
                body=body,
                status=0 if response is None else response.status,
                answered=time.monotonic(),
                received=len(await request.read()),
                sent=len(response.body)
                if isinstance(response, web.Response) and isinstance(response.body, bytes)
                else 0,
                seconds=seconds,
            )
        )
        if response is None:
            if request.transport is not None:
                request.transport.abort()
            # nobody is there to get it; an exception instead would be logged as if this server had failed
            return web.Response(status=500)
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse | None:
        fault = next((fault for fault in self.faults if fault.strikes(request)), None)
        if fault is None:
            return await self._carry_out(request, handler)
        if fault.times is not None:
            fault.times -= 1
        await self._spoil(fault, request, handler)
        if fault.outcome is Break.STALL:
            await asyncio.sleep(_STALL_SECONDS)
        elif fault.outcome is Break.HANG:
            await self._closing.wait()
        return None if isinstance(fault.outcome, Break) else fault.outcome()

    async def _spoil(self, fault: Fault, request: web.Request, handler: Handler) -> None:
        """Do with a request what the fault leaves of it; its answer is lost."""
        if fault.applied:
            await self._carry_out(request, handler)

    async def _carry_out(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        for hook in self.before:
            hook(request)
        if request.match_info.http_exception is not None:
            self.problems.append(f"{request.method} {request.path} is not served")
            return self.unknown_route(request)
        return await handler(request)


async def _body(request: web.Request) -> Any:  # noqa: ANN401 - whatever JSON the client sent
    if request.content_type == FORM:
        return payload_of(request.headers["Content-Type"], await request.read())
    text = await request.text()
    if "json" not in request.content_type:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
