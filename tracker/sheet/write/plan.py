"""What a write is about to do, and what it turned out to have done. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from tracker.domain.cells import Cells
from tracker.errors import SheetError
from tracker.sheet.table.cells import Json, value_of
from tracker.sheet.table.columns import KEY
from tracker.sheet.table.survey import thread_id_of, thread_id_of_link


@dataclass(frozen=True, kw_only=True)
class Target:
    """Cells of one row, by column ({} for blank), and what was read of that row a moment before.

    `proof` is what shows whose the row is: the contents of its key and link columns; of a new row, that all cells are
    blank. Where the cells are a ticket's, `known` is what its row was known to hold before (None where only its id is
    written back). Where they put back what an earlier write put there by mistake, `puts_back` is the number of that
    `Misplaced` in the plan, and `proof` is everything that is overwritten, too. Of a new row, `filled_down` are the
    columns in which something stood all the same: nothing else may stand there, also beside the bot's columns.
    """

    row: int
    cells: dict[int, Json]
    proof: dict[int, Json]
    thread_id: int | None = None
    known: Cells | None = None
    filled_down: tuple[int, ...] = ()
    puts_back: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether it makes a row: of one that is there, at least the id is known."""
        return self.known == {}


@dataclass(frozen=True, kw_only=True)
class Misplaced:
    """Cells that a write put into a row (or columns) that they were not meant for, as people moved things just then.

    `cells` is what it wrote, `before` the whole row as it was, both by column; `identifying` are the columns of keys
    and links at that moment. Where nobody knows what the row held, `before` is None, and `beside` is what it shows
    beside what was written, as far as it was found again. `header` names the columns; it is blank where the header was
    out of sight, as rows had been moved with it. `width` is how many columns `before` shows, None for all of them:
    those that were pushed further right just then are not known.
    """

    row: int
    cells: dict[int, Json]
    before: dict[int, Json] | None
    identifying: tuple[int, ...]
    header: dict[int, Json]
    beside: dict[int, Json] = field(default_factory=dict)
    width: int | None = None

    @property
    def key(self) -> int | None:
        """The id that the row had before, as far as it is known; None where it had none.

        Where no header says which column holds the ids, as columns may have moved, the row's link names it: there may
        be others in people's columns, so rather one whose id stands in the row as well.
        """
        if self.header:
            return thread_id_of(value_of(self._row.get(self.identifying[0], {}))) if self.identifying else None
        links = [thread_id_of_link(value_of(each)) for each in self._row.values()]
        found = [each for each in links if each is not None]
        return next((each for each in found if each in self._all_ids), next(iter(found), None))

    @property
    def ids(self) -> set[int]:
        """The ids that the row may have had: all that look like one, where nothing says which of them is its own."""
        if self.header or self.key is not None:
            return set() if self.key is None else {self.key}
        return self._all_ids

    @property
    def _all_ids(self) -> set[int]:
        found = (thread_id_of(value_of(each)) for each in self._row.values())
        return {each for each in found if each is not None}

    @property
    def _row(self) -> dict[int, Json]:
        return self.beside if self.before is None else self.before

    @property
    def overwritten(self) -> dict[int, Json]:
        """What is to be put back: the contents of those cells that held something else."""
        return {column: (self.before or {}).get(column, {}) for column in self.cells}


@dataclass(frozen=True, kw_only=True)
class WritePlan:
    """One atomic change, complete before it is sent.

    `fence` is the id of the fence that it leaves, `replaces` are those that it deletes; `writer` names the store.
    `title` and `images_title` are the titles of the tab and of the hidden tab that keeps the rows as they were, the
    header's first. `width` and `height` are the numbers of the tab's columns and rows, `header` the header's row as
    read, by column, `columns` the places of the bot's own. `keep_as`: instead of writing targets, keep `misplaced` in a
    tab of its own with this id. `anchor` is the row above all new ones, and `anchor_key` what its key column holds.
    `unchanged` are the tickets whose row is right already, with what it is known to hold; `doubled` those that have
    several rows; `unknown` are columns of tickets' rows that were seen to hold something else than they should.
    """

    fence: int
    replaces: tuple[int, ...]
    writer: str
    tab_id: int
    title: str
    images_id: int
    images_title: str
    width: int
    header_row: int
    header: dict[int, Json]
    columns: dict[str, int]
    targets: tuple[Target, ...] = ()
    misplaced: tuple[Misplaced, ...] = ()
    keep_as: int | None = None
    height: int = 0  # as a plan has it that an earlier edition left in the store
    anchor: int = -1
    anchor_key: Json = field(default_factory=dict)
    unchanged: dict[int, Cells] = field(default_factory=dict)
    doubled: frozenset[int] = frozenset()
    unknown: dict[int, frozenset[str]] = field(default_factory=dict)

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.targets) or self.keep_as is not None

    @property
    def new_rows(self) -> dict[int, int]:
        """By thread id, the rows that it makes, as people count."""
        return {each.thread_id: each.row + 1 for each in self.targets if each.is_new and each.thread_id is not None}

    @property
    def writes_ids_back(self) -> bool:
        """Whether it writes ids into rows that lost theirs: their other cells, and more ids, may follow."""
        return any(target.thread_id is not None and target.known is None for target in self.targets)

    @property
    def key(self) -> int | None:
        """The place of the key column, where the header named it."""
        return self.columns.get(KEY)

    def names(self, cells: dict[int, Json]) -> Cells:
        """These contents as values by the names of the bot's columns."""
        return {name: value_of(cells[column]) for name, column in self.columns.items() if column in cells}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Rows that could not be put back, kept in a tab of their own; `address` is "" where Google refused that, too.

    `reason` is what Google said then.
    """

    rows: int
    address: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What is known after a write.

    `known` is, by thread id, what a ticket's row is now known to hold: of the tickets whose row was proved to be
    right. `unknown` are columns of tickets' rows in which nothing may be taken for known: they are to be written again.
    `not_taken` are tickets whose row Google did not change as it was asked to, with the reason. `misplaced` is what
    has to be put back before anything else is written; `races` is how much of it this write put there, `put_back` how
    much it put right, `kept` what was given up. `never_known` are the tickets of a write of which nobody can find out
    any more what it did. `refused` is why Google refused the whole write, if it did. `columns` are the bot's columns
    that the header names, `doubled` the tickets with several rows; None where nobody looked. `left_out` is why what was
    to go along with the write went not: Google refused the whole with it.
    """

    known: dict[int, Cells] = field(default_factory=dict)
    unknown: dict[int, frozenset[str]] = field(default_factory=dict)
    not_taken: dict[int, str] = field(default_factory=dict)
    misplaced: tuple[Misplaced, ...] = ()
    races: int = 0
    put_back: int = 0
    kept: Kept | None = None
    never_known: tuple[int, ...] = ()
    refused: str = ""
    columns: frozenset[str] | None = None
    doubled: frozenset[int] | None = None
    left_out: SheetError | None = None

    def followed_by(self, later: Outcome) -> Outcome:
        """What is known after two writes to rows of different tickets."""
        return replace(
            later,
            known={**self.known, **later.known},
            unknown={**self.unknown, **later.unknown},
            not_taken={**self.not_taken, **later.not_taken},
            kept=later.kept or self.kept,
        )


@dataclass(frozen=True, kw_only=True)
class OpenWrite:
    """What the store keeps from before a write is sent until everything that came of it is settled.

    `plan` is a write of which nobody knows yet whether it landed; `misplaced` is what has to be put back.
    """

    plan: WritePlan | None = None
    misplaced: tuple[Misplaced, ...] = ()


_FORM = TypeAdapter(OpenWrite)


def as_text(write: OpenWrite) -> str:
    """The open write as the store keeps it."""
    # Whole numbers are written as such, although the type of a cell's value speaks of floats alone.
    return _FORM.dump_json(write, warnings=False).decode()


def from_text(text: str) -> OpenWrite:
    """The open write that `as_text` wrote."""
    return _FORM.validate_json(text)
