"""A burst: a hundred tickets within seconds under Google's real quotas."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from tracker.sandbox.desk import LocalDesk

TICKETS = 100
WRITES = 20


async def test_100_tickets_in_a_few_seconds_are_all_right_in_at_most_20_writes(desk: LocalDesk) -> None:
    world = desk.world
    assert (desk.sheets.quota.reads_per_minute, desk.sheets.quota.writes_per_minute) == (60, 60)
    await desk.start_bot()
    threads = []
    for number in range(TICKETS):
        threads.append(world.open_thread(desk.forum, desk.customer, f"Ticket {number}", tags=["billing"]))
        await asyncio.sleep(0)
    for thread in threads:
        world.reply(thread, desk.staff, "On it")
        await asyncio.sleep(0)
    for thread in threads:
        world.retag(thread, ["Consulting"])
        await asyncio.sleep(0)
    for thread in threads:
        world.add_tag(thread, "resolved")
        await asyncio.sleep(0)

    def all_announced() -> bool:
        return all(desk.is_ticked(thread) and len(thread.messages) == 3 for thread in threads)

    await desk.until("✅ and the resolved message in every thread", all_announced)
    await desk.until(
        "every row complete",
        lambda: len(desk.rows()) == TICKETS and all(row["warning_message_id"] for row in desk.rows().values()),
    )
    rows = desk.rows()
    for thread in threads:
        row = rows[thread.id]
        assert (row["title"], row["type"], row["team"]) == (thread.name, "Consulting, resolved", "Consulting")
        assert (row["raised_by"], row["first_responded_by"], row["reopen_count"]) == ("mia", "sam", 0)
        assert row["warning_message_id"] == str(thread.messages[-1].id)
        assert isinstance(row["resolution_date"], float)
        assert isinstance(row["time_to_resolution"], str)
    writes = [request for request in desk.sheets.requests if request.path.endswith(":batchUpdate")]
    assert len(writes) <= WRITES
    assert {request.status for request in desk.sheets.requests} == {HTTPStatus.OK}
    assert {request.status for request in desk.discord.requests} <= {HTTPStatus.OK, HTTPStatus.NO_CONTENT}
