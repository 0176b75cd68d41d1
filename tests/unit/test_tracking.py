"""The one door: what an event changes is kept in one transaction, and what changes nothing costs nothing."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import (
    AUTHOR,
    BUG,
    ENGINEERING,
    HEARD,
    RESOLVED,
    RULES,
    TAGS,
    THREAD,
    after,
    created,
    deadline_passed,
    defined,
    deleted,
    named,
    posted,
    replied,
    row_written,
    seen,
)
from tests.support.examples import times
from tests.support.strategies import NEW_THREAD, OLD_THREAD, events
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import DeadlinesPassed, Event, Tag
from tracker.domain.figures import FIGURES_SHOWN
from tracker.domain.ticket import Activity
from tracker.store import Store
from tracker.store.effects import Effects
from tracker.tracking import Tracking


@dataclass(kw_only=True)
class Desk:
    """Tracking over a real store, with a look at what it does: `woken` lists the thread ids pending at each wake."""

    folder: Path
    store: Store
    woken: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracking = Tracking(self.store, RULES, lambda: HEARD, self._changed)

    def _changed(self) -> None:
        self.woken.append(self.pending())

    def record(self, *events: Event) -> None:
        for event in events:
            self.tracking.record(event)

    def pending(self) -> list[int]:
        return [row.ticket.thread_id for row in self.store.rows.pending(100)]

    def effects(self) -> list[Effect]:
        return [pending.effect for _, pending in self.store.effects.heads(100)]

    def acknowledge_all(self) -> None:
        for row in self.store.rows.pending(100):
            self.store.rows.acknowledge(row.ticket.thread_id, row.revision, {})

    def content(self) -> list[str]:
        """All that is in the file, read by somebody else: what was not committed does not show."""
        with closing(sqlite3.connect(self.folder / "tracker.sqlite3")) as database:
            return list(database.iterdump())


@contextmanager
def new_desk(folder: Path) -> Iterator[Desk]:
    with closing(Store.open(folder)) as store:
        yield Desk(folder=folder, store=store)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with new_desk(tmp_path) as desk:
        yield desk


def test_a_change_its_effects_and_its_deadline_are_committed_before_the_loops_are_woken(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        desk = Desk(folder=tmp_path, store=store)
        committed: list[str] = []
        tracking = Tracking(store, RULES, lambda: HEARD, lambda: committed.extend(desk.content()))

        tracking.record(created(RESOLVED))

    content = "\n".join(committed)
    assert str(THREAD) in content
    assert "post_resolved" in content
    assert "2026-02-04T06:00:00" in content  # created 05:00 + SLA 1 h


@pytest.mark.parametrize(
    "event",
    [replace(seen(), archived=True), deleted(), row_written(), deadline_passed()],
    ids=["archived", "deleted", "row written", "deadline passed"],
)
def test_what_no_cell_shows_gives_the_sheet_nothing_to_do(desk: Desk, event: Event) -> None:
    desk.record(created(), named("mia"))
    desk.acknowledge_all()

    desk.record(event)

    assert desk.pending() == []


def test_the_askers_turn_that_ends_with_no_other_change_is_shown_when_there_is_time(store: Store) -> None:
    waiting = Tag(id=505, name="Waiting for customer")
    tracking = Tracking(
        store, replace(RULES, waiting_tags=frozenset({"waiting for customer"})), lambda: HEARD, lambda: None
    )
    store.facts.set(FIGURES_SHOWN, "yes")
    for event in (seen(waiting), replied()):  # who wrote what before is not known
        tracking.record(event)
    (row,) = store.rows.pending(10)
    store.rows.acknowledge(THREAD, row.revision, {})

    tracking.record(replied(timedelta(hours=1), author=AUTHOR))

    assert store.rows.count_pending() == 0
    assert [quiet.ticket.thread_id for quiet in store.rows.quiet(datetime.now(UTC), 10)] == [THREAD]


def test_a_tag_whose_name_nobody_knows_gives_the_sheet_nothing_to_do_until_it_has_one(desk: Desk) -> None:
    nameless = replace(BUG, name="")
    desk.record(created(), named("mia"))
    desk.acknowledge_all()

    desk.record(seen(nameless))
    assert desk.pending() == []
    desk.record(seen(BUG))
    assert desk.pending() == [THREAD]


def test_if_effects_cannot_be_kept_neither_is_the_change_and_the_loops_are_not_woken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Effects, "enqueue", full)

    with pytest.raises(sqlite3.OperationalError):
        desk.record(created())

    assert desk.store.tickets.find(THREAD) is None
    assert desk.woken == []


def test_each_change_wakes_the_loops_once(desk: Desk) -> None:
    desk.record(created(), named("mia"), replied())

    assert desk.woken == [[THREAD], [THREAD], [THREAD]]


@pytest.mark.parametrize(
    "event",
    [seen(BUG), created(BUG), named("kim"), replied(), row_written(), posted(1), deadline_passed(), defined(*TAGS)],
    ids=lambda event: type(event).__name__,
)
def test_what_changes_nothing_begins_no_transaction_and_wakes_nobody(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, event: Event
) -> None:
    desk.record(
        defined(*TAGS), created(BUG), named("mia"), replied(), row_written(), posted(1), deadline_passed(), seen(BUG)
    )
    desk.woken.clear()

    def unexpected(_: Store) -> None:
        pytest.fail("a transaction was begun")

    monkeypatch.setattr(Store, "transaction", unexpected)
    desk.record(event)

    assert desk.woken == []


def test_threads_elsewhere_cost_nothing(desk: Desk) -> None:
    before = desk.content()

    desk.record(named("mia"), replied(), deleted(), row_written(), posted(1), deadline_passed())

    assert desk.content() == before
    assert desk.woken == []


def test_a_deleted_thread_loses_its_effects_and_its_deadline_and_keeps_its_row(desk: Desk) -> None:
    other = THREAD + 1
    desk.record(created(), created(thread=other), row_written(), seen(RESOLVED))
    assert {effect.thread_id for effect in desk.effects()} == {THREAD, other}

    desk.record(deleted())

    assert [effect.kind for effect in desk.effects() if effect.thread_id == THREAD] == [EffectKind.NAME_AUTHOR]
    asked = Activity(last_message_id=THREAD, by_asker=True, staff_replies=0)
    assert desk.store.tickets.find(THREAD) == replace(
        after(created(), row_written(), seen(RESOLVED)), deleted=True, alert_due_at=None, activity=asked
    )
    desk.record(deleted(thread=other))
    assert desk.store.tickets.next_deadline() is None


def test_the_name_of_a_deleted_threads_author_brings_back_no_effect(desk: Desk) -> None:
    desk.record(created(), deleted(), named("mia"), row_written())

    assert [effect.kind for effect in desk.effects()] == [EffectKind.NAME_AUTHOR]


def test_renaming_a_tag_touches_only_the_tickets_that_carry_it(desk: Desk) -> None:
    plain, tagged, other = THREAD, THREAD + 1, THREAD + 2
    desk.record(defined(*TAGS), created(thread=plain), created(BUG, thread=tagged), created(ENGINEERING, thread=other))
    desk.acknowledge_all()
    desk.woken.clear()

    desk.record(defined(replace(BUG, name="Defect"), ENGINEERING))

    assert desk.woken == [[tagged]]
    ticket = desk.store.tickets.find(tagged)
    assert ticket is not None
    assert [tag.name for tag in ticket.tags] == ["Defect"]


def test_renaming_a_tag_to_resolved_asks_nothing_of_discord(desk: Desk) -> None:
    desk.record(defined(*TAGS), created(BUG))
    before = desk.effects()

    desk.record(defined(replace(BUG, name="resolved")), seen(replace(BUG, name="resolved")))

    assert desk.effects() == before


def test_the_forums_tags_are_remembered(desk: Desk) -> None:
    desk.record(defined(*TAGS), defined(Tag(id=9, name="new"), BUG))

    assert desk.store.facts.tags() == (Tag(id=9, name="new"), BUG)


def test_resolving_and_reopening_wait_in_order_behind_one_another(desk: Desk) -> None:
    desk.record(created(), seen(RESOLVED), seen(), seen(RESOLVED))

    done = []
    for _ in range(3):
        (head,) = (p for _, p in desk.store.effects.heads(10) if p.effect.lane == f"message:{THREAD}")
        done.append((head.effect.kind, head.effect.number))
        desk.store.effects.done(head.id)

    assert done == [(EffectKind.POST_RESOLVED, 0), (EffectKind.EDIT_REOPENED, 0), (EffectKind.POST_RESOLVED, 1)]


@times(0.75)  # each opens a store
@given(history=st.lists(st.one_of(events(NEW_THREAD), events(OLD_THREAD)), max_size=10))
def test_recording_any_event_twice_changes_nothing(history: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder, new_desk(Path(folder)) as desk:
        desk.record(created(thread=NEW_THREAD), seen(thread=OLD_THREAD))
        for event in history:
            desk.record(event)
            once, wakes = desk.content(), len(desk.woken)

            desk.record(event)

            assert desk.content() == once
            assert len(desk.woken) == wakes


@times(0.375)  # each opens nine
@given(history=st.lists(events(NEW_THREAD), max_size=8))
def test_a_restart_between_any_two_events_changes_nothing(history: list[Event]) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with new_desk(Path(one)) as desk:
            desk.record(created(), *history)
            expected = desk.content()
        for event in [created(), *history]:
            with new_desk(Path(other)) as desk:
                desk.record(event)
                content = desk.content()

    assert timeless(content) == timeless(expected)


def timeless(content: list[str]) -> list[str]:
    """Without since when tickets wait for the sheet, which is by the machine's own clock."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript("\n".join(content))
        database.execute("UPDATE tickets SET waiting_since = NULL, quiet_since = NULL")
        return list(database.iterdump())


def test_of_several_deadlines_at_once_what_concerns_one_ticket_is_no_digest(desk: Desk) -> None:
    threads = [THREAD + (number << 22) for number in range(6)]
    desk.record(*(created(thread=thread) for thread in threads))
    desk.record(*(seen(RESOLVED, thread=thread) for thread in threads[1:]))

    desk.record(DeadlinesPassed(thread_ids=tuple(threads)))

    calls = [effect for effect in desk.effects() if effect.channel_id is not None]
    assert [(each.kind, each.thread_id, each.text) for each in calls] == 2 * [(EffectKind.ALERT, THREAD, "")]


def test_many_deadlines_at_once_become_one_digest_a_channel(desk: Desk) -> None:
    threads = [THREAD + (number << 22) for number in range(7)]
    desk.record(*(created(thread=thread) for thread in threads), replied(thread=threads[0]))
    passed = DeadlinesPassed(thread_ids=tuple(threads))

    desk.record(passed, passed)

    digests = [effect for effect in desk.effects() if effect.kind is EffectKind.DIGEST]
    assert [digest.channel_id for digest in digests] == list(RULES.alert_channel_ids)
    assert {digest.text for digest in digests} == {" ".join(map(str, threads[1:]))}
    assert desk.store.tickets.next_deadline() is None
