"""Commands that need not load anything anew: forks of one process that has loaded the libraries and the product.

What runs in a fork is the shipped command: its module as `__main__`, in a process, folder and environment of its own.
To load hikari and gspread takes a second of a core, and the tests start hundreds of commands. Those marked
`shipped_command` start Python itself: only these would miss a module that nobody imports.
"""

from __future__ import annotations

import asyncio
import io
import os
import runpy
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

_PRELOADED = [
    *("aiohttp", "cryptography", "gspread", "hikari", "pydantic_settings", "rich.console"),
    *("tracker.app", "tracker.sandbox.desk"),
]


class Fork:
    """A command that runs in the folder, as `asyncio.subprocess.Process` shows one.

    All it prints is added to the file `output`.
    """

    def __init__(
        self, module: str, *arguments: str, folder: Path, environment: Mapping[str, str], output: Path
    ) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(_PRELOADED)
        what = (module, arguments, folder, dict(environment), output)
        self._process = context.Process(target=_run, args=what, daemon=True)
        self._process.start()
        self._ended = asyncio.Event()
        asyncio.get_running_loop().add_reader(self._process.sentinel, self._end)

    @property
    def pid(self) -> int:
        """Its process id."""
        return int(self._process.pid or 0)

    @property
    def returncode(self) -> int | None:
        """How it ended (minus a signal's number), or None while it runs."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Wait for its end; how it ended."""
        await self._ended.wait()
        return int(self._process.exitcode or 0)

    def send_signal(self, number: int) -> None:
        """Send it a signal.

        Raises:
            ProcessLookupError: it has ended.
        """
        if self.returncode is not None:
            raise ProcessLookupError
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._process.join()
        self._ended.set()


def _run(module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str], output: Path) -> None:
    file = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for standard in (1, 2):
        os.dup2(file, standard)
    os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # What Python derives from the environment only once.
    time.tzset()
    tempfile.tempdir = None
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=environment.get("PYTHONIOENCODING", "utf-8"))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
