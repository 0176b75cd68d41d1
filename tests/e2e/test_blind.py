"""While the bot cannot see the forum nothing changes in the sheet; when it can again, it finds all that it missed."""

from __future__ import annotations

from tests.e2e.steps import a_second_passes, all_heard, compared, opened, shown, shown_rows
from tracker.domain.snowflakes import created_at
from tracker.sandbox.desk import LocalDesk


async def test_a_forum_that_is_hidden_and_seen_again_keeps_its_rows_and_loses_nothing(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    known, resolved = await opened(desk, "Known", "Resolved", tag="Engineering")
    await compared(desk)
    before = desk.rows()

    world.deny(desk.forum, "VIEW_CHANNEL")
    desk.discord.gateway.invalidate()  # described anew, and hidden
    await desk.discord.gateway.ready()
    world.reply(known, desk.staff, "Nobody hears this")
    world.add_tag(resolved, "resolved")
    missed = world.open_thread(desk.forum, desk.customer, "Nobody hears of this", tags=["Consulting"])
    await a_second_passes()
    assert desk.rows() == before

    world.allow(desk.forum, "VIEW_CHANNEL")
    await desk.until("the missed thread", lambda: missed.id in desk.rows())
    await desk.until("the missed answer", lambda: desk.rows()[known.id]["first_responded_by"] == "sam")
    await desk.until("the message", lambda: desk.bot_messages(resolved))
    await all_heard(desk)
    rows = shown_rows(desk)
    assert [rows[thread.id]["team"] for thread in (known, resolved, missed)] == [
        "Engineering",
        "Engineering",
        "Consulting",
    ]
    tagged = next(entry for entry in reversed(world.audit_log) if entry.target == resolved.id)
    assert rows[resolved.id]["resolution_date"] == shown(created_at(tagged.id))
    assert await desk.stop_bot() == 0
