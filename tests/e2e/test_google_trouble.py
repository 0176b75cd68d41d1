"""The shipped bot when Google is in trouble, or does not let it in: nothing is lost, and people hear of it once."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.service import Fault
from tracker.sandbox.sheets import faults

WRITES = r":batchUpdate$"

PASSING: tuple[tuple[str, Callable[[], Fault]], ...] = (
    ("429", lambda: faults.too_many_requests(path=WRITES)),
    ("500", lambda: faults.internal_error(path=WRITES)),
    ("500, applied", lambda: faults.internal_error(path=WRITES, applied=True)),
    ("503, applied", lambda: faults.service_unavailable(path=WRITES, applied=True)),
    ("HTML 502", lambda: faults.bad_gateway(path=WRITES)),
    ("reset", lambda: faults.reset(path=WRITES)),
    ("reset, applied", lambda: faults.reset(path=WRITES, applied=True)),
)


async def test_what_passes_by_itself_loses_and_doubles_nothing_and_is_told_nobody(desk: LocalDesk) -> None:
    await desk.start_bot()
    first = desk.world.open_thread(desk.forum, desk.customer, "before")
    await desk.until("the first row", lambda: desk.is_ticked(first))
    threads = [first]
    for name, fault in PASSING:
        desk.sheets.faults.append(fault())
        desk.world.rename(first, f"before {name}")
        thread = desk.world.open_thread(desk.forum, desk.customer, name, tags=["Engineering"])
        threads.append(thread)
        await desk.until(f"✅ after {name}", lambda thread=thread: desk.is_ticked(thread))  # type: ignore[misc]
    await desk.until("the last title", lambda: desk.rows()[first.id]["title"] == first.name)

    records = [record for record in desk.tab.records() if record["thread_id"]]
    assert [record["thread_id"] for record in records] == [str(thread.id) for thread in threads]
    assert [record["title"] for record in records] == [thread.name for thread in threads]
    assert {record["raised_by"] for record in records} == {"mia"}
    assert desk.alerts.messages == []
    assert desk.log.count("next attempt in") >= len(PASSING)


async def test_a_sheet_that_is_taken_away_and_given_back_is_told_once_each_and_needs_no_restart(
    desk: LocalDesk,
) -> None:
    world, email = desk.world, desk.account.email
    await desk.start_bot()
    first = world.open_thread(desk.forum, desk.customer, "Shared")
    await desk.until("the first row", lambda: desk.is_ticked(first))
    desk.book.unshare(email)
    second = world.open_thread(desk.forum, desk.customer, "Not shared")
    await desk.until("the notice", lambda: desk.alerts.messages)
    world.rename(first, "Not shared either")
    refused = [r for r in desk.sheets.requests if r.status == HTTPStatus.FORBIDDEN]
    desk.book.share(email)
    await desk.until("✅ without a restart", lambda: desk.is_ticked(second))
    await desk.until("the second notice", lambda: len(desk.alerts.messages) > 1)

    told, over = (message.content for message in desk.alerts.messages)
    assert "The sheet cannot be written" in told
    assert f"Share it with {email} as Editor" in told
    assert "1 changed ticket waits" in told
    assert "can be written again" in over
    assert len(refused) == 1
    assert {row["title"] for row in desk.rows().values()} == {"Not shared", "Not shared either"}
