"""What must not be shown: how a secret is recognised by its form, wherever a person has put it.

Pure. The settings ask it before they quote a value, the log and the last words of a command before they print anything.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

_HIDDEN = "[hidden]"
_LONGEST_QUOTED = 120
_LONGEST_WORD = 24
"""Of letters and digits mixed: an id has at most 20 digits, and nobody's password should be shown either."""

_TOKEN = re.compile(
    r"(?<![\w-])[\w-]*(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){3,}[\w-]*={0,2}(?:\.[\w-]+)*",
    re.ASCII,
)
"""A bot's id in base64, a time, a signature. https://discord.com/developers/docs/reference#authentication

Known by nine digits of the id in base64, three to four letters, so that a token with a letter too many or too few is
seen, too.
"""
_PARTS_AFTER_ID = 2
_PRIVATE_KEY = re.compile(r"-----BEGIN[^-]*KEY-----.*?(?:-----END[^-]*-----|$)", re.DOTALL)
_PASSWORD = re.compile(r"://[^/\s]*@")
_KEY_LINES = re.compile(
    r"(?<![\w+/])MII[\w+/]{40,}={0,2}(?:(?:\s|\\[rn])+(?:[\w+/]{16,}|[\w+/]+(?==|\s*(?:\n|\\n|$)))={0,2})*", re.ASCII
)
"""A private key without its first line, as DER in base64, with the lines that follow."""
_LINE = re.compile(r"(?<![\w+/.-])[A-Za-z0-9+/]{60,}={0,2}(?![\w+/=.-])", re.ASCII)
_IN_A_PATH = re.compile(r"[A-Z]?[a-z]{2,}|(?<![0-9])[0-9]{4}(?![0-9])|/")
_ODD = 0.3
"""Without its words and years a long path has nearly nothing left; such a line in base64 about two thirds."""
_WEBHOOK = re.compile(
    r"discord(?:app)?\.com/api(?:/v\d+)?/webhooks/\d+/[\w-]+|hooks\.slack\.com/[a-z]+/[\w/-]+", re.ASCII
)
_SCRIPT = re.compile(r"script\.google\.com/(?:a/)?macros/[\w./-]+", re.ASCII)
_API_KEY = re.compile(r"AIza[\w-]{30,}", re.ASCII)
_SIGN_IN = re.compile(r"(?<![\w/])1//0[\w-]{20,}|GOCSPX-[\w-]{20,}|ya29\.[\w.-]{20,}", re.ASCII)
_MIXED = re.compile(
    rf"(?=[\w+/=-]*[0-9])(?=[\w+/=-]*[A-Za-z])[\w+/=-]{{{_LONGEST_WORD},}}"
    rf"|[\w.-]*\.(?=[\w-]*[0-9])(?=[\w-]*[A-Za-z])[\w-]{{{_LONGEST_WORD},}}",
    re.ASCII,
)
"""Such a word, or one that ends with such a word after a dot, as a token without its beginning does."""
_JOINED = re.compile(
    r"(?<![\w-])(?:[A-Za-z]+[0-9]{0,4}|[0-9]{1,4})(?:[_-](?:[A-Za-z]+[0-9]{0,4}|[0-9]{1,4}))+(?![\w-])"
    r"|(?<![\w-])(?:[A-Z][a-z]{2,}|[0-9]{1,4}(?![0-9]))+(?![\w-])"
)
"""Words and numbers that a person has joined, such as `Support-Tickets-2026` or `SupportTickets2026`: still a name."""

KEY_SETTING = "GOOGLE_APPLICATION_CREDENTIALS"
TOKEN_SETTING = "DISCORD_TOKEN"  # noqa: S105 - a setting's name


class HiddenText:
    """A secret that shows itself in no message: only who asks for its `text` gets it."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return _HIDDEN


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What a value seems to be: `what` in words, and the setting where it belongs (None: in none)."""

    what: str
    home: str | None

    @property
    def advice(self) -> str:
        """Where it belongs, as the end of a sentence."""
        return f"belongs in {self.home}" if self.home else "belongs in no setting"


PRIVATE_KEY = Likeness(what="a private key, which", home=f"the key file that {KEY_SETTING} names")
_FORMS = (
    (_WEBHOOK, Likeness(what="the address of a webhook, which is a secret and", home=None)),
    (_SCRIPT, Likeness(what="the address of an Apps Script, which the tracker does without and which", home=None)),
    (_API_KEY, Likeness(what="an API key of Google, which may only read and", home=None)),
    (_SIGN_IN, Likeness(what="a secret of Google's sign-in, which the tracker does without and which", home=None)),
)


def likeness(text: str) -> Likeness | None:
    """What kind of secret the text is or contains; None where it looks like none."""
    if is_json(text) or _is_json_in_base64(text):
        return Likeness(what="a service account's key (JSON), which", home=KEY_SETTING)
    if _TOKEN.search(text):
        return Likeness(what="a bot token, which", home=TOKEN_SETTING)
    if _KEY_LINES.search(text) or "KEY-----" in text or '"private_key' in text:
        return PRIVATE_KEY
    if any(map(_is_out_of_a_key, _LINE.findall(text))):
        return PRIVATE_KEY
    return next((kind for form, kind in _FORMS if form.search(text)), None)


def is_json(text: str) -> bool:
    """Whether the text begins as a JSON object does: that of a key, or its first line."""
    bare = text.strip("\ufeff \t\r\n'\"")
    return bare == "{" or (bare.startswith("{") and '"' in bare)


def quoted(text: str) -> str:
    """The text in quotes, for a message; where it could be a secret, only what can be said about it."""
    if likeness(text) is not None:
        return "(hidden: it looks like a secret)"
    if len(text.splitlines()) > 1:
        return f"(hidden: it has {len(text.splitlines())} lines)"
    if len(text) > _LONGEST_QUOTED:
        return f"(hidden: it has {len(text):,} characters)"
    if _PASSWORD.search(text) or any(_MIXED.fullmatch(word) for word in re.split(r"[\s,;]+", text)):
        return "(hidden: it looks like a password)"
    return f'"{text}"'


def is_name(text: str) -> bool:
    """Whether the text can be shown as the name of something: one line that can be no secret."""
    joined = _JOINED.sub("x", text)
    return quoted(joined) == f'"{joined}"'


def hide(text: str) -> str:
    """The text with every secret in it replaced, for a log."""
    shown = text
    for form in (_TOKEN, _PRIVATE_KEY, _KEY_LINES, *(form for form, _ in _FORMS)):
        shown = form.sub(_HIDDEN, shown)
    shown = _LINE.sub(lambda line: _HIDDEN if _is_out_of_a_key(line[0]) else line[0], shown)
    return _PASSWORD.sub(f"://{_HIDDEN}@", shown)


def is_token(text: str) -> bool:
    """Whether the text as a whole has the form of a bot token."""
    head, *others = text.split(".")
    return len(others) == _PARTS_AFTER_ID and all(others) and _is_id(head)


def _is_out_of_a_key(line: str) -> bool:
    """Whether the line is one from the middle of a private key, and no long path."""
    return len(_IN_A_PATH.sub("", line)) > _ODD * len(line)


def _is_id(text: str) -> bool:
    """Whether the text is a number in base64, as the first part of a bot token is."""
    return _decoded(text).isdigit()


def _is_json_in_base64(text: str) -> bool:
    return len(text) > _LONGEST_QUOTED and _decoded(text[:64]).lstrip().startswith(b"{")


def _decoded(text: str) -> bytes:
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
