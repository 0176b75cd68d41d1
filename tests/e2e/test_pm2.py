"""The bot under PM2, as `scripts/ecosystem.config.js` has it: started, killed, started again, stopped."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.steps import is_stored, opened
from tracker.sandbox.desk import LocalDesk

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".cache/pm2/node_modules/.bin/pm2"
FIRST_DELAY_SECONDS = 1.0

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed, and PM2 needs it"),
    pytest.mark.skipif(not INSTALLED.exists(), reason="PM2 is not in .cache/pm2, where .ci/run installs it"),
]


@dataclass(kw_only=True)
class Pm2:
    """A PM2 of its own, with its home in `home`. What it starts gets the desk's settings as variables."""

    desk: LocalDesk
    home: Path

    async def do(self, *arguments: str) -> None:
        settings = self.desk.settings | {
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.desk.folder / "credentials.json"),
            "DATA_DIR": str(self.desk.folder / "data"),
        }
        process = await asyncio.create_subprocess_exec(
            INSTALLED,
            *arguments,
            cwd=self.desk.folder,
            env=self.desk.command_environment
            | {"PM2_HOME": str(self.home), "PM2_DISABLE_VERSION_CHECK": "true", "CI": "true"}
            | settings,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode()

    @property
    def bot_pid(self) -> int:
        return int((self.home / "pids/support-tracker-0.pid").read_text(encoding="ascii"))

    @property
    def bot_log(self) -> str:
        return (self.home / "logs/support-tracker-error.log").read_text(encoding="utf-8")

    @property
    def log(self) -> str:
        return (self.home / "pm2.log").read_text(encoding="utf-8")


@asynccontextmanager
async def pm2_of(desk: LocalDesk) -> AsyncIterator[Pm2]:
    # Not in pytest's folder: the paths of sockets must be short.
    with tempfile.TemporaryDirectory(prefix="pm2-") as home:
        pm2 = Pm2(desk=desk, home=Path(home))
        try:
            yield pm2
        finally:
            await pm2.do("kill")


async def test_pm2_starts_the_bot_again_after_a_crash_but_not_after_a_stop_nor_with_wrong_settings(
    desk: LocalDesk,
) -> None:
    async with pm2_of(desk) as pm2:
        await pm2.do("start", str(ROOT / "scripts/ecosystem.config.js"))
        await desk.discord.gateway.ready()
        (before,) = await opened(desk, "Before")

        killed = pm2.bot_pid
        os.kill(killed, signal.SIGKILL)
        meanwhile = desk.world.open_thread(desk.forum, desk.customer, "Meanwhile")
        await desk.until("✅", lambda: desk.is_ticked(meanwhile))
        assert pm2.bot_pid != killed
        assert desk.discord.gateway.handshakes == ["IDENTIFY", "IDENTIFY"]

        desk.sheets.latency = 1.0
        last = desk.world.open_thread(desk.forum, desk.customer, "Last")
        await desk.until("the ticket", lambda: is_stored(desk, last))
        await pm2.do("stop", "support-tracker")
        assert pm2.bot_log.count("Stopped.") == 1
        assert desk.rows().keys() == {before.id, meanwhile.id, last.id}

        desk.settings["SUPPORT_CHANNEL_ID"] = "support"
        await pm2.do("restart", "support-tracker", "--update-env")
        await desk.until("the refusal", lambda: "exited with code [2]" in pm2.log)
        await asyncio.sleep(1.5 * FIRST_DELAY_SECONDS)
        assert pm2.bot_log.count("is not a Discord id") == 1
