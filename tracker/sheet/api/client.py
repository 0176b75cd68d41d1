"""The connection to one spreadsheet through gspread, with Google's failures turned into the product's errors.

The only module that knows gspread and HTTP; `credentials.py` reads the key with google-auth, `refusals.py` knows what a
refusal means. Synchronous, as gspread is, and to be used from one thread. It never repeats a request: whoever asked
knows whether asking again is safe.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import gspread
import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from gspread.urls import SPREADSHEET_URL

from tracker.errors import SheetError, SheetSetupError, SheetUnavailable
from tracker.secrecy import HiddenText
from tracker.sheet.api import refusals
from tracker.sheet.api.credentials import credentials_of
from tracker.sheet.api.exchange import Exchange
from tracker.sheet.api.refusals import Asked, StaleRequest
from tracker.sheet.table.cells import Json

__all__ = ["GoogleSheet", "StaleRequest"]

_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 60.0
_SIGN_IN_RETRIES = 3
"""Of a sign-in that found nobody, at once; google-auth's own number."""

_RENEWALS = 1
"""Of an access token that Google no longer takes, before what it then says is believed."""


class GoogleSheet:
    """One spreadsheet, reached with one service account.

    Every method may raise `SheetUnavailable` (try again later; a write may have been applied all the same) or
    `SheetSetupError` (a person has to change something).
    """

    def __init__(
        self,
        *,
        key_file: Path | HiddenText,
        spreadsheet_id: str,
        base_url: str,
        listener: Callable[[Exchange], None] | None = None,
    ) -> None:
        """Read the key file, unless the key itself is given; nothing is sent yet.

        `listener` hears of every answer, except those to a sign-in.

        Raises:
            SheetSetupError: the key file is missing or is not a service account's key.
        """
        self._key_file = key_file
        self._listener = listener
        self._key_refused = False
        self._ahead: timedelta | None = None
        # What went well with this key: True for writes, False for reads.
        self._worked: set[bool] = set()
        self._use_key()
        self._base = urlsplit(base_url)
        self._url = SPREADSHEET_URL % spreadsheet_id
        self._id = spreadsheet_id

    def _use_key(self) -> None:
        """Use the key that the key file holds now."""
        self._credentials = credentials_of(self._key_file)
        # As google-auth would make it, but with a note of the time in Google's answers.
        sign_in = requests.Session()
        sign_in.mount("https://", requests.adapters.HTTPAdapter(max_retries=_SIGN_IN_RETRIES))
        self._sign_in_request = Request(sign_in)
        session = AuthorizedSession(  # type: ignore[no-untyped-call]
            self._credentials, max_refresh_attempts=_RENEWALS, auth_request=self._sign_in_request
        )
        for each in (sign_in, session):
            each.hooks["response"].append(self._compare_clocks)
            # Without an `auth` of its own, requests puts a password that it finds in ~/.netrc in the token's place.
            each.auth = _as_it_is
        session.hooks["response"].append(self._let_hear)
        self._client = gspread.http_client.HTTPClient(self._credentials, session)
        self._client.set_timeout((_CONNECT_SECONDS, _ANSWER_SECONDS))
        self._key_refused = False
        self._worked.clear()

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
        return self._asked().address

    def address_of(self, tab_id: int) -> str:
        """Where a person opens the tab with this number."""
        return f"{self.address}/edit#gid={tab_id}"

    @property
    def clock_ahead(self) -> timedelta | None:
        """How far this machine's clock was ahead of Google's at the last answer, to a second; None where none said."""
        return self._ahead

    def sign_in(self) -> None:
        """Get an access token with the key. The other methods do it by themselves when they need one."""
        with self._in_plain_words():
            request = partial(self._sign_in_request, timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS))
            self._credentials.refresh(request)  # type: ignore[no-untyped-call]

    def describe(self, fields: str, ranges: Sequence[str] = ()) -> Json:
        """The parts of the spreadsheet, or of A1 ranges in it, named by the field mask `fields`. One read request."""
        return self._ask("get", "", params={"fields": fields, "ranges": list(ranges)})

    def read(self, ranges: Sequence[Json], *, by_column: bool = False) -> list[Json]:
        """The values of each grid range, as a `ValueRange` (numbers as numbers, trailing blanks cut). One read request.

        They come as a list of rows or, `by_column`, of columns, which is shorter where these are long. Grid ranges name
        the tab by its id, so a person may rename it at any time. Google answers in the order of where the ranges are
        in the tab (by column, then row), and names filters of one range together: each answer is known by the
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
        return self.change_with_replies(changes, show, fields).get("updatedSpreadsheet", {})  # type: ignore[no-any-return]

    def change_with_replies(self, changes: Sequence[Json], show: Sequence[str] = (), fields: str = "") -> Json:
        """The same, with the whole answer: `replies` shows what each of the changes did."""
        body: Json = {"requests": list(changes), "includeSpreadsheetInResponse": True}
        if show:
            body |= {"responseIncludeGridData": True, "responseRanges": list(show)}
        return self._ask("post", ":batchUpdate", json=body, params={"fields": fields} if fields else {})

    def protected(self, areas: str) -> SheetSetupError:
        """Cells (`areas` says which) that the account may not edit though it may edit others."""
        return refusals.protected(self._asked(), areas)

    def prove_editor(self, tab_id: int) -> None:
        """See that the account may change the spreadsheet, without changing anything. One write request.

        What is asked for can never be done: to add no rows to a tab that is not there (`tab_id` is nobody's number).
        Whoever may not edit is refused as such (403). Whoever may gets the answer that there is no such tab (400):
        Google looks for the tab in the spreadsheet, after it has opened that for writing. Assumed from Google's general
        rule that permission is checked first (https://google.aip.dev/211); only a write proves it for certain.

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
        asked = self._asked(path, names_cells=bool(params.get("ranges")))
        with self._in_plain_words():
            try:
                answer: Json = self._client.request(method, urlunsplit(address), params=params, **arguments).json()
            except gspread.exceptions.APIError as error:
                raise self._refused(error, asked) from error
        self._worked.add(asked.writes)
        return answer

    def _asked(self, path: str = "", *, names_cells: bool = False) -> Asked:
        return Asked(
            account=self.account,
            project=self.project,
            spreadsheet_id=self._id,
            base_url=self._base.geturl(),
            path=path,
            names_cells=names_cells,
        )

    def _compare_clocks(self, response: requests.Response, *_: object, **__: object) -> None:
        with suppress(TypeError, ValueError):  # an answer without a date, or with one that nobody can read
            dated = parsedate_to_datetime(response.headers.get("Date", ""))
            self._ahead = datetime.now(UTC) - dated.astimezone(UTC)

    def _let_hear(self, response: requests.Response, *_: object, **__: object) -> None:
        """Hand whoever listens what was asked and answered."""
        if self._listener is None:
            return
        address, sent = urlsplit(response.url), response.request.body
        self._listener(
            Exchange(
                method=str(response.request.method),
                path=address.path.partition(self._id)[2],
                fields=parse_qs(address.query).get("fields", [""])[0],
                body=_object(sent if isinstance(sent, str | bytes) else ""),
                status=response.status_code,
                answer=_object(response.content),
            )
        )

    @contextmanager
    def _in_plain_words(self) -> Iterator[None]:
        """Turn what goes wrong on the way to Google into the product's errors."""
        try:
            yield
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

    def _refused(self, error: gspread.exceptions.APIError, asked: Asked) -> SheetError:
        """What Google's refusal means; one of access that surprises counts only when a second look finds it, too.

        Reads and writes count apart: whoever was made a viewer can read between any two writes that are refused.
        """
        status = error.response.status_code
        self._key_refused = status == HTTPStatus.UNAUTHORIZED
        meant = refusals.meaning(status, error.error, asked)
        if isinstance(meant, SheetSetupError) and status in refusals.OF_ACCESS and asked.writes in self._worked:
            self._worked.discard(asked.writes)
            return SheetUnavailable(
                f"Google refuses what it allowed a moment ago; it is asked once more. {meant.what}", check=meant.check
            )
        return meant

    def _sign_in_refused(self, error: RefreshError) -> SheetError:
        answer = next((part for part in error.args if isinstance(part, dict)), None)
        if error.retryable or answer is None or "error" not in answer:
            return SheetUnavailable("Google's sign-in service is in trouble.", check="sheet.sign_in")
        self._key_refused = True
        return refusals.sign_in_refused(answer, self.account, self._ahead)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _object(text: str | bytes) -> Json:
    """The JSON object that a body is; an empty one where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _place(grid_range: Json) -> tuple[int | None, ...]:
    """What a `GridRange` covers: Google may echo it without what is 0."""
    starts = (grid_range.get(name, 0) for name in ("sheetId", "startRowIndex", "startColumnIndex"))
    return (*starts, *(grid_range.get(name) for name in ("endRowIndex", "endColumnIndex")))
