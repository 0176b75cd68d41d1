"""The service account's key file: what it must hold, and what people save there instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from google.auth.exceptions import MalformedError
from google.oauth2 import service_account

from tracker.errors import SheetSetupError

_SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
_CREATE = "Create a JSON key for a service account in the Google Cloud console (IAM & Admin > Service Accounts > Keys)"
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


def credentials_of(key_file: Path) -> Credentials:
    """What the key file holds, ready to sign.

    Raises:
        SheetSetupError: the file is missing or is not a service account's key. Never quotes what is in it.
    """
    setting = f"GOOGLE_APPLICATION_CREDENTIALS {key_file}"
    key = _read(key_file, setting)
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise SheetSetupError(
            f"{setting} is not a service account's key{_what_it_is(key)}.", f"{_CREATE}.", check="sheet.key"
        )
    try:
        return Credentials.from_service_account_info(key, scopes=_SCOPES)  # type: ignore[no-untyped-call, no-any-return]
    except (MalformedError, ValueError) as error:
        # The error's own text may quote the key.
        raise SheetSetupError(
            f"{setting} is damaged: a field is missing or its private key is broken.", f"{_CREATE}.", check="sheet.key"
        ) from error


def _read(key_file: Path, setting: str) -> Any:  # noqa: ANN401 - any JSON
    save = f"{_CREATE} and save it there"
    try:
        text = key_file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise SheetSetupError(f"{setting} does not exist.", f"{save}.", check="sheet.key_file") from error
    except OSError as error:
        wrong = f"{setting} cannot be read: {error.strerror}."
        raise SheetSetupError(wrong, f"{save}.", check="sheet.key_file") from error
    except UnicodeDecodeError as error:
        raise SheetSetupError(f"{setting} is not JSON.", f"{save} unchanged.", check="sheet.key") from error
    try:
        return json.loads(text)
    except ValueError as error:
        if text.strip().startswith(_API_KEY):
            wrong = f"{setting} is an API key, which may only read, not a service account's key."
            raise SheetSetupError(wrong, f"{_CREATE}.", check="sheet.key") from error
        raise SheetSetupError(f"{setting} is not JSON.", f"{save} unchanged.", check="sheet.key") from error


def _what_it_is(key: object) -> str:
    """What people mistake for a service account's key, as far as it can be told."""
    if not isinstance(key, dict):
        return ""
    if "installed" in key or "web" in key:
        return " but that of an OAuth client, with which people sign in"
    if str(key.get("keyString", "")).startswith(_API_KEY):
        return " but an API key, which may only read"
    return ' ("type" is not "service_account")'
