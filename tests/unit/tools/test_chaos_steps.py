"""Histories of the chaos model: repeatable, kept in files, shortened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.tools.chaos.shrink import shrink
from scripts.tools.chaos.steps import AWAY, RACES, Step, draw, kinds_without, read_steps, write_steps


def test_a_seed_always_gives_the_same_history() -> None:
    kinds = kinds_without([])
    assert draw(7, 100, kinds) == draw(7, 100, kinds)
    assert draw(7, 100, kinds) != draw(8, 100, kinds)


def test_every_kind_of_step_is_drawn_sooner_or_later() -> None:
    kinds = kinds_without([])
    assert {step.kind for seed in (2, 3) for step in draw(seed, 10_000, kinds)} == set(kinds)


def test_kinds_are_left_out_by_name_or_by_group() -> None:
    kinds = kinds_without(["races", "away", "archive"])
    assert not kinds.keys() & (RACES.keys() | AWAY.keys() | {"archive"})
    with pytest.raises(ValueError, match="holidays"):
        kinds_without(["holidays"])


def test_a_kept_history_is_the_same_when_read_again(tmp_path: Path) -> None:
    steps = draw(3, 200, kinds_without([]))
    write_steps(tmp_path / "history.jsonl", steps)
    assert read_steps(tmp_path / "history.jsonl") == steps


async def test_a_failing_history_is_shortened_to_the_steps_that_matter() -> None:
    steps = [Step(kind="pause", number=number) for number in range(60)]

    async def fails(candidate: Sequence[Step]) -> bool:
        return {17, 42} <= {step.number for step in candidate}

    assert [step.number for step in await shrink(steps, fails, more_time=lambda: True)] == [17, 42]


async def test_shortening_stops_when_there_is_no_more_time() -> None:
    steps = [Step(kind="pause", number=number) for number in range(60)]
    tried: list[int] = []

    async def fails(candidate: Sequence[Step]) -> bool:
        tried.append(len(candidate))
        return True

    shortest = await shrink(steps, fails, more_time=lambda: len(tried) < 3)
    assert len(tried) == 3
    assert len(shortest) == min(tried)
