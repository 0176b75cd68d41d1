"""The judge, once a session, and beside it the local Google with the same workbook."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.backlot import orders
from tests.support.backlot.judge import Backlot, Google, running_backlot
from tests.support.backlot.workbook import SHEETS, put_up, record
from tests.support.keys import private_key
from tracker.sandbox.sheets import SheetsServer
from tracker.sandbox.sheets.document import FileKind, Spreadsheet
from tracker.sheet.api.client import GoogleSheet

COMPARED, EXCEL = "Compared", "Uploaded"


@dataclass(frozen=True, kw_only=True)
class Local:
    """The local Google, and what is in it."""

    google: Google
    book: Spreadsheet


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backlot]:
    """Backlot with the workbook that is asked about, tickets in every order of columns, and an Excel file."""
    excel = record(EXCEL, [], subtype="xlsx", content="an Excel file")
    del excel["sheets"]
    tickets = record(orders.WORKBOOK, [order.sheet for order in orders.ORDERS])
    records = [record(COMPARED, SHEETS), tickets, excel]
    with running_backlot(tmp_path_factory.mktemp("judge") / "backlot", records) as backlot:
        yield backlot


@pytest.fixture(scope="session")
def tabs(judge: Backlot) -> dict[str, int]:
    """The ids of the workbook's tabs."""
    return judge.sheet_ids(COMPARED)


@pytest.fixture
async def local(judge: Backlot, tabs: dict[str, int]) -> AsyncIterator[Local]:
    """The local Google with the workbook and the Excel file, under the judge's ids."""
    async with SheetsServer() as server:
        server.quota.enabled = False
        account = server.new_account(private_key())
        book = put_up(server, COMPARED, judge.files[COMPARED], tabs)
        excel = put_up(server, EXCEL, judge.files[EXCEL], tabs)
        excel.kind = FileKind.OFFICE_FILE
        for each in (book, excel):
            each.share(account.email)
        yield Local(google=Google(address=server.address, key=account.key()), book=book)


@pytest.fixture(scope="session")
def key_file(judge: Backlot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The judge's key in a file, where the product looks for it."""
    path = tmp_path_factory.mktemp("key") / "key.json"
    path.write_text(json.dumps(judge.key), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def sheet(judge: Backlot, key_file: Path) -> GoogleSheet:
    """The product's client on the tickets in every order."""
    spreadsheet_id = judge.files[orders.WORKBOOK]
    return GoogleSheet(key_file=key_file, spreadsheet_id=spreadsheet_id, base_url=judge.address)


@pytest.fixture(scope="session")
def compared_sheet(judge: Backlot, key_file: Path) -> GoogleSheet:
    """The product's client on the workbook that both are asked about."""
    return GoogleSheet(key_file=key_file, spreadsheet_id=judge.files[COMPARED], base_url=judge.address)
