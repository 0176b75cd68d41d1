"""Thirteen weeks as the weekly report's picture shows them, in words as well for those who cannot see it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tracker.domain.bulletins import percent, span
from tracker.domain.summary import Summary

WEEKS_REPORTED = "weekly_report_weeks"
"""The fact that holds the weeks of the report that was published last, with the time for which it was."""


@dataclass(frozen=True, kw_only=True)
class Week:
    """The figures of the week that began on this `monday`; `kept` is the part of the answers that came in time."""

    monday: date
    opened: int
    resolved: int
    median_response: timedelta | None
    kept: float | None


def weeks_of(figures: Mapping[date, Summary]) -> tuple[Week, ...]:
    """What the picture needs of these weeks, oldest first."""
    return tuple(
        Week(
            monday=monday,
            opened=each.opened,
            resolved=each.resolved,
            median_response=each.median_response,
            kept=each.sla_kept,
        )
        for monday, each in sorted(figures.items())
    )


def in_words(weeks: Sequence[Week]) -> str:
    """The picture for those who cannot see it. Thirteen weeks are less than the 1,024 characters that Discord takes."""
    lines = [
        f"{week.monday.isoformat()}: {week.opened} opened, {week.resolved} resolved, "
        f"{span(week.median_response)}, {percent(week.kept)}"
        for week in weeks
    ]
    return "\n".join(["By week: opened, resolved, median first response, SLA kept.", *lines])


def as_text(due: datetime, weeks: Sequence[Week]) -> str:
    """For the store: the weeks of the report that was due then."""
    rows = [
        (
            week.monday.isoformat(),
            week.opened,
            week.resolved,
            None if week.median_response is None else week.median_response.total_seconds(),
            week.kept,
        )
        for week in weeks
    ]
    return json.dumps([due.isoformat(), rows])


def from_text(text: str | None, about: datetime) -> tuple[Week, ...]:
    """The weeks of the report of which a message has this time; none where there is no text, or one of another report.

    Messages of one report are a thousandth of a second apart, from when it was due on.
    """
    if text is None:
        return ()
    due, rows = json.loads(text)
    if not timedelta() <= about - datetime.fromisoformat(due) < timedelta(seconds=1):
        return ()
    return tuple(
        Week(
            monday=date.fromisoformat(monday),
            opened=opened,
            resolved=resolved,
            median_response=None if seconds is None else timedelta(seconds=seconds),
            kept=kept,
        )
        for monday, opened, resolved, seconds, kept in rows
    )
