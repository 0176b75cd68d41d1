"""What the rows that a tab already has are to the bot, in lines for a person: what its start will do with each.

Found from the sheet alone. What has changed in Discord meanwhile, only the start finds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tracker.domain.cells import Cells, CellValue
from tracker.sheet.table.columns import KEY, KIND, LINK, Kind
from tracker.sheet.table.layout import Layout, runs
from tracker.sheet.table.reading import clock_of, clocks, moment_in
from tracker.sheet.table.survey import Survey, claims_of, thread_id_of

_NAMED = 10
_DATES = tuple(name for name, kind in KIND.items() if kind is Kind.DATE_TIME)


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The rows below the header, as they were read; `first` is the number of the first, counted from 0."""

    layout: Layout
    header: Sequence[CellValue]
    rows: Sequence[Sequence[CellValue]]
    time_zone: str
    """Google's name of the spreadsheet's own time zone."""

    def lines(self, zone: ZoneInfo) -> list[str]:
        """A line for every kind of row there is; `zone` is that of the desk. Nothing where there are no rows."""
        rows = {self.first + number: self._cells(row) for number, row in enumerate(self.rows)}
        rows = {number: cells for number, cells in rows.items() if any(map(_filled, cells.values()))}
        if not rows:
            return []
        keys, links = [[self._value(row, name) for row in self.rows] for name in (KEY, LINK)]
        survey = Survey.of(keys, links, self.first)
        owners = {number: thread_id for thread_id, number in survey.positions.items()}
        owned = {number: cells for number, cells in rows.items() if number in owners}
        others = {number: cells for number, cells in rows.items() if number not in owners}
        return [
            f"{_counted(owned)}. What is written: blank cells of the bot's columns, and what has changed in Discord.",
            *_ids(survey),
            *_strangers(others, survey),
            *self._dates(owners, owned, clocks(zone, self.time_zone)),
            *_messages(owned),
            *self._left_alone(),
        ]

    @property
    def first(self) -> int:
        """The number of the first row below the header."""
        return self.layout.header_row + 1

    def _value(self, row: Sequence[CellValue], name: str) -> CellValue:
        column = self.layout.columns.get(name)
        return row[column] if column is not None and column < len(row) else None

    def _cells(self, row: Sequence[CellValue]) -> Cells:
        return {name: self._value(row, name) for name in self.layout.columns}

    def _dates(self, owners: dict[int, int], owned: dict[int, Cells], possible: Sequence[ZoneInfo]) -> Iterable[str]:
        texts, elsewhere, unread = set(), defaultdict(set), set()
        for number, cells in owned.items():
            clock = clock_of(owners[number], cells, possible)
            for name in _DATES:
                value = cells.get(name)
                if not _filled(value):
                    continue
                if moment_in(value, clock) is None:
                    unread.add((number, name))
                elif isinstance(value, str):
                    texts.add(number)
                elif clock != possible[0]:
                    elsewhere[clock.key].add(number)
        if texts:
            yield f"{_listed(texts)}: dates are texts; they are read, in UTC where they do not say, and stay texts."
        for key, numbers in elsewhere.items():
            yield (
                f"{_listed(numbers)}: dates are on the clock of {key}, not of TIMEZONE ({possible[0].key}); they are "
                "read so, and stay."
            )
        if unread:
            names = " and ".join(sorted({name for _, name in unread}))
            yield f"{_listed(number for number, _ in unread)}: {names} cannot be read as a date; it stays as it is."

    def _left_alone(self) -> Iterable[str]:
        ours = set(self.layout.columns.values())
        beside = [str(name) for column, name in enumerate(self.header) if _filled(name) and column not in ours]
        if beside:
            yield f"Columns that are not the bot's stay as they are: {', '.join(beside)}."


def _ids(survey: Survey) -> Iterable[str]:
    if survey.rekeyed:
        lost = [survey.positions[thread_id] for thread_id in survey.rekeyed]
        yield f"{_listed(lost)}: {KEY} is blank or lost digits; it is written anew, as text, from {LINK}."
    if survey.mixed:
        mixed = [survey.positions[thread_id] for thread_id in survey.mixed]
        yield (
            f"{_listed(mixed)}: {KEY} and {LINK} name different threads; {KEY} counts, and the row is written anew "
            "from Discord."
        )


def _strangers(others: dict[int, Cells], survey: Survey) -> Iterable[str]:
    """Rows that are no ticket's: copies, and those that do not say whose they are."""
    copies: dict[int, list[int]] = defaultdict(list)
    cut, nameless = [], []
    for number, cells in others.items():
        key = cells.get(KEY)
        same = [thread_id for _, thread_id in claims_of(key, cells.get(LINK)) if thread_id in survey.positions]
        if same:
            copies[survey.positions[same[0]]].append(number)
        elif thread_id_of(key) is None and isinstance(key, float | int) and not isinstance(key, bool):
            cut.append(number)
        else:
            nameless.append(number)
    for number, numbers in sorted(copies.items()):
        yield (
            f"{_listed([number, *numbers])} name the same thread: row {number + 1} is kept up to date, the others are "
            "left alone."
        )
    if cut:
        yield (
            f"{_listed(cut)}: {KEY} lost digits, and {LINK} does not show them; not taken up, and the thread gets a "
            f"second row when it is heard of. Put the thread's address into {LINK} first."
        )
    if nameless:
        yield (
            f"{_listed(nameless)}: neither {KEY} nor {LINK} names a thread; left alone. Put a thread's address into "
            f"{LINK} to have its row taken up."
        )


def _messages(owned: dict[int, Cells]) -> Iterable[str]:
    name = "warning_message_id"
    cut = [n for n, cells in owned.items() if _filled(cells.get(name)) and thread_id_of(cells.get(name)) is None]
    if cut:
        yield f"{_listed(cut)}: {name} lost digits; the message is looked for when the thread is reopened."


def _filled(value: CellValue) -> bool:
    return value not in (None, "")


def _counted(rows: Collection[int]) -> str:
    return "1 row names a thread" if len(rows) == 1 else f"{len(rows):,} rows name a thread each"


def _listed(numbers: Iterable[int]) -> str:
    """`Row 7`, or `Rows 2-5, 7 and 12 more`, as the browser counts them."""
    ranges = runs(numbers)
    shown = [f"{r.start + 1}" if len(r) == 1 else f"{r.start + 1}-{r.stop}" for r in ranges[:_NAMED]]
    more = sum(map(len, ranges[_NAMED:]))
    one = len(ranges) == 1 and len(ranges[0]) == 1
    return ("Row " if one else "Rows ") + ", ".join(shown) + (f" and {more:,} more" if more else "")
