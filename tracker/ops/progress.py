"""Logs how far a long piece of work has come, and nothing of a short one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_log = logging.getLogger(__name__)

_EVERY_SECONDS = 2.0


@asynccontextmanager
async def log_progress(describe: Callable[[], str]) -> AsyncIterator[None]:
    """While the block runs, log what `describe` says every few seconds, as long as it says something new."""

    async def log() -> None:
        said = ""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            if (text := describe()) != said:
                _log.info("%s", text)
                said = text

    logging_task = asyncio.create_task(log())
    try:
        yield
    finally:
        logging_task.cancel()
