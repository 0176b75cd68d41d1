"""How the forum is compared with the store: what it costs, how it is logged, and what people do meanwhile."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aiohttp import web

from tests.support.steps import a_heartbeat_was_answered, all_heard, opened, start_and_compare
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.entities import Thread


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
        """Heard of live, while the answer to the bot's question is on its way."""
        if request.path.endswith("/threads/archived/public"):
            newcomers.append(world.open_thread(desk.forum, desk.customer, "While the bot compares"))
            desk.discord.latency = 0.5

    desk.discord.before.append(open_another)
    await start_and_compare(desk)
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


async def test_progress_is_logged_when_it_takes_longer_than_a_few_seconds(desk: LocalDesk) -> None:
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
