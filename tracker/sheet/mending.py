"""What writes hit by mistake, because people moved rows or columns at that very moment, and how it is put back.

Pure: rows are values. An `Attempt` is kept before it is sent. What it overwrote tells afterwards (`judged`) which of
its targets were not what they were taken for. Such a `Hit` is looked for where people may have moved it since
(`Tab.find`), and putting it back is an attempt like any other, which may hit others in its turn.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tracker.domain.cells import Cells
from tracker.sheet.columns import KEY, NAMES
from tracker.sheet.google import Json
from tracker.sheet.requests import value_of
from tracker.sheet.survey import thread_id_of, thread_id_of_link

Line = Mapping[int, Json]
"""The cells of a row that are not blank, by column: what was entered, as Google writes it (an `ExtendedValue`)."""

_UNKNOWN = -1
"""The number of a row of which only the contents are known."""

_HEADER_MOVES = 10
"""People may move the header by so many rows at the moment of a write, and it is still seen where its columns were."""

_ROUNDING = 1e-12
"""Numbers come back from Google with 15 digits or more."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Cells of one row about to be written ({} for blank), and what was read in that row a moment before.

    `thread_id` is the ticket they are meant for; `above`, of a ticket with several rows, is what was read in the row
    above: a copy that has come to the row's place looks like the row itself. Where it puts back a hit instead, `mends`
    is the number of the hit and `columns` are those of it that are put back.
    """

    thread_id: int | None = None
    row: int
    cells: dict[int, Json]
    proof: dict[int, Json]
    above: dict[int, Json] | None = None
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
        above = (target.row - 1 for target in self.targets if target.above is not None)
        first, last = max(0, self.header_row - _HEADER_MOVES), self.header_row + _HEADER_MOVES
        around = range(first, min(last + 1, self.height))
        return sorted({*around, self.header_row, *(target.row for target in self.targets), *above})


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Cells of a row that were written by mistake.

    `after` is the row as the write left it, in its first `width` columns as they were then; `names` are those columns'
    names, where known. `held` is what belongs into the cells ({}: nothing). It may cover a hit of a lower `layer`.
    """

    layer: int = 0
    row: int
    width: int
    names: dict[int, str]
    after: dict[int, Json]
    held: dict[int, Json]

    @property
    def was_blank(self) -> bool:
        """Whether the row held nothing at all before."""
        return self.after.keys() == self.held.keys() and not any(self.held.values())

    @property
    def is_header(self) -> bool:
        """Whether the row is the header itself, some names of which were overwritten, maybe that of the key."""
        before = {**self.after, **self.held}
        key = next((column for column, name in self.names.items() if name == KEY), None)
        # A thread may have the title "thread_id": but then the row has an id.
        is_tickets = key is not None and thread_id_of(value_of(before.get(key, {}))) is not None
        return KEY in _names(before).values() and not is_tickets

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
    `arrived` cells that the sheet is proved to have taken.
    """

    tab_id: int
    attempt: Attempt | None = None
    hits: tuple[Hit, ...] = ()
    rewrite: dict[int, frozenset[str]] = field(default_factory=dict)
    arrived: dict[int, dict[str, Json]] = field(default_factory=dict)

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
    names = _names(header) or _names(attempt.header)
    new: list[Hit] = []
    layer = 1 + max((hit.layer for hit in unproved.hits), default=0)
    left = dict(enumerate(unproved.hits))
    told = replace(unproved, attempt=None)
    for target in attempt.targets:
        before = overwritten.get(target.row, {})
        in_place = _agree(target.above or {}, overwritten.get(target.row - 1, {}))
        # A header proves its columns by itself.
        itself = target.mends is not None and left[target.mends].is_header
        stayed = itself or _stayed(attempt.header, header, target.cells)
        if in_place and stayed and _agree(target.proof, before):
            if target.mends is not None:
                left[target.mends] = left[target.mends].without(target.columns)
            elif target.thread_id is not None:
                told = told.with_arrived(attempt, target.thread_id, target.cells)
            continue
        held = {c: before.get(c, {}) for c, content in target.cells.items() if not alike(before.get(c, {}), content)}
        if held:
            after = {c: content for c, content in {**before, **target.cells}.items() if content}
            new.append(Hit(layer=layer, row=target.row, width=attempt.width, names=names, after=after, held=held))
    for cells in attempt.appended:
        if not _stayed(attempt.header, header, cells):
            new += _strays(attempt, cells, names, layer)
        told = _with_new_row(told, attempt, cells, _names(header))
    return replace(told, hits=(*(hit for hit in left.values() if hit.held), *new))


def _header(attempt: Attempt, overwritten: Mapping[int, Line]) -> Line:
    """The header as the attempt met it, nearest to the row where it was read; {} where it was out of sight."""
    near = sorted(overwritten, key=lambda row: abs(row - attempt.header_row))
    return next((overwritten[row] for row in _headers_first(near, overwritten)), {})


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
    before, after = _names(was), _names(header)
    moved = any(name != after.get(column) and name in after.values() for column, name in before.items())
    return KEY in after.values() and all(before[c] == after.get(c) if c in before else not moved for c in columns)


def _strays(attempt: Attempt, cells: Line, names: dict[int, str], layer: int) -> Iterator[Hit]:
    """The cells of a new row that went into other columns than they were meant for; `names` are those of then."""
    moved = [column for name, column in attempt.columns.items() if names.get(column) != name]
    if moved:
        # Where the id is in its column, the next write fills the row; else nothing of it stays.
        wrong = cells if attempt.columns[KEY] in moved else moved
        after = {column: content for column, content in cells.items() if content}
        held: dict[int, Json] = {column: {} for column in wrong if column in after}
        if held:
            yield Hit(layer=layer, row=_UNKNOWN, width=attempt.width, names=names, after=after, held=held)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a hit is now: the row, and what belongs into those of its cells that still hold what was written.

    `columns` are those of the hit that these cells had then.
    """

    row: int
    cells: dict[int, Json]
    columns: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Tab:
    """The whole tab as it is now, `height` rows of `width` columns: those that hold anything, by number."""

    rows: Mapping[int, Line]
    height: int
    width: int
    header_row: int = field(init=False)
    names: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        header = next(iter(_headers_first(sorted(self.rows), self.rows)), None)
        object.__setattr__(self, "header_row", -1 if header is None else header)
        object.__setattr__(self, "names", {} if header is None else _names(self.rows[header]))

    def thread_id(self, row: int) -> int | None:
        """The id in the key cell of a row."""
        key = next((column for column, name in self.names.items() if name == KEY), None)
        content: Json = {} if key is None else self.rows.get(row, {}).get(key, {})
        return thread_id_of(content.get("stringValue"))

    def find(self, hit: Hit) -> Place | None:
        """Where the hit's cells are, as far as they still hold what was written by mistake.

        The row is the one that looks as the write left it, best in its old place; else the one with its id, or, for a
        row without an id, the one in its old place. Columns are known by their names, or else by their places.
        """
        ways = (
            self._columns_of(hit, without_gone=False),
            self._columns_of(hit, without_gone=True),
            {column: column for column in range(hit.width)},
        )
        return next((place for columns in ways if (place := self._find(hit, columns)) is not None), None)

    def _find(self, hit: Hit, columns: Mapping[int, int]) -> Place | None:
        after = {column: hit.after.get(was, {}) for was, column in columns.items()}
        # Sorted, a row that was emptied stands below all others.
        below = max(self.rows, default=-1) + 1
        known = self.rows.keys() | {row for row in (hit.row, below) if row < self.height}
        rows = sorted(known, key=lambda row: (row != hit.row, row))
        key = next((was for was, name in hit.names.items() if name == KEY and was not in hit.held), None)
        thread_id = None if key is None else thread_id_of(hit.after.get(key, {}).get("stringValue"))
        looks_alike = [row for row in rows if self.holds(row, after)]
        if hit.is_header:
            others = [row for row in (self.header_row,) if row in self.rows]
        elif thread_id is not None:
            # Of several rows with its id, the one that is most like it.
            others = [row for row in rows if self.thread_id(row) == thread_id]
            others.sort(key=lambda row: -sum(self.holds(row, {c: content}) for c, content in after.items()))
        elif hit.row == _UNKNOWN:
            # A new row with its id in a wrong column.
            others = [row for row in rows if self.thread_id(row) is None and self._is_most_of(row, hit.after)]
        else:
            # A blank cell says nothing of whose it is.
            here = {**columns, **self._moved(hit, columns, hit.row)}
            told = any(hit.after.get(was) for was in self._left(hit, here, hit.row))
            stayed = [hit.row] if told and self.thread_id(hit.row) is None else []
            others = [*self._alike_by_name(hit, columns, rows), *stayed]
        for row in (*looks_alike, *others):
            places = {**columns, **self._moved(hit, columns, row)}
            left = self._left(hit, places, row)
            if left:
                return Place(row=row, cells={places[was]: hit.held[was] for was in left}, columns=tuple(left))
        return None

    def _alike_by_name(self, hit: Hit, columns: Mapping[int, int], rows: Iterable[int]) -> list[int]:
        """The rows that have all of it in the columns with names, if that is more than what was written by mistake."""
        named = {column: hit.after.get(was, {}) for was, column in columns.items() if was in hit.names}
        tells = any(hit.after.get(was) for was in hit.names if was in columns and was not in hit.held)
        return [row for row in rows if tells and self.holds(row, named)]

    def _moved(self, hit: Hit, columns: Mapping[int, int], row: int) -> dict[int, int]:
        """Columns without a name, or whose name is gone, known by what was written into them in this row.

        They are not where they would be beside their neighbours, and so they are among those without a name or with a
        new one.
        """
        line, then, now = self.rows.get(row, {}), hit.names, self.names
        moved = {}
        for was in hit.held.keys() & hit.after.keys():
            content, place = hit.after[was], columns.get(was, -1)
            taken = {columns.get(other) for other in hit.after if other != was}
            unknown = [column for column in line.keys() - taken if now.get(column) not in then.values()]
            alike_there = [column for column in unknown if alike(line[column], content)]
            is_lost = then.get(was) not in now.values() and not alike(line.get(place, {}), content)
            if is_lost and len(alike_there) == 1:
                moved[was] = alike_there[0]
        return moved

    def _left(self, hit: Hit, columns: Mapping[int, int], row: int) -> list[int]:
        """Those of the hit's cells that still hold what was written, if the row is its row, by the columns of then."""
        written = {was: hit.after.get(was, {}) for was in hit.held if was in columns}
        return [
            was
            for was, content in written.items()
            if self.holds(row, {columns[was]: content})
            # A blank cell is no sign of a column that is nowhere any more, unless its name itself was hit.
            and (content or hit.is_header or self._is_there(hit, was, columns[was]))
        ]

    def _is_there(self, hit: Hit, was: int, column: int) -> bool:
        """Whether the hit's column is taken to be this one for its name, or for one that no column had then."""
        name, now = hit.names.get(was), self.names.get(column)
        return name is None or name in self.names.values() or now not in (None, *hit.names.values())

    def proof(self, place: Place, width: int) -> dict[int, Json]:
        """What must still be in the row when the cells of this place are put back, so that it is the same row.

        Rows can be alike in all but one cell; and of a header, the others tell whether its columns are where they were.
        """
        line = self.rows.get(place.row, {})
        return {column: line.get(column, {}) for column in range(width)}

    def holds(self, row: int, cells: Line) -> bool:
        """Whether the row has these contents ({} for none) in these columns."""
        line = self.rows.get(row, {})
        return all(alike(line.get(column, {}), content) for column, content in cells.items())

    def _places_of_name(self, hit: Hit, column: int, near: Iterable[int]) -> list[int]:
        """Where in the header a name may belong that was hit, the best first.

        There it looks as it was left, over a column that holds something: one that came since is blank. Each column has
        a name, so that in the end any place may be the one that is left.
        """
        row = self.header_row if self.names else hit.row
        places = (*sorted(near, key=self._is_blank), *sorted(range(hit.width), key=self._is_blank))
        return [place for place in places if self.holds(row, {place: hit.after.get(column, {})})]

    def _is_blank(self, column: int) -> bool:
        """Whether the column has nothing below its name."""
        return not any(column in line for row, line in self.rows.items() if row > self.header_row)

    def _is_most_of(self, row: int, cells: Line) -> bool:
        """Whether the row has an id and a link among these contents, and most others, in whatever columns."""
        here = list(self.rows.get(row, {}).values())
        there = [content for content in cells.values() if any(alike(content, each) for each in here)]
        telling = [content for content in cells.values() if _names_a_ticket(content)]
        return bool(telling) and all(content in there for content in telling) and 2 * len(there) > len(cells)

    def _columns_of(self, hit: Hit, *, without_gone: bool) -> dict[int, int]:
        """Where the hit's columns are now.

        A column is known by its name, or by what stands in its place in a header that was hit. One without a name, or
        whose name is nowhere any more, keeps its place beside its neighbour; the latter may have been deleted, and is
        left out if so wished.
        """
        names, names_now = hit.names, self.names
        if hit.is_header:
            names = _unique(hit.after)
            names_now = _unique(self.rows.get(self.header_row if self.names else hit.row, {}))
        now = {name: column for column, name in reversed(names_now.items())}
        known = {column: now[name] for column, name in names.items() if name in now}
        columns = dict(known)
        for column in range(hit.width):
            if column not in known and not (without_gone and column in names):
                left = max((other for other in known if other < column), default=None)
                right = min((other for other in known if other > column), default=None)
                beside = [known[other] + column - other for other in (left, right) if other is not None]
                # One neighbour may have moved.
                stayed = [column] if column in beside else []
                places = [*stayed, *beside, column]
                if hit.is_header:
                    places = self._places_of_name(hit, column, places)
                free = (place for place in places if 0 <= place < self.width and place not in columns.values())
                place = next(free, None)
                columns |= {} if place is None else {column: place}
        return columns


def alike(one: Json, other: Json) -> bool:
    """Whether two contents are the same, numbers as far as Google tells them."""
    if "numberValue" in one and "numberValue" in other:
        return math.isclose(one["numberValue"], other["numberValue"], rel_tol=_ROUNDING)
    return one == other


def _agree(proof: Line, line: Line) -> bool:
    return all(alike(line.get(column, {}), content) for column, content in proof.items())


def _unique(header: Line) -> dict[int, str]:
    """The contents of a header, as names, that stand in it only once."""
    texts = {column: str(value_of(content)).strip() for column, content in header.items() if content}
    return {column: text for column, text in texts.items() if list(texts.values()).count(text) == 1}


def _headers_first(rows: Iterable[int], lines: Mapping[int, Line]) -> list[int]:
    """Those of the rows that may be the header, most likely first: the one that names most of the tracker's columns."""
    keyed = [row for row in rows if KEY in _names(lines[row]).values()]
    return sorted(keyed, key=lambda row: -_own_names(lines[row]))


def _own_names(line: Line) -> int:
    """How many of the tracker's columns stand in the row by name."""
    return len(frozenset(NAMES).intersection(_names(line).values()))


def _names_a_ticket(content: Json) -> bool:
    """Whether it is an id or a link."""
    value = value_of(content)
    return bool(thread_id_of(value) or thread_id_of_link(value))


def _names(header: Line) -> dict[int, str]:
    texts: Iterable[tuple[int, object]] = ((column, content.get("stringValue")) for column, content in header.items())
    return {column: text.strip() for column, text in texts if isinstance(text, str) and text.strip()}
