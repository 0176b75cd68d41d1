"""What could not be done in Discord and was given up: counted, and announced in the alert channels once a day."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tracker.domain.effects import Effect, EffectKind
from tracker.domain.wording import given_up_notice, unreachable_notice
from tracker.store import Store
from tracker.tracking import Tracking

_EVERY = timedelta(days=1)
_LISTED = 10
_TOTAL, _WAITING, _LINES = "given_up", "given_up_waiting", "given_up_lines"
_ANNOUNCED_AT = "given_up_announced_at"
_UNREACHABLE = "alert_channels_unreachable"


class GivenUp:
    """What was given up, and the alert channels that take no message. Both are facts of the store."""

    def __init__(self, *, store: Store, tracking: Tracking, now: Callable[[], datetime]) -> None:
        self._store = store
        self._tracking = tracking
        self._now = now

    @property
    def total(self) -> int:
        """How many errands have been given up, ever."""
        return int(self._store.fact(_TOTAL) or 0)

    @property
    def unreachable(self) -> Mapping[int, str]:
        """The alert channels that take no message now, each with the reason; not one that is none any more."""
        known = json.loads(self._store.fact(_UNREACHABLE) or "{}")
        return {each: known[str(each)] for each in self._tracking.alert_channel_ids if str(each) in known}

    def add(self, effect: Effect, what: str, reason: str) -> None:
        """An errand is given up. A notice is not announced: it would be one about itself."""
        self._store.set_fact(_TOTAL, str(self.total + 1))
        if effect.kind is EffectKind.NOTICE:
            return
        lines = json.loads(self._store.fact(_LINES) or "[]")
        self._store.set_fact(_LINES, json.dumps([*lines, f"{what}: {reason}"][:_LISTED]))
        self._store.set_fact(_WAITING, str(self._waiting + 1))

    def announce(self) -> None:
        """Announce what was given up, if anything was and the last announcement is a day old."""
        announced_at = self._store.fact(_ANNOUNCED_AT)
        is_due = announced_at is None or self._now() - datetime.fromisoformat(announced_at) >= _EVERY
        if self._waiting and is_due:
            lines = json.loads(self._store.fact(_LINES) or "[]")
            with self._store.transaction():
                self._tracking.announce(given_up_notice(lines, self._waiting))
                self._store.set_fact(_ANNOUNCED_AT, self._now().isoformat())
                self._store.set_fact(_WAITING, "0")
                self._store.set_fact(_LINES, "[]")

    def not_reached(self, channel_id: int, reason: str) -> None:
        """An alert channel does not take a message: it is announced in the other ones, once for each reason."""
        known = dict(self.unreachable)
        if known.get(channel_id) != reason:
            with self._store.transaction():
                self._remember({**known, channel_id: reason})
                self._tracking.announce(unreachable_notice(channel_id, reason), but=channel_id)

    def reached(self, effect: Effect) -> None:
        """The errand was done, so that its alert channel, if it has one, takes messages."""
        if effect.channel_id is not None and effect.channel_id in self.unreachable:
            self._remember({key: reason for key, reason in self.unreachable.items() if key != effect.channel_id})

    def _remember(self, unreachable: Mapping[int, str]) -> None:
        self._store.set_fact(_UNREACHABLE, json.dumps(unreachable))

    @property
    def _waiting(self) -> int:
        return int(self._store.fact(_WAITING) or 0)
