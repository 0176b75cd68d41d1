"""What is odd about `.env` although every setting can be read.

Names that nothing reads, lines that cannot be read, values that a `#` cuts off or that another line or the environment
hides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from tracker.secrecy import KEY_SETTING, TOKEN_SETTING, likeness, quoted
from tracker.settings.env_lines import ENCODING, Line, Lines, Unread

_OLDER = {
    "ALERT_CHANNEL_ID": "Write ALERT_CHANNEL_IDS.",
    "APPS_SCRIPT_URL": f"Take it out: the bot writes to the sheet itself, with the key that {KEY_SETTING} names.",
    "BOT_TOKEN": "Write DISCORD_TOKEN.",
    "DISCORD_BOT_TOKEN": "Write DISCORD_TOKEN.",
    "FORUM_CHANNEL_ID": "Write SUPPORT_CHANNEL_ID.",
    "FORUM_ID": "Write SUPPORT_CHANNEL_ID.",
    "GOOGLE_CREDENTIALS": f"Write {KEY_SETTING}.",
    "GOOGLE_CREDENTIALS_JSON": f"Write {KEY_SETTING}.",
    "GOOGLE_SERVICE_ACCOUNT_FILE": f"Write {KEY_SETTING}.",
    "GOOGLE_SERVICE_ACCOUNT_JSON": f"Write {KEY_SETTING}.",
    "GOOGLE_SHEET_ID": "Write SPREADSHEET_ID.",
    "GOOGLE_SHEETS_WEBHOOK_URL": f"Take it out: the bot writes to the sheet itself, with the key that {KEY_SETTING} "
    "names.",
    "GUILD_ID": "Take it out: the bot learns its server from SUPPORT_CHANNEL_ID.",
    "SHEET_ID": "Write SPREADSHEET_ID.",
    "SLA_CHANNEL_ID": "Write ALERT_CHANNEL_IDS.",
    "SPREADSHEET_URL": "Write SPREADSHEET_ID.",
    "SUPPORT_FORUM_ID": "Write SUPPORT_CHANNEL_ID.",
    "WEBHOOK_URL": f"Take it out: the bot writes to the sheet itself, with the key that {KEY_SETTING} names.",
}
"""Names of older editions and of tools like this one, and what takes their place."""

_NAMES_OF_PEOPLE = ("SHEET_NAME", "SUPPORT_NAME", "RESOLVED_TAGS", "TEAM_TAGS")
"""Settings whose values may well contain a `#`."""

_EXAMPLE = ".env.example"
_COPY, _MAKE = f"cp {_EXAMPLE} .env", "touch .env && chmod 600 .env"
"""The first in a checkout, the second where the package is installed and there is nothing to copy."""

_SAVED_AS = (".env.txt", "env.txt", "env", "_env")
"""What editors and browsers make of the name."""

_CUT = re.compile(r"^\s*(?:export\s+)?(\w+)\s*=\s*([^\s'\"#][^'\"#\n]*?)\s+(#[^\s#][^\n]*?)\s*$", re.MULTILINE)
"""Without quotes, what follows a blank and a `#` is a comment; one that people write begins with a blank."""


@dataclass(frozen=True, kw_only=True)
class Oddity:
    """What is odd about the setting `name`, and its fix."""

    kind: Literal["unknown", "older", "cut_off", "twice", "hidden", "unread", "absent"]
    name: str
    text: str
    fix: str

    def __str__(self) -> str:
        return f"{self.text} {self.fix}"


def absent(file: Path) -> Oddity | None:
    """What is to be said where the file is not there; None where it is."""
    if file.is_file():
        return None
    is_checkout = file.with_name(_EXAMPLE).is_file()
    make = _COPY if is_checkout else _MAKE
    fill = "fill it in" if is_checkout else "write a line NAME=value for each setting into it"
    what, fix = f"There is no {file}.", f"Run this command in the folder where it is; or make it, and {fill}: {make}"
    if file.is_dir():
        what = f"{file} is a folder, as docker makes one where the file of a mount is missing."
        fix = f"Put the file in its place: rmdir {file.name} && {make}"
    other = next((name for name in _SAVED_AS if file.with_name(name).is_file()), None)
    if other is not None and not file.is_dir():
        what, fix = f"{what[:-1]}, but there is {other}.", f"Give it its name: mv {other} {file.name}"
    return Oddity(kind="absent", name=file.name, text=what, fix=fix)


def oddities(file: Path, environment: Mapping[str, str], settings: Iterable[str]) -> list[Oddity]:
    """What is odd about the file and about names in the environment. No value but a name is quoted.

    Raises:
        OSError, UnicodeDecodeError: the file is there and cannot be read.
    """
    known = list(settings)
    lines = Lines.of(file)
    written = lines.values
    given = {name.upper(): value for name, value in environment.items() if value}
    return [
        *(_unread(known, each) for each in lines.unread),
        *_unknown(known, written),
        *(_twice(name, several) for name, several in lines.several.items() if name in known),
        *_hidden({name: value for name, value in written.items() if name in known}, given),
        *(
            Oddity(
                kind="older",
                name=name,
                text=f"{name} in the environment is the name of no setting, so nothing reads it.",
                fix=fix,
            )
            for name, fix in _OLDER.items()
            if name in environment and name not in written
        ),
        *(odd for odd in _cut_off(file) if not environment.get(odd.name)),
    ]


def _unread(known: list[str], lines: Unread) -> Oddity:
    where = f"{lines.where[0].upper()}{lines.where[1:]}"
    name = lines.word if lines.word in _OLDER or _nearest(lines.word, known) else ""
    text = f"{where} of .env{f' ({name})' if name else ''} cannot be read."
    fix = f"Write {name or 'NAME'}=value there, in one line."
    kind = likeness(lines.text)
    if lines.unclosed and (name or kind is None):
        text = f"{text[:-1]}: the quote ({lines.unclosed}) is not closed."
        fix = f"Close it at the end of the value: {name or 'NAME'}={lines.unclosed}…{lines.unclosed}"
    elif kind is not None:
        text = f"{where} of .env cannot be read; there seems to be {kind.what} {kind.advice}."
        fix = f"Write {kind.home}=value, in one line." if kind.home == TOKEN_SETTING else "Take it out."
        if kind.home and KEY_SETTING in kind.home:
            fix = f"Save the key's JSON as a file of its own, and name that file: {KEY_SETTING}=credentials.json"
    return Oddity(kind="unread", name=name, text=text, fix=fix)


def _nearest(name: str, known: list[str]) -> str | None:
    """The setting that the name is or was perhaps to be."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)


def _twice(name: str, lines: list[Line]) -> Oddity:
    *others, last = lines
    numbers = ", ".join(str(line.number) for line in others)
    which = last if others and not last.value else None
    text = f"{name} stands more than once in .env (lines {numbers} and {last.number}): the last one counts"
    more = ", which is empty" if which else ""
    fix = f"Take out line {last.number}." if which else "Take out the others."
    return Oddity(kind="twice", name=name, text=f"{text}{more}.", fix=fix)


def _hidden(written: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Oddity]:
    for name, value in written.items():
        if value and given.get(name, value) != value:
            text = f"{name} in .env is not read: the environment sets it, too, and wins."
            yield Oddity(kind="hidden", name=name, text=text, fix=f"Take it out of one of the two; here: unset {name}")


def _unknown(known: list[str], written: Iterable[str]) -> Iterator[Oddity]:
    for name in (each for each in written if each not in known):
        guess = _nearest(name, known)
        text = f"{name} in .env is no setting, so nothing reads it."
        if name in _OLDER:
            yield Oddity(kind="older", name=name, text=text, fix=_OLDER[name])
        elif guess is not None:
            yield Oddity(kind="unknown", name=name, text=text, fix=f"Write {guess}.")


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
