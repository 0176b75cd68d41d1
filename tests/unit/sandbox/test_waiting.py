"""What waits in the bot's store is read beside the bot, whether it runs or not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.builders import BUG, OPENED, THREAD, after, created
from tracker.domain.effects import Effect, EffectKind
from tracker.sandbox.page.waiting import StoreWatch
from tracker.store import Store

NOTHING: dict[str, list[str]] = {"sheet": [], "discord": []}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tracker.sqlite3"


def test_without_a_store_nothing_waits(file: Path) -> None:
    assert StoreWatch(file).waiting() == NOTHING


def test_a_row_waits_until_the_sheet_has_it_while_the_bot_holds_its_store_and_after_its_end(file: Path) -> None:
    store = Store.open(file.parent)
    ticket = after(created(BUG))
    watch = StoreWatch(file)
    store.tickets.save(ticket)
    assert watch.waiting() == {"sheet": [f"row of “{ticket.title}”"], "discord": []}
    store.close()
    assert watch.waiting() == {"sheet": [f"row of “{ticket.title}”"], "discord": []}

    store = Store.open(file.parent)
    store.rows.acknowledge(THREAD, 1, {})
    assert watch.waiting() == NOTHING
    store.close()


def test_what_was_written_a_moment_after_a_look_is_seen_at_the_next_one(file: Path) -> None:
    store = Store.open(file.parent)
    watch = StoreWatch(file)
    for number in range(50):
        store.tickets.save(replace(after(created(BUG)), thread_id=THREAD + number))
        assert len(watch.waiting()["sheet"]) == number + 1
    store.close()


@pytest.mark.parametrize("kind", EffectKind)
def test_every_kind_of_effect_is_put_into_words(file: Path, kind: EffectKind) -> None:
    store = Store.open(file.parent)
    ticket = after(created(BUG))
    store.tickets.save(ticket)
    of_desk = kind in {EffectKind.NOTICE, EffectKind.WEEKLY_REPORT} or kind.value.endswith("digest")
    store.effects.enqueue(Effect(kind=kind, thread_id=0 if of_desk else THREAD), OPENED)

    (words,) = StoreWatch(file).waiting()["discord"]
    assert (ticket.title in words) is not of_desk
    store.close()
