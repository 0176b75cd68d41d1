"""What happens to the services and to the bot itself: faults, and kills at chosen moments."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from functools import partial
from random import Random

from aiohttp import web

from scripts.tools.chaos.sight import Sight
from scripts.tools.chaos.steps import Step
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors
from tracker.sandbox.discord import faults as discord_faults
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults as sheets_faults
from tracker.sandbox.sheets.behaviour import Behaviour

_SHEETS: dict[str, Callable[..., Fault]] = {
    "500": sheets_faults.internal_error,
    "502": sheets_faults.bad_gateway,
    "503": sheets_faults.service_unavailable,
    "429": sheets_faults.too_many_requests,
    "reset": sheets_faults.reset,
    "408": sheets_faults.request_timeout,
    "409": sheets_faults.aborted,
    "499": sheets_faults.cancelled,
    "504": sheets_faults.deadline_exceeded,
}
_DISCORD: dict[str, Callable[..., Fault]] = {
    "500": discord_faults.server_error,
    "502": discord_faults.bad_gateway,
    "429": discord_faults.rate_limited,
    "global 429": partial(discord_faults.rate_limited, scope="global", retry_after=1.0),
    "403": discord_faults.blocked,
    "40333": partial(discord_faults.refused, refusal=errors.INTERNAL_NETWORK_ERROR),
    "false 10003": partial(discord_faults.refused, refusal=errors.UNKNOWN_CHANNEL),
    "reset": discord_faults.reset,
}
_FALSE = "false 10003"
_WAIT_FOR_KILL_SECONDS = 1.5


class Trouble:
    """Makes trouble, and ends it."""

    def __init__(self, desk: LocalDesk) -> None:
        self._desk = desk
        self._kill_at = ""
        self.spared_thread = 0
        """A thread in which messages always arrive."""
        self._has_lied = False
        self.ended_bot = False
        """Whether it was us who ended the bot."""
        self.sight = Sight(desk)
        desk.sheets.before.append(lambda request: self._kill_when("write", request.path.endswith(":batchUpdate")))
        desk.discord.before.append(lambda request: self._kill_when("message", self._is_message(request)))

    def fault(self, step: Step) -> None:
        """From now on one or two requests to a service fail, before or after they were carried out."""
        name = step.detail.removesuffix(" applied")
        applied = name != step.detail
        if name == "late":
            self._desk.sheets.faults.append(sheets_faults.late(seconds=step.number / 2, times=step.number))
            return
        if step.kind == "sheet fault":
            fault = _SHEETS[name](times=step.number, applied=applied)
            self._desk.sheets.faults.append(fault)
            return
        messages = rf"/channels/(?!{self.spared_thread}/)\d+/messages"
        self._discord_fault(name, messages, times=step.number, applied=applied)

    def reading_fault(self, step: Step) -> None:
        """From now on one or two requests that look at the forum fail."""
        channel = rf"channels/(?!{self.spared_thread}$)\d+"
        reads = channel if step.detail == _FALSE else rf"(threads/active|threads/archived/public|audit-logs|{channel})"
        self._discord_fault(step.detail, f"/{reads}$", method="GET", times=step.number)

    def _discord_fault(
        self, name: str, path: str, *, times: int, method: str | None = None, applied: bool = False
    ) -> None:
        if name == _FALSE:
            if self._has_lied:
                return  # said twice, minutes apart, that there is no such channel is to be believed
            self._has_lied, times = True, 1
        fault = _DISCORD[name](path, method=method, times=times)
        fault.applied = applied
        self._desk.discord.faults.append(fault)

    def doubt(self, step: Step) -> None:
        """From now on Google does what nobody knows in a way drawn at random."""
        self._desk.sheets.behaviour = Behaviour.drawn(Random(step.number))  # noqa: S311 - a game, not a secret

    async def end_bot(self, how: str) -> None:
        """End the bot by a signal: `KILL`, `TERM`, or `KILL at a write` (or message) if one comes soon."""
        if self.ended_bot:
            return
        self.ended_bot = True
        self.sight.thaw()
        name, _, self._kill_at = how.partition(" at a ")
        if self._kill_at:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._desk.bot_ended(), _WAIT_FOR_KILL_SECONDS)
            self._kill_at = ""
        if name == "TERM":
            await self._desk.stop_bot()
        else:
            await self._desk.kill_bot()

    def calm(self) -> None:
        """Both services work again."""
        self._desk.sheets.faults.clear()
        self._desk.sheets.land_late_writes()
        self._desk.discord.faults.clear()
        self.sight.calm()

    def _kill_when(self, moment: str, now: bool) -> None:  # noqa: FBT001 - the answer to "is this the moment?"
        if now and moment == self._kill_at and self._desk.bot_pid is not None:
            self._kill_at = ""
            os.kill(self._desk.bot_pid, signal.SIGKILL)

    def _is_message(self, request: web.Request) -> bool:
        return request.method in ("POST", "PATCH", "PUT") and "/messages" in request.path
