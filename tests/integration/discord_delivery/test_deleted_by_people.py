"""Messages, posts and threads that people deleted are given up in one line each, and nothing else suffers."""

from __future__ import annotations

from tests.support.discord_desk import DiscordDesk, resolved


async def test_a_resolved_message_that_a_person_deleted_is_not_edited_and_the_next_one_is_posted(
    desk: DiscordDesk,
) -> None:
    thread = await resolved(desk)
    desk.world.delete_message(desk.messages(thread)[0])
    desk.reopen(thread)
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (line,) = desk.lines()
    assert line == f"Thread {thread.id}: edit_reopened is given up: the message does not exist any more."
    assert len(desk.messages(thread)) == 1


async def test_a_starter_is_waited_for_in_silence_and_given_up_in_one_line_where_it_was_deleted(
    desk: DiscordDesk,
) -> None:
    late, never = desk.open("Late", without_starter=True), desk.open("Deleted")
    assert never.starter is not None
    desk.world.delete_message(never.starter)
    for thread in (late, never):
        desk.tick(thread)
    desk.resolve(late)
    async with desk.delivering():
        await desk.until(lambda: len(desk.discord.requests) >= 4, hurry=False)
        assert desk.lines() == []
        desk.world.post_starter(late)
        await desk.all_done()
    assert desk.ticked(late)
    assert len(desk.messages(late)) == 1
    (line,) = desk.lines()
    assert line == f"Thread {never.id}: react is given up: the message does not exist any more."


async def test_a_thread_deleted_unheard_costs_one_line_for_its_errand_and_no_alert(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.resolve(thread)
    waiting = desk.open("Waiting")
    desk.alert(waiting)
    for each in (thread, waiting):
        desk.world.delete_thread(each)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.lines(f"Thread {thread.id}: post_resolved is given up", "does not exist any more")) == 1
    assert len(desk.lines()) == 1
    assert desk.delivery.given_up.problem is None  # people deleted it
    assert [channel.messages for channel in desk.alerts] == [[], []]
