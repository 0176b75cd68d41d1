"""The settings that a person must make, and the words in which others are refused."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from tracker.errors import SettingsError
from tracker.settings import Settings

TOKEN = base64.b64encode(b"1417628594471739432").decode().rstrip("=") + ".Gabcde.not-a-real-secret"
SHEET_ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz-_0123456789abcde"
REQUIRED = {"DISCORD_TOKEN": TOKEN, "SUPPORT_CHANNEL_ID": "1417628594471739432", "SPREADSHEET_ID": SHEET_ID}

Load = Callable[..., Settings]

ID_EXAMPLE = "Example: SUPPORT_CHANNEL_ID=1417628594471739432"
ID_FOUND = "Right-click the forum in Discord, Copy Channel ID (shown with User Settings > Advanced > Developer Mode). "
SHEET_EXAMPLE = "Example: SPREADSHEET_ID=https://docs.google.com/spreadsheets/d/1AbC…/edit"
TOKEN_EXAMPLE = "Example: DISCORD_TOKEN=the token from the Bot page of your Discord application"  # noqa: S105 - no token


def refusal(loaded: Load, **environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        loaded(**environment)
    return str(refused.value)
