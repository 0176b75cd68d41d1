"""Who wrote last in a thread, and how often the staff did: that only where the bot has heard every message."""

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
    if ticket.activity is None or ticket.activity.by_asker is None:
        return None
    return WaitingOn.US if ticket.activity.by_asker else WaitingOn.ASKER


def talk_looks_the_same(before: Ticket, after: Ticket) -> bool:
    """Whether nothing differs that the columns about the messages show."""
    return before.activity == after.activity and waiting_on(before) == waiting_on(after)


def followed(before: Ticket | None, after: Ticket, event: TicketEvent) -> Activity | None:
    """What is known of the messages in the thread after an event.

    Where something may have been missed, nothing is, until a message is heard: who wrote last is known from then on.
    """
    if before is None:
        return _met(after, event)
    known = before.activity
    if isinstance(event, Replied):
        return known if event.found else _after_message(known, event, after)
    if known is None or isinstance(event, RepliesMissed):
        return known if known is not None and not known.heard else None
    if not isinstance(event, ThreadSeen) or event.last_message_id is None:
        return known
    if not known.heard:
        # It is compared with the row, if the ticket turns out to have one.
        return known if after.in_sheet else replace(known, last_message_id=event.last_message_id)
    heard = max(known.last_message_id, after.resolved_message_id or 0)
    return known if event.last_message_id <= heard else None


def _met(ticket: Ticket, event: TicketEvent) -> Activity | None:
    if not isinstance(event, ThreadSeen):
        return None
    if event.newly_created and not ticket.adopted:
        return Activity(last_message_id=ticket.thread_id, by_asker=True, staff_replies=0)
    if event.last_message_id is None:
        return None
    return Activity(last_message_id=event.last_message_id, by_asker=None, staff_replies=None, heard=False)


def _after_message(before: Activity | None, event: Replied, ticket: Ticket) -> Activity:
    known = before or Activity(last_message_id=0, by_asker=None, staff_replies=None)
    if event.message_id <= known.last_message_id:
        return known
    latest = replace(known, last_message_id=event.message_id, heard=True)
    if event.author_id == ticket.author_id:
        return replace(latest, by_asker=True)
    if not event.is_responder:
        return latest
    replies = None if known.staff_replies is None else known.staff_replies + 1
    return replace(latest, by_asker=False, staff_replies=replies)
