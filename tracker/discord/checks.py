"""Checks of the set-up in Discord: the token, the server, the forum, the alert channels, and what the bot may do there.

A check that others stand on ends the checking when it fails, so that one trouble is one finding. What cannot be checked
is said to be so, and costs no other check.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from functools import partial

import hikari
from hikari import Permissions

from tracker.checks import Finding, Group, Level, whatever_happens
from tracker.discord import forum_checks
from tracker.discord.alert_checks import alert_channel, drawing, escalation_role
from tracker.discord.clock import check_clock
from tracker.discord.connection import DISCORD, not_discord, refusal_of
from tracker.discord.findings import attempted, failed, good, lacks, permissions_of, unchecked, warning, why
from tracker.discord.forum import Forum
from tracker.discord.people import name_of
from tracker.discord.permissions import Standing, invite_link
from tracker.errors import DiscordSetupError, TrackerError

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
    escalation_channel_ids: tuple[int, ...] | None = ()
    escalation_role_id: int | None = None
    report_channel_ids: tuple[int, ...] | None = ()
    has_reports: bool = False


async def check_discord(rest: hikari.api.RESTClient, api_url: str, desk: Desk | None) -> AsyncIterator[Finding]:
    """Everything, from the token on, to what the audit log shows. Without a `desk` only the bot itself is looked at.

    `api_url` is the address that is asked: Discord's own cannot be the wrong one.
    """
    try:
        me = await rest.fetch_my_user()
        name = logged_in_as(me)
    except Exception as error:  # noqa: BLE001 - hikari ends in many ways over an answer that is not Discord's
        yield _refused(error, api_url)
        return
    yield good(id="discord.token", text=name)
    for finding in await attempted(_invite(rest), "discord.invite", "The link that adds the bot to a server"):
        yield finding
    if desk is not None:
        async for finding in _check_all(rest, me, desk):
            yield finding
    if (clock := check_clock(rest)) is not None:  # last of all, as not every answer shows Discord's
        yield clock


async def _check_all(rest: hikari.api.RESTClient, me: hikari.OwnUser, desk: Desk) -> AsyncIterator[Finding]:
    """The desk, and what the audit log shows."""
    try:
        async for finding in check_desk(rest, me, desk):
            yield finding
    except Exception as error:  # noqa: BLE001 - hikari ends in many ways over an answer that is not Discord's
        yield unchecked(error, "discord.forum", f"SUPPORT_CHANNEL_ID {desk.forum_id}", level=Level.FAILED)
        return
    for finding in await attempted(_audit_log(rest, desk), "discord.audit_log", "What the audit log shows"):
        yield finding


async def check_desk(rest: hikari.api.RESTClient, me: hikari.OwnUser, desk: Desk) -> AsyncGenerator[Finding, None]:
    """The server, the forum and the alert channels, as the bot finds them.

    Only the first question, for the forum, may fail: with what hikari raises, also over an answer it cannot read.
    """
    try:
        forum = await Forum(rest, desk.forum_id, ()).look()
    except DiscordSetupError as error:
        yield await _why_unseen(rest, me, desk.forum_id, error)
        return
    tags = ", ".join(tag.name for tag in forum.available_tags)
    yield good(id="discord.forum", text=f"Forum: #{forum.name} ({forum.id}), tags: {tags or 'none'}")
    of_tags = partial(forum_checks.tags, forum, desk.resolved_tags, desk.team_tags)
    for finding in whatever_happens(Group.DISCORD, of_tags):
        yield finding
    try:
        standing = await _standing(rest, forum.guild_id, me)
    except Exception as error:  # noqa: BLE001 - hikari ends in many ways over an answer that it cannot read
        yield unchecked(error, "discord.server", "What the bot may do in the server of the forum")
        return
    yield good(id="discord.server", text=f"Server: {standing.guild.name} ({standing.guild.id})")
    of_rights = partial(forum_checks.rights, standing, forum, has_two_factor=me.is_mfa_enabled)
    of_responders = partial(forum_checks.responders, standing, forum, desk.responder_roles)
    for of_forum in (of_rights, of_responders):
        for finding in whatever_happens(Group.DISCORD, of_forum):
            yield finding
    async for finding in _channels(rest, standing, desk):
        yield finding
    if desk.escalation_role_id is not None:
        yield escalation_role(standing, desk.escalation_role_id)


async def _channels(rest: hikari.api.RESTClient, standing: Standing, desk: Desk) -> AsyncIterator[Finding]:
    """The channels that the bot writes to for the staff."""
    if desk.alert_channel_ids == ():
        fix = "Write into it the ids of the channels that are to read when nobody answers in time."
        yield warning(id="discord.alerts", text="Alerts: none (ALERT_CHANNEL_IDS is empty).", fix=fix)
    named = {
        **dict.fromkeys(desk.report_channel_ids or (), "REPORT_CHANNEL_IDS"),
        **dict.fromkeys(desk.escalation_channel_ids or (), "ESCALATION_CHANNEL_IDS"),
        **dict.fromkeys(desk.alert_channel_ids or (), "ALERT_CHANNEL_IDS"),
    }
    of_reports = (desk.report_channel_ids or desk.alert_channel_ids or ()) if desk.has_reports else ()
    for channel_id, setting in reversed(named.items()):
        check = alert_channel(rest, standing, channel_id, setting, gets_reports=channel_id in of_reports)
        for finding in await attempted(check, "discord.alert_channel", f"Alerts: channel {channel_id}"):
            yield finding
    if of_reports:
        for finding in whatever_happens(Group.DISCORD, drawing):
            yield finding


def logged_in_as(user: hikari.User) -> str:
    """Whose token it is."""
    return f"Logged in as {name_of(user)} ({user.id})"


def _refused(error: Exception, api_url: str) -> Finding:
    """Why not even the bot's own name can be asked for."""
    is_no_answer = isinstance(error, hikari.HTTPError) and not isinstance(error, hikari.HTTPResponseError)
    if is_no_answer and not error.__cause__ and not api_url.startswith(DISCORD):
        refusal: TrackerError | None = not_discord(str(error))
    else:
        try:
            refusal = refusal_of(error, api_url)
        except Exception:  # noqa: BLE001 - it raises again what it does not know
            refusal = None
    if refusal is None:
        return _out_of_reach(error)
    about = "token" if isinstance(error, hikari.UnauthorizedError) else "api"
    return failed(id=f"discord.{about}", text=refusal.what, fix=refusal.fix)


def _out_of_reach(error: Exception) -> Finding:
    """Discord did not answer, or not in a way that says anything about the set-up."""
    reason = why(error)
    return failed(
        id="discord.reachable",
        text=f"{reason[0].upper()}{reason[1:]}.",
        fix="Check this machine's network, HTTPS_PROXY and DISCORD_API_URL; https://discordstatus.com shows whether it "
        "is Discord's own trouble.",
    )


async def _invite(rest: hikari.api.RESTClient) -> Sequence[Finding]:
    application = await rest.fetch_application()
    return [good(id="discord.invite", text=f"Link that adds it to a server: {invite_link(application.id)}")]


async def _audit_log(rest: hikari.api.RESTClient, desk: Desk) -> Sequence[Finding]:
    try:
        forum = await Forum(rest, desk.forum_id, ()).look()
    except DiscordSetupError:
        return ()  # said already
    return await forum_checks.audit_log(rest, forum)


async def _standing(rest: hikari.api.RESTClient, guild_id: int, me: hikari.OwnUser) -> Standing:
    return Standing(guild=await rest.fetch_guild(guild_id), member=await rest.fetch_member(guild_id, me.id))


async def _why_unseen(
    rest: hikari.api.RESTClient, me: hikari.OwnUser, forum_id: int, error: DiscordSetupError
) -> Finding:
    """Why Discord does not show a forum, as far as the answers to more questions can be read."""
    try:
        if isinstance(error.__cause__, hikari.ForbiddenError | hikari.NotFoundError):
            return await _hidden_or_absent(rest, me, forum_id, error)
    except Exception as unread:  # noqa: BLE001 - hikari ends in many ways over an answer that it cannot read
        return failed(id="discord.forum", text=f"{error.what} (Why is unknown: {why(unread)}.)", fix=error.fix)
    return failed(id="discord.forum", text=error.what, fix=error.fix)


async def _hidden_or_absent(
    rest: hikari.api.RESTClient, me: hikari.OwnUser, forum_id: int, error: DiscordSetupError
) -> Finding:
    """Whether the forum is hidden from the bot, in another server or absent. Errors are hikari's.

    Lists of channels leave out what the bot may not view, so whether a hidden one is in a server cannot be asked.
    """
    servers = [server async for server in rest.fetch_my_guilds()]
    if (own := next((server for server in servers if server.id == forum_id), None)) is not None:
        return failed(
            id="discord.forum",
            text=f"SUPPORT_CHANNEL_ID {forum_id} is the id of the server {own.name} itself, not of a channel in it.",
            fix="Copy the id of the forum channel (right-click it, Copy Channel ID).",
        )
    add = f"add the bot to it: {invite_link((await rest.fetch_application()).id)}"
    if not servers:
        return failed(
            id="discord.server",
            text=f"The bot {name_of(me)} is not in the server of SUPPORT_CHANNEL_ID {forum_id}: it is in none.",
            fix=f"{add[0].upper()}{add[1:]}",
        )
    names = ", ".join(server.name for server in servers)
    if isinstance(error.__cause__, hikari.NotFoundError):
        fix = f"{error.fix} If it is in another server than {names}, {add}"
        return failed(id="discord.forum", text=error.what, fix=fix)
    if len(servers) > 1:
        menu, role = "Right-click the forum > Edit Channel > Permissions", "the bot's role"
    else:
        standing = await _standing(rest, servers[0].id, me)
        for missing in standing.missing([Permissions.VIEW_CHANNEL]):
            return lacks(standing, None, missing, "discord.forum", because=f"{error.what} ")
        menu, role = permissions_of(standing, forum_id), f"the role {standing.own_role}"
    return failed(
        id="discord.forum.view_channel",
        text=f"{error.what} It lacks View Channel there.",
        fix=f"{menu}: allow View Channel for {role}. If the forum is in another server than {names}, {add}",
    )
