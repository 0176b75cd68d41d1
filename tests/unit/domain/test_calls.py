"""Whom the clock for a first answer calls, and when."""

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
    THREAD,
    after,
    change_by,
    created,
    deleted,
    following,
    seen,
)
from tests.support.clock_events import BUSINESS, HOUR, KOLKATA, MINUTE, OFFICE, answer, at, logged, passed, tagged
from tracker.domain.deadlines import review
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import DeadlinePassed, Event
from tracker.domain.figures import Sla, sla_of
from tracker.domain.sla import Agreement

# Calls: a warning after 45 min, the alert after 60, an escalation after 180.
TIERS = replace(
    RULES,
    sla=Agreement(span=HOUR, warning=0.75, escalation_after=2 * HOUR),
    escalation_channel_ids=(703,),
)
WARNED = [(EffectKind.WARNING, 701), (EffectKind.WARNING, 702)]
ALERTED = [(EffectKind.ALERT, 701), (EffectKind.ALERT, 702)]
ESCALATED = [(EffectKind.ESCALATION, 703)]


def calls(effects: tuple[Effect, ...]) -> list[tuple[EffectKind, int | None]]:
    return [(effect.kind, effect.channel_id) for effect in effects]


def test_each_call_comes_when_it_is_due_and_once() -> None:
    ticket = after(created(), rules=TIERS)
    said = []
    while ticket.alert_due_at is not None:
        due = ticket.alert_due_at
        change = change_by(ticket, DeadlinePassed(thread_id=THREAD, at=due), TIERS)
        said.append(((due - OPENED) / MINUTE, calls(change.effects)))
        ticket = change.ticket

    assert said == [(45, WARNED), (60, ALERTED), (180, ESCALATED)]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(50, WARNED), (61, ALERTED), (200, ALERTED + ESCALATED)],
    ids=["before-the-deadline", "after-it", "long-after-it"],
)
def test_after_a_time_away_a_warning_is_not_given_that_comes_too_late(
    minutes: int, expected: list[tuple[EffectKind, int]]
) -> None:
    change = change_by(after(created(), rules=TIERS), passed(minutes), TIERS)

    assert calls(change.effects) == expected


def test_a_channel_is_not_alerted_of_what_is_escalated_there_at_the_same_time() -> None:
    rules = replace(TIERS, escalation_channel_ids=(702, 703))

    escalated = change_by(after(created(), rules=rules), passed(200), rules)
    assert calls(escalated.effects) == [(EffectKind.ALERT, 701), (EffectKind.ESCALATION, 702), *ESCALATED]
    alerted = change_by(after(created(), rules=rules), passed(60), rules)
    assert calls(alerted.effects) == ALERTED
    assert calls(change_by(alerted.ticket, passed(180), rules).effects) == [(EffectKind.ESCALATION, 702), *ESCALATED]


@pytest.mark.parametrize("end", [answer(90), tagged(90, RESOLVED), deleted()], ids=["answered", "resolved", "deleted"])
def test_nobody_is_called_for_what_needs_nobody_any_more(end: Event) -> None:
    ticket = after(created(), passed(60), end, rules=TIERS)

    assert change_by(ticket, passed(180), TIERS).effects == ()


def test_who_was_to_be_warned_while_the_ticket_was_resolved_is_called_when_it_is_reopened_in_time() -> None:
    ticket = after(created(), tagged(30, RESOLVED), passed(45), tagged(50), rules=TIERS)

    warned = change_by(ticket, passed(50), TIERS)
    assert calls(warned.effects) == WARNED
    alerted = change_by(warned.ticket, passed(60), TIERS)
    assert (calls(alerted.effects), sla_of(alerted.ticket)) == (ALERTED, Sla.MISSED)


@pytest.mark.parametrize(
    ("happened", "escalated_at"),
    [
        pytest.param([passed(60), tagged(90, RESOLVED), tagged(100)], 180, id="before-its-moment"),
        pytest.param([passed(60), tagged(90, RESOLVED), passed(180), tagged(200)], 180, id="after-its-moment"),
        pytest.param([tagged(30, RESOLVED), passed(60), tagged(100)], 180, id="resolved-when-it-fell-due"),
        pytest.param([tagged(30, RESOLVED), passed(60), tagged(200)], 180, id="resolved-all-the-time"),
        pytest.param([tagged(90, RESOLVED), passed(100), tagged(200)], 180, id="resolved-late-while-nobody-looked"),
        pytest.param([passed(180), tagged(190, RESOLVED), tagged(200)], None, id="escalated-already"),
        pytest.param([passed(60), tagged(90, RESOLVED), answer(95), tagged(200)], None, id="answered"),
    ],
)
def test_an_escalation_that_a_resolution_kept_back_comes_after_the_reopening_and_once(
    happened: list[Event], escalated_at: float | None
) -> None:
    ticket = after(created(), *happened, rules=TIERS)

    assert ticket.alert_due_at == (None if escalated_at is None else at(escalated_at))
    change = change_by(ticket, passed(200), TIERS)
    assert calls(change.effects) == ([] if escalated_at is None else ESCALATED)
    again = following(change.ticket, [tagged(210, RESOLVED), tagged(220)], TIERS).ticket
    assert again.alert_due_at is None


def test_an_escalation_kept_back_comes_in_business_time_too() -> None:
    rules = replace(TIERS, sla=replace(TIERS.sla, hours=OFFICE))
    ticket = after(created(), passed(60), tagged(90, RESOLVED), passed(180), tagged(200), rules=rules)

    assert calls(change_by(ticket, passed(200), rules).effects) == ESCALATED


def test_an_alert_put_off_to_an_opening_at_which_the_ticket_was_resolved_comes_after_the_reopening() -> None:
    opening = at(22.5 * 60)
    night = DeadlinePassed(thread_id=THREAD, at=at(600), put_off_to=opening)
    resolved = after(
        created(), night, tagged(700, RESOLVED), DeadlinePassed(thread_id=THREAD, at=opening), rules=BUSINESS
    )

    ticket = following(resolved, [tagged(23 * 60)], BUSINESS).ticket

    assert (resolved.alert_due_at, sla_of(resolved)) == (None, Sla.MISSED)
    assert calls(change_by(ticket, passed(23 * 60), BUSINESS).effects) == ALERTED


def test_who_was_passed_over_is_alerted_before_the_escalation() -> None:
    rules = replace(TIERS, sla=replace(TIERS.sla, warning=None))
    believed = after(created(), tagged(30, RESOLVED), passed(60), rules=rules)
    log = (logged(30, RESOLVED), logged(50), logged(70, RESOLVED), logged(80))
    found = replace(seen(at=at(90)), changes=log, changes_since=at(5))

    alerted = change_by(change_by(believed, found, rules).ticket, passed(90), rules)

    assert (calls(alerted.effects), alerted.ticket.alert_due_at) == (ALERTED, at(180))


def test_what_was_warned_alerted_and_escalated_is_not_called_again_when_the_thread_is_there_after_all() -> None:
    for calls_so_far, expected in ((45, ALERTED), (60, ESCALATED), (180, [])):
        ticket = after(created(), passed(calls_so_far), deleted(), tagged(calls_so_far + 1), rules=TIERS)
        due = ticket.alert_due_at
        effects = () if due is None else change_by(ticket, DeadlinePassed(thread_id=THREAD, at=due), TIERS).effects
        assert calls(effects) == expected


def test_what_is_resolved_keeps_its_deadline_after_a_change_of_settings() -> None:
    ticket = after(created(), tagged(30, RESOLVED))

    assert review(ticket, replace(RULES, sla=replace(RULES.sla, span=MINUTE))) == ticket


def test_in_business_time_the_warning_and_the_escalation_wait_for_the_opening_too() -> None:
    sla = Agreement(span=8 * HOUR, hours=OFFICE, warning=0.5, escalation_after=2 * HOUR)

    # Opened at 10:30 with 8 h: warned 4 h later; due 30 min after Thursday's opening; escalated 2 h after that.
    assert sla.calls(OPENED, sla.due(OPENED, ())) == [
        (EffectKind.WARNING, at(240)),
        (EffectKind.ALERT, datetime(2026, 2, 5, 9, 30, tzinfo=KOLKATA)),
        (EffectKind.ESCALATION, datetime(2026, 2, 5, 11, 30, tzinfo=KOLKATA)),
    ]


def test_after_a_change_of_settings_what_was_sent_stays_sent() -> None:
    warned = after(created(), passed(45), rules=TIERS)
    alerted = after(created(), passed(60), rules=TIERS)
    longer = replace(TIERS, sla=replace(TIERS.sla, span=4 * HOUR))

    renewed = review(warned, longer)
    assert (renewed.due_at, renewed.alert_due_at) == (at(240), at(240))  # not warned again
    renewed = review(alerted, longer)
    assert (renewed.due_at, renewed.missed, renewed.alert_due_at) == (at(60), True, at(180))


def test_a_team_has_a_deadline_of_its_own_and_keeps_it_though_it_is_tagged_otherwise() -> None:
    sla = Agreement(span=HOUR, team_spans={"Engineering": 2 * HOUR}, teams=("Engineering",))
    ticket = after(created(ENGINEERING), tagged(10, BUG), rules=replace(RULES, sla=sla))

    assert ticket.due_at == at(120)
