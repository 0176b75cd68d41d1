"""The forum is compared with the store while people go on: nothing is lost, and nothing overtakes what was missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.sight_desk import SightDesk
from tracker.sandbox.discord import DiscordServer, errors, faults
from tracker.sandbox.discord.entities import Thread
from tracker.sandbox.service import Fault

UNREADABLE = {"threads": [{"id": "x"}], "members": [], "has_more": False}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SightDesk]:
    async with DiscordServer() as discord:
        yield SightDesk(folder=tmp_path, discord=discord)
        assert discord.problems == []


async def opened(desk: SightDesk) -> Thread:
    """A thread that the bot knows, in its first run."""
    async with desk.running():
        thread = desk.world.open_thread(desk.forum, desk.mia, "Known", tags=["Engineering"])
        await desk.until(lambda: desk.knows(thread))
        await desk.until(lambda: posted(desk, thread) is not None)
    return thread


async def missed(desk: SightDesk) -> Thread:
    """A thread in the archive that was answered, resolved and reopened while the bot was away."""
    thread = await opened(desk)
    desk.world.reply(thread, desk.sam, "Done")
    desk.world.add_tag(thread, "resolved")
    desk.world.remove_tag(thread, "resolved")
    desk.world.archive(thread)
    return thread


def posted(desk: SightDesk, thread: Thread) -> list[str]:
    """How each of the bot's messages in the thread begins."""
    return [each.content.split()[0] for each in thread.messages if each.author is desk.world.bot_user]


def answered_by(desk: SightDesk, thread: Thread) -> str:
    answer = desk.ticket(thread).first_answer
    return "" if answer is None else answer.author_name


def once_asked(desk: SightDesk, path: str, act: Callable[[], object], *, slow: float = 0.3) -> None:
    """Let this happen when Discord has looked for the first time, and its answer, older than this, is on its way."""

    def when_read(request: web.Request) -> None:
        if request.path.endswith(path):
            desk.discord.before.remove(when_read)
            desk.discord.latency = slow
            asyncio.get_running_loop().call_soon(act)

    desk.discord.before.append(when_read)


async def is_right(desk: SightDesk, thread: Thread) -> None:
    """What was missed and what was heard is known, and people hear of it once."""
    await desk.until(lambda: answered_by(desk, thread) == "sam")
    await desk.until(lambda: posted(desk, thread) == ["🔴"])
    ticket = desk.ticket(thread)
    assert ([tag.name for tag in ticket.tags], ticket.reopen_count) == (["Engineering", "resolved"], 1)


READS: dict[str, tuple[str, Callable[[SightDesk, Thread], None]]] = {
    "the audit log is read": ("/audit-logs", lambda _, __: None),
    "the archive is read": ("/threads/archived/public", lambda desk, thread: desk.world.archive(thread)),
    "one thread is read": (
        "/channels/{}",
        lambda desk, thread: desk.world.archive(thread, at=datetime.now(UTC) - timedelta(hours=1)),
    ),
}


@pytest.mark.parametrize(("path", "meanwhile"), READS.values(), ids=READS)
async def test_what_people_do_is_neither_lost_nor_overtaken_while(
    desk: SightDesk, path: str, meanwhile: Callable[[SightDesk, Thread], None]
) -> None:
    world = desk.world
    known = await opened(desk)
    meanwhile(desk, known)
    newcomers: list[Thread] = []

    def act() -> None:
        world.unarchive(known)
        world.add_tag(known, "resolved")
        world.reply(known, desk.sam, "Done")
        newcomers.append(world.open_thread(desk.forum, desk.mia, "New"))
        world.reply(newcomers[0], desk.sam, "On it")

    once_asked(desk, path.format(known.id), act)
    async with desk.running():
        await desk.until(lambda: newcomers and desk.knows(newcomers[0]))
        desk.discord.latency = 0.0
        await desk.until(lambda: posted(desk, known))
        await desk.until(lambda: answered_by(desk, known) == answered_by(desk, newcomers[0]) == "sam")
        await desk.caught_up()
    assert posted(desk, known) == ["🔴"]
    ticket = desk.ticket(known)
    assert ([tag.name for tag in ticket.tags], ticket.reopen_count) == (["Engineering", "resolved"], 0)


@pytest.mark.parametrize("restarted", [False, True], ids=["", "and the bot is started again"])
@pytest.mark.parametrize("trouble", ["refused", "not understood"])
async def test_what_is_heard_does_not_overtake_what_was_missed_while_the_archive_cannot_be_read(
    desk: SightDesk, trouble: str, *, restarted: bool
) -> None:
    world = desk.world
    thread = await missed(desk)
    outage = (
        faults.refused("/threads/archived/public$", errors.MISSING_ACCESS, times=None)
        if trouble == "refused"
        else Fault(path="/threads/archived/public$", outcome=lambda: web.json_response(UNREADABLE), times=None)
    )
    desk.discord.faults.append(outage)

    def later() -> None:
        desk.later += timedelta(seconds=10)  # nobody waits any longer for a forum that cannot be read

    path = "/threads/archived/public"
    once_asked(desk, path, lambda: once_asked(desk, path, later, slow=0.0), slow=0.0)
    async with desk.running():
        world.unarchive(thread)
        world.reply(thread, world.new_user("kim"), "Really done")
        world.add_tag(thread, "resolved")
        await desk.until(lambda: posted(desk, thread))
        if not restarted:
            desk.discord.faults.remove(outage)
            desk.pass_by(timedelta(minutes=4))  # what could not be understood is asked for again
            await desk.caught_up()
    if restarted:
        desk.discord.faults.remove(outage)
    async with desk.running():
        await is_right(desk, thread)


async def test_what_is_heard_does_not_overtake_what_was_missed_before_the_thread_itself_is_read(
    desk: SightDesk,
) -> None:
    world = desk.world
    thread = await missed(desk)
    once_asked(desk, "/audit-logs", lambda: world.unarchive(thread), slow=0.0)
    once_asked(desk, "/threads/archived/public", lambda: world.add_tag(thread, "resolved"))
    async with desk.running():
        desk.discord.latency = 0.0
        await is_right(desk, thread)


async def test_a_resolution_taken_back_while_the_audit_log_was_asked_for_is_counted_once(desk: SightDesk) -> None:
    world = desk.world
    known = await opened(desk)

    def there_and_back() -> None:
        moment_before = desk.now() - timedelta(seconds=1)  # clocks differ
        world.add_tag(known, "resolved", at=moment_before)
        world.remove_tag(known, "resolved", at=moment_before)

    once_asked(desk, "/audit-logs", there_and_back)
    async with desk.running():
        desk.discord.latency = 0.0
        await desk.until(lambda: desk.ticket(known).reopen_count)
        await desk.caught_up()
    assert desk.ticket(known).reopen_count == 1


async def test_an_answer_missed_in_a_thread_archived_since_counts_before_one_heard_at_the_return(
    desk: SightDesk,
) -> None:
    world = desk.world
    thread = await opened(desk)
    world.reply(thread, desk.sam, "Have you tried again?")
    world.archive(thread)

    def come_back() -> None:
        world.unarchive(thread)
        world.reply(thread, world.new_user("kim"), "Me too")

    once_asked(desk, "/audit-logs", come_back, slow=0.0)
    async with desk.running():
        await desk.until(lambda: answered_by(desk, thread) == "sam")


THERE_AND_BACK: dict[str, tuple[str, str]] = {
    "between the log and the archive": ("/audit-logs", "/threads/archived/public"),
    "while the archive is read": ("/threads/archived/public", "/threads/archived/public"),
}


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "not known yet"])
@pytest.mark.parametrize(("resolved_at", "reopened_at"), THERE_AND_BACK.values(), ids=THERE_AND_BACK)
async def test_an_archived_thread_that_is_resolved_and_reopened_while_the_forum_is_compared_was_reopened_once(
    desk: SightDesk, resolved_at: str, reopened_at: str, *, is_known: bool
) -> None:
    world = desk.world
    thread = await opened(desk)
    if not is_known:
        thread = world.open_thread(desk.forum, desk.mia, "New", tags=["Engineering"])
    world.archive(thread)

    def reopen() -> None:
        world.remove_tag(thread, "resolved")

    def resolve() -> None:
        world.add_tag(thread, "resolved")
        if reopened_at == resolved_at:
            reopen()
        else:
            once_asked(desk, reopened_at, reopen)

    once_asked(desk, resolved_at, resolve)
    async with desk.running():
        desk.discord.latency = 0.0
        await desk.until(lambda: desk.knows(thread))
        await desk.caught_up()
        assert desk.ticket(thread).reopen_count == 1


@pytest.mark.parametrize("path", ["/threads/archived/public", "/channels/{}"], ids=["the archive", "one thread"])
async def test_an_answer_that_shows_more_than_was_heard_yet_is_turned_back_by_nothing(
    desk: SightDesk, path: str
) -> None:
    world, gateway = desk.world, desk.discord.gateway
    world.grant("MANAGE_THREADS")
    thread = await opened(desk)
    world.archive(thread, at=datetime.now(UTC) - timedelta(hours=path.startswith("/channels")))

    def change(request: web.Request) -> None:
        if request.path.endswith(path.format(thread.id)):
            desk.discord.before.remove(change)
            world.remove_tag(thread, "Engineering")
            gateway.pause()
            world.add_tag(thread, "resolved")
            desk.discord.latency = 0.3  # the first change arrives before the answer does, the second one after it
            asyncio.get_running_loop().call_later(0.6, gateway.resume)

    desk.discord.before.append(change)
    async with desk.running():
        desk.discord.latency = 0.0
        await desk.until(lambda: not gateway.paused and desk.ticket(thread).is_resolved)
        await desk.caught_up()
        await desk.until(lambda: posted(desk, thread))
    assert desk.ticket(thread).reopen_count == 0
    assert posted(desk, thread) == ["🔴"]
