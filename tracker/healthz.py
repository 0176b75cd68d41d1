"""`/healthz`: the bot's health for a monitor on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web

from tracker.errors import TrackerError
from tracker.health import Health

_HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 1.0


@asynccontextmanager
async def served(port: int | None, look: Callable[[], Health]) -> AsyncIterator[None]:
    """While the block runs, answer on this port (None: on none): 200 when well, 503 with the reasons when not.

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
            await web.TCPSite(runner, _HOST, port).start()
        except OSError as error:
            raise TrackerError(
                f"HEALTH_PORT {port} cannot be used on {_HOST}: another program has it, or it may not be taken "
                f"({type(error).__name__}). Choose another port from 1024 on, or leave HEALTH_PORT empty."
            ) from error
        yield
    finally:
        await runner.cleanup()
