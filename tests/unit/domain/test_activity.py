"""Whose turn it is, and how often the staff wrote: known only where every message was heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.builders import AUTHOR, HELPER, RESOLVED, THREAD, after, created, deleted, replied, seen
from tracker.domain.activity import WaitingOn, followed, waiting_on
from tracker.domain.events import Event, RepliesMissed, ThreadSeen
from tracker.domain.pauses import Pause
from tracker.domain.ticket import Activity, Ticket

MINUTE = timedelta(minutes=1)
ASKED = Activity(last_message_id=THREAD, by_asker=True, staff_replies=0)


def following(*events: Event) -> Activity | None:
    """What is known after these events, the first of which opens the thread."""
    before: Ticket | None = None
    known: Activity | None = None
    for number, event in enumerate(events, start=1):
        assert isinstance(event, ThreadSeen | RepliesMissed | type(replied()))
        known = followed(before, after(*events[:number]), event)
        before = replace(after(*events[:number]), activity=known)
    return known


STAFF, LATER = replied(5 * MINUTE), replied(9 * MINUTE)
ASKER = replied(7 * MINUTE, author=AUTHOR)
FOUND = replace(STAFF, found=True)
BYSTANDER = replace(replied(8 * MINUTE, author=HELPER), is_responder=False)


@pytest.mark.parametrize(
    ("events", "replies", "by_asker"),
    [
        ([], 0, True),
        ([STAFF], 1, False),
        ([STAFF, STAFF], 1, False),
        ([STAFF, ASKER], 1, True),
        ([STAFF, BYSTANDER], 1, False),
        ([STAFF, ASKER, LATER], 2, False),
        ([LATER, STAFF], 1, False),
        ([STAFF, replace(seen(), last_message_id=STAFF.message_id)], 1, False),
    ],
)
def test_messages_are_counted_once_each(events: list[Event], replies: int, *, by_asker: bool) -> None:
    known = following(created(), *events)

    assert known is not None
    assert (known.staff_replies, known.by_asker) == (replies, by_asker)


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([seen()], id="met-later"),
        pytest.param([created(), STAFF, RepliesMissed(thread_id=THREAD)], id="messages-missed"),
        pytest.param([created(), replace(seen(), last_message_id=STAFF.message_id)], id="a-message-nobody-heard"),
        pytest.param([seen(), FOUND], id="what-is-found-need-not-be-the-latest"),
    ],
)
def test_where_a_message_may_have_been_missed_nothing_is_known(events: list[Event]) -> None:
    assert following(*events) is None


MET = replace(seen(), last_message_id=STAFF.message_id)


@pytest.mark.parametrize(
    ("events", "by_asker"),
    [
        pytest.param([seen(), STAFF], False, id="met-later"),
        pytest.param([MET, ASKER], True, id="met-with-messages"),
        pytest.param([created(), STAFF, RepliesMissed(thread_id=THREAD), ASKER], True, id="messages-missed"),
        pytest.param([seen(), ASKER, replace(LATER, found=True)], True, id="an-answer-that-was-looked-for"),
        pytest.param([seen(), BYSTANDER], None, id="whose-turn-it-is-nobody-knows"),
    ],
)
def test_who_wrote_last_is_known_again_with_the_next_message_and_how_often_the_staff_did_is_not(
    events: list[Event], *, by_asker: bool | None
) -> None:
    known = following(*events)

    assert known is not None
    assert (known.heard, known.by_asker, known.staff_replies) == (True, by_asker, None)


@pytest.mark.parametrize("later", [[], [RepliesMissed(thread_id=THREAD)], [FOUND], [seen()]])
def test_of_a_thread_with_messages_that_nobody_heard_only_their_latest_is_kept(later: list[Event]) -> None:
    known = following(MET, *later)

    assert known == Activity(last_message_id=STAFF.message_id, by_asker=None, staff_replies=None, heard=False)
    later_met = following(MET, *later, replace(MET, last_message_id=LATER.message_id))
    assert later_met == replace(known, last_message_id=LATER.message_id)


@pytest.mark.parametrize(
    ("ticket", "whose"),
    [
        (after(created()), WaitingOn.US),
        (replace(after(created(), STAFF), activity=replace(ASKED, by_asker=False)), WaitingOn.ASKER),
        (replace(after(created(), STAFF), activity=ASKED), WaitingOn.US),
        (after(created(), STAFF), None),
        (replace(after(created(), STAFF), activity=replace(ASKED, by_asker=None)), None),
        (replace(after(created(), STAFF), pauses=(Pause(start=after(created()).created_at),)), WaitingOn.ASKER),
        (after(created(), seen(RESOLVED)), None),
        (after(created(), deleted()), None),
    ],
)
def test_whose_turn_it_is(ticket: Ticket, whose: WaitingOn | None) -> None:
    assert waiting_on(ticket) is whose
