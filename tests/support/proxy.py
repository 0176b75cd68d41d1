"""A small HTTP proxy on loopback: it passes plain requests on, and refuses tunnels, which it only notes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(kw_only=True, eq=False)
class Proxy:
    """`names` are hosts that only this proxy knows, by the loopback port where each is. `asked` is what came here.

    That is the method and target of each connection's first request: `CONNECT discord.example:443`.
    """

    names: Mapping[str, int]
    address: str = ""
    asked: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)

    def hosts(self) -> set[str]:
        """The hosts that were asked for, with their ports where the address had one."""
        targets = [line.split(" ")[1] for line in self.asked]
        return {urlsplit(target).netloc if "://" in target else target for target in targets}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with closing(writer), suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target, *_ = head.decode().split(" ")
            self.asked.append(f"{method} {target}")
            self.headers += head.decode().split("\r\n")[1:]
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                return
            place = urlsplit(target)
            port = self.names.get(place.hostname or "") or place.port or 0
            there, to_there = await asyncio.open_connection("127.0.0.1", port)
            with closing(to_there):
                to_there.write(head)
                await asyncio.gather(_pass(reader, to_there), _pass(there, writer))


async def _pass(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """All that comes, until its end."""
    with closing(to), suppress(OSError):
        while data := await source.read(1 << 16):
            to.write(data)
            await to.drain()


@asynccontextmanager
async def proxy(names: Mapping[str, int]) -> AsyncIterator[Proxy]:
    """A proxy that runs until the end of the block."""
    running: set[asyncio.Task[None]] = set()
    served = Proxy(names=names)

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(served.serve(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    served.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield served
    finally:
        server.close()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
