"""By when a ticket has to have its first answer, and whom a clock that runs out calls when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from tracker.domain.effects import EffectKind
from tracker.domain.events import Tag
from tracker.domain.hours import BusinessHours, NeverOpenError
from tracker.domain.pauses import Pauses, time_outside
from tracker.domain.teams import team_of

Call = tuple[EffectKind, datetime]
"""A WARNING, an ALERT or an ESCALATION, and when it is due."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The time for a first answer: `span`, or what `team_spans` says for one of the `teams`.

    With `hours` it is business time, and people are alerted in business hours only; None: the clock never stops.
    `warning` is the part of the time (0.75: three quarters) after which people are warned, None: never;
    `escalation_after` is how long after the deadline others are called, None: never.
    """

    span: timedelta
    team_spans: Mapping[str, timedelta] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    hours: BusinessHours | None = None
    warning: float | None = None
    escalation_after: timedelta | None = None

    def span_for(self, tags: Iterable[Tag]) -> timedelta:
        """The time allowed for a ticket with these tags."""
        return self.team_spans.get(team_of(tags, self.teams) or "", self.span)

    def due(self, opened: datetime, tags: Iterable[Tag], stops: Pauses = ()) -> datetime:
        """By when a ticket that was opened with these tags has to be answered; that moment itself is in time.

        During its `stops` the business clock stood still; the one that never stops goes on through them.
        """
        return self._after(opened, self.span_for(tags), stops)

    def going_on(self, due: datetime, stopped: datetime, at: datetime) -> datetime:
        """By when to answer where the clock had stopped before it was `due`, and goes on `at` this moment.

        The business clock has as much time left as when it stopped; the one that never stops did not stop.
        """
        return due if self.hours is None else self._after(at, self.hours.elapsed(stopped, due), ())

    def calls(self, opened: datetime, due: datetime, stops: Pauses = ()) -> list[Call]:
        """Who is called when, for a ticket that is due then, in the order of these moments."""
        calls = [(EffectKind.ALERT, due)]
        if self.warning is not None:
            allowed = time_outside(stops if self.hours else (), opened, due, self._elapsed)
            calls.insert(0, (EffectKind.WARNING, self._after(opened, allowed * self.warning, stops)))
        if self.escalation_after is not None:
            calls.append((EffectKind.ESCALATION, self._after(due, self.escalation_after, ())))
        return calls

    def opening(self, at: datetime) -> datetime:
        """`at` itself where people may be alerted then, else when they may be next."""
        if self.hours is None:
            return at
        try:
            return self.hours.next_opening(at)
        except NeverOpenError:
            return at

    @property
    def says_when_due(self) -> bool:
        """Whether alerts say when the answer was due: not where the time allowed is all that there is to it."""
        return self.hours is not None or bool(self.team_spans) or self.calls_more_than_once

    @property
    def calls_more_than_once(self) -> bool:
        """Whether there are calls besides the alert at the deadline."""
        return self.warning is not None or self.escalation_after is not None

    @property
    def fingerprint(self) -> str:
        """A short text that differs where a deadline or another call may."""
        hours = "" if self.hours is None else self.hours.fingerprint
        spans = sorted((team, span.total_seconds()) for team, span in self.team_spans.items())
        teams = self.teams if spans else ()
        known = repr((self.span.total_seconds(), spans, teams, hours, self.warning, self.escalation_after))
        return blake2b(known.encode(), digest_size=6).hexdigest()

    def _elapsed(self, start: datetime, end: datetime) -> timedelta:
        return end - start if self.hours is None else self.hours.elapsed(start, end)

    def _after(self, start: datetime, span: timedelta, stops: Pauses) -> datetime:
        """When so much of the clock's time is over since `start`."""
        if self.hours is None:
            return start + span
        try:
            for stop in stops:
                ran = self.hours.elapsed(start, stop.start)
                if ran >= span or stop.end is None:
                    break
                start, span = stop.end, span - ran
            return self.hours.deadline(start, span)
        except NeverOpenError:
            # Settings with which that could happen are refused at the start; a time long past is all that is left.
            return start + span
