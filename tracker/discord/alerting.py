"""Calls people for tickets that wait too long: one alert, or a digest of many. It never fails over one thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import hikari

from tracker.discord.failures import UnknownThreadError, is_about_words, reason_of
from tracker.discord.last_look import LastLook
from tracker.discord.posting import Posting
from tracker.domain.effects import Effect, EffectKind
from tracker.domain.teams import team_of
from tracker.domain.ticket import Ticket
from tracker.domain.wording import WITHHELD, alert_message, digest_messages
from tracker.logs import about
from tracker.store import PendingEffect, Store

_log = logging.getLogger(__name__)

_LATE_LOOK = timedelta(minutes=3)


def threads_of(effect: Effect) -> list[int]:
    """The threads that a digest tells of."""
    return [int(word) for word in effect.text.split()] if effect.kind is EffectKind.DIGEST else []


class Alerting:
    """Posts alerts. `sla` is the time allowed for a first answer, as alerts tell it. Errors are hikari's."""

    def __init__(
        self,
        *,
        store: Store,
        posting: Posting,
        last_look: LastLook,
        teams: tuple[str, ...],
        sla: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._posting = posting
        self._last_look = last_look
        self._teams = teams
        self._sla = sla
        self._now = now

    async def alert(self, ticket: Ticket, pending: PendingEffect, *, posted_after: int | None) -> bool:
        """Alert of one ticket, if it still waits; whether it does. `posted_after` as for `Posting.post`.

        Raises:
            UnknownThreadError: Discord knows no such thread, which may be wrong.
        """
        channel_id = pending.effect.channel_id
        unanswered = await self._last_look.still_waiting(ticket, pending.attempts)
        if unanswered is None or channel_id is None:
            return False

        async def post(shown: Ticket) -> None:
            text = alert_message(
                shown,
                team=team_of(shown.tags, self._teams),
                waiting=self._now() - shown.created_at,
                sla=self._sla,
            )
            # Once a ticket, whatever became of the store since.
            await self._posting.post(
                channel_id, text, nonce=pending.effect.nonce, posted_after=posted_after, known_by=ticket.link
            )

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
        """Alert of those of many tickets that no message tells yet; whether any still waits."""
        effect = pending.effect
        if effect.channel_id is None:
            return False
        overdue, unknown = [], []
        for thread_id in threads_of(effect):
            ticket = self._store.ticket(thread_id)
            try:
                unanswered = None if ticket is None else await self._last_look.still_waiting(ticket, pending.attempts)
            except UnknownThreadError:
                unknown.append(thread_id)
                continue
            if unanswered is not None:
                overdue.append((unanswered, self._now() - unanswered.created_at))
        try:
            await self._post_untold(effect, effect.channel_id, overdue)
        except hikari.BadRequestError as error:
            if not is_about_words(error):
                raise
            wordless = [(_wordless(ticket), waiting) for ticket, waiting in overdue]
            await self._post_untold(effect, effect.channel_id, wordless)
            _log.warning("Alerts of several threads show no titles, as Discord refused them: %s.", reason_of(error))
        for thread_id in unknown:  # a second look tells whether they are gone
            late = Effect(kind=EffectKind.ALERT, thread_id=thread_id, channel_id=effect.channel_id, delay=_LATE_LOOK)
            self._store.enqueue(late, self._now())
        return bool(overdue)

    async def _post_untold(self, effect: Effect, channel_id: int, overdue: Sequence[tuple[Ticket, timedelta]]) -> None:
        """Post about those tickets of which no message in the channel tells."""
        own = self._posting.own_messages(channel_id, min(threads_of(effect)))
        told = [message.content or "" async for message in own]
        untold = [each for each in overdue if not any(each[0].link in text for text in told)]
        for text in digest_messages(untold) if untold else ():
            named = [ticket for ticket, _ in untold if ticket.link in text]
            # Waiting times grow from attempt to attempt: messages about the same tickets are the same message.
            part = replace(effect, thread_id=named[0].thread_id, number=effect.number + len(named))
            await self._posting.post(channel_id, text, nonce=part.nonce)


def _wordless(ticket: Ticket) -> Ticket:
    """The ticket without what people wrote."""
    return replace(ticket, title=WITHHELD, author_name=None)
