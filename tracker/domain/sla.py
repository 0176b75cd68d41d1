"""By when a ticket has to have its first answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b

from tracker.domain.events import Tag
from tracker.domain.hours import BusinessHours, NeverOpenError
from tracker.domain.teams import team_of


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """The time for a first answer: `span`, or what `team_spans` says for one of the `teams`.

    With `hours` it is business time, and people are alerted in business hours only; None: the clock never stops.
    """

    span: timedelta
    team_spans: Mapping[str, timedelta] = field(default_factory=dict)
    teams: tuple[str, ...] = ()
    hours: BusinessHours | None = None

    def span_for(self, tags: Iterable[Tag]) -> timedelta:
        """The time allowed for a ticket with these tags."""
        return self.team_spans.get(team_of(tags, self.teams) or "", self.span)

    def due(self, opened: datetime, tags: Iterable[Tag]) -> datetime:
        """By when a ticket that was opened with these tags has to be answered; that moment itself is in time."""
        span = self.span_for(tags)
        if self.hours is None:
            return opened + span
        try:
            return self.hours.deadline(opened, span)
        except NeverOpenError:
            # Settings with which that could happen are refused at the start; a time long past is all that is left.
            return opened + span

    def opening(self, at: datetime) -> datetime:
        """`at` itself where people may be alerted then, else when they may be next."""
        if self.hours is None:
            return at
        try:
            return self.hours.next_opening(at)
        except NeverOpenError:
            return at

    @property
    def fingerprint(self) -> str:
        """A short text that differs where a deadline may."""
        hours = "" if self.hours is None else self.hours.fingerprint
        spans = sorted((team, span.total_seconds()) for team, span in self.team_spans.items())
        teams = self.teams if spans else ()
        told = repr((self.span.total_seconds(), spans, teams, hours))
        return blake2b(told.encode(), digest_size=6).hexdigest()
