"""The connection to one spreadsheet through gspread, with Google's failures turned into the product's errors.

The only module that knows gspread and HTTP; `credentials.py` reads the key with google-auth. Synchronous, as gspread
is, and to be used from one thread. It never repeats a request: whoever asked knows whether asking again is safe.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import gspread
import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from gspread.urls import SPREADSHEET_URL

from tracker.domain.wording import duration
from tracker.errors import QuotaUsedUp, SheetError, SheetSetupError, SheetUnavailable
from tracker.sheet.api.credentials import credentials_of
from tracker.sheet.table.cells import Json

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a clock may be from Google's before Google refuses what was signed by it."""

MAKE_ROOM = "Move old rows or tabs to another one."
"""What to do about a spreadsheet that is full."""

_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 60.0
_SIGN_IN_RETRIES = 3
"""Of a sign-in that found nobody, at once; google-auth's own number."""

_REQUEST = re.compile(r"requests\[([0-9]+)\]")
_ENABLE_API = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"


class StaleRequest(SheetError):  # noqa: N818 - not a failure to report: what was asked no longer fits the sheet
    """Google refused the request as such (400): the tab is not as it was when the request was made.

    `reason` is what Google said; `request` is the number of the change that it refused, where it told that.
    """

    def __init__(self, what: str, *, reason: str = "", request: int | None = None) -> None:
        super().__init__(what)
        self.reason = reason
        self.request = request


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
        self._ahead: timedelta | None = None
        self._use_key()
        self._base = urlsplit(base_url)
        self._url = SPREADSHEET_URL % spreadsheet_id
        self._id = spreadsheet_id

    def _use_key(self) -> None:
        """Use the key that the key file holds now."""
        self._credentials = credentials_of(self._key_file)
        # As google-auth would make it, but with an ear for the time that Google's answers tell.
        sign_in = requests.Session()
        sign_in.mount("https://", requests.adapters.HTTPAdapter(max_retries=_SIGN_IN_RETRIES))
        self._sign_in_request = Request(sign_in)
        session = AuthorizedSession(self._credentials, auth_request=self._sign_in_request)  # type: ignore[no-untyped-call]
        for each in (sign_in, session):
            each.hooks["response"].append(self._compare_clocks)
        self._client = gspread.http_client.HTTPClient(self._credentials, session)
        self._client.set_timeout((_CONNECT_SECONDS, _ANSWER_SECONDS))
        self._key_refused = False

    @property
    def account(self) -> str:
        """The service account's e-mail address: the one to share the sheet with."""
        return str(self._credentials.service_account_email)

    @property
    def project(self) -> str:
        """The Google Cloud project of the service account; "" where the key file does not name it."""
        return str(self._credentials.project_id or "")

    @property
    def sign_in_address(self) -> str:
        """Where Google gives out access tokens for the key."""
        return self._credentials.sign_in_address

    @property
    def address(self) -> str:
        """Where a person opens the spreadsheet."""
        return f"https://docs.google.com/spreadsheets/d/{self._id}"

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock was ahead of Google's at the last answer, to a second; None where none told."""
        return self._ahead

    def sign_in(self) -> None:
        """Get an access token with the key. The other methods do it by themselves when they need one."""
        with self._in_plain_words():
            self._credentials.refresh(self._sign_in_request)  # type: ignore[no-untyped-call]

    def describe(self, fields: str, ranges: Sequence[str] = ()) -> Json:
        """The parts of the spreadsheet, or of A1 ranges in it, named by the field mask `fields`. One read request."""
        return self._ask("get", "", params={"fields": fields, "ranges": list(ranges)})

    def read(self, ranges: Sequence[Json], *, by_column: bool = False) -> list[Json]:
        """The values of each grid range, as a `ValueRange` (numbers as numbers, trailing blanks cut). One read request.

        They come as a list of rows or, `by_column`, of columns, which is shorter where these are long. Grid ranges name
        the tab by its id, so a person may rename it at any time. Google answers in the order of where the ranges are
        in the tab (by column, then row), and tells of filters of one range together: each answer is known by the
        filters that it echoes (measured in October 2026 by the authors of the PyPI package backlot).
        """
        body = {
            "dataFilters": [{"gridRange": grid_range} for grid_range in ranges],
            "valueRenderOption": "UNFORMATTED_VALUE",
            "majorDimension": "COLUMNS" if by_column else "ROWS",
        }
        answer = self._ask("post", "/values:batchGetByDataFilter", json=body)
        found = {
            _place(each["gridRange"]): matched["valueRange"]
            for matched in answer.get("valueRanges", [])
            for each in matched["dataFilters"]
        }
        try:
            return [found[_place(grid_range)] for grid_range in ranges]
        except KeyError as error:
            raise SheetUnavailable("Google answered without some of the ranges that were asked for.") from error

    def look(self, fields: str, ranges: Sequence[Json]) -> Json:
        """The same as `describe`, for grid ranges. One read request."""
        body = {"dataFilters": [{"gridRange": grid_range} for grid_range in ranges]}
        return self._ask("post", ":getByDataFilter", params={"fields": fields}, json=body)

    def change(self, changes: Sequence[Json], show: Sequence[str] = (), fields: str = "") -> Json:
        """Apply all changes (`Request` objects) or none, in one write request.

        Returns the spreadsheet as it is right after, with the cells of the A1 ranges in `show`. The mask `fields`
        decides what of it comes back.
        """
        return self.change_and_tell(changes, show, fields).get("updatedSpreadsheet", {})  # type: ignore[no-any-return]

    def change_and_tell(self, changes: Sequence[Json], show: Sequence[str] = (), fields: str = "") -> Json:
        """The same, with the whole answer: `replies` tells what each of the changes did."""
        body: Json = {"requests": list(changes), "includeSpreadsheetInResponse": True}
        if show:
            body |= {"responseIncludeGridData": True, "responseRanges": list(show)}
        return self._ask("post", ":batchUpdate", json=body, params={"fields": fields} if fields else {})

    def prove_editor(self, tab_id: int) -> None:
        """See that the account may change the spreadsheet, without changing anything. One write request.

        What is asked for can never be done: to add no rows to a tab that is not there (`tab_id` is nobody's number).
        Whoever may not edit is refused as such (403). Whoever may is told that there is no such tab (400): Google
        looks for the tab in the spreadsheet, after it has opened that for writing. Assumed from Google's general rule
        that permission is checked first (https://google.aip.dev/211); only a write proves it for certain.

        Raises:
            SheetSetupError: the account may only look.
        """
        with suppress(StaleRequest):
            self.change([{"appendCells": {"sheetId": tab_id, "rows": [], "fields": "userEnteredValue"}}])

    def _ask(self, method: str, path: str, **arguments: Any) -> Json:  # noqa: ANN401 - passed through to gspread
        if self._key_refused:
            # A person may have put a new key in the file's place.
            self._client.session.close()
            self._use_key()
        address = urlsplit(self._url + path)
        address = address._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        # Google indents what it answers, unless asked not to.
        params = {**arguments.pop("params", {}), "prettyPrint": "false"}
        with self._in_plain_words():
            return self._client.request(method, urlunsplit(address), params=params, **arguments).json()  # type: ignore[no-any-return]

    def _compare_clocks(self, response: requests.Response, *_: object, **__: object) -> None:
        with suppress(TypeError, ValueError):  # an answer without a date, or with one that nobody can read
            told = parsedate_to_datetime(response.headers.get("Date", ""))
            self._ahead = datetime.now(UTC) - told.astimezone(UTC)

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        """Turn what goes wrong with a request into the product's errors."""
        try:
            yield
        except gspread.exceptions.APIError as error:
            raise self._refused(error) from error
        except RefreshError as error:
            raise self._sign_in_refused(error) from error
        except GoogleAuthError as error:
            wrong = f"Google's sign-in service could not be reached ({type(error).__name__})."
            raise SheetUnavailable(wrong, check="sheet.sign_in") from error
        except (requests.RequestException, OSError) as error:
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
            return QuotaUsedUp("Google's quota of requests a minute is used up.", check="sheet.quota")
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return SheetUnavailable(f"Google Sheets is in trouble (HTTP {status}).")
        told: dict[int, Callable[[], SheetError]] = {
            HTTPStatus.UNAUTHORIZED: lambda: SheetSetupError(
                "Google does not accept the key in GOOGLE_APPLICATION_CREDENTIALS.",
                f"Make a new key for the service account {self.account} in the Google Cloud console and put it in that "
                "file's place.",
                check="sheet.sign_in",
            ),
            HTTPStatus.FORBIDDEN: lambda: self._forbidden(error),
            HTTPStatus.NOT_FOUND: lambda: self._not_found(error),
        }
        return told[status]() if status in told else self._not_possible(error, message)

    def _not_possible(self, error: gspread.exceptions.APIError, message: str) -> SheetError:
        """What a 400 means: a request that does not fit this spreadsheet as it is, or any more."""
        if error.error.get("status") == "FAILED_PRECONDITION":
            return SheetSetupError(
                f"SPREADSHEET_ID names a file that is no Google Sheet, most likely an uploaded Excel file (.xlsx): "
                f"{self.address}.",
                "Open it, choose File > Save as Google Sheets, share the new spreadsheet with "
                f"{self.account} as Editor, and put its address into SPREADSHEET_ID.",
                check="sheet.kind",
            )
        if "above the limit of" in message:
            wrong = f"The spreadsheet {self.address} is full (10 million cells)."
            return SheetSetupError(wrong, MAKE_ROOM, check="sheet.cells")
        if "protected cell or object" in message:
            return self.protected("")
        reason = message or f"HTTP {error.response.status_code}"
        named = _REQUEST.search(message)
        return StaleRequest(
            f"Google refused a request: {reason}", reason=reason, request=int(named[1]) if named else None
        )

    def protected(self, areas: str) -> SheetSetupError:
        """Cells (`areas` says which, if it is known) that the account may not edit though it may edit others."""
        return SheetSetupError(
            f"Cells of {self.address} are protected against the bot{areas and ': '}{areas}.",
            f"Data > Protect sheets and ranges: let {self.account} edit them, or delete the protection.",
            check="sheet.protected",
        )

    def _not_found(self, error: gspread.exceptions.APIError) -> SheetSetupError:
        if error.error.get("status") != "NOT_FOUND":
            return SheetSetupError(
                f"GOOGLE_SHEETS_URL {self._base.geturl()} does not answer as Google Sheets does.",
                "Take GOOGLE_SHEETS_URL out of .env and the environment; only the sandbox and tests set it.",
                check="sheet.reach",
            )
        return SheetSetupError(
            f'SPREADSHEET_ID "{self._id}" names no spreadsheet.',
            "Copy the address of the sheet from the browser.",
            check="sheet.found",
        )

    def _forbidden(self, error: gspread.exceptions.APIError) -> SheetSetupError:
        details = [detail for detail in error.error.get("details", []) if isinstance(detail, dict)]
        if any(detail.get("reason") == "SERVICE_DISABLED" for detail in details):
            project = next((d["metadata"]["consumer"] for d in details if "consumer" in d.get("metadata", {})), "")
            query = f"?project={project.removeprefix('projects/')}" if project else ""
            return SheetSetupError(
                "The Google Sheets API is not enabled in the service account's project.",
                f"Enable it at {_ENABLE_API}{query} and wait a minute.",
                check="sheet.api",
            )
        if urlsplit(error.response.url).path.endswith(":batchUpdate"):
            return SheetSetupError(
                f"The service account may read {self.address} but not change it.",
                f"Share the sheet with {self.account} as Editor (or lift the protection of the tab).",
                check="sheet.editable",
            )
        return SheetSetupError(
            f"The spreadsheet {self.address} is not shared with the bot.",
            f"Share it with {self.account} as Editor.",
            check="sheet.shared",
        )

    def _sign_in_refused(self, error: RefreshError) -> SheetError:
        answer = next((part for part in error.args if isinstance(part, dict)), None)
        if error.retryable or answer is None or "error" not in answer:
            return SheetUnavailable("Google's sign-in service is in trouble.", check="sheet.sign_in")
        self._key_refused = True
        if self._ahead is not None and abs(self._ahead) > CLOCK_TOLERANCE:
            side = "ahead of" if self._ahead > timedelta() else "behind"
            return SheetSetupError(
                f"This machine's clock is {duration(abs(self._ahead))} {side} Google's, which therefore does not "
                "accept what the bot signs.",
                "Set the clock: sudo timedatectl set-ntp true",
                check="sheet.clock",
            )
        reason = answer.get("error_description") or answer.get("error") or "no reason given"
        return SheetSetupError(
            f"Google does not accept the key of {self.account} in GOOGLE_APPLICATION_CREDENTIALS ({reason}).",
            "The key was revoked, or its account deleted: make a new one in the Google Cloud console.",
            check="sheet.sign_in",
        )


def _place(grid_range: Json) -> tuple[int | None, ...]:
    """What a `GridRange` covers: Google may echo it without what is 0."""
    starts = (grid_range.get(name, 0) for name in ("sheetId", "startRowIndex", "startColumnIndex"))
    return (*starts, *(grid_range.get(name) for name in ("endRowIndex", "endColumnIndex")))
