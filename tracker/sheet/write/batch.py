"""A plan as the requests of one atomic change, and what its answer has to show."""

from __future__ import annotations

from itertools import groupby

from tracker.sheet.api.answer import Shown
from tracker.sheet.api.requests import format_columns, write_cells
from tracker.sheet.recovery.images import image_requests
from tracker.sheet.recovery.keeping import keep_requests
from tracker.sheet.table.cells import Json
from tracker.sheet.table.columns import KIND, Kind
from tracker.sheet.table.layout import a1, runs
from tracker.sheet.write import fence
from tracker.sheet.write.fence import Fence
from tracker.sheet.write.plan import Target, WritePlan

_FIELDS = (
    "updatedSpreadsheet.sheets(properties(sheetId,gridProperties(rowCount)),"
    "data(startRow,startColumn,rowData.values({}),rowMetadata.hiddenByFilter))"
)
TIMES = {Kind.DATE_TIME: "DATE", Kind.DURATION: "TIME"}
"""Kinds that are numbers without their format, and how the type of the format begins."""

_VALUE, _FORMAT = "userEnteredValue", "userEnteredFormat.numberFormat.type"


def requests_of(plan: WritePlan) -> list[tuple[Json, Target | None]]:
    """The requests in their order, each with the target that it is for, if any."""
    gate = Fence(id=plan.fence, writer=plan.writer, at=fence.now())
    fences = [gate.add(plan.images_id), *map(fence.delete, plan.replaces)]
    if plan.keep_as is not None:
        return [(request, None) for request in (*fences, *keep_requests(plan))]
    before = [*fences, *image_requests(plan)]
    writes = [(each, target) for target in plan.targets for each in write_cells(plan.tab_id, target.row, target.cells)]
    return [*((request, None) for request in before), *writes]


def fields_of(plan: WritePlan) -> str:
    """The field mask of a write's answer: it decides what comes back (described at `responseIncludeGridData`).

    Formats are asked for only where dates or durations are written, which may show as mere numbers.
    """
    times = {column for name, column in plan.columns.items() if KIND[name] in TIMES}
    has_times = any(times & target.cells.keys() for target in plan.targets)
    return _FIELDS.format(f"{_VALUE},{_FORMAT}" if has_times else _VALUE)


def shut(plan: WritePlan) -> Json:
    """The request that keeps a write out which has not landed yet."""
    return Fence(id=plan.fence, writer=plan.writer, at=fence.now(), closed=True).add(plan.images_id)


def shown_by(plan: WritePlan) -> list[str]:
    """The A1 ranges that prove the write: whose the rows are and what was written there, and whose the images are.

    Of the header only the columns of these cells are shown: that others have moved does not matter.
    """
    wanted: dict[int, set[int]] = {}
    for target in plan.targets:
        wanted.setdefault(target.row, set()).update(target.proof, target.cells)
        if plan.key is not None and target.row > 0:
            # A copy that has come to the place of its row has that row above it.
            above = () if target.puts_back is None else target.proof
            wanted.setdefault(target.row - 1, set()).update((plan.key, *above))
    if plan.key is not None and plan.anchor >= 0:
        wanted.setdefault(plan.anchor, set()).add(plan.key)
    concerned = {column for target in plan.targets for column in (*target.proof, *target.cells)}
    images = {0: concerned & plan.header.keys()}
    images |= {number: _of_image(plan, target) for number, target in enumerate(plan.targets, start=1)}
    return [*_ranges(plan.title, wanted), *_ranges(plan.images_title, images)]


def formats_lacking(plan: WritePlan, shown: Shown) -> list[Json]:
    """The requests that format the bot's columns from where a date or duration just written shows as a mere number on.

    An adopted tab may never have had any formats. It does no harm if people move rows meanwhile: only formats of the
    bot's own columns are set.
    """
    times = {position: TIMES[KIND[name]] for name, position in plan.columns.items() if KIND[name] in TIMES}
    bare = [
        target.row
        for target in plan.targets
        for column in times.keys() & target.cells.keys()
        if target.cells[column] and not shown.number_format(target.row, column).startswith(times[column])
    ]
    kinds = {position: KIND[name] for name, position in plan.columns.items()}
    return format_columns(plan.tab_id, min(bare), kinds) if bare else []


def _of_image(plan: WritePlan, target: Target) -> set[int]:
    """What the image of a row has to show: whose it was; of a new row, that nothing was there; or what is put back."""
    if target.is_new:
        return set(range(plan.width))
    return {*target.proof, *(target.cells if target.puts_back is not None else ())}


def _ranges(title: str, wanted: dict[int, set[int]]) -> list[str]:
    """These columns of these rows; rows below each other that want the same columns share their ranges."""
    rows = sorted(wanted)
    found = []
    for columns, alike in groupby(rows, key=lambda row: frozenset(wanted[row])):
        for block in runs(alike):
            found += [a1(title, block, across) for across in runs(columns)]
    return found
