"""What the audit log shows of a ticket's tags: what was heard of counts once, what was missed counts too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.builders import (
    BUG,
    ENGINEERING,
    HEARD,
    OPENED,
    RESOLVED,
    RULES,
    THREAD,
    change_by,
    created,
    deadline_passed,
    defined,
    seen,
)
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import Tag, TagsWere, ThreadSeen
from tracker.domain.lifecycle import apply
from tracker.domain.ticket import Ticket

WHOLE_LOG = OPENED - timedelta(minutes=1)


def at(seconds: float) -> datetime:
    """So long after the thread was opened."""
    return OPENED + timedelta(seconds=seconds)


def met_again(*tags: Tag, log: Sequence[tuple[float, tuple[Tag, ...]]], since: datetime = WHOLE_LOG) -> ThreadSeen:
    """The thread as it is found with these tags, and the changes that the log has: when, and to what."""
    changes = tuple(TagsWere(tags=after, at=at(seconds)) for seconds, after in log)
    return replace(seen(*tags, at=HEARD), changes=changes, changes_since=since)


def heard(*states: tuple[float, tuple[Tag, ...]]) -> Ticket:
    """A new ticket whose tags were heard to change, each time so long after it was opened."""
    change = apply(None, created(), RULES)
    for seconds, tags in states:
        assert change is not None
        change = apply(change.ticket, seen(*tags, at=at(seconds)), RULES)
    assert change is not None
    return change.ticket


THERE_AND_BACK = [(10.0, (RESOLVED,)), (20.0, ())]


def test_changes_that_cancelled_out_unheard_are_counted_with_their_times() -> None:
    change = change_by(heard(), met_again(log=THERE_AND_BACK))

    assert (change.ticket.is_resolved, change.ticket.reopen_count) == (False, 1)
    assert change.ticket.resolved_at == at(10)
    assert change.effects == ()


def test_a_change_in_the_very_moment_of_the_beginning_is_counted() -> None:
    change = change_by(heard(), met_again(RESOLVED, log=[(0.0, (RESOLVED,))]))

    assert change.ticket.resolved_at == at(0)


def test_changes_that_were_heard_are_not_counted_again_however_late_they_were_heard() -> None:
    ticket = heard((12, (RESOLVED,)), (90, ()))

    assert change_by(ticket, met_again(log=THERE_AND_BACK)).ticket == ticket


OLD, OLDER = Tag(id=BUG.id, name=""), Tag(id=ENGINEERING.id, name="")
"""Tags that were deleted from the forum, as threads still carry them."""

MISSED = [(30.0, ()), (35.0, (RESOLVED,)), (40.0, ())]


@pytest.mark.parametrize(
    ("heard_then", "recorded", "reopened"),
    [
        pytest.param([(OLD, OLDER)], [], 1, id="shown again with them"),
        pytest.param([(OLD, OLDER), (RESOLVED,)], [(RESOLVED,)], 2, id="shown again and gone"),
        pytest.param([(RESOLVED,)], [(RESOLVED,)], 2, id="gone"),
        pytest.param([(OLDER,), (), (RESOLVED,), ()], [(OLDER,), (), (RESOLVED,), ()], 2, id="taken off one by one"),
        pytest.param([(OLD, OLDER, RESOLVED), (OLD, OLDER)], [(OLD, OLDER, RESOLVED), (OLD, OLDER)], 2, id="kept"),
    ],
)
def test_deleted_tags_that_a_thread_still_carries_are_no_changes_of_their_own(
    heard_then: list[tuple[Tag, ...]], recorded: list[tuple[Tag, ...]], reopened: int
) -> None:
    ticket = change_by(heard((1.0, (BUG, ENGINEERING))), defined(RESOLVED)).ticket
    for number, tags in enumerate(heard_then):
        ticket = change_by(ticket, seen(*tags, at=at(10 + number))).ticket
    log = [(1.0, (OLD, OLDER)), *((10.0 + number, tags) for number, tags in enumerate(recorded))]

    assert change_by(ticket, met_again(*ticket.tags, log=log)).ticket == ticket
    assert change_by(ticket, met_again(log=[*log, *MISSED])).ticket.reopen_count == reopened


def test_one_change_to_a_tag_not_named_yet_is_counted_once() -> None:
    new, unnamed = Tag(id=777, name="New"), Tag(id=777, name="")
    ticket = change_by(heard((1.0, (BUG,)), (10.0, (unnamed,))), defined(BUG, new, RESOLVED, at=at(15))).ticket
    log = [(1.0, (BUG,)), (10.0, (new,)), (30.0, (new, RESOLVED)), (40.0, (new,))]

    assert change_by(ticket, met_again(new, log=log)).ticket.reopen_count == 1


def test_a_change_heard_before_the_tags_name_is_not_counted_again() -> None:
    nameless = replace(RESOLVED, name="")
    ticket = change_by(heard((10.0, (nameless,))), defined(RESOLVED, at=at(15))).ticket
    ticket = change_by(ticket, seen(at=at(20))).ticket
    assert ticket.reopen_count == 1

    assert change_by(ticket, met_again(log=THERE_AND_BACK)).ticket == ticket


def test_of_changes_in_one_moment_those_not_heard_any_more_are_known_by_their_number() -> None:
    # The first was heard when all three had happened, and the bot ended before it heard of the others.
    ticket = heard((1.0, (BUG,)))

    change = change_by(ticket, met_again(BUG, log=[(0.1, (BUG,)), (0.2, (BUG, RESOLVED)), (0.3, (BUG,))]))

    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (1, at(0.2))


@pytest.mark.parametrize(
    ("heard_of", "log"),
    [
        pytest.param([(32, (BUG,))], [*THERE_AND_BACK, (30.0, (BUG,))], id="before all that was heard"),
        pytest.param(
            [(6, (ENGINEERING,)), (32, (BUG,))],
            [(5.0, (ENGINEERING,)), (10.0, (ENGINEERING, RESOLVED)), (20.0, (ENGINEERING,)), (30.0, (BUG,))],
            id="between",
        ),
        pytest.param([(22, (BUG,))], [(10.0, (RESOLVED,)), (20.0, (BUG,))], id="right before"),
        pytest.param(
            [(12, (RESOLVED,)), (32, (BUG,))],
            [*THERE_AND_BACK, (30.0, (BUG,))],
            id="its end",
        ),
    ],
)
def test_changes_that_were_missed_before_one_that_was_heard_are_counted_once(
    heard_of: list[tuple[float, tuple[Tag, ...]]], log: list[tuple[float, tuple[Tag, ...]]]
) -> None:
    event = met_again(BUG, log=log)

    change = change_by(heard(*heard_of), event)

    assert (change.ticket.is_resolved, change.ticket.reopen_count) == (False, 1)
    assert change.ticket.tags == (BUG,)
    assert change.effects == ()
    assert change_by(change.ticket, event).ticket == change.ticket
    later = met_again(BUG, RESOLVED, log=[*log, (40.0, (BUG, RESOLVED))])
    assert change_by(change.ticket, later).ticket.resolved_at == at(40)


def test_a_resolution_taken_back_unheard_before_one_that_was_heard_is_one_reopening() -> None:
    ticket = heard((32, (RESOLVED,)))
    log = [(5.0, (BUG,)), (6.0, ()), *THERE_AND_BACK, (30.0, (RESOLVED,))]

    change = change_by(ticket, met_again(RESOLVED, log=log))

    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (1, at(30))
    assert [effect.kind for effect in change.effects] == [EffectKind.EDIT_REOPENED, EffectKind.POST_RESOLVED]
    assert change_by(change.ticket, met_again(RESOLVED, log=log)).ticket == change.ticket


@pytest.mark.parametrize(
    ("heard_of", "log", "resolved_at"),
    [
        pytest.param([(32, (BUG, RESOLVED))], [(10.0, (RESOLVED,)), (30.0, (BUG, RESOLVED))], at(10), id="in the gap"),
        pytest.param(
            [(6, (RESOLVED,)), (32, (BUG, RESOLVED))],
            [(5.0, (RESOLVED,)), (10.0, (ENGINEERING, RESOLVED)), (30.0, (BUG, RESOLVED))],
            at(6),
            id="before it",
        ),
    ],
)
def test_what_is_resolved_stays_so_though_another_tag_was_changed_unheard(
    heard_of: list[tuple[float, tuple[Tag, ...]]], log: list[tuple[float, tuple[Tag, ...]]], resolved_at: datetime
) -> None:
    ticket = change_by(heard(*heard_of), met_again(BUG, RESOLVED, log=log)).ticket

    assert (ticket.is_resolved, ticket.reopen_count, ticket.resolved_at) == (True, 0, resolved_at)


def test_changes_that_a_new_thread_shows_before_the_log_does_are_not_counted_again() -> None:
    met = apply(None, met_again(RESOLVED, log=[]), RULES)
    assert met is not None
    assert (met.ticket.is_resolved, met.ticket.reopen_count) == (True, 0)
    log = [(0.0, ()), (10.0, (BUG,)), (11.0, (RESOLVED,))]

    again = change_by(met.ticket, met_again(RESOLVED, log=log))
    assert (again.ticket.is_resolved, again.ticket.reopen_count, again.effects) == (True, 0, ())
    assert again.ticket.resolved_at == at(11)
    reopened = met_again(log=[*log, ((HEARD - OPENED).total_seconds() + 1, ())])
    assert change_by(met.ticket, reopened).ticket.reopen_count == 1


def test_a_thread_that_was_met_late_began_as_a_log_shows_that_is_read_later() -> None:
    met = apply(None, replace(met_again(log=[]), at=at(30)), RULES)
    assert met is not None

    change = change_by(met.ticket, met_again(log=[(0.0, (RESOLVED,)), (10.0, ())]))

    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (1, at(0))


def test_a_log_without_the_beginning_of_a_thread_that_was_met_late_hides_no_later_change() -> None:
    met = apply(None, replace(met_again(RESOLVED, log=[]), at=at(30)), RULES)
    assert met is not None
    log = [(20.0, (RESOLVED,)), (40.0, ()), (50.0, (RESOLVED,))]

    change = change_by(met.ticket, met_again(RESOLVED, log=log, since=at(20)))

    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (1, at(50))


def test_what_the_log_showed_once_is_not_counted_when_it_shows_it_again() -> None:
    event = met_again(RESOLVED, log=[*THERE_AND_BACK, (30.0, (RESOLVED,))])
    once = change_by(heard(), event).ticket

    assert once.reopen_count == 1
    assert change_by(once, event).ticket == once
    later = met_again(log=[*THERE_AND_BACK, (30.0, (RESOLVED,)), (40.0, ())])
    assert change_by(once, later).ticket.reopen_count == 2


def test_a_log_that_begins_later_counts_only_what_was_heard_since() -> None:
    ticket = heard((10, (RESOLVED,)), (20, ()))

    change = change_by(ticket, met_again(log=[(40.0, (RESOLVED,)), (50.0, ())], since=at(30)))

    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (2, at(40))


def test_a_change_that_the_log_does_not_have_yet_is_dated_when_it_is_noticed() -> None:
    change = change_by(heard(), met_again(RESOLVED, log=[]))

    assert change.ticket.resolved_at == HEARD
    assert change.effects == (Effect(kind=EffectKind.POST_RESOLVED, thread_id=THREAD),)


def test_a_thread_first_met_in_the_log_begins_with_the_tags_it_was_created_with() -> None:
    event = met_again(log=[(0.0, (RESOLVED,)), (10.0, ()), (20.0, (BUG,))])
    change = apply(None, replace(event, newly_created=True, tags=(BUG,)), RULES)

    assert change is not None
    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (1, at(0))
    assert apply(change.ticket, replace(event, tags=(BUG,), changes=event.changes[1:]), RULES) == replace(
        change, effects=()
    )


def test_what_happened_before_an_older_thread_was_met_is_not_its_history() -> None:
    met = replace(seen(RESOLVED, at=at(30)), changes_since=None)
    rules = replace(RULES, tracking_since=at(25))
    adopted = apply(None, met, rules)
    assert adopted is not None
    assert adopted.ticket.adopted

    change = apply(adopted.ticket, met_again(log=[*THERE_AND_BACK, (25.0, (RESOLVED,)), (40.0, ())]), rules)

    assert change is not None
    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (1, None)


def test_a_ticket_remembers_no_more_changes_than_it_needs() -> None:
    states = [(float(number), (BUG,) if number % 2 else ()) for number in range(1, 200)]

    ticket = heard(*states)

    assert len(ticket.tags_changed) == 50
    assert change_by(ticket, met_again(BUG, log=states)).ticket == ticket


@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_number_of_changes_heard_leaves_the_others_of_the_log(count: int) -> None:
    log = [(1.0, (RESOLVED,)), (2.0, ()), (3.0, (RESOLVED,)), (4.0, ())]

    change = change_by(heard(*log[:count]), met_again(log=log))

    assert (change.ticket.reopen_count, change.ticket.resolved_at) == (2, at(3))


IN_TIME, LATE = RULES.sla.span.total_seconds() - 1, RULES.sla.span.total_seconds() + 1


def passed_over() -> Ticket:
    """A ticket that was believed to be resolved when its deadline came."""
    return change_by(heard((10.0, (RESOLVED,))), deadline_passed()).ticket


@pytest.mark.parametrize(
    "log",
    [
        pytest.param([(10.0, (RESOLVED,)), (IN_TIME, ())], id="as-the-log-shows"),
        pytest.param([(10.0, (RESOLVED,)), (IN_TIME, ()), (LATE, (BUG,))], id="and-tagged-since"),
        pytest.param(
            [(10.0, (RESOLVED,)), (IN_TIME, ()), (LATE, (RESOLVED,)), (LATE + 1, ())], id="and-once-more-since"
        ),
        pytest.param([(10.0, (RESOLVED,))], id="nobody-knows-when"),
    ],
)
def test_a_ticket_reopened_unheard_before_its_deadline_is_alerted_once_that_is_known(
    log: list[tuple[float, tuple[Tag, ...]]],
) -> None:
    change = change_by(passed_over(), met_again(*log[-1][1] if len(log) > 1 else (), log=log))

    alerted = change_by(change.ticket, deadline_passed())
    assert [effect.kind for effect in alerted.effects] == [EffectKind.ALERT, EffectKind.ALERT]
    assert change_by(alerted.ticket, deadline_passed()).effects == ()


def test_a_ticket_reopened_unheard_after_its_deadline_is_not_alerted() -> None:
    change = change_by(passed_over(), met_again(log=[(10.0, (RESOLVED,)), (LATE, ())]))

    assert change.ticket.reopen_count == 1
    assert change.ticket.alert_due_at is None


@pytest.mark.parametrize(("since", "overdue"), [(IN_TIME, True), (LATE, False)])
def test_a_reopening_whose_moment_nobody_knows_is_alerted_where_it_may_have_come_before_the_deadline(
    since: float,
    overdue: bool,  # noqa: FBT001 - pytest hands it in
) -> None:
    sent_late = replace(seen(at=HEARD), sent_late_since=at(since))
    unlogged = met_again(log=[], since=at(since))

    for event in (sent_late, unlogged):
        ticket = change_by(passed_over(), event).ticket
        assert (ticket.reopen_count, ticket.alert_due_at is not None) == (1, overdue)
    assert change_by(passed_over(), seen(at=HEARD)).ticket.alert_due_at is None


@pytest.mark.parametrize("log", [[], [(IN_TIME - 1, (RESOLVED,)), (IN_TIME, ())]], ids=["no log", "with a log"])
def test_a_ticket_that_was_alerted_is_not_alerted_again(log: list[tuple[float, tuple[Tag, ...]]]) -> None:
    alerted = change_by(heard(), deadline_passed()).ticket
    resolved = change_by(alerted, seen(RESOLVED, at=at(LATE))).ticket

    change = change_by(resolved, met_again(log=log))

    assert change.ticket.alert_due_at is None


def test_what_the_log_shows_later_of_a_change_that_was_noticed_without_it_is_not_counted_again() -> None:
    log = [(1.0, (BUG,)), (2.0, ()), (3.0, (RESOLVED,))]
    noticed = change_by(heard(), replace(met_again(RESOLVED, log=[]), at=at(4))).ticket

    change = change_by(noticed, met_again(RESOLVED, log=log))

    assert (change.ticket.resolved_at, change.ticket.reopen_count, change.effects) == (at(3), 0, ())
    assert change_by(noticed, met_again(log=[*log, (5.0, ())])).ticket.reopen_count == 1


def test_a_change_noticed_late_hides_none_of_later_ones() -> None:
    noticed = change_by(heard(), replace(met_again(BUG, log=[]), at=at(60))).ticket

    change = change_by(noticed, met_again(BUG, log=[(61.0, (BUG, RESOLVED)), (62.0, (BUG,))], since=at(57)))

    assert change.ticket.reopen_count == 1


def test_a_resolution_whose_end_was_heard_late_goes_on_no_longer_than_it_did() -> None:
    ticket = apply(None, replace(created(RESOLVED), at=OPENED), RULES)
    assert ticket is not None
    reopened = change_by(ticket.ticket, seen(BUG, at=at(25))).ticket
    tagged = change_by(reopened, seen(ENGINEERING, at=at(30.2))).ticket
    log = [(-0.001, (RESOLVED,)), (10.0, (BUG,)), (20.0, ()), (30.0, (ENGINEERING,))]

    compared = change_by(tagged, met_again(ENGINEERING, log=log)).ticket

    assert [stop.end for stop in compared.stops] == [at(10)]


def test_what_a_log_begins_with_is_not_taken_for_a_later_change_to_the_same_tags() -> None:
    ticket = change_by(heard(), seen(RESOLVED, at=at(10.2))).ticket
    log = [(9.9, (RESOLVED,)), (20.0, ()), (30.0, (RESOLVED,))]
    once = change_by(ticket, met_again(RESOLVED, log=[(10.1, (RESOLVED,)), *log[1:]], since=at(10.1))).ticket

    again = change_by(once, met_again(RESOLVED, log=log))

    assert (once.reopen_count, again.ticket.reopen_count, again.effects) == (1, 1, ())
