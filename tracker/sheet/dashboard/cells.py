"""What stands where on the tab of figures. On top is room for the charts; below are the blocks of numbers behind them.

History is written as values: no formula can break, and 100,000 tickets cost what 100 do. Only what is true at this
moment are formulas, four of them. They name whole columns of the tab of tickets, and the words that they count stand in
cells, so that they are read alike in every locale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from tracker.domain.cells import CellValue
from tracker.domain.figures import Sla, Status
from tracker.domain.overview import WEEKS, Overview
from tracker.domain.summary import Summary
from tracker.sheet.table.cells import Json, content_of
from tracker.sheet.table.columns import SLA, STATUS, days
from tracker.sheet.table.layout import Layout, column_letters

TITLE = "Support Dashboard"
WIDTH = 5
"""Columns of the blocks; the charts reach further to the right."""

COLUMNS = 12
TITLE_ROW, AS_OF = 0, 1
"""The row of the title, and that which says of when the figures are."""

BEHIND_ROW = 59
"""The row that says what stands below it, and who writes there."""

_BEHIND = "The numbers behind the charts, as written by the support tracker"
_NAMES = 11
"""The busiest ten, and the others."""

NOW = range(61, 66)
"""The block of what is true at this moment, with its heading, as are the others."""

LATEST = range(67, 74)
HISTORY = range(75, 76 + WEEKS)
TEAMS = range(HISTORY.stop + 1, HISTORY.stop + 2 + _NAMES)
TYPES = range(TEAMS.stop + 1, TEAMS.stop + 2 + _NAMES)
ANSWERERS = range(TYPES.stop + 1, TYPES.stop + 2 + _NAMES)
ROWS = ANSWERERS.stop

FIGURES = range(NOW.stop, ROWS)
"""The rows that the bot writes again and again; no person's and no formula's cells are among them."""

_WAITING, _OPEN, _RUNNING, _MISSED = NOW[1:]
_OF_PEOPLE = ("Opened", "Resolved", "Median first response (hours)", "SLA kept")
_HEADINGS = {
    NOW: ("Now", "Tickets"),
    LATEST: ("Latest", "Last 7 days", "7 days before"),
    HISTORY: ("Week of", *_OF_PEOPLE),
    TEAMS: ("Team, last 28 days", *_OF_PEOPLE),
    TYPES: ("Type, last 28 days", *_OF_PEOPLE),
    ANSWERERS: ("First answer by, last 28 days", *_OF_PEOPLE),
}
_NAMED_LATEST = ("Opened", "Resolved", "Median first response", "SLA kept", "Reopened", "Waiting")
NOTES = {
    (NOW.start, 0): "Counted by formulas at this moment, also while the bot is down: tickets by their columns status "
    "and sla. running: waiting, and still in time. missed: waiting, and late.",
    (LATEST.start, 0): "By when tickets were opened; Resolved: by when their latest resolution happened.",
    (LATEST.start + 3, 0): "Of the tickets that were answered, half had their first answer in this time.",
    (LATEST.start + 4, 0): "met / (met + missed). Tickets whose time still runs count as neither. Not shown for fewer "
    "than five tickets.",
    (LATEST.start + 5, 0): "The part of the opened tickets that were reopened at least once. Not shown for fewer than "
    "five tickets.",
    (LATEST.start + 6, 0): "Tickets that waited for their first answer at the time above, and 7 days before. Tickets "
    "that were deleted since count as if they never waited.",
    (HISTORY.start, 0): "Weeks begin on Monday. The last one is not over.",
    (ANSWERERS.start, 0): "At most ten, in alphabetical order. This is no ranking: who takes hard tickets is slower.",
}
"""Definitions, by row and column."""


@dataclass(frozen=True, kw_only=True)
class Ids:
    """The numbers of the tab and of what is on it: chosen here, so that they are known whatever people rename."""

    tab: int
    protection: int
    _tickets: int

    @classmethod
    def beside(cls, tickets: int) -> Ids:
        """Those for the tab of tickets with this number."""
        return cls(tab=_number(tickets, "tab"), protection=_number(tickets, "protection"), _tickets=tickets)

    def chart(self, name: str) -> int:
        """The number of the chart of this name."""
        return _number(self._tickets, f"chart {name}")


def _number(tickets: int, what: str) -> int:
    """A number that Google takes, and that nothing else has."""
    return int.from_bytes(blake2b(f"dashboard {tickets} {what}".encode(), digest_size=4).digest()) % 2**31 or 1


def headings() -> dict[tuple[int, int], Json]:
    """The title and the headings of the blocks, by row and column."""
    cells = {(TITLE_ROW, 0): content_of(TITLE), (BEHIND_ROW, 0): content_of(_BEHIND)}
    for block, texts in _HEADINGS.items():
        cells |= {(block.start, column): content_of(text) for column, text in enumerate(texts)}
    return cells


def live(title: str, layout: Layout) -> dict[tuple[int, int], Json]:
    """What is counted by formulas, over the tab of tickets with this title; blank where a column is missing there."""
    words = {_WAITING: Status.WAITING, _OPEN: Status.OPEN, _RUNNING: Sla.RUNNING, _MISSED: Sla.MISSED}
    cells = {(row, 0): content_of(word.value) for row, word in words.items()}
    status, sla = (_whole_column(title, layout, name) for name in (STATUS, SLA))
    waiting = f"$A${_WAITING + 1}"
    formulas = {
        _WAITING: status and f"=COUNTIFS({status};{waiting})",
        _OPEN: status and f"=COUNTIFS({status};$A${_OPEN + 1})",
        _RUNNING: status and sla and f"=COUNTIFS({status};{waiting};{sla};$A${_RUNNING + 1})",
        _MISSED: status and sla and f"=COUNTIFS({status};{waiting};{sla};$A${_MISSED + 1})",
    }
    return cells | {(row, 1): {"formulaValue": text} if text else {} for row, text in formulas.items()}


def _whole_column(title: str, layout: Layout, name: str) -> str:
    """All cells of a column, those to come as well; "" where the header does not name it."""
    if name not in layout.columns:
        return ""
    letters, quoted = column_letters(layout.columns[name]), title.replace("'", "''")
    return f"'{quoted}'!${letters}:${letters}"


def figures(overview: Overview) -> list[list[CellValue]]:
    """The cells of `FIGURES`, a list for each row."""
    latest, before = overview.latest, overview.before
    pairs = [*((of(latest), of(before)) for of in _LATEST_OF), (overview.waiting, overview.waiting_before)]
    blocks: dict[range, list[list[CellValue]]] = {
        LATEST: [[name, *pair] for name, pair in zip(_NAMED_LATEST, pairs, strict=True)],
        HISTORY: [[monday.isoformat(), *_shown(week)] for monday, week in _oldest_first(overview.weeks)],
        TEAMS: _by_name(overview.teams),
        TYPES: _by_name(overview.types),
        ANSWERERS: _by_name(overview.answerers),
    }
    rows: dict[int, list[CellValue]] = {}
    for block, lines in blocks.items():
        rows[block.start] = list(_HEADINGS[block])
        rows |= dict(zip(block[1:], lines, strict=False))
    return [[*rows.get(row, []), *[None] * WIDTH][:WIDTH] for row in FIGURES]


AS_OF_BEGINS = "As of "


def as_of(now: datetime, zone: ZoneInfo, *, business: bool) -> str:
    """The line that says of when the figures are."""
    reckoned = "business time" if business else "all the time that passed"
    local = now.astimezone(zone)
    return f"{AS_OF_BEGINS}{local:%Y-%m-%d %H:%M} ({zone.key}); times are {reckoned}. Written by the support tracker."


_LATEST_OF = (
    lambda each: each.opened,
    lambda each: each.resolved,
    lambda each: days(each.median_response),
    lambda each: each.sla_kept,
    lambda each: each.reopened_share,
)


def _shown(each: Summary) -> list[CellValue]:
    return [each.opened, each.resolved, _hours(each.median_response), each.sla_kept]


def _hours(span: timedelta | None) -> float | None:
    """For the axis of a chart, which knows no durations."""
    return None if span is None else round(span / timedelta(hours=1), 2)


def _oldest_first(weeks: Mapping[date, Summary]) -> list[tuple[date, Summary]]:
    return sorted(weeks.items())


def _by_name(found: Mapping[str, Summary]) -> list[list[CellValue]]:
    return [[name, *_shown(each)] for name, each in found.items()]
