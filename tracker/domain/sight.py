"""Whether the bot can see the forum: why it cannot, since when, and what a person can do about it.

Blind is not quiet: what the bot does not see, it does not believe to be gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

BLIND_PATIENCE = timedelta(minutes=5)
"""An outage of Discord or a slip in the permissions is often over within minutes: that needs no announcement."""


class Obstacle(Enum):
    """What keeps the forum from sight: the reason and the fix, each as sentences for people."""

    HIDDEN = (
        "The bot may not view the forum any more.",
        "Give it View Channel there (Edit Channel > Permissions). It needs no restart.",
    )
    DELETED = (
        "The forum was deleted.",
        "Put the id of another one into SUPPORT_CHANNEL_ID and start the bot again.",
    )
    REMOVED = (
        "The bot was removed from the server.",
        "Invite it again: `python -m tracker.doctor` prints the link. It needs no restart.",
    )
    OUTAGE = (
        "Discord reports that the server is unavailable.",
        "Nothing has to be done: https://discordstatus.com tells more.",
    )


@dataclass(frozen=True, kw_only=True)
class Blindness:
    """The forum has been out of sight since then. `since` is aware."""

    since: datetime
    obstacle: Obstacle

    @property
    def reason(self) -> str:
        """Why, as a sentence."""
        return self.obstacle.value[0]

    @property
    def fix(self) -> str:
        """What a person can do, as sentences."""
        return self.obstacle.value[1]
