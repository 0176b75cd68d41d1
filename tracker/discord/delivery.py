"""Carries out effects: reactions, messages, alerts. What fails is tried again; what can never succeed is given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import hikari

from tracker.discord.failures import is_failure, judge
from tracker.discord.forum import Forum
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import AuthorNamed, ResolvedMessagePosted
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import REOPENED, alert_message, resolved_message
from tracker.store import PendingEffect, Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_AT_ONCE = 8
_LOOK_AHEAD = 100
_NO_WORK = timedelta(hours=1)


class DiscordDelivery:
    """The loop over the store's effects. Lanes run side by side, a lane's effects one after another.

    `sla` is the time allowed for a first answer, as alerts tell it; `support_name` signs the resolved message.
    """

    def __init__(
        self,
        *,
        store: Store,
        tracking: Tracking,
        rest: hikari.api.RESTClient,
        forum: Forum,
        teams: tuple[str, ...],
        sla: timedelta,
        support_name: str,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._tracking = tracking
        self._rest = rest
        self._forum = forum
        self._teams = teams
        self._sla = sla
        self._support_name = support_name
        self._now = now
        self._woken = asyncio.Event()
        self._running: dict[str, asyncio.Task[None]] = {}

    def wake(self) -> None:
        """There may be new effects."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and nothing could be tried now."""
        return not self._running and all(due > self._now() for due, _ in self._store.heads_of_lanes(1))

    async def run(self) -> None:
        """Carry out effects as they become due, until cancelled; what is under way then is tried again next time."""
        try:
            while True:
                self._woken.clear()
                wait = self._start_due()
                try:
                    await asyncio.wait_for(self._woken.wait(), wait.total_seconds())
                except TimeoutError:
                    continue
        finally:
            for task in self._running.values():
                task.cancel()
            await asyncio.gather(*self._running.values(), return_exceptions=True)

    def _start_due(self) -> timedelta:
        """Start what is due, as far as there is room; the time until something else becomes due."""
        for due, pending in self._store.heads_of_lanes(_LOOK_AHEAD):
            lane = pending.effect.lane
            if lane in self._running:
                continue
            if due > self._now():
                return due - self._now()
            if len(self._running) >= _AT_ONCE:
                break
            self._running[lane] = asyncio.create_task(self._carry_out(lane, pending))
        return _NO_WORK

    async def _carry_out(self, lane: str, pending: PendingEffect) -> None:
        try:
            await self._perform(pending.effect)
        except Exception as error:  # noqa: BLE001 - whatever happens to one effect must not stop the others
            if not is_failure(error):
                _log.exception("Thread %d: %s failed", pending.effect.thread_id, pending.effect.kind)
            self._after_failure(pending, error)
        else:
            self._store.done(pending.id)
        finally:
            del self._running[lane]
            self._woken.set()

    def _after_failure(self, pending: PendingEffect, error: Exception) -> None:
        effect = pending.effect
        verdict = judge(error, effect.kind, pending.attempts + 1, random.random())  # noqa: S311 - jitter, not a secret
        what = f"Thread {effect.thread_id}: {effect.kind}"
        if effect.channel_id is not None:
            what += f" in channel {effect.channel_id}"
        if verdict.again_after is None:
            _log.error("%s is given up: %s.", what, verdict.reason)
            self._store.done(pending.id)
        else:
            _log.warning("%s: %s; again in %.0f s.", what, verdict.reason, verdict.again_after.total_seconds())
            self._store.postpone(pending.id, self._now() + verdict.again_after)

    async def _perform(self, effect: Effect) -> None:
        if effect.kind is EffectKind.NOTICE:
            await self._tell(effect, effect.text)
            return
        ticket = self._store.ticket(effect.thread_id)
        if ticket is not None and not ticket.deleted:
            await self._perform_for(ticket, effect)

    async def _perform_for(self, ticket: Ticket, effect: Effect) -> None:
        match effect.kind:
            case EffectKind.REACT:
                await self._rest.add_reaction(ticket.thread_id, ticket.thread_id, "✅")
            case EffectKind.POST_RESOLVED:
                await self._post_resolved(effect, ticket)
            case EffectKind.EDIT_REOPENED:
                await self._edit_reopened(ticket)
            case EffectKind.ALERT:
                await self._alert(effect, ticket)
            case EffectKind.NAME_AUTHOR:
                if ticket.author_name is None:
                    name = await self._forum.name_of(ticket.author_id)
                    self._tracking.record(AuthorNamed(thread_id=ticket.thread_id, name=name))
            case EffectKind.LOOK_BACK:
                await self._look_back(ticket)

    async def _post_resolved(self, effect: Effect, ticket: Ticket) -> None:
        message = await self._rest.create_message(
            ticket.thread_id,
            resolved_message(ticket, self._support_name),
            nonce=effect.nonce,
            user_mentions=[ticket.author_id],
            mentions_everyone=False,
            role_mentions=False,
        )
        self._tracking.record(ResolvedMessagePosted(thread_id=ticket.thread_id, message_id=message.id))

    async def _edit_reopened(self, ticket: Ticket) -> None:
        if ticket.resolved_message_id is not None:
            await self._rest.edit_message(ticket.thread_id, ticket.resolved_message_id, REOPENED)

    async def _alert(self, effect: Effect, ticket: Ticket) -> None:
        """Alert, after a last look at the thread: nobody is called for a ticket that was answered unheard."""
        await self._look_back(ticket)
        ticket = self._store.ticket(ticket.thread_id) or ticket
        if not ticket.awaits_answer:
            return
        text = alert_message(
            ticket,
            team=team_of(ticket.tags, self._teams),
            waiting=self._now() - ticket.created_at,
            sla=self._sla,
        )
        await self._tell(effect, text)

    async def _tell(self, effect: Effect, text: str) -> None:
        """Post in the effect's alert channel, mentioning nobody."""
        if effect.channel_id is not None:
            await self._rest.create_message(
                effect.channel_id,
                text,
                nonce=effect.nonce,
                mentions_everyone=False,
                user_mentions=False,
                role_mentions=False,
            )

    async def _look_back(self, ticket: Ticket) -> None:
        """Record the thread's first answer if it has one."""
        async for answer in self._forum.answers(ticket):
            self._tracking.record(answer)
            return
