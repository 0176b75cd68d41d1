"""The tour on the page: plays the support day step by step, and leaves time to read."""

from __future__ import annotations

import asyncio
from typing import Any

from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.day import ALERTS, THREAD, Day, Step
from tracker.sandbox.desk import LocalDesk, NotYetError
from tracker.sandbox.outcome import differences
from tracker.sandbox.tour import Played, play_step
from tracker.sandbox.weather import Weather

_PATIENCE_SECONDS = 600.0
"""A person may make any weather during the tour: a step waits until it has passed."""


class Guide:
    """One tour at a time. `picture` says where it is, None while there is none; `reading` is in seconds a step."""

    def __init__(self, desk: LocalDesk, watch: SheetWatch, weather: Weather, *, reading: float = 6.0) -> None:
        self._desk, self._watch, self._weather, self._seconds = desk, watch, weather, reading
        self._day: Day | None = None
        self._task: asyncio.Task[None] | None = None
        self._go_on = asyncio.Event()
        self._reading: asyncio.TimerHandle | None = None
        self._paused = False
        self.picture: dict[str, Any] | None = None

    def start(self) -> None:
        """Begin a new tour, from its first step."""
        self.end()
        self._paused = False
        self._day = Day(self._desk, self._weather)
        self._task = asyncio.create_task(self._play(self._day))

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
        """Leave the tour where it is: tickets and rows stay, weather and columns are as they were before it."""
        self.stop()
        if self._day is not None:
            self._end_with({"ended": True})

    def close(self) -> None:
        """Show nothing of a tour that is over any more."""
        self.end()
        self.picture = None

    def stop(self) -> None:
        """Play no further step."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _play(self, day: Day) -> None:
        try:
            for number, step in enumerate(day.steps, start=1):
                self._show(day, number, step)
                self._show(day, number, step, await play_step(day, step, self._watch, patience=_PATIENCE_SECONDS))
                await self._read()
            self._end_with({"wrong": differences(day)})
        except NotYetError as error:
            self._end_with({"wrong": [str(error).splitlines()[0]]})
        except (LookupError, ValueError) as error:
            self._end_with({"wrong": [f"Somebody took away what the tour needs ({error})."]})

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
            "shows": [] if played is None else self._places(step, played),
        }

    def _places(self, step: Step, played: Played) -> list[str]:
        """What the step changed, by the names that the page has for it: in Discord first, then the rest."""
        places = [f"cell {each.thread_id} {each.column}" for each in played.changes]
        for name in step.shows:
            if name == THREAD:
                places.insert(0, f"message {step.thread().messages[-1].id}")
            elif name == ALERTS:
                alerts = self._desk.alerts.messages
                of_ticket = [alert for alert in alerts if str(step.thread().id) in alert.content]
                places.insert(0, f"message {(of_ticket or alerts)[-1].id}")
            else:
                places.append(name)
        return places

    def _end_with(self, picture: dict[str, Any]) -> None:
        if self._day is not None:
            with self._watch.people():
                self._day.put_right()
        self._day = None
        self.picture = picture
