"""Computes the one function that the tracker's formulas are made of: COUNTIFS over whole columns.

What a cell must hold to be counted stands in a cell, too. Texts are compared as a whole and without case. What Sheets
reads into a text beyond that (comparisons such as `>5`, wildcards) is not computed here, nor is any other formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracker.sandbox.sheets.cells import NOT_COMPUTED, Cell, CellError, Effective, Formula
from tracker.sandbox.sheets.document import Spreadsheet, Tab
from tracker.sandbox.sheets.references import LOST, Reference, references_in, without_references

_COUNTIFS = re.compile(r"=COUNTIFS\((?:;|,)*\)")
_NOT_PLAIN = re.compile(r"^[<>=]|[*?~]")
_LOST = CellError("REF", LOST, "Reference does not exist.")


def effective(tab: Tab, cell: Cell) -> Effective:
    """The value of a cell of this tab, as `Cell.effective` has it, or what its COUNTIFS comes to."""
    value = cell.effective
    if value is not NOT_COMPUTED or not isinstance(cell.value, Formula):
        return value
    if LOST in cell.value.text:
        return _LOST
    asked = references_in(cell.value.text, tab.title)
    columns, words = asked[::2], asked[1::2]
    pairs = len(columns) == len(words) > 0 and _COUNTIFS.fullmatch(without_references(cell.value.text))
    if not pairs or any(each.row is not None for each in columns) or any(each.row is None for each in words):
        return NOT_COMPUTED
    return _count(tab.book, columns, words)


def _count(book: Spreadsheet, columns: Sequence[Reference], words: Sequence[Reference]) -> Effective:
    """How many rows have in each of these columns the text of the cell that belongs to it."""
    titles = {tab.title: tab for tab in book.tabs}
    if any(each.title not in titles for each in (*columns, *words)):
        return _LOST
    wanted = [titles[each.title].cell(each.row or 0, each.column).effective for each in words]
    texts = [word.casefold() for word in wanted if isinstance(word, str) and not _NOT_PLAIN.search(word)]
    if len(texts) < len(wanted):
        return NOT_COMPUTED
    filled = max(titles[each.title].data_end() for each in columns)
    cells = [[_text(titles[each.title].row(row), each.column) for row in range(filled)] for each in columns]
    return float(sum(list(found) == texts for found in zip(*cells, strict=False)))


def _text(row: Sequence[Cell], column: int) -> str | None:
    value = row[column].effective if column < len(row) else None
    return value.casefold() if isinstance(value, str) else None
