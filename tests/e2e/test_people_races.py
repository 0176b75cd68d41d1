"""People act in the tab exactly between the shipped bot's read and its write: nothing of theirs is left changed.

Each deed is done just before a ticket's new title is written, so that the title goes where it does not belong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from tests.support.steps import once_during_a_write
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.sheets import faults
from tracker.sandbox.sheets.cells import Entered, Formula
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import NAMES

WRITES = r":batchUpdate$"
ANSWERS = ("given", "lost", "killed")


def column(tab: Tab, name: str) -> int:
    return next(row for row in tab.values() if "thread_id" in row).index(name)


def row_with(tab: Tab, text: str) -> int:
    return next(number for number, row in enumerate(tab.values()) if text in row)


def copy_a_row(tab: Tab) -> None:
    """Somebody copies a row, to try something, and makes it their own."""
    row = row_with(tab, "note 1")
    tab.duplicate_row(row)
    for name in ("thread_id", "link"):
        tab.paste(row + 1, column(tab, name), [[f"{name} of the copy"]])


DEEDS: tuple[tuple[Callable[[Tab], None], ...], ...] = (
    (
        lambda tab: tab.sort(column(tab, "title"), descending=True),
        lambda tab: tab.insert_rows(row_with(tab, "note 1"), 3),
        lambda tab: tab.insert_columns(column(tab, "title")),
    ),
    (
        lambda tab: tab.delete_rows(row_with(tab, "a remark")),
        lambda tab: tab.move_columns(column(tab, "note"), 1, column(tab, "title")),
        lambda tab: tab.rename("Customers"),
    ),
    (
        lambda tab: tab.insert_rows(0, 2),
        lambda tab: tab.sort(column(tab, "note"), descending=True),
        lambda tab: tab.delete_columns(column(tab, "spare")),
    ),
    (
        copy_a_row,
        lambda tab: tab.hide_rows(row_with(tab, "note 1"), 2),
        lambda tab: tab.enter(row_with(tab, "thread_id"), column(tab, "title"), "Subject"),
    ),
)
"""What people do, in four tabs one after another."""


def peoples(tab: Tab, changed: Thread) -> list[list[str]]:
    """Every row as it was entered, whatever the order of rows and columns, but for the title of the changed ticket."""
    rows = [[cell.value for cell in row] for row in tab.stored]
    header = next(row for row in rows if "thread_id" in row)
    title = header.index("title") if "title" in header else -1
    theirs: list[list[Entered]] = [
        [value for at, value in enumerate(row) if value is not None and not (at == title and str(changed.id) in row)]
        for row in rows
    ]
    return sorted(sorted(map(str, row)) for row in theirs if row)


async def furnished(desk: LocalDesk) -> list[Thread]:
    """Tickets among people's words: over the bot's cells, beside them, and in a row of nobody's."""
    threads = [desk.world.open_thread(desk.forum, desk.customer, f"Ticket {number}") for number in range(3)]
    await desk.until("all rows", lambda: all(desk.is_ticked(thread) for thread in threads))
    tab, beside = desk.tab, len(NAMES)
    tab.insert_rows(3)
    tab.insert_columns(beside, 2)
    tab.paste(0, beside, [["note", "spare"]])
    for row, number in ((1, 0), (2, 1), (4, 2)):
        tab.paste(row, column(tab, "team"), [[f"team, as {number} says"]])
        tab.paste(row, beside, [[f"note {number}"]])
    tab.paste(3, column(tab, "title"), [["a remark", Formula("=B4"), None, 4.5]])
    return threads


async def go_through(desk: LocalDesk, deeds: Sequence[Callable[[Tab], None]], answers: Sequence[str]) -> None:
    """Do the deeds during one write each; its answer is `given`, `lost`, or the bot is `killed` before it comes."""
    tab = desk.tab
    await desk.start_bot()
    threads = await furnished(desk)
    for number, (deed, answer) in enumerate(zip(deeds, answers, strict=True)):
        changed = threads[number]
        left: list[list[str]] = []

        def act(deed: Callable[[Tab], None] = deed, changed: Thread = changed, answer: str = answer) -> None:
            deed(tab)
            left.extend(peoples(tab, changed))  # noqa: B023 - called before the next turn
            if answer == "killed":
                desk.strike_bot()

        once_during_a_write(desk, act)
        if answer == "lost":
            desk.sheets.faults.append(faults.stall(path=WRITES, applied=True))
        desk.world.rename(changed, f"{changed.name}, renamed")
        if answer == "killed":
            await desk.bot_ended()
            await desk.start_bot()
        await desk.until("the write", lambda: not desk.sheets.before)
        # Until then what the write covered is still to be put back, and the next deed would be a race with that.
        await desk.until("the write to be proved", lambda: desk.unfinished() == 0)
        await desk.until(f"deed {number} to cost nobody a word", lambda: peoples(tab, changed) == left)  # noqa: B023
        if any("Subject" in row for row in tab.values()):
            tab.enter(row_with(tab, "Subject"), column(tab, "Subject"), "title")
        titles = [thread.name for thread in threads]
        await desk.until("all titles", lambda: all(any(t in row for row in tab.values()) for t in titles))  # noqa: B023
        assert sum(str(row[column(tab, "thread_id")]).isdigit() for row in tab.values() if len(row) > 4) == len(threads)


async def test_what_people_do_between_read_and_write_costs_nobody_a_word(
    open_desk: Callable[[str], Awaitable[LocalDesk]],
) -> None:
    # Each deed with one answer, and each answer in every tab: `repository/test_random_people.py` has all with all.
    async with asyncio.TaskGroup() as side_by_side:
        for number, deeds in enumerate(DEEDS):
            answers = [ANSWERS[(number + turn) % len(ANSWERS)] for turn in range(len(deeds))]
            side_by_side.create_task(go_through(await open_desk(str(number)), deeds, answers))
