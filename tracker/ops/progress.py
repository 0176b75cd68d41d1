"""Tells in the log how far a long piece of work has come, and nothing of a short one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_log = logging.getLogger(__name__)

_EVERY_SECONDS = 2.0


@asynccontextmanager
async def told(describe: Callable[[], str]) -> AsyncIterator[None]:
    """While the block runs, log what `describe` says every few seconds, as long as it says something new."""

    async def tell() -> None:
        said = ""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            if (text := describe()) != said:
                _log.info("%s", text)
                said = text

    telling = asyncio.create_task(tell())
    try:
        yield
    finally:
        telling.cancel()
