"""Which kinds of errands Discord refuses at the moment, so that one of them is tried and the others wait.

10,000 refusals within ten minutes make Discord shut out the address
(https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans): thousands of
tickets that all lack the same permission must not ask for it one by one.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.effects import CALL_OF, LASTS, Effect, EffectKind
from tracker.retry import pause

_A_MINUTE = timedelta(minutes=1)
_REFUSALS_A_MINUTE = 5
"""After so many refusals within a minute nothing is tried that may be refused, too."""

_FIRST, _LONGEST = timedelta(seconds=10), timedelta(minutes=5)


def gate_of(effect: Effect) -> str:
    """The gate through which an effect goes: its alert channel, or the kind of errand in the forum's threads.

    That alerts cannot be edited in one channel says nothing of another, nor of what is posted there.
    """
    if effect.kind is EffectKind.END_ALERT:
        return f"{effect.kind.value} {effect.text}"
    return effect.kind.value if effect.channel_id is None else str(effect.channel_id)


_ELSEWHERE = frozenset({*CALL_OF, *LASTS, EffectKind.NOTICE, EffectKind.END_ALERT})
_IN_THREADS = frozenset(kind.value for kind in EffectKind if kind not in _ELSEWHERE)


@dataclass(kw_only=True)
class _Gate:
    """`since` is when the present refusals began (None: it is open), `until` when the next probe is due.

    `unsure`: nobody knows whether the next attempt would be refused. `probing`: one is on its way to find out.
    `passing` is the latest refusal, where such pass without anybody's doing.
    """

    since: datetime | None = None
    until: datetime | None = None
    failures: int = 0
    unsure: bool = True
    probing: bool = False
    passing: Exception | None = None


class Gates:
    """Open, where the last attempt was not refused; else attempts go through one at a time, after growing pauses."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._gates = {name: _Gate() for name in _IN_THREADS}
        self._refusals: deque[datetime] = deque()

    def shut(self) -> frozenset[str]:
        """The gates through which nothing may go at the moment."""
        now, spent = self._now(), self._is_spent()
        return frozenset(name for name, gate in self._gates.items() if gate.unsure and _holds(gate, now, spent=spent))

    def is_closed(self, name: str) -> bool:
        """Whether attempts are being refused there, and no probe is due."""
        gate = self._gate(name)
        return gate.since is not None and (self._is_spent() or _waits(gate, self._now()))

    def passing_refusal(self, name: str) -> Exception | None:
        """The refusal for which attempts wait there, where such pass without anybody's doing."""
        return self._gate(name).passing

    def next_probe(self) -> timedelta:
        """How long until a gate that is shut may be tried; a minute at most."""
        now = self._now()
        due = [gate.until for gate in self._gates.values() if gate.until is not None and not gate.probing]
        if self._is_spent():
            due.append(self._refusals[0] + _A_MINUTE)
        return max(timedelta(), min([_A_MINUTE, *(each - now for each in due if each > now)]))

    def reopen(self) -> bool:
        """Permissions may have changed: where attempts were refused, a probe is due; whether there is such a gate."""
        waiting = [gate for gate in self._gates.values() if gate.until is not None]
        for gate in waiting:
            gate.until = None
        return bool(waiting)

    def begin(self, name: str) -> None:
        """An attempt goes through the gate."""
        self._gate(name).probing = True

    def is_slow(self, name: str) -> None:
        """The attempt takes long: another one may be tried meanwhile."""
        self._gate(name).probing = False

    def unused(self, name: str) -> None:
        """What went through had nothing to ask for: another one finds out how it is."""
        self._gate(name).probing = False

    def passed(self, name: str) -> None:
        """An attempt succeeded: the gate is open."""
        self._gates[name] = _Gate(unsure=False)

    def failed(self, name: str) -> None:
        """An attempt failed for a reason of its own."""
        gate = self._gate(name)
        gate.probing = False
        if gate.since is None:
            gate.unsure = False
        else:
            gate.until = self._now() + _FIRST

    def refused(self, name: str, *, counted: bool, passing: Exception | None) -> timedelta:
        """An attempt was refused, as others would be; since how long this has been so. `passing` as for a gate."""
        now, gate = self._now(), self._gate(name)
        if gate.since is None or not _waits(gate, now):  # others that were on their way already teach nothing new
            gate.failures += 1
            chance = random.random()  # noqa: S311 - jitter, not a secret
            gate.until = now + pause(gate.failures, chance, first=_FIRST, longest=_LONGEST)
        gate.since = gate.since or now
        gate.unsure, gate.probing, gate.passing = True, False, passing
        if counted:
            self.count(name)
        return now - gate.since

    def count(self, name: str) -> None:
        """Discord counts the refusal of an attempt: the next ones in threads are made one by one."""
        self._refusals.append(self._now())
        self._gate(name).probing = False
        for other in _IN_THREADS if name in _IN_THREADS else (name,):
            self._gates[other].unsure = True

    def _gate(self, name: str) -> _Gate:
        return self._gates.setdefault(name, _Gate())

    def _is_spent(self) -> bool:
        """Whether there were as many refusals within the last minute as there should be."""
        now = self._now()
        while self._refusals and not timedelta() <= now - self._refusals[0] < _A_MINUTE:
            self._refusals.popleft()
        return len(self._refusals) >= _REFUSALS_A_MINUTE


def _holds(gate: _Gate, now: datetime, *, spent: bool) -> bool:
    return spent or gate.probing or _waits(gate, now)


def _waits(gate: _Gate, now: datetime) -> bool:
    """Whether the next probe is not due yet; a clock that was set back makes no pause longer."""
    return gate.until is not None and now < gate.until <= now + _LONGEST
