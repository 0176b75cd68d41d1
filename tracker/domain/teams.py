"""Which team a ticket belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.domain.events import Tag


def team_of(tags: Iterable[Tag], teams: Sequence[str]) -> str | None:
    """The team named by the first tag that contains a team's name (without case), spelled as in `teams`; else None."""
    for tag in tags:
        for team in teams:
            if team.casefold() in tag.name.casefold():
                return team
    return None
