"""The local Google Sheets: API v4 and the OAuth token endpoint on a loopback port.

gspread, google-auth and raw calls work against it as against Google; what it does not know it refuses, and says so in
`problems`. `faults.py` has ready-made failures, `people.py` and `menus.py` what a person can do in a sheet.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import partial
from http import HTTPStatus

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tracker.sandbox.service import Fault, Handler, Service
from tracker.sandbox.sheets import errors, spreadsheets, values
from tracker.sandbox.sheets.accounts import PROJECT_NUMBER, Accounts, ServiceAccount, TokenError
from tracker.sandbox.sheets.behaviour import Behaviour
from tracker.sandbox.sheets.cells import JSON
from tracker.sandbox.sheets.document import FileKind, Spreadsheet
from tracker.sandbox.sheets.errors import NotUnderstoodError, SheetsError
from tracker.sandbox.sheets.late import LateWrite, LateWrites
from tracker.sandbox.sheets.masks import Mask, keep
from tracker.sandbox.sheets.methods import Call, Method, without_nulls
from tracker.sandbox.sheets.quota import Quota

_AUTH = "https://www.googleapis.com/auth/"
_WRITE_SCOPES = {_AUTH + name for name in ("spreadsheets", "drive", "drive.file")}
_READ_SCOPES = _WRITE_SCOPES | {_AUTH + name for name in ("spreadsheets.readonly", "drive.readonly")}
_LATE: ContextVar[LateWrite | None] = ContextVar("late", default=None)
"""The fault that makes the request late which is being answered."""


@dataclass(kw_only=True, eq=False)
class SheetsServer(Service):
    """Google Sheets with its own service accounts, spreadsheets and quotas.

    `clock` gives seconds since the epoch; quotas and the life of tokens follow it. `behaviour` says what it does where
    nobody knows what the real one does.
    """

    clock: Callable[[], float] = time.time
    behaviour: Behaviour = field(default_factory=Behaviour)
    quota: Quota = field(init=False)
    books: dict[str, Spreadsheet] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.quota = Quota(clock=self.now)
        self._accounts = Accounts(clock=self.now)
        self._api_enabled = True
        self._late_writes = LateWrites()
        self.app.on_response_prepare.append(self._date)
        self.app.router.add_post("/token", self._token)
        for method in [*spreadsheets.METHODS, *values.METHODS]:
            path = "/v4/spreadsheets/{book:[^/:]+}" + method.path.replace("{range}", "{range:[^/]+}")
            self.app.router.add_route(method.verb, path, self._handler(method))

    def unknown_route(self, request: web.Request) -> web.Response:
        """Google's web page for an address that no service has."""
        page = (
            f"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title><p>The requested URL {request.path} was not found."
        )
        return web.Response(text=page, status=HTTPStatus.NOT_FOUND, content_type="text/html")

    def now(self) -> float:
        """The time by the server's clock, which may be exchanged at any moment."""
        return self.clock()

    def new_account(self, private_key: RSAPrivateKey | None = None) -> ServiceAccount:
        """A service account with a fresh key (or the one given, to save the time). Nothing is shared with it yet."""
        return self._accounts.add(f"{self.address}/token", private_key)

    def new_spreadsheet(self, title: str) -> Spreadsheet:
        """A new spreadsheet, shared with nobody yet."""
        book = Spreadsheet(title)
        self.books[book.id] = book
        return book

    def forget(self, book_id: str) -> None:
        """Delete a spreadsheet: from now on it is not found."""
        self.books.pop(book_id, None)

    def land_late_writes(self) -> int:
        """Let every write that was kept back by the fault `late` land now; how many there were."""
        return self._late_writes.land()

    def disable_api(self) -> None:
        """Switch the Sheets API off in the service accounts' project."""
        self._api_enabled = False

    def enable_api(self) -> None:
        """Switch the Sheets API on again."""
        self._api_enabled = True

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        self._late_writes.drop()

    async def _spoil(self, fault: Fault, request: web.Request, handler: Handler) -> None:
        if isinstance(fault, LateWrite):
            token = _LATE.set(fault)
            try:
                await handler(request)
            finally:
                _LATE.reset(token)
        else:
            await super()._spoil(fault, request, handler)

    async def _date(self, _: web.Request, response: web.StreamResponse) -> None:
        """Date every answer by the server's clock."""
        response.headers["Date"] = formatdate(self.now(), usegmt=True)

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        try:
            return web.json_response(self._accounts.grant(form))
        except TokenError as error:
            return error.response()

    def _handler(self, method: Method) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            text = await request.text()
            try:
                carry_out = self._accepted(method, request, text)
                if late := _LATE.get():
                    self._late_writes.keep(carry_out, late.seconds)
                    return web.json_response({})
                answer = carry_out()
                # As Google's description has it: indented, unless the client asks for something else.
                indent = None if request.query.get("prettyPrint", "true").lower() in ("false", "0") else 2
                return web.json_response(answer, dumps=partial(json.dumps, indent=indent))
            except NotUnderstoodError as error:
                self.problems.append(f"{request.method} {request.path}: {error.message}")
                return error.response()
            except SheetsError as error:
                return error.response()
            except Exception as error:
                self.problems.append(f"{request.method} {request.path} failed: {error!r}")
                raise

        return handle

    def _accepted(self, method: Method, request: web.Request, text: str) -> Callable[[], JSON]:
        """Check a request in the order Google does; what is returned carries it out and gives the answer."""
        email = self._caller(method, request.headers.get("Authorization", ""))
        if not self._api_enabled:
            raise errors.service_disabled(PROJECT_NUMBER)
        self.quota.use(email, write=method.writes)
        body = _parsed(text)
        method.check(request.query, body)
        book = self.books.get(request.match_info["book"])
        if book is None:
            raise errors.not_found()
        # What kind of file it is may be known also to those who may not see it.
        if book.kind is FileKind.OFFICE_FILE:
            raise errors.office_file()
        if book.kind is FileKind.OTHER:
            raise errors.wrong_kind_of_file()
        if book.roles.get(email) not in ({"writer"} if method.writes else {"writer", "reader"}):
            raise errors.permission_denied()
        if self.behaviour.most_parts is not None:
            method.check_parts(request.query, body, self.behaviour.most_parts)
        wanted = request.match_info.get("range", "")
        call = Call(book=book, params=request.query, body=body, range=wanted, email=email)
        return partial(self._carried_out, method, call, call.mask)

    def _carried_out(self, method: Method, call: Call, mask: Mask) -> JSON:
        call.book.behaviour = self.behaviour
        with call.book.acted_on_by(call.email):
            answer: JSON = keep(mask, method.run(call))
        return answer

    def _caller(self, method: Method, authorization: str) -> str:
        """The e-mail address of the account that asks, if its token allows this method."""
        kind, _, token = authorization.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise errors.missing_credentials(method.rpc)
        found = self._accounts.find(token)
        if found is None:
            raise errors.invalid_credentials(method.rpc)
        if not found.scopes & (_READ_SCOPES if method.verb == "GET" else _WRITE_SCOPES):
            raise errors.insufficient_scopes(method.rpc)
        return found.account.email


def _parsed(text: str) -> JSON:
    try:
        body = without_nulls(json.loads(text)) if text else {}
    except ValueError as error:
        raise errors.invalid(f"Invalid JSON payload received. {error}") from None
    if not isinstance(body, dict):
        raise errors.invalid("Invalid JSON payload received. The root must be an object.")
    return body
