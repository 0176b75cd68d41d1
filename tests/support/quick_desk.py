"""A support desk for tests that start many commands."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from tests.support.fork_server import Fork
from tracker.sandbox.desk import LocalDesk


class QuickDesk(LocalDesk):
    """A desk whose commands start without loading anything anew."""

    async def launch_bot(self, module: str | None = None) -> None:
        """Start the bot, or another one, and wait for nothing."""
        self._bot = self._fork(module or self._own_bot, output=self.log_file)

    def start(self, module: str, *arguments: str) -> Fork:
        """Start a shipped command, which the caller ends; what it prints is added to the bot's log."""
        return self._fork(module, *arguments, output=self.log_file)

    async def run(self, module: str, *arguments: str) -> tuple[int, str]:
        """Run a shipped command to its end; its exit code and all it printed."""
        with NamedTemporaryFile(dir=self.folder) as output:
            command = self._fork(module, *arguments, output=Path(output.name))
            try:
                return await command.wait(), output.read().decode()
            finally:
                if command.returncode is None:
                    command.kill()

    def _fork(self, module: str, *arguments: str, output: Path) -> Fork:
        self.write_settings()
        return Fork(module, *arguments, folder=self.folder, environment=self.command_environment, output=output)
