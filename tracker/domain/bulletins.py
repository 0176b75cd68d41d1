"""The words of the morning digest and of the weekly report. The first line of each message says what it is, and when.

By that line a message is known again, whatever the figures in it were. Nobody is mentioned.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from tracker.domain.figures import Sla, sla_of
from tracker.domain.hours import DAYS
from tracker.domain.overview import Overview
from tracker.domain.snowflakes import created_at
from tracker.domain.summary import Summary
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import MESSAGE_LIMIT, UNASSIGNED, WITHHELD, duration, literal

NONE = "–"  # noqa: RUF001 - a dash, as in tables
"""Stands for a figure that there is not, or that would say nothing."""

_AGE = " · waiting "
"""Stands behind the title of a ticket."""

_LISTED = 10
_FENCE = "```"
"""Begins and ends the table; nothing that people wrote can hold it."""


def morning_digest(
    waiting: Sequence[Ticket], on_us: Sequence[Ticket], *, day: date, now: datetime, teams: Sequence[str], view: str
) -> list[str]:
    """What waits for a first answer, the worst first, then what seems to wait `on_us`; no message where nothing does.

    `view` is the address where all of it can be seen, "" where there is none.
    """
    lines = []
    left = _LISTED
    for tickets, what, line in ((waiting, "for a first answer", _line), (on_us, "on us, as it seems", _line_on_us)):
        if tickets:
            count = "1 ticket waits" if len(tickets) == 1 else f"{len(tickets):,} tickets wait"
            lines += [f"\n{count} {what}:", *(line(ticket, now, teams) for ticket in tickets[:left])]
            left -= len(tickets[:left])
    if not lines:
        return []
    more = len(waiting) + len(on_us) - _LISTED
    if more > 0:
        lines.append(f"and {more:,} more" + (f": <{view}>" if view else ""))
    return _messages(f"Morning digest of {_day(day)}", "☀️", lines)


def weekly_report(overview: Overview, *, monday: date) -> list[str]:
    """The figures of the week that began on this day beside those of the week before, and thirteen weeks."""
    latest, before = overview.latest, overview.before
    lines = [
        "",
        _compared("Opened", str(latest.opened), str(before.opened)),
        _compared("Resolved", str(latest.resolved), str(before.resolved)),
        _compared("Median first response", span(latest.median_response), span(before.median_response)),
        _compared("SLA kept", percent(latest.sla_kept), percent(before.sla_kept)),
        _compared("Reopened", percent(latest.reopened_share), percent(before.reopened_share)),
        f"• Waiting now: **{overview.waiting:,}** (7 days before: {overview.waiting_before:,})",
        *_by_name("By team, last 28 days", overview.teams),
        *_by_name("By type, last 28 days", overview.types),
        _table(overview.weeks),
    ]
    sunday = monday + timedelta(days=6)
    return _messages(f"Weekly report of {_day(monday)} to {_day(sunday)}", "📊", lines)


def known_by(text: str) -> str:
    """The line by which a message of these is known again."""
    return text.split("\n", 1)[0]


def without_table(text: str) -> str:
    """A message of the report whose weeks are shown as a picture; one without the table of weeks is left as it is."""
    return text.partition(f"\n{_FENCE}\n")[0]


def without_titles(text: str) -> str:
    """A message of the digest without what people wrote, for where Discord refuses it for its words."""
    lines = [line.rpartition(_AGE) if line.startswith("• ") else ("", "", line) for line in text.split("\n")]
    with_reason, short = (
        "\n".join(f"• {shown}{age}{rest}" if age else rest for _, age, rest in lines) for shown in (WITHHELD, "…")
    )
    return with_reason if len(with_reason) <= MESSAGE_LIMIT else short


def span(time: timedelta | None) -> str:
    """A time as people read it."""
    return NONE if time is None else duration(time)


def percent(part: float | None) -> str:
    """A part of a whole as people read it, cut to whole percents: 100% is all of them."""
    return NONE if part is None else f"{int(part * 100 + 1e-9)}%"


def _day(day: date) -> str:
    return f"{DAYS[day.weekday()]} {day.isoformat()}"


def _line(ticket: Ticket, now: datetime, teams: Sequence[str]) -> str:
    return _parts(ticket, now - ticket.created_at, _sla(ticket, now), teams)


def _line_on_us(ticket: Ticket, now: datetime, teams: Sequence[str]) -> str:
    since = ticket.created_at if ticket.activity is None else created_at(ticket.activity.last_message_id)
    return _parts(ticket, now - since, "answered before", teams)


def _parts(ticket: Ticket, age: timedelta, state: str, teams: Sequence[str]) -> str:
    team = team_of(ticket.tags, teams) or UNASSIGNED
    return f"• {literal(ticket.title)}{_AGE}{duration(age)} · {state} · {team} · {ticket.link}"


def _sla(ticket: Ticket, now: datetime) -> str:
    if ticket.due_at is None:
        return "no SLA"
    if sla_of(ticket) is Sla.MISSED or ticket.due_at < now:
        return "**SLA missed**"
    return f"due <t:{int(ticket.due_at.timestamp())}:R>"


def _compared(name: str, latest: str, before: str) -> str:
    return f"• {name}: **{latest}** (the week before: {before})"


def _by_name(heading: str, figures: Mapping[str, Summary]) -> list[str]:
    if not figures:
        return []
    lines = [
        f"• {literal(name)}: {each.opened} opened, {each.resolved} resolved, first response "
        f"{span(each.median_response)}, SLA kept {percent(each.sla_kept)}"
        for name, each in figures.items()
    ]
    return [f"\n**{heading}**", *lines]


def _table(weeks: Mapping[date, Summary]) -> str:
    """Thirteen weeks as a table; there is nothing in it that people wrote."""
    rows = [
        f"{monday.isoformat()} {each.opened:>7,} {each.resolved:>9,} {span(each.median_response):>12} "
        f"{percent(each.sla_kept):>9}"
        for monday, each in weeks.items()
    ]
    return "\n".join([_FENCE, "week of     opened  resolved  1st response  SLA kept", *rows, _FENCE])


def _messages(title: str, icon: str, lines: Iterable[str]) -> list[str]:
    """The lines in as few messages as Discord's limit allows, none of them torn apart."""
    messages = [f"{icon} **{title}**"]
    for line in lines:
        if len(messages[-1]) + 1 + len(line) > MESSAGE_LIMIT:
            messages.append(f"{icon} **{title} ({len(messages) + 1})**")
        messages[-1] += f"\n{line}"
    return messages
