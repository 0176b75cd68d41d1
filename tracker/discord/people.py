"""Who wrote a message, under what name, and whether it counts as an answer."""

from __future__ import annotations

from collections.abc import Collection

import hikari

_SAID = (hikari.MessageType.DEFAULT, hikari.MessageType.REPLY)


def name_of(user: hikari.User, member: hikari.Member | None = None, *, display: bool = False) -> str:
    """The name as the sheet shows it: `mia`, or `mia#1234` for accounts that still have a discriminator.

    With `display`, as people see it in Discord: what they are called in the server (as far as `member` shows), else
    what they call themselves, else the same.
    """
    shown = ((member.nickname if member is not None else None) or user.global_name) if display else None
    username = user.username if user.discriminator in ("0", "0000") else f"{user.username}#{user.discriminator}"
    return readable(shown or username)


def is_app(message: hikari.Message) -> bool:
    """Whether a bot or a webhook wrote this: nobody who could be mentioned."""
    return message.author.is_bot or message.webhook_id is not None


def is_person_speaking(message: hikari.Message) -> bool:
    """Whether a human wrote this; bots, webhooks and Discord's own notes (renames, pins) are not."""
    return message.type in _SAID and not is_app(message)


def is_responder(roles: Collection[int], responder_roles: Collection[int]) -> bool:
    """Whether a member with `roles` may answer: everybody, unless the desk names the roles that count."""
    return not responder_roles or not set(responder_roles).isdisjoint(roles)


def readable(text: str) -> str:
    """The text without half characters (lone surrogates), which can be in JSON but cannot be stored or sent."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
