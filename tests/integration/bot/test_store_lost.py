"""The store is lost, or the bot moved to another machine: sheet and forum make it good."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from tests.support.steps import all_heard, is_stored, opened, shown_rows, store_of
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.sheets import faults


async def a_history(desk: LocalDesk) -> tuple[Thread, Thread, Thread, Thread]:
    """Tickets in every state, brought to the sheet by a bot whose store is lost then."""
    world = desk.world
    await desk.start_bot()
    waiting, answered, resolved, reopened = await opened(desk, "Waiting", "Answered", "Resolved", "Reopened")
    for thread in (answered, resolved, reopened):
        world.reply(thread, desk.staff, "Yes")
    for thread in (resolved, reopened):
        world.add_tag(thread, "resolved")
    await desk.until("the messages", lambda: desk.bot_messages(resolved) and desk.bot_messages(reopened))
    world.remove_tag(reopened, "resolved")
    await desk.until("the edit", lambda: desk.bot_messages(reopened)[0].edited_at)
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    shutil.rmtree(store_of(desk).parent)
    desk.sheets.requests.clear()
    return waiting, answered, resolved, reopened


def written_above(desk: LocalDesk, end: int) -> list[dict[str, Any]]:
    """Every request that arrived at Google and writes into a row above this one (not into the bot's undo tab)."""
    return [
        request["updateCells"]
        for call in desk.sheets.requests
        if call.path.endswith(":batchUpdate")
        for request in call.body["requests"]
        if "start" in request.get("updateCells", {}) and request["updateCells"]["start"]["rowIndex"] < end
    ]


async def test_its_rows_are_taken_up_and_no_cell_that_was_right_is_written(desk: LocalDesk) -> None:
    waiting, answered, resolved, reopened = await a_history(desk)
    before = desk.tab.values()
    rows = shown_rows(desk)
    await desk.start_bot()
    await all_heard(desk)
    assert written_above(desk, len(before)) == []
    assert desk.tab.values()[: len(before)] == before
    assert len(desk.tab.values()) == len(before) + 1

    # What was taken up goes on from where it was.
    world = desk.world
    world.reply(waiting, desk.staff, "Yes")
    world.add_tag(reopened, "resolved")
    world.remove_tag(resolved, "resolved")
    world.rename(answered, "Renamed")
    await desk.until("the second message", lambda: len(desk.bot_messages(reopened)) == 2)
    await desk.until("the edit", lambda: desk.bot_messages(resolved)[0].edited_at)
    await all_heard(desk)
    now = shown_rows(desk)
    assert now[waiting.id]["first_responded_by"] == "sam"
    assert now[answered.id] == rows[answered.id] | {"title": "Renamed"}
    assert now[resolved.id] == rows[resolved.id] | {"type": "billing", "reopen_count": "1"}
    assert now[reopened.id]["reopen_count"] == "1"
    assert now[reopened.id]["warning_message_id"] == str(desk.bot_messages(reopened)[1].id)
    assert len(desk.bot_messages(resolved)) == 1


@pytest.mark.parametrize("out", [False, True], ids=["at once", "once Google can be reached"])
async def test_what_was_archived_between_the_loss_and_the_start_is_found_too(desk: LocalDesk, *, out: bool) -> None:
    waiting, answered, resolved, reopened = await a_history(desk)
    world = desk.world
    world.grant("MANAGE_THREADS")
    rows = shown_rows(desk)
    world.add_tag(waiting, "resolved")
    world.remove_tag(resolved, "resolved")
    come_and_gone = world.open_thread(desk.forum, desk.customer, "Come and gone")
    for thread in (waiting, resolved, come_and_gone):
        world.archive(thread)
    if out:
        desk.sheets.faults.append(faults.service_unavailable(times=None))
    await desk.start_bot()
    if out:
        await desk.until("the comparison", lambda: is_stored(desk, answered) and is_stored(desk, reopened))
        desk.sheets.faults.clear()
    await desk.until("the message", lambda: desk.bot_messages(waiting))
    await desk.until("the edit", lambda: desk.bot_messages(resolved)[0].edited_at)
    await all_heard(desk)

    now = shown_rows(desk)
    assert now[waiting.id]["warning_message_id"] == str(desk.bot_messages(waiting)[0].id)
    assert now[resolved.id] == rows[resolved.id] | {"type": "billing", "reopen_count": "1"}
    assert now[come_and_gone.id]["title"] == "Come and gone"
    assert [now[thread.id] for thread in (answered, reopened)] == [rows[thread.id] for thread in (answered, reopened)]


async def test_what_happened_between_the_loss_and_the_start_is_found_and_nothing_else_is_written(
    desk: LocalDesk,
) -> None:
    waiting, answered, resolved, reopened = await a_history(desk)
    world = desk.world
    before, rows = desk.tab.values(), shown_rows(desk)
    world.reply(waiting, desk.staff, "At last")
    world.rename(answered, "Renamed")
    world.remove_tag(resolved, "resolved")
    world.add_tag(reopened, "resolved")
    newcomer = world.open_thread(desk.forum, desk.customer, "New")
    await desk.start_bot()
    await desk.until("the second message", lambda: len(desk.bot_messages(reopened)) == 2)
    await desk.until("the edit", lambda: desk.bot_messages(resolved)[0].edited_at)
    await desk.until("the answer", lambda: desk.rows()[waiting.id]["first_responded_by"])
    latest = str(desk.bot_messages(reopened)[-1].id)
    await desk.until("the second message's id", lambda: desk.rows()[reopened.id]["warning_message_id"] == latest)
    await all_heard(desk)
    now = shown_rows(desk)
    changed = {
        thread.name: {name for name, value in now[thread.id].items() if value != rows[thread.id][name]}
        for thread in (waiting, answered, resolved, reopened)
    }
    resolution = {"type", "resolution_date", "time_to_resolution", "warning_message_id"}
    assert changed["Waiting"] == {"first_responded_by", "time_to_first_response"}
    assert changed["Renamed"] == {"title"}
    assert changed["Resolved"] == {"type", "reopen_count"}
    assert changed["Reopened"] <= resolution
    assert {"type", "warning_message_id"} <= changed["Reopened"]
    assert (now[resolved.id]["reopen_count"], now[reopened.id]["reopen_count"]) == ("1", "1")
    assert now[newcomer.id]["title"] == "New"
    written = {
        str(before[0][cells["start"]["columnIndex"] + number])
        for cells in written_above(desk, len(before))
        for number in range(len(cells["rows"][0]["values"]))
    }
    assert written <= resolution | {"title", "reopen_count", "first_responded_by", "time_to_first_response"}
