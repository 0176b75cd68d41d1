"""gspread and google-auth as they are, sent to a server on this machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import gspread
from google.auth.transport.requests import Request
from google.oauth2 import service_account
from requests import Response

SCOPE = "https://www.googleapis.com/auth/spreadsheets"


class LoopbackCredentials(service_account.Credentials):
    """google-auth as it is, but without its background question to iamcredentials.googleapis.com."""

    def before_request(self, request: Request, method: str, url: str, headers: dict[str, str]) -> None:  # noqa: ARG002
        if not self.valid:
            self.refresh(request)  # type: ignore[no-untyped-call]  # google-auth is not fully typed
        self.apply(headers)  # type: ignore[no-untyped-call]  # google-auth is not fully typed


class LoopbackClient(gspread.HTTPClient):
    """gspread as it is, sent to another scheme and host."""

    address = ""

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401
        target = urlsplit(self.address)
        moved = urlsplit(endpoint)._replace(scheme=target.scheme, netloc=target.netloc)
        return super().request(method, moved.geturl(), *args, **kwargs)
