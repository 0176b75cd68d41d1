"""The tab among others of the spreadsheet, its header, and whole columns of it; what is wrong in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from tracker import secrecy
from tracker.cli.invocation import command
from tracker.domain.cells import CellValue
from tracker.errors import SheetSetupError
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.recovery.images import is_own
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import KEY, quoted
from tracker.sheet.table.layout import HEADER_SEARCH, Layout, column_letters, grid_range
from tracker.sheet.table.spelling import nearly_keyed, nearly_named
from tracker.sheet.table.survey import thread_id_of

NAME_KEY_AGAIN = "Give the column of thread ids that name again"
NO_TAB = frozenset({"sheet.tab", "sheet.tab_name"})
"""The checks of a tab that is not there; of the second another name is meant, so that no tab has to be made."""

_SHOWN_TABS = 10
_CUTOFF = 0.8


def find_tab(
    sheet: GoogleSheet, described: Json, name: str, *, number: int | None = None, former: int | None = None
) -> Json:
    """The `SheetProperties` of the tab: that of this number, else that of this name, else that of the `former` number.

    `described` is the spreadsheet with the properties of its tabs.

    Raises:
        SheetSetupError: there is none.
    """
    tabs: list[Json] = [tab["properties"] for tab in described.get("sheets", [])]
    folded = name.casefold()  # as Google compares names
    choices: tuple[Callable[[Json], bool], ...] = (
        lambda tab: tab["sheetId"] == number,
        lambda tab: tab["title"].casefold() == folded,
        lambda tab: tab["sheetId"] == former,
    )
    for is_it in choices:
        for tab in filter(is_it, tabs):
            see_that_it_has_cells(sheet, tab)
            return tab
    titles = {title.casefold(): title for title in titles_of_people(described)}
    near = [titles[each] for each in get_close_matches(folded, titles, n=1, cutoff=_CUTOFF)]
    raise no_tab(sheet, name, list(titles.values()), meant=next(iter(near), None))


def titles_of_people(described: Json) -> list[str]:
    """The titles of the tabs that have cells, but for the bot's own."""
    tabs: list[Json] = [tab["properties"] for tab in described.get("sheets", [])]
    return [tab["title"] for tab in tabs if "gridProperties" in tab and not is_own(tab["title"])]


def no_tab(
    sheet: GoogleSheet, name: str, titles: Sequence[str], *, meant: str | None, why: str = ""
) -> SheetSetupError:
    """A spreadsheet with these tabs, none of which has the name; `meant` is the one that it was perhaps to be."""
    others = ", ".join(f'"{title}"' for title in titles[:_SHOWN_TABS]) + (" …" if len(titles) > _SHOWN_TABS else "")
    what = f"The spreadsheet {sheet.address} has no tab {secrecy.quoted(name)} (it has {others}"
    if meant is None:
        return SheetSetupError(
            f"{what}).",
            f"If it was renamed, put its name now into SHEET_NAME; else make it: {command('init-sheet')}",
            check="sheet.tab",
        )
    return SheetSetupError(
        f'{what}; perhaps "{meant}"{why} is meant).',
        f'Write SHEET_NAME="{meant}" into .env; or, if you want one more tab, make it: {command("init-sheet")}',
        check="sheet.tab_name",
    )


def see_that_it_has_cells(sheet: GoogleSheet, tab: Json) -> None:
    """Look at the `SheetProperties` of a tab that is to hold tickets.

    Raises:
        SheetSetupError: the tab is a chart.
    """
    if "gridProperties" not in tab:
        raise SheetSetupError(
            f'The tab "{tab["title"]}" of {sheet.address} is a chart, which has no cells.',
            "Right-click its name > Rename, or put the name of another tab into SHEET_NAME.",
            check="sheet.tab_name",
        )


def find_layout(sheet: GoogleSheet, tab: Json) -> Layout:
    """The header of the tab with these properties. One read request.

    Raises:
        SheetSetupError: there is none.
    """
    return layout_of(tab, read_head(sheet, tab))


def read_head(sheet: GoogleSheet, tab: Json) -> list[list[CellValue]]:
    """The first rows of the tab, in which its header must be. One read request."""
    rows = min(HEADER_SEARCH, tab["gridProperties"]["rowCount"])
    (head,) = sheet.read([grid_range(tab["sheetId"], range(rows))])
    values: list[list[CellValue]] = head.get("values", [])
    return values


def layout_of(tab: Json, head: Sequence[Sequence[CellValue]]) -> Layout:
    """The layout that the first rows show; raises as `find_layout` does."""
    layout = Layout.find(head)
    if layout is None:
        nearly = nearly_keyed(head)
        if nearly is not None:
            raise misspelt_key(tab["title"], head, *nearly)
        nameless = Layout.find_without_key(head)
        if nameless is not None:
            raise lost_key(tab["title"], head, nameless)
        raise SheetSetupError(
            f'The tab "{tab["title"]}" has no header row with a column thread_id.',
            f"{NAME_KEY_AGAIN}; if the tab is empty, run: {command('init-sheet')}",
            check="sheet.header_name" if any(map(any, head)) else "sheet.header",
        )
    return layout


def lost_key(title: str, head: Sequence[Sequence[CellValue]], header: Layout) -> SheetSetupError:
    """A tab whose header names columns of the tracker's, but not that of the thread ids, whose cell may be found."""
    row = header.header_row + 1
    taken = set(header.columns.values())
    ids = (column for line in head[row:] for column, cell in enumerate(line) if thread_id_of(cell) is not None)
    cell = next((f"{column_letters(column)}{row}" for column in ids if column not in taken), None)
    return SheetSetupError(
        f'The tab "{title}" has no header row with a column {KEY}; its row {row} names {quoted(header.columns)}.',
        f"{NAME_KEY_AGAIN}." if cell is None else f"Write {KEY} into {cell}, above the ids.",
        check="sheet.header_name",
    )


def misspelt_key(title: str, head: Sequence[Sequence[CellValue]], row: int, column: int) -> SheetSetupError:
    """A tab without a header, in which this cell nearly names the column of thread ids."""
    cell = f"{column_letters(column)}{row + 1}"
    return SheetSetupError(
        f'The tab "{title}" has no header row with a column {KEY}; its cell {cell} says "{head[row][column]}".',
        f"Write {KEY} into {cell}.",
        check="sheet.header_name",
    )


def read_columns(
    sheet: GoogleSheet, tab_id: int, layout: Layout, names: Iterable[str], rows: range | None = None
) -> dict[str, list[CellValue]]:
    """The values of these columns, as far as the header names them, without the blanks at their ends.

    Of all rows from the header on, or of just these `rows`. One read request, whose answer shows by itself that the
    columns were still where `layout` has them.

    Raises:
        StaleRequest: header or columns have moved since.
    """
    wanted = [name for name in names if name in layout.columns]
    header = layout.header_row
    blocks = [{"startRowIndex": header}]
    if rows is not None:
        blocks = [
            {"startRowIndex": header, "endRowIndex": header + 1},
            {"startRowIndex": rows.start, "endRowIndex": rows.stop},
        ]
    ranges = [
        {"sheetId": tab_id, **block, "startColumnIndex": column, "endColumnIndex": column + 1}
        for block in blocks
        for column in (layout.columns[name] for name in wanted)
    ]
    read: list[list[CellValue]] = [
        next(iter(each.get("values", [])), []) for each in sheet.read(ranges, by_column=True)
    ]
    shown, values = read[: len(wanted)], read[-len(wanted) :]
    if any(str(next(iter(cells), "")).strip() != name for name, cells in zip(wanted, shown, strict=True)):
        raise StaleRequest("The columns were moved.")
    return {
        name: [None if value == "" else value for value in cells] for name, cells in zip(wanted, values, strict=True)
    }


def misspelt_columns(header: Sequence[CellValue], row: int) -> SheetSetupError | None:
    """A header, in the row of this index, whose cells nearly name columns of the bot's; None where none does."""
    cells = {
        name: (f"{column_letters(column)}{row + 1}", header[column]) for name, column in nearly_named(header).items()
    }
    if not cells:
        return None
    differing = "; ".join(f'{cell} says "{said}", not {name}' for name, (cell, said) in cells.items())
    return SheetSetupError(
        f"Names in the header differ by case or blanks, so nothing is written there: {differing}.",
        f"Write {', '.join(f'{name} into {cell}' for name, (cell, _) in cells.items())}.",
        check="sheet.spelling",
    )
