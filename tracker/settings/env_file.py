"""What is odd about `.env` although every setting can be read: names that nothing reads, values that a `#` cuts off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values

from tracker.secrecy import likeness, quoted

ENCODING = "utf-8-sig"
"""UTF-8, with or without the mark that editors of Windows put before it."""

_SHEETS_KEY = "GOOGLE_APPLICATION_CREDENTIALS"
_OLDER = {
    "ALERT_CHANNEL_ID": "Write ALERT_CHANNEL_IDS.",
    "APPS_SCRIPT_URL": f"Take it out: the bot writes to the sheet itself, with the key that {_SHEETS_KEY} names.",
    "BOT_TOKEN": "Write DISCORD_TOKEN.",
    "DISCORD_BOT_TOKEN": "Write DISCORD_TOKEN.",
    "FORUM_CHANNEL_ID": "Write SUPPORT_CHANNEL_ID.",
    "FORUM_ID": "Write SUPPORT_CHANNEL_ID.",
    "GOOGLE_CREDENTIALS": f"Write {_SHEETS_KEY}.",
    "GOOGLE_SHEET_ID": "Write SPREADSHEET_ID.",
    "GOOGLE_SHEETS_WEBHOOK_URL": f"Take it out: the bot writes to the sheet itself, with the key that {_SHEETS_KEY} "
    "names.",
    "GUILD_ID": "Take it out: the bot learns its server from SUPPORT_CHANNEL_ID.",
    "SHEET_ID": "Write SPREADSHEET_ID.",
    "SLA_CHANNEL_ID": "Write ALERT_CHANNEL_IDS.",
    "SPREADSHEET_URL": "Write SPREADSHEET_ID.",
    "SUPPORT_FORUM_ID": "Write SUPPORT_CHANNEL_ID.",
    "WEBHOOK_URL": f"Take it out: the bot writes to the sheet itself, with the key that {_SHEETS_KEY} names.",
}
"""Names of older editions and of tools like this one, and what takes their place."""

_NAMES_OF_PEOPLE = ("SHEET_NAME", "SUPPORT_NAME", "RESOLVED_TAGS", "TEAM_TAGS")
"""Settings whose values may well contain a `#`."""

_CUT = re.compile(r"^\s*(?:export\s+)?(\w+)\s*=\s*([^\s'\"#][^'\"#\n]*?)\s+(#[^\s#][^\n]*?)\s*$", re.MULTILINE)
"""Without quotes, what follows a blank and a `#` is a comment; one that people write begins with a blank."""


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """What is odd about the setting `name`, and its fix."""

    kind: Literal["unknown", "cut_off"]
    name: str
    text: str
    fix: str

    def __str__(self) -> str:
        return f"{self.text} {self.fix}"


def oddities(file: Path, environment: Mapping[str, str], settings: Iterable[str]) -> list[Oddity]:
    """What is odd about the file and about names in the environment. No value but a name is quoted.

    Raises:
        OSError, UnicodeDecodeError: the file is there and cannot be read.
    """
    known = list(settings)
    written = {name.upper(): None for name in dotenv_values(file, encoding=ENCODING, interpolate=False)}
    return [
        *_unread(known, written),
        *(
            Oddity(
                kind="unknown",
                name=name,
                text=f"{name} in the environment is the name of no setting, so nothing reads it.",
                fix=fix,
            )
            for name, fix in _OLDER.items()
            if name in environment and name not in written
        ),
        *(odd for odd in _cut_off(file) if not environment.get(odd.name)),
    ]


def _unread(known: list[str], written: Iterable[str]) -> Iterator[Oddity]:
    for name in written:
        guess = [] if name in known else get_close_matches(name, known, n=1, cutoff=0.8)
        fix = _OLDER.get(name) or next((f"Write {each}." for each in guess), None)
        if fix is not None:
            yield Oddity(kind="unknown", name=name, text=f"{name} in .env is no setting, so nothing reads it.", fix=fix)


def _cut_off(file: Path) -> Iterator[Oddity]:
    text = file.read_text(encoding=ENCODING) if file.is_file() else ""
    for name, kept, lost in _CUT.findall(text):
        if name.upper() in _NAMES_OF_PEOPLE:
            secret = likeness(f"{kept} {lost}") is not None
            yield Oddity(
                kind="cut_off",
                name=name.upper(),
                text=f"{name} in .env ends before its #, which begins a comment: the bot reads {quoted(kept)}.",
                fix=f'Put the value in quotes: {name}="{"…" if secret else f"{kept} {lost}"}"',
            )
