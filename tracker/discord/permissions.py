"""What the bot may do in a channel, and what stands in its way: roles and overwrites, combined as Discord does.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import hikari
from hikari import Permissions

IN_FORUM = (
    Permissions.VIEW_CHANNEL,
    Permissions.SEND_MESSAGES_IN_THREADS,
    Permissions.READ_MESSAGE_HISTORY,
    Permissions.ADD_REACTIONS,
)
IN_ALERT_CHANNEL = (Permissions.VIEW_CHANNEL, Permissions.SEND_MESSAGES)
IN_ALERT_VOICE = (*IN_ALERT_CHANNEL, Permissions.CONNECT)
"""A voice channel without Connect takes no messages either: the same page, "Implicit Permissions"."""

IN_ALERT_THREAD = (Permissions.VIEW_CHANNEL, Permissions.SEND_MESSAGES_IN_THREADS)

_NAMES = {
    Permissions.VIEW_CHANNEL: "View Channel",
    Permissions.SEND_MESSAGES: "Send Messages",
    Permissions.SEND_MESSAGES_IN_THREADS: "Send Messages in Threads",
    Permissions.READ_MESSAGE_HISTORY: "Read Message History",
    Permissions.ADD_REACTIONS: "Add Reactions",
    Permissions.MANAGE_THREADS: "Manage Threads",
    Permissions.VIEW_AUDIT_LOG: "View Audit Log",
    Permissions.CONNECT: "Connect",
    Permissions.ATTACH_FILES: "Attach Files",
}


def name_of(permission: Permissions) -> str:
    """The permission as Discord's menus call it in English."""
    return _NAMES[permission]


def id_of(permission: Permissions) -> str:
    """The permission in the id of a finding: `add_reactions`."""
    return str(permission.name).lower()


def invite_link(application_id: int) -> str:
    """The address where a person adds the application to a server, with exactly what it needs."""
    needed = Permissions.NONE
    for permission in (*IN_FORUM, *IN_ALERT_CHANNEL):
        needed |= permission
    return f"https://discord.com/oauth2/authorize?client_id={application_id}&scope=bot&permissions={int(needed)}"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A permission that the bot lacks. `denied_for` is the overwrite that takes it; None: no role of the bot has it."""

    permission: Permissions
    denied_for: str | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The bot as a member of its server."""

    guild: hikari.RESTGuild
    member: hikari.Member

    def missing(
        self, permissions: Iterable[Permissions], channel: hikari.PermissibleGuildChannel | None = None
    ) -> list[Missing]:
        """Which of these the bot lacks in the channel, or in the server as a whole.

        Only View Channel where that is among them: without it every other permission in the channel is void.
        """
        found = [missing for permission in permissions if (missing := self._missing(permission, channel)) is not None]
        unseen = [missing for missing in found if missing.permission == Permissions.VIEW_CHANNEL]
        return unseen or found

    def timed_out_until(self) -> datetime | None:
        """Until when a moderator allows the bot only to look and read; None: it is not timed out.

        The owner and administrators cannot be.
        """
        return None if self._may_everything() else self.member.communication_disabled_until()

    def lacks_second_factor(self, *, has_two_factor: bool) -> bool:
        """Whether Manage Threads does not count: the server demands two-factor authentication of those who moderate.

        `has_two_factor`: the account that owns the bot's application uses it. The same page marks the permissions.
        """
        return self.guild.mfa_level == hikari.GuildMFALevel.ELEVATED and not has_two_factor

    def everyone_may(self, permissions: Permissions, channel: hikari.PermissibleGuildChannel) -> bool:
        """Whether @everyone has all of these in the channel, as far as it depends on no other role."""
        everyone = self.guild.roles.get(hikari.Snowflake(self.guild.id))
        granted = everyone.permissions if everyone is not None else Permissions.NONE
        overwrite = channel.permission_overwrites.get(self.guild.id)
        if overwrite is not None:
            granted = (granted & ~overwrite.deny) | overwrite.allow
        return Permissions.ADMINISTRATOR in granted or permissions in granted

    @property
    def own_role(self) -> str:
        """The name of the role that Discord made for the bot when it was invited, where permissions are given to it."""
        roles = [role for role in self._roles if role.bot_id == self.member.id] or self._roles
        return roles[0].name

    @property
    def _roles(self) -> list[hikari.Role]:
        """The bot's roles, @everyone last."""
        ids = {*self.member.role_ids} - {self.guild.id}
        return [self.guild.roles[role_id] for role_id in (*ids, self.guild.id) if role_id in self.guild.roles]

    @property
    def _granted(self) -> Permissions:
        """What the bot's roles grant it in the server as a whole."""
        granted = Permissions.NONE
        for role in self._roles:
            granted |= role.permissions
        return granted

    def _may_everything(self) -> bool:
        return self.member.id == self.guild.owner_id or Permissions.ADMINISTRATOR in self._granted

    def _missing(self, permission: Permissions, channel: hikari.PermissibleGuildChannel | None) -> Missing | None:
        if self._may_everything():
            return None
        verdict = None if permission in self._granted else Missing(permission=permission)
        if channel is None:
            return verdict
        # Each step over the one before: @everyone, the bot's other roles together, the bot itself.
        *roles, everyone = self._roles
        for step in ([(everyone.id, everyone.name)], [(role.id, f"the role {role.name}") for role in roles]):
            verdict = self._after(step, permission, channel, verdict)
        return self._after([(self.member.id, "the bot itself")], permission, channel, verdict)

    def _after(
        self,
        holders: Iterable[tuple[hikari.Snowflake, str]],
        permission: Permissions,
        channel: hikari.PermissibleGuildChannel,
        verdict: Missing | None,
    ) -> Missing | None:
        """The verdict after the overwrites for these roles or this member; to allow goes over to deny."""
        overwrites = [
            (overwrite, name)
            for holder, name in holders
            if (overwrite := channel.permission_overwrites.get(holder)) is not None
        ]
        if any(permission in overwrite.allow for overwrite, _ in overwrites):
            return None
        for overwrite, name in overwrites:
            if permission in overwrite.deny:
                return Missing(permission=permission, denied_for=name)
        return verdict
