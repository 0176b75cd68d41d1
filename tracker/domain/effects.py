"""What a change of a ticket asks of Discord. Effects are stored with the change and carried out later."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import blake2b


class EffectKind(StrEnum):
    """The errands there are. The values are stored: never change one."""

    REACT = "react"
    """Put ✅ on the thread's first message: its row is in the sheet."""

    POST_RESOLVED = "post_resolved"
    """Post in the thread, to its author, that it is resolved."""

    EDIT_REOPENED = "edit_reopened"
    """Turn the resolved message into the reopened one."""

    CLOSE_AGAIN = "close_again"
    """Close the thread that the bot opened for another errand.

    The text is the id of the last message before that; empty where the errand was to post the resolved message.
    """

    ALERT = "alert"
    """Post in one alert channel that nobody answered in time."""

    WARNING = "warning"
    """Warn one alert channel that the time for a first answer will soon be over."""

    ESCALATION = "escalation"
    """Call others in one channel, as still nobody answered long after the deadline."""

    END_ALERT = "end_alert"
    """Write into a message of an alert channel that its ticket needs nobody any more.

    The number is the message's id, the text is the channel's: that it fails says nothing about alerts there.
    """

    NAME_AUTHOR = "name_author"
    """Ask Discord for the author's name where no message brought it."""

    LOOK_BACK = "look_back"
    """Search the thread's history for an answer older than the bot's acquaintance with the thread."""

    DIGEST = "digest"
    """Post in one alert channel that nobody answered many tickets in time; their thread ids are the text."""

    WARNING_DIGEST = "warning_digest"
    ESCALATION_DIGEST = "escalation_digest"
    """The same for many warnings and escalations."""

    MORNING_DIGEST = "morning_digest"
    """Post in one channel what waits in the morning, in words given with the effect."""

    WEEKLY_REPORT = "weekly_report"
    """Post in one channel the figures of a week, in words given with the effect."""

    NOTICE = "notice"
    """Announce in one alert channel something that concerns the desk as a whole, in words given with the effect."""


DIGEST_OF = {
    EffectKind.WARNING: EffectKind.WARNING_DIGEST,
    EffectKind.ALERT: EffectKind.DIGEST,
    EffectKind.ESCALATION: EffectKind.ESCALATION_DIGEST,
}
"""What calls people for a ticket, and the digest of many such calls."""

CALL_OF = {digest: call for call, digest in DIGEST_OF.items()} | {call: call for call in DIGEST_OF}
"""Which call such an effect is, or is a digest of: with the business clock it waits until people are there."""


LASTS = {EffectKind.MORNING_DIGEST: timedelta(hours=6), EffectKind.WEEKLY_REPORT: timedelta(days=7)}
"""What is published by the clock on the wall, and how long after its time it still is of use."""


class Closed(StrEnum):
    """Why a thread takes nothing of the bot's. The values are stored: never change one."""

    ARCHIVED = "archived"
    """And the bot may not open it."""

    LOCKED = "locked"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One errand, for one ticket (a DIGEST or NOTICE for none in particular: its `thread_id` is 0).

    `channel_id` is the channel of what is posted for the staff, else None. `number` keeps a ticket's resolutions
    apart (how often it had been reopened before), and by milliseconds since 1970 digests, reports and notices, so that
    each message is posted once and only once. `text` is what such a message says, and for a REACT the number of the
    row, where that is known; of others, what their kind says. `delay` is how long to wait before the first attempt.
    """

    kind: EffectKind
    thread_id: int
    channel_id: int | None = None
    number: int = 0
    text: str = ""
    delay: timedelta = timedelta()

    @property
    def is_in_thread(self) -> bool:
        """Whether it happens in the forum's thread that it names."""
        return self.channel_id is None and self.kind is not EffectKind.END_ALERT

    @property
    def place(self) -> int:
        """The channel or thread in which no other effect is carried out meanwhile."""
        return self.thread_id if self.channel_id is None else self.channel_id

    @property
    def lane(self) -> str:
        """Effects of one lane are carried out in order; lanes do not wait for each other."""
        if self.kind in (EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED, EffectKind.CLOSE_AGAIN):
            return f"message:{self.thread_id}"
        if self.kind is EffectKind.END_ALERT:
            return f"{self.kind}:{self.thread_id}:{self.text}"
        return f"{self.kind}:{self.thread_id}:{self.channel_id or ''}"

    @property
    def nonce(self) -> str:
        """20 characters that are the same for every attempt at this effect, even after the store was lost.

        Discord compares nonces over all channels, and takes at most 25 characters.
        """
        name = f"{self.kind}:{self.thread_id}:{self.channel_id or ''}:{self.number}"
        return urlsafe_b64encode(blake2b(name.encode(), digest_size=15).digest()).decode()
