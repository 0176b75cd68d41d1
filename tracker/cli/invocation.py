"""The product's commands as a person can paste them: built from how this process was started."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "SUPPORT_TRACKER_COMMAND"
"""Where something starts the product that cannot be seen from inside, such as a container: how it does."""

_SCRIPT = "support-tracker"
_MODULES = {
    "run": "tracker",
    "doctor": "tracker.doctor",
    "init-sheet": "tracker.init_sheet",
    "backfill": "tracker.backfill",
}
_PACKAGE = Path(__file__).parents[1]
_IN_UV = "UV_RUN_RECURSION_DEPTH"
"""Set by `uv run` for what it starts."""
FOLDER = "SUPPORT_TRACKER_FOLDER"
"""Where a script starts the product in another folder than its own: the one in which the person is."""

_OF_SERVICES = ("JOURNAL_STREAM", "pm_id")
"""Set by systemd and PM2, whose logs people read in another folder."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """How a process was started: its first argument, its Python, its folder, its environment, what is on the PATH."""

    argument: str
    python: str
    folder: Path
    environment: Mapping[str, str]
    find: Callable[[str], str | None]

    def command(self, name: str, *options: str) -> str:
        """The command `name` (run, doctor, init-sheet, backfill) as it can be pasted where this one was started."""
        return " ".join([*self._beginning(name), *map(_quoted, options)])

    def _beginning(self, name: str) -> list[str]:
        given = self.environment.get(VARIABLE)
        if given:
            return [given, name]
        by_script = Path(self.argument).stem.startswith(_SCRIPT)
        if not by_script and Path(self.argument).parent != _PACKAGE:  # somebody else's program
            return ["python", "-m", _MODULES[name]]
        where = ["cd", _quoted(str(self.folder)), "&&"] if self._is_read_elsewhere() else []
        rest = [name] if by_script else ["-m", _MODULES[name]]
        if self.environment.get(_IN_UV):
            return [*where, "uv", "run", _SCRIPT if by_script else "python", *rest]
        program = str(Path(self.argument).with_name(_SCRIPT)) if by_script else self.python
        return [*where, self._shown(program), *rest]

    def _is_read_elsewhere(self) -> bool:
        """Whether the person who reads the command is in another folder than this process."""
        return any(map(self.environment.get, _OF_SERVICES)) or self.environment.get(FOLDER) not in (
            None,
            str(self.folder),
        )

    def _shown(self, program: str) -> str:
        """The program by its name if that finds it, else by its path from the folder, else by its whole path."""
        path = Path(self.folder, program)
        for name in dict.fromkeys((path.stem, "python", "python3")):
            found = self.find(name)
            if found is not None and Path(found).with_suffix("") == path.with_suffix("") and name in path.name:
                return name
        return _quoted(str(path.relative_to(self.folder) if path.is_relative_to(self.folder) else path))


def command(name: str, *options: str) -> str:
    """The command `name` (run, doctor, init-sheet, backfill) as a person can paste it."""
    start = Start(
        argument=sys.argv[0], python=sys.executable, folder=Path.cwd(), environment=os.environ, find=shutil.which
    )
    return start.command(name, *options)


def _quoted(word: str) -> str:
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)
