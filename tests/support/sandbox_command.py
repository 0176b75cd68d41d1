"""`python -m tracker.sandbox` as a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.fork_server import Fork

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
_LOOK_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class SandboxCommand:
    """The running command. What it prints goes into the file `printed`."""

    process: asyncio.subprocess.Process | Fork
    printed: Path

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self.printed.read_text(encoding="utf-8", errors="replace")

    @property
    def address(self) -> str:
        """The address that it printed."""
        found = re.findall(r"http://\S+", self.output)
        assert len(found) == 1, self.output
        return str(found[0])

    async def until_open(self) -> None:
        """Wait until it has printed the address."""
        await self.until_printed("Ctrl-C")

    async def until_printed(self, text: str) -> None:
        """Wait until it has printed this."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                ended = self.process.returncode is not None
                if text in self.output:
                    return
                assert not ended, self.output
                await asyncio.sleep(_LOOK_SECONDS)

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        return await self.process.wait()

    async def stop(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        """Press Ctrl-C; the exit code."""
        self.process.send_signal(with_signal)
        return await self.ended()


@asynccontextmanager
async def sandbox_command(
    folder: Path, *arguments: str, browser: bool = False, encoding: str = "utf-8"
) -> AsyncIterator[SandboxCommand]:
    """Start the command in a folder that is there; at the end it has ended. What it prints goes beside the folder.

    It opens no browser of the person's who runs the tests, unless `browser` says that there is another.
    """
    printed = folder.with_name(f"{folder.name} printed")
    printed.write_bytes(b"")
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    if not browser:
        arguments = ("--no-browser", *arguments)
    process = Fork("tracker.sandbox", *arguments, folder=folder, environment=environment, output=printed)
    command = SandboxCommand(process=process, printed=printed)
    try:
        yield command
    finally:
        if process.returncode is None:
            assert await command.stop() in (0, 1)
        assert "Traceback" not in command.output, command.output
