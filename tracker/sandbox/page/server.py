"""Serves the page on loopback and keeps every open one up to date over a websocket."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
from pathlib import Path

from aiohttp import WSCloseCode, WSMsgType, web
from rich.console import Console

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.desk import LocalDesk, NotYetError
from tracker.sandbox.page import documents
from tracker.sandbox.page.actions import Actions, NotPossibleError
from tracker.sandbox.page.browser import has_browser, open_browser
from tracker.sandbox.page.guide import Guide
from tracker.sandbox.page.picture import Look, Picture
from tracker.sandbox.service import Handler
from tracker.sandbox.weather import Weather

_HOST = "127.0.0.1"
STATIC = Path(__file__).parent / "static"
_BETWEEN_PICTURES_SECONDS = 0.05
_PORTS_TRIED = 100
_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"


async def serve(console: Console, desk: LocalDesk, port: int, *, browser: bool) -> None:
    """Start the bot and serve the page until cancelled; with `browser`, open it where there is a browser.

    Raises:
        NotYetError: the bot could not be started.
    """
    await desk.prepare_sheet(dashboard=True)
    page = Page(desk)
    try:
        address = await page.start(port)
        await desk.start_bot()
        await desk.until("a row for each ticket", lambda: desk.rows().keys() == desk.world.threads.keys())
        console.print(f"\n  The support desk is open:  [bold link={address}]{address}[/bold link]\n")
        console.print("  [dim]Ctrl-C ends it.[/dim]\n")
        if browser and has_browser():
            open_browser(address)
        await asyncio.Event().wait()
    finally:
        await page.stop()


class Page:
    """The page of one desk, with two customers and two of the staff. Only what came from its own address may act."""

    def __init__(self, desk: LocalDesk) -> None:
        desk.person("raj")
        desk.person("kim", staff=True)
        watch, weather = SheetWatch(desk.tab), Weather(desk)
        self._guide = Guide(desk, watch, weather)
        self._look = Look(desk, watch, weather, self._guide)
        self._actions = Actions(desk, watch, weather, self._guide)
        self._port = 0
        self._sockets: set[web.WebSocketResponse] = set()
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._index)
        app.router.add_get("/live", self._live)
        documents.add_to(app.router)
        app.router.add_static("/static", STATIC)
        self._runner = web.AppRunner(app, shutdown_timeout=0.5, access_log=None)

    async def start(self, port: int) -> str:
        """Listen on the port, or on the next one that is free; the address to open.

        Raises:
            NotYetError: none is free.
        """
        await self._runner.setup()
        for candidate in range(port, port + _PORTS_TRIED):
            try:
                await web.TCPSite(self._runner, _HOST, candidate).start()
                break
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        else:
            raise NotYetError(f"no port from {port} to {port + _PORTS_TRIED - 1} is free; name another with --port")
        self._port = int(self._runner.addresses[0][1])
        return f"http://{_HOST}:{self._port}/"

    async def stop(self) -> None:
        """End the tour and every connection."""
        self._guide.stop()
        for socket in list(self._sockets):
            await socket.close()
        await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse who came under another name (a page elsewhere may call itself whatever resolves to loopback)."""
        if request.host not in self._own_hosts():
            return web.Response(status=403, text="This page is only served under its own address.")
        response = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = _POLICY
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Cache-Control"] = "no-store"
        return response

    def _own_hosts(self) -> list[str]:
        return [f"{name}:{self._port}" for name in (_HOST, "localhost")]

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _live(self, request: web.Request) -> web.StreamResponse:
        """One open page: pictures go out, what its person does comes in."""
        if request.headers.get("Origin") != f"http://{request.host}":
            return web.Response(status=403, text="Another site's page may not act here.")
        socket = web.WebSocketResponse(max_msg_size=2**20, timeout=1.0, compress=False)  # it stays on this machine
        await socket.prepare(request)
        self._sockets.add(socket)
        sending = asyncio.create_task(self._send_pictures(socket))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._do(socket, message.data)
        finally:
            self._sockets.discard(socket)
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await sending
        return socket

    async def _do(self, socket: web.WebSocketResponse, text: str) -> None:
        """Do what was asked for; the answer carries the number of the question."""
        try:
            asked = json.loads(text)
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            await socket.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"an action is a JSON object")
            return
        answer = {"answer": asked.get("number")}
        try:
            answer["opened"] = await self._actions.do(asked)
        except NotPossibleError as error:
            answer["error"] = str(error)
        await socket.send_json(answer)

    async def _send_pictures(self, socket: web.WebSocketResponse) -> None:
        """Send the parts of the picture that changed since the last time; at first, all of them."""
        sent: Picture = {}
        while not socket.closed:
            picture = self._look.picture()
            changed = {part: value for part, value in picture.items() if part not in sent or sent[part] != value}
            if changed:
                await socket.send_json({"picture": changed})
                sent = picture
            await asyncio.sleep(_BETWEEN_PICTURES_SECONDS)
