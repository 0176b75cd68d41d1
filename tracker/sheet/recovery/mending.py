"""What writes hit by mistake, because people moved rows or columns at that very moment, and how it is put back.

Pure: rows are values. An `Attempt` is kept before it is sent. What it overwrote tells afterwards (`judged`) which of
its targets were not what they were taken for. Such a `Hit` is looked for where people may have moved it since
(`WholeTab.find`), and putting it back is an attempt like any other, which may hit others in its turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tracker.domain.cells import Cells
from tracker.sheet.recovery.lines import Line, alike, headers_first, names_of
from tracker.sheet.table.cells import Json, value_of
from tracker.sheet.table.columns import KEY, NAMES
from tracker.sheet.table.survey import thread_id_of

UNKNOWN = -1
"""The number of a row of which only the contents are known, or of a column that is nowhere."""

_HEADER_MOVES = 10
"""People may move the header by so many rows at the moment of a write, and it is still seen where its columns were."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Cells of one row about to be written ({} for blank), and what was read in that row a moment before.

    `thread_id` is the ticket they are meant for, `above` what was read in the key cell of the row above: a copy that
    has come to the row's place looks like the row itself, but most likely stands below it. `has_copies`: other rows had
    the ticket's id, or that which is put back, at the read. Where it puts back a hit instead, `mends` is the number of
    the hit and `columns` are those of it that are put back.
    """

    thread_id: int | None = None
    row: int
    cells: dict[int, Json]
    proof: dict[int, Json]
    above: dict[int, Json] = field(default_factory=dict)
    has_copies: bool = False
    mends: int | None = None
    columns: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A write as it is sent. `name` tells it from all others; `header` is the header's row as read a moment before.

    `width` and `height` are how many columns and rows the tab had then (0 rows: not known): all columns of a row are
    kept before it is written. `appended` are the cells of new rows, which go below all others, to the `columns` that
    the header names.
    """

    name: str
    tab_id: int
    undo_id: int
    width: int
    height: int = 0
    header_row: int
    header: dict[int, Json]
    columns: dict[str, int]
    targets: tuple[Target, ...]
    appended: tuple[dict[int, Json], ...] = ()

    @property
    def rows(self) -> list[int]:
        """The rows to be kept: those that are written, what tells which they were, and what their columns were."""
        above = (target.row - 1 for target in self.targets if target.above)
        first, last = max(0, self.header_row - _HEADER_MOVES), self.header_row + _HEADER_MOVES
        around = range(first, min(last + 1, self.height))
        return sorted({*around, self.header_row, *(target.row for target in self.targets), *above})


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Cells of a row that were written by mistake.

    `after` is the row as the write left it, in its first `width` columns as they were then; `names` are those columns'
    names, where known. `held` is what belongs into the cells ({}: nothing). It may cover a hit of a lower `layer`.
    `has_copies`: the ticket whose cells were written has several rows. `is_copy`: the row had the id of another one.
    """

    layer: int = 0
    row: int
    width: int
    names: dict[int, str]
    after: dict[int, Json]
    held: dict[int, Json]
    has_copies: bool = False
    is_copy: bool = False

    @property
    def was_blank(self) -> bool:
        """Whether the row held nothing at all before."""
        return self.after.keys() == self.held.keys() and not any(self.held.values())

    @property
    def is_header(self) -> bool:
        """Whether the row is the header itself, some names of which were overwritten, maybe that of the key."""
        before = {**self.after, **self.held}
        # A thread may have the title "thread_id": but then the row has an id.
        is_tickets = thread_id_of(value_of(before.get(self.column(KEY), {}))) is not None
        return KEY in names_of(before).values() and not is_tickets

    def column(self, name: str) -> int:
        """Where the column of this name was; `UNKNOWN` where there was none."""
        return next((column for column, other in self.names.items() if other == name), UNKNOWN)

    def without(self, columns: Collection[int]) -> Hit:
        """What is left of it when these columns have been put back."""
        back = {column: self.held[column] for column in columns}
        after = {column: content for column, content in {**self.after, **back}.items() if content}
        held = {column: content for column, content in self.held.items() if column not in back}
        return replace(self, after=after, held=held)


@dataclass(frozen=True, kw_only=True)
class Unproved:
    """What has to be seen to before anything else is written: an attempt without a proof, and what is to be mended.

    What the store has yet to be told of tickets' rows: `rewrite` are columns in which nothing may be taken for known,
    `arrived` cells that the sheet is proved to have taken. `reached` are the tickets whose rows the last write to
    tickets is proved to have reached.
    """

    tab_id: int
    attempt: Attempt | None = None
    hits: tuple[Hit, ...] = ()
    rewrite: dict[int, frozenset[str]] = field(default_factory=dict)
    arrived: dict[int, dict[str, Json]] = field(default_factory=dict)
    reached: frozenset[int] = frozenset()

    def knowing(self, thread_id: int, known: Cells) -> Cells:
        """What the ticket's row holds, where the store believes it to be `known`."""
        lost = self.rewrite.get(thread_id, frozenset())
        came = {name: value_of(content) for name, content in self.arrived.get(thread_id, {}).items()}
        return {name: value for name, value in {**known, **came}.items() if name not in lost}

    def without_lost(self, thread_ids: Collection[int], names: Collection[str]) -> Unproved:
        """The same, when these columns of the tickets' rows have been written anew."""
        left = {i: lost.difference(names) if i in thread_ids else lost for i, lost in self.rewrite.items()}
        return replace(self, rewrite={thread_id: lost for thread_id, lost in left.items() if lost})

    def with_lost(self, thread_id: int, names: Iterable[str]) -> Unproved:
        """The same, when nothing may be taken for known in these columns of the ticket's row."""
        return replace(self, rewrite={**self.rewrite, thread_id: self.rewrite.get(thread_id, frozenset()).union(names)})

    def with_arrived(self, attempt: Attempt, thread_id: int, cells: Line) -> Unproved:
        """The same, when the cells of the attempt have come into the ticket's row."""
        came = {name: cells[column] for name, column in attempt.columns.items() if column in cells}
        rewrite = {**self.rewrite, thread_id: self.rewrite.get(thread_id, frozenset()).difference(came)}
        return replace(
            self,
            rewrite={thread_id: names for thread_id, names in rewrite.items() if names},
            arrived={**self.arrived, thread_id: {**self.arrived.get(thread_id, {}), **came}},
            reached=self.reached | {thread_id},
        )


def judged(unproved: Unproved, overwritten: Mapping[int, Line] | None) -> Unproved:
    """What is left to be mended.

    `overwritten` are the rows that the attempt kept, as they were: those it overwrote, and those that tell which they
    are; None: it was not applied.
    """
    attempt = unproved.attempt
    if attempt is None or overwritten is None:
        return replace(unproved, attempt=None)
    header = _header(attempt, overwritten)
    # A header that is out of sight was moved with all other rows, and most likely only so.
    names = names_of(header) or names_of(attempt.header)
    new: list[Hit] = []
    layer = 1 + max((hit.layer for hit in unproved.hits), default=0)
    left = dict(enumerate(unproved.hits))
    told = replace(unproved, attempt=None)
    for target in attempt.targets:
        before = overwritten.get(target.row, {})
        is_copy = _is_copy(target, overwritten.get(target.row - 1, {}))
        # A header proves its columns by itself; where there is none, a row that is put back is known by all its cells.
        itself = target.mends is not None and (left[target.mends].is_header or not names_of(attempt.header))
        stayed = itself or _stayed(attempt.header, header, target.cells)
        if stayed and _agree(target.proof, before) and not is_copy:
            if target.mends is not None:
                left[target.mends] = left[target.mends].without(target.columns)
            elif target.thread_id is not None:
                told = told.with_arrived(attempt, target.thread_id, target.cells)
            continue
        held = {c: before.get(c, {}) for c, content in target.cells.items() if not alike(before.get(c, {}), content)}
        if held:
            after = {c: content for c, content in {**before, **target.cells}.items() if content}
            new.append(
                Hit(
                    layer=layer,
                    row=target.row,
                    width=attempt.width,
                    names=names,
                    after=after,
                    held=held,
                    has_copies=target.has_copies,
                    is_copy=_was_copy(attempt, target, overwritten, names),
                )
            )
    for cells in attempt.appended:
        if not _stayed(attempt.header, header, cells):
            new += _strays(attempt, cells, names, layer)
        told = _with_new_row(told, attempt, cells, names_of(header))
    return replace(told, hits=(*(hit for hit in left.values() if hit.held), *new))


def _header(attempt: Attempt, overwritten: Mapping[int, Line]) -> Line:
    """The header as the attempt met it, nearest to the row where it was read; {} where it was out of sight."""
    near = sorted(overwritten, key=lambda row: abs(row - attempt.header_row))
    return next((overwritten[row] for row in headers_first(near, overwritten)), {})


def _with_new_row(told: Unproved, attempt: Attempt, cells: Line, names: dict[int, str]) -> Unproved:
    """The same, when a row of these cells was added while the columns had these names."""
    thread_id = thread_id_of(cells[attempt.columns[KEY]].get("stringValue"))
    if thread_id is None:
        return told
    right = {column: cells[column] for name, column in attempt.columns.items() if names.get(column) == name}
    told = told.with_lost(thread_id, frozenset(NAMES) - {KEY})
    return told.with_arrived(attempt, thread_id, right) if attempt.columns[KEY] in right else told


def _stayed(was: Line, header: Line, columns: Iterable[int]) -> bool:
    """Whether these columns were where the header `was` has them, going by the header as it was at the write.

    What became of others says something only of columns without a name: they are where they were, if no other moved.
    """
    before, after = names_of(was), names_of(header)
    moved = any(name != after.get(column) and name in after.values() for column, name in before.items())
    return bool(after) and all(before[c] == after.get(c) if c in before else not moved for c in columns)


def _strays(attempt: Attempt, cells: Line, names: dict[int, str], layer: int) -> Iterator[Hit]:
    """The cells of a new row that went into other columns than they were meant for; `names` are those of then."""
    moved = [column for name, column in attempt.columns.items() if names.get(column) != name]
    if moved:
        # Where the id is in its column, the next write fills the row; else nothing of it stays.
        wrong = cells if attempt.columns[KEY] in moved else moved
        after = {column: content for column, content in cells.items() if content}
        held: dict[int, Json] = {column: {} for column in wrong if column in after}
        if held:
            yield Hit(layer=layer, row=UNKNOWN, width=attempt.width, names=names, after=after, held=held)


def _is_copy(target: Target, above: Line) -> bool:
    """Whether the row that was written may be a copy of the ticket's, as `above` has come to stand above it."""
    news = [
        above.get(column, {}) for column, content in target.above.items() if not alike(above.get(column, {}), content)
    ]
    return any(target.has_copies or thread_id_of(value_of(content)) == target.thread_id for content in news)


def _was_copy(attempt: Attempt, target: Target, overwritten: Mapping[int, Line], names: dict[int, str]) -> bool:
    """Whether the row that was written had the id of the row above it, or of another one that was written then."""
    key = next((column for column, name in names.items() if name == KEY), UNKNOWN)
    thread_id, above = (
        thread_id_of(value_of(overwritten.get(row, {}).get(key, {}))) for row in (target.row, target.row - 1)
    )
    others = {other.thread_id for other in attempt.targets if other is not target}
    return thread_id is not None and thread_id in {above, *others}


def _agree(proof: Line, line: Line) -> bool:
    return all(alike(line.get(column, {}), content) for column, content in proof.items())
