"""The bot during a long outage of Google. No test waits so long: the bot's store is put where time would."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise

from tests.support.builders import snowflake
from tests.support.steps import refused
from tracker.domain.ticket import Ticket
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets import faults
from tracker.sheet.flush.news import OUT_SINCE
from tracker.sheet.repository import ROWS_A_WRITE
from tracker.store import Store

BEGAN = datetime(2026, 2, 4, 5, 0, tzinfo=UTC)


def store_of(desk: LocalDesk) -> closing[Store]:
    """The store of the bot, which must not run."""
    return closing(Store.open(desk.folder / "data"))


def known_ticket(desk: LocalDesk, number: int) -> Ticket:
    """A ticket that was archived long ago: nobody looks for its thread, and it has its ✅."""
    return Ticket(
        thread_id=snowflake(BEGAN + timedelta(seconds=number)),
        guild_id=desk.world.guild.id,
        author_id=desk.customer.id,
        author_name=desk.customer.username,
        title=f"{number}",
        archived=True,
        in_sheet=True,
    )


async def test_400_changes_of_an_outage_are_written_in_few_requests_each_ticket_once_as_it_is_now(
    unchecked_desk: LocalDesk,
) -> None:
    desk = unchecked_desk
    many, burning = 400, "🔥" * 90  # twelve bytes each on the wire
    tickets = [known_ticket(desk, number) for number in range(many)]
    with store_of(desk) as store, store.transaction():
        for title in ("", burning):
            for ticket in tickets:
                store.tickets.save(replace(ticket, title=f"{ticket.title} {title}"))
    down = faults.service_unavailable(times=None)
    desk.sheets.faults.append(down)
    await desk.start_bot()
    await desk.until("two attempts", lambda: refused(desk) == 3)
    desk.sheets.faults.clear()
    await desk.until("the last row", lambda: desk.tab.cell(many, 0).value is not None, 90)
    assert await desk.stop_bot() == 0

    opening, *tried = (request for request in desk.sheets.requests if request.path != "/token")
    assert [request.status for request in (opening, *tried[:2])] == [HTTPStatus.SERVICE_UNAVAILABLE] * 3
    assert {request.status for request in tried[2:]} == {HTTPStatus.OK}
    first, second = (later.answered - earlier.answered for earlier, later in pairwise(tried[:3]))
    assert first > 0.5
    assert second > 1.0
    records = {str(record["thread_id"]): record["title"] for record in desk.tab.records()}
    assert records == {str(ticket.thread_id): f"{ticket.title} {burning}" for ticket in tickets}
    bodies = [request for request in desk.sheets.requests if request.path.endswith(":batchUpdate")]
    writes = [request.body for request in bodies]
    written = Counter(
        row["values"][0]["userEnteredValue"]["stringValue"]
        for write in writes
        for request in write["requests"]
        for row in request.get("updateCells", {}).get("rows", [])
    )
    assert set(written.values()) == {1}
    assert len(written) == many
    # After an outage the first write is small; the next is twice as large, until they are as large as they get.
    fewest = many / ROWS_A_WRITE
    assert len(bodies) <= fewest + 8
    assert max(request.sent for request in desk.sheets.requests) <= 1_000_000
    # A look for each write, and three at the start for the whole tab.
    assert len(tried[2:]) <= 2 * (fewest + 8) + 3
    with store_of(desk) as store:
        assert store.rows.count_pending() == 0
    assert desk.alerts.messages == []


async def test_an_outage_of_more_than_ten_minutes_is_announced_once_and_once_when_it_is_over(desk: LocalDesk) -> None:
    await desk.start_bot()
    first = desk.world.open_thread(desk.forum, desk.customer, "First")
    await desk.until("✅", lambda: desk.is_ticked(first))
    down = faults.service_unavailable(times=None)
    desk.sheets.faults.append(down)
    threads = [desk.world.open_thread(desk.forum, desk.customer, title) for title in ("Waits", "Waits, too")]
    await desk.until("a failed write", lambda: refused(desk))
    assert await desk.stop_bot() == 0
    assert desk.alerts.messages == []
    with store_of(desk) as store:
        began = datetime.fromisoformat(store.facts.find(OUT_SINCE) or "")
        assert timedelta() < datetime.now(UTC) - began < timedelta(minutes=1)
        store.facts.set(OUT_SINCE, (began - timedelta(minutes=10)).isoformat())

    await desk.start_bot()
    await desk.until("the notice", lambda: desk.alerts.messages)
    tried = refused(desk)
    await desk.until("another attempt", lambda: refused(desk) > tried)
    desk.sheets.faults.clear()
    await desk.until("✅", lambda: all(desk.is_ticked(thread) for thread in threads))
    await desk.until("the second notice", lambda: len(desk.alerts.messages) > 1)
    notice, over = (message.content for message in desk.alerts.messages)
    assert "**The sheet has not been written for more than 10 minutes.**" in notice
    assert "Google Sheets is in trouble (HTTP 503)" in notice
    assert "2 changed tickets wait until Google is back" in notice
    assert "the bot's own network" in notice
    assert "can be written again" in over
    assert await desk.stop_bot() == 0
    with store_of(desk) as store:
        assert store.facts.find(OUT_SINCE) == ""
