"""Ways to break a set-up between this machine and the sheet, and what the bot says when it goes on without Google."""

from __future__ import annotations

import time
from collections.abc import Callable

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault

Break = Callable[[LocalDesk], object]
ON_WITHOUT_GOOGLE = "Tickets are tracked all the same"


def with_a_ticket(breaks: Break) -> Break:
    """Let a ticket wait that the bot wants to write."""

    def open_ticket(desk: LocalDesk) -> None:
        breaks(desk)
        desk.world.open_thread(desk.forum, desk.customer, "Cannot log in")

    return open_ticket


def fault(made: Fault) -> Break:
    def strike(desk: LocalDesk) -> None:
        desk.sheets.faults.append(made)

    return strike


def clock_off_by(seconds: float) -> Break:
    """A machine whose clock is ahead of Google's, here by setting Google's back."""

    def turn(desk: LocalDesk) -> None:
        desk.sheets.clock = lambda: time.time() - seconds

    return turn
