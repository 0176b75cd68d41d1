"""Carries out effects: reactions, messages, alerts. What fails is tried again; what can never succeed is given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hikari

from tracker.discord.failures import Troubles, is_about_the_text, is_failure, is_gone, judge
from tracker.discord.forum import Forum
from tracker.discord.given_up import GivenUp
from tracker.discord.posting import Posting
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.events import AuthorNamed, ResolvedMessagePosted, ThreadDeleted
from tracker.domain.snowflakes import created_at
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import (
    REOPENED,
    RESOLVED,
    WITHHELD,
    alert_message,
    digest_messages,
    resolved_message,
    row_line,
)
from tracker.logs import about
from tracker.store import PendingEffect, Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_log = logging.getLogger(__name__)

_AT_ONCE = 8
_SLOW = timedelta(seconds=2)
"""After so long an attempt gives its place to another and goes on beside it: what hangs must not hold up the rest."""

_PATIENCE = timedelta(seconds=30)
_NO_WORK = timedelta(minutes=1)
_CLOCK_SKEW = timedelta(seconds=30)
_AFTER_A_PROBE = timedelta(seconds=30)
_REACTION_EXPIRES = timedelta(days=1)
_LAST_LOOK_SECONDS = 10.0
_ATTEMPTS_TO_LOOK = 3
_DISCORD = "Discord"


class DiscordDelivery:
    """The loop over the store's effects: one after another in one channel or thread, side by side in different ones.

    Discord limits most requests by channel, so a busy or broken channel takes one of the few places under way and no
    more, and that not for long. `sla` is the time allowed for a first answer, as alerts tell it; `support_name` signs
    the resolved message; `patience` is how long one attempt may take.
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
        patience: timedelta = _PATIENCE,
    ) -> None:
        self._store = store
        self._tracking = tracking
        self._rest = rest
        self._posting = Posting(rest)
        self._forum = forum
        self._teams = teams
        self._sla = sla
        self._support_name = support_name
        self._now = now
        self._patience = patience
        self._woken = asyncio.Event()
        self._busy: set[int] = set()
        self._slow: set[int] = set()
        self._troubles = Troubles()
        self._given_up = GivenUp(store=store, tracking=tracking, now=now)
        self._found = 0

    def wake(self) -> None:
        """There may be new effects."""
        self._woken.set()

    def look_first(self) -> None:
        """Look for what waits now before it is posted: a bot of which the store knows nothing may have posted it."""
        self._found = self._store.latest_effect()

    @property
    def given_up(self) -> int:
        """How many errands have been given up that people should know of, ever."""
        return self._given_up.total

    @property
    def unreachable(self) -> Mapping[int, str]:
        """The alert channels that do not take the bot's messages now, each with the reason."""
        return self._given_up.unreachable

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and nothing could be tried now."""
        return not self._busy and all(due > self._now() for due, _ in self._store.heads_of_lanes(1))

    async def run(self) -> None:
        """Carry out effects as they become due, until cancelled; what is under way then is tried again next time.

        Only an error of the store ends this otherwise.
        """
        self.look_first()  # an earlier process may have died over any of these
        try:
            async with asyncio.TaskGroup() as under_way:
                while True:
                    self._woken.clear()
                    self._given_up.announce()
                    wait = self._start_due(under_way)
                    await happens(self._woken, within=wait.total_seconds())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    def _start_due(self, under_way: asyncio.TaskGroup) -> timedelta:
        """Start what is due, as far as there is room; the time until something else becomes due."""
        while len(self._busy - self._slow) < _AT_ONCE:
            heads = self._store.heads_of_lanes(1, elsewhere_than=self._busy)
            if not heads:
                break
            due, pending = heads[0]
            if due > self._now():
                return min(_NO_WORK, due - self._now())
            channel_id = _channel_of(pending.effect)
            self._busy.add(channel_id)
            under_way.create_task(self._carry_out(channel_id, pending))
        return _NO_WORK

    async def _carry_out(self, channel_id: int, pending: PendingEffect) -> None:
        place = asyncio.get_running_loop().call_later(_SLOW.total_seconds(), self._give_up_place, channel_id)
        try:
            tickets = len(_thread_ids(pending.effect)) or 1
            async with asyncio.timeout(self._patience.total_seconds() * tickets):
                await self._perform(pending)
        except Exception as error:  # noqa: BLE001 - whatever happens to one effect must not stop the others
            self._after_failure(pending, error)
        else:
            self._store.done(pending.id)
            self._after_success(pending)
        finally:
            place.cancel()
            self._busy.remove(channel_id)
            self._slow.discard(channel_id)
            self._woken.set()

    def _give_up_place(self, channel_id: int) -> None:
        self._slow.add(channel_id)
        self._woken.set()

    def _after_success(self, pending: PendingEffect) -> None:
        self._given_up.reached(pending.effect)
        # While one request of many keeps failing, the others' success says nothing about Discord as a whole.
        for where in (_DISCORD, _where(pending.effect)) if pending.attempts else ():
            if self._troubles.over(where):
                what = _what(pending.effect)
                _log.info("%s works again.", where, extra=_about(pending.effect) if where == what else None)

    def _after_failure(self, pending: PendingEffect, error: Exception) -> None:
        effect = pending.effect
        verdict = judge(error, effect.kind, pending.attempts + 1, random.random())  # noqa: S311 - jitter, not a secret
        what, where = _what(effect), _DISCORD if verdict.everywhere else _where(effect)
        unexpected = None if is_failure(error) else error
        expired = effect.kind is EffectKind.REACT and verdict.barred and self._is_old(effect.thread_id)
        if effect.channel_id is not None and (verdict.barred or verdict.gone):
            self._given_up.not_reached(effect.channel_id, verdict.reason)
        if verdict.again_after is None or expired:
            if not (verdict.gone or expired):
                self._given_up.add(effect, what, verdict.reason)
            _log.error("%s is given up: %s.", what, verdict.reason, exc_info=unexpected, extra=_about(effect))
            self._troubles.over(_where(effect))
            self._store.done(pending.id)
        else:
            if not verdict.usual and self._troubles.is_news(where, verdict.reason):
                _log.warning("%s: %s. Trying again until it works.", what, verdict.reason, extra=_about(effect))
            again_at = self._now() + verdict.again_after
            self._store.postpone(pending.id, again_at)
            if verdict.barred:
                # Others of the kind would be refused, too: this one shows first whether it is permitted again.
                self._store.postpone_like(pending, again_at + _AFTER_A_PROBE)

    def _is_old(self, thread_id: int) -> bool:
        return self._now() - created_at(thread_id) > _REACTION_EXPIRES

    async def _perform(self, pending: PendingEffect) -> None:
        effect = pending.effect
        if effect.kind is EffectKind.NOTICE:
            await self._tell(pending, effect.text, posted_after=self._posted_after(pending, _snowflake(effect.number)))
            return
        if effect.kind is EffectKind.DIGEST:
            await self._digest(pending)
            return
        ticket = self._store.ticket(effect.thread_id)
        if ticket is not None and (not ticket.deleted or effect.kind is EffectKind.NAME_AUTHOR):
            await self._perform_for(ticket, pending)

    async def _perform_for(self, ticket: Ticket, pending: PendingEffect) -> None:
        match pending.effect.kind:
            case EffectKind.REACT:
                await self._posting.react(ticket.thread_id, ticket.thread_id, "✅")
                _log.info("%s", row_line(ticket, pending.effect.text), extra=about(ticket.thread_id))
            case EffectKind.POST_RESOLVED:
                await self._post_resolved(ticket, pending)
            case EffectKind.EDIT_REOPENED:
                await self._edit_reopened(ticket)
            case EffectKind.ALERT:
                await self._alert(ticket, pending)
            case EffectKind.NAME_AUTHOR:
                await self._name_author(ticket)
            case EffectKind.LOOK_BACK:
                await self._look_back(ticket)

    async def _name_author(self, ticket: Ticket) -> None:
        if ticket.author_name is None:
            name = await self._forum.name_of(ticket.author_id)
            self._tracking.record(AuthorNamed(thread_id=ticket.thread_id, name=name))

    async def _post_resolved(self, ticket: Ticket, pending: PendingEffect) -> None:
        text = resolved_message(ticket, self._support_name)
        after = self._posted_after(pending, ticket.resolved_message_id or ticket.thread_id)
        earlier = None if after is None else await self._posting.posted(ticket.thread_id, text, after)
        message_id = earlier or await self._posting.post(
            ticket.thread_id, text, nonce=pending.effect.nonce, mention=ticket.author_id
        )
        found_for = None if earlier is None else pending.effect.number
        self._tracking.record(
            ResolvedMessagePosted(thread_id=ticket.thread_id, message_id=message_id, found_for=found_for)
        )

    async def _edit_reopened(self, ticket: Ticket) -> None:
        message_id = ticket.resolved_message_id
        if message_id is None:
            # A row of an earlier tracker may lack the id, or have lost its last digits.
            own = self._posting.own_messages(ticket.thread_id, ticket.thread_id)
            message_id = max([message.id async for message in own if RESOLVED in (message.content or "")], default=None)
        if message_id is None:
            _log.info(
                "Thread %d: no message of the bot tells of its resolution; none is edited.",
                ticket.thread_id,
                extra=about(ticket.thread_id),
            )
            return
        await self._posting.edit(ticket.thread_id, message_id, REOPENED)
        self._tracking.record(ResolvedMessagePosted(thread_id=ticket.thread_id, message_id=message_id))

    async def _alert(self, ticket: Ticket, pending: PendingEffect) -> None:
        unanswered = await self._still_waiting(ticket, pending.attempts)
        if unanswered is None:
            return

        async def post(ticket: Ticket) -> None:
            text = alert_message(
                ticket,
                team=team_of(ticket.tags, self._teams),
                waiting=self._now() - ticket.created_at,
                sla=self._sla,
            )
            # Once a ticket, whatever became of the store since.
            await self._tell(pending, text, posted_after=ticket.thread_id, known_by=ticket.link)

        try:
            await post(unanswered)
        except hikari.BadRequestError as error:
            if not is_about_the_text(error):
                raise
            await post(replace(unanswered, title=WITHHELD))

    async def _digest(self, pending: PendingEffect) -> None:
        """Alert of those of many tickets that no message tells yet."""
        effect = pending.effect
        if effect.channel_id is None:
            return
        overdue = []
        for thread_id in _thread_ids(effect):
            ticket = self._store.ticket(thread_id)
            if ticket is not None and (unanswered := await self._still_waiting(ticket, pending.attempts)) is not None:
                overdue.append((unanswered, self._now() - unanswered.created_at))
        after = min(_thread_ids(effect))
        told = [message.content or "" async for message in self._posting.own_messages(effect.channel_id, after)]
        overdue = [each for each in overdue if not any(each[0].link in text for text in told)]
        for text in digest_messages(overdue) if overdue else ():
            named = [(ticket, waiting) for ticket, waiting in overdue if ticket.link in text]
            try:
                await self._post_part(effect, text, named)
            except hikari.BadRequestError as error:
                if not is_about_the_text(error):
                    raise
                untitled = [(replace(ticket, title=WITHHELD), waiting) for ticket, waiting in named]
                for again in digest_messages(untitled):
                    await self._post_part(effect, again, untitled)

    async def _post_part(self, digest: Effect, text: str, overdue: Sequence[tuple[Ticket, timedelta]]) -> None:
        """Post one message of a digest, which names some of these tickets."""
        named = [ticket.thread_id for ticket, _ in overdue if ticket.link in text]
        # Waiting times grow from attempt to attempt: messages about the same tickets are the same message.
        part = replace(digest, thread_id=named[0], number=digest.number + len(named))
        if digest.channel_id is not None:
            await self._posting.post(digest.channel_id, text, nonce=part.nonce)

    async def _still_waiting(self, ticket: Ticket, attempts: int) -> Ticket | None:
        """The ticket after a last look at its thread; None if nobody has to be called, maybe for something unheard.

        What cannot be read of it holds no alert up; what Discord may answer a moment later is awaited for a while.
        """
        if not ticket.awaits_answer:
            return None
        thread = None
        try:
            async with asyncio.timeout(_LAST_LOOK_SECONDS):
                await self._name_author(ticket)
                await self._look_back(ticket)
                thread = await self._forum.thread(ticket.thread_id)
        except Exception as error:
            passes = is_failure(error) and not isinstance(error, hikari.ForbiddenError | TimeoutError)
            if passes and attempts < _ATTEMPTS_TO_LOOK:
                raise
            _log.warning(
                "Thread %d cannot be searched for an answer: the alert says what is known.",
                ticket.thread_id,
                extra=about(ticket.thread_id),
            )
        known = self._store.ticket(ticket.thread_id) or ticket
        # Only looked at: recording it could overtake what Discord is still to tell.
        added = set(getattr(thread, "applied_tag_ids", ())) - {tag.id for tag in known.tags}
        return known if known.awaits_answer and not self._tracking.resolves(added) else None

    async def _tell(
        self, pending: PendingEffect, text: str, *, posted_after: int | None, known_by: str | None = None
    ) -> None:
        """Post in the effect's alert channel, mentioning nobody. Texts that tell the time are `known_by` a part."""
        effect = pending.effect
        if effect.channel_id is not None:
            await self._posting.post(
                effect.channel_id, text, nonce=effect.nonce, posted_after=posted_after, known_by=known_by
            )

    def _posted_after(self, pending: PendingEffect, message_id: int) -> int | None:
        """`message_id` where the message may be there already, after that one; None where this is the first attempt."""
        return message_id if pending.attempts or pending.id <= self._found else None

    async def _look_back(self, ticket: Ticket) -> None:
        """Record the thread's first answer if it has one, or that the thread is gone."""
        try:
            async for answer in self._forum.answers(ticket):
                self._tracking.record(answer)
                return
        except hikari.NotFoundError as error:
            if not is_gone(error):
                raise
            self._tracking.record(ThreadDeleted(thread_id=ticket.thread_id))


def _channel_of(effect: Effect) -> int:
    """The channel or thread where the effect happens, as the store has it."""
    return effect.thread_id if effect.channel_id is None else effect.channel_id


def _thread_ids(effect: Effect) -> list[int]:
    """The threads that a digest tells of."""
    return [int(word) for word in effect.text.split()] if effect.kind is EffectKind.DIGEST else []


def _snowflake(number: int) -> int:
    """The lowest id of a message that can tell a notice or digest: they are numbered by milliseconds since 1970."""
    moment = datetime.fromtimestamp(number / 1000, UTC)
    return hikari.Snowflake.from_datetime(moment - _CLOCK_SKEW)


def _where(effect: Effect) -> str:
    """What stays broken until this works again: an alert channel for all tickets, in a thread this errand only."""
    return _what(effect) if effect.channel_id is None else f"Alert channel {effect.channel_id}"


def _about(effect: Effect) -> dict[str, int] | None:
    """What a log line about the effect carries besides its text."""
    return about(effect.thread_id) if effect.thread_id else None


def _what(effect: Effect) -> str:
    """The effect in a log line."""
    what = effect.kind.value if not effect.thread_id else f"Thread {effect.thread_id}: {effect.kind.value}"
    return what if effect.channel_id is None else f"{what} in channel {effect.channel_id}"
