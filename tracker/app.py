"""The composition root: builds everything, starts it, and stops it in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from tracker import startup
from tracker.bulletins import Bulletins
from tracker.discord.connection import close, connect, disconnected, new_bot
from tracker.discord.delivery import DiscordDelivery
from tracker.discord.forum import Forum
from tracker.discord.gateway import Gateway
from tracker.discord.pulse import Pulse, Shard
from tracker.discord.view import ForumView
from tracker.domain.events import Event
from tracker.errors import SheetError, StoreError
from tracker.ops.health import Health
from tracker.ops.healthz import served
from tracker.ops.stopping import at_signals
from tracker.ops.systemd import Manager
from tracker.reconcile.feed import Feed
from tracker.reconcile.notices import fix, reason
from tracker.reconcile.reconciliation import Reconciliation
from tracker.reconcile.sight import Cause
from tracker.reconcile.snapshot import Reader
from tracker.reconcile.watch import Watch, sight_of
from tracker.settings import Settings
from tracker.sheet.flush.dashboard import PAUSE, DashboardDelivery, Showing
from tracker.sheet.flush.delivery import SheetDelivery
from tracker.sheet.repository import SheetRepository
from tracker.sla import SlaClock
from tracker.store import Store
from tracker.tracking import Tracking
from tracker.waiting import happens
from tracker.wiring import desk_in_discord, desk_of, is_first_run, now, repository_of, rules_of_bot, sheet_of, view_of

_log = logging.getLogger(__name__)

_LAST_DELIVERIES_SECONDS = 10.0
_LOOK_SECONDS = 0.05
_HEARING_SECONDS = 60.0
_LOOK_FIRST_SECONDS = 60.0

_FORUM_SEEN = "forum_seen"
"""The fact that holds the id of the forum that the bot could see at a start."""


class App:
    """Every part of the running bot, and the order in which they start and stop."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        repository: SheetRepository,
        executor: ThreadPoolExecutor,
        manager: Manager,
        *,
        now: Callable[[], datetime],
        figures_every: timedelta | None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._repository = repository
        self._executor = executor
        self._manager = manager
        self._now = now
        first_run = is_first_run(store)
        rules = rules_of_bot(settings, store, now)
        self._bot = new_bot(settings.discord_token.get_secret_value(), settings.discord_api_url)
        self._pulse = Pulse(now)
        display_names = settings.names == "display"
        self._forum = Forum(
            self._bot.rest, settings.support_channel_id, settings.support_role_ids, display_names=display_names
        )
        self._tracking = tracking = Tracking(store, rules, now, self._wake)
        self._store_failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._in_sheet: asyncio.Future[frozenset[int]] = asyncio.get_running_loop().create_future()
        view = ForumView(settings.support_channel_id, now)
        self._discord_delivery = DiscordDelivery(
            store=store,
            tracking=tracking,
            rest=self._bot.rest,
            forum=self._forum,
            teams=settings.team_tags,
            agreement=settings.agreement,
            support_name=settings.support_name,
            now=now,
            closed_counts=settings.closed_counts,
            escalation_role=settings.escalation_role_id,
        )
        self._feed = Feed(record=self._record, sight=sight_of(store, now()), now=now)
        self._watch = Watch(store=store, tracking=tracking, feed=self._feed, pulse=self._pulse)
        self._reconciliation = Reconciliation(
            store=store,
            tracking=tracking,
            feed=self._feed,
            reader=Reader(feed=self._feed, forum=self._forum, view=view, now=now),
            view=view,
            tracking_since=rules.tracking_since,
            first_run=first_run,
            now=now,
        )
        self._gateway = Gateway(
            view=view, responder_roles=settings.support_role_ids, feed=self._feed, display_names=display_names
        )
        self._dashboard = DashboardDelivery(
            store=store,
            repository=repository,
            tracking=tracking,
            showing=Showing(view=view_of(settings, rules), business=settings.sla_clock == "business"),
            executor=executor,
            now=now,
            up_to_date=self._feed.looked,
            pause=figures_every or PAUSE,
        )
        self._sheet_delivery = SheetDelivery(
            store=store,
            repository=repository,
            tracking=tracking,
            desk=desk_of(settings),
            executor=executor,
            in_sheet=self._in_sheet,
            dashboard=self._dashboard,
        )
        self._bulletins = Bulletins(
            store=store,
            tracking=tracking,
            view=view_of(settings, rules),
            digest=settings.digest_schedule,
            report=settings.report_schedule,
            address_of_view=lambda: repository.address_of_waiting,
            now=now,
            up_to_date=self._feed.looked,
        )
        self._has_looked = False
        self._clock = SlaClock(
            store=store,
            tracking=tracking,
            agreement=settings.agreement,
            now=now,
            up_to_date=self._feed.looked,
        )
        tracking.review_deadlines()

    async def run(self) -> None:
        """Open the sheet, connect and work until cancelled; then deliver for a few seconds more, and disconnect.

        Cancelled a second time it ends without these deliveries.

        Raises:
            TrackerError: the bot cannot do its work until a person changes something.
        """
        async with served(self._settings.health_port, self._health, self._settings.health_host):
            watching = asyncio.create_task(self._manager.watch(self._health))
            try:
                await self._open_sheet()
                await self._connect_and_work()
            finally:
                watching.cancel()

    async def _open_sheet(self) -> None:
        with contextlib.suppress(SheetError):  # it is tried again before anything is written
            await self._sheet_delivery.recover()
        tab_fact = self._repository.tab_fact
        opened_before = self._store.facts.find(tab_fact) is not None
        in_sheet = await startup.open_sheet(self._repository, self._executor, opened_before=opened_before)
        if self._repository.tab_id is not None:
            self._store.facts.set(tab_fact, str(self._repository.tab_id))
        if in_sheet is not None:
            self._in_sheet.set_result(in_sheet)

    async def _connect_and_work(self) -> None:
        settings = self._settings
        token, api_url = settings.discord_token.get_secret_value(), settings.discord_api_url
        await self._look_at_desk(token, api_url)
        startup.tell_rules(settings)
        self._gateway.listen(self._bot)
        try:
            with startup.connections_logged(self._bot):
                await connect(self._bot, self._gateway.unread)
                await self._work()
        finally:
            await close(self._bot)

    async def _look_at_desk(self, token: str, api_url: str) -> None:
        """Check the desk in Discord: a forum that this store has never seen is a mistake in the settings."""
        forum_id = str(self._settings.support_channel_id)
        seen_before = self._store.facts.find(_FORUM_SEEN) == forum_id
        desk = desk_in_discord(self._settings)
        unseen = await startup.check_desk(token, api_url, desk, seen_before=seen_before)
        if unseen is None:
            self._store.facts.set(_FORUM_SEEN, forum_id)
        else:
            self._feed.lost(unseen, look=True)

    async def _work(self) -> None:
        workers = [
            asyncio.create_task(worker)
            for worker in (
                self._reconciliation.run(self._in_sheet),
                self._sheet_delivery.run(),
                self._deliver_to_discord(),
                self._clock.run(),
                self._bulletins.run(),
                self._dashboard.run(),
                self._watch.run(self._shards),
                self._remember_hearing(),
            )
        ]
        ends = asyncio.create_task(disconnected(self._bot))
        try:
            # None of these ends by itself: the first to end brings the error that ended it.
            done, _ = await asyncio.wait([*workers, ends, self._store_failed], return_when=asyncio.FIRST_COMPLETED)
            await done.pop()
        finally:
            self._manager.stopping()
            self._gateway.stop(self._bot)
            with contextlib.suppress(
                StoreError
            ):  # a store that is full: the next start looks further back, that is all
                self._watch.look(self._bot.shards.values())
                self._reconciliation.remember_hearing()
            # What happens from now on is not heard: no deadline may be looked at without it.
            self._feed.lost(Cause.UNREACHED)
            try:
                await self._deliver_what_is_left(workers)
            finally:
                for task in (*workers, ends):
                    task.cancel()
                await asyncio.gather(*workers, ends, return_exceptions=True)

    async def _deliver_to_discord(self) -> None:
        """Carry out effects, but look at the forum first: those of an earlier run may be out of date.

        Where the forum cannot be seen at all for a minute, new ones must not wait any longer.
        """
        await happens(self._feed.looked, within=_LOOK_FIRST_SECONDS)
        self._has_looked = True
        self._manager.ready()
        saying = asyncio.create_task(self._say_ready())
        try:
            await self._discord_delivery.run()
        finally:
            saying.cancel()

    async def _say_ready(self) -> None:
        await self._feed.looked.wait()
        _log.info('Ready: threads of the forum become rows of "%s".', self._settings.sheet_name)

    def _health(self) -> Health:
        spell = self._feed.sight.blindness
        return Health(
            at=self._now(),
            connected=self._pulse.connected,
            last_sign=self._pulse.last_sign,
            last_heartbeat=self._pulse.last_heartbeat,
            waiting=self._store.rows.count_pending(),
            oldest=self._store.rows.oldest_pending_since(),
            sheet=self._sheet_delivery.activity,
            blind_since=None if spell is None else spell.since,
            blind_reason="" if spell is None else f"{reason(spell)} {fix(spell)}",
            given_up=self._discord_delivery.given_up.count,
            errand_problems=self._discord_delivery.problems,
        )

    def _shards(self) -> Iterable[Shard]:
        return self._bot.shards.values()

    async def _remember_hearing(self) -> None:
        """Remember every minute until when everything was heard."""
        while True:
            await asyncio.sleep(_HEARING_SECONDS)
            self._reconciliation.remember_hearing()

    async def _deliver_what_is_left(self, workers: Iterable[asyncio.Task[None]]) -> None:
        """What cannot be delivered now waits in the store for the next start."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_DELIVERIES_SECONDS):
                # Two parties have to be idle at the same moment; no event says that.
                while self._is_delivering and not any(worker.done() for worker in workers):  # noqa: ASYNC110
                    await asyncio.sleep(_LOOK_SECONDS)

    @property
    def _is_delivering(self) -> bool:
        in_discord = self._has_looked and not self._discord_delivery.idle
        return in_discord or not self._sheet_delivery.idle

    def _record(self, event: Event) -> None:
        """Record what the gateway heard; a store that cannot keep it any more ends the bot instead of losing it."""
        try:
            self._tracking.record(event)
        except StoreError as error:
            if not self._store_failed.done():
                self._store_failed.set_exception(error)

    def _wake(self) -> None:
        self._sheet_delivery.wake()
        self._discord_delivery.wake()
        self._clock.wake()


async def run(settings: Settings, now: Callable[[], datetime] = now, figures_every: timedelta | None = None) -> None:
    """Run the bot until cancelled, by the clock `now`; `figures_every` as in `tracker.__main__.run`.

    Raises:
        TrackerError: the bot cannot do its work until a person changes something.
    """
    asyncio.get_running_loop().set_exception_handler(_tell_unhandled)
    sheet_of(settings)  # a key that cannot be used is reported before the store is opened
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sheet")
    with (
        contextlib.closing(Store.open(settings.data_dir)) as store,
        contextlib.closing(Manager(os.environ)) as manager,
    ):
        repository = repository_of(settings, store)
        try:
            await App(settings, store, repository, executor, manager, now=now, figures_every=figures_every).run()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


async def run_until_stopped(
    settings: Settings, now: Callable[[], datetime] = now, figures_every: timedelta | None = None
) -> None:
    """Run the bot until SIGTERM or SIGINT; takes the same and raises as `run` does."""
    bot = asyncio.create_task(run(settings, now, figures_every))
    with at_signals(_stop_once(bot)):
        with contextlib.suppress(asyncio.CancelledError):
            await bot
        _log.info("Stopped.")


def _stop_once(bot: asyncio.Task[None]) -> Callable[[], None]:
    """Cancel the bot at the first signal; a second one must not cut its last deliveries short."""

    def stop() -> None:
        if not bot.cancelling():
            _log.info("Stopping: delivering what can be delivered within %.0f s.", _LAST_DELIVERIES_SECONDS)
            bot.cancel()

    return stop


def _tell_unhandled(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Errors of background tasks, such as an update from Discord that could not be understood."""
    _log.error("%s", context["message"], exc_info=context.get("exception"))
