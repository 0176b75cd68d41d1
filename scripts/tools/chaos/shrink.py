"""The shortest history that still goes wrong, by delta debugging: leave out a part, and see.

Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from scripts.tools.chaos.steps import Step


async def shrink(
    steps: Sequence[Step], fails: Callable[[Sequence[Step]], Awaitable[bool]], *, more_time: Callable[[], bool]
) -> list[Step]:
    """Leave out ever smaller parts of `steps` as long as what is left still `fails`, until there is no `more_time`."""
    shortest = list(steps)
    size = max(1, len(shortest) // 2)
    while more_time():
        shorter = await _without_a_part(shortest, size, fails, more_time)
        if len(shorter) < len(shortest):
            shortest = shorter
        elif size == 1:
            break
        else:
            size = max(1, size // 2)
        size = min(size, max(1, len(shortest) // 2))
    return shortest


async def _without_a_part(
    steps: list[Step],
    size: int,
    fails: Callable[[Sequence[Step]], Awaitable[bool]],
    more_time: Callable[[], bool],
) -> list[Step]:
    """The steps without every part of this size that can be left out, looked for from the end."""
    end = len(steps)
    while end > 0 and more_time():
        start = max(0, end - size)
        candidate = steps[:start] + steps[end:]
        if candidate and await fails(candidate):
            steps = candidate
        end = start
    return steps
