"""How many examples Hypothesis tries."""

from __future__ import annotations

from hypothesis import settings


def times(factor: float) -> settings:
    """So many times the usual number of examples: fewer where each takes long, more where many are needed."""
    return settings(max_examples=int(factor * settings().max_examples))
