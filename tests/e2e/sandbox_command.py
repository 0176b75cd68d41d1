"""`python -m tracker.sandbox` as its own process, as `./scripts/sandbox` starts it."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 20.0


@dataclass(kw_only=True)
class SandboxCommand:
    """The running command. `output` is what it printed so far, `folder` where its temporary files go."""

    process: asyncio.subprocess.Process
    folder: Path
    output: str = ""

    @property
    def address(self) -> str:
        """The address that it printed."""
        found = re.findall(r"http://\S+", self.output)
        assert len(found) == 1, self.output
        return str(found[0])

    async def until_open(self) -> None:
        """Wait until it has printed the address."""
        assert self.process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while "Ctrl-C" not in self.output:
                line = await self.process.stdout.readline()
                assert line, self.output
                self.output += line.decode()

    async def ended(self) -> int:
        """Wait for its end; its exit code."""
        assert self.process.stdout is not None
        self.output += (await self.process.stdout.read()).decode()
        return await self.process.wait()

    async def stop(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        """Press Ctrl-C; the exit code."""
        self.process.send_signal(with_signal)
        return await self.ended()


@asynccontextmanager
async def sandbox_command(folder: Path, *arguments: str) -> AsyncIterator[SandboxCommand]:
    """Start the command in a folder that is there; at the end it has ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tracker.sandbox",
        *arguments,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    command = SandboxCommand(process=process, folder=folder)
    try:
        yield command
    finally:
        if process.returncode is None:
            assert await command.stop() in (0, 1)
        assert "Traceback" not in command.output, command.output
