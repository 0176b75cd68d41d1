"""What was in the forum before the page was opened: a few tickets of the last days, so that nobody looks at nothing."""

from __future__ import annotations

from datetime import timedelta

from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import User


def open_first_tickets(desk: LocalDesk) -> None:
    """Open them as they were opened then, each with its answer; the bot has not been started yet and adopts them.

    An answer to each, since the bot would give the alert for what is overdue at once.
    """
    raj, kim = desk.person("raj"), desk.person("kim", staff=True)
    _open(desk, "Invoice has the old address", raj, timedelta(days=1, hours=3), desk.staff, "billing", "resolved")
    _open(desk, "How do I invite a colleague?", desk.customer, timedelta(hours=5), kim, "Consulting")
    _open(desk, "Charts show last week's numbers", raj, timedelta(minutes=50), desk.staff, "Engineering")


def _open(desk: LocalDesk, title: str, author: User, ago: timedelta, answers: User, *tags: str) -> None:
    at = desk.world.now() - ago
    thread = desk.world.open_thread(desk.forum, author, title, "Can you help me with this?", tags=tags, at=at)
    desk.world.reply(thread, answers, f"Yes, {author.mention}. Just a moment.", at=at + timedelta(minutes=9))
