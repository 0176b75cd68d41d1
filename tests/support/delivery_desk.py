"""What the tests of the delivery to the sheet share: an office with a store, the one door, and the running loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.builders import OPENED, RULES, created, named, seen, snowflake
from tests.support.sheet_office import DESK, Office, open_office
from tracker.domain.effects import EffectKind
from tracker.domain.events import Tag
from tracker.domain.rules import Rules
from tracker.sheet.flush.delivery import SheetDelivery
from tracker.sheet.flush.pace import Pace
from tracker.sheet.table.columns import NAMES
from tracker.store import Store
from tracker.tracking import Tracking

LOOK_AGAIN = timedelta(seconds=0.05)
CHANNELS = len(RULES.alert_channel_ids)


def thread(number: int) -> int:
    """The id of a thread."""
    return snowflake(OPENED + timedelta(minutes=number))


@dataclass(kw_only=True)
class DeliveryDesk:
    """A store, the tracking and the flush loop on an office's tab, with everything but Discord."""

    office: Office
    folder: Path
    patience: timedelta = timedelta(minutes=10)
    quiet: timedelta = timedelta(minutes=5)
    notices: list[str] = field(default_factory=list)
    """What was announced, each once though there are two alert channels."""

    @asynccontextmanager
    async def running(self, rules: Rules = RULES) -> AsyncIterator[None]:
        """One run of the bot, from its start to its end."""
        executor = ThreadPoolExecutor(max_workers=1)
        with closing(Store.open(self.folder / "data")) as self.store:
            self.tracking = Tracking(self.store, rules, lambda: datetime.now(UTC), self._wake)
            self.office.start_again()
            repository = self.office.repository
            repository.remember(
                tab_id=int(self.store.facts.find(repository.tab_fact) or -1),
                has_written=self.store.facts.find(repository.written_fact) is not None,
            )
            self.delivery = SheetDelivery(
                store=self.store,
                repository=self.office.repository,
                tracking=self.tracking,
                desk=DESK,
                executor=executor,
                patience=self.patience,
                quiet=self.quiet,
                look_again=LOOK_AGAIN,
                pace=Pace(interval=0.001, burst=1),
            )
            loop = asyncio.create_task(self.delivery.run())
            try:
                yield
                self.hear()
            finally:
                loop.cancel()
                with suppress(asyncio.CancelledError):
                    await loop
                # Its last request needs this event loop, in which the local Google runs.
                await asyncio.to_thread(executor.shutdown)

    def _wake(self) -> None:
        self.delivery.wake()

    def name_columns(self, *names: str) -> None:
        """A person writes these names into the header, at its right end."""
        self.office.tab.insert_columns(self.office.tab.column_count, len(names))
        self.office.tab.paste(0, len(NAMES), [names])

    def opens(self, *numbers: int, tags: tuple[Tag, ...] = ()) -> None:
        """Threads are opened in the forum."""
        for number in numbers:
            self.tracking.record(created(*tags, thread=thread(number)))
            self.tracking.record(named("mia", thread=thread(number)))

    def renames(self, number: int, title: str, *tags: Tag) -> None:
        """A thread gets another title (and these tags)."""
        self.tracking.record(seen(*tags, thread=thread(number), title=title))

    def hear(self) -> list[str]:
        """What has been announced up to now."""
        announced: list[str] = []
        while heads := [head for _, head in self.store.effects.heads(100) if head.effect.kind is EffectKind.NOTICE]:
            assert len({head.effect.text for head in heads}) == 1
            assert len(heads) == CHANNELS
            announced.append(heads[0].effect.text)
            for head in heads:
                self.store.effects.done(head.id)
        self.notices += announced
        return self.notices

    def rows(self) -> dict[str, dict[str, str | float | bool | None]]:
        """The first row of each ticket, by id."""
        records = [record for record in self.office.tab.records() if record.get("thread_id")]
        return {str(record["thread_id"]): dict(record) for record in reversed(records)}

    def shows(self, number: int, **cells: object) -> bool:
        """Whether the ticket's row has these cells."""
        row = self.rows().get(str(thread(number)))
        return row is not None and all(row[name] == value for name, value in cells.items())

    async def until(self, happened: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until something is true."""
        async with asyncio.timeout(seconds):
            while not happened():  # noqa: ASYNC110 - other threads make it true
                await asyncio.sleep(0.005)

    async def settled(self) -> None:
        """Wait until nothing waits to be written."""
        await self.until(lambda: self.store.rows.count_pending() == 0)


@asynccontextmanager
async def open_delivery_desk(folder: Path) -> AsyncIterator[DeliveryDesk]:
    """A desk on a prepared tab; nothing runs yet."""
    async with open_office(folder) as office:
        yield DeliveryDesk(office=office, folder=folder)
