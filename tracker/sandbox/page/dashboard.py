"""The tab of figures as the page draws it: its cells, and the charts as the local Google holds them."""

from __future__ import annotations

from typing import Any

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets.cells import Cell, CellError, Effective
from tracker.sandbox.sheets.computing import computed
from tracker.sandbox.sheets.document import Tab
from tracker.sandbox.sheets.formats import shown
from tracker.sheet.dashboard.cells import Ids

Picture = dict[str, Any]


def dashboard_tab(desk: LocalDesk) -> Tab | None:
    """The tab of figures beside the tab of tickets, whatever it is called by now; None where people deleted it."""
    number = Ids.beside(desk.tab.sheet_id).tab
    return next((tab for tab in desk.book.tabs if tab.sheet_id == number), None)


def dashboard(tab: Tab) -> Picture:
    """All of that tab down to its last filled row, formulas computed."""
    results = computed(tab)
    return {
        "title": tab.title,
        "rows": [
            [_cell(cell, results.get((number, column), cell.effective)) for column, cell in enumerate(tab.row(number))]
            for number in range(tab.data_end())
        ],
        "charts": list(tab.views.charts.values()),
    }


def _cell(cell: Cell, value: Effective) -> Picture | None:
    """The text that is shown, the number behind it, and what a person reads who points at the cell."""
    if cell.value is None:
        return None
    picture: Picture = {"text": shown(value, cell.number_format) or ""}
    if isinstance(value, float):
        picture["number"] = value
    notes = [cell.note, value.message if isinstance(value, CellError) else None]
    if any(notes):
        picture["note"] = "\n".join(filter(None, notes))
    return picture
