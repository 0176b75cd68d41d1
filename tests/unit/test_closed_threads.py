"""What waits for a thread to be opened or unlocked: which change of the thread makes it due."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.domain.effects import Closed, Effect, EffectKind
from tracker.store import Store

NOW = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("closed", "archived", "locked", "is_due"),
    [
        (Closed.LOCKED, False, False, True),
        (Closed.LOCKED, True, False, True),
        (Closed.LOCKED, False, True, False),  # the bot itself may have opened it, and in vain
        (Closed.LOCKED, True, True, False),
        (Closed.ARCHIVED, False, False, True),
        (Closed.ARCHIVED, True, False, True),
        (Closed.ARCHIVED, False, True, True),
        (Closed.ARCHIVED, True, True, False),
        (None, False, False, False),  # it waits for something else
    ],
)
def test_what_waits_for_a_closed_thread_is_due_as_soon_as_it_may_succeed(
    tmp_path: Path,
    closed: Closed | None,
    archived: bool,  # noqa: FBT001 - rows of a table
    locked: bool,  # noqa: FBT001
    is_due: bool,  # noqa: FBT001
) -> None:
    with closing(Store.open(tmp_path)) as store:
        for thread_id in (1, 2):
            store.effects.enqueue(Effect(kind=EffectKind.POST_RESOLVED, thread_id=thread_id), NOW)
        for _, pending in store.effects.heads(9):
            store.effects.postpone(pending.id, NOW + HOUR, refused_at=NOW, closed=closed)

        assert store.effects.hasten(1, NOW, archived=archived, locked=locked) is is_due

        due = {pending.effect.thread_id: at for at, pending in store.effects.heads(9)}
        assert due == {1: NOW if is_due else NOW + HOUR, 2: NOW + HOUR}


def test_an_errand_that_was_refused_for_another_reason_since_is_left_alone(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path)) as store:
        store.effects.enqueue(Effect(kind=EffectKind.POST_RESOLVED, thread_id=1), NOW)
        ((_, pending),) = store.effects.heads(9)
        store.effects.postpone(pending.id, NOW + HOUR, closed=Closed.LOCKED)
        store.effects.postpone(pending.id, NOW + HOUR)

        assert not store.effects.hasten(1, NOW, archived=False, locked=False)
