"""What the tests of live events and of comparing share."""

from __future__ import annotations

import pytest

from tests.support.ear import EMPTY, Ear


@pytest.fixture
async def ear() -> Ear:
    """A feed that has caught up."""
    ear = Ear()
    ear.feed.described(EMPTY)
    await ear.catch_up()
    return ear
