"""Who wrote last in a thread, and how often the staff did: known only where the bot has heard every message."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from tracker.domain.events import Replied, RepliesMissed, ThreadSeen, TicketEvent
from tracker.domain.pauses import is_paused
from tracker.domain.ticket import Activity, Ticket


class WaitingOn(StrEnum):
    """Whose turn it is. Each value is a cell of the sheet."""

    US = "us"
    ASKER = "asker"


def waiting_on(ticket: Ticket) -> WaitingOn | None:
    """Whose turn it seems to be; None where it is nobody's, or nobody knows.

    A thank-you looks like a question to a bot that does not read messages, so this makes lists, and no alerts.
    """
    if ticket.is_resolved or ticket.deleted:
        return None
    if ticket.first_answer is None:
        return WaitingOn.US
    if is_paused(ticket.pauses):
        return WaitingOn.ASKER
    if ticket.activity is None:
        return None
    return WaitingOn.US if ticket.activity.by_asker else WaitingOn.ASKER


def followed(before: Ticket | None, after: Ticket, event: TicketEvent) -> Activity | None:
    """What is known of the messages in the thread after an event; None: something may have been missed."""
    if before is None:
        is_new = isinstance(event, ThreadSeen) and event.newly_created and not after.adopted
        return Activity(last_message_id=after.thread_id, by_asker=True, staff_replies=0) if is_new else None
    known = before.activity
    if known is None or isinstance(event, RepliesMissed):
        return None
    if isinstance(event, Replied):
        return _after_message(known, event, after)
    if isinstance(event, ThreadSeen) and event.last_message_id is not None:
        heard = max(known.last_message_id, after.resolved_message_id or 0)
        return known if event.last_message_id <= heard else None
    return known


def _after_message(known: Activity, event: Replied, ticket: Ticket) -> Activity:
    if event.message_id <= known.last_message_id:
        return known
    if event.author_id == ticket.author_id:
        return replace(known, last_message_id=event.message_id, by_asker=True)
    if not event.is_responder:
        return replace(known, last_message_id=event.message_id)
    replies = known.staff_replies + 1
    return Activity(last_message_id=event.message_id, by_asker=False, staff_replies=replies)
