"""The store: tickets, what the sheet holds, and effects, kept whole."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given

from tests.support.builders import BUG, DONE, OPENED, RESOLVED, THREAD, after, created, named
from tests.support.examples import times
from tests.support.strategies import tickets
from tracker.domain.cells import Cells
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import Tag
from tracker.domain.ticket import Ticket
from tracker.store import PendingRow, Store

POST, EDIT, REACT, ALERT = EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED, EffectKind.REACT, EffectKind.ALERT


@pytest.fixture
def ticket() -> Ticket:
    return after(created(BUG), named("mia"))


def another(ticket: Ticket, number: int = 1) -> Ticket:
    return replace(ticket, thread_id=ticket.thread_id + number)


# Tickets


@times(0.625)
@given(ticket=tickets)
def test_any_ticket_comes_back_as_it_was_saved_also_after_a_restart(ticket: Ticket) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with closing(Store.open(Path(folder))) as store:
            store.tickets.save(ticket)
            assert store.tickets.find(ticket.thread_id) == ticket
        with closing(Store.open(Path(folder))) as store:
            assert store.tickets.find(ticket.thread_id) == ticket


@pytest.mark.parametrize(
    "title", ["", "\0", "a\0b", "'; DROP TABLE tickets; --", "🧵👩‍👩‍👧", "\u202eltr", "\r\n\t", "é" * 50_000]
)
def test_odd_titles_come_back_unchanged(store: Store, ticket: Ticket, title: str) -> None:
    store.tickets.save(replace(ticket, title=title, tags=(Tag(id=1, name=title),)))

    found = store.rows.find(ticket.thread_id)

    assert found is not None
    assert (found.ticket.title, found.ticket.tags[0].name) == (title, title)


def test_a_thread_that_is_not_tracked_has_no_ticket(store: Store) -> None:
    assert store.tickets.find(THREAD) is None


def test_saving_again_replaces_the_ticket(store: Store, ticket: Ticket) -> None:
    store.tickets.save(ticket)
    store.tickets.save(replace(ticket, title="other"))

    assert store.tickets.find(THREAD) == replace(ticket, title="other")
    assert [row.ticket for row in store.rows.pending(2)] == [replace(ticket, title="other")]


def test_a_thread_that_was_not_tracked_has_its_ticket_from_then_on(store: Store, ticket: Ticket) -> None:
    assert store.tickets.find(THREAD) is None
    store.tickets.save(ticket)

    assert store.tickets.find(THREAD) == ticket


def in_memory() -> int:
    gc.collect()
    return sum(isinstance(each, Ticket) for each in gc.get_objects())


def test_all_tickets_are_there_and_only_some_of_them_in_memory(store: Store, ticket: Ticket) -> None:
    before = in_memory()
    with store.transaction():
        for number in range(2_000):
            store.tickets.save(replace(another(ticket, number), title=f"Ticket {number}"))
    for number in range(2_000):
        found = store.tickets.find(THREAD + number)
        assert found is not None
        assert found.title == f"Ticket {number}"
    assert in_memory() - before < 1_000


def test_tickets_with_a_tag_are_found(store: Store, ticket: Ticket) -> None:
    store.tickets.save(ticket)
    store.tickets.save(replace(another(ticket), tags=()))

    assert list(store.tickets.tagged()) == [ticket]


def test_very_many_tickets_with_a_tag_are_gone_through_and_changed_while_few_are_in_memory(
    store: Store, ticket: Ticket
) -> None:
    many = 1_200
    with store.transaction():
        for number in range(many):
            store.tickets.save(another(ticket, number))
    before = in_memory()
    seen = []
    with store.transaction():
        for each in store.tickets.tagged():
            store.tickets.save(replace(each, title="Changed"))
            seen.append(each.thread_id)
            if len(seen) == many - 1:
                assert in_memory() - before < many - 200
    assert seen == [THREAD + number for number in range(many)]


def test_the_forums_tags_come_back_in_the_forums_order(store: Store) -> None:
    store.facts.save_tags([RESOLVED, BUG])
    store.facts.save_tags([DONE, RESOLVED])

    assert store.facts.tags() == (DONE, RESOLVED)


def test_a_fact_is_remembered_as_it_was_first_given(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        assert store.facts.remember_once("tracking_since", "monday") == "monday"
        assert store.facts.remember_once("tracking_since", "tuesday") == "monday"
    with closing(Store.open(tmp_path)) as store:
        assert store.facts.remember_once("tracking_since", "wednesday") == "monday"


def test_deadlines_are_found_in_order_of_time_whatever_their_zone(store: Store, ticket: Ticket) -> None:
    kolkata = datetime.fromisoformat("2026-02-04T10:30:00.000001+05:30")  # 05:00 UTC and a microsecond
    store.tickets.save(replace(ticket, alert_due_at=datetime(2026, 2, 4, 6, 0, tzinfo=UTC)))
    store.tickets.save(replace(another(ticket, 1), alert_due_at=kolkata))
    store.tickets.save(replace(another(ticket, 2), alert_due_at=None))

    assert store.tickets.next_deadline() == kolkata
    assert store.tickets.overdue(datetime(2026, 2, 4, 5, 0, tzinfo=UTC)) == []
    assert store.tickets.overdue(kolkata) == [THREAD + 1]
    assert store.tickets.overdue(datetime(2026, 2, 4, 6, 0, tzinfo=UTC)) == [THREAD + 1, THREAD]


def test_without_deadlines_there_is_no_next_one(store: Store, ticket: Ticket) -> None:
    store.tickets.save(replace(ticket, alert_due_at=None))

    assert store.tickets.next_deadline() is None


# What the sheet holds


def test_only_names_of_tags_wait_until_something_happens_to_the_ticket(store: Store, ticket: Ticket) -> None:
    def only_renamed() -> list[bool]:
        return [row.only_renamed for row in store.rows.pending(10)]

    store.tickets.save(ticket)
    store.tickets.save(ticket, only_renamed=True)
    assert only_renamed() == [False]  # the row itself waits

    store.rows.acknowledge(THREAD, 1, {})
    store.rows.acknowledge(THREAD, 2, {})
    store.tickets.save(ticket, only_renamed=True)
    store.tickets.save(ticket, only_renamed=True)
    store.tickets.save(ticket, shown=False)
    assert only_renamed() == [True]

    store.rows.acknowledge(THREAD, 3, {})
    assert only_renamed() == [True]
    store.tickets.save(ticket)
    assert only_renamed() == [False]
    store.rows.acknowledge(THREAD, 5, {})
    store.tickets.save(ticket, only_renamed=True)
    store.rows.forget(THREAD)
    assert only_renamed() == [False]


def test_a_saved_ticket_waits_for_the_sheet_until_its_revision_is_acknowledged(store: Store, ticket: Ticket) -> None:
    store.tickets.save(ticket)
    assert store.rows.pending(10) == [PendingRow(ticket=ticket, revision=1, sheet_cells={}, only_renamed=False)]

    store.rows.acknowledge(THREAD, 1, {"title": "x"})

    assert store.rows.pending(10) == []
    assert store.rows.count_pending() == 0


def test_a_ticket_changed_while_it_was_written_stays_pending_and_knows_what_was_written(
    store: Store, ticket: Ticket
) -> None:
    store.tickets.save(ticket)
    store.tickets.save(replace(ticket, title="other"))

    cells: Cells = {"title": ticket.title, "reopen_count": 0, "outside_business_hours": False, "team": None}
    store.rows.acknowledge(THREAD, 1, cells)

    (pending,) = store.rows.pending(10)
    assert (pending.ticket.title, pending.revision) == ("other", 2)
    assert pending.sheet_cells == cells
    assert pending.sheet_cells["outside_business_hours"] is False


def test_cells_keep_their_values_exactly(store: Store, ticket: Ticket) -> None:
    cells: Cells = {"date_created": 46057.43750001157, "title": "=1+1 🧵", "thread_id": str(2**63 - 1)}
    store.tickets.save(ticket)
    store.rows.acknowledge(THREAD, 1, cells)
    store.rows.forget_cells(THREAD, [])

    assert store.rows.pending(1)[0].sheet_cells == cells


def test_forgotten_cells_are_to_be_written_again_and_the_others_are_not(store: Store, ticket: Ticket) -> None:
    store.tickets.save(ticket)
    store.rows.acknowledge(THREAD, 1, {"title": "x", "team": "y"})

    store.rows.forget_cells(THREAD, ["title", "type"])

    assert store.rows.pending(10) == [
        PendingRow(ticket=ticket, revision=2, sheet_cells={"team": "y"}, only_renamed=False)
    ]


def test_forgetting_cells_of_a_row_of_nobodys_is_harmless(store: Store) -> None:
    store.rows.forget_cells(THREAD, ["title"])

    assert store.rows.pending(10) == []


def a_moment() -> datetime:
    """A time that what comes next is later than, in milliseconds, as the store counts here."""
    at = datetime.now(UTC)
    time.sleep(0.002)
    return at


def test_what_the_sheet_does_not_show_waits_since_its_first_change(tmp_path: Path, ticket: Ticket) -> None:
    with closing(Store.open(tmp_path)) as store:
        assert store.rows.oldest_pending_since() is None
        before = a_moment()
        store.tickets.save(another(ticket))
        first = store.rows.oldest_pending_since()
        assert first is not None
        assert before < first <= datetime.now(UTC)
        a_moment()
        store.tickets.save(replace(another(ticket), title="other"))
        store.tickets.save(ticket)
        assert store.rows.oldest_pending_since() == first
    with closing(Store.open(tmp_path)) as store:
        assert store.rows.oldest_pending_since() == first

        between = a_moment()
        store.rows.acknowledge(THREAD + 1, 1, {})  # the second change was not in it
        store.rows.acknowledge(THREAD, 1, {})
        second = store.rows.oldest_pending_since()
        assert second is not None
        assert between < second

        store.rows.acknowledge(THREAD + 1, 2, {})
        assert store.rows.oldest_pending_since() is None


@pytest.mark.parametrize(
    "forget", [lambda store: store.rows.forget_cells(THREAD, ["title"]), lambda store: store.rows.forget(THREAD)]
)
def test_what_has_to_be_written_again_waits_since_it_was_forgotten(
    store: Store, ticket: Ticket, forget: Callable[[Store], None]
) -> None:
    store.tickets.save(ticket)
    store.rows.acknowledge(THREAD, 1, {"title": ticket.title})
    store.tickets.save(replace(ticket, in_sheet=True), shown=False)
    assert store.rows.oldest_pending_since() is None
    before = a_moment()

    forget(store)

    since = store.rows.oldest_pending_since()
    assert since is not None
    assert before < since


def test_pending_rows_come_oldest_thread_first_up_to_a_limit(store: Store, ticket: Ticket) -> None:
    for number in (2, 0, 1):
        store.tickets.save(another(ticket, number))

    assert [row.ticket.thread_id for row in store.rows.pending(2)] == [THREAD, THREAD + 1]
    assert store.rows.count_pending() == 3


def test_what_people_merely_wrote_waits_behind_everything_else(store: Store, ticket: Ticket) -> None:
    def quiet(since: datetime) -> list[int]:
        return [row.ticket.thread_id for row in store.rows.quiet(since, 10)]

    moments = []
    for number in (1, 0):
        store.tickets.save(another(ticket, number))
        store.rows.acknowledge(THREAD + number, 1, {})
        moments.append(a_moment())
        store.rows.can_wait(THREAD + number)
    store.rows.can_wait(THREAD + 1)  # once more
    assert [quiet(at) for at in (*moments, datetime.now(UTC))] == [[], [THREAD + 1], [THREAD + 1, THREAD]]
    assert store.rows.count_pending() == 0
    assert store.rows.oldest_pending_since() is None

    store.tickets.save(replace(ticket, title="other"))
    assert quiet(datetime.now(UTC)) == [THREAD + 1]  # the other row is no quiet one any more
    store.rows.acknowledge(THREAD, 2, {})
    assert quiet(datetime.now(UTC)) == [THREAD + 1, THREAD]
    for number in (0, 1):
        store.rows.acknowledge(THREAD + number, 2, {}, is_current=True)
    assert quiet(datetime.now(UTC)) == []


def test_what_is_written_while_a_row_is_written_waits_from_then_on(store: Store, ticket: Ticket) -> None:
    store.tickets.save(ticket)
    store.rows.can_wait(THREAD)
    heard = datetime.now(UTC)
    a_moment()

    store.rows.acknowledge(THREAD, 1, {}, is_current=False)

    assert store.rows.quiet(heard, 10) == []
    assert [row.ticket.thread_id for row in store.rows.quiet(datetime.now(UTC), 10)] == [THREAD]


# Whole


def fail(store: Store, ticket: Ticket) -> None:
    with store.transaction():
        store.tickets.save(ticket)
        store.effects.enqueue(Effect(kind=REACT, thread_id=THREAD), OPENED)
        raise KeyError("in the middle")


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_works(store: Store, ticket: Ticket) -> None:
    with pytest.raises(KeyError, match="in the middle"):
        fail(store, ticket)
    assert store.tickets.find(THREAD) is None
    assert [pending.effect for _, pending in store.effects.heads(100)] == []

    with store.transaction():
        store.tickets.save(ticket)

    assert store.tickets.find(THREAD) == ticket


def test_what_was_kept_survives_a_restart(tmp_path: Path, ticket: Ticket) -> None:
    with closing(Store.open(tmp_path)) as store, store.transaction():
        store.tickets.save(ticket)
        store.facts.save_tags([BUG])
        store.effects.enqueue(Effect(kind=REACT, thread_id=THREAD), OPENED)

    with closing(Store.open(tmp_path)) as store:
        assert store.tickets.find(THREAD) == ticket
        assert store.facts.tags() == (BUG,)
        assert [pending.effect for _, pending in store.effects.heads(100)] == [Effect(kind=REACT, thread_id=THREAD)]
