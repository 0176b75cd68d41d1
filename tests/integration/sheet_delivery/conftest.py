"""The delivery of rows to the sheet: a store, the one door, and the loop that writes, beside the local Google."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.delivery_desk import DeliveryDesk, open_delivery_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DeliveryDesk]:
    """A desk on a prepared tab; nothing runs yet."""
    async with open_delivery_desk(tmp_path) as desk:
        yield desk
