"""Random histories through the shipped bot end as the reference model says, and the comparison sees what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scripts.tools.chaos.play import play
from scripts.tools.chaos.steps import Step, draw, kinds_without
from tests.support.quick_desk import QuickDesk
from tracker.sandbox.desk import LocalDesk

A_TICKET_AND_A_NOTE = [
    Step(kind="dashboard: rename", detail="Montag"),
    Step(kind="open", detail="Login fails"),
    Step(kind="dashboard: insert row", number=5),
    Step(kind="dashboard: protect"),
    Step(kind="dashboard: sort", number=2),
    Step(kind="reply", ticket=1, detail="kim"),
    Step(kind="tag", ticket=1, detail="resolved"),
    Step(kind="rest"),
    Step(kind="note", ticket=1, detail="VIP"),
]


@pytest.mark.parametrize(
    ("seed", "steps", "without"),
    [
        (29, 40, ["away", "races", "sheet", "faults", "sleep"]),
        (18, 40, ["away", "races", "kills", "sheet", "sleep"]),
        (20, 40, ["away", "races", "kills", "faults", "sleep"]),
        (4016, 100, []),
    ],
)
async def test_a_random_history_ends_as_the_model_says(seed: int, steps: int, without: list[str]) -> None:
    outcome = await play(draw(seed, steps, kinds_without(without)), kind=QuickDesk)
    assert not outcome.differences, outcome.log


def wrong_cell(desk: LocalDesk) -> None:
    desk.tab.enter(1, 1, "Something else")


def missing_row(desk: LocalDesk) -> None:
    desk.tab.delete_rows(1)


def doubled_row(desk: LocalDesk) -> None:
    desk.tab.duplicate_row(1)


def lost_note(desk: LocalDesk) -> None:
    for row in range(1, 5):
        desk.tab.enter(row, 14, "")


def stray_cell(desk: LocalDesk) -> None:
    desk.tab.enter(10, 3, "stray")


def number_for_text(desk: LocalDesk) -> None:
    row = next(number for number, row in enumerate(desk.tab.values()) if "Login fails" in row)
    desk.tab.paste(row, 12, [["0"]])


def second_message(desk: LocalDesk) -> None:
    thread = next(thread for thread in desk.world.threads.values() if thread.name == "Login fails")
    desk.world.reply(thread, desk.world.bot_user, desk.bot_messages(thread)[0].content)


def second_alert(desk: LocalDesk) -> None:
    desk.world.reply(desk.alerts, desk.world.bot_user, "⚠️ **SLA ALERT: Ticket Awaiting Response**")


def wrong_count(desk: LocalDesk) -> None:
    """A formula counts something else."""
    desk.book.tab("Montag 0").enter(63, 1, "=COUNTIFS('Support Tickets'!$A:$A;$A$64)")


def wrong_figure(desk: LocalDesk) -> None:
    """How many tickets were opened in the last seven days."""
    desk.book.tab("Montag 0").enter(68, 1, "7")


async def test_whatever_is_wrong_in_the_end_is_seen() -> None:
    wrongs = (
        wrong_cell,
        doubled_row,
        lost_note,
        stray_cell,
        number_for_text,
        second_message,
        second_alert,
        wrong_count,
        wrong_figure,
        missing_row,
    )
    unseen: list[Callable[[LocalDesk], None]] = []

    def unseen_now(desk: LocalDesk, differences: Callable[[], list[str]]) -> None:
        for wrong in wrongs:
            before = differences()
            wrong(desk)
            if differences() == before:
                unseen.append(wrong)

    outcome = await play(A_TICKET_AND_A_NOTE, meddle=unseen_now, kind=QuickDesk)
    assert outcome.differences
    assert unseen == []
