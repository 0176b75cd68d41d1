"""What was given up in Discord: counted, shown by the bot's health for a day, and announced once a day.

It is kept in the store, so that a restart neither forgets nor repeats an announcement.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from tracker.domain.effects import EffectKind
from tracker.domain.wording import given_up_notice
from tracker.store import Store
from tracker.tracking import Tracking

_FACT = "given_up"
_ANNOUNCED = "given_up_announced"

_A_DAY = timedelta(days=1)
_COLLECTING = timedelta(minutes=10)
"""What is given up seldom comes alone: one message names all of it."""

_EXAMPLES = 3

_NAMES = {
    EffectKind.REACT: "✅ on a post",
    EffectKind.POST_RESOLVED: "resolved message",
    EffectKind.EDIT_REOPENED: "reopened message",
    EffectKind.CLOSE_AGAIN: "closing of a post",
    EffectKind.ALERT: "alert",
    EffectKind.DIGEST: "alert of many tickets",
    EffectKind.WARNING: "warning",
    EffectKind.WARNING_DIGEST: "warning of many tickets",
    EffectKind.ESCALATION: "escalation",
    EffectKind.ESCALATION_DIGEST: "escalation of many tickets",
    EffectKind.END_ALERT: "end of an alert",
    EffectKind.MORNING_DIGEST: "morning digest",
    EffectKind.WEEKLY_REPORT: "weekly report",
    EffectKind.NOTICE: "notice",
    EffectKind.NAME_AUTHOR: "name of an author",
    EffectKind.LOOK_BACK: "search for an earlier answer",
}


@dataclass(frozen=True, kw_only=True)
class _Group:
    """Errands of one kind that were given up for one reason; times in ISO 8601. `where` has the first few."""

    what: str
    reason: str
    count: int
    unannounced: int
    first: str
    last: str
    where: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """The errands given up lately. Announces nothing by itself: `announce` is called every now and then."""

    store: Store
    tracking: Tracking
    now: Callable[[], datetime]

    def add(self, kind: EffectKind, reason: str, *, where: str, count: int = 1) -> None:
        """Count what is given up; `where` names the thread or channel, as a link or a mention."""
        now = self.now().isoformat()
        groups = {(group.what, group.reason): group for group in self._recent()}
        key = _NAMES[kind], reason
        group = groups.get(key) or _Group(
            what=key[0], reason=reason, count=0, unannounced=0, first=now, last=now, where=()
        )
        groups[key] = replace(
            group,
            count=group.count + count,
            unannounced=group.unannounced + count,
            first=group.first if group.unannounced else now,
            last=now,
            where=(*group.where, where)[:_EXAMPLES] if where not in group.where else group.where,
        )
        self._keep(list(groups.values()))

    def announce(self) -> None:
        """Announce what was given up since the last announcement, if it is time to."""
        groups = self._recent()
        new = [group for group in groups if group.unannounced]
        if not new:
            return
        now, announced = self.now(), self.store.facts.find(_ANNOUNCED)
        waited = now - min(datetime.fromisoformat(group.first) for group in new)
        if waited < _COLLECTING or (announced and now - datetime.fromisoformat(announced) < _A_DAY):
            return
        with self.store.transaction():
            self.tracking.announce(
                given_up_notice([(group.what, group.unannounced, group.where, group.reason) for group in new])
            )
            self.store.facts.set(_ANNOUNCED, now.isoformat())
            self._keep([replace(group, unannounced=0, where=()) for group in groups])

    @property
    def count(self) -> int:
        """How many errands of the last day were given up."""
        return sum(group.count for group in self._recent())

    @property
    def problem(self) -> str | None:
        """What was given up within a day, in a sentence; None where nothing was."""
        groups = self._recent()
        if not groups:
            return None
        named = "; ".join(f"{group.what} ({group.count}): {group.reason}" for group in groups)
        return f"Errands in Discord were given up: {named}."

    def _recent(self) -> list[_Group]:
        """What has still to be announced, or was given up within a day."""
        groups = [_Group(**{**group, "where": tuple(group["where"])}) for group in json.loads(self._fact)]
        since = self.now() - _A_DAY
        can_announce = bool(self.tracking.alert_channel_ids)
        return [
            group
            for group in groups
            if datetime.fromisoformat(group.last) > since or (group.unannounced and can_announce)
        ]

    @property
    def _fact(self) -> str:
        return self.store.facts.find(_FACT) or "[]"

    def _keep(self, groups: list[_Group]) -> None:
        self.store.facts.set(_FACT, json.dumps([asdict(group) for group in groups]))
