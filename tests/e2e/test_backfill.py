"""The archived history comes into the sheet with one command, which says nothing in Discord."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import Thread

YEAR_AGO = datetime(2025, 11, 3, 5, 0, tzinfo=UTC)


def archive_of(desk: LocalDesk, count: int) -> list[Thread]:
    """Archived threads a day apart, each answered after an hour; every third is resolved."""
    threads = []
    for number in range(count):
        at = YEAR_AGO + timedelta(days=number)
        tags = ["resolved"] if number % 3 == 0 else ["Engineering"]
        thread = desk.world.open_thread(desk.forum, desk.customer, f"Old {number}", tags=tags, at=at)
        desk.world.reply(thread, desk.staff, "Yes", at=at + timedelta(hours=1))
        desk.world.archive(thread, at=at + timedelta(days=1))
        threads.append(thread)
    return threads


async def test_the_archive_comes_in_without_a_word_in_discord(desk: LocalDesk) -> None:
    threads = archive_of(desk, 120)
    code, output = await desk.run("tracker.backfill", "--dry-run")
    assert (code, desk.rows()) == (0, {})
    assert "120" in output
    code, output = await desk.run("tracker.backfill", "--since", "soon")
    assert code == 2
    assert '"soon" is not a day; write it as 2026-01-31' in output
    code, output = await desk.run("tracker.backfill", "--since", str(threads[60].created_at.date()))
    assert code == 0, output
    assert set(desk.rows()) == {thread.id for thread in threads[60:]}
    code, output = await desk.run("tracker.backfill")
    assert code == 0, output
    rows = desk.rows()
    assert set(rows) == {thread.id for thread in threads}
    for thread in threads:
        row = rows[thread.id]
        assert (row["title"], row["raised_by"], row["first_responded_by"]) == (thread.name, "mia", "sam")
        assert row["time_to_first_response"] == "1h 0m"
        assert row["resolution_date"] is None
    assert not any(desk.is_ticked(thread) or desk.bot_messages(thread) for thread in threads)
    assert {request.method for request in desk.discord.requests} == {"GET"}

    await desk.start_bot()
    marker = desk.world.open_thread(desk.forum, desk.customer, "marker")
    await desk.until("✅", lambda: desk.is_ticked(marker))
    assert not any(desk.is_ticked(thread) or desk.bot_messages(thread) for thread in threads)
    code, output = await desk.run("tracker.backfill")
    assert code == 1
    assert f"process {desk.bot_pid}" in output


async def test_a_stopped_run_is_gone_on_with(desk: LocalDesk) -> None:
    threads = archive_of(desk, 150)
    desk.discord.latency = 0.02
    run = await desk.launch("tracker.backfill")
    await desk.until("some threads", lambda: len(desk.discord.requests) > 60)
    run.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        assert await run.wait() == 1
    desk.discord.latency = 0.0
    asked = len(desk.discord.requests)
    code, output = await desk.run("tracker.backfill")
    assert code == 0, output
    assert set(desk.rows()) == {thread.id for thread in threads}
    # A request a thread, and those of before are not asked for again.
    assert len(desk.discord.requests) - asked < len(threads) - 40
