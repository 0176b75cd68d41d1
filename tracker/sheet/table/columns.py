"""The columns of the sheet by name: what kind of cells they hold and how a ticket fills them.

A new column is one new entry in `COLUMNS`. Only columns that the header names are ever written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from tracker.domain.cells import Cells, CellValue
from tracker.domain.hours import BusinessHours
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import duration

KEY = "thread_id"
LINK = "link"
WAITING_VIEW = "Waiting for a first response"
"""The title of the filter view that shows the tickets without an answer."""

CELL_LIMIT = 50_000
"""Characters a cell can hold (Google's "Files you can store in Drive"), counted here in UTF-16 units to be safe."""

_SERIAL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number has no time zone of its own
_SECONDS_A_DAY = 86_400


class Kind(Enum):
    """What a column's cells hold; the value is the number format under which they are shown, if it takes one."""

    TEXT = ("TEXT", "@")
    DATE_TIME = ("DATE_TIME", "yyyy-mm-dd hh:mm:ss")
    NUMBER = ("NUMBER", "0")
    BOOLEAN = None

    @property
    def number_format(self) -> dict[str, str] | None:
        """Google's `NumberFormat` for this kind."""
        return None if self.value is None else {"type": self.value[0], "pattern": self.value[1]}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The settings by which a ticket is shown: the zone of the dates, the business hours, the names of the teams."""

    zone: ZoneInfo
    hours: BusinessHours
    teams: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: the name in the header, its kind, its width in pixels, and the value a ticket has in it."""

    name: str
    kind: Kind
    width: int
    value: Callable[[Ticket, Desk], CellValue]


def serial(at: datetime | None, zone: ZoneInfo) -> float | None:
    """The number by which Sheets knows this moment in `zone`: days since 1899-12-30, cut to the second."""
    if at is None:
        return None
    local = at.astimezone(zone).replace(tzinfo=None, microsecond=0)
    return (local - _SERIAL_EPOCH).total_seconds() / _SECONDS_A_DAY


def moment(serial_number: float, zone: ZoneInfo) -> datetime | None:
    """The moment that `serial` made this number of, to the second; None for a number that no calendar has."""
    try:
        return (_SERIAL_EPOCH + timedelta(seconds=round(serial_number * _SECONDS_A_DAY))).replace(tzinfo=zone)
    except (OverflowError, ValueError):
        return None


def _since_creation(ticket: Ticket, moment: datetime | None) -> str | None:
    return None if moment is None else duration(moment - ticket.created_at)


COLUMNS: tuple[Column, ...] = (
    Column(name=KEY, kind=Kind.TEXT, width=170, value=lambda ticket, _: str(ticket.thread_id)),
    Column(name="title", kind=Kind.TEXT, width=320, value=lambda ticket, _: ticket.title),
    Column(
        name="type", kind=Kind.TEXT, width=180, value=lambda ticket, _: ", ".join(t.name for t in ticket.tags if t.name)
    ),
    Column(name="raised_by", kind=Kind.TEXT, width=140, value=lambda ticket, _: ticket.author_name),
    Column(
        name="date_created",
        kind=Kind.DATE_TIME,
        width=150,
        value=lambda ticket, desk: serial(ticket.created_at, desk.zone),
    ),
    Column(
        name="first_responded_by",
        kind=Kind.TEXT,
        width=140,
        value=lambda ticket, _: ticket.first_answer.author_name if ticket.first_answer else None,
    ),
    Column(
        name="time_to_first_response",
        kind=Kind.TEXT,
        width=110,
        value=lambda ticket, _: _since_creation(ticket, ticket.answered_at),
    ),
    Column(
        name="time_to_resolution",
        kind=Kind.TEXT,
        width=110,
        value=lambda ticket, _: _since_creation(ticket, ticket.resolved_at),
    ),
    Column(
        name="resolution_date",
        kind=Kind.DATE_TIME,
        width=150,
        value=lambda ticket, desk: serial(ticket.resolved_at, desk.zone),
    ),
    Column(name=LINK, kind=Kind.TEXT, width=200, value=lambda ticket, _: ticket.link),
    Column(name="team", kind=Kind.TEXT, width=110, value=lambda ticket, desk: team_of(ticket.tags, desk.teams)),
    Column(
        name="outside_business_hours",
        kind=Kind.BOOLEAN,
        width=110,
        value=lambda ticket, desk: not desk.hours.is_open(ticket.created_at),
    ),
    Column(name="reopen_count", kind=Kind.NUMBER, width=90, value=lambda ticket, _: ticket.reopen_count),
    Column(
        name="warning_message_id",
        kind=Kind.TEXT,
        width=170,
        value=lambda ticket, _: None if ticket.resolved_message_id is None else str(ticket.resolved_message_id),
    ),
)

NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
ALL_BUT_KEY = frozenset(NAMES) - {KEY}
"""The columns of a row of which nothing is known but whose it is."""

NAME_AGAIN = "Give its header that name again, or run: python -m tracker.init_sheet"
"""What to do about a column that the header does not name."""

KIND: dict[str, Kind] = {column.name: column.kind for column in COLUMNS}


def quoted(names: Iterable[str]) -> str:
    """Names of columns in a sentence of the log."""
    return ", ".join(f'"{name}"' for name in names)


def cells_of(ticket: Ticket, desk: Desk) -> Cells:
    """The ticket's row: a value for every column. None and "" are an empty cell; texts are cut to what a cell holds."""
    return {column.name: _fitting(column.value(ticket, desk)) for column in COLUMNS}


def _fitting(value: CellValue) -> CellValue:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    units = value.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return value
    return units[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", errors="ignore") + "…"
