"""A ticket's life: opened, named, written to the sheet, answered, overdue, deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    AUTHOR,
    BOT_BEGAN,
    BUG,
    GUILD,
    HELPER,
    OPENED,
    RESOLVED,
    RULES,
    THREAD,
    after,
    answer_deleted,
    change_by,
    created,
    deadline_passed,
    deleted,
    following,
    kinds,
    named,
    posted,
    replied,
    row_written,
    seen,
    snowflake,
)
from tests.support.strategies import NEW_THREAD, OLD_THREAD, events, facts, sightings
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import AuthorNamed, Event, Replied, ThreadFoundClosed, TicketEvent
from tracker.domain.lifecycle import apply
from tracker.domain.ticket import Answer

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_new_thread_becomes_a_ticket_created_when_its_id_says() -> None:
    ticket = after(created(BUG))

    assert (ticket.thread_id, ticket.guild_id, ticket.author_id) == (THREAD, GUILD, AUTHOR)
    assert (ticket.title, ticket.tags, ticket.author_name) == ("Cannot log in", (BUG,), None)
    assert ticket.created_at == datetime(2026, 2, 4, 5, 0, tzinfo=UTC)
    assert ticket.alert_due_at == datetime(2026, 2, 4, 6, 0, tzinfo=UTC)  # created 05:00 + SLA 1 h
    assert (ticket.first_answer, ticket.is_resolved, ticket.reopen_count) == (None, False, 0)
    assert (ticket.adopted, ticket.in_sheet, ticket.deleted) == (False, False, False)
    assert ticket.link == f"https://discord.com/channels/{GUILD}/{THREAD}"


def test_a_new_threads_author_is_asked_for_only_after_the_first_message_had_time_to_bring_the_name() -> None:
    (effect,) = change_by(None, created()).effects

    assert effect.kind is EffectKind.NAME_AUTHOR
    assert effect.delay > timedelta()


def test_of_a_thread_merely_met_the_author_and_older_answers_are_asked_for_at_once() -> None:
    effects = change_by(None, seen()).effects

    assert kinds(effects) == [EffectKind.NAME_AUTHOR, EffectKind.LOOK_BACK]
    assert {effect.delay for effect in effects} == {timedelta()}


@pytest.mark.parametrize(
    "event",
    [named("mia"), replied(), deleted(), row_written(), posted(1), deadline_passed()],
    ids=lambda event: type(event).__name__,
)
def test_what_happens_elsewhere_costs_nothing(event: TicketEvent) -> None:
    assert apply(None, event, RULES) is None


# Adoption: the bot began on 1 February at 00:00, the SLA is 1 h.
@pytest.mark.parametrize(
    ("opened", "newly_created", "adopted", "due"),
    [
        pytest.param(BOT_BEGAN - 30 * HOUR, False, True, None, id="older-and-overdue-before-the-bot-began"),
        pytest.param(BOT_BEGAN - HOUR, False, True, None, id="older-and-due-just-as-the-bot-began"),
        pytest.param(BOT_BEGAN - 20 * MINUTE, False, True, BOT_BEGAN + 40 * MINUTE, id="older-but-due-later"),
        pytest.param(BOT_BEGAN, False, False, BOT_BEGAN + HOUR, id="created-since-and-met-late"),
        pytest.param(BOT_BEGAN + HOUR, True, False, BOT_BEGAN + 2 * HOUR, id="new"),
        pytest.param(BOT_BEGAN - MINUTE, True, False, BOT_BEGAN + 59 * MINUTE, id="said-to-be-new"),
    ],
)
def test_a_thread_is_adopted_when_it_is_older_than_the_bot(
    *, opened: datetime, newly_created: bool, adopted: bool, due: datetime | None
) -> None:
    ticket = after(seen(thread=snowflake(opened), newly_created=newly_created))

    assert ticket.created_at == opened
    assert (ticket.adopted, ticket.alert_due_at) == (adopted, due)


def test_an_adopted_resolved_thread_is_resolved_at_an_unknown_time_and_nothing_is_posted() -> None:
    change = change_by(None, seen(BUG, RESOLVED, thread=OLD_THREAD))

    assert change.ticket.is_resolved
    assert (change.ticket.resolved_at, change.ticket.reopen_count) == (None, 0)
    assert change.ticket.tags == (BUG, RESOLVED)
    assert kinds(change.effects) == [EffectKind.NAME_AUTHOR, EffectKind.LOOK_BACK]


def test_an_adopted_thread_that_is_resolved_later_is_announced_like_any_other() -> None:
    ticket = after(seen(BUG, thread=OLD_THREAD))

    change = change_by(ticket, seen(BUG, RESOLVED, thread=OLD_THREAD))

    assert kinds(change.effects) == [EffectKind.POST_RESOLVED]


def test_a_thread_opened_and_resolved_unheard_since_the_bot_began_is_caught_up_with() -> None:
    change = change_by(None, seen(RESOLVED))

    assert change.ticket.is_resolved
    assert kinds(change.effects) == [EffectKind.NAME_AUTHOR, EffectKind.LOOK_BACK, EffectKind.POST_RESOLVED]


def test_a_new_title_replaces_the_old_one_and_nothing_else() -> None:
    before = after(created(BUG), replied())

    change = change_by(before, seen(BUG, title='=IMPORTXML("http://x")'))

    assert change.ticket == replace(before, title='=IMPORTXML("http://x")')
    assert change.effects == ()


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        pytest.param(["mia"], "mia", id="a-name"),
        pytest.param([None], "Unknown", id="nobody-knows"),
        pytest.param([None, "mia"], "mia", id="unknown-gives-way"),
        pytest.param(["mia", None], "mia", id="a-name-does-not-give-way"),
        pytest.param(["mia", "kim"], "mia", id="the-first-name-stays"),
    ],
)
def test_the_first_name_learned_is_the_authors(names: list[str | None], shown: str) -> None:
    assert after(created(), *(named(name) for name in names)).author_name == shown


def test_the_first_message_gets_its_tick_once_the_row_is_confirmed_and_only_then() -> None:
    before = following(None, [created(), named("mia"), replied()])
    assert EffectKind.REACT not in kinds(before.effects)

    change = change_by(before.ticket, row_written())

    assert change.ticket.in_sheet
    assert change.effects == (Effect(kind=EffectKind.REACT, thread_id=THREAD),)


def test_the_row_of_a_new_ticket_is_known_when_people_see_the_tick() -> None:
    change = change_by(after(created()), replace(row_written(), row=12))
    assert change.effects == (Effect(kind=EffectKind.REACT, thread_id=THREAD, text="12"),)


def test_an_adopted_thread_gets_no_tick() -> None:
    change = change_by(after(seen(thread=OLD_THREAD)), row_written(thread=OLD_THREAD))

    assert change.ticket.in_sheet
    assert change.effects == ()


def test_the_first_answer_is_timed_by_its_message() -> None:
    ticket = after(created(), replied(10 * MINUTE, name="sam"))

    assert ticket.first_answer == Answer(message_id=snowflake(OPENED + 10 * MINUTE, 1), author_name="sam")
    assert ticket.answered_at == OPENED + 10 * MINUTE
    assert (ticket.awaits_answer, ticket.alert_due_at) == (False, None)


def test_authors_do_not_answer_themselves() -> None:
    before = after(created())

    assert change_by(before, replied(author=AUTHOR)).ticket == before


def test_a_later_answer_changes_nothing() -> None:
    before = after(created(), replied(10 * MINUTE, name="sam"))

    assert change_by(before, replied(11 * MINUTE, name="kim")).ticket == before


def test_an_earlier_answer_heard_of_late_counts() -> None:
    ticket = after(created(), replied(10 * MINUTE, name="sam"), replied(9 * MINUTE, name="kim"))

    assert ticket.first_answer == Answer(message_id=snowflake(OPENED + 9 * MINUTE, 1), author_name="kim")


@given(
    answers=st.lists(
        st.builds(
            Replied,
            thread_id=st.just(THREAD),
            message_id=st.integers(min_value=THREAD + 1, max_value=THREAD + 50),
            author_id=st.sampled_from([AUTHOR, HELPER, HELPER + 1]),
            author_name=st.sampled_from(["sam", "kim"]),
        ),
        unique_by=lambda answer: answer.message_id,
        max_size=8,
    ),
    shuffled=st.randoms(use_true_random=False),
)
def test_the_first_answer_is_the_same_in_whatever_order_answers_are_heard_of(
    answers: list[Replied], shuffled: Random
) -> None:
    counting = [answer for answer in answers if answer.author_id != AUTHOR]
    first = min(counting, key=lambda answer: answer.message_id, default=None)
    shuffled.shuffle(answers)

    ticket = after(created(), *answers)

    expected = first and Answer(message_id=first.message_id, author_name=first.author_name)
    assert ticket.first_answer == expected


def test_a_missed_deadline_is_announced_in_every_alert_channel() -> None:
    change = change_by(after(created()), deadline_passed())

    assert change.effects == (
        Effect(kind=EffectKind.ALERT, thread_id=THREAD, channel_id=701),
        Effect(kind=EffectKind.ALERT, thread_id=THREAD, channel_id=702),
    )
    assert change.ticket.alert_due_at is None


def test_a_missed_deadline_is_not_announced_where_there_are_no_alert_channels() -> None:
    change = change_by(after(created()), deadline_passed(), replace(RULES, alert_channel_ids=()))

    assert change.effects == ()
    assert change.ticket.alert_due_at is None


@pytest.mark.parametrize(
    "happened",
    [
        pytest.param([replied()], id="answered"),
        pytest.param([seen(RESOLVED)], id="resolved"),
        pytest.param([deleted()], id="deleted"),
        pytest.param([deadline_passed()], id="alerted-before"),
        pytest.param([seen(RESOLVED), deadline_passed(), seen()], id="resolved-at-the-deadline-and-reopened"),
        pytest.param([deadline_passed(), seen(RESOLVED), seen()], id="alerted-then-resolved-and-reopened"),
    ],
)
def test_no_alert_is_raised_for_a_ticket_that_was(happened: list[Event]) -> None:
    assert change_by(after(created(), *happened), deadline_passed()).effects == ()


def test_a_ticket_reopened_before_its_deadline_is_alerted() -> None:
    ticket = after(created(), seen(RESOLVED), seen())

    assert kinds(change_by(ticket, deadline_passed()).effects) == [EffectKind.ALERT, EffectKind.ALERT]


@given(history=st.lists(events(NEW_THREAD), max_size=10), event=events(NEW_THREAD), adopted=st.booleans())
def test_whatever_is_heard_of_again_changes_nothing(*, history: list[Event], event: Event, adopted: bool) -> None:
    rules = replace(RULES, tracking_since=OPENED + MINUTE) if adopted else RULES
    before = following(None, [seen(), *history], rules).ticket

    once = change_by(before, event, rules)
    again = change_by(once.ticket, event, rules)

    assert before.adopted == adopted
    assert again.ticket == once.ticket
    assert again.effects == ()


@given(
    before=st.lists(facts(NEW_THREAD), max_size=4),
    fact=facts(NEW_THREAD),
    since=st.lists(st.one_of(facts(NEW_THREAD), sightings(NEW_THREAD)), max_size=6),
)
def test_a_fact_heard_of_again_much_later_changes_nothing(
    before: list[TicketEvent], fact: TicketEvent, since: list[TicketEvent]
) -> None:
    ticket = after(created(), *before, fact, *since)

    again = change_by(ticket, fact)

    assert again.ticket == ticket
    assert again.effects == ()


def test_a_first_answer_that_is_deleted_in_time_does_not_count_and_the_next_is_looked_for() -> None:
    before = after(created(), replied(10 * MINUTE), replied(11 * MINUTE, name="kim"))

    change = change_by(before, answer_deleted(10 * MINUTE, at=59 * MINUTE))

    assert (change.ticket.first_answer, change.ticket.alert_due_at) == (None, OPENED + HOUR)
    assert kinds(change.effects) == [EffectKind.LOOK_BACK]
    assert kinds(change_by(change.ticket, deadline_passed()).effects) == [EffectKind.ALERT, EffectKind.ALERT]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(answer_deleted(11 * MINUTE), id="another-message"),
        pytest.param(answer_deleted(10 * MINUTE, at=HOUR), id="when-the-time-was-over"),
        pytest.param(answer_deleted(10 * MINUTE, at=30 * HOUR), id="much-later"),
    ],
)
def test_any_other_message_that_is_deleted_changes_nothing(event: TicketEvent) -> None:
    before = after(created(), replied(10 * MINUTE))

    change = change_by(before, event)

    assert (change.ticket, change.effects) == (before, ())


def test_a_closed_thread_that_is_about_to_get_a_message_is_to_be_closed_again() -> None:
    change = change_by(after(created(), seen(RESOLVED)), ThreadFoundClosed(thread_id=THREAD))

    assert change.effects == (Effect(kind=EffectKind.CLOSE_AGAIN, thread_id=THREAD),)


@pytest.mark.parametrize(("author", "name"), [(AUTHOR, "Form"), (HELPER, None), (None, "Form")])
def test_the_name_of_somebody_else_is_not_the_authors(author: int | None, name: str | None) -> None:
    event = AuthorNamed(thread_id=THREAD, name="Form", author_id=author, is_app=True)

    assert after(created(), event).author_name == name
