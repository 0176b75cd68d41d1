"""What the chaos model allows of deadlines, verdicts and calls, by example."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scripts.tools.chaos.agreement import Agreement, drawn, is_open, open_time
from scripts.tools.chaos.calls import Kind, allowed_counts, calls_in
from scripts.tools.chaos.figures import may_show_figure
from scripts.tools.chaos.model import Model, Tag, Ticket, Value
from tracker.sandbox.expected import ZONE, serial

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
MONDAY = datetime(2026, 2, 2, 17, 30, tzinfo=ZONE)
HOURS = Agreement(span=HOUR, business=True, figures=True, waiting_tag="billing", escalation_after=HOUR)
LATER = MONDAY + timedelta(days=3)


def ticket(agreement: Agreement = HOURS) -> Ticket:
    opened = Ticket(
        thread_id=1, guild_id=2, author="mia", created_at=MONDAY, title="Login fails", tags=[], agreement=agreement
    )
    opened.opened_with(MONDAY)
    return opened


def may_show(one: Ticket, column: str, value: Value, now: datetime) -> bool:
    return may_show_figure(one, column, value, now, may_miss=False)


def days(length: timedelta) -> float:
    return length / timedelta(days=1)


def test_the_same_number_draws_the_same_agreement_and_numbers_draw_all_kinds() -> None:
    several = [drawn(number) for number in range(40)]
    assert several == [drawn(number) for number in range(40)]
    assert {each.business for each in several} == {True, False}
    assert all(each.settings["SLA_TIMEOUT"] in ("2s", "3s") for each in several)


def test_a_desk_is_open_on_weekdays_from_nine_to_six() -> None:
    friday = datetime(2026, 2, 6, 17, 0, tzinfo=ZONE)
    assert is_open(friday)
    assert not is_open(friday + HOUR)
    assert open_time(friday, friday + timedelta(days=3)) == 9 * HOUR
    assert HOURS.after(friday, 2 * HOUR) == datetime(2026, 2, 9, 10, 0, tzinfo=ZONE)
    assert HOURS.after(friday, HOUR) == friday + HOUR


def test_a_deadline_is_in_business_time_and_a_verdict_follows_from_it() -> None:
    one = ticket()
    due = datetime(2026, 2, 3, 9, 30, tzinfo=ZONE)
    assert may_show(one, "sla_due", serial(due), LATER)
    assert not may_show(one, "sla_due", serial(MONDAY + HOUR), LATER)
    assert may_show(one, "sla", "running", due)
    assert not may_show(one, "sla", "running", due + HOUR)
    one.answered("sam", due + SECOND)
    assert may_show(one, "sla", "missed", LATER)
    assert not may_show(one, "sla", "met", LATER)


def test_a_resolution_without_an_answer_has_no_verdict_in_time() -> None:
    one = ticket()
    one.retagged([Tag(name="resolved")], MONDAY + 60 * SECOND)
    assert may_show(one, "sla", None, LATER)
    assert not may_show(one, "sla", "missed", MONDAY + HOUR)


def test_a_pause_is_left_out_of_the_time_to_resolution() -> None:
    one = ticket()
    waiting = Tag(name="billing")
    one.retagged([waiting], MONDAY + HOUR)
    one.asker_wrote(MONDAY + 3 * HOUR)
    one.retagged([waiting, Tag(name="resolved")], MONDAY + 4 * HOUR)
    assert may_show(one, "resolution", days(2 * HOUR), LATER)
    assert not may_show(one, "resolution", days(4 * HOUR), LATER)
    assert may_show(one, "resolution_business", days(HOUR / 2), LATER)


@pytest.mark.parametrize(
    ("at", "alerts", "escalations"),
    [
        (datetime(2026, 2, 3, 9, 0, tzinfo=ZONE), {0}, {0}),
        (datetime(2026, 2, 3, 10, 0, tzinfo=ZONE), {1}, {0}),
        (datetime(2026, 2, 3, 11, 0, tzinfo=ZONE), {1}, {1}),
        (datetime(2026, 2, 3, 20, 0, tzinfo=ZONE), {0, 1}, {0, 1}),
    ],
)
def test_people_are_called_in_business_hours(at: datetime, alerts: set[int], escalations: set[int]) -> None:
    model = Model(tickets=[ticket()], agreement=HOURS)
    assert allowed_counts(model, 0, Kind.ALERT, at) == alerts
    assert allowed_counts(model, 0, Kind.ESCALATION, at) == escalations
    assert allowed_counts(model, 0, Kind.WARNING, at) == {0}


def test_a_digest_calls_for_each_of_its_tickets() -> None:
    text = (
        "🚨 **SLA ESCALATION: 2 Tickets Still Awaiting Response**\n"
        "\n• Login fails · mia · waiting 1h 2m · due <t:1770000000:R> · https://discord.com/channels/2/1"
        "\n• Where? · raj · waiting 3s · https://discord.com/channels/2/3"
    )
    assert [(call.kind, call.link[-3:]) for call in calls_in(text)] == [
        (Kind.ESCALATION, "2/1"),
        (Kind.ESCALATION, "2/3"),
    ]
    assert calls_in("✅ **The sheet can be written again.**") == []
    assert calls_in("⚠️ **SLA ALERT: Ticket Awaiting Response**") == []


def test_times_are_aware() -> None:
    assert is_open(datetime(2026, 2, 2, 6, 0, tzinfo=UTC))
