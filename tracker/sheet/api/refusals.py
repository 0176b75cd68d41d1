"""What Google's refusals mean for the person who runs the bot. Pure: it knows neither HTTP calls nor a clock.

The table names what only a person, or another request, can change. Everything that it does not name passes by itself.
Google's errors: https://cloud.google.com/apis/design/errors
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus

from tracker.domain.wording import duration
from tracker.errors import QuotaUsedUp, SheetError, SheetSetupError, SheetUnavailable
from tracker.sheet.table.cells import Json

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a clock may be from Google's before Google refuses what was signed by it."""

MAKE_ROOM = "Move old rows or tabs to another one."
"""What to do about a spreadsheet that is full."""

OF_ACCESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
"""Answers that Google has also given, for a moment, about spreadsheets that nobody had touched."""

_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY, 499})
"""HTTP statuses below 500 that say nothing about the request; 499 is Google's own, for a request that was cancelled."""

_PASSING_NAMES = frozenset({"ABORTED", "CANCELLED", "DEADLINE_EXCEEDED", "UNAVAILABLE"})
"""The same by Google's names, under whatever HTTP status they come."""

_QUOTA_NAME, _QUOTA_REASON = "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"
_PLAIN_DENIAL = "the caller does not have permission"
"""All that Google says where a spreadsheet is not shared, or only for viewing."""

_LIMIT = re.compile(r"above the limit of ([0-9][0-9,.]*) (\w+)")
_NUMBER = re.compile(r"\brequests\[([0-9]+)\]")
_ENABLE_API = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"
_PROJECT = "https://console.cloud.google.com/home/dashboard"
_BETWEEN = "Something between the bot and Google Sheets answered in its place"


class StaleRequest(SheetError):  # noqa: N818 - not a failure to report: what was asked no longer fits the sheet
    """Google refused the request as such (400): the tab is not as it was when the request was made.

    `reason` is Google's own message; None where the bot saw by itself that the tab has changed. `request` is the place
    in the batch, counted from 0, of the one request that Google names as the cause; None where it names none.
    """

    def __init__(self, what: str, *, reason: str | None = None) -> None:
        super().__init__(what, check="sheet.refused")
        named = _NUMBER.search(reason or "")
        self.reason = reason
        self.request = None if named is None else int(named[1])


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request to Google: who asked, for which spreadsheet, and what.

    `path` is that of the method, after the spreadsheet's id: "" for the spreadsheet itself. `names_cells` says whether
    the request named ranges of a tab, which may have gone.
    """

    account: str
    project: str
    spreadsheet_id: str
    base_url: str
    path: str
    names_cells: bool = False

    @property
    def address(self) -> str:
        """Where a person opens the spreadsheet."""
        return f"https://docs.google.com/spreadsheets/d/{self.spreadsheet_id}"

    @property
    def writes(self) -> bool:
        """Whether it asked for a change."""
        return self.path == ":batchUpdate"

    @property
    def is_about_the_whole(self) -> bool:
        """Whether it named nothing but the spreadsheet, so that nothing else can be wrong with it."""
        return not self.path and not self.names_cells


def meaning(status: int, error: Mapping[str, object], asked: Asked) -> SheetError:
    """The product's error for an answer with this HTTP status and this `error` object."""
    name = error.get("status")
    if status == HTTPStatus.TOO_MANY_REQUESTS or name == _QUOTA_NAME or _reason(error) == _QUOTA_REASON:
        return QuotaUsedUp("Google's quota of requests a minute is used up.", check="sheet.quota")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING or name in _PASSING_NAMES:
        return SheetUnavailable(f"Google Sheets is in trouble (HTTP {status}).")
    if status not in _LASTING:
        return SheetUnavailable(f"{_BETWEEN} (HTTP {status}).")
    return _LASTING[status](status, error, asked)


def protected(asked: Asked, areas: str = "") -> SheetSetupError:
    """Cells (`areas` says which, if it is known) that the account may not edit though it may edit others."""
    return SheetSetupError(
        f"Cells of {asked.address} are protected against the bot{areas and ': '}{areas}.",
        f"Data > Protect sheets and ranges: let {asked.account} edit them, or delete the protection.",
        check="sheet.protected",
    )


def sign_in_refused(answer: Mapping[str, object], account: str, ahead: timedelta | None) -> SheetSetupError:
    """What the token endpoint's refusal means; `ahead` is how far this machine's clock is ahead of Google's."""
    if ahead is not None and abs(ahead) > CLOCK_TOLERANCE:
        side = "ahead of" if ahead > timedelta() else "behind"
        return SheetSetupError(
            f"This machine's clock is {duration(abs(ahead))} {side} Google's, which therefore does not accept what the "
            "bot signs.",
            "Set the clock: sudo timedatectl set-ntp true",
            check="sheet.clock",
        )
    reason = answer.get("error_description") or answer.get("error") or "no reason given"
    return SheetSetupError(
        f"Google does not accept the key of {account} in GOOGLE_APPLICATION_CREDENTIALS ({reason}).",
        "The key was revoked, or its account deleted: make a new one in the Google Cloud console.",
        check="sheet.sign_in",
    )


def _not_possible(status: int, error: Mapping[str, object], asked: Asked) -> SheetError:
    """A 400: not a spreadsheet at all, no room, cells that are protected, or a request that does not fit any more."""
    words = _words(status, error)
    if "protected cell or object" in words:
        return protected(asked)
    limit = _LIMIT.search(words)
    if limit is not None and limit[2] in _FULL:
        return _FULL[limit[2]](asked, limit[1])
    if error.get("status") == "FAILED_PRECONDITION" and (asked.is_about_the_whole or "this document" in words):
        return SheetSetupError(
            f"SPREADSHEET_ID names a file that is no Google Sheet, most likely an uploaded Excel file (.xlsx): "
            f"{asked.address}.",
            "Open it, choose File > Save as Google Sheets, share the new spreadsheet with "
            f"{asked.account} as Editor, and put its address into SPREADSHEET_ID.",
            check="sheet.kind",
        )
    if asked.is_about_the_whole:
        return SheetSetupError(
            f'SPREADSHEET_ID "{asked.spreadsheet_id}" names no Google Sheet, but something else, such as a PDF, a '
            f"folder or a document (Google says: {words}).",
            "Open the sheet in the browser and copy its address from there.",
            check="sheet.kind",
        )
    return StaleRequest(f"Google refused a request: {words}", reason=words)


def _not_accepted(status: int, error: Mapping[str, object], asked: Asked) -> SheetError:
    """A 401, for a token that Google gave out just now."""
    if not _is_googles(status, error):
        return SheetUnavailable(f"{_BETWEEN} (HTTP {status}).")
    return SheetSetupError(
        "Google does not accept the key in GOOGLE_APPLICATION_CREDENTIALS.",
        f"Make a new key for the service account {asked.account} in the Google Cloud console and put it in that "
        "file's place.",
        check="sheet.sign_in",
    )


def _forbidden(status: int, error: Mapping[str, object], asked: Asked) -> SheetError:
    """A 403: the spreadsheet is not shared, the API not enabled, or something that only Google can name."""
    if not _is_googles(status, error):
        return SheetUnavailable(f"{_BETWEEN} (HTTP {status}).")
    words, reason = _words(status, error), _reason(error)
    if "protected cell or object" in words:
        return protected(asked)
    if reason == "SERVICE_DISABLED":
        return _api_disabled(error)
    if words.casefold().rstrip(".") != _PLAIN_DENIAL:
        why = f" ({reason})" if reason else ""
        return SheetSetupError(
            f"Google refuses the bot{why}: {words.rstrip('.')}.",
            f"Look for it in the service account's project: {_PROJECT}?project={asked.project}",
            check="sheet.forbidden",
        )
    if asked.writes:
        return SheetSetupError(
            f"The service account may read {asked.address} but not change it.",
            f"Share the sheet with {asked.account} as Editor (or lift the protection of the tab).",
            check="sheet.editable",
        )
    return SheetSetupError(
        f"The spreadsheet {asked.address} (SPREADSHEET_ID) is not shared with the bot.",
        f"Share it with {asked.account} as Editor.",
        check="sheet.shared",
    )


def _api_disabled(error: Mapping[str, object]) -> SheetSetupError:
    consumers = (str(each.get("metadata", {}).get("consumer", "")) for each in _details(error))
    project = next(filter(None, consumers), "").removeprefix("projects/")
    return SheetSetupError(
        "The Google Sheets API is not enabled in the service account's project.",
        f"Enable it at {_ENABLE_API}{project and '?project='}{project} and wait a minute.",
        check="sheet.api",
    )


def _not_found(_: int, error: Mapping[str, object], asked: Asked) -> SheetError:
    """A 404: no such spreadsheet, or an address at which there is no Google."""
    if error.get("status") != "NOT_FOUND":
        return SheetSetupError(
            f"GOOGLE_SHEETS_URL {asked.base_url} does not answer as Google Sheets does.",
            "Take GOOGLE_SHEETS_URL out of .env and the environment; only the sandbox and tests set it.",
            check="sheet.reach",
        )
    return SheetSetupError(
        f'SPREADSHEET_ID "{asked.spreadsheet_id}" names no spreadsheet.',
        "Copy the address of the sheet from the browser.",
        check="sheet.found",
    )


def _full_of_cells(asked: Asked, _: str) -> SheetSetupError:
    return SheetSetupError(
        f"The spreadsheet {asked.address} is full (10 million cells).", MAKE_ROOM, check="sheet.cells"
    )


def _full_of_tabs(asked: Asked, limit: str) -> SheetSetupError:
    return SheetSetupError(
        f"The spreadsheet {asked.address} has as many tabs as Google allows ({limit}).",
        "Delete one that nobody needs: right-click its name > Delete.",
        check="sheet.tabs",
    )


_LASTING: Mapping[int, Callable[[int, Mapping[str, object], Asked], SheetError]] = {
    HTTPStatus.BAD_REQUEST: _not_possible,
    HTTPStatus.UNAUTHORIZED: _not_accepted,
    HTTPStatus.FORBIDDEN: _forbidden,
    HTTPStatus.NOT_FOUND: _not_found,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _not_possible,
}
_FULL: Mapping[str, Callable[[Asked, str], SheetSetupError]] = {"cells": _full_of_cells, "sheets": _full_of_tabs}


def _is_googles(status: int, error: Mapping[str, object]) -> bool:
    """Whether the API itself answered; gspread makes up an error of another code for what is not JSON."""
    return error.get("code") == status


def _words(status: int, error: Mapping[str, object]) -> str:
    """Google's own message in one line; of an answer that is not the API's only its status, as it may be a web page."""
    said = " ".join(str(error.get("message", "")).split()) if _is_googles(status, error) else ""
    return said or f"HTTP {status}"


def _details(error: Mapping[str, object]) -> list[Json]:
    details = error.get("details")
    return [each for each in details if isinstance(each, dict)] if isinstance(details, list) else []


def _reason(error: Mapping[str, object]) -> str | None:
    """The machine-readable reason, such as CONSUMER_SUSPENDED, where Google gives one."""
    return next((str(each["reason"]) for each in _details(error) if each.get("reason")), None)
