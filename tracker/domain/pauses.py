"""Times that do not count: one after another, the last of them perhaps not over yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Pause:
    """From `start` to `end`; None: it is not over."""

    start: datetime
    end: datetime | None = None


Pauses = tuple[Pause, ...]


def is_paused(pauses: Pauses) -> bool:
    """Whether the last of them is not over."""
    return bool(pauses) and pauses[-1].end is None


def paused(pauses: Pauses, at: datetime) -> Pauses:
    """One more from this moment on, unless one is not over yet."""
    return pauses if is_paused(pauses) else (*pauses, Pause(start=at))


def resumed(pauses: Pauses, at: datetime) -> Pauses:
    """The last of them ends at this moment, if it has not ended before."""
    if not is_paused(pauses):
        return pauses
    *others, last = pauses
    return (*others, replace(last, end=max(at, last.start)))


def cut_short(pauses: Pauses, at: datetime) -> Pauses:
    """The last of them ends at this moment, if that lies in it."""
    if not pauses or at < pauses[-1].start or (pauses[-1].end is not None and pauses[-1].end <= at):
        return pauses
    return (*pauses[:-1], replace(pauses[-1], end=at))


def time_outside(
    pauses: Pauses, start: datetime, end: datetime, elapsed: Callable[[datetime, datetime], timedelta]
) -> timedelta:
    """The time from `start` to `end`, as `elapsed` reckons it, but for the pauses."""
    total = elapsed(start, end)
    for pause in pauses:
        first, last = max(start, pause.start), min(end, pause.end or end)
        if first < last:
            total -= elapsed(first, last)
    return total
