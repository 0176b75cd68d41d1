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
    earliest = event.changes_since or event.told_late_since
    if earliest is None or not _has_begun(before, after) or after.pauses[-1].start != event.at:
        return after
    # What Discord tells late it tells in its order: what the asker wrote after that is still to come.
    start = earliest if event.last_message_id is None else created_at(event.last_message_id)
    wrote_nobody = event.last_message_id is not None and event.last_message_id <= after.thread_id
    if wrote_nobody or not earliest <= start <= event.at:
        return after
    start = max(start, after.created_at)
    return replace(after, pauses=(*after.pauses[:-1], replace(after.pauses[-1], start=start)))


def may_have_ended(before: Ticket, after: Ticket, event: ThreadSeen) -> bool:
    """Whether something was written in a pause of which the bot has only just learned, perhaps by the asker."""
    if not after.pauses or after.pauses == before.pauses or event.last_message_id is None:
        return False
    return created_at(event.last_message_id) >= after.pauses[-1].start


def _has_begun(before: Ticket, after: Ticket) -> bool:
    return is_paused(after.pauses) and after.pauses != before.pauses
