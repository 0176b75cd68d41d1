"""What a failure of Discord's HTTP interface means for an effect, and how often people are told of it: once.

Error codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import hikari

from tracker.domain.effects import EffectKind
from tracker.errors import TrackerError
from tracker.retry import pause

THREAD_ARCHIVED = 50083
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE, _STARTER_MISSING = 10003, 10008, 40058
_NO_ACCESS, _NOT_THE_AUTHOR, _NO_PERMISSION = 50001, 50005, 50013

_LOCKED = 160005
_PERMANENT = frozenset(
    {
        _UNKNOWN_CHANNEL,
        _UNKNOWN_MESSAGE,
        _NOT_THE_AUTHOR,
        50006,  # an empty message
        50008,  # a channel that takes no messages
        50021,  # a message of Discord's own
        50024,  # a channel of a kind that has no such thing
        50035,  # a form that is not as Discord wants it
        200000,  # AutoMod does not let it pass
        240000,  # a link that Discord holds for harmful
    }
)
"""The codes of refusals that no second attempt changes.

Others pass by themselves, some within moments: 40333 (internal network error), 40004 and 40006 (switched off for a
while), 130000 (overloaded), 160006 (too many active threads), 20028 and 20029 (write limits).
"""

_REFUSED_TEXTS = frozenset({50035, 200000, 240000})
_LONGEST_PAUSE = timedelta(hours=1)
_ATTEMPTS_OF_A_DAY = 39
"""Pauses that double from a second to an hour have lasted a day by then."""

_STARTER_ATTEMPTS = 6
_DEFECT_ATTEMPTS = 4
_PERMISSION_PAUSE = timedelta(minutes=5)

_REASONS = {
    _UNKNOWN_CHANNEL: "the channel or thread does not exist any more",
    _UNKNOWN_MESSAGE: "the message does not exist any more",
    _STARTER_MISSING: "the thread has no first message",
    _NO_ACCESS: "the bot has no access (View Channel)",
    _NOT_THE_AUTHOR: "another application wrote the message, such as the bot before this one; it stays as it is",
    _NO_PERMISSION: (
        "the bot lacks a permission (Send Messages, Send Messages in Threads, Add Reactions, Read Message History)"
    ),
    THREAD_ARCHIVED: "the thread is locked or archived (Manage Threads lets the bot write there)",
    _LOCKED: "the thread is locked (Manage Threads lets the bot write there)",
}


class HopelessError(Exception):
    """An effect can never succeed; the text says why, as the end of a sentence."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Why an effect failed, and after which pause to try again; None: it can never succeed.

    `everywhere`: the trouble is Discord's or the network's as a whole, not that of one channel. `usual`: no trouble
    yet, as it passes by itself more often than not. `barred`: a permission is missing, so that all errands of this kind
    in this channel, or in all threads, would be refused. `gone`: what the errand was about exists no more.
    """

    reason: str
    again_after: timedelta | None
    everywhere: bool = False
    usual: bool = False
    barred: bool = False
    gone: bool = False


def is_gone(error: hikari.NotFoundError) -> bool:
    """Whether it is Discord itself that knows no such channel or thread any more."""
    return error.code == _UNKNOWN_CHANNEL


def is_about_the_text(error: hikari.BadRequestError) -> bool:
    """Whether Discord refuses a message for what is written in it, as for a link in somebody's title."""
    return error.code in _REFUSED_TEXTS


def is_hidden(error: hikari.ForbiddenError) -> bool:
    """Whether the channel exists, and the bot may not view it."""
    return error.code == _NO_ACCESS


def is_not_permitted(error: hikari.ForbiddenError) -> bool:
    """Whether Discord refuses it for want of a permission, and not for a trouble of its own that passes by itself."""
    return error.code in (_NO_ACCESS, _NO_PERMISSION)


def is_from_elsewhere(error: Exception) -> bool:
    """Whether something on the way refused it, such as a proxy or a network's sign-in: Discord's refusals have a code.

    Only that of a wrong token has none.
    """
    if not isinstance(error, hikari.ClientHTTPResponseError) or isinstance(error, hikari.UnauthorizedError):
        return False
    return error.code == 0


def judge(  # noqa: PLR0911 - a table: one case for each kind of failure
    error: Exception, kind: EffectKind, failures: int, chance: float
) -> Verdict:
    """What to do after `error`, the `failures`-th failure of an effect (1 or more); `chance` is random, from 0 to 1."""
    reason, again_after = reason_of(error), pause(failures, chance)
    if isinstance(error, HopelessError):
        return Verdict(reason=reason, again_after=None)
    if not is_failure(error):
        return Verdict(reason=reason, again_after=again_after if failures < _DEFECT_ATTEMPTS else None)
    if isinstance(error, hikari.UnauthorizedError) or not isinstance(error, hikari.ClientHTTPResponseError):
        return Verdict(reason=reason, again_after=again_after, everywhere=True)
    if error.code == _STARTER_MISSING or (kind is EffectKind.REACT and error.code == _UNKNOWN_MESSAGE):
        # A thread is announced before its first message can be reached.
        again = again_after if failures < _STARTER_ATTEMPTS else None
        return Verdict(reason=reason, again_after=again, usual=True, gone=True)
    if isinstance(error, hikari.ForbiddenError) and error.code in (_NO_ACCESS, _NO_PERMISSION):
        # People take and give permissions at any time: what they owe each other is not lost meanwhile.
        return Verdict(reason=reason, again_after=_PERMISSION_PAUSE, barred=True)
    if error.code in _PERMANENT:
        return Verdict(reason=reason, again_after=None, gone=error.code in (_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE))
    return Verdict(reason=reason, again_after=again_after if is_from_elsewhere(error) else _for_a_day(failures, chance))


def _for_a_day(failures: int, chance: float) -> timedelta | None:
    """The pause after this many failures, doubled each time up to an hour; None after a day."""
    if failures >= _ATTEMPTS_OF_A_DAY:
        return None
    longest = min(_LONGEST_PAUSE, timedelta(seconds=1 << min(failures - 1, 12)))
    return longest * (0.9 + 0.1 * chance)


def is_failure(error: BaseException) -> bool:
    """Whether this is a failure of Discord or of the way to it, as opposed to a defect of the program."""
    return isinstance(error, HopelessError | hikari.HikariError | aiohttp.ClientError | OSError | TimeoutError)


def reason_of(error: Exception) -> str:
    """What went wrong, as the end of a sentence."""
    if isinstance(error, HopelessError | TrackerError):
        return str(error)
    if isinstance(error, hikari.UnauthorizedError):
        return "Discord does not accept DISCORD_TOKEN any more"
    if isinstance(error, hikari.ClientHTTPResponseError):
        code = int(error.code)
        elsewhere = f"something on the way to Discord refused it (HTTP {int(error.status)})"
        refused = f"Discord refused it: {error.message or error.status} ({code})"
        return elsewhere if is_from_elsewhere(error) else _REASONS.get(code, refused)
    if isinstance(error, hikari.HTTPResponseError):
        return f"Discord is in trouble (HTTP {int(error.status)})"
    if not is_failure(error):
        return f"a defect of the program or an answer it cannot read ({type(error).__name__}: {error})"
    return f"Discord could not be reached ({type(error).__name__})"


class Troubles:
    """What is known to be wrong, by where it is, so that the log tells it once and not at every attempt."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def is_news(self, where: str, reason: str) -> bool:
        """Whether this is not known yet; from now on it is."""
        if self._known.get(where) == reason:
            return False
        self._known[where] = reason
        return True

    def over(self, where: str) -> bool:
        """Forget what was wrong there; whether anything was."""
        return self._known.pop(where, None) is not None
