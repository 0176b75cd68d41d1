"""The tab among others of the spreadsheet, its header, and whole columns of it; what is wrong in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tracker.domain.cells import CellValue
from tracker.errors import SheetSetupError
from tracker.sheet.api.client import GoogleSheet, StaleRequest
from tracker.sheet.recovery.images import is_own
from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import HEADER_SEARCH, Layout, grid_range

NAME_KEY_AGAIN = "Give the column of thread ids that name again"
_SHOWN_TABS = 10


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
            return tab
    titles = [f'"{tab["title"]}"' for tab in tabs if not is_own(tab["title"])]
    others = ", ".join(titles[:_SHOWN_TABS]) + (" …" if len(titles) > _SHOWN_TABS else "")
    raise SheetSetupError(
        f'The spreadsheet {sheet.address} has no tab "{name}" (it has {others}).',
        "Put the name it has now into SHEET_NAME, or make one: python -m tracker.init_sheet",
        check="sheet.tab",
    )


def find_layout(sheet: GoogleSheet, tab: Json) -> Layout:
    """The header of the tab with these properties. One read request.

    Raises:
        SheetSetupError: there is none.
    """
    rows = min(HEADER_SEARCH, tab["gridProperties"]["rowCount"])
    (head,) = sheet.read([grid_range(tab["sheetId"], range(rows))])
    layout = Layout.find(head.get("values", []))
    if layout is None:
        raise SheetSetupError(
            f'The tab "{tab["title"]}" has no header row with a column thread_id.',
            f"{NAME_KEY_AGAIN}; if the tab is empty, run: python -m tracker.init_sheet",
            check="sheet.header",
        )
    return layout


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
        raise StaleRequest("The columns were moved.", reason="The columns were moved.")
    return {
        name: [None if value == "" else value for value in cells] for name, cells in zip(wanted, values, strict=True)
    }
