"""Writes that land after their answer was given up.

Google may work on a request for 180 seconds (https://developers.google.com/workspace/sheets/api/limits), while clients
and proxies lose patience much sooner.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from tracker.sandbox.service import Fault
from tracker.sandbox.sheets.errors import SheetsError

CarryOut = Callable[[], object]


@dataclass(kw_only=True)
class LateWrite(Fault):
    """A fault that lets its request be carried out some time after it was answered.

    `seconds` is how long after; None means when `SheetsServer.land_late_writes` is called, if ever.
    """

    seconds: float | None = None


@dataclass(kw_only=True, eq=False)
class LateWrites:
    """The writes that were accepted and have not landed yet, oldest first."""

    _waiting: list[CarryOut] = field(default_factory=list)
    _timers: list[asyncio.TimerHandle] = field(default_factory=list)

    def keep(self, carry_out: CarryOut, seconds: float | None) -> None:
        """Keep a write until its time has come."""
        self._waiting.append(carry_out)
        if seconds is not None:
            self._timers.append(asyncio.get_running_loop().call_later(seconds, self._land, carry_out))

    def land(self) -> int:
        """Let all of them land now; how many there were."""
        landing = list(self._waiting)
        for carry_out in landing:
            self._land(carry_out)
        return len(landing)

    def drop(self) -> None:
        """None of them lands any more."""
        self._waiting.clear()
        for timer in self._timers:
            timer.cancel()

    def _land(self, carry_out: CarryOut) -> None:
        if carry_out in self._waiting:
            self._waiting.remove(carry_out)
            # A refusal at this time reaches nobody.
            with contextlib.suppress(SheetsError):
                carry_out()
