"""How long to wait before trying again: a value computed by a pure function."""

from __future__ import annotations

from datetime import timedelta

LONGEST = timedelta(seconds=60)
_FIRST = timedelta(seconds=1)
_DOUBLINGS = 20
"""More would not fit into a timedelta, whatever the first pause is."""


def pause(failures: int, chance: float, *, first: timedelta = _FIRST, longest: timedelta = LONGEST) -> timedelta:
    """The pause after this many failures in a row (1 or more): doubled each time up to `longest`, half of it by chance.

    `chance` is a random number from 0 to 1. The random half keeps many waiting parties from coming back at once (the
    truncated exponential back-off that Google asks for).
    """
    doublings = min(failures - 1, _DOUBLINGS)
    whole = min(longest, first * (1 << doublings))
    return whole / 2 + whole / 2 * chance
