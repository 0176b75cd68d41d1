"""A support desk for each test: local services, an installation folder, and checks that hold at the end of every test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from tracker.sandbox.desk import LocalDesk

Reading = Callable[[], Any]


@pytest.fixture
async def bare_desk(tmp_path: Path) -> AsyncIterator[LocalDesk]:
    """A desk whose sheet nobody has prepared yet."""
    async with LocalDesk(folder=tmp_path) as desk:
        yield desk
        await desk.kill_bot()
        assert desk.discord.problems == []
        assert desk.sheets.problems == []
        assert "Traceback" not in desk.log
        assert desk.discord.token not in desk.log
        assert "PRIVATE KEY" not in desk.log


@pytest.fixture
async def desk(bare_desk: LocalDesk) -> LocalDesk:
    """A desk that is ready to start the bot; alerts are far away unless a test brings them near."""
    bare_desk.settings["SLA_TIMEOUT"] = "1h"
    code, output = await bare_desk.run("tracker.init_sheet")
    assert code == 0, output
    bare_desk.sheets.requests.clear()
    return bare_desk
