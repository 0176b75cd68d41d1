"""The bot while its connection to Discord is lost, and while Discord sends events twice, late, or garbled."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from aiohttp import web

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.service import Fault


async def ticked(desk: LocalDesk, *threads: Thread) -> None:
    await desk.until("✅ everywhere", lambda: all(desk.is_ticked(thread) for thread in threads), seconds=30.0)


async def all_heard(desk: LocalDesk) -> None:
    """Wait until a new ticket has gone all the way: the bot has heard of everything before it, and written it."""
    await ticked(desk, desk.world.open_thread(desk.forum, desk.customer, "marker"))


async def test_what_happens_while_the_connection_is_lost_is_neither_lost_nor_doubled(desk: LocalDesk) -> None:
    world, gateway = desk.world, desk.discord.gateway
    gateway.heartbeat_interval = 0.5
    await desk.start_bot()
    ways: tuple[Callable[[], None], ...] = (
        gateway.drop,
        gateway.mute,  # half-dead
        gateway.reconnect,
        lambda: gateway.invalidate(resumable=True),
        gateway.invalidate,
    )
    for lose in ways:
        thread, deleted = [world.open_thread(desk.forum, desk.customer, title) for title in ("Known", "Deleted")]
        await ticked(desk, thread, deleted)
        lose()
        world.reply(thread, desk.staff, "I am on it")
        world.rename(thread, "Renamed")
        world.add_tag(thread, "resolved")
        world.delete_thread(deleted)
        await ticked(desk, world.open_thread(desk.forum, desk.customer, "Meanwhile"))
        await desk.until("the resolved message", lambda: desk.bot_messages(thread))  # noqa: B023 - used at once
        await desk.until("the answer", lambda: desk.rows()[thread.id]["first_responded_by"])  # noqa: B023 - the same
        await all_heard(desk)
        row = desk.rows()[thread.id]
        assert (row["title"], row["first_responded_by"], row["reopen_count"]) == ("Renamed", "sam", 0)
        assert row["resolution_date"] is not None
        assert len(desk.bot_messages(thread)) == 1
    assert gateway.handshakes == ["IDENTIFY", *["RESUME"] * 4, "IDENTIFY"]
    logged = [line.split(maxsplit=3)[3] for line in desk.log.splitlines() if "onnect" in line]
    lost = "The connection to Discord was lost. What happens meanwhile is found when it is back."
    back = r"Connected to Discord again, after (?:\d+m )?\d+s\."
    assert logged[0] == "Connected to Discord."
    assert logged[1::2] == [lost] * len(ways)
    assert all(re.fullmatch(back, line) for line in logged[2::2]), logged
    assert len(logged) == 2 * len(ways) + 1
    assert not re.search("shard|HEARTBEAT|transport", desk.log)
    # One line for each new ticket, with the row in which it was put.
    assert desk.log.count('"Known" → row ') == desk.log.count('"Meanwhile" → row ') == len(ways)
    assert len(re.findall(r'INFO    Thread \d+: "Known" → row \d+, ✅$', desk.log, re.MULTILINE)) == len(ways)
    assert await desk.stop_bot() == 0


async def test_events_sent_twice_or_in_another_order_and_answers_lost_change_nothing(desk: LocalDesk) -> None:
    world, gateway = desk.world, desk.discord.gateway
    await desk.start_bot()
    twice = world.open_thread(desk.forum, desk.customer, "Twice")
    gateway.repeat("THREAD_CREATE")
    gateway.repeat("MESSAGE_CREATE")
    world.reply(twice, desk.staff, "Here")
    gateway.repeat("MESSAGE_CREATE")
    desk.discord.faults += [
        faults.server_error("/messages$", method="POST", applied=True),
        faults.reset("/messages$", method="POST", applied=True),
    ]
    for change in (world.add_tag, world.remove_tag, world.add_tag):
        change(twice, "resolved")
        gateway.repeat("THREAD_UPDATE")

    gateway.pause()
    shuffled = world.open_thread(desk.forum, desk.customer, "Shuffled", tags=["Engineering"])
    world.reply(shuffled, desk.staff, "Here, too")
    announced, *messages = gateway.held
    gateway.held[:] = [messages[0], announced, announced, *reversed(messages)]
    gateway.resume()

    await ticked(desk, twice, shuffled)
    await desk.until("both resolved messages", lambda: len(desk.bot_messages(twice)) == 2, seconds=30.0)
    await all_heard(desk)
    rows = desk.rows()
    assert [rows[thread.id]["first_responded_by"] for thread in (twice, shuffled)] == ["sam", "sam"]
    assert [rows[thread.id]["raised_by"] for thread in (twice, shuffled)] == ["mia", "mia"]
    assert [rows[thread.id]["reopen_count"] for thread in (twice, shuffled)] == [1, 0]
    assert desk.bot_messages(shuffled) == []
    assert await desk.stop_bot() == 0
    reopened, again = desk.bot_messages(twice)
    assert "**REOPENED**" in reopened.content
    assert "**RESOLVED**" in again.content


async def test_events_that_cannot_be_read_cost_one_line_each_and_no_other_event(desk: LocalDesk) -> None:
    world, gateway = desk.world, desk.discord.gateway
    await desk.start_bot()
    thread = world.open_thread(desk.forum, desk.customer, "Before")
    await ticked(desk, thread)
    unreadable: dict[str, Payload | None] = {
        "MESSAGE_CREATE": {"id": "71", "channel_id": str(thread.id), "guild_id": "5", "content": "my secret"},
        "THREAD_UPDATE": {"id": str(thread.id), "guild_id": "5", "type": 11},
        "THREAD_CREATE": None,
        "CHANNEL_UPDATE": {"type": 15},
        "GUILD_CREATE": {"id": "not a number"},
    }
    for name, data in unreadable.items():
        gateway.send_raw({"op": 0, "t": name, "d": data})
    gateway.send_raw({"op": 0, "t": "NEWS_FROM_THE_FUTURE", "d": {"id": "1"}})
    gateway.send_raw({"op": 99, "d": None})
    world.reply(thread, desk.staff, "After")
    await all_heard(desk)
    # The server is described anew meanwhile, and the thread compared before its own event comes.
    await desk.until("the answer", lambda: desk.rows()[thread.id]["first_responded_by"] == "sam")
    for name, data in unreadable.items():
        (line,) = [line for line in desk.log.splitlines() if name.lower() in line]
        assert "ERROR   An event could not be read and is left out" in line
        assert "Error: " in line
        assert str((data or {}).get("id", "")) in line
    assert "my secret" not in desk.log
    assert "NEWS_FROM_THE_FUTURE" not in desk.log

    gateway.send_raw({"op": 0, "d": {}})  # not even an event: hikari ends its connection over it
    await desk.until("a new session", lambda: gateway.handshakes == ["IDENTIFY", "IDENTIFY"])
    world.rename(thread, "Still here")
    await all_heard(desk)
    assert desk.rows()[thread.id]["title"] == "Still here"
    assert desk.log.count("Connecting anew") == 1
    assert await desk.stop_bot() == 0


async def test_what_a_description_that_cannot_be_read_should_have_shown_is_asked_for(unchecked_desk: LocalDesk) -> None:
    desk = unchecked_desk
    world, gateway = desk.world, desk.discord.gateway
    await desk.start_bot()
    known, busy = (world.open_thread(desk.forum, desk.customer, title) for title in ("Known", "Busy"))
    await ticked(desk, known, busy)
    gateway.pause()
    world.reply(known, desk.staff, "Nobody hears this")
    missed = world.open_thread(desk.forum, desk.customer, "Nobody hears of this")
    gateway.held.clear()
    world.guild.owner = world.new_user("nobody")
    world.guild.owner.id = cast("int", "not a number")
    refused = faults.refused("/threads/active$", errors.MISSING_ACCESS)
    desk.discord.faults.append(refused)
    gateway.invalidate()
    gateway.resume()
    await desk.until("an attempt in vain", lambda: refused.times == 0)
    world.reply(known, world.new_user("kim"), "What sam said")

    def when_asked(request: web.Request) -> None:
        if request.path.endswith("/threads/active"):
            desk.discord.before.remove(when_asked)
            world.rename(busy, "Busy again")
            world.add_tag(busy, "resolved")

    desk.discord.before.append(when_asked)
    await ticked(desk, missed)
    await desk.until("the first answer", lambda: desk.rows()[known.id]["first_responded_by"] == "sam")
    await desk.until("the resolved message", lambda: desk.bot_messages(busy))
    await all_heard(desk)
    row = desk.rows()[busy.id]
    assert (row["title"], row["reopen_count"], len(desk.bot_messages(busy))) == ("Busy again", 0, 1)
    assert gateway.handshakes == ["IDENTIFY", "IDENTIFY"]
    assert desk.log.count("An event could not be read and is left out: guild_create") == 1


async def test_what_cannot_be_read_of_the_archive_is_left_out_and_looked_for_again_at_the_next_start(
    unchecked_desk: LocalDesk,
) -> None:
    desk = unchecked_desk
    world = desk.world
    await desk.start_bot()
    known = world.open_thread(desk.forum, desk.customer, "Known")
    await ticked(desk, known)
    assert await desk.stop_bot() == 0
    world.rename(known, "Known and renamed")
    world.archive(known)
    missed = world.open_thread(desk.forum, desk.customer, "Missed")
    world.archive(missed)
    answer = {"threads": [{"id": "1"}], "members": [], "has_more": False}
    desk.discord.faults.append(Fault(path="/archived/public$", outcome=lambda: web.json_response(answer), times=None))
    await desk.start_bot()
    await desk.until("the title", lambda: desk.rows()[known.id]["title"] == "Known and renamed")
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    assert desk.log.count("The archive could not be read and is left out: ") == 1
    assert missed.id not in desk.rows()
    desk.discord.faults.clear()
    await desk.start_bot()
    await desk.until("its row", lambda: missed.id in desk.rows())
    assert await desk.stop_bot() == 0


async def test_a_token_that_was_reset_ends_the_bot_with_one_line_that_says_so(desk: LocalDesk) -> None:
    await desk.start_bot()
    await all_heard(desk)
    desk.discord.gateway.token = "another"  # noqa: S105 - no secret of anybody's
    desk.discord.gateway.drop()
    assert await desk.bot_ended() == 1
    (line,) = [line for line in desk.log.splitlines() if "ERROR" in line]
    assert "Discord does not accept DISCORD_TOKEN" in line
