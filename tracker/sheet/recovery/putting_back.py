"""Plans, from a fresh look at the tab, how to put back what a write covered as people moved rows or columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.domain.cells import CellValue
from tracker.sheet.api.client import GoogleSheet
from tracker.sheet.recovery.images import ImageTab
from tracker.sheet.recovery.placing import is_header, rows_named, targets_for, where_columns_are
from tracker.sheet.table.cells import Json
from tracker.sheet.table.layout import HEADER_SEARCH, Layout
from tracker.sheet.write.fence import new_id
from tracker.sheet.write.plan import Misplaced, Target, WritePlan
from tracker.sheet.write.reader import TabReader
from tracker.sheet.write.room import hidden_tab


def plan_put_back(
    sheet: GoogleSheet, reader: TabReader, writer: str, misplaced: Sequence[Misplaced], *, give_up: bool, at_once: int
) -> WritePlan:
    """What to write so that what an earlier write covered is there again; or else, that keeps it in a tab of its own.

    At most `at_once` rows are put back; the others stay for the next plan.

    Raises:
        StaleRequest: the tab has changed while it was looked at.
    """
    described = reader.described()
    tab = reader.tab(described)
    grid = tab["gridProperties"]
    images = ImageTab.find(described["sheets"], tab["sheetId"])
    images = hidden_tab(sheet, images, tab["sheetId"], len(misplaced), grid["columnCount"])
    rows = range(min(HEADER_SEARCH, grid["rowCount"]))
    top = reader.rows_shown(tab["sheetId"], rows)
    layout = Layout.find(list(map(top.values, rows)))
    header_row = None if layout is None else layout.header_row
    header = {} if header_row is None else top.line(header_row)
    placed = {number: where_columns_are(each, header) for number, each in enumerate(misplaced)}
    here = {number: each for number, each in placed.items() if each is not None}
    targets = () if give_up else _targets_for(sheet, reader, here, tab, header_row)
    return WritePlan(
        fence=new_id(),
        replaces=images.fences_due,
        writer=writer,
        tab_id=tab["sheetId"],
        title=tab["title"],
        images_id=images.id,
        images_title=images.title,
        width=grid["columnCount"],
        height=grid["rowCount"],
        header_row=header_row or 0,
        header={} if any(map(is_header, misplaced)) else header,
        columns={} if layout is None else dict(layout.columns),
        targets=targets[:at_once],
        misplaced=tuple(misplaced),
        keep_as=None if targets else new_id(),
    )


def _targets_for(
    sheet: GoogleSheet, reader: TabReader, misplaced: Mapping[int, Misplaced], tab: Json, header_row: int | None
) -> tuple[Target, ...]:
    """What puts back those of the misplaced that can be placed, in their rows or where their ids are now."""
    tab_id, height, width = tab["sheetId"], tab["gridProperties"]["rowCount"], tab["gridProperties"]["columnCount"]
    rows_of: dict[int, list[int]] = {}
    for column in {each.identifying[0] for each in misplaced.values() if each.identifying}:
        whole = {"sheetId": tab_id, "startColumnIndex": column, "endColumnIndex": column + 1}
        (read,) = sheet.read([whole], by_column=True)
        keys: list[CellValue] = next(iter(read.get("values", [])), [])
        theirs = [each for each in misplaced.values() if each.identifying[:1] == (column,)]
        rows_of |= rows_named(enumerate(keys), theirs)
    rows = {each.row for each in misplaced.values() if each.row < height}
    rows |= set() if header_row is None else {header_row}
    rows |= {row for found in rows_of.values() for row in found}
    shown = reader.rows_shown(tab_id, rows)
    return targets_for(misplaced, {row: shown.line(row) for row in shown.rows}, rows_of, header_row, width)
