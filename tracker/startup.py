"""What a start checks and tells: a log that a person can follow from top to bottom."""

from __future__ import annotations

import asyncio
import logging
import random
from concurrent.futures import Executor

import hikari

from tracker.discord.failures import reason_of
from tracker.discord.forum import Forum
from tracker.discord.people import name_of
from tracker.domain.wording import duration
from tracker.errors import DiscordSetupError, SheetUnavailable
from tracker.retry import pause
from tracker.settings import DAYS, Settings
from tracker.sheet.repository import SheetRepository

_log = logging.getLogger(__name__)


async def open_sheet(repository: SheetRepository, executor: Executor) -> frozenset[int]:
    """Open the tab; the threads that have a row. When Google is merely out of reach, say so and go on with none.

    Raises:
        SheetSetupError: the sheet cannot be used until a person changes something.
    """
    try:
        tab = await asyncio.get_running_loop().run_in_executor(executor, repository.open)
    except SheetUnavailable as error:
        _log.warning("%s Tickets are tracked all the same and written when it is back.", error)
        return frozenset()
    _log.info('Sheet: "%s", tab "%s", %s', tab.spreadsheet, tab.title, tab.address)
    return tab.thread_ids


async def tell_login(event: hikari.ShardReadyEvent) -> None:
    """Who the bot is logged in as."""
    _log.info("Logged in as %s (%d)", name_of(event.my_user), event.my_user.id)


async def find_forum(forum: Forum) -> hikari.GuildForumChannel:
    """The forum, asked for until Discord answers.

    Raises:
        DiscordSetupError: there is no such forum for the bot.
    """
    failures = 0
    while True:
        try:
            return await forum.look()
        except hikari.HTTPError as error:
            if isinstance(error, hikari.ClientHTTPResponseError):
                raise DiscordSetupError(f"The forum could not be read: {reason_of(error)}.") from error
            failures += 1
            wait = pause(failures, random.random()).total_seconds()  # noqa: S311 - jitter, not a secret
            _log.warning("The forum could not be read: %s; next attempt in %.0f s.", reason_of(error), wait)
        await asyncio.sleep(wait)


async def tell_desk(rest: hikari.api.RESTClient, forum: hikari.GuildForumChannel, settings: Settings) -> None:
    """The forum, the alert channels and the rules, with a warning for each that cannot work."""
    try:
        guild = await rest.fetch_guild(forum.guild_id)
        _log.info("Server: %s (%d)", guild.name, guild.id)
    except hikari.HTTPError as error:
        _log.warning("Server: %d (its name could not be asked for: %s)", forum.guild_id, reason_of(error))
    tags = ", ".join(tag.name for tag in forum.available_tags)
    _log.info("Forum: #%s (%d), tags: %s", forum.name, forum.id, tags or "none")
    resolved = {name.casefold() for name in settings.resolved_tags}
    if not any(tag.name.strip().casefold() in resolved for tag in forum.available_tags):
        _log.warning(
            "The forum has no tag that means resolved (RESOLVED_TAGS %s): add one in the forum's settings.",
            ",".join(settings.resolved_tags),
        )
    await _tell_alert_channels(rest, settings.alert_channel_ids)
    _log.info(
        "Business hours: %s %s (%s)",
        ",".join(DAYS[day] for day in sorted(settings.business_days)),
        ",".join(f"{_clock(start)}-{_clock(end)}" for start, end in settings.business_hours),
        settings.timezone.key,
    )
    _log.info("SLA: first answer within %s", duration(settings.sla_timeout))


async def _tell_alert_channels(rest: hikari.api.RESTClient, channel_ids: tuple[int, ...]) -> None:
    if not channel_ids:
        _log.info("Alerts: none (ALERT_CHANNEL_IDS is empty)")
    for channel_id in channel_ids:
        try:
            channel = await rest.fetch_channel(channel_id)
        except (hikari.NotFoundError, hikari.ForbiddenError):
            _log.warning(
                "Alerts: channel %d (ALERT_CHANNEL_IDS) does not exist or the bot may not see it. "
                "Check the id and give the bot View Channel and Send Messages there.",
                channel_id,
            )
        except hikari.HTTPError as error:
            _log.warning("Alerts: channel %d (its name could not be asked for: %s)", channel_id, reason_of(error))
        else:
            _log.info("Alerts: #%s (%d)", channel.name, channel_id)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
