"""Checks of the set-up in Discord: the token, the server, the forum, the alert channels, and what the bot may do there.

A check that others stand on ends the checking when it fails, so that one trouble is told once.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import hikari
from hikari import Permissions

from tracker.checks import Finding, Group, Level
from tracker.discord.clock import check_clock
from tracker.discord.connection import not_discord, refusal_of
from tracker.discord.failures import is_gone, reason_of
from tracker.discord.forum import Forum, as_forum, kind_of
from tracker.discord.people import name_of
from tracker.discord.permissions import IN_ALERT_CHANNEL, IN_ALERT_THREAD, IN_FORUM, Missing, Standing, invite_link
from tracker.discord.permissions import id_of as id_of_permission
from tracker.discord.permissions import name_of as name_of_permission
from tracker.domain.events import Tag
from tracker.domain.teams import team_of
from tracker.errors import DiscordSetupError, TrackerError

_good = partial(Finding, group=Group.DISCORD, level=Level.GOOD)
_warning = partial(Finding, group=Group.DISCORD, level=Level.WARNING)
_failed = partial(Finding, group=Group.DISCORD, level=Level.FAILED)

USELESS_WITHOUT = frozenset({"discord.server", "discord.forum", "discord.forum.view_channel"})
"""Failures of these leave the bot nothing to do: it ends, instead of doing what it still can."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What the settings say about the desk in Discord. None: the setting cannot be read, so nothing is said of it."""

    forum_id: int
    alert_channel_ids: tuple[int, ...] | None
    responder_roles: tuple[int, ...] | None
    resolved_tags: tuple[str, ...] | None
    team_tags: tuple[str, ...] | None


async def check_discord(rest: hikari.api.RESTClient, desk: Desk | None) -> AsyncIterator[Finding]:
    """Everything, from the token on. Without a `desk` only the bot itself is looked at."""
    try:
        me = await rest.fetch_my_user()
        application = await rest.fetch_application()
    except Exception as error:  # noqa: BLE001 - hikari ends in many ways over an answer that is not Discord's
        yield _refused(error)
        return
    yield _good(id="discord.token", text=logged_in_as(me))
    if (clock := check_clock(rest)) is not None:
        yield clock
    yield _good(id="discord.invite", text=f"Link that adds it to a server: {invite_link(application.id)}")
    if desk is not None:
        try:
            async for finding in check_desk(rest, me.id, desk):
                yield finding
        except hikari.HTTPError as error:
            yield _out_of_reach(error)


async def check_desk(rest: hikari.api.RESTClient, me: int, desk: Desk) -> AsyncGenerator[Finding, None]:
    """The server, the forum and the alert channels, as the bot with the id `me` finds them.

    Raises:
        hikari.HTTPError: Discord could not be reached, or is in trouble; the forum is asked for first.
    """
    try:
        forum = await Forum(rest, desk.forum_id, ()).look()
    except DiscordSetupError as error:
        if isinstance(error.__cause__, hikari.ForbiddenError):
            yield await _why_unseen(rest, me, desk.forum_id)
        else:
            yield _failed(id="discord.forum", text=error.what, fix=error.fix)
        return
    tags = ", ".join(tag.name for tag in forum.available_tags)
    yield _good(id="discord.forum", text=f"Forum: #{forum.name} ({forum.id}), tags: {tags or 'none'}")
    standing = await _standing(rest, forum.guild_id, me)
    yield _good(id="discord.server", text=f"Server: {standing.guild.name} ({standing.guild.id})")
    for finding in (*_forum_permissions(standing, forum), *_tags(forum, desk), *_roles(standing, desk)):
        yield finding
    if desk.alert_channel_ids == ():
        yield _good(id="discord.alerts", text="Alerts: none (ALERT_CHANNEL_IDS is empty)")
    for channel_id in desk.alert_channel_ids or ():
        for finding in await _alert_channel(rest, standing, channel_id):
            yield finding


def logged_in_as(user: hikari.User) -> str:
    """Whose token it is."""
    return f"Logged in as {name_of(user)} ({user.id})"


async def try_post(rest: hikari.api.RESTClient, channel_id: int) -> Finding:
    """Post a message in an alert channel and delete it again."""
    try:
        message = await rest.create_message(channel_id, "Test of the support tracker: this message is deleted at once.")
        await rest.delete_message(channel_id, message.id)
    except hikari.HTTPError as error:
        return _failed(
            id="discord.test_message",
            text=f"Alerts: no message could be posted in channel {channel_id} and deleted again: {reason_of(error)}.",
            fix="Mend what the lines about this channel say, and try again.",
        )
    return _good(id="discord.test_message", text=f"Alerts: a message was posted in channel {channel_id} and deleted")


def _refused(error: Exception) -> Finding:
    """Why not even the bot's own name can be asked for."""
    if isinstance(error, hikari.HTTPError) and not isinstance(error, hikari.HTTPResponseError) and not error.__cause__:
        refusal: TrackerError | None = not_discord(error.message)
    else:
        refusal = refusal_of(error)
    if refusal is None:
        return _out_of_reach(error)
    about = "token" if isinstance(error, hikari.UnauthorizedError) else "api"
    return _failed(id=f"discord.{about}", text=refusal.what, fix=refusal.fix)


def _out_of_reach(error: Exception) -> Finding:
    """Discord did not answer, or not in a way that says anything about the set-up."""
    reason = reason_of(error)
    return _failed(
        id="discord.reachable",
        text=f"{reason[0].upper()}{reason[1:]}.",
        fix="Check this machine's network and DISCORD_API_URL; https://discordstatus.com tells whether it is Discord's "
        "own trouble.",
    )


async def _standing(rest: hikari.api.RESTClient, guild_id: int, me: int) -> Standing:
    return Standing(guild=await rest.fetch_guild(guild_id), member=await rest.fetch_member(guild_id, me))


async def _why_unseen(rest: hikari.api.RESTClient, me: int, forum_id: int) -> Finding:
    """Why Discord does not show the forum: the bot is not in its server, or may not see it there."""
    servers = [server async for server in rest.fetch_my_guilds()]
    for server in servers:
        channel = next((each for each in await rest.fetch_guild_channels(server.id) if each.id == forum_id), None)
        if channel is None:
            continue
        try:
            forum = as_forum(channel)
        except DiscordSetupError as error:
            return _failed(id="discord.forum", text=error.what, fix=error.fix)
        standing = await _standing(rest, server.id, me)
        for missing in standing.missing(IN_FORUM, forum):
            return _lacks(standing, forum, missing, "discord.forum", setting="SUPPORT_CHANNEL_ID")
    where = f"none of its servers ({', '.join(server.name for server in servers)}) has" if servers else "it is in none"
    application = await rest.fetch_application()
    return _failed(
        id="discord.server",
        text=f"The bot is not in the server of SUPPORT_CHANNEL_ID {forum_id}: {where}.",
        fix=f"Add it: {invite_link(application.id)}",
    )


def _forum_permissions(standing: Standing, forum: hikari.GuildForumChannel) -> Iterable[Finding]:
    lacking = standing.missing(IN_FORUM, forum)
    for missing in lacking:
        yield _lacks(standing, forum, missing, "discord.forum")
    if not lacking:
        may = ", ".join(name_of_permission(permission) for permission in IN_FORUM)
        yield _good(id="discord.forum.permissions", text=f"In #{forum.name} the bot may {may}")
    for missing in standing.missing([Permissions.MANAGE_THREADS], forum):
        yield _lacks(standing, forum, missing, "discord.forum", optional="messages in archived or locked threads")
    for missing in standing.missing([Permissions.VIEW_AUDIT_LOG]):
        yield _lacks(standing, None, missing, "discord.server", optional="exact times of what it missed")


def _lacks(
    standing: Standing,
    channel: hikari.PermissibleGuildChannel | None,
    missing: Missing,
    what: str,
    *,
    setting: str | None = None,
    optional: str | None = None,
) -> Finding:
    """A permission that is missing, who takes it, and the menu where it is given."""
    permission = name_of_permission(missing.permission)
    where = standing.guild.name if channel is None else f"#{channel.name}"
    why = f"the overwrite for {missing.denied_for} denies it" if missing.denied_for else "no role of the bot allows it"
    if channel is not None and missing.denied_for:
        link = f"https://discord.com/channels/{standing.guild.id}/{channel.id}"
        fix = f"{link} > Edit Channel > Permissions: allow {permission} for {missing.denied_for}."
    else:
        fix = f"Server Settings > Roles > {standing.own_role} > Permissions: switch {permission} on."
    told = f"{setting} {channel.id} cannot be seen by the bot. " if setting and channel is not None else ""
    needed = f" It is needed for {optional} only." if optional else ""
    return Finding(
        id=f"{what}.{id_of_permission(missing.permission)}",
        group=Group.DISCORD,
        level=Level.WARNING if optional else Level.FAILED,
        text=f"{told}In {where} the bot lacks {permission}: {why}.{needed}",
        fix=fix,
    )


def _tags(forum: hikari.GuildForumChannel, desk: Desk) -> Iterable[Finding]:
    """The tags that the business rules go by."""
    names = [tag.name.strip() for tag in forum.available_tags]
    settings = f"https://discord.com/channels/{forum.guild_id}/{forum.id} > Edit Channel > Tags"
    resolved, teams = {name.casefold() for name in desk.resolved_tags or ()}, desk.team_tags or ()
    meaningless = [name for name in names if name.casefold() not in resolved and not _is_for(name, teams)]
    one_of_its = f"one of its tags ({', '.join(meaningless)})"
    if desk.resolved_tags is not None and not {name.casefold() for name in names} & resolved:
        yield _failed(
            id="discord.tags.resolved",
            text=f"The forum has no tag that means resolved (RESOLVED_TAGS {','.join(desk.resolved_tags)}).",
            fix=f"Add one: {settings}{f'; or put {one_of_its} into RESOLVED_TAGS' if meaningless else ''}.",
        )
    for team in teams:
        if not any(_is_for(name, [team]) for name in names):
            instead = f"put {one_of_its} into TEAM_TAGS in its place, or " if meaningless else ""
            yield _warning(
                id="discord.tags.team",
                text=f"The forum has no tag for the team {team} (TEAM_TAGS): no ticket will be given to it.",
                fix=f"Add one: {settings}; or {instead}take {team} out of TEAM_TAGS.",
            )


def _is_for(tag: str, teams: Sequence[str]) -> bool:
    return team_of([Tag(id=0, name=tag)], teams) is not None


def _roles(standing: Standing, desk: Desk) -> Iterable[Finding]:
    for role_id in desk.responder_roles or ():
        if role_id not in standing.guild.roles:
            yield _warning(
                id="discord.role",
                text=f"The server has no role {role_id} (SUPPORT_ROLE_IDS): nobody's answer counts by it.",
                fix="Copy the id of the role (Server Settings > Roles > right-click it, Copy Role ID).",
            )


async def _alert_channel(rest: hikari.api.RESTClient, standing: Standing, channel_id: int) -> Collection[Finding]:
    """One channel of ALERT_CHANNEL_IDS: that it is there, in this server, and takes the bot's messages."""
    failed = partial(_failed, id="discord.alert_channel")
    setting = f"Alerts: channel {channel_id} (ALERT_CHANNEL_IDS)"
    copy = "Copy the id of a text channel of the server (right-click it, Copy Channel ID)."
    try:
        channel = await rest.fetch_channel(channel_id)
    except hikari.NotFoundError as error:
        if not is_gone(error):
            raise
        return [failed(text=f"{setting} does not exist.", fix=copy)]
    except hikari.ForbiddenError:
        channels = await rest.fetch_guild_channels(standing.guild.id)
        unseen = next((each for each in channels if each.id == channel_id), None)
        if not isinstance(unseen, hikari.PermissibleGuildChannel):
            return [failed(text=f"{setting} is not in the server {standing.guild.name}, or is hidden.", fix=copy)]
        channel = unseen
    if not isinstance(channel, hikari.GuildChannel) or channel.guild_id != standing.guild.id:
        return [failed(text=f"{setting} is not in the server {standing.guild.name}.", fix=copy)]
    if not isinstance(channel, hikari.TextableGuildChannel):
        return [failed(text=f"{setting}, #{channel.name}, is a {kind_of(channel)} and takes no messages.", fix=copy)]
    in_thread = isinstance(channel, hikari.GuildThreadChannel)
    # A thread has no overwrites of its own: those of its channel hold.
    where = await rest.fetch_channel(channel.parent_id) if isinstance(channel, hikari.GuildThreadChannel) else channel
    if isinstance(where, hikari.PermissibleGuildChannel):
        lacking = standing.missing(IN_ALERT_THREAD if in_thread else IN_ALERT_CHANNEL, where)
        if lacking:
            return [_lacks(standing, where, missing, "discord.alert_channel") for missing in lacking]
    return [_good(id="discord.alert_channel", text=f"Alerts: #{channel.name} ({channel.id})")]
