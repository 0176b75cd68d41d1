"""The last look at a thread before people are called for it: somebody may have answered without the bot's knowledge.

What cannot be read keeps nobody from being called.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import hikari

from tracker.discord.failures import (
    LookFailedError,
    UnknownThreadError,
    is_counted,
    is_forbidden,
    is_gone,
    is_unreadable,
    reason_of,
)
from tracker.discord.forum import Forum
from tracker.discord.gates import Gates
from tracker.discord.view import closed_by_person, is_pinned
from tracker.domain.effects import EffectKind
from tracker.domain.events import AsksNobody, MessageDeleted, Replied
from tracker.domain.ticket import Ticket
from tracker.logs import about
from tracker.store import Store
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)

_PATIENCE = timedelta(seconds=10)
_LOOKS = 3
"""So often a look is tried again while Discord is in trouble; after that, people are called for what is known."""

_LOOKING = "look"
_SEARCHING = EffectKind.LOOK_BACK.value


@dataclass(frozen=True, kw_only=True)
class LastLook:
    """Asks Discord what the store may not know of a thread: its author's name, its first answer, its tags.

    With `closed_counts` nobody is called for a post that a person closed.
    """

    store: Store
    tracking: Tracking
    forum: Forum
    gates: Gates
    now: Callable[[], datetime]
    closed_counts: bool = False

    async def still_waiting(self, ticket: Ticket, attempts: int) -> Ticket | None:
        """The ticket as it is known after the look; None if nobody has to be called.

        `attempts` is how often the alert has failed already.

        Raises:
            UnknownThreadError: Discord knows no such thread, which may be wrong.
            LookFailedError: the look failed for trouble that may pass, and there were few attempts up to now.
        """
        if not ticket.awaits_answer:
            return None
        thread, gate = None, _LOOKING
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                # First what needs one request each: a post with a long talk in it may not be read to its end.
                if self._may_ask(gate, attempts):
                    is_by_staff = await self.forum.is_opened_by_staff(ticket)
                    thread = None if is_by_staff else await self.forum.thread(ticket.thread_id)
                    if is_by_staff or (thread is not None and is_pinned(thread)):
                        self.tracking.record(AsksNobody(thread_id=ticket.thread_id))
                        return None
                    if thread is not None and self.closed_counts and closed_by_person(thread):
                        return None
                    self.gates.passed(gate)
                gate = _SEARCHING
                if self._may_ask(gate, attempts):
                    await self.name_author(ticket)
                    await self.look_back(ticket)
                    self.gates.passed(gate)
        except (UnknownThreadError, LookFailedError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, people have to be called
            self._after_failure(ticket, gate, error, attempts)
        known = self.store.tickets.find(ticket.thread_id) or ticket
        # Only looked at: recording it could overtake what Discord is still to send.
        added = set(getattr(thread, "applied_tag_ids", ())) - {tag.id for tag in known.tags}
        return known if known.awaits_answer and not self.tracking.resolves(added) else None

    def _may_ask(self, gate: str, attempts: int) -> bool:
        """Whether such a look is not being refused; raises LookFailedError where it may not be for long."""
        if not self.gates.is_closed(gate):
            return True
        passing = self.gates.passing_refusal(gate)
        if passing is not None and attempts + 1 < _LOOKS:
            raise LookFailedError(passing)
        return False

    def _after_failure(self, ticket: Ticket, gate: str, error: Exception, attempts: int) -> None:
        """Note that the thread could not be searched; raises LookFailedError where another attempt may find more."""
        if is_counted(error):
            self.gates.refused(gate, counted=True, passing=None if is_forbidden(error) else error)
        lasts = is_forbidden(error) or is_unreadable(error) or isinstance(error, TimeoutError)
        if not lasts and attempts + 1 < _LOOKS:
            raise LookFailedError(error) from error
        _log.warning(
            "Thread %d cannot be searched for an answer (%s): the alert says what is known.",
            ticket.thread_id,
            reason_of(error, EffectKind.LOOK_BACK),
            extra=about(ticket.thread_id),
        )

    async def name_author(self, ticket: Ticket) -> None:
        """Record the name of the thread's author, where it is not known."""
        if ticket.author_name is None:
            self.tracking.record(await self.forum.author_of(ticket))

    async def look_back(self, ticket: Ticket) -> None:
        """Record the thread's first answer if it has one, and that the one known is gone if it is not there any more.

        Where it is the asker's turn, or was, record also what they wrote since it began.

        Raises:
            UnknownThreadError: Discord knows no such thread, which may be wrong.
        """
        # What a row in the sheet shows of an answer has no message's id.
        gone = None if ticket.first_answer is None or ticket.adopted else ticket.first_answer.message_id
        answer: Replied | None = None
        try:
            async for reply in self.forum.replies(ticket):
                gone = None if reply.message_id == gone else gone
                if reply.is_responder:
                    answer = reply
                    break
            word = None
            if ticket.pauses:
                word = await self.forum.word_of_author(ticket, since=ticket.pauses[-1].start)
        except hikari.NotFoundError as error:
            if not is_gone(error):
                raise
            raise UnknownThreadError from error
        if gone is not None and (answer is None or answer.message_id > gone):
            self.tracking.record(MessageDeleted(thread_id=ticket.thread_id, message_id=gone, at=self.now()))
        for found in (answer, word):
            if found is not None:
                self.tracking.record(found)
