"""What a manager looks at: the latest week beside the one before, thirteen weeks, and who and what there was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.figures import Elapsed
from tracker.domain.periods import Period, days_before, latest_days, midnight, monday_of, week_from
from tracker.domain.rules import Rules
from tracker.domain.summary import Summary, by_answerer, by_team, by_type, reckoned, summaries, summary, was_waiting
from tracker.domain.ticket import Ticket

WEEKS = 13
"""A quarter of a year."""

_A_WEEK = 7
_LATELY = 28
"""So many days are looked at by team, by type and by first answerer."""


@dataclass(frozen=True, kw_only=True)
class View:
    """How a desk reckons: its time zone, its teams, its rules, and how much of the time between two moments counts."""

    zone: ZoneInfo
    teams: tuple[str, ...]
    rules: Rules
    elapsed: Elapsed


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The figures of the `latest` period beside those `before`; of `weeks` by their Monday, oldest first; by name.

    `waiting` tickets wait for their first answer when all this is so, `waiting_before` did 7 days before.
    """

    latest: Summary
    before: Summary
    waiting: int
    waiting_before: int
    weeks: Mapping[date, Summary]
    teams: Mapping[str, Summary]
    types: Mapping[str, Summary]
    answerers: Mapping[str, Summary]


Tickets = Callable[[datetime], Iterable[Ticket]]
"""All tickets that were opened, answered or resolved at this moment or later, and all that wait for an answer.

Some others are perhaps among them.
"""


def first_moment(now: datetime, view: View) -> datetime:
    """Of tickets that were neither opened nor answered nor resolved since then, only those count that wait now."""
    oldest = monday_of(now, view.zone) - timedelta(days=_A_WEEK * (WEEKS - 1))
    return min(midnight(oldest, view.zone), now - timedelta(days=_LATELY))


def overview_now(tickets: Tickets, now: datetime, view: View) -> Overview:
    """The latest 7 days beside the 7 before, and thirteen weeks of which the last is the one of now."""
    latest = latest_days(_A_WEEK, now)
    before = days_before(_A_WEEK, latest)
    return _overview(tickets, now, view, latest=latest, before=before, last_monday=monday_of(now, view.zone))


def overview_of_week(tickets: Tickets, due: datetime, view: View) -> tuple[date, Overview]:
    """The last week that was over when the report was due, by its Monday, and thirteen weeks that end with it."""
    monday = monday_of(due, view.zone) - timedelta(days=_A_WEEK)
    week, before = (week_from(monday - timedelta(days=days), view.zone) for days in (0, _A_WEEK))
    return monday, _overview(tickets, due, view, latest=week, before=before, last_monday=monday)


def _overview(
    tickets: Tickets, at: datetime, view: View, *, latest: Period, before: Period, last_monday: date
) -> Overview:
    mondays = [last_monday - timedelta(days=_A_WEEK * number) for number in reversed(range(WEEKS))]
    lately = latest_days(_LATELY, latest.end)
    since = min(midnight(mondays[0], view.zone), before.start, lately.start)
    found = list(tickets(since))
    known = [reckoned(ticket, view.elapsed) for ticket in found]
    return Overview(
        latest=summary(known, latest),
        before=summary(known, before),
        waiting=sum(was_waiting(ticket, at) for ticket in found),
        waiting_before=sum(was_waiting(ticket, at - timedelta(days=_A_WEEK)) for ticket in found),
        weeks={monday: summary(known, week_from(monday, view.zone)) for monday in mondays},
        teams=summaries(known, lately, by_team(view.teams)),
        types=summaries(known, lately, by_type(view.rules, view.teams)),
        answerers=summaries(known, lately, by_answerer),
    )
