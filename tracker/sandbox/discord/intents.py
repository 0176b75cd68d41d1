"""Gateway intents: which events a session gets, and which intents need a switch in the developer portal.

https://discord.com/developers/docs/events/gateway#list-of-intents
"""

from __future__ import annotations

from enum import IntFlag


class Intent(IntFlag):
    """The intents that events of this server belong to, and the privileged ones."""

    NONE = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT

APPLICATION_FLAGS = {
    Intent.GUILD_PRESENCES: 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 19,
}
"""The application flag that shows a privileged intent switched on, for a bot in fewer than 100 guilds.

https://discord.com/developers/docs/resources/application#application-object-application-flags
"""


def intent_of(event: str) -> Intent:
    """The intent that a session must have asked for to get an event of this name."""
    if event.startswith("GUILD_MEMBER_"):
        return Intent.GUILD_MEMBERS
    if event.startswith("MESSAGE_REACTION_"):
        return Intent.GUILD_MESSAGE_REACTIONS
    if event.startswith("MESSAGE_"):
        return Intent.GUILD_MESSAGES
    return Intent.GUILDS
