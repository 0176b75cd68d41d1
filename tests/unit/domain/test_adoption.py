"""A store that was lost is made good from the sheet's own rows: no cell that was right is written again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    BUG,
    HEARD,
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
    snowflake,
)
from tracker.domain.activity import followed
from tracker.domain.adoption import adopt_row
from tracker.domain.cells import Cells
from tracker.domain.effects import EffectKind
from tracker.domain.events import RowFound, Tag, TagsWere, ThreadSeen, TicketEvent
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.lifecycle import apply
from tracker.domain.pauses import Pause
from tracker.domain.rules import Rules
from tracker.domain.ticket import Change, Ticket
from tracker.domain.wording import duration, span_of
from tracker.sheet.table.columns import ALL_NAMES, Desk, cells_of, settled
from tracker.sheet.table.reading import row_found

KOLKATA = ZoneInfo("Asia/Kolkata")
DESK = Desk(
    zone=KOLKATA,
    hours=BusinessHours(week=weekly(((540, 1080),), frozenset(range(5))), zone=KOLKATA),
    teams=("Engineering",),
)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER_RULES = replace(RULES, tracking_since=NOW)
"""Those of a store that was begun after the thread: the thread is adopted."""


def adopted(*tags: Tag) -> Ticket:
    """The thread as a new store takes it in."""
    return after(seen(*tags), rules=LATER_RULES)


def found(ticket: Ticket) -> RowFound:
    """The row that an earlier store wrote for this ticket."""
    return row_found(ticket.thread_id, cells_of(ticket, DESK), [KOLKATA], NOW)


def remembered(ticket: Ticket, *tags_now: Tag) -> Change:
    return adopt_row(adopted(*tags_now), found(ticket), LATER_RULES)


def met_anew(*tags: Tag, log: Iterable[tuple[datetime, tuple[Tag, ...]]] = ()) -> Ticket:
    """The younger thread as a restored store finds it, with what the audit log shows of its tags."""
    changes = tuple(TagsWere(tags=were, at=at) for at, were in ((snowflake_time(), ()), *log))
    return after(replace(seen(*tags, at=NOW), changes=changes if log else ()))


def history(
    tags: list[tuple[Tag, ...]], answered: timedelta | None, resolved: list[timedelta], *, author: bool
) -> list[TicketEvent]:
    """What happened, in its order, and that the deadline passed."""
    at = snowflake_time()
    happened: list[tuple[datetime, TicketEvent]] = [(at + RULES.sla.span, deadline_passed())]
    if answered is not None:
        happened.append((at + answered, replied(answered)))
    for shown, delay in zip(tags, resolved, strict=False):
        at += delay
        happened.append((at, seen(*shown, at=at)))
    happened.sort(key=itemgetter(0))
    return [created(), *([named("mia")] if author else []), *(event for _, event in happened)]


def kept(events: Iterable[TicketEvent], rules: Rules = RULES) -> Ticket:
    """The ticket after these events, with what is known of its messages."""
    ticket: Ticket | None = None
    for event in events:
        change = apply(ticket, event, rules)
        assert change is not None
        ticket = replace(change.ticket, activity=followed(ticket, change.ticket, event))
    assert ticket is not None
    return ticket


def snowflake_time() -> datetime:
    return datetime(2026, 2, 4, 5, 0, tzinfo=UTC)


some_time = st.sampled_from([timedelta(minutes=11), timedelta(minutes=23), timedelta(minutes=70)])
"""Within the time for an answer, or not long after it."""
answers = some_time | st.timedeltas(min_value=timedelta(), max_value=timedelta(days=20))
delays = st.lists(some_time | st.timedeltas(timedelta(milliseconds=1), timedelta(days=3)), min_size=6, max_size=6)


@given(
    tags=st.lists(st.sampled_from([(), (BUG,), (RESOLVED,), (BUG, RESOLVED)]), max_size=6),
    answered=st.none() | answers,
    delays=delays,
    author=st.booleans(),
)
def test_a_row_of_any_history_stays_as_it_is_to_the_last_cell(
    tags: list[tuple[Tag, ...]], answered: timedelta | None, delays: list[timedelta], *, author: bool
) -> None:
    ticket = kept(history(tags, answered, delays, author=author))
    row = cells_of(ticket, DESK, ALL_NAMES)

    change = adopt_row(adopted(*ticket.tags), row_found(THREAD, row, [KOLKATA], NOW), LATER_RULES)

    assert settled(cells_of(change.ticket, DESK, ALL_NAMES), row) == row
    assert change.effects == ()


@given(
    tags=st.lists(st.sampled_from([(), (BUG,), (RESOLVED,), (BUG, RESOLVED)]), max_size=6),
    answered=st.none() | answers,
    delays=delays,
    audit_log=st.booleans(),
)
def test_a_row_of_which_a_backup_knows_nothing_stays_as_it_is(
    tags: list[tuple[Tag, ...]], answered: timedelta | None, delays: list[timedelta], *, audit_log: bool
) -> None:
    events = history(tags, answered, delays, author=True)
    ticket = replace(kept(events), resolved_message_id=777)
    log = [(each.at, each.tags) for each in events[1:] if isinstance(each, ThreadSeen)] if audit_log else []
    restored = met_anew(*ticket.tags, log=log)
    row = cells_of(ticket, DESK, ALL_NAMES)

    change = adopt_row(restored, row_found(THREAD, row, [KOLKATA], NOW), RULES)

    # The message about a resolution that lasts is found in the thread.
    shown = row | {"warning_message_id": None} if ticket.is_resolved else row
    later = following(change.ticket, [deadline_passed()]).ticket
    assert settled(cells_of(later, DESK, ALL_NAMES), row) == shown
    assert kinds(change.effects) == [EffectKind.REACT]


@pytest.mark.parametrize("audit_log", [True, False])
def test_a_reopening_that_a_backups_row_does_not_know_is_counted_once(*, audit_log: bool) -> None:
    resolved = replace(after(created(), seen(RESOLVED)), resolved_message_id=777)
    restored = met_anew(log=[(HEARD, (RESOLVED,)), (NOW, ())] if audit_log else [])

    change = adopt_row(restored, found(resolved), RULES)

    assert (change.ticket.reopen_count, change.ticket.resolved_message_id) == (1, 777)
    assert cells_of(change.ticket, DESK)["resolution_date"] == cells_of(resolved, DESK)["resolution_date"]
    assert kinds(change.effects) == [EffectKind.REACT, EffectKind.EDIT_REOPENED]


@pytest.mark.parametrize("audit_log", [True, False])
def test_a_later_resolution_that_a_backups_row_does_not_know_has_its_own_time(*, audit_log: bool) -> None:
    reopened = replace(after(created(), seen(RESOLVED), seen()), resolved_message_id=777)
    later = HEARD + timedelta(hours=1)
    log = [(HEARD, (RESOLVED,)), (HEARD + timedelta(minutes=1), ()), (later, (RESOLVED,))] if audit_log else []

    change = adopt_row(met_anew(RESOLVED, log=log), found(reopened), RULES)

    assert change.ticket.reopen_count == 1
    assert change.ticket.resolved_at == (later if audit_log else NOW)


def test_a_resolution_missed_between_two_stores_is_announced_now() -> None:
    change = remembered(after(created(), named("mia")), RESOLVED)

    assert change.ticket.resolved_at == NOW
    assert kinds(change.effects) == [EffectKind.POST_RESOLVED]


def test_a_reopening_missed_between_two_stores_is_counted_and_the_message_edited() -> None:
    resolved = replace(after(created(), seen(RESOLVED)), resolved_message_id=777, reopen_count=2)

    change = remembered(resolved, BUG)

    assert change.ticket.reopen_count == 3
    assert change.ticket.resolved_message_id == 777
    assert kinds(change.effects) == [EffectKind.EDIT_REOPENED]


def test_what_happened_since_the_adoption_is_kept() -> None:
    since = after(seen(), replied(timedelta(minutes=3)), seen(RESOLVED), seen(), rules=LATER_RULES)

    change = adopt_row(since, found(replace(after(created()), reopen_count=2)), LATER_RULES)

    assert change.ticket.reopen_count == 3
    assert change.ticket.first_answer == since.first_answer
    assert change.effects == ()


def test_a_resolution_that_only_its_date_or_message_shows_is_not_announced_again() -> None:
    resolved = replace(after(created(), seen(RESOLVED)), tags=(), resolved_message_id=777)

    change = remembered(resolved, RESOLVED)

    assert change.effects == ()
    assert cells_of(change.ticket, DESK) == cells_of(resolved, DESK) | {"type": "Resolved"}
    reopened = replace(resolved, reopen_count=1)
    assert kinds(remembered(reopened, RESOLVED).effects) == [EffectKind.POST_RESOLVED]


@pytest.mark.parametrize(
    ("in_sheet", "in_discord", "name"),
    [("Mia M.", "mia", "Mia M."), ("Unknown", "mia", "mia"), (None, "mia", "mia"), ("Mia M.", None, "Mia M.")],
)
def test_the_authors_name_stays_as_the_row_has_it(in_sheet: str | None, in_discord: str | None, name: str) -> None:
    asked = replace(adopted(), author_name=in_discord)

    assert adopt_row(asked, found(replace(adopted(), author_name=in_sheet)), LATER_RULES).ticket.author_name == name


def test_a_row_is_adopted_once() -> None:
    row = found(replace(after(created()), reopen_count=2))
    once = adopt_row(adopted(), row, LATER_RULES).ticket

    assert adopt_row(once, row, LATER_RULES) == Change(ticket=once)


@pytest.mark.parametrize(
    ("in_sheet", "stays"),
    [
        pytest.param(timedelta(minutes=10, milliseconds=300), True, id="the same, cut to the second"),
        pytest.param(timedelta(minutes=9, seconds=59, milliseconds=999), False, id="one before it"),
    ],
)
def test_an_answer_that_is_known_is_more_exact_than_its_row(in_sheet: timedelta, *, stays: bool) -> None:
    known = after(created(), replied(timedelta(minutes=10, milliseconds=300)))

    change = adopt_row(known, found(after(created(), replied(in_sheet))), RULES)

    assert (change.ticket.first_answer == known.first_answer) is stays


def test_a_row_of_which_only_the_confirmation_was_lost_gets_its_tick() -> None:
    ticket = after(created(), named("mia"))

    change = adopt_row(ticket, found(ticket), RULES)

    assert change.ticket.in_sheet
    assert kinds(change.effects) == [EffectKind.REACT]


@given(
    st.timedeltas(min_value=timedelta(minutes=1), max_value=timedelta(days=30)),
    st.floats(min_value=0, max_value=1),
    st.booleans(),
)
def test_the_time_to_resolution_without_its_pauses_stays_as_the_row_has_it(
    resolved_after: timedelta,
    paused_for: float,
    restored: bool,  # noqa: FBT001 - either
) -> None:
    created_at = snowflake_time()
    resolved = after(created(), seen(RESOLVED, at=created_at + resolved_after))
    pause = Pause(start=created_at + resolved_after * (1 - paused_for), end=created_at + resolved_after)
    row = cells_of(replace(resolved, pauses=(pause,)), DESK, ALL_NAMES)
    fresh, rules = (met_anew(RESOLVED), RULES) if restored else (adopted(RESOLVED), LATER_RULES)

    ticket = adopt_row(fresh, row_found(THREAD, row, [KOLKATA], NOW), rules).ticket

    assert settled(cells_of(ticket, DESK, ALL_NAMES), row)["resolution"] == row["resolution"]
    assert settled(cells_of(ticket, DESK, ALL_NAMES), row)["resolution_business"] == row["resolution_business"]


LAST = replied(timedelta(minutes=9))
OWN = snowflake(snowflake_time() + timedelta(minutes=10))
SHOWN: Cells = {"waiting_on": "asker", "staff_replies": 2, "last_activity": 46057.44375}
"""At 10:39 in Kolkata."""


@pytest.mark.parametrize(
    ("latest", "since", "shown"),
    [
        pytest.param(None, [], SHOWN, id="nobody-has-looked"),
        pytest.param(LAST.message_id, [], SHOWN, id="nothing-was-written-since"),
        pytest.param(OWN, [], SHOWN, id="nor-anything-but-the-bots-own-message"),
        pytest.param(0, [], SHOWN, id="no-message"),
        pytest.param(OWN - 1, [], {}, id="something-was"),
        pytest.param(
            LAST.message_id,
            [replied(timedelta(minutes=30))],
            {"waiting_on": "asker", "last_activity": 46057.458333333336},
            id="a-new-message-was-heard-before-the-row-was-seen",
        ),
    ],
)
def test_what_a_row_shows_of_the_messages_goes_on_where_none_was_missed(
    latest: int | None, since: list[TicketEvent], shown: Cells
) -> None:
    ticket = kept([replace(seen(), last_message_id=latest), *since], rules=LATER_RULES)
    before = replace(kept([created(), named("mia"), LAST]), resolved_message_id=OWN)
    row = cells_of(before, DESK, ALL_NAMES) | SHOWN

    taken_up = adopt_row(ticket, row_found(THREAD, row, [KOLKATA], NOW), LATER_RULES).ticket

    assert cells_of(taken_up, DESK, SHOWN.keys()) == dict.fromkeys(SHOWN) | shown


def test_messages_that_were_all_heard_count_more_than_a_row_that_may_be_older() -> None:
    ticket = kept([created(), LAST, replace(LAST, message_id=LAST.message_id + 1)])
    row = cells_of(kept([created(), LAST]), DESK, ALL_NAMES)

    assert adopt_row(ticket, row_found(THREAD, row, [KOLKATA], NOW), RULES).ticket.activity == ticket.activity


def test_a_row_without_a_last_activity_shows_nothing_of_the_messages() -> None:
    row = cells_of(kept([created(), LAST]), DESK, ALL_NAMES) | {"last_activity": None}

    assert adopt_row(adopted(), row_found(THREAD, row, [KOLKATA], NOW), LATER_RULES).ticket.activity is None


def test_messages_go_on_being_counted_from_what_the_row_shows() -> None:
    row = cells_of(kept([created(), LAST]), DESK, ALL_NAMES)
    ticket = adopt_row(adopted(), row_found(THREAD, row, [KOLKATA], NOW), LATER_RULES).ticket

    known = followed(ticket, ticket, replied(timedelta(days=30)))

    assert known is not None
    assert (known.by_asker, known.staff_replies) == (False, 2)
    unheard = replace(seen(), last_message_id=known.last_message_id)
    assert followed(ticket, ticket, unheard) is None
    assert followed(ticket, ticket, replace(unheard, last_message_id=LAST.message_id)) == ticket.activity


@pytest.mark.parametrize(
    "cells",
    [
        {"resolution_date": "yesterday", "reopen_count": "twice", "time_to_first_response": "soon"},
        {"resolution_date": 1e300, "reopen_count": -1.0, "warning_message_id": "12x"},
        {"resolution_date": True, "first_responded_by": "sam", "type": 5.0, "resolution": 1e300},
        {},
    ],
    ids=["words", "numbers", "kinds", "nothing"],
)
def test_what_people_wrote_in_another_form_means_nothing(cells: dict[str, str | float | bool]) -> None:
    change = adopt_row(adopted(), row_found(THREAD, dict(cells), [KOLKATA], NOW), LATER_RULES)

    assert replace(change.ticket, in_sheet=False) == adopted()


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90m", timedelta(minutes=90)),
        ("3h", timedelta(hours=3)),
        ("2d 4h", timedelta(days=2, hours=4)),
        (" 1h  5m 30s ", timedelta(hours=1, minutes=5, seconds=30)),
    ],
)
def test_a_span_may_leave_units_out(text: str, span: timedelta) -> None:
    assert span_of(text) == span


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)))
def test_a_span_read_back_is_written_the_same(span: timedelta) -> None:
    read = span_of(duration(span))

    assert read is not None
    assert read <= span
    assert duration(read) == duration(span)


@pytest.mark.parametrize("text", ["", "1 hour", "-5s", "5s 3m", "5m 3m", "h", "1d2h3m", f"{10**9}d"])
def test_other_texts_are_no_spans(text: str) -> None:
    assert span_of(text) is None


def test_the_first_id_of_a_moment_is_of_that_moment() -> None:
    assert snowflake(snowflake_time()) == THREAD
