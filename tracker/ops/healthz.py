"""`/healthz`: the bot's health for a monitor on this machine."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web

from tracker.errors import TrackerError
from tracker.ops.health import Health

THIS_MACHINE = "127.0.0.1"
_SHUTDOWN_SECONDS = 1.0


@asynccontextmanager
async def served(port: int | None, look: Callable[[], Health], host: str = THIS_MACHINE) -> AsyncIterator[None]:
    """While the block runs, answer on this port (None: on none): 200 when well, 503 with the reasons when not.

    `host` is the address on which others find it.

    Raises:
        TrackerError: the port cannot be had.
    """
    if port is None:
        yield
        return

    async def answer(_: web.Request) -> web.Response:
        health = look()
        status = HTTPStatus.SERVICE_UNAVAILABLE if health.problems else HTTPStatus.OK
        return web.json_response(health.as_json(), status=status)

    app = web.Application()
    app.router.add_get("/healthz", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise _refusal(port, host, error) from error
        yield
    finally:
        await runner.cleanup()


def check_port(port: int, host: str = THIS_MACHINE) -> None:
    """See whether the port could be had, without listening on it.

    Raises:
        TrackerError: the port cannot be had.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        # As for the server itself: connections that have just ended do not count.
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise _refusal(port, host, error) from error


def _refusal(port: int, host: str, error: OSError) -> TrackerError:
    reason = os.strerror(error.errno) if error.errno else str(error)
    if error.errno == errno.EADDRNOTAVAIL:
        return TrackerError(
            f"HEALTH_HOST {host} is no address of this machine.",
            f"Write HEALTH_HOST={THIS_MACHINE}, or HEALTH_HOST=0.0.0.0 to answer on all of its addresses.",
        )
    return TrackerError(
        f"HEALTH_PORT {port} cannot be used on {host}: {reason}.",
        "Choose another port from 1024 on, or leave HEALTH_PORT empty.",
    )
