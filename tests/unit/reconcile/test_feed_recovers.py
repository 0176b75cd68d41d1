"""Whatever happened before: once the server is described and compared, the bot sees, and knows that it does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.ear import CHANGED, EMPTY, NIGHT, Ear
from tracker.reconcile.feed import Cue
from tracker.reconcile.sight import Cause

Happens = Callable[[Ear], None]


def _lose(cause: Cause, ear: Ear) -> None:
    ear.feed.lost(cause, look=cause is Cause.HIDDEN)


def _sleep(ear: Ear) -> None:
    ear.at += NIGHT
    ear.feed.look(connected=True, alive_until=None)


def _compare(ear: Ear, unread: str = "") -> None:
    """Whoever compares comes to the end of all there is to compare."""
    cues = []
    while (cue := _at_once(ear.feed.next_cue())) is not None:
        cues.append(cue)
    for cue in cues:
        ear.feed.release(cue)
    if cues:
        ear.feed.caught_up(unread=unread, complete=not unread)


def _at_once(waiting: Coroutine[object, None, Cue]) -> Cue | None:
    """What is waited for, where it is there already."""
    try:
        waiting.send(None)
    except StopIteration as found:
        cue: Cue = found.value
        return cue
    waiting.close()
    return None


HAPPENS: dict[str, Happens] = {
    **{f"lost: {cause}": partial(_lose, cause) for cause in Cause},
    "described": lambda ear: ear.feed.described(EMPTY),
    "described anew": lambda ear: ear.feed.described(EMPTY, came_into_sight=True),
    "asked": lambda ear: ear.feed.ask(),
    "resumed": lambda ear: ear.feed.resumed(),
    "new session": lambda ear: ear.feed.connected_anew(),
    "unread": lambda ear: ear.feed.unread("THREAD_UPDATE"),
    "refused": lambda ear: ear.feed.failed(Cause.UNREACHED, "no answer"),
    "heard": lambda ear: ear.feed.hear(CHANGED),
    "slept": _sleep,
    "alive": lambda ear: ear.pass_by(20, answered=True),
    "dead": lambda ear: ear.pass_by(20, connected=False),
    "compared": _compare,
    "compared in part": lambda ear: _compare(ear, "archive"),
}
IN_THE_END: dict[str, Sequence[str]] = {
    "described": ["described"],
    "in a new session": ["lost: unreached", "new session", "described"],
    "in what is sent again": ["lost: unreached", "described", "resumed"],
    "and then the connection breaks": ["described", "lost: unreached", "dead", "resumed"],
    "compared, and then the connection breaks": ["described", "compared", "lost: unreached", "dead", "resumed"],
}


@pytest.mark.parametrize("end", IN_THE_END)
@given(before=st.lists(st.sampled_from(sorted(HAPPENS)), max_size=7))
def test_a_server_that_is_described_and_compared_is_seen(end: str, before: list[str]) -> None:
    async def happen() -> Ear:
        ear = Ear()
        for what in (*before, *IN_THE_END[end]):
            HAPPENS[what](ear)
        for _ in range(10):
            _compare(ear)
            ear.pass_by(40, answered=True)
        return ear

    ear = asyncio.run(happen())
    assert ear.cause is None
    assert ear.feed.heard_until is not None
    assert ear.at - ear.feed.heard_until < timedelta(seconds=5)
    assert ear.feed.looked.is_set()
    assert ear.feed.threads_held() == set()
