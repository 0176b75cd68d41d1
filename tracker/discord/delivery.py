"""Carries out effects: reactions, messages, alerts. What fails is tried again; what is given up is announced."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import hikari

from tracker.discord.alert_channels import AlertChannels
from tracker.discord.alerting import Alerting, threads_of
from tracker.discord.closed_threads import ClosedThreads
from tracker.discord.failures import (
    Troubles,
    Unknowns,
    UnknownThreadError,
    Verdict,
    is_forbidden,
    is_gone,
    is_unreadable,
    judge,
    reason_of,
)
from tracker.discord.forum import Forum
from tracker.discord.gates import Gates, gate_of
from tracker.discord.given_up import GivenUp
from tracker.discord.last_look import LastLook
from tracker.discord.posting import Posting
from tracker.discord.publishing import Publishing
from tracker.discord.resolutions import Resolutions
from tracker.domain.effects import CALL_OF, DIGEST_OF, LASTS, Effect, EffectKind
from tracker.domain.events import ThreadDeleted
from tracker.domain.sla import Agreement
from tracker.domain.ticket import Ticket
from tracker.domain.wording import row_line
from tracker.logs import about
from tracker.store import PendingEffect, Store
from tracker.tracking import Tracking
from tracker.waiting import happens

_log = logging.getLogger(__name__)

_AT_ONCE = 8
_SLOW = timedelta(seconds=2)
"""After so long an attempt gives its place to another and goes on beside it: what hangs must not hold up the rest."""

_PATIENCE = timedelta(seconds=30)
_SEARCH_LASTS, _NO_WORK = 20, timedelta(minutes=1)
_LASTING, _PASSING = timedelta(minutes=2), timedelta(minutes=15)
"""An alert channel that is unknown for longer is gone; what passes by itself mostly does within the second time."""

_EXPIRE_AFTER = timedelta(days=1)
_EXPIRING = {EffectKind.REACT: "✅ on %d posts", EffectKind.END_ALERT: "The end of %d alerts"}
"""What nobody looks for any more after a day, and how many of it were given up, in words."""

_CLOCK_SKEW = timedelta(seconds=30)
_DISCORD = "Discord"
_AFTER_DELETION = (EffectKind.NAME_AUTHOR, EffectKind.END_ALERT)
"""What is done for a thread that is gone, too."""


@dataclass(kw_only=True)
class DiscordDelivery:
    """The loop over the store's effects: one after another in one channel or thread, side by side in different ones.

    Discord limits most requests by channel, so a busy or broken channel takes one of the few places under way and no
    more, and that not for long. `agreement` says what alerts say, and when they may be posted; `support_name` signs
    the resolved message; `patience` is how long one attempt may take. With `closed_counts` nobody is called for a post
    that a person closed.
    """

    store: Store
    tracking: Tracking
    rest: hikari.api.RESTClient
    forum: Forum
    teams: tuple[str, ...]
    agreement: Agreement
    support_name: str
    now: Callable[[], datetime]
    patience: timedelta = _PATIENCE
    closed_counts: bool = False
    escalation_role: int | None = None

    def __post_init__(self) -> None:
        self._posting = Posting(self.rest, self.now)
        self._closed_threads = ClosedThreads(
            store=self.store, tracking=self.tracking, rest=self.rest, forum=self.forum, posting=self._posting
        )
        self._resolutions = Resolutions(
            tracking=self.tracking,
            forum=self.forum,
            posting=self._posting,
            closed_threads=self._closed_threads,
            support_name=self.support_name,
        )
        self._publishing = Publishing(self.store, self._posting, self.now)
        self._woken = asyncio.Event()
        self._busy: set[int] = set()
        self._slow: set[int] = set()
        self._troubles = Troubles()
        self._unknowns = Unknowns()
        self._gates = Gates(self.now)
        self._last_look = LastLook(
            store=self.store,
            tracking=self.tracking,
            forum=self.forum,
            gates=self._gates,
            now=self.now,
            closed_counts=self.closed_counts,
        )
        self._alerting = Alerting(
            store=self.store,
            tracking=self.tracking,
            posting=self._posting,
            last_look=self._last_look,
            teams=self.teams,
            agreement=self.agreement,
            role=self.escalation_role,
            now=self.now,
        )
        self.given_up = GivenUp(store=self.store, tracking=self.tracking, now=self.now)
        self.alert_channels = AlertChannels(store=self.store, tracking=self.tracking)
        self._found = 0

    def wake(self) -> None:
        """There may be new effects."""
        self._woken.set()

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and nothing could be tried now."""
        heads = self.store.effects.heads(1, but=self._gates.shut())
        return not self._busy and all(due > self.now() for due, _ in heads)

    @property
    def problems(self) -> tuple[str, ...]:
        """What people have to know of the errands: alert channels that take no messages, and what was given up."""
        given_up = self.given_up.problem
        return (*self.alert_channels.problems, *((given_up,) if given_up else ()))

    async def run(self) -> None:
        """Carry out effects as they become due, until cancelled; what is under way then is tried again next time.

        Only an error of the store ends this otherwise.
        """
        self._look_first()  # an earlier process may have died over any of these
        self.store.effects.hasten_refused(self.now())
        # By other settings people may be there earlier than when these were put off.
        self.store.effects.look_again_at(CALL_OF.keys(), self.now())
        try:
            async with asyncio.TaskGroup() as under_way:
                while True:
                    self._woken.clear()
                    self.given_up.announce()
                    wait = self._start_due(under_way)
                    await happens(self._woken, within=wait.total_seconds())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from errors

    def _look_first(self) -> None:
        """Look for what waits now before it is posted: a bot of which the store knows nothing may have posted it.

        What was refused is tried without further pause: the bot did not see the forum, and what it lacked it may have
        by now.
        """
        self._found = self.store.effects.latest()
        if self._gates.reopen():
            self.store.effects.hasten_refused(self.now())

    def _start_due(self, under_way: asyncio.TaskGroup) -> timedelta:
        """Start what is due, as far as there is room; the time until something else becomes due."""
        if self.tracking.compared.is_set():
            self.tracking.compared.clear()
            self._look_first()
        while len(self._busy - self._slow) < _AT_ONCE:
            heads = self.store.effects.heads(1, elsewhere_than=self._busy, but=self._gates.shut())
            if not heads:
                break
            due, pending = heads[0]
            if due > self.now():
                return min(_NO_WORK, due - self.now(), self._gates.next_probe())
            if pending.effect.kind in CALL_OF and (opening := self.agreement.opening(self.now())) > self.now():
                self._alerting.put_off(pending, opening)
                continue
            channel_id = pending.effect.place
            self._busy.add(channel_id)
            self._gates.begin(gate_of(pending.effect))
            under_way.create_task(self._carry_out(channel_id, pending))
        return min(_NO_WORK, self._gates.next_probe())

    async def _carry_out(self, channel_id: int, pending: PendingEffect) -> None:
        gate = gate_of(pending.effect)
        place = asyncio.get_running_loop().call_later(_SLOW.total_seconds(), self._give_up_place, channel_id, gate)
        try:
            async with asyncio.timeout(self.patience.total_seconds() * _parts_of(pending.effect)):
                done = await self._perform(pending)
        except Exception as error:  # noqa: BLE001 - whatever happens to one effect must not stop the others
            self._after_failure(pending, error)
        else:
            self.store.effects.done(pending.id)
            if done:
                self._after_success(pending)
            else:
                self._gates.unused(gate)
        finally:
            place.cancel()
            self._busy.remove(channel_id)
            self._slow.discard(channel_id)
            self._woken.set()

    def _give_up_place(self, channel_id: int, gate: str) -> None:
        self._slow.add(channel_id)
        self._gates.is_slow(gate)
        self._woken.set()

    def _after_success(self, pending: PendingEffect) -> None:
        effect = pending.effect
        self._gates.passed(gate_of(effect))
        self._unknowns.seen(effect.thread_id)
        if effect.channel_id is not None:
            self.alert_channels.works(effect.channel_id)
        # While one request of many keeps failing, the others' success says nothing about Discord as a whole.
        for where in (_kind(effect), *((_DISCORD, _what(effect)) if pending.attempts else ())):
            if self._troubles.over(where):
                _log.info("%s works again.", where, extra=_about(effect) if where == _what(effect) else None)

    def _after_failure(self, pending: PendingEffect, error: Exception) -> None:
        effect, now = pending.effect, self.now()
        if effect.is_in_thread and is_gone(error):
            error = UnknownThreadError()
        if isinstance(error, UnknownThreadError) and self._unknowns.is_certain(effect.thread_id, now):
            self._after_deletion(pending, error)
            return
        refused_for = now - (pending.refused_since or now)
        chance = random.random()  # noqa: S311 - jitter, not a secret
        verdict = judge(error, effect.kind, pending.attempts + 1, chance, refused_for)
        lasting = self._go_through_gate(effect, verdict, error)
        is_certain = is_forbidden(error) or lasting >= (_LASTING if is_gone(error) else _PASSING)
        if effect.kind is EffectKind.END_ALERT and is_gone(error) and is_certain:
            count = self.store.effects.drop_ends(effect.text)
            _log.info("%d alerts in the channel %s stay as they are: %s.", count, effect.text, verdict.reason)
            return
        if effect.channel_id is not None and verdict.shared and not verdict.everywhere and is_certain:
            passes = not (is_forbidden(error) or is_gone(error))
            self.alert_channels.out(effect.channel_id, verdict.reason, passes=passes)
            if is_gone(error):
                self._give_up_all_in(effect.channel_id, verdict.reason)
                return
        if verdict.again_after is None:
            self._give_up(pending, verdict)
        else:
            where = _DISCORD if verdict.everywhere else _kind(effect) if verdict.shared else _what(effect)
            if not verdict.usual and self._troubles.is_news(where, verdict.reason):
                line = "%s: %s. Trying again until it works."
                unexpected = error if is_unreadable(error) else None
                _log.warning(line, _what(effect), verdict.reason, exc_info=unexpected, extra=_about(effect))
            refused_at = None if verdict.everywhere else now
            self.store.effects.postpone(
                pending.id, now + verdict.again_after, refused_at=refused_at, closed=verdict.closed
            )
        if verdict.shared and effect.kind in _EXPIRING:
            self._let_expire(effect, verdict.reason)

    def _go_through_gate(self, effect: Effect, verdict: Verdict, error: Exception) -> timedelta:
        """Report to the effect's gate how the attempt ended; since how long all of its kind are refused."""
        gate = gate_of(effect)
        if verdict.shared:
            passing = None if is_forbidden(error) else error
            return self._gates.refused(gate, counted=verdict.counted, passing=passing)
        if verdict.counted:
            self._gates.count(gate)
        else:
            self._gates.failed(gate)
        return timedelta()

    def _after_deletion(self, pending: PendingEffect, error: UnknownThreadError) -> None:
        """The thread is gone: nothing can be done in it, and nobody has to be called for it."""
        effect = pending.effect
        self._gates.failed(gate_of(effect))
        if effect.kind is EffectKind.LOOK_BACK:
            _log.info("Thread %d was deleted: Discord does not know it any more.", effect.thread_id)
        elif effect.channel_id is None:
            _log.error("%s is given up: %s.", _what(effect), reason_of(error), extra=_about(effect))
        self.tracking.record(ThreadDeleted(thread_id=effect.thread_id))
        self.store.effects.done(pending.id)

    def _give_up(self, pending: PendingEffect, verdict: Verdict) -> None:
        effect = pending.effect
        _log.error("%s is given up: %s.", _what(effect), verdict.reason, extra=_about(effect))
        self._troubles.over(_what(effect))
        with self.store.transaction():
            self.store.effects.done(pending.id)
            if not verdict.moot:
                self.given_up.add(effect.kind, verdict.reason, where=f"<#{effect.place}>")

    def _give_up_all_in(self, channel_id: int, reason: str) -> None:
        """The alert channel is gone, and with it everything that was to be posted there."""
        with self.store.transaction():
            count = self.store.effects.drop_in_channel(channel_id)
            self.given_up.add(EffectKind.ALERT, reason, where=f"`{channel_id}`", count=count)
        _log.error("%d messages to the alert channel %d are given up: %s.", count, channel_id, reason)

    def _let_expire(self, effect: Effect, reason: str) -> None:
        """Give up those that wait behind a refused one for a day."""
        kind, channel_id = effect.kind, effect.text if effect.kind is EffectKind.END_ALERT else None
        with self.store.transaction():
            count = self.store.effects.drop_old(kind, self.now() - _EXPIRE_AFTER, channel_id)
            if count:
                self.given_up.add(kind, reason, where=f"<#{channel_id}>" if channel_id else "", count=count)
        if count:
            _log.error("%s is given up after a day: %s.", _EXPIRING[kind] % count, reason)

    async def _perform(self, pending: PendingEffect) -> bool:
        """Do it; whether there was anything to do. If not, nothing is known of what Discord permits."""
        effect = pending.effect
        if effect.kind is EffectKind.NOTICE:
            await self._post_notice(pending)
            return True
        if effect.kind in LASTS:
            return await self._publish(effect)
        if effect.kind in DIGEST_OF.values():
            return await self._alerting.digest(pending)
        ticket = self.store.tickets.find(effect.thread_id)
        if ticket is None or (ticket.deleted and effect.kind not in _AFTER_DELETION):
            return False
        if effect.kind in DIGEST_OF:
            return await self._alerting.alert(ticket, pending, posted_after=ticket.thread_id)
        await self._perform_for(ticket, pending)
        return True

    async def _perform_for(self, ticket: Ticket, pending: PendingEffect) -> None:
        match pending.effect.kind:
            case EffectKind.REACT:
                ticked = await self._posting.react_to_starter(ticket.thread_id, ticket.author_id, "✅")
                line = row_line(ticket, pending.effect.text, ticked=ticked)
                _log.info("%s", line, extra=about(ticket.thread_id))
            case EffectKind.POST_RESOLVED:
                after = self._posted_after(pending, ticket.resolved_message_id or ticket.thread_id)
                await self._resolutions.post(ticket, pending.effect, posted_after=after)
            case EffectKind.EDIT_REOPENED:
                await self._resolutions.edit_reopened(ticket)
            case EffectKind.CLOSE_AGAIN:
                await self._closed_threads.close_again(ticket, pending.effect)
            case EffectKind.END_ALERT:
                await self._posting.end_alert(int(pending.effect.text), pending.effect.number, ticket)
            case EffectKind.NAME_AUTHOR:
                await self._last_look.name_author(ticket)
            case EffectKind.LOOK_BACK:
                await self._last_look.look_back(ticket)

    async def _post_notice(self, pending: PendingEffect) -> None:
        effect = pending.effect
        if effect.channel_id is not None:
            after = self._posted_after(pending, _snowflake(effect.number))
            await self._posting.post(effect.channel_id, effect.text, nonce=effect.nonce, posted_after=after)

    async def _publish(self, effect: Effect) -> bool:
        is_posted = await self._publishing.post(effect, _snowflake(effect.number))
        if not is_posted:
            _log.info("%s comes too late and is left out.", _what(effect))
        return is_posted

    def _posted_after(self, pending: PendingEffect, message_id: int) -> int | None:
        """`message_id` where the message may be there already, after that one; None where this is the first attempt."""
        return message_id if pending.attempts or pending.id <= self._found else None


def _parts_of(effect: Effect) -> int:
    """How many times as long as others the effect may take: a search reads page after page."""
    return _SEARCH_LASTS if effect.kind is EffectKind.LOOK_BACK else len(threads_of(effect)) or 1


def _snowflake(number: int) -> int:
    """The lowest id that a message with a notice or digest can have: they are numbered by milliseconds since 1970."""
    moment = datetime.fromtimestamp(number / 1000, UTC)
    return hikari.Snowflake.from_datetime(moment - _CLOCK_SKEW)


def _kind(effect: Effect) -> str:
    """What stays broken until this works again: an alert channel, or this kind of errand in all threads."""
    if effect.kind is EffectKind.END_ALERT:
        return f"{effect.kind.value} in the channel {effect.text}"
    if effect.channel_id is None:
        return f"{effect.kind.value} in the forum's threads"
    return f"Alert channel {effect.channel_id}"


def _about(effect: Effect) -> dict[str, int] | None:
    """What a log line about the effect carries besides its text."""
    return about(effect.thread_id) if effect.thread_id else None


def _what(effect: Effect) -> str:
    """The effect in a log line."""
    what = effect.kind.value if not effect.thread_id else f"Thread {effect.thread_id}: {effect.kind.value}"
    return what if effect.channel_id is None else f"{what} in channel {effect.channel_id}"
