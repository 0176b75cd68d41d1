"""What a check of the set-up found: one line for a person, with the way to put right what is wrong.

The parts that know a service or this machine make findings (`discord/checks.py`, `sheet/setup/checks.py`,
`ops/machine.py`, `settings/`); the doctor shows all of them, and the start of the bot those without which it would be
useless.
"""

from __future__ import annotations

import shlex
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tracker.errors import TrackerError
from tracker.secrecy import hide


class Group(StrEnum):
    """Where a finding belongs, in the order in which a person sets things up."""

    SETTINGS = "Settings"
    MACHINE = "This machine"
    DISCORD = "Discord"
    SHEET = "Sheet"


class Level(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    """The bot works, but something it could do for its users will not happen."""

    NOT_YET = "not yet"
    """It is not there, as something that comes before it failed: a person who sets things up has not come to it."""

    FAILED = "failed"
    """The bot cannot do its work until this is put right."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    `id` is stable and for machines (`discord.token`, `sheet.shared`); `text` is what was found, as a sentence or a name
    and its value; `fix` is what a person does about it: a menu path, an address, a command. Good findings have none.
    Both are without secrets, whatever was put into them.
    """

    id: str
    group: Group
    level: Level
    text: str
    fix: str | None = None

    def __post_init__(self) -> None:
        """Hide the secrets that what others say may hold, such as an error's own words."""
        object.__setattr__(self, "text", hide(self.text))
        object.__setattr__(self, "fix", self.fix and hide(self.fix))


def in_steps(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings; of what is not there yet the first has failed, where nothing failed before it: it comes next."""
    failed = False
    for finding in findings:
        is_next = finding.level is Level.NOT_YET and not failed
        shown = replace(finding, level=Level.FAILED) if is_next else finding
        failed |= shown.level is Level.FAILED
        yield shown


def whatever_happens(group: Group, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """What a check finds; one that ends over what nobody foresaw is a finding, too, and costs no other check.

    Raises:
        TrackerError: the check's own, which says by itself what it costs.
    """
    try:
        yield from check()
    except TrackerError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one finding
        yield unforeseen(group, error)


def unforeseen(group: Group, error: Exception) -> Finding:
    """A check that ended over what nobody foresaw."""
    return Finding(
        id=f"{group.name.lower()}.unforeseen",
        group=group,
        level=Level.FAILED,
        text=f"A check ended over what nobody foresaw ({type(error).__name__}: {error!s:.200}).",
        fix="Please report it, with this line.",
    )


def for_its_owner_only(file: Path) -> str:
    """What a person does about a file that is `open_to_all`."""
    return f"See that the bot's user owns it, and: chmod 600 {shlex.quote(str(file))}"


def open_to_all(file: Path) -> bool:
    """Whether every user of this machine may read the file, a place for a secret. Windows keeps that elsewhere."""
    return sys.platform != "win32" and bool(file.stat().st_mode & stat.S_IROTH)
