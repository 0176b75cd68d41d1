"""Stores as earlier versions left them: their tickets get the deadlines and figures that they would have had.

Each file in `tests/data/stores` is the SQL of a store that the code of that version wrote, with the same history: five
threads opened a minute apart, with an hour for a first answer. Whoever adds a migration adds the store of the version
before it, written by that version's code.
"""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.builders import HELPER, OPENED, RESOLVED, RULES, replied, snowflake
from tests.support.stores import STORES, leave_store, version_of
from tracker.domain.events import TagsWere
from tracker.domain.figures import Sla, Status, elapsed, first_response_of, resolution_of, sla_of, status_of
from tracker.domain.snowflakes import A_MOMENT
from tracker.domain.ticket import Activity, Ticket
from tracker.store import Store
from tracker.tracking import Tracking

MINUTE = timedelta(minutes=1)

FIGURES = {
    1: (Status.WAITING, Sla.RUNNING, None, None),
    2: (Status.OPEN, Sla.MET, 29 * MINUTE, None),
    3: (Status.OPEN, Sla.MISSED, 90 * MINUTE, None),
    4: (Status.RESOLVED, Sla.MET, 16 * MINUTE, 196 * MINUTE),
    5: (Status.WAITING, Sla.MISSED, None, None),  # people were alerted
}
"""How each thread stands, its promise, the time to its first answer and to its resolution."""


def at(minute: int) -> datetime:
    return OPENED + minute * MINUTE


def open_again(folder: Path, version: int) -> Store:
    """The store of that version, opened by this one."""
    leave_store(folder, version)
    return Store.open(folder)


def ticket(store: Store, number: int) -> Ticket:
    found = store.tickets.find(snowflake(at(number)))
    assert found is not None
    return found


def test_there_is_a_store_of_each_version_before_this_one(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    there = {int(path.stem.removeprefix("version-")) for path in STORES.iterdir()}
    assert there >= set(range(1, version_of(tmp_path)))


@pytest.mark.parametrize("version", range(1, len(list(STORES.iterdir())) + 1))
def test_tickets_of_an_earlier_version_have_their_deadlines_and_figures(tmp_path: Path, version: int) -> None:
    with closing(open_again(tmp_path, version)) as store:
        tracking = Tracking(store, RULES, lambda: at(300), lambda: None)
        tracking.review_deadlines()
        tickets = {number: ticket(store, number) for number in FIGURES}
        assert {number: each.due_at for number, each in tickets.items()} == {
            number: at(number + 60) for number in FIGURES
        }
        assert {
            number: (status_of(each), sla_of(each), first_response_of(each, elapsed), resolution_of(each, elapsed))
            for number, each in tickets.items()
        } == FIGURES
        assert store.tickets.next_deadline() == at(61)  # of the only one that still waits in time

        tracking.record(replied(50 * MINUTE, author=HELPER, thread=snowflake(at(1))))
        assert sla_of(ticket(store, 1)) is Sla.MET
        assert store.tickets.next_deadline() is None


def test_what_waited_in_a_version_that_did_not_say_since_when_waits_since_it_is_opened(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    time.sleep(0.002)  # the store counts milliseconds
    with closing(open_again(tmp_path, 1)) as store:
        since = store.rows.oldest_pending_since()
        assert since is not None
        assert before < since <= datetime.now(UTC)


def test_the_first_version_knew_of_one_change_of_tags(tmp_path: Path) -> None:
    with closing(open_again(tmp_path, 1)) as store:
        assert [ticket(store, number).tags_known_until for number in (1, 2)] == [None, at(5)]


def test_an_earlier_version_accounted_for_all_changes_up_to_the_last_of_them(tmp_path: Path) -> None:
    with closing(open_again(tmp_path, 10)) as store:
        assert [ticket(store, number).tags_known_until for number in (3, 4)] == [at(3) - A_MOMENT, at(200)]


def test_what_an_earlier_version_kept_of_messages_was_heard(tmp_path: Path) -> None:
    with closing(open_again(tmp_path, 9)) as store:
        known = Activity(last_message_id=7, by_asker=True, staff_replies=2, heard=True)
        assert ticket(store, 1).activity == known


def test_an_earlier_version_remembered_changes_of_tags_without_their_names(tmp_path: Path) -> None:
    with closing(open_again(tmp_path, 11)) as store:
        remembered = [ticket(store, number).tags_changed for number in (3, 4)]
        assert remembered == [(), (TagsWere(tags=(RESOLVED,), at=at(200)),)]
