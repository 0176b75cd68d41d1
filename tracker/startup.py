"""What a start checks and logs: a log that a person can follow from top to bottom."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import aclosing, contextmanager
from datetime import timedelta

import hikari

from tracker.checks import Finding, Level
from tracker.discord import checks
from tracker.discord.checks import Desk, logged_in_as
from tracker.discord.clock import check_clock
from tracker.discord.connection import UNREADABLE, reached, rest_only
from tracker.discord.failures import is_failure, is_from_elsewhere
from tracker.discord.findings import why
from tracker.domain.hours import DAYS, Week
from tracker.domain.intervals import shown
from tracker.domain.wording import duration
from tracker.errors import DiscordSetupError, SheetSetupError, SheetUnavailable
from tracker.reconcile.sight import Cause
from tracker.retry import pause
from tracker.settings import Settings
from tracker.sheet.repository import SheetRepository

_log = logging.getLogger(__name__)

_WHY_UNSEEN = {
    "discord.server": Cause.KICKED,
    "discord.forum": Cause.DELETED,
    "discord.forum.view_channel": Cause.HIDDEN,
}
"""What it means, by the finding without which the bot would be useless, that a forum cannot be seen any more."""


async def open_sheet(repository: SheetRepository, executor: Executor, *, opened_before: bool) -> frozenset[int] | None:
    """Open the tab; the threads that have a row. When Google is merely out of reach, say so; None: nobody knows yet.

    So it is with a tab that an earlier start has opened: what became of it is announced in the alert channels, too.

    Raises:
        SheetSetupError: the sheet was never opened, and cannot be until a person changes something.
    """
    try:
        tab = await asyncio.get_running_loop().run_in_executor(executor, repository.open)
    except SheetUnavailable as error:
        _log.warning("%s Tickets are tracked all the same and written when it is back.", error)
        return None
    except SheetSetupError as error:
        if not opened_before:
            raise
        _log.error("Tickets are tracked and written to the sheet once this is put right: %s", error)
        return None
    _log.info('Sheet: "%s", tab "%s", %s', tab.spreadsheet, tab.title, tab.address)
    return tab.thread_ids


@contextmanager
def connections_logged(bot: hikari.GatewayBot) -> Iterator[None]:
    """While the block runs, say when the bot is connected to Discord, when that is lost, and when it is back."""
    lost_at: list[float] = []
    clock = asyncio.get_running_loop().time

    async def back(_: hikari.ShardReadyEvent | hikari.ShardResumedEvent) -> None:
        if lost_at:
            _log.info("Connected to Discord again, after %s.", duration(timedelta(seconds=clock() - lost_at.pop())))
        else:
            _log.info("Connected to Discord.")

    async def lost(_: hikari.ShardDisconnectedEvent) -> None:
        lost_at[:] = [clock()]
        _log.warning("The connection to Discord was lost. What happens meanwhile is found when it is back.")

    listeners = (
        (hikari.ShardReadyEvent, back),
        (hikari.ShardResumedEvent, back),
        (hikari.ShardDisconnectedEvent, lost),
    )
    for event, listener in listeners:
        bot.subscribe(event, listener)
    try:
        yield
    finally:
        for event, listener in listeners:
            bot.unsubscribe(event, listener)


async def check_desk(token: str, api_url: str, desk: Desk, *, seen_before: bool) -> Cause | None:
    """Log what the checks of the desk in Discord find; it is asked until it answers.

    This needs no connection. Discord counts those, and resets the token of a bot that begins more than 1,000 a day
    (https://discord.com/developers/docs/events/gateway#session-start-limit): one that a service manager starts again
    and again, although a person has to put something right first, must not come that far.

    Returns why the forum cannot be seen, where an earlier run has `seen` it `before`: then it is no mistake in the
    settings, people are to hear of it, and it may pass. None: it can be seen.

    Raises:
        DiscordSetupError: without what was found missing the bot would be useless.
    """
    async with rest_only(token, api_url) as rest:
        me = await reached(rest.fetch_my_user, api_url)
        _log.info("%s", logged_in_as(me))
        unseen = await _check_desk(rest, me, desk, seen_before=seen_before)
        if (clock := check_clock(rest)) is not None:  # last of all, as not every answer shows Discord's
            _log_finding(clock)
        return unseen


async def _check_desk(
    rest: hikari.api.RESTClient, me: hikari.OwnUser, desk: Desk, *, seen_before: bool
) -> Cause | None:
    failures = 0
    while True:
        try:
            async with aclosing(checks.check_desk(rest, me, desk)) as findings:
                async for finding in findings:
                    if seen_before and finding.level is Level.FAILED and finding.id in _WHY_UNSEEN:
                        _log.error("%s %s", finding.text, finding.fix)
                        return _WHY_UNSEEN[finding.id]
                    _log_finding(finding)
        except Exception as error:
            if not is_failure(error) and not isinstance(error, UNREADABLE):
                raise
            reason = why(error)
            if isinstance(error, hikari.UnauthorizedError) and not is_from_elsewhere(error):
                raise DiscordSetupError(f"The forum could not be read: {reason}.") from error
            failures += 1
            wait = pause(failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
            _log.warning("The forum could not be read: %s; next attempt in %.0f s.", reason, wait)
        else:
            return None
        await asyncio.sleep(wait)


def tell_rules(settings: Settings) -> None:
    """The business rules that people will ask about."""
    _log.info(
        "Business hours: %s (%s)",
        _week(settings.hours.week),
        settings.timezone.key,
    )
    _log.info(
        "SLA: first answer within %s%s%s",
        duration(settings.sla_timeout),
        "".join(f", {team} {duration(span)}" for team, span in settings.team_sla),
        " of business time" if settings.sla_clock == "business" else "",
    )


def _log_finding(finding: Finding) -> None:
    """A finding as a line of the log; raises `DiscordSetupError` where the bot cannot do without."""
    if finding.level is Level.GOOD:
        _log.info("%s", finding.text)
    elif finding.id in checks.USELESS_WITHOUT:
        raise DiscordSetupError(finding.text, finding.fix)
    else:
        _log.warning("%s %s", finding.text, finding.fix)


def _week(week: Week) -> str:
    """The days with their hours; those with the same hours together."""
    together = dict.fromkeys(filter(None, week))
    return "; ".join(
        f"{','.join(name for name, hours in zip(DAYS, week, strict=True) if hours == each)} {shown(each)}"
        for each in together
    )
