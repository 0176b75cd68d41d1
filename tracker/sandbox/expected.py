"""What the bot writes into cells and posts, written a second time and in the plainest way from its description."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.sandbox.discord.entities import Thread

ZONE = ZoneInfo("Asia/Kolkata")

REOPENED = (
    "🟢 **UPDATE:** This thread has been **REOPENED**!\n\nWe're continuing the conversation here.\n"
    "Our support team will follow up shortly."
)


def resolved_text(thread: Thread) -> str:
    """The message in a resolved thread."""
    return (
        f"🔴 <@{thread.owner.id}> This thread has been marked as **RESOLVED**.\n\n"
        "We will no longer monitor this thread for new messages.\n"
        "If you have a new issue or follow-up question, please create a new thread.\n\n"
        "Thank you for reaching out to Dalgo Support!"
    )


def serial(at: datetime) -> float:
    """Days since 1899-12-30 on the wall clock of the desk's zone, to the second."""
    wall = at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
    return (wall - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001 - a serial number has no zone


def span(length: timedelta) -> str:
    """`2d 4h 15m`, `2h 15m`, `25m 30s` or `40s`, seconds cut."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours}h {minutes}m"
    if hours:
        return f"{hours}h {minutes}m"
    return f"{minutes}m {seconds}s" if minutes else f"{seconds}s"


def is_outside_business_hours(at: datetime) -> bool:
    """Not Monday to Friday from nine to six, on the desk's clock."""
    wall = at.astimezone(ZONE)
    return wall.strftime("%a") in ("Sat", "Sun") or not 9 <= wall.hour < 18  # noqa: PLR2004 - office hours
