"""What starts services, as systemd: they report to it how they are."""

from __future__ import annotations

import socket
from collections import deque
from pathlib import Path

WATCHDOG_SECONDS = 0.4


class ServiceManager:
    """A service manager that services report to; `received` are the datagrams so far, as lines."""

    def __init__(self, path: Path) -> None:
        self._end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._end.bind(str(path))
        self._end.settimeout(0)
        self._received: deque[list[str]] = deque()
        self.environment = {
            "NOTIFY_SOCKET": str(path),
            "WATCHDOG_USEC": str(int(WATCHDOG_SECONDS * 1_000_000)),
        }

    @property
    def received(self) -> list[str]:
        """All lines so far."""
        while True:
            try:
                self._received.append(self._end.recv(4096).decode().splitlines())
            except BlockingIOError:
                return [line for lines in self._received for line in lines]

    def forget(self) -> None:
        """What was received so far is old."""
        assert self.received is not None
        self._received.clear()

    def close(self) -> None:
        self._end.close()
