"""What happened while the bot was away is in the sheet when it is back, and nobody hears of it twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.steps import a_second_passes, all_heard, opened, shown, shown_rows, start_and_compare
from tracker.sandbox.desk import LocalDesk


async def test_new_threads_are_found_also_those_that_were_archived_meanwhile(desk: LocalDesk) -> None:
    world = desk.world
    await start_and_compare(desk)
    assert await desk.stop_bot() == 0
    newcomer = world.open_thread(desk.forum, desk.customer, "New", tags=["Engineering"])
    archived = world.open_thread(desk.forum, desk.customer, "New and archived")
    world.archive(archived)
    await desk.start_bot()
    await desk.until("✅ and a row", lambda: desk.is_ticked(newcomer) and archived.id in desk.rows())
    await all_heard(desk)
    await desk.until("their author's name", lambda: all(row["raised_by"] for row in desk.rows().values()))
    assert archived.archived
    assert not desk.is_ticked(archived)
    rows = shown_rows(desk)
    for thread in (newcomer, archived):
        row = rows[thread.id]
        assert (row["title"], row["raised_by"]) == (thread.name, "mia")
        assert row["date_created"] == shown(thread.created_at)


async def test_a_first_answer_is_found_by_the_rules_of_live_ones_and_has_its_exact_time(desk: LocalDesk) -> None:
    world = desk.world
    desk.settings["SUPPORT_ROLE_IDS"] = str(desk.support.id)
    await desk.start_bot()
    (thread,) = await opened(desk, "Answered")
    assert await desk.stop_bot() == 0
    asked = thread.created_at
    world.reply(thread, desk.customer, "Hello?", at=asked + timedelta(minutes=1))
    world.reply(thread, world.new_user("bystander"), "Me too", at=asked + timedelta(minutes=2))
    world.reply(
        thread, world.new_user("robot", bot=True, roles=[desk.support]), "beep", at=asked + timedelta(minutes=3)
    )
    world.reply(thread, desk.staff, "as a webhook", at=asked + timedelta(minutes=4), webhook=True)
    world.rename(thread, "Renamed", by=desk.staff, at=asked + timedelta(minutes=5))
    world.reply(thread, desk.staff, "Yes", at=asked + timedelta(hours=1, minutes=2))
    world.reply(thread, world.new_user("late", roles=[desk.support]), "Yes!", at=asked + timedelta(hours=2))
    await desk.start_bot()
    await desk.until("the answer", lambda: desk.rows()[thread.id]["first_responded_by"])
    row = desk.rows()[thread.id]
    assert (row["first_responded_by"], row["time_to_first_response"]) == ("sam", "1h 2m")


async def test_titles_and_tags_are_brought_up_to_date_also_in_the_archive(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    active, archived, untouched = await opened(desk, "Active", "Archived", "Untouched")
    assert await desk.stop_bot() == 0
    before = desk.rows()[untouched.id]
    for thread in (active, archived):
        world.rename(thread, f"{thread.name} and renamed")
        world.retag(thread, ["Consulting"])
    world.archive(archived)
    await start_and_compare(desk)
    await all_heard(desk)
    rows = desk.rows()
    assert [rows[thread.id]["title"] for thread in (active, archived)] == ["Active and renamed", "Archived and renamed"]
    for thread in (active, archived):
        assert (rows[thread.id]["type"], rows[thread.id]["team"]) == ("Consulting", "Consulting")
    assert rows[untouched.id] == before


async def test_a_deleted_thread_keeps_its_row_and_nothing_is_asked_about_it(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    deleted, _ = await opened(desk, "Deleted", "Kept")
    assert await desk.stop_bot() == 0
    world.delete_thread(deleted)
    desk.discord.requests.clear()
    for _ in range(2):
        await start_and_compare(desk)
        assert await desk.stop_bot() == 0
    assert desk.rows()[deleted.id]["title"] == "Deleted"
    assert not any(str(deleted.id) in request.path for request in desk.discord.requests)


async def test_a_thread_deleted_from_the_archive_is_missed_where_the_audit_log_may_be_read(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    threads = deleted, kept = await opened(desk, "Deleted", "Kept")
    for thread in threads:
        world.archive(thread)
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    world.delete_thread(deleted)
    await start_and_compare(desk)
    assert await desk.stop_bot() == 0
    for thread in threads:
        desk.tab.delete_rows([record["thread_id"] for record in desk.tab.records()].index(str(thread.id)) + 1)
    await desk.start_bot()
    await desk.until("the row of an open ticket", lambda: kept.id in desk.rows())
    await all_heard(desk)
    assert deleted.id not in desk.rows()


@pytest.mark.parametrize("log", ["has it", "may not be read", "shows no tags"])
async def test_what_was_resolved_or_reopened_is_dated_from_the_audit_log_or_else_when_it_is_noticed(
    desk: LocalDesk, log: str
) -> None:
    world = desk.world
    world.grant("MANAGE_THREADS")  # else the post that was closed meanwhile gets no message
    if log != "may not be read":
        world.grant("VIEW_AUDIT_LOG")
    world.logs_tags = log != "shows no tags"
    audit_log = log == "has it"
    await desk.start_bot()
    resolved, reopened, again = await opened(desk, "Resolved", "Reopened", "Resolved again")
    for thread in (reopened, again):
        world.add_tag(thread, "resolved")
    await desk.until("the messages", lambda: desk.bot_messages(reopened) and desk.bot_messages(again))
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    first_resolution = shown_rows(desk)[reopened.id]["resolution_date"]

    newcomer = world.open_thread(desk.forum, desk.customer, "New, resolved and archived")
    then = datetime.now(UTC)
    for thread in (resolved, newcomer):
        world.add_tag(thread, "resolved", by=desk.customer, at=then)
    world.archive(newcomer)
    world.remove_tag(reopened, "resolved", by=desk.customer, at=then)
    await a_second_passes()
    back = datetime.now(UTC)
    await desk.start_bot()
    await desk.until("the messages", lambda: desk.bot_messages(resolved) and desk.bot_messages(newcomer))
    await desk.until("the edit", lambda: desk.bot_messages(reopened)[0].edited_at)
    await all_heard(desk)

    rows = shown_rows(desk)
    for thread in (resolved, newcomer):
        date = str(rows[thread.id]["resolution_date"])
        assert date == shown(then) if audit_log else shown(back) <= date <= shown(datetime.now(UTC))
    assert rows[reopened.id]["resolution_date"] == first_resolution
    assert [rows[t.id]["reopen_count"] for t in (resolved, newcomer, reopened, again)] == ["0", "0", "1", "0"]
    announced = [[message.content.split()[0] for message in desk.bot_messages(t)] for t in (resolved, reopened, again)]
    assert announced == [["🔴"], ["🟢"], ["🔴"]]


async def test_the_first_start_on_an_old_forum_is_quiet(desk: LocalDesk) -> None:
    world = desk.world
    desk.settings["SLA_TIMEOUT"] = "2s"
    old = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)
    active = [world.open_thread(desk.forum, desk.customer, f"Old {n}", at=old + timedelta(days=n)) for n in range(3)]
    world.add_tag(active[1], "resolved")
    archived = world.open_thread(desk.forum, desk.customer, "Archived", at=old)
    world.archive(archived)
    await desk.start_bot()
    await desk.until("the active threads", lambda: {thread.id for thread in active} <= set(desk.rows()))
    young = world.open_thread(desk.forum, desk.customer, "Young")
    await desk.until("the alert for the young one", lambda: desk.alerts.messages)
    await all_heard(desk)
    assert archived.id not in desk.rows()
    assert not any(desk.is_ticked(thread) or desk.bot_messages(thread) for thread in active)
    assert [str(young.id) in message.content for message in desk.alerts.messages] == [True]
