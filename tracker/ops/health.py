"""Whether the bot is well: one state, which `/healthz` shows and the service manager hears of.

Pure: everything is known at the moment `at`. What people have to put right is unhealthy; what a new start could put
right is not alive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tracker.domain.wording import duration
from tracker.sheet.flush.activity import Activity

GATEWAY_PATIENCE = timedelta(minutes=5)
"""hikari answers a dead connection with a new one within a minute or two: longer than this, Discord is out of reach."""

WAITING_PATIENCE = timedelta(minutes=10)
"""A change is in the sheet within seconds, or within minutes where very many wait for Google's quota."""

STUCK = timedelta(minutes=15)
"""Each request to Google ends within a minute and an attempt has a handful of them: longer than this, it hangs."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """What is known of the running bot. Times are aware.

    `last_sign` is the connection's last sign of life (before the first: the start), `waiting` counts the tickets that
    the sheet does not show as they are, and `oldest` is since when the first of these changes waits. `blind_since` is
    the last moment of which all is known, while the bot does not see the forum, and `blind_reason` why, in sentences.
    `given_up` counts the errands in Discord that were given up within a day; `errand_problems` says why, and which
    alert channels take no messages.
    """

    at: datetime
    connected: bool
    last_sign: datetime
    last_heartbeat: datetime | None
    waiting: int
    oldest: datetime | None
    sheet: Activity
    blind_since: datetime | None = None
    blind_reason: str = ""
    given_up: int = 0
    errand_problems: tuple[str, ...] = ()

    @property
    def problems(self) -> list[str]:
        """What is wrong, a sentence each; none: the bot is well."""
        return list(self._problems())

    def _problems(self) -> Iterator[str]:
        if (silent := self.at - self.last_sign) > GATEWAY_PATIENCE:
            yield f"Discord gave no sign of life for {duration(silent)}."
        elif self.blind_since is not None and (blind := self.at - self.blind_since) > GATEWAY_PATIENCE:
            yield f"The forum has not been seen for {duration(blind)}. {self.blind_reason}"
        if self.oldest is not None and (waited := self.at - self.oldest) > WAITING_PATIENCE:
            reason = f" {self.sheet.trouble}" if self.sheet.trouble else ""
            yield f"{self._waiting}, the oldest for {duration(waited)}.{reason}"
        if self.sheet.attempt_since is not None and not self.alive:
            yield f"A request to Google has been hanging for {duration(self.at - self.sheet.attempt_since)}."
        yield from self.errand_problems

    @property
    def alive(self) -> bool:
        """Whether nothing hangs; a part that fails ends the process by itself."""
        return self.sheet.attempt_since is None or self.at - self.sheet.attempt_since <= STUCK

    @property
    def status(self) -> str:
        """One line for a person."""
        gateway = "Connected to Discord." if self.connected else "Not connected to Discord."
        return " ".join(self.problems) or f"{gateway} {self._waiting if self.waiting else 'Nothing waits'}."

    @property
    def _waiting(self) -> str:
        return f"{self.waiting} {'ticket waits' if self.waiting == 1 else 'tickets wait'} to be written"

    def as_json(self) -> dict[str, object]:
        """The same for machines; times in ISO 8601, UTC."""
        return {
            "healthy": not self.problems,
            "problems": self.problems,
            "gateway": "connected" if self.connected else "lost",
            "last_heartbeat": _text(self.last_heartbeat),
            "blind_since": _text(self.blind_since),
            "waiting_changes": self.waiting,
            "oldest_waiting_seconds": None if self.oldest is None else round((self.at - self.oldest).total_seconds()),
            "last_sheet_write": _text(self.sheet.last_write),
            "quota": self.sheet.quota,
            "races": self.sheet.races,
            "put_back": self.sheet.put_back,
            "kept": self.sheet.kept,
            "given_up": self.given_up,
            "sheet_trouble": str(self.sheet.trouble) if self.sheet.trouble else None,
        }


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="seconds")
