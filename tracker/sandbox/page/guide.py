"""The tour on the page: plays the support day step by step, and leaves time to read."""

from __future__ import annotations

import asyncio
from typing import Any

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.day import Day, Step
from tracker.sandbox.desk import LocalDesk, NotYetError
from tracker.sandbox.outcome import differences
from tracker.sandbox.tour import Played, play_step

_PATIENCE_SECONDS = 600.0
"""A person may make any weather during the tour: a step waits until it has passed."""


class Guide:
    """One tour at a time. `picture` says where it is, None while there is none; `reading` is in seconds a step."""

    def __init__(self, desk: LocalDesk, watch: SheetWatch, *, reading: float = 6.0) -> None:
        self._desk, self._watch, self._seconds = desk, watch, reading
        self._task: asyncio.Task[None] | None = None
        self._go_on = asyncio.Event()
        self._reading: asyncio.TimerHandle | None = None
        self._paused = False
        self.picture: dict[str, Any] | None = None

    def start(self) -> None:
        """Begin a new tour, from its first step."""
        self.end()
        self._paused = False
        self._task = asyncio.create_task(self._play(Day(self._desk)))

    def pause(self, *, paused: bool) -> None:
        """Stay at a step until `next_step`; or, no longer paused, go on by itself again."""
        self._paused = paused
        if self.picture is not None:
            self.picture = {**self.picture, "paused": paused}
        if not paused:
            self._go_on.set()
        elif self._reading is not None:
            self._reading.cancel()

    def next_step(self) -> None:
        """Go on to the next step at once, where this one is done."""
        self._go_on.set()

    def end(self) -> None:
        """Leave the tour where it is; what was done stays."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.picture = None

    async def _play(self, day: Day) -> None:
        try:
            for number, step in enumerate(day.steps, start=1):
                self._show(day, number, step)
                self._show(day, number, step, await play_step(day, step, self._watch, patience=_PATIENCE_SECONDS))
                await self._read()
            self._end_with(differences(day))
        except NotYetError as error:
            self._end_with([str(error).splitlines()[0]])
        except (LookupError, ValueError) as error:
            self._end_with([f"Somebody took away what the tour needs ({error})."])

    async def _read(self) -> None:
        """Leave time to read; paused, all the time there is."""
        self._go_on.clear()
        if not self._paused:
            self._reading = asyncio.get_running_loop().call_later(self._seconds, self._go_on.set)
        await self._go_on.wait()
        if self._reading is not None:
            self._reading.cancel()

    def _show(self, day: Day, number: int, step: Step, played: Played | None = None) -> None:
        due = None if played is not None else step.due()
        self.picture = {
            "number": number,
            "count": len(day.steps),
            "people": step.people,
            "discord": step.discord,
            "sheet": step.sheet,
            "paused": self._paused,
            "due": due and due.isoformat(),
            "thread": None if played is None else str(step.thread().id),
            "changes": None
            if played is None
            else [{"column": each.column, "before": each.before, "after": each.after} for each in played.changes],
        }

    def _end_with(self, wrong: list[str]) -> None:
        self.picture = {"wrong": wrong}
