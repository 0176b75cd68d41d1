"""`python -m scripts.tools.bench.peers.right_side`: the bot from its store on, and nobody in Discord.

At its start, and at each SIGUSR1, some tickets all over the sheet change at once; it prints the seconds until they are
written, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from tracker.domain.events import ThreadSeen
from tracker.settings import Settings, load
from tracker.sheet.flush.delivery import SheetDelivery
from tracker.sheet.flush.pace import Pace
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.wiring import desk_of, now, repository_of, rules_of

CHANGES = 10
_LOOK_SECONDS = 0.001


@dataclass(kw_only=True)
class RightSide:
    """The tickets that are there, and the door through which they change."""

    store: Store
    tracking: Tracking
    threads: Sequence[int]
    number: int = 0

    async def flush(self) -> float:
        """Let tickets all over the sheet change at once; the seconds until the sheet shows them."""
        self.number += 1
        step = len(self.threads) // CHANGES
        began = time.perf_counter()
        for thread_id in self.threads[self.number % step :: step][:CHANGES]:
            self._rename(thread_id)
        while self.store.rows.count_pending():  # noqa: ASYNC110 - the store wakes nobody
            await asyncio.sleep(_LOOK_SECONDS)
        return time.perf_counter() - began

    def _rename(self, thread_id: int) -> None:
        ticket = self.store.tickets.find(thread_id)
        if ticket is not None:
            self.tracking.record(
                ThreadSeen(
                    thread_id=thread_id,
                    guild_id=ticket.guild_id,
                    author_id=ticket.author_id,
                    title=f"{self.number} times another title",
                    tags=ticket.tags,
                    newly_created=False,
                    at=now(),
                    archived=True,
                )
            )


async def main() -> None:
    """Flush once, and whenever asked to, until the process is ended."""
    settings = load(Settings)
    asked = asyncio.Semaphore(0)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, asked.release)
    with ThreadPoolExecutor(max_workers=1) as executor, closing(Store.open(settings.data_dir)) as store:
        repository = repository_of(settings, store)
        threads = await asyncio.get_running_loop().run_in_executor(executor, repository.thread_ids)
        tracking = Tracking(store, rules_of(settings, store), now, lambda: delivery.wake())  # noqa: PLW0108 - it is made below
        delivery = SheetDelivery(
            store=store,
            repository=repository,
            tracking=tracking,
            desk=desk_of(settings),
            executor=executor,
            pace=Pace(interval=0, burst=1),
        )
        right_side = RightSide(store=store, tracking=tracking, threads=sorted(threads))
        async with asyncio.TaskGroup() as group:
            group.create_task(delivery.run())
            while True:
                print(json.dumps({"seconds": await right_side.flush()}), flush=True)  # noqa: T201 - this is its answer
                await asked.acquire()


if __name__ == "__main__":
    asyncio.run(main())
