"""The switches of the local Google Sheets: each is named once, and chaos can draw every position."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from random import Random

from tracker.sandbox.sheets.behaviour import SWITCHES, Behaviour

DEFAULT = Behaviour()


def deviations(behaviour: Behaviour) -> list[tuple[str, object]]:
    changed = ((each.name, getattr(behaviour, each.name)) for each in fields(Behaviour))
    return [(name, value) for name, value in changed if value != getattr(DEFAULT, name)]


def test_every_named_switch_deviates_from_the_default_in_one_thing_and_no_other_in_the_same() -> None:
    found = [deviations(behaviour) for behaviour in SWITCHES.values()]
    assert all(len(each) == 1 for each in found)
    assert len({each[0] for each in found}) == len(SWITCHES)


def test_every_position_of_every_switch_has_a_name() -> None:
    named = {each for behaviour in SWITCHES.values() for each in deviations(behaviour)}
    for each in fields(Behaviour):
        default = getattr(DEFAULT, each.name)
        if isinstance(default, Enum):
            assert {value for name, value in named if name == each.name} == {*type(default)} - {default}
        else:
            assert each.name in {name for name, _ in named}


def test_chaos_draws_every_position_and_the_same_for_the_same_seed() -> None:
    random = Random(1)  # noqa: S311 - chaos, not secrets
    drawn = [Behaviour.drawn(random) for _ in range(200)]
    positions = {each for behaviour in drawn for each in deviations(behaviour)}
    assert positions == {each for behaviour in SWITCHES.values() for each in deviations(behaviour)}
    assert all(any(getattr(each, name) == getattr(DEFAULT, name) for each in drawn) for name, _ in positions)
    first, second = (Behaviour.drawn(Random(7)) for _ in range(2))  # noqa: S311 - as above
    assert first == second
