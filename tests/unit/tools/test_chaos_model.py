"""The chaos model's own sentences, each seen once by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scripts.tools.chaos.model import (
    Model,
    Tag,
    Ticket,
    last_known,
    may_have_row,
    may_show,
)
from tracker.sandbox.expected import is_outside_business_hours, span

MONDAY = datetime(2026, 2, 2, 6, tzinfo=UTC)


def ticket(*tags: Tag) -> Ticket:
    opened = Ticket(thread_id=1, guild_id=2, author="mia", created_at=MONDAY, title="Login fails", tags=list(tags))
    opened.opened_with(MONDAY)
    return opened


def desk_with(opened: Ticket) -> Model:
    return Model(tickets=[opened])


def test_only_a_resolved_tag_that_a_person_adds_or_takes_off_counts() -> None:
    resolved, billing = Tag(name="resolved"), Tag(name="billing")
    one = ticket()
    one.retagged([billing], MONDAY)
    billing.name = "resolved"
    assert not one.is_resolved
    billing.name = "billing"
    one.retagged([billing, resolved], MONDAY)
    one.retagged([resolved], MONDAY)
    assert (one.is_resolved, one.reopen_count, len(one.resolutions)) == (True, 0, 1)
    one.retagged([], MONDAY)
    assert (one.is_resolved, one.reopen_count) == (False, 1)


def test_a_deleted_tag_that_goes_from_a_thread_reopens_nothing() -> None:
    resolved = Tag(name="resolved")
    one = ticket()
    one.retagged([resolved], MONDAY)
    resolved.name = None
    one.retagged([], MONDAY)
    assert (one.is_resolved, one.reopen_count) == (True, 0)


def test_an_edit_stays_until_the_value_changes_in_discord() -> None:
    one = ticket()
    desk = desk_with(one)
    desk.edited(one, "title", "as people say")
    assert may_show(one, "title") == ["as people say"]
    before = desk.remember()
    one.title = "Login works"
    desk.changed_since(before)
    assert may_show(one, "title") == ["Login works"]


def test_an_edit_may_stay_when_the_value_comes_back_to_what_the_sheet_may_have_shown() -> None:
    one = ticket()
    desk = desk_with(one)
    title = one.title
    before = desk.remember()
    one.title = "Login works"
    desk.changed_since(before)
    desk.edited(one, "title", "as people say")
    before = desk.remember()
    one.title = title
    desk.changed_since(before)
    assert may_show(one, "title") == [title, "as people say"]


def test_of_a_thread_that_was_deleted_unheard_the_row_may_show_what_was_known_before() -> None:
    engineering, billing = Tag(name="Engineering"), Tag(name="billing")
    one = ticket()
    desk = desk_with(one)
    one.retagged([engineering], MONDAY)
    desk.edited(one, "type", "as people say")
    one.retagged([billing], MONDAY)
    engineering.name = "Engineering & co"
    assert {"as people say", "Engineering & co"} <= set(map(str, last_known(one, "type")))
    assert "Engineering" in last_known(one, "team")


def test_of_a_thread_first_heard_of_later_and_deleted_then_nobody_may_know_that_it_was_opened_resolved() -> None:
    resolved = Tag(name="resolved")
    one = ticket(resolved)
    one.retagged([], MONDAY)
    assert None in last_known(one, "resolution_date")
    assert None not in may_show(one, "resolution_date")


def test_an_edit_that_crosses_a_change_may_win_or_lose() -> None:
    one = ticket()
    desk = desk_with(one)
    before = desk.remember()
    one.title = "Login works"
    desk.changed_since(before)
    desk.edited(one, "title", "as people say")
    assert may_show(one, "title") == ["Login works", "as people say"]


def test_a_deleted_row_comes_back_with_the_next_change() -> None:
    one = ticket()
    desk = desk_with(one)
    desk.row_deleted(one)
    assert may_have_row(one) == {False}
    before = desk.remember()
    one.title = "Login works"
    desk.changed_since(before)
    assert may_have_row(one) == {True}


def test_a_deleted_row_may_stay_away_when_a_change_and_its_taking_back_were_both_unheard() -> None:
    one = ticket()
    desk = desk_with(one)
    title = one.title
    for new in ("Login works", title):
        before = desk.remember()
        one.title = new
        desk.changed_since(before)
        if new != title:
            desk.row_deleted(one)
    assert may_have_row(one) == {True}
    assert may_have_row(one, may_miss=True) == {True, False}


def test_a_row_deleted_just_after_a_start_may_be_brought_back_unless_its_ticket_is_resolved() -> None:
    one, resolved = ticket(), ticket()
    resolved.retagged([Tag(name="resolved")], MONDAY)
    desk = Model(tickets=[one, resolved])
    desk.restarted()
    for each in desk.tickets:
        desk.row_deleted(each)
    assert [may_have_row(each) for each in desk.tickets] == [{True, False}, {False}]


def test_a_ticket_waits_until_it_is_answered_resolved_or_deleted() -> None:
    one = ticket()
    later = MONDAY + timedelta(hours=1)
    one.answered("sam", later)
    assert one.waits_from(MONDAY, MONDAY) == {True}
    assert one.waits_from(MONDAY, later) == {True, False}
    assert one.waits_from(later + timedelta(hours=1), later + timedelta(hours=2)) == {False}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59.9, "59s"), (1530, "25m 30s"), (8159, "2h 15m"), (172_800, "2d 0h 0m")],
)
def test_a_span_is_cut_never_rounded(seconds: float, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text


def test_business_hours_are_those_of_the_desks_zone() -> None:
    assert not is_outside_business_hours(MONDAY)
    assert is_outside_business_hours(MONDAY + timedelta(hours=6, minutes=30))
    assert not is_outside_business_hours(MONDAY - timedelta(hours=2, minutes=30))
    assert is_outside_business_hours(MONDAY - timedelta(days=1))
