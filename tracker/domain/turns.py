"""When it became the asker's turn, and whether it still is, where nobody listened meanwhile."""

from __future__ import annotations

from dataclasses import replace

from tracker.domain.events import ThreadSeen
from tracker.domain.pauses import is_paused
from tracker.domain.snowflakes import created_at
from tracker.domain.ticket import Ticket


def dated(before: Ticket, after: Ticket, event: ThreadSeen) -> Ticket:
    """The ticket with the beginning of a pause that was only noticed: nobody has recorded when the tag was added.

    It counts from the thread's latest message on, as who adds such a tag mostly writes there, too. If the asker wrote
    that message, it ends with it: a ticket may rather be looked at once too often than be forgotten.
    """
    has_begun = is_paused(after.pauses) and after.pauses != before.pauses and after.pauses[-1].start == event.at
    if not has_begun or event.changes_since is None or (event.last_message_id or 0) <= after.thread_id:
        return after
    latest = created_at(event.last_message_id or 0)
    if not event.changes_since <= latest <= event.at:
        return after
    return replace(after, pauses=(*after.pauses[:-1], replace(after.pauses[-1], start=latest)))


def may_have_ended(before: Ticket, after: Ticket, event: ThreadSeen) -> bool:
    """Whether something was written in a pause of which the bot has only just learned, perhaps by the asker."""
    if not after.pauses or after.pauses == before.pauses or event.last_message_id is None:
        return False
    return created_at(event.last_message_id) >= after.pauses[-1].start
