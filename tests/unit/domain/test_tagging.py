"""Tags: what resolves a ticket, what reopens it, and what the forum's settings do not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    BUG,
    DONE,
    ENGINEERING,
    HEARD,
    RESOLVED,
    TAGS,
    THREAD,
    after,
    change_by,
    created,
    defined,
    following,
    kinds,
    posted,
    seen,
    snowflake,
)
from tests.support.examples import times
from tests.support.strategies import NEW_THREAD, sightings, tag_lists
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import Event, Tag

LATER = HEARD + timedelta(hours=2)
RESOLVING, REOPENING = EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED


@pytest.mark.parametrize("name", ["resolved", "Resolved", "RESOLVED", "  resolved ", "Done"])
def test_a_tag_of_one_of_the_names_resolves_trimmed_and_without_case(name: str) -> None:
    assert change_by(after(created()), seen(Tag(id=1, name=name))).ticket.is_resolved


@pytest.mark.parametrize("name", ["unresolved", "resolved!", "not done", "Bug", ""])
def test_a_tag_of_another_name_does_not_resolve(name: str) -> None:
    change = change_by(after(created()), seen(Tag(id=1, name=name)))

    assert not change.ticket.is_resolved
    assert change.effects == ()


def test_a_resolution_is_dated_and_announced_in_the_thread() -> None:
    change = change_by(after(created(BUG)), seen(BUG, RESOLVED, at=LATER))

    assert change.ticket.is_resolved
    assert (change.ticket.resolved_at, change.ticket.reopen_count) == (LATER, 0)
    assert change.ticket.tags == (BUG, RESOLVED)
    assert change.effects == (Effect(kind=RESOLVING, thread_id=THREAD, number=0),)
    assert change_by(change.ticket, posted(900)).ticket.resolved_message_id == 900


def test_a_new_thread_that_comes_with_a_resolved_tag_is_resolved() -> None:
    change = change_by(None, created(RESOLVED))

    assert change.ticket.is_resolved
    assert kinds(change.effects) == [EffectKind.NAME_AUTHOR, RESOLVING]


def test_a_reopened_ticket_keeps_its_resolution_and_counts() -> None:
    resolved = after(created(), seen(RESOLVED, at=HEARD), posted(900))

    change = change_by(resolved, seen(BUG, at=LATER))

    assert not change.ticket.is_resolved
    assert (change.ticket.resolved_at, change.ticket.resolved_message_id) == (HEARD, 900)
    assert change.ticket.reopen_count == 1
    assert change.effects == (Effect(kind=REOPENING, thread_id=THREAD, number=0),)


def test_a_second_resolution_has_a_date_and_a_message_of_its_own() -> None:
    reopened = after(created(), seen(RESOLVED, at=HEARD), posted(900), seen())

    change = following(reopened, [seen(RESOLVED, at=LATER), posted(901)])

    assert (change.ticket.resolved_at, change.ticket.resolved_message_id) == (LATER, 901)
    assert change.ticket.reopen_count == 1
    assert change.effects == (Effect(kind=RESOLVING, thread_id=THREAD, number=1),)


@pytest.mark.parametrize(
    ("posted_at", "resolution", "dated"),
    [(HEARD, 0, HEARD), (LATER, 0, LATER), (LATER + timedelta(hours=1), 0, LATER), (HEARD, 1, LATER)],
    ids=["earlier", "at-once", "after-it", "of-another-resolution"],
)
def test_a_resolution_noticed_again_is_no_later_than_the_message_that_is_there_already(
    posted_at: datetime, resolution: int, dated: datetime
) -> None:
    message_id = snowflake(posted_at)

    ticket = after(created(), seen(RESOLVED, at=LATER), posted(message_id, found_for=resolution))

    assert (ticket.resolved_at, ticket.resolved_message_id) == (dated, message_id)


@pytest.mark.parametrize(
    ("tags", "effects"),
    [
        pytest.param([[RESOLVED], [RESOLVED, DONE]], [], id="a-second-one-is-added"),
        pytest.param([[RESOLVED, DONE], [DONE]], [], id="one-of-two-is-removed"),
        pytest.param([[RESOLVED], [DONE]], [], id="one-is-exchanged-for-another"),
        pytest.param([[RESOLVED], [DONE], []], [REOPENING], id="exchanged-then-removed"),
        pytest.param([[RESOLVED, DONE], []], [REOPENING], id="both-are-removed-at-once"),
        pytest.param([[RESOLVED, DONE], [DONE], []], [REOPENING], id="both-are-removed-one-by-one"),
        pytest.param([[RESOLVED], [RESOLVED, DONE], [RESOLVED], []], [REOPENING], id="added-and-both-removed"),
        pytest.param([[RESOLVED], [], [DONE]], [REOPENING, RESOLVING], id="reopened-and-resolved-by-another"),
    ],
)
def test_with_several_resolved_tags_the_last_one_removed_reopens(
    tags: list[list[Tag]], effects: list[EffectKind]
) -> None:
    resolved = after(created(), seen(*tags[0]))

    change = following(resolved, [seen(*applied) for applied in tags[1:]])

    assert kinds(change.effects) == effects
    assert change.ticket.is_resolved == (effects != [REOPENING])


def test_unrelated_tags_of_a_resolved_ticket_come_and_go_quietly() -> None:
    resolved = after(created(BUG), seen(BUG, RESOLVED))

    change = following(resolved, [seen(RESOLVED, ENGINEERING, at=LATER), seen(RESOLVED, at=LATER)])

    assert change.ticket == replace(resolved, tags=(RESOLVED,), tags_changed=change.ticket.tags_changed)
    assert change.effects == ()


def test_archiving_locking_and_slow_mode_change_nothing() -> None:
    resolved = after(created(BUG), seen(BUG, RESOLVED))

    change = change_by(resolved, seen(BUG, RESOLVED, at=LATER))

    assert change.ticket == resolved
    assert change.effects == ()


# The forum's settings

RENAMED_TO_RESOLVED = replace(BUG, name="resolved")
RENAMED_FROM_RESOLVED = replace(RESOLVED, name="Bug")


def test_renaming_a_tag_to_resolved_resolves_nobodys_ticket() -> None:
    change = following(
        after(created(BUG)), [defined(RENAMED_TO_RESOLVED), seen(RENAMED_TO_RESOLVED), seen(RENAMED_TO_RESOLVED)]
    )

    assert change.ticket.tags == (RENAMED_TO_RESOLVED,)
    assert not change.ticket.is_resolved
    assert change.effects == ()


def test_renaming_the_resolved_tag_reopens_nobodys_ticket() -> None:
    resolved = after(created(), seen(RESOLVED))

    change = following(resolved, [defined(RENAMED_FROM_RESOLVED), seen(RENAMED_FROM_RESOLVED)])

    assert change.ticket == replace(resolved, tags=(RENAMED_FROM_RESOLVED,))
    assert change.effects == ()


def test_a_ticket_resolved_by_a_tag_that_was_renamed_is_reopened_by_its_removal() -> None:
    resolved = after(created(), seen(RESOLVED), defined(RENAMED_FROM_RESOLVED))

    change = change_by(resolved, seen())

    assert not change.ticket.is_resolved
    assert kinds(change.effects) == [REOPENING]


def test_removing_a_tag_that_was_renamed_to_resolved_later_reopens_nothing() -> None:
    change = following(after(created(BUG), defined(RENAMED_TO_RESOLVED)), [seen()])

    assert change.ticket.reopen_count == 0
    assert change.effects == ()


def test_deleting_the_resolved_tag_leaves_its_tickets_resolved() -> None:
    resolved = after(created(), seen(BUG, RESOLVED))

    change = following(resolved, [defined(BUG), seen(BUG), seen(BUG, ENGINEERING), seen()])

    assert change.ticket.is_resolved
    assert (change.ticket.tags, change.ticket.reopen_count) == ((), 0)
    assert change.effects == ()


def test_a_deleted_tag_that_a_thread_still_carries_for_a_while_reopens_nothing_when_it_goes() -> None:
    resolved = after(created(), seen(BUG, RESOLVED), defined(BUG))
    nameless = replace(RESOLVED, name="")

    change = following(resolved, [seen(BUG, nameless), seen(BUG)])

    assert change.ticket.is_resolved
    assert change.ticket.reopen_count == 0
    assert change.effects == ()


def test_a_ticket_whose_resolved_tag_was_deleted_can_be_resolved_and_reopened_by_another() -> None:
    resolved = after(created(), seen(RESOLVED), defined(DONE))

    change = following(resolved, [seen(DONE), seen()])

    assert not change.ticket.is_resolved
    assert change.ticket.reopen_count == 1
    assert kinds(change.effects) == [REOPENING]


def test_a_deleted_tag_disappears_from_the_ticket() -> None:
    ticket = after(created(BUG, ENGINEERING), defined(ENGINEERING))

    assert [tag.name for tag in ticket.tags if tag.name] == [ENGINEERING.name]


def test_tags_keep_the_threads_order_when_the_forum_orders_its_own_anew() -> None:
    assert after(created(BUG, ENGINEERING), defined(*reversed(TAGS))).tags == (BUG, ENGINEERING)


def test_a_tag_heard_of_before_its_name_resolves_once_the_name_is_known() -> None:
    unnamed = replace(RESOLVED, name="")
    before = after(created(BUG), seen(BUG, unnamed))
    assert not before.is_resolved

    change = change_by(before, defined(*TAGS, at=LATER))

    assert change.ticket.is_resolved
    assert change.ticket.tags == (BUG, RESOLVED)
    assert kinds(change.effects) == [RESOLVING]


@given(applied=st.lists(tag_lists, max_size=5), redefined=st.lists(tag_lists, min_size=1, max_size=4))
def test_the_forums_settings_never_resolve_reopen_or_post(
    applied: list[tuple[Tag, ...]], redefined: list[tuple[Tag, ...]]
) -> None:
    before = after(created(), *(seen(*tags) for tags in applied))

    change = following(before, [defined(*tags) for tags in redefined])

    assert change.ticket == replace(before, tags=change.ticket.tags)
    assert change.effects == ()


@times(1.5)
@given(
    history=st.lists(
        st.one_of(sightings(NEW_THREAD), tag_lists.map(lambda tags: defined(*tags))),
        max_size=12,
    )
)
def test_resolutions_and_reopenings_alternate_and_each_resolution_has_its_own_number(history: list[Event]) -> None:
    change = following(after(created()), history)

    announced = [effect for effect in change.effects if effect.kind in (RESOLVING, REOPENING)]
    assert kinds(announced) == [RESOLVING, REOPENING] * (len(announced) // 2) + [RESOLVING] * (len(announced) % 2)
    assert [effect.number for effect in announced] == [index // 2 for index in range(len(announced))]
    assert change.ticket.is_resolved == (len(announced) % 2 == 1)
    assert change.ticket.reopen_count == len(announced) // 2
