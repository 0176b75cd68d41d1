"""The connection to one spreadsheet through gspread, with Google's failures turned into the product's errors.

The only module that knows gspread, google-auth and HTTP. It is synchronous, as gspread is, and must be used from one
thread. It never repeats a request: whoever asked knows whether asking again is safe.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import gspread
import requests
from google.auth.exceptions import GoogleAuthError, MalformedError, RefreshError
from google.oauth2 import service_account
from gspread.urls import SPREADSHEET_URL

from tracker.errors import QuotaUsedUp, SheetError, SheetSetupError, SheetUnavailable

Json = dict[str, Any]
"""An object of Google's API, described in its reference."""

_SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 60.0
_ENABLE_API = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"


class StaleRequest(SheetError):  # noqa: N818 - not a failure to report: what was asked no longer fits the sheet
    """Google refused the request as such (400): the tab is not as it was when the request was made."""


class GoogleSheet:
    """One spreadsheet, reached with one service account.

    Every method may raise `SheetUnavailable` (try again later; a write may have been applied all the same) or
    `SheetSetupError` (a person has to change something).
    """

    def __init__(self, *, key_file: Path, spreadsheet_id: str, base_url: str) -> None:
        """Read the key file; nothing is sent yet.

        Raises:
            SheetSetupError: the key file is missing or is not a service account's key.
        """
        self._key_file = key_file
        self._key_refused = False
        self._sign_in()
        self._base = urlsplit(base_url)
        self._url = SPREADSHEET_URL % spreadsheet_id
        self._id = spreadsheet_id

    def _sign_in(self) -> None:
        """Use the key that the key file holds now."""
        self._credentials = _credentials(self._key_file)
        self._client = gspread.http_client.HTTPClient(self._credentials)
        self._client.set_timeout((_CONNECT_SECONDS, _ANSWER_SECONDS))
        self._key_refused = False

    @property
    def account(self) -> str:
        """The service account's e-mail address: the one to share the sheet with."""
        return str(self._credentials.service_account_email)

    @property
    def address(self) -> str:
        """Where a person opens the spreadsheet."""
        return f"https://docs.google.com/spreadsheets/d/{self._id}"

    def describe(self, fields: str, ranges: Sequence[str] = ()) -> Json:
        """The parts of the spreadsheet, or of A1 ranges in it, named by the field mask `fields`. One read request."""
        return self._ask("get", "", params={"fields": fields, "ranges": list(ranges)})

    def read(self, ranges: Sequence[Json]) -> list[Json]:
        """The values of each grid range, as a `ValueRange` (numbers as numbers, trailing blanks cut). One read request.

        Grid ranges name the tab by its id, so a person may rename it at any time.
        """
        body = {
            "dataFilters": [{"gridRange": grid_range} for grid_range in ranges],
            "valueRenderOption": "UNFORMATTED_VALUE",
        }
        answer = self._ask("post", "/values:batchGetByDataFilter", json=body)
        return [matched["valueRange"] for matched in answer.get("valueRanges", [])]

    def look(self, fields: str, ranges: Sequence[Json]) -> Json:
        """The same as `describe`, for grid ranges. One read request."""
        body = {"dataFilters": [{"gridRange": grid_range} for grid_range in ranges]}
        return self._ask("post", ":getByDataFilter", params={"fields": fields}, json=body)

    def change(self, changes: Sequence[Json], show: Sequence[str] = ()) -> Json:
        """Apply all changes (`Request` objects) or none, in one write request.

        Returns the spreadsheet as it is right after, with the cells of the A1 ranges in `show`.
        """
        body: Json = {"requests": list(changes), "includeSpreadsheetInResponse": True}
        if show:
            body |= {"responseIncludeGridData": True, "responseRanges": list(show)}
        answer = self._ask("post", ":batchUpdate", json=body)
        return answer.get("updatedSpreadsheet", {})  # type: ignore[no-any-return]

    def _ask(self, method: str, path: str, **arguments: Any) -> Json:  # noqa: ANN401 - passed through to gspread
        if self._key_refused:
            # A person may have put a new key in the file's place.
            self._client.session.close()
            self._sign_in()
        address = urlsplit(self._url + path)
        address = address._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        try:
            return self._client.request(method, urlunsplit(address), **arguments).json()  # type: ignore[no-any-return]
        except gspread.exceptions.APIError as error:
            raise self._refused(error) from error
        except RefreshError as error:
            raise self._sign_in_refused(error) from error
        except (requests.RequestException, GoogleAuthError, OSError) as error:
            raise SheetUnavailable(f"Google Sheets could not be reached ({type(error).__name__}).") from error
        except (KeyError, TypeError, ValueError) as error:
            # gspread and google-auth stumble over answers that are not Google's: a proxy's or a captive portal's.
            raise SheetUnavailable("Something between the bot and Google Sheets answered in its place.") from error

    def _refused(self, error: gspread.exceptions.APIError) -> SheetError:
        """What Google's answer means for the person who runs the bot."""
        status = error.response.status_code
        self._key_refused = status == HTTPStatus.UNAUTHORIZED
        message = str(error.error.get("message", "")).strip()
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return QuotaUsedUp("Google's quota of requests a minute is used up.")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return SheetUnavailable(f"Google Sheets is in trouble (HTTP {status}).")
        told: dict[int, Callable[[], SheetError]] = {
            HTTPStatus.UNAUTHORIZED: lambda: SheetSetupError(
                "Google does not accept the key in GOOGLE_APPLICATION_CREDENTIALS. Make a new key for the service "
                f"account {self.account} in the Google Cloud console and put it in that file's place."
            ),
            HTTPStatus.FORBIDDEN: lambda: self._forbidden(error),
            HTTPStatus.NOT_FOUND: lambda: SheetSetupError(
                f'SPREADSHEET_ID "{self._id}" names no spreadsheet. Copy the address of the sheet from the browser.'
            ),
        }
        if status in told:
            return told[status]()
        if "above the limit of" in message:
            return SheetSetupError(
                f"The spreadsheet {self.address} is full (10 million cells). Move old rows or tabs to another one."
            )
        return StaleRequest(f"Google refused a request: {message or f'HTTP {status}'}")

    def _forbidden(self, error: gspread.exceptions.APIError) -> SheetSetupError:
        details = [detail for detail in error.error.get("details", []) if isinstance(detail, dict)]
        if any(detail.get("reason") == "SERVICE_DISABLED" for detail in details):
            project = next((d["metadata"]["consumer"] for d in details if "consumer" in d.get("metadata", {})), "")
            query = f"?project={project.removeprefix('projects/')}" if project else ""
            return SheetSetupError(
                f"The Google Sheets API is not enabled in the service account's project. Enable it at "
                f"{_ENABLE_API}{query} and wait a minute."
            )
        writing = error.response.request.url is not None and error.response.request.url.endswith(":batchUpdate")
        if writing:
            return SheetSetupError(
                f"The service account may read {self.address} but not change it. Share the sheet with {self.account} "
                "as Editor (or lift the protection of the tab)."
            )
        return SheetSetupError(
            f"The spreadsheet {self.address} is not shared with the bot. Share it with {self.account} as Editor."
        )

    def _sign_in_refused(self, error: RefreshError) -> SheetError:
        answer = next((part for part in error.args if isinstance(part, dict)), None)
        if error.retryable or answer is None or "error" not in answer:
            return SheetUnavailable("Google's sign-in service is in trouble.")
        self._key_refused = True
        reason = answer.get("error_description") or answer.get("error") or "no reason given"
        return SheetSetupError(
            f"Google does not accept the key of {self.account} in GOOGLE_APPLICATION_CREDENTIALS ({reason}). If this "
            "machine's clock is right, the key was revoked: make a new one in the Google Cloud console."
        )


class _Credentials(service_account.Credentials):
    """A service account that talks to the token endpoint and nobody else.

    google-auth would also look up the account's "regional access boundary" at a second host, in a background thread.
    That serves organizations which tie their keys to regions; here it would be one more thing to be out of reach.
    """

    def before_request(self, request: object, method: str, url: str, headers: dict[str, str]) -> None:  # noqa: ARG002
        """Put a valid token into the headers of a request that is about to be sent."""
        if not self.valid:
            self.refresh(request)  # type: ignore[no-untyped-call]
        self.apply(headers)  # type: ignore[no-untyped-call]


def _credentials(key_file: Path) -> _Credentials:
    setting = f"GOOGLE_APPLICATION_CREDENTIALS {key_file}"
    create = (
        "Create a JSON key for a service account in the Google Cloud console (IAM & Admin > Service Accounts > Keys)"
    )
    try:
        key = json.loads(key_file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SheetSetupError(f"{setting} does not exist. {create} and save it there.") from error
    except OSError as error:
        raise SheetSetupError(f"{setting} cannot be read: {error.strerror}. {create} and save it there.") from error
    except ValueError as error:
        raise SheetSetupError(f"{setting} is not JSON. {create} and save it there unchanged.") from error
    if not isinstance(key, dict) or key.get("type") != "service_account":
        raise SheetSetupError(f'{setting} is not a service account\'s key ("type" is not "service_account"). {create}.')
    try:
        return _Credentials.from_service_account_info(key, scopes=_SCOPES)  # type: ignore[no-untyped-call, no-any-return]
    except (MalformedError, ValueError) as error:
        # The error's own text may quote the key.
        raise SheetSetupError(
            f"{setting} is damaged: a field is missing or its private key is broken. {create}."
        ) from error
