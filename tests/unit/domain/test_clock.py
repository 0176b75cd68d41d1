"""The clock for a first answer: what ends it, and what moves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from tests.support.builders import (
    BUG,
    ENGINEERING,
    OPENED,
    RESOLVED,
    RULES,
    after,
    change_by,
    created,
    deadline_passed,
    deleted,
    following,
    kinds,
    replied,
    seen,
)
from tests.support.clock_events import BUSINESS, HOUR, KOLKATA, answer, at, passed, tagged
from tracker.domain.deadlines import review
from tracker.domain.effects import EffectKind
from tracker.domain.events import Event
from tracker.domain.figures import Sla, sla_of
from tracker.domain.hours import BusinessHours
from tracker.domain.pauses import Pause
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement


# The time for a first answer is an hour.
@pytest.mark.parametrize("rules", [RULES, BUSINESS], ids=["always", "business"])
@pytest.mark.parametrize(
    ("happened", "verdict"),
    [
        pytest.param([], Sla.RUNNING, id="waiting"),
        pytest.param([passed(60)], Sla.MISSED, id="waiting-past-its-deadline"),
        pytest.param([answer(60)], Sla.MET, id="answered-at-the-last-moment"),
        pytest.param([answer(60.1)], Sla.MISSED, id="answered-late"),
        pytest.param([passed(60), answer(50)], Sla.MET, id="answered-in-time-and-heard-late"),
        pytest.param([tagged(30, RESOLVED)], None, id="resolved-in-time"),
        pytest.param([tagged(30, RESOLVED), passed(60)], None, id="resolved-in-time-and-the-deadline-passed"),
        pytest.param([tagged(30, RESOLVED), answer(90)], None, id="resolved-in-time-and-answered-afterwards"),
        pytest.param([tagged(30, RESOLVED), answer(90), tagged(95)], None, id="and-reopened-after-that"),
        pytest.param([tagged(30, RESOLVED), answer(20)], Sla.MET, id="answered-before-it-was-resolved-and-heard-late"),
        pytest.param([passed(60), tagged(90, RESOLVED)], Sla.MISSED, id="resolved-too-late"),
        pytest.param([tagged(90, RESOLVED)], Sla.MISSED, id="resolved-too-late-while-nobody-looked"),
        pytest.param([tagged(90, RESOLVED), passed(95), tagged(200)], Sla.MISSED, id="and-reopened"),
        pytest.param([deleted()], None, id="deleted-in-time"),
        pytest.param([passed(60), deleted()], Sla.MISSED, id="deleted-too-late"),
        pytest.param([answer(30), tagged(90, RESOLVED), tagged(95)], Sla.MET, id="answered-resolved-and-reopened"),
    ],
)
def test_an_answer_a_resolution_or_a_deletion_ends_the_clock(
    rules: Rules, happened: list[Event], verdict: Sla | None
) -> None:
    assert sla_of(after(created(), *happened, rules=rules)) is verdict


def test_a_ticket_that_has_no_deadline_has_no_verdict() -> None:
    assert sla_of(after(replace(seen(), history=True), replied())) is None


@pytest.mark.parametrize(
    ("happened", "due"),
    [
        # Resolved after 30 min; 30 min are left.
        pytest.param([tagged(30, RESOLVED), tagged(40)], at(70), id="before-its-deadline"),
        pytest.param([tagged(30, RESOLVED), passed(60), tagged(100)], at(130), id="after-its-deadline"),
        # Resolved at 11:00 on Wednesday, reopened at 17:50: 10 min that day, 20 min on Thursday.
        pytest.param([tagged(30, RESOLVED), tagged(440)], datetime(2026, 2, 5, 9, 20, tzinfo=KOLKATA), id="at-night"),
        # 30 min, then 10 min, then 20 min are left.
        pytest.param(
            [tagged(30, RESOLVED), tagged(100), tagged(110, RESOLVED), tagged(200)], at(220), id="twice-resolved"
        ),
    ],
)
def test_a_reopened_ticket_that_was_never_answered_goes_on_where_business_time_was(
    happened: list[Event], due: datetime
) -> None:
    ticket = after(created(), *happened, rules=BUSINESS)

    assert (ticket.due_at, ticket.alert_due_at, sla_of(ticket)) == (due, due, Sla.RUNNING)
    assert kinds(change_by(ticket, deadline_passed(), BUSINESS).effects) == [EffectKind.ALERT, EffectKind.ALERT]


def test_a_reopened_ticket_keeps_the_deadline_of_a_clock_that_never_stops() -> None:
    early = after(created(), tagged(30, RESOLVED), tagged(40))
    late = after(created(), tagged(30, RESOLVED), passed(60), tagged(100))

    assert (early.due_at, early.alert_due_at, sla_of(early)) == (at(60), at(60), Sla.RUNNING)
    assert (late.due_at, late.alert_due_at, sla_of(late)) == (at(60), None, Sla.MISSED)


@pytest.mark.parametrize(
    "happened",
    [
        pytest.param([answer(10), tagged(30, RESOLVED), tagged(100)], id="answered"),
        pytest.param([passed(60), tagged(90, RESOLVED), tagged(100)], id="missed"),
    ],
)
def test_there_is_never_a_second_clock(happened: list[Event]) -> None:
    ticket = after(created(), *happened, rules=BUSINESS)

    assert (ticket.due_at, ticket.alert_due_at) == (at(60), None)


def test_a_stop_after_the_deadline_moves_nothing() -> None:
    assert BUSINESS.sla.due(OPENED, (), (Pause(start=at(90), end=at(100)),)) == at(60)


def test_where_a_desk_never_opens_any_more_the_clock_goes_on_all_the_same() -> None:
    sla = Agreement(span=HOUR, hours=BusinessHours(week=((),) * 7, zone=KOLKATA))

    assert sla.opening(OPENED) == OPENED
    assert sla.due(OPENED, ()) == at(60)


def test_a_ticket_that_came_with_an_old_row_gets_no_deadline_by_a_review() -> None:
    ticket = replace(after(created()), adopted=True, due_at=None, due_under="", alert_due_at=None)

    assert review(ticket, BUSINESS) == ticket


def test_a_reopened_tickets_deadline_is_moved_by_a_change_of_settings_with_its_stop() -> None:
    ticket = after(created(), tagged(30, RESOLVED), tagged(100), rules=BUSINESS)

    longer = review(ticket, replace(BUSINESS, sla=replace(BUSINESS.sla, span=2 * HOUR)))

    assert longer.due_at == longer.alert_due_at == at(100 + 90)


def test_a_reopened_ticket_has_the_time_left_that_it_had_though_it_is_another_teams_now() -> None:
    sla = replace(BUSINESS.sla, team_spans={"Engineering": 4 * HOUR}, teams=("Engineering",))
    ticket = after(
        created(ENGINEERING), tagged(10, BUG), tagged(30, BUG, RESOLVED), tagged(50, BUG), rules=replace(RULES, sla=sla)
    )

    assert ticket.due_at == ticket.alert_due_at == at(260)  # 4 h and the 20 min in which it was resolved


@pytest.mark.parametrize("rules", [RULES, BUSINESS], ids=["always", "business"])
def test_who_is_reopened_after_a_change_of_settings_waits_under_those_at_once_and_not_from_the_next_start_on(
    rules: Rules,
) -> None:
    longer = replace(rules, sla=replace(rules.sla, span=5 * HOUR))
    before = after(created(), tagged(30, RESOLVED), rules=rules)

    ticket = following(before, [tagged(50)], longer).ticket

    assert ticket.due_at == ticket.alert_due_at == at(300 + (20 if rules is BUSINESS else 0))
    assert review(ticket, longer) == ticket


# Threads that were taken for deleted and are there again


@pytest.mark.parametrize(
    ("happened", "verdict", "called_at"),
    [
        pytest.param([deleted(), tagged(50)], Sla.RUNNING, 60, id="in-time"),
        pytest.param([deleted(), tagged(90)], Sla.RUNNING, 60, id="after-its-deadline-and-alerted-at-once"),
        pytest.param([passed(60), deleted(), tagged(90)], Sla.MISSED, None, id="alerted-before"),
        pytest.param([deleted(), tagged(90), answer(50)], Sla.MET, None, id="with-an-answer-in-time"),
        pytest.param([deleted(), tagged(90, RESOLVED)], Sla.MISSED, None, id="with-a-late-resolution"),
        pytest.param(
            [tagged(10, RESOLVED), deleted(), tagged(20, RESOLVED), tagged(30)], Sla.RUNNING, 60, id="and-then-reopened"
        ),
        pytest.param([tagged(10, RESOLVED), deleted(), tagged(90, RESOLVED)], None, None, id="resolved-in-time-before"),
        pytest.param([answer(10), deleted(), tagged(90)], Sla.MET, None, id="answered-before"),
    ],
)
def test_the_clock_of_a_thread_that_is_there_after_all_never_stopped(
    happened: list[Event], verdict: Sla | None, called_at: float | None
) -> None:
    ticket = after(created(), *happened)

    assert (sla_of(ticket), ticket.alert_due_at) == (verdict, None if called_at is None else at(called_at))


@pytest.mark.parametrize("rules", [RULES, BUSINESS])
def test_an_answer_found_after_a_reopening_leaves_the_deadline_that_was_fixed_when_the_ticket_opened(
    rules: Rules,
) -> None:
    reopened = [tagged(10, RESOLVED), tagged(25), tagged(30, RESOLVED), tagged(35)]
    known = after(created(), answer(5), *reopened, rules=rules)
    found = after(created(), *reopened, answer(7), answer(5), rules=rules)

    assert (found.due_at, found.stops, sla_of(found)) == (known.due_at, known.stops, sla_of(known))
    assert (known.due_at, sla_of(known)) == (at(60), Sla.MET)
