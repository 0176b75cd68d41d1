"""What a check of the set-up found: one line for a person, with the way to mend what is wrong.

The parts that know a service or this machine make findings (`discord/checks.py`, `sheet/setup/checks.py`, `machine.py`,
`settings.py`); `doctor.py` shows all of them, and the start of the bot those without which it would be useless.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Group(StrEnum):
    """Where a finding belongs, in the order in which a person sets things up."""

    SETTINGS = "Settings"
    DISCORD = "Discord"
    SHEET = "Sheet"
    MACHINE = "This machine"


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    """The bot works, but something it could do for its users will not happen."""

    FAILED = "failed"
    """The bot cannot do its work until this is mended."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    `id` is stable and for machines (`discord.token`, `sheet.shared`); `text` is what was found, as a sentence or a name
    and its value; `fix` is what a person does about it: a menu path, an address, a command. Good findings have none.
    """

    id: str
    group: Group
    level: Level
    text: str
    fix: str | None = None


def open_to_all(file: Path) -> bool:
    """Whether every user of this machine may read the file, a place for a secret."""
    return bool(file.stat().st_mode & stat.S_IROTH)
