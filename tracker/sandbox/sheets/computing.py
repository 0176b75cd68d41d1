"""Computes formulas with ironcalc, an engine for spreadsheets, where that is installed: for people who look at a tab.

The local Google itself answers without the values of formulas: no program that it is there for asks for them.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from tracker.sandbox.sheets.cells import CellError, Effective, Formula
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.references import LOST, Reference, references_in, rewritten

if TYPE_CHECKING:
    from ironcalc import Model

Place = tuple[int, int]
"""Row and column, counted from 0."""

_LOST = CellError("REF", LOST, "Reference does not exist.")
NO_ENGINE = CellError("ERROR", "n/a", "Computed where ironcalc is installed, which is not to be had for every system.")

_LOCALE = "de"
"""One in which `;` stands between the arguments of a function, as the tracker writes them."""


def computed(tab: Tab) -> dict[Place, Effective]:
    """What the formulas of a tab come to.

    They see what was entered in the columns to which they refer as the tracker does (`$K:$K`, `$A$62`), and the other
    formulas of the same tab.
    """
    formulas = {
        (row, column): cell.value.text
        for row in range(tab.data_end())
        for column, cell in enumerate(tab.row(row))
        if isinstance(cell.value, Formula)
    }
    if not formulas or find_spec("ironcalc") is None:
        return dict.fromkeys(formulas, NO_ENGINE)
    return _computed(tab, formulas)


def _computed(tab: Tab, formulas: dict[Place, str]) -> dict[Place, Effective]:
    from ironcalc import CellType, create  # noqa: PLC0415 - only where it is there

    model = create("book", _LOCALE, "UTC", "en")
    # It takes no titles over 31 characters or with a colon: numbers are the titles.
    sheets = {each.title: number for number, each in enumerate(tab.book.tabs, start=1)}
    for number in sheets.values():
        model.add_sheet(str(number))
    seen = {each for text in formulas.values() for each in references_in(text, tab.title) if each.title in sheets}
    for title, column in {(each.title, each.column) for each in seen}:
        for row, value in enumerate(_entered(tab.book, title, column), start=1):
            _enter(model, (sheets[title], row, column + 1), value)

    def numbered(each: Reference) -> Reference | None:
        return each._replace(title=str(sheets[each.title])) if each.title in sheets else None

    own = sheets[tab.title]
    for (row, column), text in formulas.items():
        model.set_user_input(own, row + 1, column + 1, rewritten(text, tab.title, numbered))
    model.evaluate()

    def result(row: int, column: int) -> Effective:
        if LOST in formulas[row, column]:  # the engine takes it for one more word to count
            return _LOST
        value = model.get_cell_value(own, row + 1, column + 1)
        is_error = model.get_cell_type(own, row + 1, column + 1) is CellType.ErrorValue
        return CellError("ERROR", str(value), "As ironcalc computes it.") if is_error else value

    return {place: result(*place) for place in formulas}


def _enter(model: Model, cell: tuple[int, int, int], value: Effective) -> None:
    """Let a cell of the engine's, with its sheet, row and column, hold what one of the book holds."""
    match value:
        case bool():
            model.update_cell_with_bool(*cell, value)
        case float():
            model.update_cell_with_number(*cell, value)
        case str():
            model.update_cell_with_text(*cell, value)
        case _:
            pass


def _entered(book: Spreadsheet, title: str, column: int) -> list[Effective]:
    """A column from its first row on."""
    tab = next(each for each in book.tabs if each.title == title)
    return [tab.cell(row, column).effective for row in range(tab.data_end())]
