"""The pulse of the connection to Discord: whether it lives, and when it last gave a sign of that."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Protocol


class Shard(Protocol):
    """What is looked at of hikari's connection."""

    @property
    def is_connected(self) -> bool:
        """Whether the handshake is done and the connection not closed."""

    @property
    def heartbeat_latency(self) -> float:
        """Seconds from the latest heartbeat to its answer; not a number before the first."""


class Pulse:
    """Feels the pulse whenever `feel` is called, which should be every few seconds.

    hikari knows how long the answer to a heartbeat took, and not when it came: a new answer is noticed by its other
    duration. It came after the look before, which is all that is known where the machine was asleep in between.
    `last_sign` is the latest answer noticed or connection found made, at first the time of the start.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._latencies: list[float] = []
        self.connected = False
        self.last_heartbeat: datetime | None = None
        self.last_sign = self._felt_at = now()

    def feel(self, connections: Iterable[Shard]) -> datetime | None:
        """Take in how the connection is now; none was begun where there are no shards.

        Returns a moment at which it lived for sure, where there is a new answer: the heartbeat was not sent earlier.
        """
        now, before = self._now(), self._felt_at
        self._felt_at = now
        shards = list(connections)
        connected = bool(shards) and all(shard.is_connected for shard in shards)
        latencies = [shard.heartbeat_latency for shard in shards if not math.isnan(shard.heartbeat_latency)]
        answered = bool(latencies) and latencies != self._latencies
        if answered:
            self._latencies = latencies
            self.last_heartbeat = self.last_sign = now
        if connected and not self.connected:
            self.last_sign = now
        self.connected = connected
        return before - timedelta(seconds=max(latencies)) if answered else None
