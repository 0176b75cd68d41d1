"""Hypothesis strategies: anything that can happen in the forum, and any ticket that can come of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.builders import (
    AUTHOR,
    BOT_BEGAN,
    HEARD,
    HELPER,
    OPENED,
    TAGS,
    answer_deleted,
    created,
    deadline_passed,
    defined,
    deleted,
    named,
    posted,
    replied,
    row_written,
    seen,
    snowflake,
)
from tracker.domain.effects import EffectKind
from tracker.domain.events import Event, Tag, TicketEvent
from tracker.domain.pauses import Pause
from tracker.domain.ticket import Activity, Answer, Posted, Ticket

OLD_THREAD = snowflake(BOT_BEGAN - timedelta(days=1))
NEW_THREAD = snowflake(OPENED)

ids = st.integers(min_value=1, max_value=2**63 - 1)
moments = st.datetimes(
    min_value=datetime(2015, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
texts = st.text(max_size=30)
"""Any text without lone surrogates, which the gateway replaces: control characters, emoji, right-to-left, quotes."""

_tag_names = st.sampled_from(["resolved", " Done ", "Bug", "Engineering", "unresolved"])
tag_lists: SearchStrategy[tuple[Tag, ...]] = st.lists(
    st.builds(Tag, id=st.sampled_from([tag.id for tag in TAGS]), name=_tag_names), unique_by=lambda tag: tag.id
).map(tuple)

_unnamed_at_times = st.lists(
    st.builds(Tag, id=st.sampled_from([tag.id for tag in TAGS]), name=_tag_names | st.just("")),
    unique_by=lambda tag: tag.id,
)
_delays = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=3))


def sightings(thread: int) -> SearchStrategy[TicketEvent]:
    """A thread as it is shown, with any tags; the names of some may not be known yet."""
    return st.builds(
        lambda tags, title, delay: seen(*tags, thread=thread, title=title, at=HEARD + delay),
        _unnamed_at_times,
        st.sampled_from(["Cannot log in", "=1+1", ""]),
        _delays,
    )


def facts(thread: int) -> SearchStrategy[TicketEvent]:
    """Events that stay true for ever, so that they can be heard of again at any later time."""
    here = st.just(thread)
    authors = st.sampled_from([AUTHOR, HELPER])
    return st.one_of(
        st.builds(named, st.sampled_from([None, "mia", "kim"]), thread=here),
        st.builds(replied, _delays, author=authors, name=st.sampled_from(["sam", "kim"]), thread=here),
        st.builds(row_written, thread=here),
        st.builds(deadline_passed, thread=here),
    )


def events(thread: int) -> SearchStrategy[Event]:
    """Anything that can happen to a thread."""
    return st.one_of(
        sightings(thread),
        st.just(created(thread=thread)),
        facts(thread),
        st.just(deleted(thread=thread)),
        st.builds(
            posted,
            st.integers(min_value=1, max_value=3),
            thread=st.just(thread),
            found_for=st.none() | st.integers(min_value=0, max_value=2),
        ),
        st.builds(answer_deleted, _delays, at=_delays, thread=st.just(thread)),
        tag_lists.map(lambda tags: defined(*tags)),
    )


def tickets_of(ids: SearchStrategy[int], moments: SearchStrategy[datetime]) -> SearchStrategy[Ticket]:
    """Any ticket with these ids, which say when it was opened, and these moments."""
    pauses = st.lists(st.builds(Pause, start=moments, end=st.none() | moments), max_size=2).map(tuple)
    return st.builds(
        Ticket,
        thread_id=ids,
        guild_id=ids,
        author_id=ids,
        title=texts,
        tags=st.lists(st.builds(Tag, id=ids, name=texts), max_size=5).map(tuple),
        author_name=st.none() | texts,
        first_answer=st.none() | st.builds(Answer, message_id=ids, author_name=texts),
        resolved_by=st.frozensets(ids, max_size=3),
        resolved_at=st.none() | moments,
        resolved_message_id=st.none() | ids,
        reopen_count=st.integers(min_value=0, max_value=10**6),
        due_at=st.none() | moments,
        due_under=st.sampled_from(["", "0a1b"]),
        missed=st.booleans(),
        called=st.lists(st.sampled_from([EffectKind.WARNING, EffectKind.ALERT]), max_size=2).map(tuple),
        stops=pauses,
        pauses=pauses,
        posted=st.lists(st.builds(Posted, channel_id=ids, message_id=ids), max_size=2).map(tuple),
        alert_due_at=st.none() | moments,
        activity=st.none()
        | st.builds(
            Activity,
            last_message_id=ids,
            by_asker=st.none() | st.booleans(),
            staff_replies=st.none() | st.just(3),
            heard=st.booleans(),
        ),
        adopted=st.booleans(),
        in_sheet=st.booleans(),
        deleted=st.booleans(),
    )


tickets = tickets_of(ids, moments)
_recent = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone itself
    max_value=datetime(2026, 6, 1),  # noqa: DTZ001 - the same
    timezones=st.just(UTC),
)
recent_tickets = tickets_of(st.builds(snowflake, _recent), _recent)
"""Any ticket within some months: business time over decades, day by day, takes a second to count."""
