"""What is posted in a thread about its resolution, and edited when it is reopened."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from tracker.discord.closed_threads import ClosedThreads
from tracker.discord.forum import Forum
from tracker.discord.posting import Posting
from tracker.domain.effects import Effect
from tracker.domain.events import ResolvedMessagePosted
from tracker.domain.ticket import Ticket
from tracker.domain.wording import REOPENED, RESOLVED, resolved_message
from tracker.logs import about
from tracker.tracking import Tracking

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Resolutions:
    """`support_name` signs the resolved message."""

    tracking: Tracking
    forum: Forum
    posting: Posting
    closed_threads: ClosedThreads
    support_name: str

    async def post(self, ticket: Ticket, effect: Effect, *, posted_after: int | None) -> None:
        """Post the resolved message, unless it is there after the message `posted_after`; None: nobody looks for it.

        Raises:
            ClosedThreadError: the bot could not close the thread again.
        """
        earlier = None
        if posted_after is not None:
            earlier = await self.posting.posted(ticket.thread_id, [RESOLVED], posted_after)
        message_id = earlier or await self._post_to_asker(ticket, effect)
        found_for = None if earlier is None else effect.number
        self.tracking.record(
            ResolvedMessagePosted(thread_id=ticket.thread_id, message_id=message_id, found_for=found_for)
        )

    async def _post_to_asker(self, ticket: Ticket, effect: Effect) -> int:
        asker = await self.forum.asker(ticket)
        await self.closed_threads.before_message(ticket.thread_id)
        text = resolved_message(asker, self.support_name)
        return await self.posting.post(ticket.thread_id, text, nonce=effect.nonce, mention=asker)

    async def edit_reopened(self, ticket: Ticket) -> None:
        """Edit the resolved message, if there is any: the ticket was reopened."""
        message_id = ticket.resolved_message_id
        if message_id is None:
            # A row of an earlier tracker may lack the id, or have lost its last digits.
            own = self.posting.own_messages(ticket.thread_id, ticket.thread_id)
            message_id = max([message.id async for message in own if RESOLVED in (message.content or "")], default=None)
        if message_id is None:
            _log.info(
                "Thread %d: no message of the bot is about its resolution; none is edited.",
                ticket.thread_id,
                extra=about(ticket.thread_id),
            )
            return
        await self.closed_threads.edit(ticket.thread_id, message_id, REOPENED)
        self.tracking.record(ResolvedMessagePosted(thread_id=ticket.thread_id, message_id=message_id))
