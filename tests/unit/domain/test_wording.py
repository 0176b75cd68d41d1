"""The texts people read, word for word, and durations."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import RESOLVED, THREAD, after, created, deleted, named, replied, seen
from tests.support.hostile_titles import HARMLESS, HOSTILE
from tracker.domain.effects import EffectKind
from tracker.domain.events import Event
from tracker.domain.ticket import Ticket
from tracker.domain.wording import (
    MESSAGE_LIMIT,
    REOPENED,
    alert_ended,
    alert_message,
    columns_missing_notice,
    digest_messages,
    duration,
    kept_notice,
    literal,
    resolved_message,
    sheet_refused_notice,
    waiting_text,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def ticket() -> Ticket:
    return replace(after(created(), named("mia#1234")), guild_id=11, thread_id=22, author_id=33, title="Cannot log in")


def test_the_resolved_message_mentions_the_author_and_is_signed(ticket: Ticket) -> None:
    assert resolved_message(ticket.author_id, "Dalgo Support") == (
        "🔴 <@33> This thread has been marked as **RESOLVED**.\n"
        "\n"
        "We will no longer monitor this thread for new messages.\n"
        "If you have a new issue or follow-up question, please create a new thread.\n"
        "\n"
        "Thank you for reaching out to Dalgo Support!"
    )


def test_the_resolved_message_mentions_nobody_where_nobody_can_be() -> None:
    assert resolved_message(None, "Dalgo Support").startswith("🔴 This thread has been marked as **RESOLVED**.\n")


def test_the_reopened_message() -> None:
    assert REOPENED == (
        "🟢 **UPDATE:** This thread has been **REOPENED**!\n"
        "\n"
        "We're continuing the conversation here.\n"
        "Our support team will follow up shortly."
    )


def test_the_alert_of_a_ticket_with_a_team(ticket: Ticket) -> None:
    assert alert_message(ticket, team="Engineering", waiting=HOUR, sla=HOUR) == (
        "⚠️ **SLA ALERT: Ticket Awaiting Response**\n"
        "\n"
        "📋 **Title:** Cannot log in\n"
        "👤 **Raised by:** mia#1234\n"
        "⏰ **Waiting:** 1 hour\n"
        "🏷️ **Team:** Engineering\n"
        "🔗 **Link:** [Click to view](https://discord.com/channels/11/22)\n"
        "\n"
        "Please respond to this ticket as soon as possible."
    )


def test_the_alert_of_a_ticket_without_team_or_known_author(ticket: Ticket) -> None:
    alert = alert_message(replace(ticket, author_name=None), team=None, waiting=3 * HOUR, sla=HOUR)

    assert "👤 **Raised by:** Unknown\n⏰ **Waiting:** 3h 0m\n🏷️ **Team:** Unassigned\n" in alert


def test_an_alert_that_says_when_the_answer_was_due_and_an_escalation_that_mentions_a_role(ticket: Ticket) -> None:
    due = datetime(2026, 2, 4, 6, 0, tzinfo=UTC)  # 1770184800 seconds since 1970
    escalation = alert_message(
        ticket, team=None, waiting=3 * HOUR, sla=HOUR, call=EffectKind.ESCALATION, due=due, role=44
    )

    assert escalation == (
        "🚨 **SLA ESCALATION: Ticket Still Awaiting Response** <@&44>\n"
        "\n"
        "📋 **Title:** Cannot log in\n"
        "👤 **Raised by:** mia#1234\n"
        "⏰ **Waiting:** 3h 0m\n"
        "📅 **Due:** <t:1770184800:R>\n"
        "🏷️ **Team:** Unassigned\n"
        "🔗 **Link:** [Click to view](https://discord.com/channels/11/22)\n"
        "\n"
        "Please see to it that somebody responds."
    )
    (digest,) = digest_messages([(ticket, HOUR)], call=EffectKind.WARNING, says_when_due=True)
    assert digest == (
        "⏳ **SLA WARNING: 1 Tickets Awaiting Response**\n\n"
        "• Cannot log in · mia#1234 · waiting 1h 0m · due <t:1770184800:R> · https://discord.com/channels/11/22"
    )


def ended(*events: Event) -> Ticket:
    return replace(after(created(), named("mia"), *events), guild_id=11, thread_id=THREAD, title="Cannot log in")


@pytest.mark.parametrize(
    ("ticket", "end"),
    [
        pytest.param(ended(replied(72 * MINUTE, name="ana")), "✅ Answered by ana after 1h 12m", id="answered"),
        pytest.param(
            ended(replied(HOUR, name="_ana_")), "✅ Answered by \\_ana\\_ after 1h 0m", id="a-name-with-markdown"
        ),
        pytest.param(ended(seen(RESOLVED)), "✅ Resolved after 5m 0s", id="resolved"),
        pytest.param(ended(replied(), seen(RESOLVED), deleted()), "✅ Answered by sam after 10m 0s", id="all-of-it"),
        pytest.param(ended(deleted()), "✅ Deleted", id="deleted"),
        pytest.param(
            replace(ended(), resolved_by=frozenset({RESOLVED.id})), "✅ Resolved", id="resolved-nobody-knows-when"
        ),
    ],
)
def test_an_alert_and_a_line_of_a_digest_say_once_why_nobody_has_to_answer_any_more(ticket: Ticket, end: str) -> None:
    other = replace(ticket, thread_id=THREAD + 1)
    alert = alert_message(ticket, team=None, waiting=HOUR, sla=HOUR)
    (digest,) = digest_messages([(other, HOUR), (ticket, HOUR)])
    line = f"Cannot log in · mia · waiting 1h 0m · {ticket.link}"

    assert alert_ended(alert, ticket) == f"{alert}\n\n{end}"
    assert alert_ended(f"{alert}\n\n{end}", ticket) is None
    struck = alert_ended(digest, ticket)
    assert struck == digest.replace(f"• {line}", f"• ~~{line}~~ {end}")
    assert alert_ended(struck, ticket) is None
    assert alert_ended("🛠️ Something else", ticket) is None


def test_a_digest_that_is_full_says_less_about_what_ended_and_stays_a_message() -> None:
    tickets = [
        replace(ended(replied(name="a" * 32)), thread_id=THREAD + number, title="t" * 60) for number in range(40)
    ]
    for text in digest_messages([(ticket, HOUR) for ticket in tickets]):
        named = [ticket for ticket in tickets if ticket.link in text]
        for ticket in named:
            text = alert_ended(text, ticket) or pytest.fail("no room")  # noqa: PLW2901 - one edit after another
        assert len(text) <= MESSAGE_LIMIT
        assert [line.startswith("• ~~") for line in text.split("\n")[2:]] == [True] * len(named)


@pytest.mark.parametrize(("title", "sent"), HOSTILE.items(), ids=ascii)
def test_markdown_in_a_title_or_a_name_is_taken_its_meaning_in_alerts_and_digests(
    ticket: Ticket, title: str, sent: str
) -> None:
    ticket = replace(ticket, title=title, author_name=title)

    alert = alert_message(ticket, team=None, waiting=HOUR, sla=HOUR)
    (digest,) = digest_messages([(ticket, HOUR)])

    assert f"\n📋 **Title:** {sent}\n👤 **Raised by:** {sent}\n⏰ " in alert
    assert f"\n• {sent} · {sent} · waiting 1h 0m · https://" in digest


@pytest.mark.parametrize("title", HARMLESS, ids=ascii)
def test_a_title_without_markdown_stays_to_the_letter(title: str) -> None:
    assert literal(title) == title


@pytest.mark.parametrize("turn", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ids=ascii)
def test_a_title_does_not_turn_the_reading_direction_of_what_follows_it(ticket: Ticket, turn: str) -> None:
    (digest,) = digest_messages([(replace(ticket, title=f"{turn}exe.gnp"), HOUR)])

    assert "\n• exe.gnp · " in digest
    assert turn not in digest


@given(st.text(alphabet=st.sampled_from("ab1 \\*_`[]()<>~|:@#/-é🧵")))
def test_only_backslashes_are_put_in_and_each_takes_the_meaning_of_what_follows_it(title: str) -> None:
    assert re.sub(r"\\([^\w\s]|_)", r"\1", literal(title)) == title


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ({}, "0s"),
        ({"seconds": 40}, "40s"),
        ({"seconds": 59, "milliseconds": 999}, "59s"),  # cut: rounding would give 60s
        ({"seconds": 60}, "1m 0s"),
        ({"minutes": 25, "seconds": 30}, "25m 30s"),
        ({"minutes": 59, "seconds": 59, "milliseconds": 999}, "59m 59s"),
        ({"hours": 1}, "1h 0m"),
        ({"hours": 2, "minutes": 15, "seconds": 59}, "2h 15m"),  # seconds are cut: rounding would give 16m
        ({"hours": 23, "minutes": 59, "seconds": 59}, "23h 59m"),
        ({"days": 1}, "1d 0h 0m"),
        ({"days": 2}, "2d 0h 0m"),
        ({"days": 2, "minutes": 15}, "2d 0h 15m"),
        ({"days": 2, "hours": 4, "minutes": 15, "seconds": 59}, "2d 4h 15m"),
        ({"hours": 25}, "1d 1h 0m"),  # 24 h + 1 h
        ({"days": 400}, "400d 0h 0m"),
        ({"milliseconds": -1}, "0s"),
        ({"days": -3}, "0s"),
    ],
    ids=str,
)
def test_a_duration_shows_its_largest_units_and_cuts_the_rest(span: dict[str, float], text: str) -> None:
    assert duration(timedelta(**span)) == text


def read(text: str) -> timedelta:
    """A duration's text, as a person reads it."""
    units = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
    return timedelta(seconds=sum(int(count) * units[unit] for count, unit in re.findall(r"(\d+)([dhms])", text)))


spans = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=5)) | st.timedeltas(
    min_value=timedelta(), max_value=timedelta(days=20_000)
)


@given(spans)
def test_a_durations_text_says_the_span_less_only_what_is_not_shown(span: timedelta) -> None:
    lost = timedelta(minutes=1) if span >= HOUR else timedelta(seconds=1)

    assert timedelta() <= span - read(duration(span)) < lost
    assert duration(read(duration(span))) == duration(span)


@given(spans, spans)
def test_a_longer_span_never_reads_as_a_shorter_one(one: timedelta, other: timedelta) -> None:
    shorter, longer = sorted((one, other))

    assert read(duration(shorter)) <= read(duration(longer))


@pytest.mark.parametrize(
    ("sla", "waiting", "text"),
    [
        pytest.param({"hours": 1}, {"hours": 1}, "1 hour", id="to-the-second"),
        pytest.param({"hours": 1}, {"hours": 1, "seconds": 59.9}, "1 hour", id="within-a-minute"),
        pytest.param({"hours": 1}, {"hours": 1, "minutes": 1}, "1h 1m", id="a-minute-late"),
        pytest.param({"hours": 1}, {"days": 2, "hours": 4, "minutes": 15}, "2d 4h 15m", id="days-late"),
        pytest.param({"hours": 1}, {"minutes": 59, "seconds": 59}, "59m 59s", id="early"),
        pytest.param({"hours": 2}, {"hours": 2}, "2 hours", id="two-hours"),
        pytest.param({"minutes": 90}, {"minutes": 90}, "1 hour 30 minutes", id="an-hour-and-a-half"),
        pytest.param({"minutes": 1}, {"minutes": 1}, "1 minute", id="a-minute"),
        pytest.param({"seconds": 90}, {"seconds": 92}, "1 minute 30 seconds", id="90s"),
        pytest.param({"seconds": 2}, {"seconds": 2.4}, "2 seconds", id="2s"),
        pytest.param({"days": 1}, {"days": 1}, "1 day", id="a-day"),
    ],
)
def test_an_alert_on_time_says_the_agreed_time_and_a_late_one_the_true_time(
    sla: dict[str, float], waiting: dict[str, float], text: str
) -> None:
    assert waiting_text(timedelta(**waiting), timedelta(**sla)) == text


def test_a_digest_lists_every_ticket_and_keeps_to_discords_limit() -> None:
    ticket = after(created())
    tickets = [replace(ticket, thread_id=THREAD + (number << 22), title="t" * 100) for number in range(40)]
    overdue = [(ticket, timedelta(hours=2, minutes=number)) for number, ticket in enumerate(tickets)]

    messages = digest_messages(overdue)

    assert messages[0].startswith("⚠️ **SLA ALERT: 40 Tickets Awaiting Response**\n\n• ")
    assert all(len(message) <= 2_000 for message in messages)
    assert len(messages) == 5  # 218 characters a line: 8 lines and a head of 50 are below 2,000, 9 are not
    lines = [line for message in messages for line in message.splitlines() if line.startswith("•")]
    assert len(lines) == 40
    assert all(f"waiting 2h {number}m · {tickets[number].link}" in line for number, line in enumerate(lines))
    assert len(digest_messages(overdue[:3])) == 1


@pytest.mark.parametrize(
    ("waiting", "text"),
    [
        (0, "No changed ticket waits until then."),
        (1, "1 changed ticket waits until then."),
        (1200, "1,200 changed tickets wait until then."),
    ],
)
def test_a_notice_says_how_many_tickets_wait(waiting: int, text: str) -> None:
    assert text in sheet_refused_notice("The key was revoked.", waiting)


@pytest.mark.parametrize(
    ("cells", "advice"),
    [
        ({"team": "K1", "type": "C1"}, "Write `team` into K1 again. Write `type` into C1 again, or run"),
        ({"team": "K1"}, "Write `team` into K1 again. Give its header that name again, or run"),
        ({}, "Give its header that name again, or run"),
    ],
)
def test_the_notice_of_missing_columns_names_the_cells_that_are_known(cells: dict[str, str], advice: str) -> None:
    assert f"\n\n{advice}" in columns_missing_notice({"team", "type"}, "https://example.org", 0, cells)


def test_the_notice_of_overwritten_rows_says_where_they_are_kept_or_why_they_are_not() -> None:
    kept = kept_notice(1, "https://example.org", "")
    lost = kept_notice(1_200, "", "The spreadsheet is full.")

    assert "**1 row of the sheet was overwritten" in kept
    assert kept.endswith("What they held is kept here, to be looked at and deleted: <https://example.org>")
    assert "**1,200 rows of the sheet were overwritten" in lost
    assert lost.endswith("What they held could not be kept, either: The spreadsheet is full.")
