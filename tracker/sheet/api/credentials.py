"""The service account's key, in a file or given itself: what it must hold, and what people save there instead."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from google.auth.exceptions import MalformedError
from google.oauth2 import service_account

from tracker.errors import SheetSetupError, fix_of
from tracker.secrecy import PRIVATE_KEY, HiddenText, likeness, quoted

_SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
_CREATE = "Create a JSON key for a service account in the Google Cloud console (IAM & Admin > Service Accounts > Keys)"
_SETTING = "GOOGLE_APPLICATION_CREDENTIALS"
_LARGEST_KEY = 10_000
"""Bytes; a key has some 2,400."""
_FIELDS = ("client_email", "token_uri", "private_key")
_EXAMPLE = "the key itself, in one line"
"""Stands in credentials.example.json in the private key's place."""
_API_KEY = "AIza"
"""How every API key of Google begins."""


class Credentials(service_account.Credentials):
    """A service account that talks to the token endpoint and nobody else.

    google-auth would also look up the account's "regional access boundary" at a second host, in a background thread.
    That serves organizations which tie their keys to regions; here it would be one more thing to be out of reach.
    """

    @property
    def sign_in_address(self) -> str:
        """Where the key file says that access tokens are given out."""
        return str(self._token_uri)

    def before_request(self, request: object, method: str, url: str, headers: dict[str, str]) -> None:  # noqa: ARG002
        """Put a valid token into the headers of a request that is about to be sent."""
        if not self.valid:
            self.refresh(request)  # type: ignore[no-untyped-call]
        self.apply(headers)  # type: ignore[no-untyped-call]


def credentials_of(source: Path | HiddenText) -> Credentials:
    """What the key file holds, or the key that is given itself, ready to sign.

    Raises:
        SheetSetupError: the file is missing or is not a service account's key. Never quotes what is in it.
    """
    setting = _SETTING if isinstance(source, HiddenText) else f"{_SETTING} {_shown(source)}"
    key = _parsed(source.text if isinstance(source, HiddenText) else _read(source, setting), setting)
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise SheetSetupError(
            f"{setting} is not a service account's key{_what_it_is(key)}.", f"{_CREATE}.", check="sheet.key"
        )
    private_key = key.get("private_key")
    if isinstance(private_key, str) and _EXAMPLE in private_key:
        raise SheetSetupError(
            f"{setting} is a copy of credentials.example.json, which holds no key.", f"{_CREATE}.", check="sheet.key"
        )
    if isinstance(private_key, str):
        # Some platforms and shells write line breaks as two characters.
        key["private_key"] = private_key.replace("\\n", "\n")
    try:
        return Credentials.from_service_account_info(key, scopes=_SCOPES)  # type: ignore[no-untyped-call, no-any-return]
    except (MalformedError, ValueError) as error:
        # The error's own text may quote the key.
        missing = next((field for field in _FIELDS if not key.get(field)), None)
        how = f"it has no {missing}" if missing else "its private key is broken"
        raise SheetSetupError(f"{setting} is damaged: {how}.", f"{_CREATE}.", check="sheet.key") from error


def _read(key_file: Path, setting: str) -> str:
    save = f"{_CREATE} and save it as {_shown(key_file.absolute())}"
    try:
        content = key_file.read_bytes()
    except FileNotFoundError as error:
        other = _other_key_beside(key_file)
        if other is not None:
            wrong = f"{setting} does not exist, but there is {other.name}, which is such a key."
            move = f"Give it its name: mv {shlex.quote(str(other))} {shlex.quote(str(key_file))}"
            raise SheetSetupError(wrong, move, check="sheet.key_file") from error
        raise SheetSetupError(f"{setting} does not exist.", f"{save}.", check="sheet.key_file") from error
    except OSError as error:
        wrong = f"{setting} cannot be read: {error.strerror}."
        raise SheetSetupError(wrong, fix_of(error, key_file), check="sheet.key_file") from error
    try:
        # Editors and shells of Windows save UTF-16, and put a mark before it or before UTF-8, or do not.
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError as error:
        raise SheetSetupError(f"{setting} is not JSON.", f"{save} unchanged.", check="sheet.key") from error


def _other_key_beside(key_file: Path) -> Path | None:
    """A key under the name that Google or Windows gave it; None where there is none, or nobody may look.

    Google names it after the project; Windows hides the end of a name, so that people write it twice.
    """
    try:
        beside = [each for each in sorted(key_file.parent.glob("*.json*")) if each.stat().st_size < _LARGEST_KEY]
        return next((each for each in beside if b'"service_account"' in each.read_bytes() and _is_whole(each)), None)
    except OSError:
        return None


def _is_whole(file: Path) -> bool:
    try:
        credentials_of(file)
    except SheetSetupError:
        return False
    return True


def _shown(path: Path) -> str:
    """The path; where its last part could be a password or a secret, only what can be said about that."""
    hidden = quoted(path.name)
    return str(path) if hidden == f'"{path.name}"' else str(path.with_name(hidden))


def _parsed(text: str, setting: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        # Not strict: where a shell has opened the line breaks of the private key, they stand in the JSON as they are.
        return json.loads(text, strict=False)
    except ValueError as error:
        raise SheetSetupError(
            f"{setting} {_why_it_is_no_json(text.strip())}.",
            f"{_CREATE} and save it there unchanged.",
            check="sheet.key",
        ) from error


def _why_it_is_no_json(text: str) -> str:
    if not text:
        return "is empty"
    if text.startswith(_API_KEY):
        return "is an API key, which may only read, not a service account's key"
    if text.startswith("{"):
        return "is not JSON" if text.endswith("}") else "is not JSON: its end is missing"
    is_key_alone = likeness(text) == PRIVATE_KEY and '"private_key' not in text
    return "holds the private key alone, not the whole JSON file" if is_key_alone else "is not JSON"


def _what_it_is(key: object) -> str:
    """What people mistake for a service account's key, as far as it can be recognised."""
    if not isinstance(key, dict):
        return ""
    if "installed" in key or "web" in key:
        return " but that of an OAuth client, with which people sign in"
    if str(key.get("keyString", "")).startswith(_API_KEY):
        return " but an API key, which may only read"
    return ' ("type" is not "service_account")'
