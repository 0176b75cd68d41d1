"""After a lost store a deadline is the one that was fixed at the opening, and a verdict stays what it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import (
    OPENED,
    RESOLVED,
    RULES,
    THREAD,
    after,
    created,
    deadline_passed,
    following,
    kinds,
    named,
    replied,
    seen,
)
from tracker.domain.adoption import adopt_row
from tracker.domain.deadlines import review
from tracker.domain.effects import EffectKind
from tracker.domain.events import Event
from tracker.domain.figures import Sla, sla_of
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.rules import Rules
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Ticket
from tracker.sheet.table.columns import ALL_NAMES, Desk, cells_of
from tracker.sheet.table.reading import row_found

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KOLKATA = ZoneInfo("Asia/Kolkata")
HOURS = BusinessHours(week=weekly(((540, 1080),), frozenset(range(5))), zone=KOLKATA)
DESK = Desk(zone=KOLKATA, hours=HOURS, teams=())
DUE = OPENED + HOUR
SHORTER, LONGER = (replace(RULES, sla=Agreement(span=span)) for span in (20 * MINUTE, 5 * HOUR))
IN_HOURS = replace(RULES, sla=Agreement(span=HOUR, hours=HOURS))
WARNED = replace(RULES, sla=Agreement(span=HOUR, warning=0.75))


def at(minutes: float) -> datetime:
    return OPENED + timedelta(minutes=minutes)


def taken_up(before: Ticket, lost: datetime, rules: Rules, *since: Event) -> Ticket:
    """The ticket of a new store, begun at this moment, that met the thread as it was, then its row.

    `since` is what happened in between.
    """
    rules = replace(rules, tracking_since=lost)
    met = following(after(seen(*before.tags, at=lost), rules=rules), since, rules).ticket
    row = row_found(THREAD, cells_of(before, DESK, ALL_NAMES), [KOLKATA], lost)
    return adopt_row(met, row, rules).ticket


def to_the_second(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC).replace(microsecond=0)


@pytest.mark.parametrize("rules", [RULES, SHORTER, LONGER])
def test_who_waits_keeps_their_deadline_under_any_later_settings_and_people_are_called_then(rules: Rules) -> None:
    ticket = taken_up(after(created(), named("mia")), at(30), rules)

    assert (to_the_second(ticket.due_at), to_the_second(ticket.alert_due_at)) == (DUE, DUE)
    assert sla_of(ticket) is Sla.RUNNING
    assert review(ticket, rules) == ticket
    other = replace(RULES, sla=Agreement(span=9 * HOUR))
    assert review(ticket, other).due_at == OPENED + 9 * HOUR


def test_business_time_fixed_the_deadline_and_a_clock_that_never_stops_does_not_move_it() -> None:
    before = after(created(), rules=IN_HOURS)
    moved = replace(before, due_at=OPENED + timedelta(days=5))  # say, the days before were holidays

    ticket = taken_up(moved, at(30), RULES)

    assert to_the_second(ticket.due_at) == to_the_second(ticket.alert_due_at) == OPENED + timedelta(days=5)


def test_the_next_call_follows_from_the_deadline() -> None:
    ticket = taken_up(after(created()), at(30), replace(LONGER, sla=replace(LONGER.sla, warning=0.75)))

    assert to_the_second(ticket.alert_due_at) == at(45)
    assert taken_up(after(created()), at(30), WARNED).alert_due_at == at(45)


def test_a_clock_that_resolutions_had_ended_twice_goes_on_with_the_time_that_was_left() -> None:
    # Resolved for 10 and, since the 60th minute, for 40: 10 of the 60 minutes are left.
    happened = (seen(RESOLVED, at=at(30)), seen(at=at(40)), seen(RESOLVED, at=at(60)))
    before = after(created(), *happened, rules=IN_HOURS)

    ticket = following(taken_up(before, at(90), IN_HOURS), [seen(at=at(100))], IN_HOURS).ticket

    assert ticket.due_at is not None
    assert abs(ticket.due_at - at(110)) < timedelta(seconds=1)
    assert ticket.alert_due_at == ticket.due_at


@pytest.mark.parametrize("rules", [RULES, SHORTER, LONGER])
@pytest.mark.parametrize(
    ("happened", "verdict"),
    [
        pytest.param([replied(50 * MINUTE)], Sla.MET, id="answered-in-time"),
        pytest.param([deadline_passed(), replied(70 * MINUTE)], Sla.MISSED, id="answered-too-late"),
        pytest.param([replied(50 * MINUTE), seen(RESOLVED, at=at(55))], Sla.MET, id="answered-and-resolved"),
        pytest.param([seen(RESOLVED, at=at(30))], None, id="resolved-in-time"),
        pytest.param([deadline_passed(), seen(RESOLVED, at=at(70))], Sla.MISSED, id="resolved-too-late"),
        pytest.param([seen(RESOLVED, at=at(30)), replied(50 * MINUTE)], None, id="answered-once-it-was-resolved"),
        pytest.param([seen(RESOLVED, at=at(30)), replied(70 * MINUTE)], None, id="answered-long-after-that"),
        pytest.param(
            [seen(RESOLVED, at=at(30)), replied(50 * MINUTE), seen(at=at(55))], None, id="reopened-after-such-an-answer"
        ),
        pytest.param(
            [seen(RESOLVED, at=at(30)), replied(50 * MINUTE), seen(at=at(55)), seen(RESOLVED, at=at(75))],
            None,
            id="resolved-again-after-such-an-answer",
        ),
        pytest.param([deadline_passed()], Sla.MISSED, id="waits-past-its-deadline"),
    ],
)
def test_a_verdict_stays_under_any_later_settings_and_nobody_is_called_for_it_again(
    happened: Iterable[Event], verdict: Sla | None, rules: Rules
) -> None:
    before = after(created(), *happened)
    assert sla_of(before) is verdict

    ticket = taken_up(before, at(90), rules)

    assert sla_of(ticket) is verdict
    assert (to_the_second(ticket.due_at), ticket.alert_due_at) == (DUE, None)
    assert review(ticket, SHORTER) == ticket


def test_what_was_resolved_in_time_has_no_verdict_either_when_the_answer_comes_after_the_loss() -> None:
    ticket = taken_up(after(created(), seen(RESOLVED, at=at(30))), at(90), RULES)

    assert sla_of(following(ticket, [replied(95 * MINUTE)]).ticket) is None


def test_an_answer_from_before_the_resolution_that_is_found_later_has_a_verdict() -> None:
    ticket = taken_up(after(created(), seen(RESOLVED, at=at(30))), at(90), RULES)

    assert sla_of(following(ticket, [replied(20 * MINUTE)]).ticket) is Sla.MET


def test_a_deadline_that_passed_while_nothing_ran_was_missed_unless_an_answer_in_time_is_found() -> None:
    ticket = taken_up(after(created()), at(90), RULES)

    assert (sla_of(ticket), ticket.alert_due_at) == (Sla.MISSED, None)
    assert sla_of(following(ticket, [replied(20 * MINUTE)]).ticket) is Sla.MET


def test_a_ticket_for_which_people_were_alerted_before_its_row_was_seen_keeps_the_deadline_of_that() -> None:
    rules = replace(RULES, sla=Agreement(span=40 * MINUTE))

    ticket = taken_up(after(created()), at(30), rules, deadline_passed())

    assert (ticket.due_at, ticket.alert_due_at) == (at(40), None)
    assert sla_of(ticket) is Sla.MISSED


@pytest.mark.parametrize(
    ("rules", "found", "due", "verdict"),
    [
        (RULES, 50, at(60), Sla.RUNNING),
        (RULES, 70, at(60), Sla.MISSED),
        (IN_HOURS, 70, at(60 + 40), Sla.RUNNING),
    ],
)
def test_a_clock_that_a_resolution_had_ended_goes_on_where_a_reopening_was_missed(
    rules: Rules, found: int, due: datetime, verdict: Sla
) -> None:
    before = after(created(), seen(RESOLVED, at=at(30)), rules=rules)
    lost = replace(rules, tracking_since=at(found))
    row = row_found(THREAD, cells_of(before, DESK, ALL_NAMES), [KOLKATA], at(found))

    change = adopt_row(after(seen(at=at(found)), rules=lost), row, lost)

    ticket = change.ticket
    assert ticket.due_at is not None
    assert abs(ticket.due_at - due) < timedelta(seconds=1)  # a resolution's time is known to the second
    assert (sla_of(ticket), ticket.reopen_count) == (verdict, 1)
    assert ticket.alert_due_at == (ticket.due_at if verdict is Sla.RUNNING else None)
    assert kinds(change.effects) == [EffectKind.EDIT_REOPENED]


@pytest.mark.parametrize(("found", "verdict"), [(50, None), (70, Sla.MISSED)])
def test_a_resolution_that_was_missed_ends_the_clock_when_it_is_found(found: int, verdict: Sla | None) -> None:
    lost = replace(RULES, tracking_since=at(found))
    row = row_found(THREAD, cells_of(after(created()), DESK, ALL_NAMES), [KOLKATA], at(found))

    ticket = adopt_row(after(seen(RESOLVED, at=at(found)), rules=lost), row, lost).ticket

    assert sla_of(ticket) is verdict
    assert sla_of(following(ticket, [replied(80 * MINUTE)]).ticket) is verdict
