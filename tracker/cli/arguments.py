"""What a person writes behind a command: its options, its help, and one line about what it does not know."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NoReturn

from tracker.secrecy import hide, quoted

_ALIKE = 0.7
"""From 0 to 1. An option that exists elsewhere, such as --version, is like none of ours."""


class Arguments(argparse.ArgumentParser):
    """The parser of every command: it ends the process with 2 over what it does not know, and quotes no secret.

    Options are written in full, for what begins like one may mean another.
    """

    def __init__(self, program: str, description: str, more: str = "") -> None:
        """Of the command that a person pastes as `program`; `more` ends its help, line by line as it is."""
        super().__init__(
            prog=program,
            description=description,
            epilog=more or None,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def read(self, arguments: Sequence[str] | None, commands: Mapping[str, str] | None = None) -> argparse.Namespace:
        """The options in the arguments (those of the process, if not given); after --help the process ends with 0.

        `commands` are words that a person may have meant, each with the command to paste.
        """
        options, unknown = self.parse_known_args(arguments)
        if unknown:
            word = unknown[0].partition("=")[0]
            meant = {name: f"{self.prog} {name}" for name in self._option_string_actions if name.startswith("--")}
            meant |= commands or {}
            near = next((meant[each] for each in get_close_matches(word.lower(), meant, n=1, cutoff=_ALIKE)), None)
            self.error(f"nothing is known of {quoted(unknown[0])}" + (f"; perhaps you mean: {near}" if near else ""))
        return options

    def error(self, message: str) -> NoReturn:
        """End the process with one line; argparse's own messages quote what a person wrote."""
        shown = " ".join(_shown(word) for word in hide(message).split(" "))
        hint = "" if "perhaps you mean" in message else f"; what there is: {self.prog} --help"
        self.exit(2, f"{shown}{hint}\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End the process."""
        if message:
            print(message, end="", file=sys.stderr)  # noqa: T201 - argparse would write past what the terminal lacks
        sys.exit(status)


def _shown(word: str) -> str:
    bare = word.strip("'\":;,()")
    return word if quoted(bare) == f'"{bare}"' else word.replace(bare, "(hidden)")
