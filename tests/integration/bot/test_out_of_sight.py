"""What the bot cannot see it does not believe to be gone, and what it missed it finds when it sees again."""

from __future__ import annotations

from tests.support.steps import all_heard, is_hidden, opened
from tracker.sandbox.desk import LocalDesk


async def test_rows_keep_their_type_and_team_while_the_forum_is_hidden(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    (thread,) = await opened(desk, "Tagged", tag="Engineering")
    before = desk.rows()[thread.id]
    world.deny(desk.forum, "VIEW_CHANNEL")
    world.update_channel(desk.forum)  # hidden channels are described, too
    await desk.until("that it is noticed", lambda: is_hidden(desk))
    world.allow(desk.forum, "VIEW_CHANNEL")
    await all_heard(desk)
    assert desk.rows()[thread.id] == before
    assert (before["type"], before["team"]) == ("Engineering", "Engineering")


async def test_what_happens_while_discord_cannot_serve_the_server_is_found_when_it_can_again(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    (known,) = await opened(desk, "Known", tag="Engineering")
    desk.discord.gateway.begin_outage()
    missed = world.open_thread(desk.forum, desk.customer, "Opened and closed meanwhile")
    world.archive(missed)
    world.add_tag(known, "resolved")
    desk.discord.gateway.end_outage()
    await desk.until("the row of the missed one", lambda: missed.id in desk.rows())
    await desk.until("the message", lambda: desk.bot_messages(known))
    assert desk.rows()[missed.id]["title"] == missed.name


async def test_what_was_missed_is_found_also_where_discord_lists_no_threads_when_the_forum_is_seen_again(
    desk: LocalDesk,
) -> None:
    world, gateway = desk.world, desk.discord.gateway
    await desk.start_bot()
    (known,) = await opened(desk, "Known", tag="Engineering")
    world.deny(desk.forum, "VIEW_CHANNEL")
    await desk.until("that it is noticed", lambda: is_hidden(desk))
    missed = world.open_thread(desk.forum, desk.customer, "Missed")
    world.rename(known, "A better title")
    gateway.pause()
    world.allow(desk.forum, "VIEW_CHANNEL")
    gateway.held[:] = [event for event in gateway.held if event.name != "THREAD_LIST_SYNC"]
    gateway.resume()
    await desk.until("✅ on the missed one", lambda: desk.is_ticked(missed))
    await desk.until("the new title", lambda: desk.rows()[known.id]["title"] == "A better title")
