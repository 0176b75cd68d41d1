"""gspread and google-auth as they are, but sent to the local Google Sheets."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import gspread
import requests
from google.auth.transport.requests import Request
from google.oauth2 import service_account

SCOPES = ["https://www.googleapis.com/auth/spreadsheets"]


class LoopbackCredentials(service_account.Credentials):
    """A service account without google-auth's question in the background to a second host."""

    def before_request(self, request: Request, method: str, url: str, headers: dict[str, str]) -> None:  # noqa: ARG002
        """Put a valid token into the headers of a request that is about to be sent."""
        if not self.valid:
            self.refresh(request)  # type: ignore[no-untyped-call]
        self.apply(headers)  # type: ignore[no-untyped-call]


class LoopbackClient(gspread.HTTPClient):
    """Asks the host in GOOGLE_SHEETS_URL instead of Google's."""

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> requests.Response:  # noqa: ANN401
        """One request, moved to the other host."""
        target = urlsplit(os.environ["GOOGLE_SHEETS_URL"])
        moved = urlsplit(endpoint)._replace(scheme=target.scheme, netloc=target.netloc)
        return super().request(method, moved.geturl(), *args, **kwargs)


def credentials() -> LoopbackCredentials:
    """The account of the key file in the working directory."""
    return LoopbackCredentials.from_service_account_file("credentials.json", scopes=SCOPES)  # type: ignore[no-untyped-call, no-any-return]
