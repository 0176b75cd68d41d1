"""Plays a day step by step and says what came of each: in the terminal and on the page alike."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tracker.sandbox.changes import Change, SheetWatch
from tracker.sandbox.day import Day, Step
from tracker.sheet.table.columns import FIGURES


@dataclass(frozen=True, kw_only=True)
class Played:
    """What came of a step: the cells that the bot changed, and the seconds until everything was there.

    Columns of figures are left out: they follow from the others, and there is no room for all.
    """

    step: Step
    changes: list[Change]
    seconds: float


async def play_step(day: Day, step: Step, watch: SheetWatch, *, patience: float) -> Played:
    """Let people act and wait for what must follow; `patience` is in seconds, from the moment the step can be done.

    Raises:
        NotYetError: it did not follow in time.
    """
    watch.look()
    before = len(watch.changes)
    started = time.monotonic()
    with watch.people():
        under_way = step.act()
    if under_way is not None:
        await under_way
    due = step.due()
    wait = 0.0 if due is None else max(0.0, (due - day.desk.world.now()).total_seconds())
    awaited = f"{step.people} In Discord: {step.discord} In the sheet: {step.sheet}"
    await day.desk.until(awaited, step.done, wait + patience)
    watch.look()
    changes = [each for each in watch.changes[before:] if each.column not in FIGURES]
    return Played(step=step, changes=changes, seconds=time.monotonic() - started)
