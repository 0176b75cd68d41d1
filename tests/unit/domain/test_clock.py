"""The clock for a first answer: what ends it, what moves it, whom it calls; and pauses of the way to a resolution."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import (
    AUTHOR,
    BUG,
    ENGINEERING,
    HELPER,
    OPENED,
    RESOLVED,
    RULES,
    THREAD,
    after,
    change_by,
    created,
    deadline_passed,
    deleted,
    following,
    kinds,
    replied,
    seen,
    snowflake,
)
from tracker.domain.deadlines import review
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import DeadlinePassed, Event, Tag, TagsWere
from tracker.domain.figures import Sla, sla_of
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.pauses import Pause, time_outside
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Ticket

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KOLKATA = ZoneInfo("Asia/Kolkata")
OFFICE = BusinessHours(week=weekly(((540, 1080),), range(5)), zone=KOLKATA)
BUSINESS = replace(RULES, sla=Agreement(span=HOUR, hours=OFFICE))
WAITING = Tag(id=505, name="Waiting for customer")
WAITS = replace(RULES, waiting_tags=frozenset({"waiting for customer"}))


def at(minutes: float) -> datetime:
    """So many minutes after the thread was opened: on a Wednesday, at 10:30 in Kolkata."""
    return OPENED + minutes * MINUTE


def tagged(minutes: float, *tags: Tag) -> Event:
    return seen(*tags, at=at(minutes))


def answer(minutes: float) -> Event:
    return replied(minutes * MINUTE)


def passed(minutes: float) -> DeadlinePassed:
    return DeadlinePassed(thread_id=THREAD, at=at(minutes))


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


def test_what_was_warned_alerted_and_escalated_is_not_called_again_when_the_thread_is_there_after_all() -> None:
    for calls_so_far, expected in ((45, ALERTED), (60, ESCALATED), (180, [])):
        ticket = after(created(), passed(calls_so_far), deleted(), tagged(calls_so_far + 1), rules=TIERS)
        due = ticket.alert_due_at
        effects = () if due is None else change_by(ticket, DeadlinePassed(thread_id=THREAD, at=due), TIERS).effects
        assert calls(effects) == expected


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


# Pauses


def paused(ticket: Ticket) -> list[tuple[float, float | None]]:
    return [
        ((pause.start - OPENED) / MINUTE, None if pause.end is None else round((pause.end - OPENED) / MINUTE, 3))
        for pause in ticket.pauses
    ]


@pytest.mark.parametrize(
    ("happened", "pauses"),
    [
        pytest.param([tagged(10, WAITING)], [(10, None)], id="a-tag-begins-it"),
        pytest.param([tagged(10, WAITING), tagged(30)], [(10, 30)], id="its-removal-ends-it"),
        pytest.param([tagged(10, WAITING), replied(20 * MINUTE, author=AUTHOR)], [(10, 20)], id="the-asker-ends-it"),
        pytest.param([tagged(10, WAITING), answer(20)], [(10, None)], id="somebody-else-does-not"),
        pytest.param(
            [tagged(10, WAITING), replied(20 * MINUTE, author=AUTHOR), tagged(40), tagged(50, WAITING)],
            [(10, 20), (50, None)],
            id="added-again",
        ),
        pytest.param([tagged(10, WAITING), replied(5 * MINUTE, author=AUTHOR)], [(10, None)], id="an-earlier-message"),
        pytest.param(
            [tagged(10, WAITING), tagged(30), replied(20 * MINUTE, author=AUTHOR)], [(10, 20)], id="heard-after-its-end"
        ),
        pytest.param(
            [tagged(10, WAITING), tagged(30), replied(40 * MINUTE, author=AUTHOR)], [(10, 30)], id="said-after-its-end"
        ),
        pytest.param([tagged(10, BUG)], [], id="another-tag"),
    ],
)
def test_it_is_the_askers_turn_from_the_tag_to_their_next_message(
    happened: list[Event], pauses: list[tuple[float, float | None]]
) -> None:
    assert paused(after(created(), *happened, rules=WAITS)) == pauses


def test_the_asker_ends_a_pause_also_where_only_some_roles_count_as_responders() -> None:
    asker = replace(replied(20 * MINUTE, author=AUTHOR), is_responder=False)

    assert paused(after(created(), tagged(10, WAITING), asker, rules=WAITS)) == [(10, 20)]


def test_what_somebody_without_the_role_writes_is_no_answer() -> None:
    bystander = replace(replied(20 * MINUTE, author=HELPER), is_responder=False)

    assert after(created(), bystander).first_answer is None


def noticed(*tags: Tag, last: float | None, logged: tuple[TagsWere, ...] = ()) -> Event:
    """The thread as it is found after 60 minutes, of which the bot was away since the fifth."""
    last_message = 0 if last is None else snowflake(at(last), 1)
    return replace(
        seen(*tags, at=at(60)), changes=logged, changes_since=at(5), last_message_id=last_message, message_count=1
    )


def logged(minutes: float, *tags: Tag) -> TagsWere:
    return TagsWere(tags=tags, at=at(minutes))


@pytest.mark.parametrize(
    ("found", "pauses", "is_searched"),
    [
        pytest.param(
            noticed(WAITING, last=30, logged=(logged(10, WAITING),)), [(10, None)], True, id="recorded-and-then-written"
        ),
        pytest.param(
            noticed(WAITING, last=8, logged=(logged(10, WAITING),)), [(10, None)], False, id="written-and-then-recorded"
        ),
        pytest.param(
            noticed(last=30, logged=(logged(10, WAITING), logged(40))), [(10, 40)], True, id="recorded-with-its-end"
        ),
        pytest.param(noticed(WAITING, last=30), [(30, None)], True, id="not-recorded-and-somebody-wrote"),
        pytest.param(noticed(WAITING, last=4), [(60, None)], False, id="not-recorded-and-nobody-wrote-since"),
        pytest.param(noticed(WAITING, last=0), [(60, None)], False, id="not-recorded-and-nobody-wrote-at-all"),
        pytest.param(noticed(BUG, last=30), [], False, id="another-tag"),
    ],
)
def test_a_tag_added_while_the_bot_was_away_has_its_time_from_the_log_or_else_from_the_latest_message(
    found: Event, pauses: list[tuple[float, float | None]], *, is_searched: bool
) -> None:
    change = change_by(after(created(), answer(2), rules=WAITS), found, WAITS)

    assert paused(change.ticket) == pauses
    assert (EffectKind.LOOK_BACK in kinds(change.effects)) is is_searched


def test_of_a_new_thread_the_tag_counts_from_its_latest_message_too() -> None:
    assert paused(after(noticed(WAITING, last=30), rules=WAITS)) == [(30, None)]


def test_the_asker_who_wrote_the_latest_message_has_not_been_waited_for() -> None:
    found = noticed(WAITING, last=30)
    assert paused(after(created(), answer(2), found, replied(30 * MINUTE, author=AUTHOR), rules=WAITS)) == [(30, 30)]


def test_what_is_told_late_in_its_order_ends_a_pause() -> None:
    tag = replace(seen(WAITING, at=at(60)), sent_late_since=at(40))
    word = replace(replied(50 * MINUTE, author=AUTHOR), sent_late_since=at(40))
    repeated = replace(replied(30 * MINUTE, author=AUTHOR), sent_late_since=at(40))
    assert paused(after(created(), word, tag, rules=WAITS)) == [(60, None)]
    assert paused(after(created(), tag, repeated, rules=WAITS)) == [(60, None)]
    assert paused(after(created(), tag, word, rules=WAITS)) == [(60, 60)]


def test_a_pause_never_stops_the_clock_for_a_first_answer() -> None:
    ticket = after(created(), tagged(10, WAITING), rules=replace(WAITS, sla=BUSINESS.sla))

    assert ticket.due_at == ticket.alert_due_at == at(60)


def test_time_outside_pauses_leaves_out_what_lies_in_them() -> None:
    pauses = (Pause(start=at(10), end=at(20)), Pause(start=at(50), end=None))

    def elapsed(start: datetime, end: datetime) -> timedelta:
        return end - start

    assert time_outside(pauses, at(0), at(60), elapsed) == 40 * MINUTE  # all but 10 to 20 and 50 to 60
    assert time_outside(pauses, at(15), at(40), elapsed) == 20 * MINUTE
    assert time_outside((), at(0), at(60), OFFICE.elapsed) == HOUR
