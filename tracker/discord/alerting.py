"""Calls people for tickets that wait too long: one alert, or a digest of many. It never fails over one thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import hikari

from tracker.discord.failures import UnknownThreadError, is_about_words, reason_of
from tracker.discord.last_look import LastLook
from tracker.discord.posting import Posting
from tracker.domain.effects import CALL_OF, DIGEST_OF, Effect, EffectKind
from tracker.domain.events import AlertPosted
from tracker.domain.sla import Agreement
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import WITHHELD, WORDS_OF, alert_message, digest_messages
from tracker.logs import about
from tracker.store import PendingEffect, Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_LATE_LOOK = timedelta(minutes=3)
_SEVERAL = 2


def threads_of(effect: Effect) -> list[int]:
    """The threads that a digest names."""
    return [int(word) for word in effect.text.split()] if effect.kind in DIGEST_OF.values() else []


@dataclass(frozen=True, kw_only=True)
class Alerting:
    """Posts alerts, warnings and escalations, and reports what was posted. Errors are hikari's.

    `agreement` is about the time allowed for a first answer; an escalation mentions `role`, if that is not None.
    """

    store: Store
    tracking: Tracking
    posting: Posting
    last_look: LastLook
    teams: tuple[str, ...]
    agreement: Agreement
    role: int | None
    now: Callable[[], datetime]

    async def alert(self, ticket: Ticket, pending: PendingEffect, *, posted_after: int | None) -> bool:
        """Alert of one ticket, if it still waits; whether it does. `posted_after` as for `Posting.post`.

        Raises:
            UnknownThreadError: Discord knows no such thread, which may be wrong.
        """
        channel_id, call = pending.effect.channel_id, CALL_OF[pending.effect.kind]
        if channel_id is None:
            return False
        unanswered = await self.last_look.still_waiting(ticket, pending.attempts)
        if unanswered is None:
            await self._report_earlier(channel_id, ticket, call)
            return False

        async def post(shown: Ticket) -> None:
            text = alert_message(
                shown,
                team=team_of(shown.tags, self.teams),
                waiting=self.now() - shown.created_at,
                sla=self.agreement.span_for(shown.tags),
                call=call,
                due=shown.due_at if self.agreement.says_when_due else None,
                role=self._role_for(call),
            )
            # Once a ticket, whatever became of the store since.
            message_id = await self.posting.post(
                channel_id,
                text,
                nonce=pending.effect.nonce,
                role=self._role_for(call),
                posted_after=posted_after,
                known_by=(WORDS_OF[call].name, ticket.link),
            )
            self._report(channel_id, message_id, [ticket.thread_id])

        try:
            await post(unanswered)
        except hikari.BadRequestError as error:
            if not is_about_words(error):
                raise
            await post(_wordless(unanswered))
            _log.warning(
                "Thread %d: its alert shows no title, as Discord refused it: %s.",
                ticket.thread_id,
                reason_of(error),
                extra=about(ticket.thread_id),
            )
        return True

    async def digest(self, pending: PendingEffect) -> bool:
        """Alert of those of many tickets that no message names yet; whether any still waits."""
        effect = pending.effect
        if effect.channel_id is None:
            return False
        overdue, ended, unknown = [], [], []
        for thread_id in threads_of(effect):
            ticket = self.store.tickets.find(thread_id)
            if ticket is None:
                continue
            try:
                unanswered = await self.last_look.still_waiting(ticket, pending.attempts)
            except UnknownThreadError:
                unknown.append(thread_id)
                continue
            if unanswered is not None:
                overdue.append((unanswered, self.now() - unanswered.created_at))
            else:
                ended.append(ticket)
        try:
            await self._post_untold(effect, effect.channel_id, overdue, ended)
        except hikari.BadRequestError as error:
            if not is_about_words(error):
                raise
            wordless = [(_wordless(ticket), waiting) for ticket, waiting in overdue]
            await self._post_untold(effect, effect.channel_id, wordless)
            _log.warning("Alerts of several threads show no titles, as Discord refused them: %s.", reason_of(error))
        for thread_id in unknown:  # a second look shows whether they are gone
            call = CALL_OF[effect.kind]
            late = Effect(kind=call, thread_id=thread_id, channel_id=effect.channel_id, delay=_LATE_LOOK)
            self.store.effects.enqueue(late, self.now())
        return bool(overdue)

    def put_off(self, pending: PendingEffect, opening: datetime) -> None:
        """Post it when people are there: by then it is one message with the calls of its kind that wait beside it."""
        effect = pending.effect
        call = CALL_OF[effect.kind]
        kinds = (call, DIGEST_OF[call])
        waiting = [each for each in self.store.effects.waiting_in(effect.channel_id) if each.effect.kind in kinds]
        if len(waiting) < _SEVERAL:
            self.store.effects.put_off(pending.id, opening)
            return
        now = self.now()
        threads = [thread for each in waiting for thread in threads_of(each.effect) or (each.effect.thread_id,)]
        digest = Effect(
            kind=DIGEST_OF[call],
            thread_id=0,
            channel_id=effect.channel_id,
            number=int(now.timestamp() * 1000),
            text=" ".join(map(str, dict.fromkeys(threads))),
            delay=opening - now,
        )
        with self.store.transaction():
            self.store.effects.enqueue(digest, now)
            for each in waiting:
                self.store.effects.done(each.id)

    async def _post_untold(
        self,
        effect: Effect,
        channel_id: int,
        overdue: Sequence[tuple[Ticket, timedelta]],
        ended: Sequence[Ticket] = (),
    ) -> None:
        """Post about those tickets that no message in the channel names; the `ended` need nobody any more."""
        call = CALL_OF[effect.kind]
        role = self._role_for(call)
        own = self.posting.own_messages(channel_id, min(threads_of(effect)))
        known = [(message.id, message.content or "") async for message in own]
        reported = set()
        for ticket in (*ended, *(each for each, _ in overdue)):
            about_it = [at for at, text in known if ticket.link in text and WORDS_OF[call].name in text]
            if about_it:
                self._report(channel_id, about_it[0], [ticket.thread_id])
                reported.add(ticket.thread_id)
        untold = [(ticket, waiting) for ticket, waiting in overdue if ticket.thread_id not in reported]
        due = self.agreement.says_when_due
        for text in digest_messages(untold, call=call, says_when_due=due, role=role) if untold else ():
            named = [ticket.thread_id for ticket, _ in untold if ticket.link in text]
            # Waiting times grow from attempt to attempt: messages about the same tickets are the same message.
            part = replace(effect, thread_id=named[0], number=effect.number + len(named))
            message_id = await self.posting.post(channel_id, text, nonce=part.nonce, role=role)
            self._report(channel_id, message_id, named)

    async def _report_earlier(self, channel_id: int, ticket: Ticket, call: EffectKind) -> None:
        """The ticket needs nobody any more: a message that an attempt posted whose answer was lost is to say so."""
        try:
            message_id = await self.posting.posted(
                channel_id, (WORDS_OF[call].name, ticket.link), after=ticket.thread_id
            )
        except (hikari.ForbiddenError, hikari.NotFoundError):
            return  # the message, if there is one, is out of reach, and nothing is to be posted
        if message_id is not None:
            self._report(channel_id, message_id, [ticket.thread_id])

    def _report(self, channel_id: int, message_id: int, thread_ids: Sequence[int]) -> None:
        """The message that names these threads is there: it will be edited when they need nobody any more."""
        for thread_id in thread_ids:
            self.tracking.record(AlertPosted(thread_id=thread_id, channel_id=channel_id, message_id=message_id))

    def _role_for(self, call: EffectKind) -> int | None:
        return self.role if call is EffectKind.ESCALATION else None


def _wordless(ticket: Ticket) -> Ticket:
    """The ticket without what people wrote."""
    return replace(ticket, title=WITHHELD, author_name=None)
