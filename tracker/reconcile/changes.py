"""Which changes of a thread's tags, of those that the audit log has, led to the tags that it is shown with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from tracker.discord.forum import TagChange


def changes_before(
    changes: Sequence[TagChange],
    shown: Iterable[int],
    *,
    told: Sequence[Sequence[int]] = (),
    until: datetime | None = None,
) -> Sequence[TagChange]:
    """The changes that led to the tags now shown, none of them later than `until`.

    The log may be read a moment after the thread: what was changed in between is not to be turned back by the older
    picture, and comes as a live event of its own. When that led back to the tags shown, only `told` tells it from
    what was missed: the thread's tags by each such event so far.
    """
    tags = tuple(int(tag_id) for tag_id in shown)
    states = [changes[0].before if changes else tags, *(change.after for change in changes)]
    earlier = sum(until is None or change.at <= until for change in changes)
    matching = [number for number, state in enumerate(states[: earlier + 1]) if state == tags]
    news = [state for before, state in pairwise([tags, *map(tuple, told)]) if state != before]
    # `max` takes the first of equals: the latest.
    number = max(reversed(matching), key=lambda number: _agreement(states[number + 1 :], news), default=earlier)
    return changes[:number]


def _agreement(logged: Sequence[tuple[int, ...]], told: Sequence[tuple[int, ...]]) -> int:
    """How many changes two accounts have in common; -1 when they contradict each other. One may tell less."""
    common = min(len(logged), len(told))
    return common if logged[:common] == told[:common] else -1
