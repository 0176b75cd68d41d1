"""Every text of the product that people in Discord read, and the durations of the sheet."""

from __future__ import annotations

from datetime import timedelta

from tracker.domain.ticket import UNKNOWN_AUTHOR, Ticket

REOPENED = (
    "🟢 **UPDATE:** This thread has been **REOPENED**!\n\n"
    "We're continuing the conversation here.\n"
    "Our support team will follow up shortly."
)
UNASSIGNED = "Unassigned"

_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_ON_TIME = timedelta(minutes=1)


def resolved_message(ticket: Ticket, support_name: str) -> str:
    """The message in a resolved thread; mentions the thread's author."""
    return (
        f"🔴 <@{ticket.author_id}> This thread has been marked as **RESOLVED**.\n\n"
        "We will no longer monitor this thread for new messages.\n"
        "If you have a new issue or follow-up question, please create a new thread.\n\n"
        f"Thank you for reaching out to {support_name}!"
    )


def alert_message(ticket: Ticket, *, team: str | None, waiting: timedelta, sla: timedelta) -> str:
    """The message to an alert channel about a ticket that waited too long."""
    return (
        "⚠️ **SLA ALERT: Ticket Awaiting Response**\n\n"
        f"📋 **Title:** {ticket.title}\n"
        f"👤 **Raised by:** {ticket.author_name or UNKNOWN_AUTHOR}\n"
        f"⏰ **Waiting:** {waiting_text(waiting, sla)}\n"
        f"🏷️ **Team:** {team or UNASSIGNED}\n"
        f"🔗 **Link:** [Click to view]({ticket.link})\n\n"
        "Please respond to this ticket as soon as possible."
    )


def waiting_text(waiting: timedelta, sla: timedelta) -> str:
    """The agreed time in words ("1 hour") for an alert within a minute of it, else the true time ("2h 15m")."""
    if sla <= waiting < sla + _ON_TIME:
        return _in_words(sla)
    return duration(waiting)


def duration(span: timedelta) -> str:
    """A span in its two or three largest units: `2d 4h 15m`, `2h 15m`, `25m 30s`, `40s`.

    Parts of a second, and of what is not shown, are cut, never rounded. A negative span counts as none.
    """
    seconds = max(0, span // timedelta(seconds=1))
    if seconds >= _DAY:
        return f"{seconds // _DAY}d {seconds % _DAY // _HOUR}h {seconds % _HOUR // _MINUTE}m"
    if seconds >= _HOUR:
        return f"{seconds // _HOUR}h {seconds % _HOUR // _MINUTE}m"
    if seconds >= _MINUTE:
        return f"{seconds // _MINUTE}m {seconds % _MINUTE}s"
    return f"{seconds}s"


def _in_words(span: timedelta) -> str:
    """A span as one says it: `1 hour`, `1 hour 30 minutes`; units of which there are none are left out."""
    rest = span // timedelta(seconds=1)
    words = []
    for size, unit in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (1, "second")):
        count, rest = divmod(rest, size)
        if count:
            words.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(words)
