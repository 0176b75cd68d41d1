"""The product's own reading of one tab, as the tests ask for it."""

from __future__ import annotations

from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.api.tab import find_layout, find_tab
from tracker.sheet.repository import SheetRepository
from tracker.sheet.table.layout import Layout


def reading(sheet: GoogleSheet, title: str) -> SheetRepository:
    """The tickets of the tab with this title."""
    return SheetRepository(sheet, title)


def header(sheet: GoogleSheet, title: str) -> Layout:
    """What the product takes for the header of the tab with this title."""
    described = sheet.describe("sheets.properties(sheetId,title,gridProperties)")
    return find_layout(sheet, find_tab(sheet, described, title))
