"""What to write, found from the snapshot and from a look at just the rows that are concerned. Pure.

`Row` is what a ticket's row should show and is known to hold; only the difference is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tracker.domain.cells import Cells
from tracker.sheet.api.answer import Shown
from tracker.sheet.api.requests import new_cells
from tracker.sheet.table.cells import Json, Line, value_of
from tracker.sheet.table.columns import KEY
from tracker.sheet.table.layout import Layout, grid_range, runs
from tracker.sheet.table.rows import Row
from tracker.sheet.table.survey import thread_id_of, thread_id_of_link
from tracker.sheet.write.plan import Target
from tracker.sheet.write.snapshot import Snapshot

IDS_A_WRITE = 200
"""As many ids are written back at once as rows are written."""

_WINDOW = 20
"""So many more rows than are needed are looked at below the last ticket."""

_FILLED_DOWN = 10
"""Fewer rows do not show whether a column is filled down."""


def ids_due(snapshot: Snapshot) -> list[int]:
    """The tickets whose id is written back next."""
    return sorted(snapshot.rekeyed)[:IDS_A_WRITE]


def window(snapshot: Snapshot, new: int) -> range:
    """The rows below the last ticket in which new ones may go."""
    return range(snapshot.end, min(snapshot.row_count, snapshot.end + new + _WINDOW)) if new else range(0)


def ranges_to_look_at(snapshot: Snapshot, thread_ids: Iterable[int]) -> list[Json]:
    """The grid ranges that show whether everything is where it is believed to be, and where new rows can go."""
    tab, layout = snapshot.tab_id, snapshot.layout
    wanted = set(thread_ids)
    rows = {snapshot.positions[i] for i in {*wanted, *ids_due(snapshot)} if i in snapshot.positions}
    ends = {row for row in (snapshot.end - 1, snapshot.end) if row < snapshot.row_count}
    keys = rows | {row - 1 for row in rows} | ends
    ranges = [grid_range(tab, range(layout.header_row + 1))]
    ranges += [grid_range(tab, block, range(layout.key, layout.key + 1)) for block in runs(keys)]
    if layout.link is not None:
        ranges += [grid_range(tab, block, range(layout.link, layout.link + 1)) for block in runs(rows)]
    below = window(snapshot, sum(i not in snapshot.positions for i in wanted))
    return [*ranges, grid_range(tab, below)] if below else ranges


def moved(snapshot: Snapshot, shown: Shown, thread_ids: Iterable[int], *, surveyed: bool) -> frozenset[int] | None:
    """The tickets whose rows are not where they are believed to be; None where the header or the tab's end is not.

    `surveyed`: all rows were looked at just now, so that copies of rows are known.
    """
    layout = snapshot.layout
    header = [shown.values(row) for row in range(layout.header_row + 1)]
    if (
        Layout.find(header) != layout
        or shown.row_count != snapshot.row_count
        or shown.value(snapshot.end, layout.key) not in (None, "")
    ):
        return None
    copied = snapshot.doubled if surveyed else ()
    others = set(snapshot.positions.values()) if surveyed else ()
    places = {snapshot.positions[i]: i for i in {*thread_ids, *ids_due(snapshot)} if i in snapshot.positions}
    return frozenset(
        i
        for row, i in places.items()
        if (i not in snapshot.rekeyed and thread_id_of(shown.value(row, layout.key)) != i)
        or (i not in snapshot.mixed and _linked_id(shown, row, layout) not in (i, None))
        or (thread_id_of(shown.value(row - 1, layout.key)) == i and i not in copied and row - 1 not in others)
    )


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The targets; the tickets whose row is right already; and how many new rows found no place in the tab."""

    targets: tuple[Target, ...]
    unchanged: dict[int, Cells]
    without_place: int


def planned(snapshot: Snapshot, shown: Shown, rows: Sequence[Row], left_out: Collection[int]) -> Planned:
    """What to write for these rows, ids that are due before all else; those `left_out` are not where they should be."""
    layout = snapshot.layout
    due = [i for i in ids_due(snapshot) if i not in left_out]
    targets = [
        Target(
            row=snapshot.positions[i],
            cells=new_cells({KEY: str(i)}, layout),
            proof=_proof(shown, snapshot.positions[i], layout.identifying),
            thread_id=i,
        )
        for i in due
    ]
    unchanged: dict[int, Cells] = {}
    new = [row for row in rows if row.thread_id not in snapshot.positions]
    free = iter(free_rows(shown, window(snapshot, len(new)), layout))
    without_place = 0
    for row in rows:
        if row.thread_id in left_out or row.thread_id in snapshot.rekeyed:
            continue
        place = snapshot.positions.get(row.thread_id)
        if place is None:
            place = next(free, None)
            without_place += place is None
            if place is not None:
                targets.append(_new_row(row, place, shown, layout))
            continue
        known = {**({} if row.thread_id in snapshot.mixed else row.known), KEY: str(row.thread_id)}
        cells = new_cells(Row(thread_id=row.thread_id, cells=row.cells, known=known).difference(layout), layout)
        if cells:
            proof = _proof(shown, place, layout.identifying)
            targets.append(Target(row=place, cells=cells, proof=proof, thread_id=row.thread_id, known=known))
        else:
            unchanged[row.thread_id] = known
    return Planned(targets=tuple(targets), unchanged=unchanged, without_place=without_place)


def free_rows(shown: Shown, rows: range, layout: Layout) -> list[int]:
    """Those of the rows in which nothing stands but what is filled down.

    Checkboxes, formulas and texts without letters (of a formula further up, which fills its column) always count as
    that; in people's own columns also numbers, and one and the same text, which stand in every row.
    """
    lines = {row: shown.line(row) for row in rows}
    theirs = _filled_down(list(lines.values())).difference(layout.columns.values())

    def is_filled_down(row: int, column: int, content: Json) -> bool:
        value = value_of(content)
        is_empty = isinstance(value, bool) or value == "" or shown.is_computed(row, column)
        return column not in layout.identifying and (is_empty or column in theirs)

    return [row for row in rows if all(is_filled_down(row, *cell) for cell in lines[row].items())]


def _filled_down(lines: Sequence[Line]) -> set[int]:
    if len(lines) < _FILLED_DOWN:
        return set()
    columns = set.intersection(*map(set, lines))
    return {
        column
        for column in columns
        if all("numberValue" in line[column] for line in lines)
        or all(line[column] == lines[0][column] for line in lines)
    }


def _new_row(row: Row, place: int, shown: Shown, layout: Layout) -> Target:
    cells = new_cells(row.cells, layout)
    line = shown.line(place)
    proof: dict[int, Json] = {column: {} for column in cells if column not in line}
    return Target(
        row=place, cells=cells, proof=proof, thread_id=row.thread_id, known={}, filled_down=tuple(sorted(line))
    )


def _proof(shown: Shown, row: int, columns: Iterable[int]) -> dict[int, Json]:
    """What shows whose the row is; an error that a formula came to shows nothing."""
    line = shown.line(row)
    return {column: line.get(column, {}) for column in columns if "errorValue" not in line.get(column, {})}


def _linked_id(shown: Shown, row: int, layout: Layout) -> int | None:
    return None if layout.link is None else thread_id_of_link(shown.value(row, layout.link))
