"""Where what a write hit by mistake is now, in a tab in which people may have moved rows and columns since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tracker.sheet.recovery.lines import Line, alike, headers_first, names_a_ticket, names_of
from tracker.sheet.recovery.mending import UNKNOWN, Hit
from tracker.sheet.table.cells import Json, value_of
from tracker.sheet.table.columns import KEY, LINK
from tracker.sheet.table.survey import thread_id_of, thread_id_of_link


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a hit is now: the row, and what belongs into those of its cells that still hold what was written.

    `columns` are those of the hit that these cells had then.
    """

    row: int
    cells: dict[int, Json]
    columns: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class WholeTab:
    """The whole tab as it is now, `height` rows of `width` columns: those that hold anything, by number."""

    rows: Mapping[int, Line]
    height: int
    width: int
    header_row: int = field(init=False)
    names: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        header = next(iter(headers_first(sorted(self.rows), self.rows)), None)
        object.__setattr__(self, "header_row", -1 if header is None else header)
        object.__setattr__(self, "names", {} if header is None else names_of(self.rows[header]))

    def thread_id(self, row: int) -> int | None:
        """The id in the key cell of a row."""
        return thread_id_of(value_of(self._cell(row, KEY)))

    def _linked_id(self, row: int) -> int | None:
        """The id in the link of a row."""
        return thread_id_of_link(value_of(self._cell(row, LINK)))

    def _cell(self, row: int, name: str) -> Json:
        """The content of a row in the column of this name; {} where there is none."""
        column = next((column for column, other in self.names.items() if other == name), None)
        return {} if column is None else self.rows.get(row, {}).get(column, {})

    def find_all(self, hits: Iterable[Hit]) -> list[Place | None]:
        """Where each of these hits is, of which no two were in one row: two rows may look the same."""
        places: list[Place | None] = []
        for hit in hits:
            taken = {place.row for place in places if place is not None}
            places.append(self.find(hit, without=taken))
        return places

    def find(self, hit: Hit, *, without: Collection[int] = ()) -> Place | None:
        """Where the hit's cells are, as far as they still hold what was written by mistake; not in rows of `without`.

        The row is the one that looks as the write left it, best the first with its id (of a copy, another), or in its
        old place, or near it below the header; else the one with its id, or, for a row without an id, the one in its
        old place, or one that is nobody's and still has what was written. Columns are known by their names, or else by
        their places.
        """
        ways = (
            self._columns_of(hit, without_gone=False),
            self._columns_of(hit, without_gone=True),
            {column: column for column in range(hit.width)},
        )
        return next((place for columns in ways if (place := self._find(hit, columns, without)) is not None), None)

    def _find(self, hit: Hit, columns: Mapping[int, int], without: Collection[int]) -> Place | None:
        after = {column: hit.after.get(was, {}) for was, column in columns.items()}
        # Sorted, a row that was emptied stands below all others.
        below = max(self.rows, default=-1) + 1
        known = self.rows.keys() | {row for row in (hit.row, below) if row < self.height}
        rows = sorted(
            known.difference(without),
            key=lambda row: (row != hit.row, row < self.header_row, abs(row - hit.row)),
        )
        key = hit.column(KEY)
        thread_id = None if key in hit.held else thread_id_of(value_of(hit.after.get(key, {})))
        its = [row for row in rows if thread_id is not None and self.thread_id(row) == thread_id]
        # Of several rows with its id the first is the ticket's; the others were copied from it.
        first = min(its, key=lambda row: (row < self.header_row, row), default=UNKNOWN)
        its.sort(key=lambda row: (row == first) == hit.is_copy)
        looks_alike = [row for row in (*its, *rows) if self.holds(row, after)]
        if hit.is_header:
            others = [row for row in (self.header_row,) if row in self.rows]
        elif thread_id is not None:
            # The one that is most like it.
            others = sorted(its, key=lambda row: -sum(self.holds(row, {c: content}) for c, content in after.items()))
        elif hit.row == UNKNOWN:
            # A new row with its id in a wrong column.
            others = [row for row in rows if self.thread_id(row) is None and self._is_most_of(row, hit.after)]
        else:
            # A blank cell says nothing of whose it is.
            here = {**columns, **self._moved(hit, columns, hit.row)}
            told = any(hit.after.get(was) for was in self._left(hit, here, hit.row))
            stayed = [row for row in rows if row == hit.row and told and self.thread_id(row) is None]
            others = [
                *self._alike_by_name(hit, columns, rows),
                *stayed,
                *self._filled_since(hit, columns, rows),
                *self._not_of_its_id(hit, rows),
            ]
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

    def _filled_since(self, hit: Hit, columns: Mapping[int, int], rows: Iterable[int]) -> list[int]:
        """The rows of nobody's with all that was written into a blank one, and more: people went on there since.

        One cell alone may be their own.
        """
        written = {columns[was]: content for was, content in hit.after.items() if was in columns}
        tells = hit.was_blank and len(written) > 1
        return [row for row in rows if tells and self.thread_id(row) is None and self.holds(row, written)]

    def _not_of_its_id(self, hit: Hit, rows: Iterable[int]) -> list[int]:
        """The rows with the id that was written by mistake, where the link of another row tells whose it is.

        Where the ticket has several rows, they may be copies that people made.
        """
        key, link = (hit.after.get(hit.column(name), {}) for name in (KEY, LINK))
        thread_id = thread_id_of(value_of(key))
        if hit.column(KEY) not in hit.held or thread_id is None or hit.has_copies:
            return []
        linked = {row for row in self.rows if self._linked_id(row) == thread_id}
        given = (row for row in rows if self.thread_id(row) == thread_id and alike(self._cell(row, LINK), link))
        return [row for row in given if linked and row not in linked]

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

    def proof(self, place: Place) -> dict[int, Json]:
        """What must still be in the row when the cells of this place are put back, so that it is the same row.

        Rows can be alike in all but one cell; and of a header, the others tell whether its columns are where they were.
        """
        line = self.rows.get(place.row, {})
        return {column: line.get(column, {}) for column in range(self.width)}

    def has_copies(self, place: Place) -> bool:
        """Whether rows have an id that is put back in this one."""
        ids = {thread_id_of(value_of(content)) for content in place.cells.values()} - {None}
        return any(self.thread_id(row) in ids for row in self.rows if row != place.row)

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
        """Whether the row has most of these contents, ids and links among them, in whatever columns."""
        here = list(self.rows.get(row, {}).values())
        there = [content for content in cells.values() if any(alike(content, each) for each in here)]
        telling = [content for content in cells.values() if names_a_ticket(content)]
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


def _unique(header: Line) -> dict[int, str]:
    """The contents of a header, as names, that stand in it only once."""
    texts = {column: str(value_of(content)).strip() for column, content in header.items() if content}
    return {column: text for column, text in texts.items() if list(texts.values()).count(text) == 1}
