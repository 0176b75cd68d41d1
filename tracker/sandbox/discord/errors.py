"""Discord's refusals: HTTP status, error code and message, and the body they are sent in.

Codes and messages: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A request that Discord refuses.

    `field` and `reason` are set for an invalid form only: the field's name, and Discord's name and words for what is
    wrong with it.
    """

    status: int
    code: int
    message: str
    field: str | None = None
    reason: tuple[str, str] = ("", "")

    def body(self) -> dict[str, object]:
        """The JSON body that Discord sends with the refusal."""
        body: dict[str, object] = {"message": self.message, "code": self.code}
        if self.field is not None:
            reason, words = self.reason
            body["errors"] = {self.field: {"_errors": [{"code": reason, "message": words}]}}
        return body


class Refused(Exception):  # noqa: N818 - an answer of Discord's on its way out, not an error of this server
    """Carries a refusal from where it is decided to where it is sent."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def invalid_form(field: str, reason: str, words: str) -> Refused:
    """The refusal of a body or query whose `field` is not acceptable."""
    return Refused(Refusal(400, 50035, "Invalid Form Body", field, (reason, words)))


UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
NOT_FOUND = Refusal(404, 0, "404: Not Found")
TWO_FACTOR_REQUIRED = Refusal(403, 60003, "Two factor is required for this operation")
UNKNOWN_CHANNEL = Refusal(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = Refusal(404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = Refusal(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = Refusal(404, 10008, "Unknown Message")
UNKNOWN_USER = Refusal(404, 10013, "Unknown User")
UNKNOWN_EMOJI = Refusal(400, 10014, "Unknown Emoji")
NO_STARTER_YET = Refusal(
    403, 40058, "Cannot message this thread until after the post author has sent an initial message"
)
FORUM_TAKES_NO_MESSAGES = Refusal(400, 40058, "Cannot send messages in a forum channel")
MISSING_ACCESS = Refusal(403, 50001, "Missing Access")
NOT_THE_AUTHOR = Refusal(403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = Refusal(400, 50006, "Cannot send an empty message")
NOT_A_TEXT_CHANNEL = Refusal(400, 50008, "Cannot send messages in a non-text channel")
MISSING_PERMISSIONS = Refusal(403, 50013, "Missing Permissions")
SYSTEM_MESSAGE = Refusal(403, 50021, "Cannot execute action on a system message")
WRONG_CHANNEL_TYPE = Refusal(400, 50024, "Cannot execute action on this channel type")
THREAD_ARCHIVED = Refusal(400, 50083, "Thread is archived")
THREAD_LOCKED = Refusal(400, 160005, "Thread is locked")
THREAD_LOCKED_AS_ARCHIVED = Refusal(403, 50083, "Thread is archived")
"""What was reported of threads that are locked and not archived."""

INTERNAL_NETWORK_ERROR = Refusal(403, 40333, "internal network error")
SENDING_SWITCHED_OFF = Refusal(403, 40004, "Send messages has been temporarily disabled")
FEATURE_SWITCHED_OFF = Refusal(403, 40006, "This feature has been temporarily disabled server-side")
OVERLOADED = Refusal(503, 130000, "API resource is currently overloaded. Try again a little later")
TOO_MANY_ACTIVE_THREADS = Refusal(400, 160006, "Maximum number of active threads reached")
WRITES_TOO_FAST = Refusal(429, 20028, "The write action you are performing on the channel has hit the write rate limit")
SERVER_WRITES_TOO_FAST = Refusal(
    429, 20029, "The write action you are performing on the server has hit the write rate limit"
)
PASSING = (
    INTERNAL_NETWORK_ERROR,
    SENDING_SWITCHED_OFF,
    FEATURE_SWITCHED_OFF,
    OVERLOADED,
    TOO_MANY_ACTIVE_THREADS,
    WRITES_TOO_FAST,
    SERVER_WRITES_TOO_FAST,
)
"""Refusals that pass by themselves. Discord documents their codes, and not with which status they come."""

BLOCKED_BY_AUTOMOD = Refusal(400, 200000, "Message was blocked by automatic moderation")
HARMFUL_LINK = Refusal(400, 240000, "Message blocked by harmful links filter")
