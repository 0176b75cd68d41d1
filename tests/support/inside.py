"""A support desk whose bot and commands run in the test's own process: a third of what a process of their own costs.

The bot is the one that `python -m tracker` runs, from the same settings; left out are the process, its signals, and how
the command begins and ends. What depends on those is tested in `tests/e2e`. The levels of the log stay as a bot or a
command set them: a fixture puts them back.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from contextvars import ContextVar, copy_context
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tracker import app, logs
from tracker.errors import TrackerError
from tracker.sandbox.clock import Clock
from tracker.sandbox.desk import LocalDesk
from tracker.settings import Settings

_log = logging.getLogger("tracker")
_LOG: ContextVar[Path | None] = ContextVar("log", default=None)
"""The file for what the running bot logs: several bots may run side by side."""

_LAST_SECONDS = 0.2


class InsideDesk(LocalDesk):
    """A desk that starts no process."""

    async def launch_bot(self, module: str | None = None) -> None:
        """Start the bot, and wait for nothing."""
        if module is not None:
            raise ValueError(f"{module} needs a process of its own")
        self._bot = _Task(_read(self.settings, self.folder), self.clock, self.log_file)

    async def run(self, module: str, *arguments: str) -> tuple[int, str]:
        """Run a command to its end, in a thread; its exit code and all it printed."""
        self.write_settings()
        return await asyncio.to_thread(_run, module, arguments, self.folder, self.command_environment)


class _Task:
    """A bot that runs in this process, as `tracker.sandbox.desk.Running` describes one."""

    pid = os.getpid()

    def __init__(self, settings: Settings, clock: Clock, log: Path) -> None:
        context = copy_context()
        context.run(_LOG.set, log)
        self._task = asyncio.get_running_loop().create_task(self._run(settings, clock, log), context=context)

    @property
    def returncode(self) -> int | None:
        """How it ended, or None while it runs."""
        return self._task.result() if self._task.done() else None

    async def wait(self) -> int:
        """Wait for its end; how it ended."""
        await asyncio.wait([self._task])
        return self._task.result()

    def send_signal(self, _: int) -> None:
        """Let it stop as at a signal."""
        self._bot.cancel()

    def kill(self) -> None:
        """End it; unlike a process that is killed it has a moment left for what it is doing."""
        self._bot.cancel()
        asyncio.get_running_loop().call_later(_LAST_SECONDS, self._bot.cancel)

    async def _run(self, settings: Settings, clock: Clock, log: Path) -> int:
        with _logged(settings, log):
            self._bot = asyncio.create_task(app.run(settings, clock.now))
            try:
                await self._bot
            except asyncio.CancelledError:
                return 0
            except TrackerError as error:
                _log.error("%s", error)
                return 1
            return 0


@contextmanager
def _logged(settings: Settings, file: Path) -> Iterator[None]:
    """While the block runs, what is logged in it is added to the file, as the command would print it."""
    with file.open("a", encoding="utf-8") as output:
        with redirect_stderr(output):
            logs.set_up(settings.log_level, settings.log_format)
        handler = logging.getLogger().handlers[-1]
        handler.addFilter(lambda _: _LOG.get() == file)
        try:
            yield
        finally:
            logging.getLogger().removeHandler(handler)


def _read(settings: Mapping[str, str], folder: Path) -> Settings:
    """The settings as a start in that folder reads them."""
    places = {"DATA_DIR": "data", "GOOGLE_APPLICATION_CREDENTIALS": "credentials.json"} | dict(settings)
    paths = {name: str(folder / places[name]) for name in ("DATA_DIR", "GOOGLE_APPLICATION_CREDENTIALS")}
    given: dict[str, Any] = {name.lower(): value for name, value in (places | paths).items() if value}
    return Settings(_env_file=None, **given)


def _run(module: str, arguments: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    root = logging.getLogger()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(printed):
        patch.chdir(folder)
        for name in [*os.environ]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        command = import_module(module)
        patch.setattr(sys, "argv", [str(command.__file__), *arguments])
        try:
            code = command.main(arguments)
        except SystemExit as ended:  # by argparse
            code = ended.code
        finally:
            root.handlers[:] = [each for each in root.handlers if getattr(each, "stream", None) is not printed]
    printed.flush()
    return code, printed.buffer.getvalue().decode()
