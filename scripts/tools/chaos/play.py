"""Plays a history against the shipped bot, lets things calm down, and compares."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from scripts.tools.chaos.agreement import Agreement, drawn
from scripts.tools.chaos.compare import Comparison
from scripts.tools.chaos.dashboard import DashboardPeople
from scripts.tools.chaos.forum import ForumPeople
from scripts.tools.chaos.model import Model
from scripts.tools.chaos.steps import AWAY, BLIND, DASHBOARD, OWN_TICKET, SLEEP, Step
from scripts.tools.chaos.table import NOTES, NoHeaderError, TablePeople
from scripts.tools.chaos.trouble import Trouble
from tracker.sandbox.desk import SHEET_NAME, LocalDesk, NotYetError
from tracker.sheet.table.columns import FIGURES

_COLUMNS = (
    *("thread_id", "title", "type", "raised_by", "date_created", "first_responded_by", "time_to_first_response"),
    *("time_to_resolution", "resolution_date", "link", "team", "outside_business_hours", "reopen_count"),
    *("warning_message_id", NOTES),
)
_DEADLINES_AWAITED = timedelta(seconds=10)
_LOOK_SECONDS = 0.05
_STILL_SECONDS = 0.3
_COMPARING_SECONDS = 0.3
_LOOKING_BACK_SECONDS = 2.0
_ECHO_SECONDS = 20.0


PATIENCE = 15.0
"""Seconds that may pass without getting closer to the model."""

_PAUSES = 6
"""So often the clock is put forward over pauses of the bot before what is left to do counts as not done."""

_SHUT = timedelta(minutes=5)
"""The longest time in which errands wait because another one of their kind was refused."""

_HEARTBEAT_SECONDS = 5.0
"""Often enough for the bot to find out soon that its connection has outlived a sleep."""

_WAKING_SECONDS = 30.0
"""Within this time it has found that out, and compared."""

_OF_BLINDNESS = ("🛠️ **The bot has not seen the forum for more than", "✅ **The bot sees the forum again.**")
"""How the announcements begin for which a history is too short, unless its clock is put forward."""

Meddler = Callable[[LocalDesk, Callable[[], list[str]]], None]
"""Gets the desk, and the comparison to look at it with."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a history: the differences in the end (none: it went well), the bot's log, the time it took.

    `kept` is how many rows the bot kept for people to look at, as races had overwritten them and they changed since.
    """

    differences: list[str]
    log: str
    seconds: float
    kept: int = 0


async def play(
    steps: Sequence[Step],
    *,
    patience: float = PATIENCE,
    meddle: Meddler | None = None,
    kind: type[LocalDesk] = LocalDesk,
) -> Outcome:
    """Play the steps on a fresh desk of this kind.

    `patience` is how many seconds may pass without getting closer to the model. `meddle` is called at the end, before
    the last comparison: to see that nothing wrong goes unseen.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        async with kind(folder=Path(folder), by_desk_clock=True) as desk:
            player = _Player(desk, patience, _agreement_of(steps))
            try:
                differences = await player.play(steps)
                if meddle is not None and not differences:
                    meddle(desk, player.differences)
                    differences = player.differences()
            except (NotYetError, LookupError) as error:
                differences = [str(error)]
            seconds = time.monotonic() - started
            return Outcome(differences=differences, log=desk.log, seconds=seconds, kept=player.count_kept())


def _agreement_of(steps: Sequence[Step]) -> Agreement:
    return next((drawn(step.number) for step in steps if step.kind == "agreement"), Agreement())


class _Player:
    """One desk while a history is played on it."""

    def __init__(self, desk: LocalDesk, patience: float, agreement: Agreement) -> None:
        self._desk, self._patience = desk, patience
        self._is_over = False
        self._awake_at = 0.0
        self._unheard: set[int] = set()
        self._connected_at: float | None = None
        desk.discord.gateway.heartbeat_interval = _HEARTBEAT_SECONDS
        desk.settings |= agreement.settings
        if agreement.begins is not None:
            desk.clock.ahead = desk.clock.until(agreement.begins)
        desk.settings["RESOLVED_TAGS"] = "resolved,closed"
        desk.sheets.quota.enabled = False  # a history is a day's work in seconds; a 429 is one of the faults
        desk.world.grant("VIEW_AUDIT_LOG", "MANAGE_THREADS")
        desk.world.new_tag(desk.forum, "closed")
        tab = desk.book.add_tab(SHEET_NAME)
        columns = (*_COLUMNS, *FIGURES) if agreement.figures else _COLUMNS
        tab.insert_columns(tab.column_count, max(0, len(columns) - tab.column_count))
        tab.paste(0, 0, [columns])
        self._model = Model(own_columns=[NOTES], agreement=agreement)
        self._forum = ForumPeople(desk, self._model)
        self._table = TablePeople(desk, self._model)
        self._dashboard = DashboardPeople(desk, self._model, self._table)
        self._trouble = Trouble(desk)
        self._comparison = Comparison(desk=desk, model=self._model, forum=self._forum, table=self._table)

    async def play(self, steps: Sequence[Step]) -> list[str]:
        """Play, come to rest, stop; the differences."""
        self._model.has_figures = any(step.kind in DASHBOARD for step in steps)
        if self._model.has_figures:
            await self._dashboard.set_up(frozenset(_COLUMNS))
        await self._desk.start_bot()
        self._forum.act(Step(kind="open", detail="the desk's own"))
        self._begin_with_own_ticket()
        self._model.may_miss = any(step.kind in AWAY or step.kind in BLIND or step.kind == SLEEP for step in steps)
        for step in steps:
            if step.kind != "agreement":  # by which the desk was made
                await self._do(step)
        await self._deadlines()
        differences = await self._rest()
        if self._model.has_figures and not differences:
            differences = await self._figures_written_anew()
        rested_at = self._desk.world.now()
        differences = differences or await self._stop()
        if not differences and list(self._comparison.unfinished()):
            # Started a moment ago, it was still comparing: what it found to do is for its next run.
            differences = await self._rest()
            rested_at = self._desk.world.now()
            differences = differences or await self._stop()
        differences += [f"a server was asked for what it does not know: {each}" for each in self._problems()]
        # Of an answer that cannot be read nobody knows but from where it came.
        if "Traceback" in self._desk.log and not any(step.kind == "unreadable answer" for step in steps):
            differences.append("the bot's log has a traceback")
        return differences or self._comparison.differences(rested_at)

    async def _stop(self) -> list[str]:
        self._trouble.ended_bot = True
        code = await self._desk.stop_bot()
        return [f"the bot ended with exit code {code}"] if code else []

    def differences(self) -> list[str]:
        """What is not as it should be at this moment."""
        try:
            figures = self._dashboard.differences() if self._is_over else self._dashboard.live_differences()
            return [*self._comparison.differences(self._desk.world.now()), *figures]
        except NoHeaderError as error:  # a race has overwritten it: in a moment it is put back
            return [str(error)]

    def count_kept(self) -> int:
        """How many rows could not be put back, and are kept for people to look at."""
        return len(self._comparison.kept)

    async def _do(self, step: Step) -> None:
        if self._forum.act(step):
            self._note_unseen({step.ticket, len(self._model.tickets) - 1})  # also one that was opened just now
            return
        if self._table.act(step) or self._dashboard.act(step):
            return
        if self._trouble.sight.act(step):
            # An alert is posted, too, where it cannot be read what became of its ticket.
            is_unread = step.kind == "unreadable answer"
            self._note_unseen(range(len(self._model.tickets)) if is_unread else self._unheard)
            return
        match step.kind:
            case "pause":
                await asyncio.sleep(step.number / 1000)
            case "rest":
                differences = await self._rest()
                if differences:
                    raise NotYetError("at rest: " + "; ".join(differences))
            case "sheet fault" | "discord fault":
                self._trouble.fault(step)
            case "reading fault":
                self._trouble.reading_fault(step)
            case "doubt":
                self._trouble.doubt(step)
                self._model.notices.add("🛠️ **Rows of the sheet do not take what the bot writes.**")
            case _:
                await self._happens_to_bot(step)

    def _note_unseen(self, tickets: Iterable[int]) -> None:
        """What happened to these tickets, or happens next, may be found out too late."""
        is_connected = self._desk.discord.gateway.connected.is_set()
        if not is_connected:
            self._connected_at = None
        elif self._connected_at is None:
            self._connected_at = time.monotonic()
        elif time.monotonic() - self._connected_at > _LOOKING_BACK_SECONDS:
            self._unheard.clear()
        if self._trouble.sight.is_lost:
            self._model.unseen.update(tickets)
        elif not is_connected:
            # A moment after the connection is back the bot learns of it, unless it does not see the forum by then.
            self._unheard.update(tickets)

    def _begin_with_own_ticket(self) -> None:
        """Answer in the desk's own thread, in which no fault happens from now on."""
        self._forum.act(Step(kind="reply", ticket=OWN_TICKET, detail="sam"))
        self._trouble.spared_thread = self._forum.threads[OWN_TICKET].id

    async def _happens_to_bot(self, step: Step) -> None:
        match step.kind:
            case "restart":
                await self._start()
                await self._all_heard()
                await self._trouble.end_bot(step.detail)
                await self._start()
                await asyncio.sleep(_COMPARING_SECONDS)
            case "later":
                await self._start()
                await self._all_heard()
                await self._trouble.end_bot("TERM")
                self._desk.clock.ahead += timedelta(hours=step.number)
                await self._start()
                await asyncio.sleep(_COMPARING_SECONDS)
            case "crash":
                await self._trouble.end_bot(step.detail)
                await self._start()
            case "sleep":
                self._sleep(timedelta(seconds=step.number))
            case "new forum":
                self._trouble.sight.calm()
                self._forum.begin_anew()
                self._begin_with_own_ticket()
                self._unheard.add(OWN_TICKET)
                self._desk.settings["SUPPORT_CHANNEL_ID"] = str(self._desk.forum.id)
                await self._trouble.end_bot("TERM")
                await self._start()
            case "down":
                await self._trouble.end_bot(step.detail)
            case "up":
                await self._start()
            case "dashboard: set up":
                self._trouble.calm()
                await self._dashboard.set_up(frozenset(_COLUMNS))
            case "lost session":
                self._desk.discord.gateway.invalidate()
            case _:
                raise ValueError(f"nobody knows what to do at a step {step.kind!r}")

    async def _start(self) -> None:
        """Start the bot unless it is running.

        Raises:
            NotYetError: nobody ended it, and yet it is not running.
        """
        if self._desk.bot_runs:
            return
        if not self._trouble.ended_bot:
            raise NotYetError("the bot ended by itself")
        self._trouble.ended_bot = False
        self._connected_at = None
        self._model.restarted()
        self._trouble.calm()  # a start finds its services well: those that do not are tested one by one
        self._table.tab.rename(SHEET_NAME)
        await self._desk.start_bot()

    async def _all_heard(self) -> None:
        """Wait until the bot has taken in everything so far: it is done with a tag of the desk's own ticket."""
        self._trouble.sight.calm()
        self._forum.act(Step(kind="tag", ticket=OWN_TICKET, detail="closed"))
        pauses = 0
        while True:
            seconds = max(_ECHO_SECONDS, self._patience) + max(0.0, self._awake_at - time.monotonic())
            try:
                await self._desk.until("the echo", lambda: self._comparison.has_right_messages(OWN_TICKET), seconds)
            except NotYetError:
                if pauses == _PAUSES or not self._let_pause_pass():
                    raise
                pauses += 1
            else:
                return

    async def _deadlines(self) -> None:
        """Wait until all deadlines have passed that do so in the next moments, and what they lead to."""
        now = self._desk.world.now()
        moments = [moment for ticket in self._model.tickets for moment in self._comparison.calls_of(ticket, now)]
        last = max((moment for moment in moments if moment <= now + _DEADLINES_AWAITED), default=now)
        await asyncio.sleep(max(0.0, (last - now).total_seconds()))

    async def _rest(self) -> list[str]:
        """End all trouble and wait until the sheet and the messages are as they should be; else, the differences."""
        self._trouble.calm()
        await self._start()
        best, closer, pauses = None, time.monotonic(), 0
        while True:
            if self._table.calm():
                title = f"{self._forum.threads[OWN_TICKET].name}."
                self._forum.act(Step(kind="rename", ticket=OWN_TICKET, detail=title))  # a write, which fills the column
            differences = self.differences()
            if not differences:
                await asyncio.sleep(_STILL_SECONDS)
                differences = self.differences()
                if not differences:
                    self._comparison.settle()
                    return []
            if best is None or len(differences) < best:
                best, closer = len(differences), time.monotonic()
            if time.monotonic() - max(closer, self._awake_at) > self._patience:
                if pauses == _PAUSES or not self._let_pause_pass():
                    return differences
                best, closer, pauses = None, time.monotonic(), pauses + 1
            await asyncio.sleep(_LOOK_SECONDS)

    def _let_pause_pass(self) -> bool:
        """Put the clock forward to the bot's next attempt at what failed in times of trouble; False: there is none."""
        now, errands = self._desk.world.now(), self._desk.errands()
        pauses = [errand.not_before - now for errand in errands if errand.not_before > now]
        if errands:
            self._sleep(min(pauses, default=timedelta()) + _SHUT)
        return bool(errands)

    def _sleep(self, time_: timedelta) -> None:
        """Put the clock forward while the bot runs: for it, the machine was asleep."""
        self._model.notices |= set(_OF_BLINDNESS)
        self._awake_at = time.monotonic() + _WAKING_SECONDS
        self._desk.jump(time_)

    async def _figures_written_anew(self) -> list[str]:
        """Let the bot begin anew, and wait until rows and figures are as they should be; else, the differences."""
        self._dashboard.calm()
        await self._trouble.end_bot("TERM")
        await self._start()
        with suppress(NotYetError, NoHeaderError):
            await self._desk.until("the figures", lambda: not self._dashboard.differences(), self._patience)
        self._is_over = True
        return await self._rest()

    def _problems(self) -> list[str]:
        return [*self._desk.discord.problems, *self._desk.sheets.problems]
