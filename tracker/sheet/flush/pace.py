"""Keeps a steady average with room for a few at once: the generic cell rate algorithm."""

from __future__ import annotations


class Pace:
    """Allows one thing every `interval` seconds on average, and up to `burst` of them together after a quiet time."""

    def __init__(self, *, interval: float, burst: int) -> None:
        self._interval = interval
        self._ahead = interval * (burst - 1)
        self._due = float("-inf")

    def take(self, now: float) -> float:
        """Claim the next turn; the seconds to wait for it. `now` counts seconds and never steps back."""
        turn = max(self._due, now)
        self._due = turn + self._interval
        return max(0.0, turn - self._ahead - now)
