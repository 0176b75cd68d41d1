"""Some of many, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def listed(items: Sequence[str], most: int, *, between: str = ", ") -> str:
    """`a, b and 3 more`: the first of the items, at most so many, and how many there are besides."""
    more = f" and {len(items) - most:,} more" if len(items) > most else ""
    return between.join(items[:most]) + more
