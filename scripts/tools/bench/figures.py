"""A measured number: one value for each round, the median of which counts."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured, in `unit` ("" for a mere ratio or count).

    `at_most` or `at_least` is what it has to reach; with neither it is only shown, to make the others understood.
    """

    what: str
    rounds: tuple[float, ...]
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    value: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", median(self.rounds))

    @property
    def reached(self) -> bool | None:
        """Whether the median is as it should be; None where nothing is asked of it."""
        if self.at_most is not None:
            return self.value <= self.at_most
        if self.at_least is not None:
            return self.value >= self.at_least
        return None

    def as_json(self) -> dict[str, Any]:
        """For the file that `--json` writes."""
        return {
            "what": self.what,
            "median": self.value,
            "unit": self.unit,
            "at_most": self.at_most,
            "at_least": self.at_least,
            "reached": self.reached,
            "rounds": list(self.rounds),
        }


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> tuple[float, ...]:
    """Round by round: what was measured close together is compared, so that a busy moment spoils one round only."""
    return tuple(map(operator.truediv, numerators, denominators))
