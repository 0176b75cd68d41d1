"""Backlot as a judge: a process of its own on loopback, and a way to ask it and the local Google the same.

Facts about Google that backlot's source grades as measured, with the day of 2026 it was done. They are what the local
Google and the product are held to here.

`spreadsheets.get` and `:getByDataFilter`:

- Tabs come in the order of the workbook, and only those that a range touches, with cells and without. No filter means
  every tab; so do filters that are all lookups of developer metadata where there is none (10-04).
- Blocks in `data` stand in the order in which their ranges were asked for, within their tab: they are *not* sorted as
  the answers of `values:batchGetByDataFilter` are. Under `:getByDataFilter` filters that cover the same cells share one
  block, at the first one's place, also if they are written differently or become equal as an end is cut to the grid
  (10-04); `get` answers a range that is asked twice with two blocks. Overlapping ranges are not merged.
- A mask decides over the cells only if it is one: `*` alone, `()` and nothing are none. `sheets`, `sheets.*`, `*.data`
  reach the cells; `sheets.properties` does not, whatever `includeGridData` says, and the tabs are chosen by the ranges
  all the same (10-22).
- A row ends at its last cell of which the mask leaves anything, a block at its last such row; a blank within is `{}`.
  Where nothing is left there is no `rowData` (10-05, and under masks 10-22). `startRow` and `startColumn` are left out
  when 0.
- An empty grid range (end equal to start) gives a block with its starts and the metadata of the axis that is not empty
  (10-04).
- A path of a mask that names nothing in Google's description is refused before the spreadsheet is looked up; one that
  it knows and the answer lacks (`protectedRanges`, `tables`, `merges`, `userEnteredFormat`) is answered without it. Of
  a wider and a narrower path the narrower counts: `sheets,sheets.properties.title` gives titles (10-22).
- What is looked at first is refused first: the token, the body, the mask, the id of the spreadsheet, the filters one
  after the other (10-04, 10-22).
- A cell's `effectiveFormat` is the spreadsheet's `defaultFormat` with the font Arial, `hyperlinkDisplayType` and
  `horizontalAlignment` by the kind of its value: texts left, numbers right, booleans in the middle.

`values:batchGetByDataFilter`:

- Sorted by tab, then by the left, top, right and bottom of the range; filters whose answers name the same range share
  an entry and are listed in the order sent; all empty ranges share the one named `#REF!`, wherever they are (10-04).
- Filters are echoed as they were understood: a `sheetId` of 0 is left out, indexes of 0 are kept, what was not sent is
  not added (10-04).
- A refusal begins with `Invalid dataFilter[N]: `, and an unknown tab is `No grid with id: N`, where
  `:getByDataFilter` says `No sheet with id: N` and nothing before it. No filter at all is refused here only.
- Of a range refused as past the grid only the edges that were sent are named: `Data!1001:` for a start row alone.

Ids: a Doc's, a presentation's and one nobody has are 404; a folder's, a PDF's, a .docx's are 400 INVALID_ARGUMENT; an
.xlsx's is 400 FAILED_PRECONDITION, also if it is not shared; a spreadsheet that is not shared is 403 (10-06, 10-09).

Not to be learned from it: whether `tables` and `protectedRanges` come under `:getByDataFilter` for a tab, since its
workbooks have none; and false and 0 are served as `{"boolValue": false}` and `{"numberValue": 0}` without a word on
whether that was measured.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import gspread
import requests
from google.auth import crypt

from tests.support.backlot.workbook import JSON
from tests.support.loopback import SCOPE, LoopbackClient, LoopbackCredentials

_SERVE = Path(__file__).with_name("serve_backlot.py")
_PATIENCE = 30.0
"""Seconds for an answer: the first ones are asked while backlot is still starting."""


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request to make of both: `path` is what follows the spreadsheet's id."""

    name: str
    path: str = ""
    params: tuple[tuple[str, str], ...] = ()
    body: JSON | None = None
    token: str | None = None
    """Another one than the account's."""
    book: str | None = None
    """Another spreadsheet than the one that both have."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back: the status, and the JSON."""

    status: int
    body: JSON


@dataclass(frozen=True, kw_only=True)
class Google:
    """A server that answers as Google does: where it is, and a service account's key for it."""

    address: str
    key: JSON

    @contextmanager
    def client(self) -> Iterator[gspread.Client]:
        """Plain gspread for this server, signed in."""
        credentials = LoopbackCredentials(  # type: ignore[no-untyped-call]  # google-auth is not fully typed
            _signer(self.key["private_key"]), self.key["client_email"], self.key["token_uri"], scopes=[SCOPE]
        )
        client = gspread.authorize(credentials, http_client=LoopbackClient)
        assert isinstance(client.http_client, LoopbackClient)
        client.http_client.address = self.address
        client.set_timeout(_PATIENCE)
        try:
            yield client
        finally:
            client.http_client.session.close()

    def answers(self, book: str, asks: Sequence[Ask]) -> list[Answer]:
        """What is answered to each of the asks about this spreadsheet."""
        with self.client() as client:
            return [self._answer(client, book, ask) for ask in asks]

    def _answer(self, client: gspread.Client, book: str, ask: Ask) -> Answer:
        url = f"{self.address}/v4/spreadsheets/{ask.book or book}{ask.path}"
        method = "GET" if ask.body is None else "POST"
        if ask.token is None:
            session: requests.Session = client.http_client.session
            response = session.request(method, url, params=ask.params, json=ask.body, timeout=_PATIENCE)
        else:
            headers = {"Authorization": f"Bearer {ask.token}"} if ask.token else {}
            response = requests.request(
                method, url, params=ask.params, json=ask.body, headers=headers, timeout=_PATIENCE
            )
        return Answer(status=response.status_code, body=response.json())


@cache
def _signer(private_key: str) -> crypt.RSASigner:
    """google-auth's signer; reading a key takes it a while, so each is read once."""
    return crypt.RSASigner.from_string(private_key)  # type: ignore[no-untyped-call, no-any-return]  # as above


@dataclass(frozen=True, kw_only=True)
class Backlot(Google):
    """The judge, and the ids it gave to the files it was started with."""

    files: dict[str, str]

    def sheet_ids(self, title: str) -> dict[str, int]:
        """The `sheetId` of each tab of the spreadsheet with this title, by the tab's title."""
        (answer,) = self.answers(self.files[title], [Ask(name="tabs", params=(("fields", "sheets.properties"),))])
        return {tab["properties"]["title"]: tab["properties"]["sheetId"] for tab in answer.body["sheets"]}


@contextmanager
def running_backlot(folder: Path, records: Sequence[JSON]) -> Iterator[Backlot]:
    """Backlot with these files, keeping its database in `folder`, until the block ends."""
    folder.mkdir()
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, _SERVE],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("BACKLOT_")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(records) + "\n")
        process.stdin.flush()
        try:
            started: JSON = json.loads(process.stdout.readline())
            google = Google(**started)
            with google.client() as client:
                params = {"fields": "files(id,name)"}
                listed = client.http_client.session.get(
                    f"{google.address}/drive/v3/files", params=params, timeout=_PATIENCE
                )
            files = {file["name"]: file["id"] for file in listed.json()["files"]}
            yield Backlot(**started, files=files)
        finally:
            process.stdin.close()
            process.wait(_PATIENCE)
