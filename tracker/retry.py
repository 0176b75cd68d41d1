"""How long to wait before trying again: a value computed by a pure function."""

from __future__ import annotations

from datetime import timedelta

LONGEST = timedelta(seconds=60)
_FIRST = timedelta(seconds=1)
_DOUBLINGS = 6


def pause(failures: int, chance: float) -> timedelta:
    """The pause after this many failures in a row (1 or more): doubled each time up to a minute, half of it by chance.

    `chance` is a random number from 0 to 1. The random half keeps many waiting parties from coming back at once (the
    truncated exponential back-off that Google asks for).
    """
    doublings = min(failures - 1, _DOUBLINGS)
    longest = min(LONGEST, _FIRST * (1 << doublings))
    return longest / 2 + longest / 2 * chance
