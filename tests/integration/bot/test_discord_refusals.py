"""The bot where Discord refuses: what can be done is done, what cannot is logged in one clear line each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from http import HTTPStatus

from tracker.domain.effects import EffectKind
from tracker.domain.wording import REOPENED
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread
from tracker.store import Store


def troubles(desk: LocalDesk) -> list[str]:
    """What the log warns of, without times and levels, but for permissions that would help and are not needed."""
    lines = (line.split(maxsplit=3) for line in desk.log.splitlines() if "It needs that only for" not in line)
    return sorted(words[3] for words in lines if words[2] in ("WARNING", "ERROR"))


async def opened(desk: LocalDesk, *titles: str) -> list[Thread]:
    """Threads that are answered at once, with their ✅."""
    threads = [desk.world.open_thread(desk.forum, desk.customer, title) for title in titles]
    for thread in threads:
        desk.world.reply(thread, desk.staff, "On it")
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads))
    return threads


async def resolved(desk: LocalDesk, *titles: str) -> list[Thread]:
    """The same with their resolved messages."""
    threads = await opened(desk, *titles)
    for thread in threads:
        desk.world.add_tag(thread, "resolved")
    await desk.until("all messages", lambda: all(desk.bot_messages(thread) for thread in threads))
    return threads


def at_one_moment(desk: LocalDesk, *deeds: Callable[[], None], unheard: str = "") -> None:
    """Let all this happen before the bot can do anything about the first of it, or hear of the event `unheard`."""
    gateway = desk.discord.gateway
    gateway.pause()
    for deed in deeds:
        deed()
    gateway.held[:] = [event for event in gateway.held if event.name != unheard]
    gateway.resume()


async def test_what_archiving_locking_and_deleting_leave_is_done_and_the_rest_is_logged_in_a_line_each(
    desk: LocalDesk,
) -> None:
    world = desk.world
    gone = world.new_text_channel("gone")
    desk.settings |= {"ALERT_CHANNEL_IDS": f"{gone.id},{desk.alerts.id}", "SLA_TIMEOUT": "4s"}
    await desk.start_bot()
    archived, closed, bare, twice = await resolved(desk, "Archived", "Closed", "Message deleted", "Archived again")
    locked, unheard = await opened(desk, "Locked", "Deleted")
    world.delete_channel(gone)
    waiting = world.open_thread(desk.forum, desk.customer, "Nobody answers")

    at_one_moment(desk, lambda: world.remove_tag(archived, "resolved"), lambda: world.archive(archived))
    world.lock(closed)
    at_one_moment(desk, lambda: world.remove_tag(closed, "resolved"), lambda: world.archive(closed))
    world.delete_message(desk.bot_messages(bare)[0])
    world.remove_tag(bare, "resolved")
    world.add_tag(bare, "resolved")
    world.lock(locked)
    world.add_tag(locked, "resolved")
    at_one_moment(
        desk,
        lambda: world.add_tag(unheard, "resolved"),
        lambda: world.delete_thread(unheard),
        unheard="THREAD_DELETE",
    )
    later = "Trying again until it works."
    not_opened = "the thread is archived, and only with Manage Threads the bot could close it again."
    said = {
        archived: f"edit_reopened: {not_opened} {later}",
        closed: f"edit_reopened: {not_opened} {later}",
        bare: "edit_reopened is given up: the message does not exist any more.",
        locked: f"post_resolved: the thread is locked (Manage Threads lets the bot write there). {later}",
        waiting: f"alert in channel {gone.id}: the channel or thread does not exist any more. {later}",
    }
    expected = sorted(f"Thread {thread.id}: {what}" for thread, what in said.items())
    await desk.until("a line for each", lambda: troubles(desk) == expected)
    await desk.until("the alert in the other channel", lambda: desk.alerts.messages)
    for thread in (archived, closed):
        assert thread.archived
        assert "**RESOLVED**" in desk.bot_messages(thread)[0].content
    assert ["**RESOLVED**" in message.content for message in desk.bot_messages(bare)] == [True]
    assert desk.bot_messages(locked) == []

    # With the permission to manage threads all is as it was after the edit, whether locked or not.
    world.grant("MANAGE_THREADS")
    world.lock(twice)
    at_one_moment(desk, lambda: world.remove_tag(twice, "resolved"), lambda: world.archive(twice))
    await desk.until("the edit", lambda: desk.bot_messages(twice)[0].content == REOPENED and twice.archived)
    assert await desk.stop_bot() == 0
    let_pauses_pass(desk)
    await desk.start_bot()
    await desk.until("the message in the locked thread", lambda: desk.bot_messages(locked))
    await desk.until("the edit in the closed thread", lambda: desk.bot_messages(closed)[0].content == REOPENED)
    await opened(desk, "marker")
    assert await desk.stop_bot() == 0
    rows = desk.rows()
    assert [rows[thread.id]["reopen_count"] for thread in (archived, closed, bare, twice)] == [1] * 4
    assert [line for line in troubles(desk) if "given up" in line] == [f"Thread {bare.id}: {said[bare]}"]
    assert [str(waiting.id) in message.content for message in desk.alerts.messages] == [True]


async def test_people_who_unlock_or_open_a_thread_do_not_wait_for_what_the_bot_owes_it(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    (closed,) = await resolved(desk, "Closed")
    (locked,) = await opened(desk, "Locked")
    world.lock(closed)
    at_one_moment(desk, lambda: world.remove_tag(closed, "resolved"), lambda: world.archive(closed))
    world.lock(locked)
    world.add_tag(locked, "resolved")
    await desk.until("a line for each", lambda: len(troubles(desk)) == 2)
    attempts = len(desk.discord.requests)

    world.rename(locked, "Still locked")
    await desk.until("the new title", lambda: desk.rows()[locked.id]["title"] == "Still locked")
    assert len(desk.discord.requests) == attempts

    # The first pause is longer than a minute.
    world.unlock(locked)
    await desk.until("the resolved message", lambda: desk.bot_messages(locked))
    world.unarchive(closed)
    await desk.until("the edit", lambda: desk.bot_messages(closed)[0].content == REOPENED)
    assert len(desk.bot_messages(locked)) == 1
    assert closed.locked


def let_pauses_pass(desk: LocalDesk) -> None:
    """Bring the stopped bot's errands to where they would be after minutes: due, and tried some more times."""
    with closing(Store.open(desk.folder / "data")) as store, store.transaction():
        for _, pending in store.effects.heads(99):
            for _ in range(6 if pending.effect.kind is EffectKind.REACT else 1):
                store.effects.postpone(pending.id, datetime.now(UTC))


async def test_lost_permissions_are_logged_once_and_what_waited_for_them_comes_when_they_are_back(
    desk: LocalDesk,
) -> None:
    world = desk.world
    desk.settings["SLA_TIMEOUT"] = "2s"
    await desk.start_bot()
    threads = await opened(desk, "One", "Two")
    world.deny(desk.forum, "SEND_MESSAGES_IN_THREADS")
    world.deny(desk.alerts, "VIEW_CHANNEL")
    for thread in threads:
        world.add_tag(thread, "resolved")
    waiting = [world.open_thread(desk.forum, desk.customer, title) for title in ("Waits", "Waits, too")]
    bare = world.open_thread(desk.forum, desk.customer, "Its first message is deleted")
    world.reply(bare, desk.staff, "On it")
    assert bare.starter is not None
    world.delete_message(bare.starter)
    await desk.until("all lines", lambda: len(troubles(desk)) == 3)
    await opened(desk, "Others go on")
    await desk.until(
        "an attempt at the deleted message",
        lambda: any(
            f"/{bare.id}/reactions/" in request.path and request.status == HTTPStatus.NOT_FOUND
            for request in desk.discord.requests
        ),
    )
    assert await desk.stop_bot() == 0
    lines = troubles(desk)
    lacking = "the bot lacks Send Messages in Threads, or is timed out"
    assert any(f": post_resolved: {lacking}. Trying again until it works." in line for line in lines)
    # Each is logged for all tickets together.
    assert any(f"alert in channel {desk.alerts.id}: the bot has no access (View Channel)." in line for line in lines)

    world.allow(desk.forum, "SEND_MESSAGES_IN_THREADS")
    world.allow(desk.alerts, "VIEW_CHANNEL")
    let_pauses_pass(desk)
    await desk.start_bot()
    await desk.until("both messages", lambda: all(desk.bot_messages(thread) for thread in threads))
    await desk.until("both alerts", lambda: len(desk.alerts.messages) == 2)
    given_up = f"Thread {bare.id}: react is given up: the message does not exist any more."
    await desk.until("the end of the ✅", lambda: given_up in troubles(desk))
    await opened(desk, "marker")
    assert await desk.stop_bot() == 0
    assert [len(desk.bot_messages(thread)) for thread in threads] == [1, 1]
    assert [sum(str(thread.id) in alert.content for alert in desk.alerts.messages) for thread in waiting] == [1, 1]
    assert troubles(desk) == sorted([*lines, given_up])


async def test_what_happened_while_the_bot_might_not_see_the_forum_is_found_when_it_may_again(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    titles = ("Answered", "Renamed", "Resolved", "Deleted", "Archived")
    answered, renamed, done, deleted, archived = threads = [
        world.open_thread(desk.forum, desk.customer, title) for title in titles
    ]
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads))
    world.deny(desk.forum, "VIEW_CHANNEL")
    world.reply(answered, desk.staff, "On it")
    world.rename(renamed, "A better title")
    world.add_tag(done, "resolved")
    world.delete_thread(deleted)
    world.reply(archived, desk.staff, "On it, too")
    world.archive(archived)
    missed = world.open_thread(desk.forum, desk.customer, "Missed")
    world.reply(missed, desk.staff, "Seen")
    world.allow(desk.forum, "VIEW_CHANNEL")
    await desk.until("✅ on the missed one", lambda: desk.is_ticked(missed))
    await desk.until("the message", lambda: desk.bot_messages(done))
    await desk.until(
        "all answers", lambda: all(desk.rows()[t.id]["first_responded_by"] for t in (answered, archived, missed))
    )
    await opened(desk, "marker")
    assert desk.rows()[renamed.id]["title"] == "A better title"
    assert await desk.stop_bot() == 0
    assert len(desk.bot_messages(done)) == 1
    # It is looked every few seconds whether the bot sees: a spell as short as this one may pass between two looks.
    assert all("The bot may not view the forum." in line for line in troubles(desk))
    with closing(Store.open(desk.folder / "data")) as store:
        ticket = store.tickets.find(deleted.id)
        assert ticket is not None
        assert ticket.deleted
