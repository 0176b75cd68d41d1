"""What the cells of a row say, whoever wrote them and in whatever form: the bot, a person, or an earlier tracker.

Dates are real dates or texts in UTC, counts and truth values may be texts, durations may leave units out. What cannot
be read says nothing, and stays in the sheet until the ticket itself has something to say there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.activity import WaitingOn
from tracker.domain.cells import Cells, CellValue
from tracker.domain.events import RowFound, Tag
from tracker.domain.figures import Sla
from tracker.domain.snowflakes import created_at
from tracker.domain.teams import team_of
from tracker.domain.wording import duration, span_of
from tracker.sheet.table.columns import KEY, LINK, SLA, moment, serial
from tracker.sheet.table.survey import thread_id_of

_SAME_MINUTE = timedelta(minutes=1)
_DAY_ONLY = len("2026-02-04")
_YEARS = range(2015, 9000)
"""From Discord's first to the last with which one can reckon."""

_COUNTS = range(1_000_000)
_DAYS = 1_000_000
_SECONDS_A_DAY = 86_400

_BY_ASKER: Mapping[str, bool] = {WaitingOn.US: True, WaitingOn.ASKER: False}

_NEVER_CHANGED = frozenset({KEY, LINK, "date_created", "outside_business_hours"})
"""Columns of which nothing that happens in Discord changes the value: what is there stays."""


def clocks(zone: ZoneInfo, spreadsheet_zone: str) -> tuple[ZoneInfo, ...]:
    """The clocks on which dates in the sheet may be: the desk's, the spreadsheet's (as Google names it), and UTC."""
    try:
        return (zone, ZoneInfo(spreadsheet_zone), ZoneInfo("UTC"))
    except (OSError, ValueError, LookupError):
        return (zone, ZoneInfo("UTC"))


def clock_of(thread_id: int, cells: Cells, possible: Sequence[ZoneInfo]) -> ZoneInfo:
    """The clock of a row's dates: the one on which `date_created` is when the thread was created, else the first."""
    for clock in possible:
        created = moment_in(cells.get("date_created"), clock)
        if created is not None and abs(created - created_at(thread_id)) < _SAME_MINUTE:
            return clock
    return possible[0]


def moment_in(value: CellValue, clock: ZoneInfo) -> datetime | None:
    """The moment, to the second, that a cell names: a date on this clock, or a text (in UTC unless it says more)."""
    at = _written_moment(value) if isinstance(value, str) else _date(value, clock)
    return at.replace(microsecond=0) if at is not None and at.year in _YEARS else None


def _date(value: float | None, clock: ZoneInfo) -> datetime | None:
    return None if value is None or isinstance(value, bool) else moment(value, clock)


def _written_moment(text: str) -> datetime | None:
    words = text.strip().removesuffix("UTC").strip()
    try:
        at = datetime.fromisoformat(words) if len(words) > _DAY_ONLY else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def row_found(thread_id: int, cells: Cells, possible: Sequence[ZoneInfo], at: datetime) -> RowFound:
    """What the cells of a row say about its ticket; `possible` are the clocks on which its dates may be."""
    clock = clock_of(thread_id, cells, possible)
    return RowFound(
        thread_id=thread_id,
        author_name=_text(cells, "raised_by"),
        tag_names=_tag_names(cells),
        responder=_text(cells, "first_responded_by"),
        response_time=span_of(_text(cells, "time_to_first_response") or ""),
        resolved_at=moment_in(cells.get("resolution_date"), clock),
        resolution_time=_text(cells, "time_to_resolution"),
        resolved_message_id=thread_id_of(cells.get("warning_message_id")),
        reopen_count=_count(cells.get("reopen_count")),
        at=at,
        answered_at=moment_in(cells.get("first_response_date"), clock),
        resolution=_span(cells.get("resolution")),
        due_at=moment_in(cells.get("sla_due"), clock),
        was_missed=_text(cells, SLA) == Sla.MISSED,
        is_undecided=cells.get(SLA, "") is None and cells.get("sla_due") is not None,
        last_activity=moment_in(cells.get("last_activity"), clock),
        by_asker=_BY_ASKER.get(_text(cells, "waiting_on") or ""),
        staff_replies=_count_or_none(cells.get("staff_replies")),
    )


def agreed(cells: Cells, wanted: Cells, row: RowFound, teams: Sequence[str], zone: ZoneInfo) -> Cells:
    """What may be taken for known of a row that was just taken up, so that only what has changed in Discord is written.

    A cell that says the same as the ticket (`wanted`, with dates on the clock of `zone`), in whatever form, counts as
    right; so does one in which the ticket has nothing to say. A blank cell does not. Nor does a verdict where the
    clock ended with none, or what is not known any more of the thread's messages: that would be out of date for ever.
    """
    tags = [Tag(id=0, name=name) for name in row.tag_names]
    resolved = serial(row.resolved_at, zone) == wanted["resolution_date"]
    same = dict.fromkeys(_NEVER_CHANGED, True) | {
        "type": sorted(row.tag_names) == sorted(_tag_names(wanted)),
        # A team that a person wrote stays as long as the tags name the same one as before.
        "team": not tags or team_of(tags, teams) == wanted["team"],
        "time_to_first_response": _duration(row.response_time) == wanted["time_to_first_response"],
        "resolution_date": resolved,
        "time_to_resolution": resolved,
        "reopen_count": row.reopen_count == wanted["reopen_count"],
    }
    # Dates in the columns of figures are read to the second.
    same |= {
        name: value is not None and value == wanted.get(name)
        for name, value in (
            ("first_response_date", serial(row.answered_at, zone)),
            ("sla_due", serial(row.due_at, zone)),
            ("last_activity", serial(row.last_activity, zone)),
            ("staff_replies", row.staff_replies),
            ("waiting_on", None),
        )
    }
    if wanted.get("sla_due") is not None:
        same[SLA] = False
    return {
        name: wanted[name]
        if value is not None and (value == wanted[name] or same.get(name, wanted[name] is None))
        else value
        for name, value in cells.items()
    }


def _span(value: CellValue) -> timedelta | None:
    """A duration that is a fraction of a day, to the second."""
    if isinstance(value, str | bool | None) or not 0 <= value < _DAYS:
        return None
    return timedelta(seconds=round(value * _SECONDS_A_DAY))


def _duration(span: timedelta | None) -> str | None:
    return None if span is None else duration(span)


def _text(cells: Cells, name: str) -> str | None:
    value = cells.get(name)
    return value if isinstance(value, str) and value else None


def _tag_names(cells: Cells) -> tuple[str, ...]:
    return tuple(name for part in (_text(cells, "type") or "").split(",") if (name := part.strip()))


def _count(value: CellValue) -> int:
    return _count_or_none(value) or 0


def _count_or_none(value: CellValue) -> int | None:
    if isinstance(value, str):
        value = float(value) if value.isascii() and value.isdigit() else None
    return int(value) if not isinstance(value, bool | None) and int(value) in _COUNTS else None
