"""The team a ticket's tags name."""

from __future__ import annotations

import pytest

from tracker.domain.events import Tag
from tracker.domain.teams import team_of

TEAMS = ("Engineering", "Consulting")


@pytest.mark.parametrize(
    ("tags", "team"),
    [
        pytest.param([], None, id="no-tags"),
        pytest.param(["Bug"], None, id="none-names-a-team"),
        pytest.param(["engineering"], "Engineering", id="without-case-and-spelled-as-in-the-setting"),
        pytest.param(["🛠 ENGINEERING (EU)"], "Engineering", id="the-name-contains-it"),
        pytest.param(["Bug", "Consulting", "Engineering"], "Consulting", id="the-first-applied-tag-decides"),
        pytest.param(["Consulting+Engineering"], "Engineering", id="within-one-tag-the-settings-order-decides"),
        pytest.param(["Engineer"], None, id="a-part-of-the-teams-name-is-not-enough"),
        pytest.param([""], None, id="a-tag-whose-name-is-not-known-yet"),
    ],
)
def test_the_first_tag_that_contains_a_teams_name_gives_the_team(tags: list[str], team: str | None) -> None:
    assert team_of([Tag(id=number, name=name) for number, name in enumerate(tags)], TEAMS) == team
