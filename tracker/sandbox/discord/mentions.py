"""Whom a message mentions: the mentions in its text, cut down by `allowed_mentions` and the author's rights.

https://discord.com/developers/docs/resources/message#allowed-mentions-object
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tracker.sandbox.discord.entities import Mentions, Role, User
from tracker.sandbox.discord.errors import invalid_form

_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, kw_only=True)
class AllowedMentions:
    """Which mentions may take effect: every one of the kinds in `parse`, and the users and roles listed by id."""

    parse: frozenset[str] = frozenset()
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    replied_user: bool = False

    def user(self, user_id: int) -> bool:
        """Whether a mention of this user takes effect."""
        return "users" in self.parse or user_id in self.users

    def role(self, role_id: int) -> bool:
        """Whether a mention of this role takes effect."""
        return "roles" in self.parse or role_id in self.roles


UNRESTRICTED = AllowedMentions(parse=frozenset({"users", "roles", "everyone"}), replied_user=True)
"""What holds for people, and for a bot's message without `allowed_mentions`."""


def from_body(value: object) -> AllowedMentions:
    """Read a request's `allowed_mentions`; Refusal when it names a kind and members of that kind at once."""
    if value is None:
        return UNRESTRICTED
    if not isinstance(value, dict):
        raise invalid_form("allowed_mentions", "MODEL_TYPE_CONVERT", "Only dictionaries may be used.")
    parse = frozenset(str(kind) for kind in value.get("parse") or ())
    if parse - {"users", "roles", "everyone"}:
        raise invalid_form("allowed_mentions", "BASE_TYPE_CHOICES", "Value must be one of users, roles, everyone.")
    for kind in ("users", "roles"):
        if kind in parse and value.get(kind):
            raise invalid_form(
                "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"{kind} and parse are exclusive."
            )
    return AllowedMentions(
        parse=parse,
        users=frozenset(int(user) for user in value.get("users") or ()),
        roles=frozenset(int(role) for role in value.get("roles") or ()),
        replied_user=value.get("replied_user") is True,
    )


@dataclass(frozen=True, kw_only=True)
class MentionRules:
    """What is mentionable: the guild's users and roles, and whether the author may mention everyone."""

    users: Mapping[int, User]
    roles: Mapping[int, Role]
    may_mention_everyone: bool
    allowed: AllowedMentions = field(default=UNRESTRICTED)

    def read(self, content: str, replied_to: User | None = None) -> Mentions:
        """Whom `content` mentions, each once; `replied_to` is the author of the message it answers."""
        users = {
            int(found): self.users[int(found)]
            for found in _USER.findall(content)
            if int(found) in self.users and self.allowed.user(int(found))
        }
        if replied_to is not None and self.allowed.replied_user:
            users[replied_to.id] = replied_to
        roles = {
            int(found): self.roles[int(found)]
            for found in _ROLE.findall(content)
            if int(found) in self.roles
            and self.allowed.role(int(found))
            and (self.roles[int(found)].mentionable or self.may_mention_everyone)
        }
        everyone = (
            self.may_mention_everyone and "everyone" in self.allowed.parse and _EVERYONE.search(content) is not None
        )
        return Mentions(users=list(users.values()), roles=list(roles.values()), everyone=everyone)
