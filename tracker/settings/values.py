"""How a setting's value is read: from the text that a person wrote to what the product works with.

Each function raises `ValueError` with the rest of a sentence that begins with the setting's name. A value is quoted in
it only through `secrecy.quoted`, since people also put secrets where they do not belong.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import time, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from tracker.domain.days_off import DaysOff
from tracker.domain.hours import Hours, read_days, read_hours
from tracker.domain.schedule import read_time, read_weekly
from tracker.secrecy import HiddenText, is_json, is_name, is_token, likeness, quoted
from tracker.settings.public_holidays import public_holidays
from tracker.settings.zones import suggested

Read = TypeVar("Read")

_LARGEST_PORT = 65_535
_LONGEST_SHEET_NAME = 100
_LONGEST_SUPPORT_NAME = 100
"""So that the message about a resolved thread stays far below Discord's 2,000 characters."""
_MOST_MINUTES = 1_000
"""A number without a unit is taken for minutes up to here."""
_NOON = 12
_LOOSE_HOURS = re.compile(
    r"(\d{1,2})(?:[:.]([0-5]\d))?\s*([ap]m)?\s*(?:-|\N{EN DASH}|to)\s*(\d{1,2})(?:[:.]([0-5]\d))?\s*([ap]m)?",
    re.ASCII | re.IGNORECASE,
)
_LONGEST_SPAN = timedelta(days=365)
_LONGEST_PATH, _LONGEST_PATH_PART = 4_096, 255
"""In bytes, on Linux; other systems allow less."""
_UNOPENED = re.compile(r"\$\w+|\$\{\w+\}|%\w+%|^~[\w-]*(?=/|$)", re.ASCII)
"""A variable, or a home folder, that there is not: Python leaves it as it is."""
_OF_ACCOUNTS = ".gserviceaccount.com"
_AROUND_THE_CLOCK = frozenset({"24h", "24hours", "24x7", "24/7/365", "247", "always", "allday", "aroundtheclock"})
_BLANKS = " \t\r\n\ufeff\u200b\u00a0"
_CURLY = tuple("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb")
"""The quotes that word processors and chats make of straight ones."""


class MisspeltError(ValueError):
    """A value that cannot be read, and what was perhaps meant, as it is to be written."""

    def __init__(self, wrong: str, meant: str) -> None:
        super().__init__(wrong)
        self.meant = meant


def bare(text: str) -> str:
    """The text without what cannot be seen at its ends."""
    return text.strip(_BLANKS)


def trimmed(name: str, text: str) -> str:
    """The value without blanks around it.

    Raises:
        ValueError: it is a secret that belongs elsewhere, or has quotes around it, or one, that nobody took off.
    """
    text = bare(text)
    kind = likeness(text)
    if kind is not None and kind.home != name:
        raise ValueError(f"seems to hold {kind.what} {kind.advice}; it is not shown here")
    if text[:1] in _CURLY and text[-1:] in _CURLY:
        raise ValueError(f"stands in curly quotes ({text[0]}{text[-1]}), which nothing takes off; leave them out")
    if kind is None and _has_one_quote(text):
        raise ValueError("has a quote at one end and none at the other; leave it out")
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        raise ValueError(f"stands in quotes ({text[0]}), which docker takes for a part of the value; leave them out")
    return text


def _has_one_quote(text: str) -> bool:
    """Whether one quote stands at an end; an apostrophe may well stand at the last."""
    return (text[:1] in ("'", '"') and text.count(text[0]) == 1) or (text.endswith('"') and text.count('"') == 1)


def token(text: str) -> str:
    """A bot token, which begins with the bot's id in base64."""
    if text.startswith("Bot "):
        raise ValueError('begins with "Bot ", which is no part of it; leave that word out')
    if any(sign.isspace() or not sign.isprintable() for sign in text):
        raise ValueError("has a line break or a blank in it; copy it once more")
    if not is_token(text):
        raise ValueError("is not a bot token; copy it from the Bot page of your Discord application")
    return text


def sheet_name(text: str) -> str:
    """The name of a tab."""
    if not text or len(text) > _LONGEST_SHEET_NAME:
        raise ValueError(f"needs a name of 1 to {_LONGEST_SHEET_NAME} characters")
    _see_that_it_is_a_name(text)
    return text


def support_name(text: str) -> str:
    """Who signs: one line."""
    if len(text) > _LONGEST_SUPPORT_NAME or len(text.splitlines()) > 1:
        raise ValueError(f"needs a name of 1 to {_LONGEST_SUPPORT_NAME} characters, in one line")
    _see_that_it_is_a_name(text)
    return text


def _see_that_it_is_a_name(text: str) -> None:
    """Names of a person's own are shown to others."""
    if not is_name(text):
        raise ValueError(f"is no name {quoted(text)}; write words with blanks between them")


def _see_that_it_can_be_shown(text: str) -> None:
    """Names of folders and hosts are shown, also where all is well."""
    if not is_name(text):
        raise ValueError(f"does not hold what belongs there {quoted(text)}")


def names(text: str) -> tuple[str, ...]:
    """Names of tags, separated by commas."""
    found = names_if_any(text)
    if not found:
        raise ValueError("needs at least one name")
    return found


def names_if_any(text: str) -> tuple[str, ...]:
    """Names of tags, separated by commas; there may be none."""
    found = tuple(_parts(text))
    hidden = next((quoted(part) for part in found if quoted(part) != f'"{part}"'), None)
    if hidden is not None:
        raise ValueError(f"holds what is no tag's name {hidden}; Discord's have at most 20 characters")
    return found


def path(text: str) -> Path:
    """A path, in which `~` and variables such as `$HOME` are replaced."""
    opened = Path(os.path.expanduser(os.path.expandvars(text)))  # noqa: PTH111 - Path's own fails without a home
    if "://" in text:
        raise ValueError(f"{quoted(text)} is an address; save what is there on this machine, and write its path")
    if len(opened.parts) == 1 and not os.path.exists(opened):  # noqa: PTH110 - no error where nobody may look
        _see_that_it_can_be_shown(text)
    unknown = _UNOPENED.search(str(opened))
    if unknown is not None:
        raise ValueError(f"holds {quoted(unknown[0])}, which stands for nothing here; write the whole path")
    longest = max((len(os.fsencode(part)) for part in opened.parts), default=0)
    if (lines := len(text.splitlines())) > 1:
        raise ValueError(f"is no path (hidden: it has {lines} lines)")
    if longest > _LONGEST_PATH_PART or len(os.fsencode(opened)) > _LONGEST_PATH:
        raise ValueError(f"is no path (hidden: it has {len(text):,} characters)")
    return opened


def key(text: str) -> Path | HiddenText:
    """The path of a key file, or the key's JSON itself, where a platform has no files."""
    if not is_json(text):
        if likeness(text) is not None:
            raise ValueError("holds the key's JSON in base64; write the JSON itself, or save it as a file")
        if text.endswith(_OF_ACCOUNTS):
            raise ValueError(f"{quoted(text)} is the address of the account; name the file in which its key was saved")
        return path(text)
    if not text.endswith("}"):
        raise ValueError(
            "begins with the key's JSON, but its end is missing; save the JSON as a file, or write all of it "
            "in one line between single quotes"
        )
    return HiddenText(text)


def duration(text: str) -> timedelta:
    """A time span, such as `1h30m`."""
    span = text.lower().replace(" ", "")
    if re.fullmatch(r"[0-9]+", span):
        wrong = f"{quoted(text)} lacks a unit: m for minutes, h for hours, s for seconds"
        raise MisspeltError(wrong, f"{span}m") if 0 < int(span) < _MOST_MINUTES else ValueError(wrong)
    found = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", span, re.ASCII)
    if not found:
        wrong = f"{quoted(text)} is not a time span"
        meant = re.sub(r"(?<=\d)(d|h|m|s)[a-z]+", r"\1", span)
        is_one = re.fullmatch(r"(?:[1-9]\d?d)?(?:[1-9]\d?h)?(?:[1-9]\d{0,2}m)?(?:[1-9]\d{0,2}s)?", meant, re.ASCII)
        raise MisspeltError(wrong, meant) if meant and is_one else ValueError(wrong)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if not total:
        raise ValueError(f"{quoted(text)} is too short (the shortest is 1s)")
    if total > _LONGEST_SPAN.total_seconds():
        raise ValueError(f"{quoted(text)} is longer than a year")
    return timedelta(seconds=total)


def zone(name: str) -> ZoneInfo:
    """A time zone by its name."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, LookupError) as error:
        near = suggested(name)
        wrong = f"{quoted(name)} is not a time zone of the IANA list"
        if not near:
            raise ValueError(f"{wrong}, where one is a continent and a large city in it") from error
        raise MisspeltError(f"{wrong} (perhaps {' or '.join(near)})", near[0]) from error


def hours(text: str) -> Hours:
    """The hours of a day, or of each."""
    try:
        return _read_without_secrets(read_hours, text)
    except ValueError as error:
        if re.sub(r"\s", "", text.lower()) in _AROUND_THE_CLOCK:
            raise MisspeltError(f"{quoted(text)} is not an interval of two times", "24/7") from None
        found = _LOOSE_HOURS.fullmatch(text)
        if found is None:
            raise
        first, last = (_on_the_clock(*found.group(*at)) for at in ((1, 2, 3), (4, 5, 6)))
        if first is None or last is None or first >= last:
            raise
        raise MisspeltError(str(error), f"{first}-{last}") from None


def _on_the_clock(hour: str, minute: str | None, half: str | None) -> str | None:
    """A time such as `9`, `9.30` or `6 pm` as it is written here; None where there is no such time."""
    number = int(hour)
    if half:
        if not 1 <= number <= _NOON:
            return None
        number = number % _NOON + (_NOON if half.lower() == "pm" else 0)
    return f"{number:02}:{minute or '00'}" if number < 2 * _NOON else None


def days(text: str) -> frozenset[int]:
    """Days of the week, Monday being 0."""
    return _read_without_secrets(read_days, text)


def time_of_day(text: str) -> time | None:
    """A time by the clock on the wall; None where there is none."""
    return _read_without_secrets(read_time, text) if text else None


def time_of_week(text: str) -> tuple[int, time] | None:
    """The same on one day of the week, Monday being 0."""
    return _read_without_secrets(read_weekly, text) if text else None


def days_off(text: str) -> DaysOff:
    """Public holidays and days of one's own."""
    return _read_without_secrets(lambda known: DaysOff.read(known, public_holidays), text)


def _read_without_secrets(read: Callable[[str], Read], text: str) -> Read:
    """What `read` makes of the text; it quotes parts of it where it cannot read it, but none that could be a secret."""
    try:
        return read(text)
    except ValueError:
        hidden = next((part for part in _parts(text.replace(";", ",")) if quoted(part) != f'"{part}"'), None)
        if hidden is not None:
            raise ValueError(f"{quoted(hidden)} cannot be read") from None
        raise


def team_spans(text: str) -> tuple[tuple[str, timedelta], ...]:
    """`Engineering=2h,Consulting=8h`."""
    spans = {}
    for part in _parts(text):
        team, sign, span = (word.strip() for word in part.partition("="))
        if not (team and sign and span):
            raise ValueError(f"{quoted(part)} is not a team with its time")
        if team in spans:
            raise ValueError(f"names {quoted(team)} twice")
        try:
            spans[team] = duration(span)
        except MisspeltError as error:
            raise MisspeltError(str(error), f"{team}={error.meant}") from None
    return tuple(spans.items())


def percentage(text: str) -> float | None:
    """`75%` as 0.75; None where nothing is said."""
    if not text:
        return None
    if not re.fullmatch(r"[1-9][0-9]?\s*%", text, re.ASCII):
        raise ValueError(f"{quoted(text)} is not a part of the time (from 1% to 99%)")
    return int(text.rstrip(" %")) / 100


def port(text: str) -> int | None:
    """A port to listen on; None where none is wanted."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 0 < int(text) <= _LARGEST_PORT:
        raise ValueError(f"{quoted(text)} is not a port (a number from 1 to {_LARGEST_PORT})")
    return int(text)


def host(text: str) -> str:
    """The address of an interface of this machine."""
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise ValueError(f"{quoted(text)} is not an address of this machine (such as 127.0.0.1 or 0.0.0.0)") from error


def address(text: str) -> str:
    """The base address of a service."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{quoted(text)} is not an address that begins with http:// or https://")
    return text.rstrip("/")


def proxy(text: str) -> str:
    """The address of a proxy, with http:// where it has no scheme. It may hold a password, so no message quotes it."""
    with_scheme = text if "://" in text or not text else f"http://{text}"
    wrong = "is not the address of a proxy that begins with http://"
    try:
        parts = urlsplit(with_scheme)
        is_wrong = parts.scheme != "http" or not parts.hostname or parts.port == 0
    except ValueError:
        raise ValueError(wrong) from None
    if with_scheme and is_wrong:
        raise ValueError(wrong)
    _see_that_it_can_be_shown(parts.hostname or "")
    return with_scheme


def hosts(text: str) -> str:
    """Hosts, separated by commas."""
    for part in _parts(text):
        _see_that_it_can_be_shown(part)
    return text


def one_of(text: str, *choices: str) -> str:
    """The choice that the text means, whatever its case."""
    found = next((choice for choice in choices if choice.casefold() == text.casefold()), None)
    if found is None:
        raise ValueError(f"{quoted(text)} is none of {', '.join(choices)}")
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
