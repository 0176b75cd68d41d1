"""The clock for a first answer over random histories, against a plain count of the time in which it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    BUG,
    ENGINEERING,
    OPENED,
    RESOLVED,
    RULES,
    THREAD,
    after,
    change_by,
    created,
    deleted,
    replied,
    seen,
)
from tests.support.examples import times
from tracker.domain.effects import EffectKind
from tracker.domain.events import DeadlinePassed, Event, Tag
from tracker.domain.figures import Sla, sla_of
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Ticket

HOUR = timedelta(hours=1)
OFFICE = BusinessHours(week=weekly(((540, 1080),), range(5)), zone=ZoneInfo("Asia/Kolkata"))
SPAN = 6 * HOUR
ALWAYS = Agreement(
    span=SPAN, team_spans={"Engineering": 20 * HOUR}, teams=("Engineering",), warning=0.5, escalation_after=HOUR
)


@dataclass(kw_only=True)
class History:
    """What people do with a ticket, and what the bot makes of it, while it runs and while it is down.

    `spent` is how long the clock has run: business time in which the ticket was not resolved, or all time. `verdict` is
    that of a clock that has ended, `called` how often each channel was called.
    """

    rules: Rules
    ticket: Ticket
    now: datetime = OPENED
    team: Tag = BUG
    spent: timedelta = timedelta()
    resolved: bool = False
    deleted: bool = False
    answered: bool = False
    ended_in_time: bool = False
    missed: bool = False
    called: Counter[tuple[EffectKind, int | None]] = field(default_factory=Counter)

    @property
    def hours(self) -> BusinessHours | None:
        return self.rules.sla.hours

    @property
    def awaits_answer(self) -> bool:
        return not (self.answered or self.resolved or self.deleted)

    @property
    def verdict(self) -> Sla | None:
        if self.missed:
            return Sla.MISSED
        if self.answered:
            return None if self.ended_in_time else Sla.MET
        return Sla.RUNNING if self.awaits_answer else None

    def pass_time(self, gap: timedelta, *, is_down: bool) -> None:
        """The bot looks when something is due, as far as it runs, and at the end in any case."""
        until = self.now + gap
        while not is_down and (due := self.ticket.alert_due_at) is not None and due < until:
            self.look(max(due, self.now))
        if self.hours is None:
            self.spent += gap
        elif not self.resolved:
            self.spent += self.hours.elapsed(self.now, until)
        self.now = until
        self.missed = self.missed or (self.awaits_answer and self.spent > SPAN)
        self.catch_up()

    def catch_up(self) -> None:
        if self.ticket.alert_due_at is not None and self.ticket.alert_due_at <= self.now:
            self.look(self.now)

    def look(self, at: datetime) -> None:
        opening = self.rules.sla.opening(at)
        self.record(DeadlinePassed(thread_id=THREAD, at=at, put_off_to=opening if opening > at else None))

    def record(self, event: Event) -> None:
        change = change_by(self.ticket, event, self.rules)
        self.ticket = change.ticket
        self.called.update((effect.kind, effect.channel_id) for effect in change.effects if effect.channel_id)

    def do(self, what: str) -> None:
        match what:
            case "answer":
                # Where somebody answers in a thread that was taken for deleted, it was there.
                self.missed = self.missed or (not self.answered and not self.resolved and self.spent > SPAN)
                self.ended_in_time = self.ended_in_time or (self.resolved and not self.answered and not self.missed)
                self.answered = True
                self.record(replied(self.now - OPENED))
            case "delete":
                self.deleted = True
                self.record(deleted())
            case "resolve" | "reopen" | "move":
                self.deleted = False
                self.team = {BUG: ENGINEERING, ENGINEERING: BUG}[self.team] if what == "move" else self.team
                is_resolved = what == "resolve" or (self.resolved and what != "reopen")
                was_running = not (self.answered or self.resolved)
                self.resolved = is_resolved
                is_running = not (self.answered or self.resolved)
                self.missed = self.missed or ((was_running or is_running) and self.spent > SPAN)
                self.record(seen(self.team, *([RESOLVED] if is_resolved else []), at=self.now))


steps = st.lists(
    st.tuples(
        st.sampled_from([17, 31, 61, 127, 245, 1_081]),
        st.booleans(),
        st.sampled_from(["move", "move", "resolve", "resolve", "reopen", "reopen", "delete", "answer"]),
    ),
    min_size=6,
    max_size=14,
)


def played(sla: Agreement, happened: Iterable[tuple[int, bool, str]]) -> Iterable[History]:
    """The history after each step; no step ends in the very moment in which something is due."""
    rules = replace(RULES, sla=sla, escalation_channel_ids=(703,))
    history = History(rules=rules, ticket=after(created(BUG), rules=rules))
    for minutes, is_down, what in happened:
        history.pass_time(timedelta(minutes=minutes, seconds=7), is_down=is_down)
        yield history
        history.do(what)
        history.catch_up()
        yield history


@given(happened=steps, business=st.booleans())
@times(2.5)
def test_a_verdict_follows_from_the_time_in_which_the_clock_ran_and_each_call_comes_once(
    happened: list[tuple[int, bool, str]], *, business: bool
) -> None:
    for history in played(replace(ALWAYS, hours=OFFICE if business else None), happened):
        assert sla_of(history.ticket) is history.verdict
        assert all(count == 1 for count in history.called.values())
        if history.called[EffectKind.ALERT, 701]:
            assert history.missed
        if not history.awaits_answer:
            before = history.called.copy()
            history.look(history.now)
            assert history.called == before


@given(happened=steps)
@times(2.5)
def test_in_business_hours_everybody_was_called_who_was_to_be(happened: list[tuple[int, bool, str]]) -> None:
    kept = [(minutes, is_down, what) for minutes, is_down, what in happened if what != "delete"]
    for history in played(replace(ALWAYS, hours=OFFICE), kept):
        due = history.ticket.due_at
        assert due is not None
        if history.awaits_answer and OFFICE.is_open(history.now):
            is_late_by = OFFICE.elapsed(due, history.now)
            called = {kind for kind, _ in history.called}
            assert (EffectKind.ALERT in called) is history.missed
            assert (EffectKind.ESCALATION in called) is (history.missed and is_late_by > HOUR)
