"""An office that is held to Google's description of its API, and a desk whose tab of figures is set up in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest_asyncio

from tests.support.figures_desk import FiguresDesk, set_up
from tests.support.sheet_office import Office, open_office
from tracker.store import Store


@pytest_asyncio.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which everything is held to Google's description of its API."""
    async with open_office(tmp_path, watched=True) as opened:
        yield opened


@pytest_asyncio.fixture
async def desk(office: Office, tmp_path: Path) -> AsyncIterator[FiguresDesk]:
    await set_up(office)
    with closing(Store.open(tmp_path / "store")) as store:
        yield FiguresDesk(office=office, store=store)
