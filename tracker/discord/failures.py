"""What a failure of Discord's HTTP interface means for an effect, and how often people read of it in the log: once.

The list names what is permanent; whatever is not on it is tried again. Error codes:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp
import hikari

from tracker.domain.effects import Closed, EffectKind
from tracker.errors import TrackerError
from tracker.retry import pause

THREAD_ARCHIVED, THREAD_LOCKED = 50083, 160005
_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE, _STARTER_MISSING = 10003, 10008, 40058
_UNKNOWN_MEMBER, _UNKNOWN_USER = 10007, 10013
_NO_ACCESS, _NO_PERMISSION, _NO_SECOND_FACTOR = 50001, 50013, 60003

_STARTER_ATTEMPTS = 6
_LONG_ENOUGH = timedelta(days=1)
"""What is refused for so long is given up."""

_SHARED_FIRST, _SHARED_LONGEST = timedelta(seconds=20), timedelta(minutes=5)
_LOCKED_FIRST, _LOCKED_LONGEST = timedelta(minutes=2), timedelta(hours=1)
_REFUSED_LONGEST = timedelta(minutes=10)
_UNKNOWN_PAUSE = timedelta(minutes=3)
_UNKNOWN_APART = timedelta(minutes=2)

_COUNTED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
"""10,000 such answers within ten minutes make Discord shut out the address
(https://discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)."""

_GIVEN_BY_PEOPLE = (_NO_ACCESS, _NO_PERMISSION, _NO_SECOND_FACTOR)

_PERMANENT = {
    10014: "Discord does not know the emoji",
    20001: "Discord does not let bots do that",
    50005: "another application wrote the message, such as the bot before this one; it stays as it is",
    50006: "Discord takes no empty message",
    50008: "the channel takes no messages",
    50021: "it is a message of Discord itself",
    50024: "a channel of this kind takes no messages",
    50035: "",
    90001: "the author of the message has blocked the bot",
    200000: "AutoMod of the server blocks the message",
    200001: "AutoMod of the server blocks the title",
    240000: "Discord takes a link in the message for a harmful one",
}
"""Refusals that stay what they are, however often the same is asked for. "": Discord's own words say why."""

_ABOUT_WORDS = frozenset({50035, 200000, 200001, 240000})
"""Those of them that another text may escape."""

_FOR_A_WHILE = frozenset({20028, 20029, 40004, 40006, 40333, 130000, 160006})
"""Refusals that pass by themselves, whatever was asked. It is not documented with which HTTP status they come.

What stands in no list is tried again, too, but a message may then go out in other words (`is_about_words`).
"""

_REASONS = {
    **{code: reason for code, reason in _PERMANENT.items() if reason},
    _UNKNOWN_CHANNEL: "the channel or thread does not exist any more",
    _UNKNOWN_MESSAGE: "the message does not exist any more",
    _STARTER_MISSING: "the thread has no first message",
    _NO_ACCESS: "the bot has no access (View Channel)",
    _NO_PERMISSION: "the bot lacks a permission there",
    _NO_SECOND_FACTOR: "the server demands two-factor authentication of the bot's owner",
    THREAD_ARCHIVED: "the thread is locked or archived (Manage Threads lets the bot write there)",
    THREAD_LOCKED: "the thread is locked (Manage Threads lets the bot write there)",
}

_IN_THREADS = "Send Messages in Threads, or is timed out"
_IN_ALERT_CHANNELS = "Send Messages (in a thread: Send Messages in Threads), or is timed out"
_LACKING = {
    **dict.fromkeys(EffectKind, _IN_ALERT_CHANNELS),
    **dict.fromkeys((EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED), _IN_THREADS),
    **dict.fromkeys((EffectKind.LOOK_BACK, EffectKind.NAME_AUTHOR, EffectKind.END_ALERT), "Read Message History"),
    EffectKind.REACT: "Add Reactions or Read Message History, or is timed out",
    EffectKind.CLOSE_AGAIN: "Manage Threads",
}
"""What keeps the bot from each kind of errand, where Discord says only that it lacks a permission."""


class ClosedThreadError(Exception):
    """A thread takes nothing until people change that; the text says why, as the end of a sentence."""

    def __init__(self, reason: str, closed: Closed) -> None:
        super().__init__(reason)
        self.closed = closed


class UnknownThreadError(Exception):
    """Discord says that there is no such thread. It has been seen to say so of threads that were there."""

    def __init__(self) -> None:
        super().__init__(_REASONS[_UNKNOWN_CHANNEL])


class LookFailedError(Exception):
    """A last look at a thread failed because of `error`, which may pass. It says nothing of where an alert would go."""

    def __init__(self, error: Exception) -> None:
        super().__init__(reason_of(error))
        self.error = error


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Why an effect failed, and after which pause to try again; None: it is given up.

    `everywhere`: the trouble is Discord's or the network's as a whole, not that of one channel. `usual`: no trouble
    yet, as it passes by itself more often than not. `shared`: others of its kind would be refused as well. `counted`:
    Discord counts the refusal, and shuts out who collects too many. `moot`: people removed what it was about, so that
    nothing is lost by giving it up. `closed`: as soon as the thread is not that any more, it may succeed.
    """

    reason: str
    again_after: timedelta | None
    everywhere: bool = False
    usual: bool = False
    shared: bool = False
    counted: bool = False
    moot: bool = False
    closed: Closed | None = None


def is_gone(error: Exception) -> bool:
    """Whether it is Discord itself that knows no such channel or thread any more."""
    return isinstance(error, hikari.NotFoundError) and error.code == _UNKNOWN_CHANNEL


def is_nobody(error: hikari.NotFoundError) -> bool:
    """Whether it is Discord itself that knows no such person, or none in the server."""
    return error.code in (_UNKNOWN_MEMBER, _UNKNOWN_USER)


def is_message_gone(error: hikari.NotFoundError) -> bool:
    """Whether it is Discord itself that knows no such message."""
    return error.code == _UNKNOWN_MESSAGE


def is_forbidden(error: Exception) -> bool:
    """Whether the bot lacks what people can give it: access, a permission."""
    return isinstance(error, hikari.ForbiddenError) and error.code in _GIVEN_BY_PEOPLE


def is_hidden(error: hikari.ForbiddenError) -> bool:
    """Whether the channel exists, and the bot may not view it."""
    return error.code == _NO_ACCESS


def is_unreadable(error: Exception) -> bool:
    """Whether hikari could not read an answer, or the program has a defect."""
    return isinstance(error, hikari.UnrecognisedEntityError) or not is_failure(error)


def is_about_words(error: Exception) -> bool:
    """Whether Discord refuses what a message says, or may, so that another text may pass.

    For a code that is not known here another text is tried, too: a call for people must not wait until it is.
    """
    if not isinstance(error, hikari.BadRequestError) or is_from_elsewhere(error):
        return False
    return error.code in _ABOUT_WORDS or not (
        error.code in _PERMANENT or error.code in _REASONS or error.code in _FOR_A_WHILE
    )


def is_page(error: Exception) -> bool:
    """Whether a good answer is none of Discord's, such as a page of a network's sign-in: hikari's word for it."""
    return type(error) is hikari.HTTPError and error.message.startswith("Expected JSON")


def is_from_elsewhere(error: Exception) -> bool:
    """Whether something on the way refused it, such as a proxy or a network's sign-in: Discord's refusals have a code.

    Only that of a wrong token has none; it is JSON all the same. hikari takes over any code, also one that is a word.
    """
    if not isinstance(error, hikari.ClientHTTPResponseError):
        return False
    if not str(error.code).isdigit():
        return True
    if error.code != 0:
        return False
    kind = error.headers.get("Content-Type", "application/json")
    return not isinstance(error, hikari.UnauthorizedError) or not kind.startswith("application/json")


def is_passing(error: hikari.ClientHTTPResponseError) -> bool:
    """Whether the same may succeed later without anybody's doing: Discord itself did not refuse it, or for a while."""
    if is_from_elsewhere(error) or error.code in _FOR_A_WHILE:
        return True
    return not (error.code in _PERMANENT or error.code in _REASONS)


def judge(
    error: Exception, kind: EffectKind, failures: int, chance: float, refused_for: timedelta = timedelta()
) -> Verdict:
    """What to do after `error`, the `failures`-th failure of an effect (1 or more); `chance` is random, from 0 to 1.

    `refused_for` is the time since it was refused first; that Discord was out of reach does not count.
    """
    if isinstance(error, UnknownThreadError):
        return Verdict(reason=reason_of(error), again_after=_UNKNOWN_PAUSE, usual=True, moot=True)
    if isinstance(error, LookFailedError):
        return replace(judge(error.error, kind, failures, chance, refused_for), shared=False, counted=False)
    reason, is_over = reason_of(error, kind), refused_for >= _LONG_ENOUGH
    soon = pause(failures, chance)
    if is_unreadable(error) or (isinstance(error, hikari.ClientHTTPResponseError) and not is_from_elsewhere(error)):
        return _judge_answer(error, kind, failures, chance, is_over=is_over)
    if isinstance(error, ClosedThreadError):
        locked = pause(failures, chance, first=_LOCKED_FIRST, longest=_LOCKED_LONGEST)
        return Verdict(reason=reason, again_after=None if is_over else locked, closed=error.closed)
    if is_counted(error):
        shared = pause(failures, chance, first=_SHARED_FIRST, longest=_SHARED_LONGEST)
        return Verdict(reason=reason, again_after=shared, shared=True, counted=True)
    return Verdict(reason=reason, again_after=soon, everywhere=not is_from_elsewhere(error))


def _judge_answer(error: Exception, kind: EffectKind, failures: int, chance: float, *, is_over: bool) -> Verdict:
    """The same for what Discord itself answered."""
    reason, counted = reason_of(error, kind), is_counted(error)
    soon = pause(failures, chance)
    later = None if is_over else pause(failures, chance, longest=_REFUSED_LONGEST)
    code = int(error.code) if isinstance(error, hikari.ClientHTTPResponseError) else None
    if code == _STARTER_MISSING or (kind is EffectKind.REACT and code == _UNKNOWN_MESSAGE):
        # A thread is announced before its first message can be reached.
        again_after = soon if failures < _STARTER_ATTEMPTS else None
        return Verdict(reason=reason, again_after=again_after, usual=True, moot=True)
    # While a thread waits to be closed again, nothing else is done in it; in one that is hidden, nothing can be.
    is_final = code in _PERMANENT or (kind is EffectKind.CLOSE_AGAIN and is_forbidden(error) and code != _NO_ACCESS)
    if code == _UNKNOWN_MESSAGE or is_final:
        return Verdict(reason=reason, again_after=None, counted=counted, moot=code == _UNKNOWN_MESSAGE)
    if code == _UNKNOWN_CHANNEL:
        return Verdict(reason=reason, again_after=_UNKNOWN_PAUSE, shared=True)
    if code in (THREAD_ARCHIVED, THREAD_LOCKED):
        locked = pause(failures, chance, first=_LOCKED_FIRST, longest=_LOCKED_LONGEST)
        # To post opens an archived thread, unless it is locked.
        shown = _REASONS[THREAD_LOCKED] if kind is EffectKind.POST_RESOLVED else reason
        again_after = None if is_over else locked
        return Verdict(reason=shown, again_after=again_after, counted=counted, closed=Closed.LOCKED)
    if counted:
        # People take and give permissions at any time: what they owe each other is not lost meanwhile, a ✅ is no
        # news after a day.
        endless = (is_forbidden(error) and kind is not EffectKind.REACT) or isinstance(error, hikari.UnauthorizedError)
        shared = pause(failures, chance, first=_SHARED_FIRST, longest=_SHARED_LONGEST)
        return Verdict(
            reason=reason,
            again_after=None if is_over and not endless else shared,
            everywhere=isinstance(error, hikari.UnauthorizedError),
            shared=True,
            counted=True,
        )
    return Verdict(reason=reason, again_after=later)


def is_counted(error: Exception) -> bool:
    """Whether Discord counts this answer towards shutting out the address."""
    return isinstance(error, hikari.HTTPResponseError) and error.status in _COUNTED


def is_failure(error: BaseException) -> bool:
    """Whether this is a failure of Discord or of the way to it, as opposed to a defect of the program."""
    ours = ClosedThreadError | LookFailedError | UnknownThreadError
    return isinstance(error, ours | hikari.HikariError | aiohttp.ClientError | OSError | TimeoutError)


def reason_of(error: Exception, kind: EffectKind | None = None) -> str:
    """What went wrong, as the end of a sentence. The `kind` of errand says which permission is missing."""
    if isinstance(error, ClosedThreadError | LookFailedError | UnknownThreadError | TrackerError):
        return str(error)
    if isinstance(error, hikari.ClientHTTPResponseError):
        return _refusal_in_words(error, kind)
    if isinstance(error, hikari.HTTPResponseError):
        return f"Discord is in trouble (HTTP {int(error.status)})"
    if is_unreadable(error):
        return f"a defect of the program or an answer it cannot read ({type(error).__name__}: {error})"
    if is_page(error):
        return "something on the way to Discord answered in its place, with a page"
    return f"Discord could not be reached ({type(error).__name__})"


def _refusal_in_words(error: hikari.ClientHTTPResponseError, kind: EffectKind | None) -> str:
    if is_from_elsewhere(error):
        return f"something on the way to Discord refused it (HTTP {int(error.status)})"
    if isinstance(error, hikari.UnauthorizedError):
        return "Discord does not accept DISCORD_TOKEN any more"
    code = int(error.code)
    if code == _NO_PERMISSION and kind is not None:
        return f"the bot lacks {_LACKING[kind]}"
    return _REASONS.get(code) or f"Discord refused it: {error.message or error.status} ({code})"


class Troubles:
    """What is known to be wrong, by where it is, so that it is logged once and not at every attempt."""

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


class Unknowns:
    """Threads of which Discord said that there is no such thread: that counts once it says so again minutes later."""

    def __init__(self) -> None:
        self._first: dict[int, datetime] = {}

    def is_certain(self, thread_id: int, now: datetime) -> bool:
        """Take in that Discord does not know the thread; whether that can be believed."""
        first = self._first.setdefault(thread_id, now)
        if now - first < _UNKNOWN_APART:
            return False
        del self._first[thread_id]
        return True

    def seen(self, thread_id: int) -> None:
        """The thread is there."""
        self._first.pop(thread_id, None)
