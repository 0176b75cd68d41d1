"""The figures of many tickets: how many, how fast, kept or missed; also by team, type and who answered first.

Everything counts for the period in which a ticket was opened, but for resolutions: those count when they happened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.activity import WaitingOn, waiting_on
from tracker.domain.figures import Elapsed, Sla, first_response_of, resolution_of, sla_of
from tracker.domain.periods import Period
from tracker.domain.rules import Rules
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import UNASSIGNED

Name = Callable[[Ticket], Iterable[str]]
"""Under which names a ticket counts; under none of them it does not."""

AT_LEAST = 5
"""A percentage of fewer tickets than these says nothing."""

OTHERS = "others"
UNTYPED = "no type"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The figures of one period.

    `opened` tickets, of which `reopened` ones were reopened at least once, and of which the first answer of `met` came
    in time and that of `missed` did not; where time still runs, neither counts. `responses` are the times to the first
    answer of those that have one, `resolutions` the times to resolution of all that were resolved in the period; both
    ascending.
    """

    opened: int = 0
    reopened: int = 0
    met: int = 0
    missed: int = 0
    responses: tuple[timedelta, ...] = ()
    resolutions: tuple[timedelta, ...] = ()

    @property
    def resolved(self) -> int:
        """How many tickets had their latest resolution in the period, whenever they were opened."""
        return len(self.resolutions)

    @property
    def median_response(self) -> timedelta | None:
        """The time in which half of the tickets were answered; None where none was."""
        return percentile(self.responses, 50)

    @property
    def sla_kept(self) -> float | None:
        """The part of the tickets with a verdict that were answered in time; None for too few of them."""
        return share(self.met, self.met + self.missed)

    @property
    def reopened_share(self) -> float | None:
        """The part of the opened tickets that were reopened; None for too few of them."""
        return share(self.reopened, self.opened)


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """What a ticket brings into any period, reckoned once: times, its verdict, and whether it was ever reopened."""

    ticket: Ticket
    opened_at: datetime
    resolved_at: datetime | None
    verdict: Sla | None
    response: timedelta | None
    resolution: timedelta | None


def reckoned(ticket: Ticket, elapsed: Elapsed) -> Reckoned:
    """The ticket's own figures, where so much of the time between two moments counts."""
    return Reckoned(
        ticket=ticket,
        opened_at=ticket.created_at,
        resolved_at=ticket.resolved_at,
        verdict=sla_of(ticket),
        response=first_response_of(ticket, elapsed),
        resolution=resolution_of(ticket, elapsed),
    )


def summary(tickets: Iterable[Reckoned], period: Period) -> Summary:
    """The figures of this period; of other periods' tickets nothing counts."""
    tickets = list(tickets)
    opened = [each for each in tickets if period.holds(each.opened_at)]
    verdicts = [each.verdict for each in opened]
    resolutions = (each.resolution for each in tickets if period.holds(each.resolved_at))
    return Summary(
        opened=len(opened),
        reopened=sum(each.ticket.reopen_count > 0 for each in opened),
        met=verdicts.count(Sla.MET),
        missed=verdicts.count(Sla.MISSED),
        responses=tuple(sorted(each.response for each in opened if each.response is not None)),
        resolutions=tuple(sorted(each for each in resolutions if each is not None)),
    )


def summaries(tickets: Iterable[Reckoned], period: Period, names: Name, *, most: int = 10) -> dict[str, Summary]:
    """The figures by name, in alphabetical order; where there are more than `most` names, the rarest are `OTHERS`."""
    groups: dict[str, list[Reckoned]] = defaultdict(list)
    for each in tickets:
        if period.holds(each.opened_at) or period.holds(each.resolved_at):
            for name in names(each.ticket):
                groups[name].append(each)
    found = {name: summary(group, period) for name, group in groups.items()}
    kept = sorted(found, key=lambda name: (-found[name].opened, -found[name].resolved, name))[:most]
    shown = {name: found[name] for name in sorted(kept, key=lambda name: (name.casefold(), name))}
    rest = {each.ticket.thread_id: each for name in found.keys() - set(kept) for each in groups[name]}
    return shown | ({OTHERS: summary(rest.values(), period)} if rest else {})


def by_team(teams: Sequence[str]) -> Name:
    """A ticket counts for its team."""
    return lambda ticket: [team_of(ticket.tags, teams) or UNASSIGNED]


def by_type(rules: Rules, teams: Sequence[str]) -> Name:
    """A ticket counts once for each of its tags, but for those that say how it stands or whose it is."""

    def types(ticket: Ticket) -> list[str]:
        names = {
            tag.name.strip()
            for tag in ticket.tags
            if not (rules.resolves(tag) or rules.waits_for_asker(tag) or team_of([tag], teams))
        }
        return sorted(filter(None, names)) or [UNTYPED]

    return types


def by_answerer(ticket: Ticket) -> list[str]:
    """A ticket counts for the one who answered first, if anybody has."""
    return [ticket.first_answer.author_name] if ticket.first_answer else []


def share(part: int, whole: int) -> float | None:
    """The part of the whole; None where the whole is less than five."""
    return part / whole if whole >= AT_LEAST else None


def percentile(ascending: Sequence[timedelta], percent: int) -> timedelta | None:
    """The time below which so many percent of these lie, between two of them where need be, as in a spreadsheet."""
    if not ascending:
        return None
    whole, rest = divmod((len(ascending) - 1) * percent, 100)
    low, high = ascending[whole], ascending[min(whole + 1, len(ascending) - 1)]
    return low + (high - low) * rest / 100


def waiting_on_us(tickets: Iterable[Ticket]) -> list[Ticket]:
    """The tickets that were answered, and in which the asker wrote last: what waits longest comes first."""
    unsaid = [each for each in tickets if each.first_answer and each.activity and waiting_on(each) is WaitingOn.US]
    return sorted(unsaid, key=lambda each: each.activity.last_message_id if each.activity else 0)


def was_waiting(ticket: Ticket, at: datetime) -> bool:
    """Whether the ticket waited for its first answer at this moment, as far as anybody knows now.

    It never did if it was deleted since, or resolved nobody knows when.
    """
    if ticket.deleted or ticket.created_at > at:
        return False
    is_answered = ticket.answered_at is not None and ticket.answered_at <= at
    is_resolved = ticket.is_resolved and (ticket.resolved_at is None or ticket.resolved_at <= at)
    was_resolved = any(stop.start <= at and (stop.end is None or at < stop.end) for stop in ticket.stops)
    return not (is_answered or is_resolved or was_resolved)


def waiting(tickets: Iterable[Ticket]) -> list[Ticket]:
    """The tickets that wait for their first answer: what is due first, then what waits longest."""
    unanswered = [ticket for ticket in tickets if ticket.awaits_answer]
    return sorted(unanswered, key=lambda ticket: (ticket.due_at is None, ticket.due_at or 0, ticket.thread_id))
