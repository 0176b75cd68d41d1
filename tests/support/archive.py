"""An archive that is brought in."""

from __future__ import annotations

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


async def backfilled(desk: LocalDesk, *arguments: str) -> str:
    """What the command prints when it ends well."""
    code, output = await desk.run("tracker.backfill", *arguments)
    assert code == 0, output
    return output
