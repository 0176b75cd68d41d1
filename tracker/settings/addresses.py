"""Ids of Discord's and of spreadsheets, and the addresses and mentions that hold them, as people copy them.

Each function raises `ValueError` as those of `values.py` do.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.secrecy import quoted

_LARGEST_ID = 2**63 - 1
_CHANNEL_LINK = re.compile(
    r"<?(?:(?:https?://)?(?:\w+\.)?discord(?:app)?\.com|discord://-)/channels/\d+/(\d+)(?:/(?:threads/)?\d+)*/?"
    r"(?:[?#].*)?>?",
    re.ASCII,
)
_SERVER_LINK = re.compile(
    r"(?:https?://)?(?:(?:\w+\.)?discord(?:app)?\.com/(?:channels/\d+/?|invite/[\w-]+)|discord\.gg/[\w-]+)", re.ASCII
)
_COPY_ID = "in Discord right-click it, Copy Channel ID (of a role: Copy Role ID)"
_MENTION = re.compile(r"<(?:#|@&)(\d+)>", re.ASCII)
_BOOK = re.compile(
    r"(?:/(?:(?:spreadsheets|file)/(?:u/\d+/)?d|v4/spreadsheets|feeds/\w+)/|^/?(?:spreadsheets/)?(?:d/)?(?=[\w-]{20,}[/?#]))"
    r"([A-Za-z0-9_-]+)"
)
"""An address of the site or of the API, or one from which a person has cut off the beginning."""
_ID_IN_QUERY = ("id", "key")
_OF_GOOGLE = re.compile(r"(?:https?://)?(?:docs|drive|sheets|spreadsheets)\.google\.com/")
_PUBLISHED = re.compile(r"(?:/d/e/|^)2PACX-|/d/e/")


def snowflake(text: str) -> int:
    """An id of Discord's, or the address or mention of a channel or role, which contains it."""
    found = _CHANNEL_LINK.fullmatch(text) or _MENTION.fullmatch(text)
    digits = found[1] if found else text
    if _SERVER_LINK.fullmatch(text):
        raise ValueError(f"{quoted(text)} is the address of a server, not of a channel; {_COPY_ID}")
    if not re.fullmatch(r"[0-9]{15,20}", digits):
        raise ValueError(f"{quoted(text)} is not a Discord id (15 to 20 digits); {_COPY_ID}")
    if int(digits) > _LARGEST_ID:
        raise ValueError(f"{quoted(text)} is not a Discord id (none is that large)")
    return int(digits)


def snowflakes(text: str) -> tuple[int, ...]:
    """Several of them, each once; there is no comma, semicolon or blank in one."""
    return tuple(dict.fromkeys(snowflake(part) for part in re.split(r"[\s,;]+", text) if part))


def spreadsheet_id(text: str) -> str:
    """The id itself, or any address of the spreadsheet that contains it."""
    if _PUBLISHED.search(text):
        raise ValueError(
            "is the address of what was published to the web (/d/e/…), which does not hold the spreadsheet's id; copy "
            "the address from the browser while you edit the spreadsheet"
        )
    found = _id_in_address(text) or text
    if not re.fullmatch(r"[A-Za-z0-9_-]{20,}", found):
        raise ValueError(f"{quoted(text)} is neither a spreadsheet's id nor its address")
    return found


def _id_in_address(text: str) -> str | None:
    address = _BOOK.search(unquote(text))
    if address is not None:
        return address[1]
    if not _OF_GOOGLE.match(text):
        return None
    query = parse_qs(urlsplit(text).query)
    return next((query[name][0] for name in _ID_IN_QUERY if name in query), None)
