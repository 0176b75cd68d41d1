"""What the tests of the repository share: a prepared tab, people in it, and a memory of what was written."""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from tests.support.google import watch
from tests.support.keys import private_key
from tests.support.prepared import prepared_again, remember
from tracker.domain.cells import Cells, CellValue
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.ticket import Ticket
from tracker.sandbox.service import Handler
from tracker.sandbox.sheets import SheetsServer
from tracker.sandbox.sheets.behaviour import SWITCHES
from tracker.sandbox.sheets.cells import Entered
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.recovery.images import ImageTab, made_ready
from tracker.sheet.repository import SheetRepository
from tracker.sheet.setup.plan import carry_out, make_plan
from tracker.sheet.table.columns import KEY, NAMES, Desk, cells_of
from tracker.sheet.table.rows import Row
from tracker.sheet.write.plan import Kept, OpenWrite, Outcome, WritePlan, as_text, from_text

KOLKATA = ZoneInfo("Asia/Kolkata")
DESK = Desk(
    zone=KOLKATA,
    hours=BusinessHours(week=weekly(((9 * 60, 18 * 60),), frozenset(range(5))), zone=KOLKATA),
    teams=("Engineering", "Consulting"),
)
OPENED = datetime(2026, 2, 4, 10, 30, tzinfo=KOLKATA)
TITLE = "Support Tickets"
ROWS = 100
"""A tenth of a tab at Google, so that it fills up as many times quicker."""

TypedCells = list[tuple[str, str, CellValue]]
"""Cells as (column, kind, value)."""


def snowflake(at: datetime, number: int = 0) -> int:
    """A Discord id made at this moment."""
    return (int((at - datetime(2015, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)) << 22) + number


def ticket(number: int, title: str = "", **fields: Any) -> Ticket:  # noqa: ANN401 - the fields of a ticket
    thread_id = snowflake(OPENED + timedelta(minutes=number), 4_194_000 + number)
    made = {"guild_id": 1417628594471739000, "author_id": 7, "author_name": "mia", "title": title or f"Ticket {number}"}
    return Ticket(**{"thread_id": thread_id, **made, **fields})


@dataclass(frozen=True, kw_only=True)
class Flushed:
    """One flush: what was planned, and what came of it."""

    plan: WritePlan
    outcome: Outcome

    @property
    def confirmed(self) -> set[int]:
        """The tickets whose rows were proved to be right."""
        return set(self.outcome.known)


@dataclass(kw_only=True)
class Office:
    """A prepared tab, a repository on it, and what a store would remember: the wanted and the confirmed cells."""

    sheets: SheetsServer
    book: Spreadsheet
    tab: Tab
    key_file: Path
    google: GoogleSheet = field(init=False)
    repository: SheetRepository = field(init=False)
    wanted: dict[int, Cells] = field(default_factory=dict)
    known: dict[int, Cells] = field(default_factory=dict)
    answer_sizes: list[int] = field(default_factory=list)
    """Of each answer's body, in bytes."""
    open_write: OpenWrite | None = None
    kept: list[Kept] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    races: int = 0

    def __post_init__(self) -> None:
        self.connect()

    def connect(self) -> None:
        """A new connection to Google."""
        self.google = GoogleSheet(key_file=self.key_file, spreadsheet_id=self.book.id, base_url=self.sheets.address)
        self.start_again()

    def start_again(self) -> None:
        """A repository that has not seen the tab yet, of the same store."""
        self.repository = SheetRepository(self.google, TITLE, "office")
        self.repository.remember(tab_id=None, has_written=True)

    async def widen_hidden_tab(self) -> None:
        """Make the hidden tab as wide as the tab, as the next write would in a request of its own before it."""
        described = await asyncio.to_thread(self.google.describe, "sheets.properties(sheetId,title,gridProperties)")
        hidden = ImageTab.find(described["sheets"], self.tab.sheet_id)
        _, needed = made_ready(hidden, self.tab.sheet_id, 0, self.tab.column_count)
        if needed:
            await asyncio.to_thread(self.google.change, needed)

    def want(self, *tickets: Ticket) -> None:
        self.wanted |= {each.thread_id: cells_of(each, DESK) for each in tickets}

    def change(self, *tickets: Ticket, **cells: CellValue) -> None:
        for each in tickets:
            self.wanted[each.thread_id] = {**self.wanted[each.thread_id], **cells}

    async def flush(self) -> Flushed:
        """Write what is not known to be in the sheet, and remember what was proved, as the bot's store does."""
        if self.open_write is not None:
            outcome = await asyncio.to_thread(self.repository.recover, self.open_write)
            self._settle(outcome)
            await self._put_back(outcome)
        rows = [
            Row(thread_id=thread_id, cells=dict(cells), known=self.known.get(thread_id, {}))
            for thread_id, cells in self.wanted.items()
            if self.known.get(thread_id) != cells
        ]
        plan = await asyncio.to_thread(self.repository.plan, rows)
        if plan.is_needed:
            outcome = await self._carry_out(plan)
        else:
            outcome = Outcome(known=plan.unchanged, unknown=plan.unknown)
            self._settle(outcome)
        await self._put_back(outcome)
        if outcome.refused:
            self.refusals.append(outcome.refused)
        return Flushed(plan=plan, outcome=outcome)

    async def _carry_out(self, plan: WritePlan) -> Outcome:
        self.open_write = from_text(as_text(OpenWrite(plan=plan, misplaced=plan.misplaced)))
        assert self.open_write.plan is not None
        outcome = await asyncio.to_thread(self.repository.apply, self.open_write.plan)
        self._settle(outcome)
        return outcome

    async def _put_back(self, outcome: Outcome) -> None:
        for give_up in (*[False] * 6, True):
            if not outcome.misplaced:
                return
            plan = await asyncio.to_thread(partial(self.repository.plan_put_back, outcome.misplaced, give_up=give_up))
            outcome = await self._carry_out(plan)

    def _settle(self, outcome: Outcome) -> None:
        self.known |= outcome.known
        for thread_id, columns in outcome.unknown.items():
            left = self.known.get(thread_id, {})
            self.known[thread_id] = {name: value for name, value in left.items() if name not in columns}
        self.open_write = OpenWrite(misplaced=outcome.misplaced) if outcome.misplaced else None
        self.kept += [] if outcome.kept is None else [outcome.kept]
        self.races += outcome.races

    def have(self, *tickets: Ticket, header: Sequence[str | None] = NAMES, at: int = 0) -> None:
        """Tickets that are in the tab already, and known to be, below a header in row `at`."""
        self.want(*tickets)
        self.known |= {each.thread_id: dict(self.wanted[each.thread_id]) for each in tickets}
        rows: list[list[Entered]] = [
            [self.wanted[each.thread_id].get(name or "") for name in header] for each in tickets
        ]
        self.tab.paste(at, 0, [list(header), *rows])

    def found(self) -> list[TypedCells]:
        """The rows that have something in the key column, by name of column, in the order of their ids."""
        rows = self.tab.values()
        start, header = next((number, row) for number, row in enumerate(rows) if KEY in row)
        records = [dict(zip_longest(header, row[: len(header)])) for row in rows[start + 1 :]]
        return sorted(_typed({str(name): row[name] for name in row if name}) for row in records if row[KEY])

    def left_behind(self) -> list[list[str | float | bool | None]]:
        """The cells of rows and columns that are neither a ticket's nor the header's, those rows without any left out.

        A column belongs to the table by its name in the header, a row by what it has in the key column.
        """
        rows = self.tab.values()
        header = next(row for row in rows if KEY in row)
        key = header.index(KEY)
        beside = [column for column in range(self.tab.column_count) if column >= len(header) or header[column] is None]
        others = [
            [row[column] for column in beside if column < len(row)] if len(row) > key and row[key] else row
            for row in rows
        ]
        return [cells for cells in others if any(cell is not None for cell in cells)]

    def meant(self) -> list[TypedCells]:
        """The rows that should be there, each once."""
        return sorted(_typed(row) for row in self.wanted.values())

    def during_the_write(self, act: Callable[[], object]) -> None:
        """Let a person act once, after the bot has read and immediately before its write is carried out."""

        def hook(request: web.Request) -> None:
            if request.path.endswith(":batchUpdate"):
                self.sheets.before.remove(hook)
                act()

        self.sheets.before.append(hook)

    def before_request(self, number: int, act: Callable[[], object]) -> None:
        """Let a person act once, immediately before the request of this number from now on (0 for the next one)."""
        count = itertools.count()

        def hook(_: web.Request) -> None:
            if next(count) == number:
                self.sheets.before.remove(hook)
                act()

        self.sheets.before.append(hook)

    def area(self, row: int, column: int) -> dict[str, int]:
        """One cell of the tab, as a `GridRange`."""
        rows = {"startRowIndex": row, "endRowIndex": row + 1}
        return {"sheetId": self.tab.sheet_id, **rows, "startColumnIndex": column, "endColumnIndex": column + 1}

    def asked(self) -> list[str]:
        """The requests since the last call: `read` or `write` each."""
        paths = [request.path for request in self.sheets.requests if request.path.startswith("/v4/")]
        self.sheets.requests.clear()
        return ["write" if path.endswith(":batchUpdate") else "read" for path in paths]


async def _prepare(office: Office, email: str) -> None:
    if prepared_again("office", office.book, email):
        await asyncio.to_thread(office.google.describe, "spreadsheetId")  # signs in
        return
    await asyncio.to_thread(lambda: carry_out(office.google, make_plan(office.google, TITLE, ["resolved"])))
    await office.widen_hidden_tab()
    remember("office", office.sheets.requests)


@asynccontextmanager
async def open_office(folder: Path, *, watched: bool = False) -> AsyncIterator[Office]:
    """An office; with `watched` all requests and answers are held to Google's description, which takes a while."""
    server = SheetsServer()
    server.behaviour = SWITCHES[os.environ["SHEETS_SWITCH"]] if "SHEETS_SWITCH" in os.environ else server.behaviour
    violations = watch(server) if watched else []
    sizes: list[int] = []

    @web.middleware
    async def weigh(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        assert isinstance(response, web.Response)
        sizes.append(len(response.text or ""))
        return response

    server.app.middlewares.append(weigh)
    async with server as sheets:
        account = sheets.new_account(private_key())
        account.write_key(folder / "key.json")
        book = sheets.new_spreadsheet("Support desk")
        book.share(account.email)
        tab = book.add_tab(TITLE, rows=ROWS)
        made = Office(sheets=sheets, book=book, tab=tab, key_file=folder / "key.json", answer_sizes=sizes)
        with pytest.MonkeyPatch.context() as environment:
            # Otherwise each request looks through the whole environment for a proxy, twice.
            environment.setenv("no_proxy", "127.0.0.1")
            await _prepare(made, account.email)
            sheets.requests.clear()
            yield made
    assert violations == []
    assert sheets.problems == []


@asynccontextmanager
async def open_office_of_five(folder: Path) -> AsyncIterator[Office]:
    """An office with the tickets 1 to 5, whose rows the repository has seen."""
    async with open_office(folder) as opened:
        opened.want(*(ticket(number) for number in range(1, 6)))
        await opened.flush()
        yield opened


def _typed(row: Mapping[str, CellValue]) -> TypedCells:
    """A row that equals only one with the same types; a number in a sheet is a float, whatever was written."""
    kinds = {int: "number", float: "number", str: "text", bool: "boolean", type(None): "nothing"}
    return [(name, kinds[type(value)], value) for name, value in sorted(row.items(), key=_key_first)]


def _key_first(cell: tuple[str, CellValue]) -> tuple[bool, str]:
    return cell[0] != KEY, cell[0]


def kept_tabs(office: Office) -> list[Tab]:
    return [tab for tab in office.book.tabs if tab.title.startswith("Support tracker: kept")]


def rows_kept(office: Office) -> list[dict[str, object]]:
    """The rows in the one tab that keeps some, by name of column."""
    (tab,) = kept_tabs(office)
    _, names, *rows = tab.values()
    return [{str(name): value for name, value in zip(names, row, strict=False) if name and value} for row in rows]
