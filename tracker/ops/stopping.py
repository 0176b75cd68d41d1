"""How a person or a service manager stops the bot, on every system."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))
"""Windows sends SIGINT for Ctrl-C and SIGBREAK for Ctrl-Break, which is how a service is stopped there."""


@contextmanager
def at_signals(stop: Callable[[], object]) -> Iterator[None]:
    """While the block runs, call `stop` in the running loop at each signal that asks this process to end.

    asyncio has handlers of its own, but not on Windows:
    https://docs.python.org/3/library/asyncio-platforms.html#windows
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop)) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
