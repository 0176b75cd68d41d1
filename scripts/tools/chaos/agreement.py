"""What the desk has promised, drawn by seed: deadlines, who is called when, pauses; reckoned in the plainest way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from tracker.sandbox.expected import ZONE

_OPENS, _CLOSES, _SATURDAY = time(9), time(18), 5
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The settings of a history, and what follows from them.

    `business`: deadlines are in business time. People are warned after the part `warning` of the time, and others
    called so long after the deadline as `escalation_after` says; None: never. With the tag `waiting_tag` it is the
    asker's turn. `figures`: the tab has the columns of figures. `begins` is what the desk's clock shows at first on a
    working day; None: what the machine's does.
    """

    span: timedelta = 2 * _SECOND
    team_spans: Mapping[str, timedelta] = field(default_factory=dict)
    business: bool = False
    warning: float | None = None
    escalation_after: timedelta | None = None
    waiting_tag: str | None = None
    figures: bool = False
    begins: time | None = None

    @property
    def settings(self) -> dict[str, str]:
        """The same as lines of the `.env`."""
        spans = {team: f"{span // _SECOND}s" for team, span in self.team_spans.items()}
        return {
            "SLA_TIMEOUT": f"{self.span // _SECOND}s",
            "SLA_CLOCK": "business" if self.business else "always",
            "TEAM_SLA": ",".join(f"{team}={span}" for team, span in spans.items()),
            "SLA_WARNING": "" if self.warning is None else f"{self.warning:.0%}",
            "ESCALATION_AFTER": "" if self.escalation_after is None else f"{self.escalation_after // _SECOND}s",
            "WAITING_TAGS": self.waiting_tag or "",
        }

    def span_for(self, team: str | None) -> timedelta:
        """The time for a first answer."""
        return self.team_spans.get(team or "", self.span)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """How much of the clock's time lies between two moments."""
        return open_time(start, end) if self.business else end - start

    def after(self, start: datetime, span: timedelta) -> datetime:
        """When so much of the clock's time is over."""
        return _after_open_time(start, span) if self.business else start + span

    def may_call(self, at: datetime) -> bool:
        """Whether anybody is called at this moment."""
        return not self.business or is_open(at)


def drawn(number: int) -> Agreement:
    """The same number always draws the same one."""
    random = Random(number)  # noqa: S311 - chosen to be repeatable, not to be secret
    return Agreement(
        span=random.choice((2, 3)) * _SECOND,
        team_spans=random.choice(({}, {"Engineering": _SECOND, "Consulting": 5 * _SECOND})),
        business=random.random() < 0.5,  # noqa: PLR2004 - one history in two
        warning=random.choice((None, 0.5)),
        escalation_after=random.choice((None, _SECOND, 2 * _SECOND)),
        waiting_tag=random.choice((None, "billing")),
        figures=True,
        begins=random.choice((None, time(10), time(17, 59, 50), time(20))),
    )


def is_open(at: datetime) -> bool:
    """Monday to Friday from nine to six, on the desk's clock."""
    wall = at.astimezone(ZONE)
    return wall.weekday() < _SATURDAY and _OPENS <= wall.time() < _CLOSES


def open_time(start: datetime, end: datetime) -> timedelta:
    """How long the desk is open between two moments."""
    total = timedelta()
    for opening, closing in _openings(start):
        if opening >= end:
            return total
        total += max(timedelta(), min(closing, end) - max(opening, start))
    return total


def _after_open_time(start: datetime, span: timedelta) -> datetime:
    for opening, closing in _openings(start):
        begun = max(opening, start)
        if begun + span <= closing:
            return begun + span
        span -= max(timedelta(), closing - begun)
    raise ValueError("a desk like this opens every week")


def _openings(start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the desk is open, from the day of this moment on."""
    day = start.astimezone(ZONE).date()
    while True:
        if day.weekday() < _SATURDAY:
            yield datetime.combine(day, _OPENS, ZONE), datetime.combine(day, _CLOSES, ZONE)
        day += timedelta(days=1)
