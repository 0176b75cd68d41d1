"""An office for each test of the repository."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.support.sheet_office import Office, open_office


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office without a ticket."""
    async with open_office(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which everything is held to Google's description of its API: for each kind of write once."""
    async with open_office(tmp_path, watched=True) as opened:
        yield opened
