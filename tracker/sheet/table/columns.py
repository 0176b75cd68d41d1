"""The columns of the sheet by name: what kind of cells they hold and how a ticket fills them.

A new column is one new entry in `COLUMNS`. Only columns that the header names are ever written. Those of figures
(`is_figure`), with which a sheet can reckon, are there only for whoever wants them: nobody is asked to name them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from zoneinfo import ZoneInfo

from tracker.cli.invocation import command
from tracker.domain.activity import WaitingOn, waiting_on
from tracker.domain.cells import Cells, CellValue
from tracker.domain.figures import Sla, Status, elapsed, first_response_of, resolution_of, sla_of, status_of
from tracker.domain.hours import BusinessHours
from tracker.domain.snowflakes import created_at
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import duration
from tracker.sheet.table.cells import Json, content_of, value_of

KEY = "thread_id"
LINK = "link"
WAITING_VIEW = "Waiting for a first response"
"""The title of the filter view that shows the tickets without an answer."""
STATUS, SLA = "status", "sla"

CELL_LIMIT = 50_000
"""Characters a cell can hold (Google's "Files you can store in Drive"), counted here in UTF-16 units to be safe."""

_SERIAL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a serial number has no time zone of its own
_SECONDS_A_DAY = 86_400


class Kind(Enum):
    """What a column's cells hold; the value is the number format under which they are shown, if it takes one."""

    TEXT = ("TEXT", "@")
    DATE_TIME = ("DATE_TIME", "yyyy-mm-dd hh:mm:ss")
    DURATION = ("TIME", "[h]:mm:ss")
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
    """One column: the name in the header, its kind, its width in pixels, and the value a ticket has in it.

    A column of figures is none that the tab has to have. Where it holds text, that is one of its `words`, so that a
    column of people's own with the same name is known as theirs.
    """

    name: str
    kind: Kind
    width: int
    value: Callable[[Ticket, Desk], CellValue]
    is_figure: bool = False
    words: type[StrEnum] | None = None


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


def days(span: timedelta | None) -> float | None:
    """A duration as Sheets reckons with it: a fraction of a day, cut to the second."""
    return None if span is None else max(0, span // timedelta(seconds=1)) / _SECONDS_A_DAY


def _word(word: StrEnum | None) -> str | None:
    return None if word is None else word.value


def _last_heard(ticket: Ticket) -> datetime | None:
    known = ticket.activity
    return None if known is None or not known.heard else created_at(known.last_message_id)


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
    Column(
        name=STATUS,
        kind=Kind.TEXT,
        width=90,
        value=lambda ticket, _: _word(status_of(ticket)),
        is_figure=True,
        words=Status,
    ),
    Column(
        name="first_response_date",
        kind=Kind.DATE_TIME,
        width=150,
        value=lambda ticket, desk: serial(ticket.answered_at, desk.zone),
        is_figure=True,
    ),
    Column(
        name="first_response",
        kind=Kind.DURATION,
        width=110,
        value=lambda ticket, _: days(first_response_of(ticket, elapsed)),
        is_figure=True,
    ),
    Column(
        name="resolution",
        kind=Kind.DURATION,
        width=110,
        value=lambda ticket, _: days(resolution_of(ticket, elapsed)),
        is_figure=True,
    ),
    Column(
        name="first_response_business",
        kind=Kind.DURATION,
        width=110,
        value=lambda ticket, desk: days(first_response_of(ticket, desk.hours.elapsed)),
        is_figure=True,
    ),
    Column(
        name="resolution_business",
        kind=Kind.DURATION,
        width=110,
        value=lambda ticket, desk: days(resolution_of(ticket, desk.hours.elapsed)),
        is_figure=True,
    ),
    Column(
        name="sla_due",
        kind=Kind.DATE_TIME,
        width=150,
        value=lambda ticket, desk: serial(ticket.due_at, desk.zone),
        is_figure=True,
    ),
    Column(
        name=SLA,
        kind=Kind.TEXT,
        width=80,
        value=lambda ticket, _: _word(sla_of(ticket)),
        is_figure=True,
        words=Sla,
    ),
    Column(
        name="waiting_on",
        kind=Kind.TEXT,
        width=90,
        value=lambda ticket, _: _word(waiting_on(ticket)),
        is_figure=True,
        words=WaitingOn,
    ),
    Column(
        name="staff_replies",
        kind=Kind.NUMBER,
        width=90,
        value=lambda ticket, _: None if ticket.activity is None else ticket.activity.staff_replies,
        is_figure=True,
    ),
    Column(
        name="last_activity",
        kind=Kind.DATE_TIME,
        width=150,
        value=lambda ticket, desk: serial(_last_heard(ticket), desk.zone),
        is_figure=True,
    ),
)

NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS if not column.is_figure)
"""The columns that a tab has to have."""

FIGURES: tuple[str, ...] = tuple(column.name for column in COLUMNS if column.is_figure)
ALL_NAMES = NAMES + FIGURES
ALL_BUT_KEY = frozenset(ALL_NAMES) - {KEY}
"""The columns of a row of which nothing is known but whose it is."""

NAME_AGAIN = f"Give its header that name again, or run: {command('init-sheet')}"
"""What to do about a column that the header does not name."""


def name_again(cells: Mapping[str, str]) -> str:
    """The same where it is known in which cells, such as `C1`, somebody wrote over the names."""
    written = " and ".join(f'"{name}" into {cell}' for name, cell in cells.items())
    return f"Write {written} again, or add what is missing at the right end: {command('init-sheet')}"


KIND: dict[str, Kind] = {column.name: column.kind for column in COLUMNS}
_ZEROS = {
    Kind.NUMBER: content_of(0),
    Kind.DURATION: content_of(0),
    Kind.BOOLEAN: content_of(False),  # noqa: FBT003 - the value itself
}
UNSHOWN: Json = {"errorValue": "0, FALSE or an empty text: Google does not show which"}
"""As an error it cannot be entered again, so that a row which held it is kept."""


def unshown_under(title: Json) -> Json:
    """What a cell below this cell of the header holds where Google shows nothing of it, though something is there."""
    kind = KIND.get(str(value_of(title)))
    return UNSHOWN if kind is None else _ZEROS.get(kind, {})


def quoted(names: Iterable[str]) -> str:
    """Names of columns in a sentence of the log."""
    return ", ".join(f'"{name}"' for name in names)


def cells_of(ticket: Ticket, desk: Desk, names: Collection[str] = NAMES) -> Cells:
    """The ticket's row: a value for each of these columns. None and "" are an empty cell; texts are cut to fit."""
    return {column.name: _fitting(column.value(ticket, desk)) for column in COLUMNS if column.name in names}


# All of them are needed: each is cut by itself, to the minute or to the second, so that two answers may agree in one.
_FIXED_BY = {
    "first_response_business": ("time_to_first_response", "first_response_date", "first_response"),
    "resolution_business": ("resolution_date", "resolution"),
}


def settled(cells: Cells, known: Cells) -> Cells:
    """The cells, with business times as the row has them: a change of business hours leaves what is closed alone.

    They are reckoned anew where another answer or resolution counts, or other pauses of it are known of.
    """
    kept = {
        figure: known[figure]
        for figure, causes in _FIXED_BY.items()
        if figure in cells
        and known.get(figure) is not None
        and all(known.get(cause) == cells[cause] for cause in causes if cause in cells)
    }
    return {**cells, **kept}


def _fitting(value: CellValue) -> CellValue:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    units = value.encode("utf-16-le")
    if len(units) <= 2 * CELL_LIMIT:
        return value
    return units[: 2 * (CELL_LIMIT - 1)].decode("utf-16-le", errors="ignore") + "…"
