"""What happens to a ticket so many minutes after its thread was opened: on a Wednesday, at 10:30 in Kolkata."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.builders import OPENED, RULES, THREAD, replied, seen
from tracker.domain.events import DeadlinePassed, Event, Tag, TagsWere
from tracker.domain.hours import BusinessHours, weekly
from tracker.domain.sla import Agreement

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
KOLKATA = ZoneInfo("Asia/Kolkata")
OFFICE = BusinessHours(week=weekly(((540, 1080),), range(5)), zone=KOLKATA)
BUSINESS = replace(RULES, sla=Agreement(span=HOUR, hours=OFFICE))
"""An hour for the first answer, in the time of an office."""


def at(minutes: float) -> datetime:
    """So many minutes after the thread was opened."""
    return OPENED + minutes * MINUTE


def tagged(minutes: float, *tags: Tag) -> Event:
    """The thread is seen with these tags."""
    return seen(*tags, at=at(minutes))


def logged(minutes: float, *tags: Tag) -> TagsWere:
    """The audit log shows that the thread got these tags."""
    return TagsWere(tags=tags, at=at(minutes))


def answer(minutes: float) -> Event:
    """Staff answers."""
    return replied(minutes * MINUTE)


def passed(minutes: float) -> DeadlinePassed:
    """The time comes at which people are to be called."""
    return DeadlinePassed(thread_id=THREAD, at=at(minutes))
