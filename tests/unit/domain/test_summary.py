"""The figures of many tickets: tables, and laws against a plain count over random histories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import AUTHOR, BUG, ENGINEERING, GUILD, OPENED, RESOLVED, RULES, snowflake
from tests.support.strategies import events, tickets
from tracker.domain.events import DeadlinesPassed, Event, RowFound, Tag, TagsDefined
from tracker.domain.figures import elapsed
from tracker.domain.lifecycle import apply
from tracker.domain.pauses import Pause
from tracker.domain.periods import Period, latest_days
from tracker.domain.summary import (
    OTHERS,
    UNTYPED,
    Reckoned,
    Summary,
    by_answerer,
    by_team,
    by_type,
    percentile,
    reckoned,
    share,
    summaries,
    summary,
    waiting,
    was_waiting,
)
from tracker.domain.tagging import redefine_tags
from tracker.domain.ticket import Answer, Ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = Period(start=OPENED - DAY, end=OPENED + 6 * DAY)
TEAMS = ("Engineering", "Consulting")


def ticket(
    *tags: Tag,
    opened: datetime = OPENED,
    answer: timedelta | None = None,
    by: str = "sam",
    due: timedelta | None = HOUR,
    resolved: timedelta | None = None,
    reopened: int = 0,
    missed: bool = False,
    deleted: bool = False,
) -> Ticket:
    """A ticket, with times counted from its opening."""
    return Ticket(
        thread_id=snowflake(opened),
        guild_id=GUILD,
        author_id=AUTHOR,
        title="Cannot log in",
        tags=tags,
        first_answer=None if answer is None else Answer(message_id=snowflake(opened + answer), author_name=by),
        due_at=None if due is None else opened + due,
        resolved_at=None if resolved is None else opened + resolved,
        resolved_by=frozenset({RESOLVED.id}) if resolved is not None and not reopened else frozenset(),
        reopen_count=reopened,
        missed=missed,
        deleted=deleted,
    )


def resolved(one: Ticket) -> Ticket:
    """With a resolved tag on it."""
    return replace(one, resolved_by=frozenset({RESOLVED.id}))


def stopped(one: Ticket, start: timedelta, end: timedelta) -> Ticket:
    """Resolved for a while without an answer."""
    return replace(one, stops=(Pause(start=OPENED + start, end=OPENED + end),))


def each_of(desk: Iterable[Ticket]) -> list[Reckoned]:
    return [reckoned(each, elapsed) for each in desk]


def test_a_period_has_the_tickets_opened_in_it_and_the_resolutions_that_happened_in_it() -> None:
    desk = [
        ticket(answer=HOUR / 2, resolved=2 * HOUR),
        ticket(answer=2 * HOUR, reopened=1),
        ticket(missed=True),
        ticket(),  # its time still runs
        ticket(opened=OPENED - 3 * DAY, answer=HOUR / 4, resolved=4 * DAY),  # opened before, resolved within
        ticket(opened=WEEK.end),
    ]

    figures = summary(each_of(desk), WEEK)

    assert figures == Summary(
        opened=4,
        reopened=1,
        met=1,
        missed=2,
        responses=(HOUR / 2, 2 * HOUR),
        resolutions=(2 * HOUR, 4 * DAY),
    )
    assert (figures.resolved, figures.median_response) == (2, 1.25 * HOUR)


def test_fewer_than_five_tickets_have_no_percentage() -> None:
    four, five = [ticket(answer=HOUR / 2)] * 4, [*[ticket(answer=HOUR / 2)] * 4, ticket(answer=2 * HOUR, reopened=1)]

    assert (summary(each_of(four), WEEK).sla_kept, summary(each_of(four), WEEK).reopened_share) == (None, None)
    assert (summary(each_of(five), WEEK).sla_kept, summary(each_of(five), WEEK).reopened_share) == (0.8, 0.2)
    assert (share(0, 4), share(0, 5)) == (None, 0)


def test_a_ticket_counts_for_its_team_for_each_of_its_types_and_for_who_answered_first() -> None:
    help_wanted = Tag(id=505, name="Help wanted")
    desk = [ticket(ENGINEERING, BUG, RESOLVED, help_wanted, answer=HOUR), ticket(by="ana", answer=HOUR), ticket()]

    def opened(names: dict[str, Summary]) -> list[tuple[str, int]]:
        return [(name, figures.opened) for name, figures in names.items()]

    assert opened(summaries(each_of(desk), WEEK, by_team(TEAMS))) == [("Engineering", 1), ("Unassigned", 2)]
    types = summaries(each_of(desk), WEEK, by_type(RULES, TEAMS))
    assert opened(types) == [("Bug", 1), ("Help wanted", 1), (UNTYPED, 2)]
    assert opened(summaries(each_of(desk), WEEK, by_answerer)) == [("ana", 1), ("sam", 1)]


def test_the_busiest_ten_are_named_in_alphabetical_order_and_the_rest_are_others() -> None:
    names = ["zoe", "amy", "bob", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "joe", "kim"]
    desk = [ticket(opened=OPENED + number * HOUR, answer=HOUR, by=name) for number, name in enumerate(names)]
    desk += [ticket(opened=OPENED + number * HOUR + HOUR / 2, answer=HOUR, by="kim") for number in range(3)]

    shown = summaries(each_of(desk), WEEK, by_answerer)

    assert list(shown) == ["amy", "bob", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "kim", OTHERS]
    assert (shown["kim"].opened, shown[OTHERS].opened) == (4, 2)


def test_a_percentile_lies_between_two_times_as_in_a_spreadsheet() -> None:
    hours = [number * HOUR for number in (1, 2, 3, 4)]

    assert percentile([], 90) is None
    assert percentile([HOUR], 90) == HOUR
    assert percentile(hours, 50) == 2.5 * HOUR
    assert percentile(hours, 90) == 3.7 * HOUR  # =PERCENTILE({1;2;3;4};0.9)
    assert percentile(hours, 100) == 4 * HOUR


def test_of_what_waits_comes_first_what_is_due_first_and_then_what_waits_longest() -> None:
    late, soon, without = ticket(due=3 * HOUR), ticket(due=HOUR), ticket(due=None)
    older = ticket(opened=OPENED - HOUR, due=4 * HOUR)

    desk = [without, late, soon, older, ticket(answer=HOUR), ticket(resolved=HOUR), ticket(deleted=True)]

    assert waiting(desk) == [soon, older, late, without]


ANSWERED_LATE = ticket(answer=5 * HOUR, resolved=6 * HOUR)


@pytest.mark.parametrize(
    ("one", "at", "waited"),
    [
        (ticket(), -HOUR, False),
        (ticket(), timedelta(), True),
        (ticket(deleted=True), HOUR, False),  # nobody knows since when
        (ticket(answer=2 * HOUR), HOUR, True),
        (ticket(answer=2 * HOUR), 2 * HOUR, False),
        (resolved(ANSWERED_LATE), 4 * HOUR, True),
        (resolved(ANSWERED_LATE), 7 * HOUR, False),
        (resolved(ticket()), HOUR, False),  # nobody knows since when
        (resolved(ticket(resolved=2 * HOUR)), HOUR, True),
        (resolved(ticket(resolved=2 * HOUR)), 2 * HOUR, False),
        (stopped(ticket(reopened=1), 2 * HOUR, 3 * HOUR), 2.5 * HOUR, False),
        (stopped(ticket(reopened=1), 2 * HOUR, 3 * HOUR), 3 * HOUR, True),
        (stopped(ticket(answer=5 * HOUR), 2 * HOUR, 3 * HOUR), 4 * HOUR, True),
    ],
)
def test_a_ticket_waited_while_it_was_open_and_had_no_answer(one: Ticket, at: timedelta, waited: bool) -> None:  # noqa: FBT001 - a table
    assert was_waiting(one, OPENED + at) is waited


def happened(history: Sequence[Event]) -> Ticket | None:
    """What becomes of one thread to which all this happened."""
    found: Ticket | None = None
    for event in history:
        if isinstance(event, TagsDefined):
            change = None if found is None else redefine_tags(found, event, RULES)
        elif isinstance(event, DeadlinesPassed | RowFound):
            continue
        else:
            change = apply(found, event, RULES)
        found = found if change is None else change.ticket
    return found


threads = st.integers(min_value=0, max_value=9).flatmap(
    lambda day: st.lists(events(snowflake(OPENED + day * DAY)), max_size=12).map(happened)
)
"""Tickets opened on ten days in a row, with any history."""


@given(st.lists(threads, max_size=12), st.integers(min_value=0, max_value=9), st.integers(min_value=1, max_value=9))
def test_figures_equal_a_plain_count_over_random_histories(desk: list[Ticket | None], first: int, days: int) -> None:
    period = Period(start=OPENED + first * DAY, end=OPENED + (first + days) * DAY)
    opened = resolved = reopened = kept = late = 0
    response_seconds = []
    for each in desk:
        if each is None:
            continue
        if period.start <= each.created_at < period.end:
            opened += 1
            reopened += 1 if each.reopen_count else 0
            if each.first_answer is not None and each.answered_at is not None:
                response_seconds.append((each.answered_at - each.created_at).total_seconds())
            verdict = plain_verdict(each)
            kept += verdict == "met"
            late += verdict == "missed"
        if each.resolved_at is not None and period.start <= each.resolved_at < period.end:
            resolved += 1

    figures = summary(each_of(filter(None, desk)), period)

    assert (figures.opened, figures.resolved, figures.reopened) == (opened, resolved, reopened)
    assert (figures.met, figures.missed) == (kept, late)
    assert [each.total_seconds() for each in figures.responses] == sorted(response_seconds)
    assert figures.sla_kept == (kept / (kept + late) if kept + late >= 5 else None)


def plain_verdict(each: Ticket) -> str | None:
    """Met or missed, read off the ticket's own moments."""
    if each.due_at is None:
        return None
    ends = [each.answered_at] if each.answered_at else []
    stopped = [stop.start for stop in each.stops if stop.end is None]
    end = min(ends + stopped, default=None)
    if end is not None:
        return "missed" if end > each.due_at else "met" if end == each.answered_at else None
    return "missed" if each.missed else None


@given(st.lists(tickets, max_size=20), st.integers(min_value=1, max_value=4))
def test_every_answered_ticket_counts_for_exactly_one_person_or_for_others(desk: list[Ticket], most: int) -> None:
    everything = Period(start=datetime(2015, 1, 1, tzinfo=UTC), end=datetime(2400, 1, 1, tzinfo=UTC))
    once = {each.thread_id: each for each in desk}.values()

    shown = summaries(each_of(once), everything, by_answerer, most=most)

    assert sum(figures.opened for figures in shown.values()) == sum(each.first_answer is not None for each in once)
    assert len(shown) <= most + 1


def test_the_latest_days_end_now() -> None:
    assert summary(each_of([ticket()]), latest_days(7, OPENED + 8 * DAY)).opened == 0
    assert summary(each_of([ticket()]), latest_days(7, OPENED + 6 * DAY)).opened == 1
