"""What the service manager hears from the bot: that the bot is ready, how it is, that it is alive, that it stops.

The protocol is systemd's: datagrams of NAME=value lines to the socket that the environment names
(https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html). Without such a socket nothing is sent.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta

from tracker.ops.health import Health

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0
_LONGER_SECONDS = 60.0


class Manager:
    """The service manager, as the environment names it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self._socket: socket.socket | None = None
        if sys.platform != "win32" and self._address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if self._socket is not None:
            self._socket.settimeout(0)
        watched = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        watchdog = timedelta(microseconds=int(environment.get("WATCHDOG_USEC", "0"))) if watched else timedelta()
        self._every = min(_LOOK_SECONDS, watchdog.total_seconds() / 2) or _LOOK_SECONDS
        self._ready = False
        self._stopping = False

    def ready(self) -> None:
        """The bot is at work."""
        self._ready = True
        self._tell("READY=1")

    def stopping(self) -> None:
        """The bot is about to end: its last deliveries are all that is left."""
        self._stopping = True
        self._tell("STOPPING=1", "STATUS=Delivering what can still be delivered.")

    def close(self) -> None:
        """Nothing more will be sent."""
        if self._socket is not None:
            self._socket.close()

    async def watch(self, look: Callable[[], Health]) -> None:
        """Look every few seconds, and report, until cancelled.

        That this loop turns shows that all others can. During the start, being alive asks for more time instead:
        Discord may be out of reach for long, and another start would change nothing.
        """
        while True:
            health = look()
            if not self._stopping:
                alive = "WATCHDOG=1" if self._ready else f"EXTEND_TIMEOUT_USEC={_LONGER_SECONDS * 1_000_000:.0f}"
                self._tell(f"STATUS={health.status}", *([alive] if health.alive else []))
            await asyncio.sleep(self._every)

    def _tell(self, *lines: str) -> None:
        if self._socket is None:
            return
        # A name that begins with @ is one without a file.
        address = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            self._socket.sendto("\n".join(lines).encode(), address)
        except BlockingIOError:
            pass  # a busy manager gets it again in a moment
        except OSError as error:
            _log.warning("NOTIFY_SOCKET %s cannot be reached: %s", self._address, error.strerror)
            self._socket.close()
            self._socket = None
