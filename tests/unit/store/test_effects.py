"""What is to be done in Discord waits in the store, in its order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.support.builders import OPENED, THREAD
from tracker.domain.effects import Effect, EffectKind
from tracker.store import PendingEffect, Store

POST, EDIT, REACT, ALERT = EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED, EffectKind.REACT, EffectKind.ALERT
MINUTE = timedelta(minutes=1)


# Effects


def heads(store: Store) -> list[Effect]:
    return [pending.effect for _, pending in store.effects.heads(10)]


def test_an_effect_waits_with_all_it_says(store: Store) -> None:
    effect = Effect(kind=ALERT, thread_id=THREAD, channel_id=701, number=3)
    store.effects.enqueue(effect, OPENED)

    ((not_before, pending),) = store.effects.heads(10)

    assert not_before == OPENED
    assert pending == PendingEffect(id=pending.id, effect=effect, attempts=0)


def test_a_delayed_effect_is_not_due_before(store: Store) -> None:
    store.effects.enqueue(Effect(kind=REACT, thread_id=THREAD, delay=MINUTE), OPENED)

    assert [due for due, _ in store.effects.heads(10)] == [OPENED + MINUTE]


def test_a_lane_shows_its_first_effect_and_the_next_once_that_is_done(store: Store) -> None:
    post, edit = Effect(kind=POST, thread_id=THREAD), Effect(kind=EDIT, thread_id=THREAD)
    store.effects.enqueue(post, OPENED)
    store.effects.enqueue(edit, OPENED - MINUTE)
    ((_, head),) = store.effects.heads(10)
    assert head.effect == post

    store.effects.done(head.id)

    assert heads(store) == [edit]


def test_lanes_come_soonest_first_up_to_a_limit(store: Store) -> None:
    store.effects.enqueue(Effect(kind=REACT, thread_id=1), OPENED + MINUTE)
    store.effects.enqueue(Effect(kind=REACT, thread_id=2), OPENED)
    store.effects.enqueue(Effect(kind=REACT, thread_id=3), OPENED)

    assert [head.thread_id for head in heads(store)] == [2, 3, 1]
    assert [pending.effect.thread_id for _, pending in store.effects.heads(1)] == [2]


def test_a_postponed_effect_counts_its_failures_and_keeps_its_place_in_the_lane(store: Store) -> None:
    store.effects.enqueue(Effect(kind=POST, thread_id=THREAD), OPENED)
    store.effects.enqueue(Effect(kind=EDIT, thread_id=THREAD), OPENED)
    ((_, head),) = store.effects.heads(10)

    store.effects.postpone(head.id, OPENED + MINUTE)
    store.effects.postpone(head.id, OPENED + 2 * MINUTE)

    assert store.effects.heads(10) == [(OPENED + 2 * MINUTE, replace(head, attempts=2))]


def test_dropping_a_threads_effects_leaves_those_of_others(store: Store) -> None:
    for kind in (POST, EDIT, REACT):
        store.effects.enqueue(Effect(kind=kind, thread_id=1), OPENED)
    store.effects.enqueue(Effect(kind=POST, thread_id=2), OPENED)

    store.effects.drop_in_thread(1)

    assert heads(store) == [Effect(kind=POST, thread_id=2)]
