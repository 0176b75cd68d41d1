"""How the forum is compared with the store: what it costs, how it is told, and what people do meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from aiohttp import web

from tests.e2e.steps import a_heartbeat_was_answered, all_heard, compared, opened
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.service import Fault

READS: dict[str, tuple[str, Callable[[LocalDesk, Thread], None]]] = {
    "the audit log is read": ("/audit-logs", lambda _, __: None),
    "the archive is read": ("/threads/archived/public", lambda desk, thread: desk.world.archive(thread)),
    "one thread is read": (
        "/channels/{}",
        lambda desk, thread: desk.world.archive(thread, at=datetime.now(UTC) - timedelta(hours=1)),
    ),
}


@pytest.mark.parametrize(("path", "meanwhile"), READS.values(), ids=READS)
async def test_what_people_do_is_neither_lost_nor_overtaken_while(
    desk: LocalDesk, path: str, meanwhile: Callable[[LocalDesk, Thread], None]
) -> None:
    world = desk.world
    await desk.start_bot()
    (known,) = await opened(desk, "Known")
    assert await desk.stop_bot() == 0
    meanwhile(desk, known)
    newcomers: list[Thread] = []

    def act() -> None:
        """Discord has looked, and its answer, older than this, is still on its way."""
        world.unarchive(known)
        world.add_tag(known, "resolved")
        world.reply(known, desk.staff, "Done")
        newcomers.append(world.open_thread(desk.forum, desk.customer, "New", tags=["Consulting"]))
        world.reply(newcomers[0], desk.staff, "On it")

    def when_read(request: web.Request) -> None:
        if request.path.endswith(path.format(known.id)):
            desk.discord.before.remove(when_read)
            desk.discord.latency = 0.5
            asyncio.get_running_loop().call_soon(act)

    desk.discord.before.append(when_read)
    await desk.start_bot()
    await compared(desk, times=2)
    desk.discord.latency = 0.0
    (newcomer,) = newcomers
    await desk.until("the message", lambda: desk.bot_messages(known))
    await all_heard(desk)
    rows = desk.rows()
    assert [rows[thread.id]["first_responded_by"] for thread in (known, newcomer)] == ["sam", "sam"]
    assert (rows[known.id]["type"], rows[known.id]["reopen_count"]) == ("billing, resolved", 0)
    assert rows[newcomer.id]["team"] == "Consulting"
    assert [message.content.split()[0] for message in desk.bot_messages(known)] == ["🔴"]


async def _missed(desk: LocalDesk) -> Thread:
    """A thread in the archive that was answered, resolved and reopened while the bot was away."""
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    (thread,) = await opened(desk, "Archived")
    world.archive(thread)
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    world.unarchive(thread)
    world.reply(thread, desk.staff, "Done")
    world.add_tag(thread, "resolved")
    world.remove_tag(thread, "resolved")
    world.archive(thread)
    return thread


async def _is_right(desk: LocalDesk, thread: Thread) -> None:
    """What was missed and what was heard stand in the sheet, and people heard of it once."""
    await desk.until("the first answer", lambda: desk.rows()[thread.id]["first_responded_by"] == "sam")
    await all_heard(desk)
    row = desk.rows()[thread.id]
    assert (row["type"], row["reopen_count"]) == ("billing, resolved", 1)
    (message,) = desk.bot_messages(thread)
    assert row["warning_message_id"] == str(message.id)


@pytest.mark.parametrize("restarted", [False, True], ids=["", "and the bot is started again"])
async def test_what_is_heard_does_not_overtake_what_was_missed_while_the_archive_cannot_be_read(
    desk: LocalDesk, *, restarted: bool
) -> None:
    world = desk.world
    thread = await _missed(desk)
    outage = faults.refused("/threads/archived/public$", errors.MISSING_ACCESS, times=None)
    desk.discord.faults.append(outage)
    await desk.start_bot()
    await desk.until("the trouble", lambda: "The forum could not be read" in desk.log)

    world.unarchive(thread)
    world.reply(thread, world.new_user("kim", roles=[desk.support]), "Really done")
    world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    await desk.until("an answer", lambda: desk.rows()[thread.id]["first_responded_by"] == "kim")
    if restarted:
        assert await desk.stop_bot() == 0
    desk.discord.faults.remove(outage)
    if restarted:
        await desk.start_bot()
    await compared(desk, times=2)
    await _is_right(desk, thread)


async def test_what_is_heard_does_not_overtake_what_was_missed_when_the_archive_is_understood_only_later(
    unjudged_desk: LocalDesk,
) -> None:
    desk, world = unjudged_desk, unjudged_desk.world
    thread = await _missed(desk)
    nonsense = {"threads": [{"id": "x"}], "members": [], "has_more": False}
    fault = Fault(path="/threads/archived/public$", outcome=lambda: web.json_response(nonsense), times=None)
    desk.discord.faults.append(fault)
    await desk.start_bot()
    await desk.until("the trouble", lambda: "The archive could not be read and is left out" in desk.log)

    world.unarchive(thread)
    world.add_tag(thread, "resolved")
    await desk.until("the message", lambda: desk.bot_messages(thread))
    assert await desk.stop_bot() == 0
    desk.discord.faults.remove(fault)
    await desk.start_bot()
    await compared(desk, times=3)
    await _is_right(desk, thread)


async def test_what_is_heard_does_not_overtake_what_was_missed_before_the_thread_itself_is_read(
    desk: LocalDesk,
) -> None:
    world = desk.world
    thread = await _missed(desk)

    def when_read(request: web.Request) -> None:
        if request.path.endswith("/audit-logs") and thread.archived:
            world.unarchive(thread)
        if request.path.endswith("/threads/archived/public"):
            desk.discord.before.remove(when_read)
            desk.discord.latency = 0.3
            asyncio.get_running_loop().call_soon(lambda: world.add_tag(thread, "resolved"))

    desk.discord.before.append(when_read)
    await desk.start_bot()
    await compared(desk, times=2)
    desk.discord.latency = 0.0
    await desk.until("the message", lambda: desk.bot_messages(thread))
    await _is_right(desk, thread)


async def test_a_resolution_taken_back_while_the_audit_log_was_asked_for_is_counted_once(desk: LocalDesk) -> None:
    world = desk.world
    world.grant("VIEW_AUDIT_LOG")
    await desk.start_bot()
    known = world.open_thread(desk.forum, desk.customer, "Known", at=datetime.now(UTC) - timedelta(minutes=1))
    await all_heard(desk)
    assert await desk.stop_bot() == 0

    def when_read(request: web.Request) -> None:
        if request.path.endswith("/audit-logs"):
            desk.discord.before.remove(when_read)
            desk.discord.latency = 0.5
            moment_before = datetime.now(UTC) - timedelta(seconds=1)  # clocks differ
            world.add_tag(known, "resolved", at=moment_before)
            world.remove_tag(known, "resolved", at=moment_before)

    desk.discord.before.append(when_read)
    await desk.start_bot()
    await compared(desk, times=2)
    desk.discord.latency = 0.0
    await all_heard(desk)
    assert desk.rows()[known.id]["reopen_count"] == 1


async def test_it_costs_no_call_for_active_threads_one_page_of_the_archive_and_the_history_of_those_that_wait(
    desk: LocalDesk,
) -> None:
    world = desk.world
    for number in range(120):
        at = datetime(2026, 2, 4, tzinfo=UTC) + timedelta(hours=number)
        world.archive(world.open_thread(desk.forum, desk.customer, f"Old {number}", at=at), at=at)
    await desk.start_bot()
    waiting, silent, answered = await opened(desk, "Waiting", "Silent", "Answered")
    world.reply(answered, desk.staff, "Yes")
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    a_heartbeat_was_answered(desk)
    first_start = Counter(request.path.rsplit("/", 1)[-1] for request in desk.discord.requests)
    assert not {"active", "public", "audit-logs", "messages"} & set(first_start)

    desk.discord.requests.clear()
    world.reply(waiting, desk.customer, "Hello?")
    for thread in (answered, silent):
        world.rename(thread, "Renamed")
    world.reply(answered, desk.staff, "As I said")
    archived = world.open_thread(desk.forum, desk.customer, "Archived meanwhile")
    world.archive(archived)
    newcomers: list[Thread] = []

    def open_another(request: web.Request) -> None:
        """Told live, while the answer to the bot's question is on its way."""
        if request.path.endswith("/threads/archived/public"):
            newcomers.append(world.open_thread(desk.forum, desk.customer, "While the bot compares"))
            desk.discord.latency = 0.5

    desk.discord.before.append(open_another)
    await desk.start_bot()
    await compared(desk, times=2)
    desk.discord.latency = 0.0
    await desk.until("its row", lambda: archived.id in desk.rows())
    await all_heard(desk)
    assert await desk.stop_bot() == 0
    reads = [request.path for request in desk.discord.requests if request.method == "GET"]
    assert sum(path.endswith("/threads/active") for path in reads) == 0
    assert sum(path.endswith("/threads/archived/public") for path in reads) == 1
    assert sum(path.endswith("/audit-logs") for path in reads) == 1
    histories = {path.split("/")[-2] for path in reads if path.endswith("/messages")}
    assert str(waiting.id) in histories
    assert not {str(answered.id)} & histories
    (newcomer,) = newcomers
    assert newcomer.id in desk.rows()
    assert not any(path.endswith(f"/channels/{newcomer.id}") for path in reads)


async def test_a_hundred_waiting_tickets_keep_discords_rate_limits(desk: LocalDesk) -> None:
    world = desk.world
    await desk.start_bot()
    threads = await opened(desk, *(f"Waiting {number}" for number in range(100)))
    assert await desk.stop_bot() == 0
    for thread in threads:
        world.reply(thread, desk.customer, "Hello?")
    for thread in threads[20:]:
        world.reply(thread, desk.staff, "Yes")
    desk.discord.rate_limits.as_discord()
    desk.discord.requests.clear()
    await desk.start_bot()

    def histories() -> set[str]:
        return {request.path for request in desk.discord.requests if request.path.endswith("/messages")}

    await desk.until("every history", lambda: len(histories()) == len(threads))
    await desk.until("the answers", lambda: sum(bool(row["first_responded_by"]) for row in desk.rows().values()) == 80)
    assert HTTPStatus.TOO_MANY_REQUESTS not in {request.status for request in desk.discord.requests}


async def test_progress_is_told_when_it_takes_longer_than_a_few_seconds(desk: LocalDesk) -> None:
    await desk.start_bot()
    threads = await opened(desk, "Waiting", "Waiting, too")
    assert await desk.stop_bot() == 0
    assert "Forum and store" not in desk.log
    for thread in threads:
        desk.world.reply(thread, desk.customer, "Hello?")
    desk.discord.faults += [
        faults.hang("/threads/archived/public$"),
        *(faults.hang(f"/channels/{thread.id}/messages$") for thread in threads),
    ]
    await desk.start_bot()
    await desk.until("progress", lambda: "Forum and store" in desk.log)
    (line,) = [line for line in desk.log.splitlines() if "Forum and store" in line]
    assert line.endswith("reading what was archived; tickets still to be searched for an answer: 2.")
