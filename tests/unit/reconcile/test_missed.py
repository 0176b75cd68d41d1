"""What was missed, case by case: a thread as it is shown, what the audit log shows, and the ticket as it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.builders import BUG, RESOLVED, RULES, change_by, snowflake
from tracker.discord.forum import TagChange
from tracker.domain.events import RepliesMissed, Tag, ThreadDeleted, ThreadSeen
from tracker.domain.lifecycle import apply
from tracker.domain.pauses import Pause
from tracker.domain.ticket import Answer, Ticket
from tracker.reconcile.missed import AuditLog, Heard, Snapshot, logged_of_others, missed

OPENED = RULES.tracking_since + timedelta(hours=1)
KNOWN_UNTIL = OPENED + timedelta(hours=1)
BACK = OPENED + timedelta(hours=5)
THREAD = snowflake(OPENED)
NAMES = {tag.id: tag.name for tag in (BUG, RESOLVED)}


def at(minutes: float) -> datetime:
    """So long after everything was known."""
    return KNOWN_UNTIL + timedelta(minutes=minutes)


def seen(*tags: Tag, title: str = "Help", archived: bool = False) -> ThreadSeen:
    return ThreadSeen(
        thread_id=THREAD,
        guild_id=1,
        author_id=2,
        title=title,
        tags=tags,
        newly_created=False,
        at=BACK,
        archived=archived,
    )


def known(*tags: Tag, answered: datetime | None = None) -> Ticket:
    """A ticket that was heard of as it was opened with these tags."""
    change = apply(None, replace(seen(*tags), newly_created=True, at=OPENED), RULES)
    assert change is not None
    answer = None if answered is None else Answer(message_id=snowflake(answered), author_name="sam")
    return replace(change.ticket, first_answer=answer)


def met_late(*tags: Tag) -> Ticket:
    """A ticket of whose thread nobody heard before these were its tags."""
    change = apply(None, replace(seen(*tags), at=at(1.5)), RULES)
    assert change is not None
    return change.ticket


def log(*states: Sequence[Tag]) -> AuditLog:
    """A log with a change a minute, from each of these states to the next."""
    ids = [tuple(tag.id for tag in state) for state in states]
    changes = [TagChange(at=at(minute), before=ids[minute - 1], after=ids[minute]) for minute in range(1, len(states))]
    return AuditLog(changes={THREAD: changes}, since=KNOWN_UNTIL - timedelta(minutes=5))


def whole_log(*states: Sequence[Tag]) -> AuditLog:
    """The same, read from before the thread was opened."""
    return replace(log(*states), since=OPENED - timedelta(minutes=1))


NO_LOG = AuditLog(since=KNOWN_UNTIL - timedelta(minutes=5))


def after(
    ticket: Ticket | None,
    shown: ThreadSeen,
    logged: AuditLog,
    *heard: Sequence[Tag],
    until: datetime | None = BACK,
) -> Ticket:
    """The ticket once what was missed is recorded."""
    snapshot = Snapshot(threads=[replace(shown, last_message_id=0)], log=logged, names=NAMES, until=until)
    tickets = {} if ticket is None else {THREAD: ticket}
    tags = {THREAD: [tuple(tag.id for tag in state) for state in heard]}
    for event in missed(snapshot, tickets, Heard(known_until=KNOWN_UNTIL, tags=tags)):
        assert isinstance(event, ThreadSeen)
        change = apply(ticket, event, RULES)
        assert change is not None
        ticket = change.ticket
    assert ticket is not None
    return ticket


@pytest.mark.parametrize(
    ("ticket", "shown", "logged", "resolved_at", "reopened"),
    [
        pytest.param(known(), seen(RESOLVED), log([], [RESOLVED]), at(1), 0, id="resolved, logged"),
        pytest.param(known(), seen(RESOLVED), NO_LOG, BACK, 0, id="resolved, not logged: when it is noticed"),
        pytest.param(known(), seen(), log([], [RESOLVED], []), at(1), 1, id="resolved and reopened, logged"),
        pytest.param(known(), seen(), NO_LOG, None, 0, id="resolved and reopened, not logged: nobody knows"),
        pytest.param(
            known(), seen(RESOLVED), log([], [RESOLVED], [], [RESOLVED]), at(3), 1, id="resolved twice: the latest"
        ),
        pytest.param(known(BUG), seen(RESOLVED), log([BUG], [], [RESOLVED]), at(2), 0, id="other tags on the way"),
        pytest.param(
            known(), seen(), log([RESOLVED], []), None, 0, id="a log without the author's part: resolved unseen"
        ),
        pytest.param(
            known(), seen(BUG, RESOLVED), log([], [BUG]), BACK, 0, id="a log without the author's part: when noticed"
        ),
        pytest.param(None, seen(RESOLVED), log([], [RESOLVED]), at(1), 0, id="new, opened without a tag"),
        pytest.param(None, seen(), log([RESOLVED], []), OPENED, 1, id="new, opened resolved, reopened"),
        pytest.param(known(), seen(), log([], [RESOLVED]), None, 0, id="changed after the picture was taken"),
        pytest.param(
            met_late(), seen(), whole_log([RESOLVED], []), OPENED, 1, id="met late, opened resolved, reopened"
        ),
        pytest.param(
            met_late(BUG, RESOLVED),
            seen(),
            whole_log([RESOLVED], [BUG, RESOLVED], []),
            OPENED,
            1,
            id="met late, opened resolved, and so then",
        ),
        pytest.param(
            met_late(RESOLVED), seen(RESOLVED), whole_log([], [RESOLVED]), at(1), 0, id="met late, as it was resolved"
        ),
    ],
)
def test_a_resolution_has_its_true_time_and_reopenings_are_counted(
    ticket: Ticket | None, shown: ThreadSeen, logged: AuditLog, resolved_at: datetime | None, reopened: int
) -> None:
    result = after(ticket, shown, logged)
    assert result.resolved_at == resolved_at
    assert result.reopen_count == reopened
    assert result.is_resolved is (RESOLVED in shown.tags)


def test_what_live_events_report_as_well_is_left_to_them() -> None:
    logged = log([], [RESOLVED], [])
    assert after(known(), seen(), logged).reopen_count == 1
    assert after(known(), seen(), logged, [RESOLVED], []).reopen_count == 0


@pytest.mark.parametrize("ticket", [pytest.param(None, id="new"), pytest.param(known(), id="known")])
def test_what_the_log_shows_beyond_an_answer_that_may_be_older_counts_when_the_log_shows_how_it_went_on(
    ticket: Ticket | None,
) -> None:
    first = after(ticket, seen(), log([], [RESOLVED]), until=None)
    assert (first.reopen_count, first.is_resolved) == (0, False)

    then = after(first, seen(), whole_log([], [RESOLVED], []), until=None)
    assert (then.reopen_count, then.resolved_at, then.is_resolved) == (1, at(1), False)


def test_the_title_and_the_archive_are_as_shown() -> None:
    result = after(known(), seen(title="Renamed", archived=True), NO_LOG)
    assert (result.title, result.archived) == ("Renamed", True)


@pytest.mark.parametrize(
    ("ticket", "last_message", "asked"),
    [
        pytest.param(known(), at(1), True, id="waits, and somebody wrote"),
        pytest.param(known(), None, False, id="waits, and nobody wrote"),
        pytest.param(known(answered=at(-1)), at(1), False, id="was answered before"),
        pytest.param(known(answered=at(1)), at(2), True, id="an answer heard since need not be the first"),
        pytest.param(None, at(1), False, id="a new ticket looks back by itself"),
        pytest.param(
            replace(known(answered=at(-1)), pauses=(Pause(start=at(-1)),)),
            at(1),
            True,
            id="the asker may have answered",
        ),
        pytest.param(
            replace(known(answered=at(-2)), pauses=(Pause(start=at(-2)),)), at(-1), False, id="nobody wrote since"
        ),
    ],
)
def test_a_thread_is_searched_for_an_answer_only_where_one_may_have_been_missed(
    ticket: Ticket | None, last_message: datetime | None, *, asked: bool
) -> None:
    last = THREAD if last_message is None else snowflake(last_message)
    snapshot = Snapshot(threads=[replace(seen(), last_message_id=last)], log=NO_LOG, names=NAMES)
    tickets = {} if ticket is None else {THREAD: ticket}
    events = list(missed(snapshot, tickets, Heard(known_until=KNOWN_UNTIL)))
    assert (RepliesMissed(thread_id=THREAD) in events) is asked


@pytest.mark.parametrize(
    ("due", "messages", "asked"),
    [
        pytest.param(BACK + timedelta(hours=1), 0, True, id="no message is left, and there is time"),
        pytest.param(BACK + timedelta(hours=1), 1, False, id="there are messages"),
        pytest.param(BACK, 0, False, id="the time for an answer is over"),
        pytest.param(BACK + timedelta(hours=1), None, False, id="nobody knows how many messages there are"),
    ],
)
def test_a_thread_that_was_answered_is_searched_where_the_answer_was_deleted_in_time(
    due: datetime, messages: int | None, *, asked: bool
) -> None:
    ticket = replace(known(answered=at(-1)), due_at=due)
    snapshot = Snapshot(threads=[replace(seen(), message_count=messages)], log=NO_LOG, names=NAMES)
    events = list(missed(snapshot, {THREAD: ticket}, Heard(known_until=KNOWN_UNTIL)))
    assert (RepliesMissed(thread_id=THREAD) in events) is asked


def test_deleted_threads_are_reported_after_all_others() -> None:
    snapshot = Snapshot(
        threads=[replace(seen(), last_message_id=0)], log=NO_LOG, deleted=frozenset({9, 3}), names=NAMES
    )
    events = list(missed(snapshot, {}, Heard(known_until=KNOWN_UNTIL)))
    assert events[1:] == [ThreadDeleted(thread_id=3), ThreadDeleted(thread_id=9)]


def test_a_thread_that_discord_does_not_know_at_once_is_looked_for_again_and_not_deleted() -> None:
    snapshot = Snapshot(threads=[], log=NO_LOG, unknown=frozenset({THREAD}), names=NAMES)
    assert list(missed(snapshot, {THREAD: known()}, Heard(known_until=KNOWN_UNTIL))) == [
        RepliesMissed(thread_id=THREAD)
    ]


@pytest.mark.parametrize(
    ("ticket", "but", "counts"),
    [
        pytest.param(known(), (), True, id="known, and not shown"),
        pytest.param(known(), (THREAD,), False, id="compared already"),
        pytest.param(None, (), False, id="not tracked"),
        pytest.param(replace(known(), tags_known_until=at(5)), (), False, id="the latest was heard"),
    ],
)
def test_what_the_log_shows_of_a_thread_that_is_not_shown_counts_at_once(
    ticket: Ticket | None, but: Sequence[int], *, counts: bool
) -> None:
    snapshot = Snapshot(threads=(), log=log([], [RESOLVED]), names=NAMES)
    tickets = {} if ticket is None else {THREAD: ticket}
    events = list(logged_of_others(snapshot, tickets, but, BACK))
    assert [event.tags for event in events] == ([(RESOLVED,)] if counts else [])


@pytest.mark.parametrize("minute", [9, 2.5], ids=["heard late", "heard when it was so"])
def test_what_the_log_shows_after_what_was_heard_counts_however_late_that_was_heard(minute: float) -> None:
    ticket = change_by(known(), replace(seen(BUG), at=at(minute))).ticket
    snapshot = Snapshot(threads=(), log=log([], [RESOLVED], [BUG], [RESOLVED]), names=NAMES)

    (event,) = logged_of_others(snapshot, {THREAD: ticket}, (), BACK)

    resolved = change_by(ticket, event).ticket
    assert (resolved.tags, resolved.reopen_count, resolved.resolved_at) == ((RESOLVED,), 1, at(3))


def test_what_was_heard_last_and_is_not_in_the_log_yet_stays() -> None:
    ticket = change_by(known(), replace(seen(BUG), at=at(9))).ticket
    snapshot = Snapshot(threads=(), log=log([], [RESOLVED]), names=NAMES)

    (event,) = logged_of_others(snapshot, {THREAD: ticket}, (), BACK)

    reopened = change_by(ticket, event).ticket
    assert (reopened.tags, reopened.reopen_count, reopened.resolved_at) == ((BUG,), 1, at(1))
