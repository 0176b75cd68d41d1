"""Deleted threads, and those that were taken for deleted and are there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.support.builders import (
    BUG,
    OPENED,
    RESOLVED,
    THREAD,
    after,
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
)
from tracker.domain.effects import EffectKind
from tracker.domain.events import AsksNobody, Event, TicketEvent

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_deleted_thread_keeps_what_was_known_of_it() -> None:
    before = after(created(BUG), named("mia"), row_written())

    change = change_by(before, deleted())

    assert change.ticket == replace(before, deleted=True, alert_due_at=None)
    assert change.effects == ()


@pytest.mark.parametrize(
    "event",
    [posted(1), deadline_passed(), deleted()],
    ids=lambda event: type(event).__name__,
)
def test_nothing_more_happens_to_a_deleted_thread(event: TicketEvent) -> None:
    before = after(created(BUG), deleted())

    change = change_by(before, event)

    assert change.ticket == before
    assert change.effects == ()


def test_an_answer_that_is_heard_of_only_after_its_thread_was_deleted_counts() -> None:
    change = change_by(after(created(BUG), deleted()), replied())

    assert change.ticket.first_answer is not None
    assert change.effects == ()


def test_a_thread_taken_for_deleted_that_is_seen_alive_lives_again() -> None:
    change = change_by(after(created(BUG), deleted()), seen(BUG, RESOLVED, title="other"))

    assert not change.ticket.deleted
    assert (change.ticket.title, change.ticket.is_resolved) == ("other", True)
    assert kinds(change.effects) == [
        EffectKind.POST_RESOLVED,
        EffectKind.LOOK_BACK,
    ]  # what was answered meanwhile was not heard


@pytest.mark.parametrize(
    ("before", "seen_after", "due"),
    [
        ([], MINUTE, OPENED + HOUR),
        ([], 2 * HOUR, OPENED + HOUR),
        ([seen(BUG, RESOLVED)], MINUTE, OPENED + HOUR),
        ([seen(BUG, RESOLVED)], 2 * HOUR, None),
        ([deadline_passed()], 2 * HOUR, None),
        ([replied()], MINUTE, None),
        ([AsksNobody(thread_id=THREAD)], MINUTE, None),
    ],
)
def test_its_alert_comes_also_late_and_never_twice(
    before: list[Event], seen_after: timedelta, due: datetime | None
) -> None:
    alive = replace(seen(BUG), at=OPENED + seen_after)

    assert change_by(after(created(BUG), *before, deleted()), alive).ticket.alert_due_at == due


def test_the_message_about_its_resolution_comes_unless_it_is_there() -> None:
    alive = seen(BUG, RESOLVED)
    resolved = after(created(BUG), alive)

    for before, owes in ((resolved, True), (following(resolved, [posted(1)]).ticket, False)):
        effects = change_by(change_by(before, deleted()).ticket, alive).effects
        assert kinds(effects) == [*([EffectKind.POST_RESOLVED] if owes else []), EffectKind.LOOK_BACK]


def test_the_row_of_a_deleted_thread_still_learns_the_authors_name_and_gets_no_tick() -> None:
    change = following(after(created(), deleted()), [named("mia"), row_written()])

    assert (change.ticket.author_name, change.ticket.in_sheet) == ("mia", True)
    assert change.effects == ()
