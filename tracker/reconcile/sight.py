"""Whether the bot sees the forum: why not, since when, and when it has to be announced.

Pure: times are arguments, aware datetimes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

PATIENCE = timedelta(minutes=5)
"""What passes by itself mostly passes within this time: only what lasts longer is announced, and makes unhealthy."""


class Cause(StrEnum):
    """Why the bot does not see what happens in the forum. The values are stored: never change one."""

    HIDDEN = "hidden"
    """The bot may not view the forum."""

    DELETED = "deleted"
    """The forum does not exist any more."""

    RECREATED = "recreated"
    """The forum was deleted, and another one has its name: the detail is that one's id."""

    KICKED = "kicked"
    """The bot is not in the server."""

    UNAVAILABLE = "unavailable"
    """Discord itself does not have the server at the moment."""

    UNREACHED = "unreached"
    """There is no connection to Discord."""

    ASLEEP = "asleep"
    """The machine, or the process, stood still, and the connection has not proved since that it lives."""

    UNREAD = "unread"
    """Discord sent something that could not be read: the detail says what."""


BY_PEOPLE = frozenset({Cause.HIDDEN, Cause.DELETED, Cause.RECREATED, Cause.KICKED})
"""What lasts until a person does something: behind it, what passes by itself does not matter."""

UNTIL_DESCRIBED = BY_PEOPLE | {Cause.UNAVAILABLE}
"""What a connection that works again does not end: Discord has to describe the server or the forum."""


@dataclass(frozen=True, kw_only=True)
class Blindness:
    """One spell: `since` is the last moment of which everything is known, whatever the cause is by now."""

    cause: Cause
    since: datetime
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class News:
    """What to announce: a blindness (again if by now people have to end it), or that the one announced is `over`."""

    blindness: Blindness
    over: bool = False


class Sight:
    """One spell of blindness after another; each is announced once it lasts, and once when it is over.

    `announced` are the causes that people know of, also from before a restart. Nothing is announced as blindness before
    `quiet_until`.
    """

    def __init__(
        self,
        blindness: Blindness | None = None,
        announced: Iterable[Cause] = (),
        *,
        quiet_until: datetime | None = None,
    ) -> None:
        self.blindness = blindness
        self._announced = set(announced)
        self._quiet_until = quiet_until
        self._over: Blindness | None = None

    @property
    def cause(self) -> Cause | None:
        """Why the bot is blind; None: it sees."""
        return None if self.blindness is None else self.blindness.cause

    def lost(self, cause: Cause, since: datetime, detail: str = "") -> None:
        """The bot is blind, for this reason (by now)."""
        if self.blindness is None:
            self.blindness = Blindness(cause=cause, since=since, detail=detail)
        elif cause in BY_PEOPLE or self.blindness.cause not in UNTIL_DESCRIBED:
            self.blindness = replace(self.blindness, cause=cause, detail=detail)

    def regained(self) -> None:
        """The bot sees, and knows what it missed."""
        if self._announced and self.blindness is not None:
            self._over = self.blindness
        self.blindness = None
        self._announced.clear()

    def news(self, now: datetime) -> News | None:
        """What has to be announced now; it counts as announced from then on."""
        if self._over is not None:
            over, self._over = self._over, None
            return News(blindness=over, over=True)
        spell = self.blindness
        if spell is None or now - spell.since <= PATIENCE:
            return None
        if self._quiet_until is not None and now < self._quiet_until:
            return None
        if spell.cause in self._announced or (self._announced and spell.cause not in BY_PEOPLE):
            return None
        self._announced.add(spell.cause)
        return News(blindness=spell)

    def to_text(self) -> str:
        """What has to outlive a restart: a spell that was announced, or that no restart ends; empty for none."""
        spell = self.blindness
        if spell is None or not (self._announced or spell.cause in UNTIL_DESCRIBED):
            return ""
        since, announced = spell.since.isoformat(), sorted(self._announced)
        return json.dumps({"cause": spell.cause, "since": since, "detail": spell.detail, "announced": announced})

    @classmethod
    def from_text(cls, text: str | None, now: datetime) -> Self:
        """What an earlier run left. A start may take its time: the new run is as patient before it announces that."""
        if not text:
            return cls()
        kept = json.loads(text)
        spell = Blindness(
            cause=Cause(kept["cause"]), since=datetime.fromisoformat(kept["since"]), detail=kept["detail"]
        )
        return cls(spell, map(Cause, kept["announced"]), quiet_until=now + PATIENCE)
