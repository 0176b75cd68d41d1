"""Who may do what where: roles and channel overwrites, combined the way Discord combines them.

https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """The permissions this server decides by, with Discord's names and bits."""

    NONE = 0
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    CONNECT = 1 << 20
    MANAGE_THREADS = 1 << 34
    SEND_MESSAGES_IN_THREADS = 1 << 38


EVERYTHING = ~Permission.NONE
"""What a guild's owner and its administrators may do."""

A_BOT_NEEDS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
)
"""What the bot's role grants it, and no more, until a test grants or revokes something."""


FOR_THE_TIMED_OUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
"""What is left to a member who is timed out: https://discord.com/developers/docs/topics/permissions."""

WITH_TWO_FACTOR = Permission.MANAGE_CHANNELS | Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS
"""Permissions that count only with two-factor authentication where the guild demands it; the same page."""


def named(names: tuple[str, ...]) -> Permission:
    """The union of permissions given by Discord's names, such as `SEND_MESSAGES`; KeyError for an unknown one."""
    union = Permission.NONE
    for name in names:
        union |= Permission[name]
    return union


@dataclass(kw_only=True)
class Overwrite:
    """What one channel grants and denies one role or one member, on top of what their roles say."""

    of_role: bool
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE


def effective(
    *, base: Permission, everyone: Overwrite | None, roles: list[Overwrite], member: Overwrite | None
) -> Permission:
    """What is left of `base`, the union of a member's roles, after the overwrites of a channel.

    They come in this order, each over the ones before: for @everyone, for all of the member's roles together, for the
    member. What an overwrite allows goes over what it denies.
    """
    if Permission.ADMINISTRATOR in base:
        return EVERYTHING
    granted = _over(base, [everyone] if everyone else [])
    granted = _over(granted, roles)
    granted = _over(granted, [member] if member else [])
    # without the right to see a channel every other right in it is void
    return granted if Permission.VIEW_CHANNEL in granted else Permission.NONE


def _over(base: Permission, overwrites: list[Overwrite]) -> Permission:
    denied, allowed = Permission.NONE, Permission.NONE
    for overwrite in overwrites:
        denied |= overwrite.deny
        allowed |= overwrite.allow
    return (base & ~denied) | allowed
