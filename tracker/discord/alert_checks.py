"""Checks of the channels that get the alerts: each is there, in the desk's server, and takes the bot's messages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import hikari
from hikari import Permissions

from tracker.checks import Finding
from tracker.discord.failures import is_gone, is_hidden
from tracker.discord.findings import failed, good, lacks, permissions_of, warning, why
from tracker.discord.forum import kind_of
from tracker.discord.permissions import IN_ALERT_CHANNEL, IN_ALERT_THREAD, IN_ALERT_VOICE, Standing
from tracker.discord.picture import why_not
from tracker.domain.effects import EffectKind

_ID = "discord.alert_channel"
_COPY_ROLE = "Copy the id of the role (Server Settings > Roles > right-click it, Copy Role ID)."
_ROLE_ID = "discord.escalation_role"
_ENDS_ID = "discord.alert_ends"
_ENDS = "writing into its alerts that they need nobody any more, and to find what it posted before"
_PICTURE_ID = "discord.report_picture"
_PICTURE = "the picture in the weekly report, which has a table otherwise"
_COPY = "Copy the id of a text channel of the server (right-click it, Copy Channel ID)."


async def alert_channel(
    rest: hikari.api.RESTClient, standing: Standing, channel_id: int, named_by: str, *, gets_reports: bool
) -> Sequence[Finding]:
    """One channel that a setting names. Errors are hikari's where it can be neither seen nor known to be hidden."""
    wrong = partial(failed, id=_ID, fix=_COPY)
    setting = f"Alerts: channel {channel_id} ({named_by})"
    try:
        channel = await rest.fetch_channel(channel_id)
    except hikari.NotFoundError as error:
        if not is_gone(error):
            raise
        is_server = channel_id == standing.guild.id
        instead = f"is the server {standing.guild.name} itself, not a channel in it" if is_server else "does not exist"
        return [wrong(text=f"{setting} {instead}.")]
    except hikari.ForbiddenError as error:
        if not is_hidden(error):
            raise
        return [_hidden(standing, channel_id, setting)]
    if not isinstance(channel, hikari.GuildChannel) or channel.guild_id != standing.guild.id:
        return [wrong(text=f"{setting} is not in the server {standing.guild.name}.")]
    if not isinstance(channel, hikari.TextableGuildChannel):
        return [wrong(text=f"{setting}, #{channel.name}, is a {kind_of(channel)} and takes no messages.")]
    # A thread has no overwrites of its own: those of its channel hold.
    where = await rest.fetch_channel(channel.parent_id) if isinstance(channel, hikari.GuildThreadChannel) else channel
    called = "" if isinstance(channel, hikari.GuildTextChannel) else f", a {kind_of(channel)}"
    found = [good(id=_ID, text=f"Alerts: #{channel.name} ({channel.id}){called}")]
    if isinstance(where, hikari.PermissibleGuildChannel):
        lacking = standing.missing(_needed_in(channel), where)
        if lacking:
            because = f"{setting}{f', #{channel.name}{called}' if called else ''}: "
            return [lacks(standing, where, missing, _ID, because=because) for missing in lacking]
        unread = standing.missing([Permissions.READ_MESSAGE_HISTORY], where)
        found += [lacks(standing, where, missing, _ENDS_ID, optional=_ENDS) for missing in unread]
        unpictured = standing.missing([Permissions.ATTACH_FILES], where) if gets_reports else []
        found += [lacks(standing, where, missing, _PICTURE_ID, optional=_PICTURE) for missing in unpictured]
    return found


def drawing() -> Sequence[Finding]:
    """What keeps the weekly report's picture from being drawn on this machine, if anything does."""
    reason = why_not()
    if not reason:
        return []
    text = f"Pillow draws no pictures here, so the weekly report has a table instead: {reason}"
    return [warning(id=_PICTURE_ID, text=text, fix="Install the bot's libraries again, as the README's set-up does.")]


def escalation_role(standing: Standing, role_id: int) -> Finding:
    """Whether a mention of the role that ESCALATION_ROLE_ID names calls anybody."""
    role = standing.guild.roles.get(hikari.Snowflake(role_id))
    if role_id == standing.guild.id:
        return warning(
            id=_ROLE_ID,
            text=f"ESCALATION_ROLE_ID {role_id} is @everyone, whom the bot never mentions: escalations mention nobody.",
            fix=_COPY_ROLE,
        )
    if role is None:
        return warning(
            id=_ROLE_ID,
            text=f"The server has no role {role_id} (ESCALATION_ROLE_ID): escalations mention nobody.",
            fix=_COPY_ROLE,
        )
    if not role.is_mentionable and standing.missing([Permissions.MENTION_ROLES]):
        return warning(
            id=_ROLE_ID,
            text=f"The bot cannot mention the role {role.name} (ESCALATION_ROLE_ID): escalations ping nobody.",
            fix=f"Server Settings > Roles > {role.name}: allow anyone to @mention this role.",
        )
    return good(id=_ROLE_ID, text=f"Escalations mention the role {role.name} ({role_id})")


async def try_post(rest: hikari.api.RESTClient, channel_id: int) -> Finding:
    """Post a message in an alert channel and delete it again."""
    try:
        message = await rest.create_message(channel_id, "Test of the support tracker: this message is deleted at once.")
        await rest.delete_message(channel_id, message.id)
    except Exception as error:  # noqa: BLE001 - hikari ends in many ways over an answer that it cannot read
        return failed(
            id="discord.test_message",
            text=f"Alerts: no message could be posted in channel {channel_id} and deleted again: "
            f"{why(error, EffectKind.NOTICE)}.",
            fix="Do what the lines about this channel say, and try again.",
        )
    return good(id="discord.test_message", text=f"Alerts: a message was posted in channel {channel_id} and deleted")


def _needed_in(channel: hikari.TextableGuildChannel) -> Sequence[Permissions]:
    if isinstance(channel, hikari.GuildThreadChannel):
        return IN_ALERT_THREAD
    if isinstance(channel, hikari.GuildVoiceChannel | hikari.GuildStageChannel):
        return IN_ALERT_VOICE
    return IN_ALERT_CHANNEL


def _hidden(standing: Standing, channel_id: int, setting: str) -> Finding:
    """A channel that exists and that Discord does not show to the bot, not even who denies it."""
    because = f"{setting} cannot be seen by the bot. "
    for missing in standing.missing([Permissions.VIEW_CHANNEL]):
        return lacks(standing, None, missing, _ID, because=because)
    return failed(
        id=f"{_ID}.view_channel",
        text=f"{because}It exists, but the bot lacks View Channel there.",
        fix=f"{permissions_of(standing, channel_id)}: allow View Channel for the role {standing.own_role}. If it is in "
        f"another server than {standing.guild.name}, name a channel of this one.",
    )
