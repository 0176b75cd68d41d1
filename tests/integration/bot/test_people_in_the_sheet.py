"""The bot among people who work in its sheet: every ticket keeps its row, and their cells stay theirs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import zip_longest

from tests.support.steps import once_during_a_write
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.sheets.document import Tab
from tracker.sheet.table.columns import NAMES

TITLE, TEAM, NOTE = NAMES.index("title"), NAMES.index("team"), len(NAMES)


async def open_threads(desk: LocalDesk, count: int) -> list[Thread]:
    """Tickets in the sheet, with a person's note beside each."""
    threads = [desk.world.open_thread(desk.forum, desk.customer, f"Ticket {number}") for number in range(count)]
    await desk.until("all rows", lambda: all(desk.is_ticked(thread) for thread in threads))
    desk.tab.insert_columns(NOTE)
    notes = {str(thread.id): f"note {thread.name}" for thread in threads}
    ids = [str(row["thread_id"]) for row in desk.tab.records()]
    desk.tab.paste(0, NOTE, [["note"], *([notes[each]] for each in ids)])
    return threads


def rows_of(desk: LocalDesk) -> dict[int, dict[str, object]]:
    """The first row of each ticket, whatever the tab is called, whatever is above its header and among its ids."""
    rows = [tab for tab in desk.book.tabs if not tab.looks.get("hidden")][-1].values()
    header = next(row for row in rows if "thread_id" in row)
    found = [dict(zip_longest(map(str, header), row[: len(header)])) for row in rows]
    return {int(str(row["thread_id"])): {**row} for row in reversed(found) if str(row["thread_id"]).isdigit()}


def titles(desk: LocalDesk) -> dict[int, object]:
    """The titles in the sheet."""
    return {thread_id: row.get("title") for thread_id, row in rows_of(desk).items()}


def row_in(tab: Tab, thread: Thread) -> dict[str, object]:
    """The row of a ticket in one tab, by the names in its first row."""
    return next({**row} for row in tab.records() if row["thread_id"] == str(thread.id))


def titles_in(tab: Tab) -> dict[int, object]:
    """The titles in one tab, by thread id."""
    return {int(str(row["thread_id"])): row["title"] for row in tab.records() if row["thread_id"]}


def announced(desk: LocalDesk) -> str:
    """All that was said in the alert channel."""
    return "\n".join(message.content for message in desk.alerts.messages)


async def test_rows_and_columns_are_moved_hidden_inserted_and_deleted_all_day(desk: LocalDesk) -> None:
    world, tab = desk.world, desk.tab
    await desk.start_bot()
    threads = await open_threads(desk, 5)
    notes = [f"note {thread.name}" for thread in threads]

    def sort_only_the_ids() -> None:
        column = tab.values()[2].index("thread_id")
        tab.sort(column, columns=[column])

    deeds: tuple[Callable[[], None], ...] = (
        lambda: tab.sort(TITLE, descending=True),
        lambda: tab.insert_rows(0, 2),
        lambda: tab.insert_columns(1),
        lambda: tab.move_columns(2, 1, 9),
        sort_only_the_ids,
        lambda: tab.rename("Customers"),
        lambda: tab.insert_rows(5),
        lambda: tab.hide_rows(4, 2),
    )
    for number, deed in enumerate(deeds):
        if number % 2:
            deed()
        else:
            once_during_a_write(desk, deed)
        for thread in threads[number % 3 :: 2]:
            world.rename(thread, f"{thread.name}.{number}")
        await desk.until(
            f"the titles after deed {number}",
            lambda: not desk.sheets.before and titles(desk) == {thread.id: thread.name for thread in threads},
        )
    assert sorted(str(row["note"]) for row in rows_of(desk).values()) == notes
    assert {row["link"] for row in rows_of(desk).values()} == {
        f"https://discord.com/channels/{world.guild.id}/{thread.id}" for thread in threads
    }
    assert desk.alerts.messages == []


async def test_what_people_edit_stays_and_what_they_break_is_announced_and_put_right(desk: LocalDesk) -> None:
    world, tab = desk.world, desk.tab
    await desk.start_bot()
    threads = await open_threads(desk, 3)
    rows = {str(row["thread_id"]): number for number, row in enumerate(tab.records(), 1)}
    at = [rows[str(thread.id)] for thread in threads]

    # An edit of a cell that does not change, an id retyped as a number, a copy of a row, a column without its name.
    tab.enter(at[0], TEAM, "our own word")
    tab.paste(at[1], 0, [[float(threads[1].id)]])
    tab.duplicate_row(at[2])
    copy = at[2] + 1
    tab.enter(0, TEAM, "Squad")
    for thread in threads:
        world.rename(thread, f"{thread.name} again")
    await desk.until("all titles", lambda: titles(desk) == {thread.id: thread.name for thread in threads})
    await desk.until("both notices", lambda: f"`{threads[2].id}`" in announced(desk) and "`team`" in announced(desk))
    assert announced(desk).count("same thread_id") == announced(desk).count("no column `team` any more") == 1
    assert titles(desk)[threads[0].id] == "Ticket 0 again"
    assert tab.records()[copy - 1]["title"] == "Ticket 2"

    # The name comes back; a deleted row comes back complete when its ticket changes.
    tab.delete_rows(copy)
    tab.enter(0, TEAM, "team")
    tab.delete_rows(next(n for n, row in enumerate(tab.records(), 1) if row["thread_id"] == str(threads[2].id)))
    world.retag(threads[2], ["Engineering"])
    await desk.until("the row to come back", lambda: threads[2].id in titles(desk))
    await desk.until("the last notice", lambda: "has its column `team` again" in announced(desk))
    await desk.until("its team", lambda: rows_of(desk)[threads[2].id]["team"] == "Engineering")
    by_id = rows_of(desk)
    assert by_id[threads[2].id]["title"] == "Ticket 2 again"
    assert by_id[threads[0].id]["team"] == "our own word"
    assert {row["note"] for row in by_id.values()} == {"note Ticket 0", "note Ticket 1", None}


async def test_without_a_column_of_the_bots_the_others_go_on_and_a_new_one_of_its_name_is_filled(
    desk: LocalDesk,
) -> None:
    world, tab = desk.world, desk.tab
    await desk.start_bot()
    threads = await open_threads(desk, 3)
    world.retag(threads[0], ["Engineering"])
    await desk.until("the team", lambda: rows_of(desk)[threads[0].id]["team"] == "Engineering")
    tab.delete_columns(TEAM)
    for thread in threads:
        world.rename(thread, f"{thread.name} again")
    await desk.until("all titles", lambda: titles(desk) == {thread.id: thread.name for thread in threads})
    await desk.until("the notice", lambda: "no column `team` any more" in announced(desk))

    tab.insert_columns(1)
    tab.enter(0, 1, "team")
    await desk.until("the last notice", lambda: "has its column `team` again" in announced(desk))
    await desk.until("the team", lambda: rows_of(desk)[threads[0].id]["team"] == "Engineering")
    assert len(desk.alerts.messages) == 2
    assert {row["note"] for row in rows_of(desk).values()} == {f"note Ticket {number}" for number in range(3)}


async def test_a_persons_edit_stays_until_that_very_value_changes_in_discord(desk: LocalDesk) -> None:
    world, tab = desk.world, desk.tab
    await desk.start_bot()
    (thread,) = await open_threads(desk, 1)
    tab.enter(1, TEAM, "our own word")
    tab.paste(1, TITLE, [["our own title", "our own type"]])

    world.reply(thread, desk.staff, "On it")
    await desk.until("the answer", lambda: rows_of(desk)[thread.id]["first_responded_by"] == "sam")
    row = rows_of(desk)[thread.id]
    assert (row["title"], row["type"], row["team"]) == ("our own title", "our own type", "our own word")

    world.retag(thread, ["Consulting"])
    await desk.until("its tags", lambda: rows_of(desk)[thread.id]["type"] == "Consulting")
    row = rows_of(desk)[thread.id]
    assert (row["title"], row["team"]) == ("our own title", "Consulting")
    await desk.kill_bot()
    await desk.start_bot()
    world.rename(thread, "A new title")
    await desk.until("its title", lambda: rows_of(desk)[thread.id]["title"] == "A new title")


async def test_deleted_rows_of_open_tickets_come_back_complete_and_those_of_resolved_ones_stay_away(
    desk: LocalDesk,
) -> None:
    world, tab = desk.world, desk.tab
    await desk.start_bot()
    threads = await open_threads(desk, 4)
    changed, waiting, archived, kept = threads
    world.reply(changed, desk.staff, "On it")
    for thread in (archived, kept):
        world.add_tag(thread, "billing")
    world.add_tag(archived, "resolved")
    await desk.until("the message", lambda: rows_of(desk)[archived.id]["warning_message_id"])
    await desk.until("the tag", lambda: "billing" in str(rows_of(desk)[kept.id]["type"]))
    await desk.until("the answer", lambda: rows_of(desk)[changed.id]["first_responded_by"])
    before = {thread.id: row_in(tab, thread) for thread in threads}
    archive = desk.book.add_tab("Archive")
    archive.paste(0, 0, [list(row) for row in tab.values() if str(archived.id) in row])
    for thread in (changed, waiting, archived):
        tab.delete_rows(next(number for number, row in enumerate(tab.values()) if str(thread.id) in row))

    world.rename(changed, "Changed")
    await desk.until("the changed one", lambda: changed.id in titles_in(tab))
    assert row_in(tab, changed) == {**before[changed.id], "title": "Changed", "note": None}
    assert titles_in(tab).keys() == {changed.id, kept.id}

    assert await desk.stop_bot() == 0
    await desk.start_bot()
    await desk.until("the waiting one", lambda: waiting.id in titles_in(tab))
    world.rename(kept, "Kept")
    await desk.until("a later change", lambda: titles_in(tab)[kept.id] == "Kept")
    assert row_in(tab, waiting) == {**before[waiting.id], "note": None}
    assert titles_in(tab).keys() == {changed.id, waiting.id, kept.id}

    # A tag with another name is no change of its tickets.
    world.rename_tag(desk.forum, "billing", "payments")
    await desk.until("the new name", lambda: "payments" in str(row_in(tab, kept)["type"]))
    assert titles_in(tab).keys() == {changed.id, waiting.id, kept.id}
    world.rename(archived, "Archived, and changed")
    await desk.until("the changed one", lambda: archived.id in titles_in(tab))
    assert "payments" in str(row_in(tab, archived)["type"])


async def test_without_its_key_column_the_sheet_is_refused_once_and_taken_again_without_a_restart(
    desk: LocalDesk,
) -> None:
    world, tab = desk.world, desk.tab
    await desk.start_bot()
    threads = await open_threads(desk, 2)
    tab.enter(0, 0, "id")
    for thread in threads:
        world.rename(thread, f"{thread.name} again")
    await desk.until("the notice", lambda: "has no header row with a column thread_id" in announced(desk))
    assert "2 changed tickets wait" in announced(desk) or "1 changed ticket waits" in announced(desk)
    assert [row[TITLE] for row in tab.values()[1:]] == ["Ticket 0", "Ticket 1"]
    tab.enter(0, 0, "thread_id")
    await desk.until("all titles", lambda: set(titles(desk).values()) == {"Ticket 0 again", "Ticket 1 again"})
    await desk.until("the end of it", lambda: "can be written again" in announced(desk))
    assert len(desk.alerts.messages) == 2
