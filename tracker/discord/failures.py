"""What a failure of Discord's HTTP interface means for an effect: try again, or give it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import hikari

from tracker.domain.effects import EffectKind
from tracker.retry import pause

_UNKNOWN_MESSAGE, _STARTER_MISSING = 10008, 40058
_STARTER_ATTEMPTS = 6
_PERMISSION_ATTEMPTS = 12
_PERMISSION_PAUSE = timedelta(minutes=5)

_REASONS = {
    10003: "the channel does not exist any more",
    _UNKNOWN_MESSAGE: "the message does not exist any more",
    _STARTER_MISSING: "the thread has no first message",
    50001: "the bot has no access (View Channel)",
    50013: "the bot lacks a permission (Send Messages, Send Messages in Threads, Add Reactions)",
    50083: "the thread is archived",
    160005: "the thread is locked",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Why an effect failed, and after which pause to try again; None: it can never succeed."""

    reason: str
    again_after: timedelta | None


def judge(error: Exception, kind: EffectKind, failures: int, chance: float) -> Verdict:
    """What to do after `error`, the `failures`-th failure of an effect (1 or more); `chance` is random, from 0 to 1."""
    if isinstance(error, hikari.UnauthorizedError):
        return Verdict(reason="Discord does not accept DISCORD_TOKEN any more", again_after=pause(failures, chance))
    if not isinstance(error, hikari.ClientHTTPResponseError):
        return Verdict(reason=_describe(error), again_after=pause(failures, chance))
    reason = _REASONS.get(int(error.code), f"Discord refused it: {error.message or error.status} ({int(error.code)})")
    if kind is EffectKind.REACT and error.code in (_UNKNOWN_MESSAGE, _STARTER_MISSING):
        # A thread is announced before its first message can be reached.
        return Verdict(reason=reason, again_after=pause(failures, chance) if failures < _STARTER_ATTEMPTS else None)
    if isinstance(error, hikari.ForbiddenError) and error.code in (50001, 50013):
        return Verdict(reason=reason, again_after=_PERMISSION_PAUSE if failures < _PERMISSION_ATTEMPTS else None)
    return Verdict(reason=reason, again_after=None)


def is_failure(error: BaseException) -> bool:
    """Whether this is a failure of Discord or of the way to it, as opposed to a defect of the program."""
    return isinstance(error, hikari.HikariError | aiohttp.ClientError | OSError | TimeoutError)


def _describe(error: Exception) -> str:
    if isinstance(error, hikari.HTTPResponseError):
        return f"Discord is in trouble (HTTP {int(error.status)})"
    return f"Discord could not be reached ({type(error).__name__})"
