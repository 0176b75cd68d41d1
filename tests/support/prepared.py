"""Tabs that are ready for the bot: planned by the product once in a process, and made in the same way from then on.

All tests begin alike, and to plan what a tab lacks takes longer than to carry it out.
"""

from __future__ import annotations

import json

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import LoggedRequest
from tracker.sandbox.sheets import requests
from tracker.sandbox.sheets.document import Spreadsheet

_BATCHES: dict[str, str] = {}
"""The batches that prepared the first spreadsheet of a kind, as JSON."""


async def prepare_sheet(desk: LocalDesk) -> None:
    """Do to a new desk's spreadsheet what `python -m tracker.init_sheet` does."""
    if not prepared_again("desk", desk.book, desk.account.email):
        await desk.prepare_sheet()
        remember("desk", desk.sheets.requests)
    desk.sheets.requests.clear()


def prepared_again(kind: str, book: Spreadsheet, email: str) -> bool:
    """Do to a new spreadsheet what was done to the first one of its kind; False: there was none yet."""
    if kind not in _BATCHES:
        return False
    with book.acted_on_by(email):
        for batch in json.loads(_BATCHES[kind]):
            requests.carry_out(book, batch)
    return True


def remember(kind: str, sent: list[LoggedRequest]) -> None:
    """The first spreadsheet of this kind was prepared by these requests."""
    _BATCHES[kind] = json.dumps([each.body["requests"] for each in sent if each.path.endswith(":batchUpdate")])
