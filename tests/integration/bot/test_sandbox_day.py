"""The verdict on a support day: nothing to say when all is right, and every kind of fault is named."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from io import StringIO

import pytest
from rich.console import Console

from tracker.sandbox import terminal
from tracker.sandbox.changes import SheetWatch
from tracker.sandbox.clock import OFFICE
from tracker.sandbox.day import Day
from tracker.sandbox.desk import LocalDesk, NotYetError
from tracker.sandbox.outcome import differences
from tracker.sandbox.tour import play_step
from tracker.sandbox.weather import Weather

Spoil = Callable[[Day], None]


def row_of_login(day: Day) -> int:
    return next(number for number, row in enumerate(day.desk.tab.values()) if row and row[0] == str(day.login.id))


def column(day: Day, name: str) -> int:
    return column_of(day.desk, name)


def write(name: str, value: str | float) -> Spoil:
    """Another value in a cell of mia's ticket."""
    return lambda day: day.desk.tab.paste(row_of_login(day), column(day, name), [[value]])


FAULTS: dict[str, Spoil] = {
    "title is 'Login', not": write("title", "Login"),
    "reopen_count is '1', not 1.0": write("reopen_count", "1"),
    "resolution_date is 1.0, not of the last": write("resolution_date", 1.0),
    "time_to_resolution is '9d 0h 0m', not of the last": write("time_to_resolution", "9d 0h 0m"),
    "time_to_first_response is '9m 0s', not": write("time_to_first_response", "9m 0s"),
    "our notes is 'lost', not 'call her back'": write("our notes", "lost"),
    "has 0 rows": lambda day: day.desk.tab.delete_rows(row_of_login(day)),
    "has 2 rows": lambda day: day.desk.tab.duplicate_row(row_of_login(day)),
    "the bot wrote": lambda day: day.desk.world.delete_message(day.desk.bot_messages(day.login)[0]),
    "2 alerts instead of 1": lambda day: day.desk.alerts.messages.append(day.desk.alerts.messages[0]),
    "has no ✅": lambda day: day.login.messages[0].reactions.clear(),
}


async def test_the_verdict_on_a_day_names_every_kind_of_fault(desk: LocalDesk) -> None:
    desk.clock.ahead = desk.clock.until_work()
    desk.settings |= OFFICE | {"SLA_TIMEOUT": "3s", "SUPPORT_ROLE_IDS": str(desk.support.id)}
    await desk.start_bot()
    day, watch = Day(desk, Weather(desk)), SheetWatch(desk.tab)
    for step in day.steps:
        await play_step(day, step, watch, patience=15)
    await desk.stop_bot()
    assert differences(day) == []

    for said, spoil in FAULTS.items():
        restore = desk.tab.remember()
        messages, alerts = list(day.login.messages), list(desk.alerts.messages)
        spoil(day)
        assert any(said in line for line in differences(day)), said
        restore()
        day.login.messages[:], desk.alerts.messages[:] = messages, alerts
    assert [line for line in differences(day) if "has no ✅" not in line] == []


async def test_a_tour_whose_sheet_is_not_right_in_the_end_names_the_cell(bare_desk: LocalDesk) -> None:
    desk, printed = bare_desk, StringIO()
    desk.clock.ahead = desk.clock.until_work()
    desk.settings |= OFFICE | {"SLA_TIMEOUT": "5s", "SUPPORT_ROLE_IDS": str(desk.support.id)}
    tour = asyncio.create_task(terminal.play(Console(file=printed), desk))
    await desk.until("the fourth step", lambda: "4/20" in printed.getvalue() or tour.done(), seconds=300)
    titles = [row[1] for row in desk.tab.shown()]
    desk.tab.paste(titles.index("Where is our invoice?"), column_of(desk, "raised_by"), [["somebody else"]])
    with pytest.raises(NotYetError) as wrong:
        await tour
    assert "\"Where is our invoice?\": raised_by is 'somebody else', not 'raj'" in str(wrong.value)


def column_of(desk: LocalDesk, name: str) -> int:
    return desk.tab.shown()[0].index(name)
