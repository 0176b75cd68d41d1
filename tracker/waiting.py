"""Waiting for something, but not for ever."""

from __future__ import annotations

import asyncio


async def happens(event: asyncio.Event, within: float | None) -> bool:
    """Wait until the event is set, at most `within` seconds (None: for ever); whether it was.

    `asyncio.wait_for` would do, but before Python 3.12 it can swallow a cancellation that comes at the same moment.
    """
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        return False
    return True
