"""Pauses: the asker's turn, on the way to a resolution."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.builders import (
    AUTHOR,
    BUG,
    HELPER,
    OPENED,
    RULES,
    after,
    change_by,
    created,
    kinds,
    replied,
    seen,
    snowflake,
)
from tests.support.clock_events import BUSINESS, HOUR, MINUTE, OFFICE, answer, at, logged, tagged
from tracker.domain.effects import EffectKind
from tracker.domain.events import Event, Tag, TagsWere
from tracker.domain.pauses import Pause, time_outside
from tracker.domain.ticket import Ticket

WAITING = Tag(id=505, name="Waiting for customer")
WAITS = replace(RULES, waiting_tags=frozenset({"waiting for customer"}))


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


def test_what_is_reported_late_in_its_order_ends_a_pause() -> None:
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
