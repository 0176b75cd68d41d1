"""How the desk is before anybody comes: its hours and roles, and for the page, tickets of the last weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tracker.sandbox.clock import OFFICE
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.entities import User

_HELPFUL = ("MANAGE_THREADS", "VIEW_AUDIT_LOG")
"""What the bot can do without, but says so in a warning at its start."""


def furnish(desk: LocalDesk, *, sla: str) -> None:
    """Give the desk office hours on a morning at work, its staff, and this time for a first answer."""
    desk.clock.ahead = desk.clock.until_work()
    desk.settings |= OFFICE
    desk.settings["SLA_TIMEOUT"] = sla
    desk.settings["SUPPORT_ROLE_IDS"] = str(desk.support.id)
    desk.world.grant(*_HELPFUL)


def open_first_tickets(desk: LocalDesk) -> None:
    """Open them as they were opened then, each with its answer; the bot has not been started yet and adopts them.

    An answer to each, since the bot would give the alert for what is overdue at once.
    """
    raj, kim = desk.person("raj"), desk.person("kim", staff=True)
    mia, sam = desk.customer, desk.staff
    _open(desk, "Refund for the last order", raj, kim, _Times(days=36, answer=45), "billing", "resolved")
    _open(desk, "Invitations do not arrive", mia, sam, _Times(days=22, answer=70), "Engineering")
    _open(desk, "Reports load for a minute", raj, sam, _Times(days=13, answer=180), "Engineering", "resolved")
    _open(desk, "Which plan has single sign-on?", mia, kim, _Times(days=9, answer=25), "Consulting")
    _open(desk, "Invoice has the old address", raj, sam, _Times(days=1, hours=3), "billing", "resolved")
    _open(desk, "How do I invite a colleague?", mia, kim, _Times(hours=5), "Consulting")
    _open(desk, "Charts show last week's numbers", raj, sam, _Times(hours=1), "Engineering")


@dataclass(frozen=True, kw_only=True)
class _Times:
    """How long ago a ticket was opened, and after how many minutes it was answered."""

    days: int = 0
    hours: int = 0
    answer: int = 9


def _open(desk: LocalDesk, title: str, author: User, answers: User, times: _Times, *tags: str) -> None:
    at = desk.world.now() - timedelta(days=times.days, hours=times.hours)
    thread = desk.world.open_thread(desk.forum, author, title, "Can you help me with this?", tags=tags, at=at)
    answered_at = at + timedelta(minutes=times.answer)
    desk.world.reply(thread, answers, f"Yes, {author.mention}. Just a moment.", at=answered_at)
