"""Entities written as the JSON objects that Discord sends, over HTTP and over the gateway.

They carry every field that Discord's OpenAPI description requires and every field that hikari reads:
https://github.com/discord/discord-api-spec
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.sandbox.discord import components
from tracker.sandbox.discord.entities import (
    AuditEntry,
    Channel,
    ChannelType,
    Forum,
    Guild,
    Member,
    Message,
    MessageType,
    Role,
    Tag,
    Thread,
    User,
)
from tracker.sandbox.discord.permissions import Permission

Payload = dict[str, object]

PINNED_THREAD = 1 << 1
"""The channel flag of a thread that is pinned to the top of its forum."""

OBFUSCATED = 1 << 17
HIDDEN_NAME = "___hidden___"
"""The channel flag and the name of a channel that whoever gets it may not view."""


def time(moment: datetime) -> str:
    """A moment the way Discord writes it: ISO 8601 in UTC, with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def user(who: User) -> Payload:
    """https://discord.com/developers/docs/resources/user#user-object."""
    payload: Payload = {
        "id": str(who.id),
        "username": who.username,
        "discriminator": who.discriminator,
        "global_name": who.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
    }
    return payload | {"bot": True} if who.bot else payload


def own_user(who: User, *, two_factor: bool = True) -> Payload:
    """The bot's own account, as only the bot sees it; `two_factor` is that of its application's owner."""
    return user(who) | {"mfa_enabled": two_factor, "locale": "en-US", "verified": True, "email": None}


def membership(member: Member) -> Payload:
    """A member without the user: what a message's `member` holds."""
    return {
        "roles": [str(role.id) for role in member.roles],
        "joined_at": time(member.joined_at),
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "communication_disabled_until": time(member.timed_out_until) if member.timed_out_until else None,
        "premium_since": None,
        "pending": False,
        "flags": 0,
        "mute": False,
        "deaf": False,
    }


def member(who: Member) -> Payload:
    """https://discord.com/developers/docs/resources/guild#guild-member-object."""
    return membership(who) | {"user": user(who.user)}


def role(one: Role) -> Payload:
    """https://discord.com/developers/docs/topics/permissions#role-object."""
    payload: Payload = {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.bot is not None,
        "mentionable": one.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return payload if one.bot is None else payload | {"tags": {"bot_id": str(one.bot.id)}}


def tag(one: Tag) -> Payload:
    """https://discord.com/developers/docs/resources/channel#forum-tag-object."""
    return {"id": str(one.id), "name": one.name, "moderated": one.moderated, "emoji_id": None, "emoji_name": None}


def channel(one: Channel, guild: Guild) -> Payload:
    """A channel that is not a thread: https://discord.com/developers/docs/resources/channel#channel-object."""
    payload: Payload = {
        "id": str(one.id),
        "type": int(one.type),
        "guild_id": str(guild.id),
        "name": one.name,
        "position": one.position,
        "parent_id": None,
        "flags": 0,
        "nsfw": False,
        "permission_overwrites": [
            {
                "id": str(target),
                "type": 0 if overwrite.of_role else 1,
                "allow": str(int(overwrite.allow)),
                "deny": str(int(overwrite.deny)),
            }
            for target, overwrite in one.overwrites.items()
        ],
    }
    if one.type is ChannelType.CATEGORY:
        return payload
    payload |= {
        "topic": one.topic,
        "last_message_id": str(one.messages[-1].id) if one.messages else None,
        "rate_limit_per_user": 0,
    }
    if one.type is ChannelType.VOICE:
        payload |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None}
    if isinstance(one, Forum):
        payload |= {
            "available_tags": [tag(offered) for offered in one.tags],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "default_auto_archive_duration": 4320,
            "default_thread_rate_limit_per_user": 0,
        }
    return payload


def obfuscated(one: Channel, guild: Guild) -> Payload:
    """A channel that the bot may not view, as the gateway shows it: only id, type, position and parent are real.

    https://discord.com/developers/docs/resources/channel#channel-object-obfuscated-channels
    """
    unseen = {"id": str(guild.id), "type": 0, "allow": "0", "deny": str(int(Permission.VIEW_CHANNEL))}
    shown = channel(one, guild)
    hidden: Payload = {"name": HIDDEN_NAME, "flags": OBFUSCATED, "permission_overwrites": [unseen]}
    nothing: Payload = {"topic": None, "last_message_id": None, "available_tags": []}
    return shown | hidden | {name: value for name, value in nothing.items() if name in shown}


def thread(one: Thread, guild: Guild, reader: User) -> Payload:
    """A thread as `reader` sees it: with `member` when the reader has joined it."""
    answers = [message for message in one.messages if message.id != one.id]
    payload: Payload = {
        "id": str(one.id),
        "type": int(ChannelType.PUBLIC_THREAD),
        "guild_id": str(guild.id),
        "parent_id": str(one.parent.id),
        "owner_id": str(one.owner.id),
        "name": one.name,
        "last_message_id": str(one.messages[-1].id) if one.messages else None,
        "message_count": len(answers),
        "member_count": len(one.joined),
        "total_message_sent": one.total_sent,
        "rate_limit_per_user": one.slow_mode // timedelta(seconds=1),
        "flags": PINNED_THREAD if one.pinned else 0,
        "thread_metadata": {
            "archived": one.archived,
            "archive_timestamp": time(one.archive_timestamp),
            "auto_archive_duration": one.auto_archive // timedelta(minutes=1),
            "locked": one.locked,
            "create_timestamp": time(one.created_at),
        },
    }
    if one.in_forum:
        payload["applied_tags"] = [str(applied.id) for applied in one.tags]
    if reader.id in one.joined:
        payload["member"] = thread_member(one, reader)
    return payload


def thread_member(one: Thread, who: User) -> Payload:
    """https://discord.com/developers/docs/resources/channel#thread-member-object."""
    return {"id": str(one.id), "user_id": str(who.id), "join_timestamp": time(one.joined[who.id]), "flags": 0}


def message(one: Message, reader: User, *, content: bool) -> Payload:
    """A message as `reader` gets it over HTTP; the gateway adds `guild_id` and `member`.

    Without the intent MESSAGE_CONTENT (`content=False`) a bot reads only its own messages and those that mention it:
    https://discord.com/developers/docs/events/gateway#message-content-intent
    """
    readable = content or one.author is reader or reader in one.mentions
    payload: Payload = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": int(one.type),
        "author": _author(one),
        "content": one.content if readable and not one.components else "",
        "timestamp": time(one.timestamp),
        "edited_timestamp": None if one.edited_at is None else time(one.edited_at),
        "tts": False,
        "mention_everyone": one.mentioned.everyone,
        "mentions": [user(mentioned) for mentioned in one.mentions],
        "mention_roles": [str(mentioned.id) for mentioned in one.mentioned.roles],
        "attachments": [],
        "embeds": [],
        "components": components.shown(one) if readable else [],
        "pinned": one.pinned,
        "flags": one.flags,
    }
    if one.reactions:
        payload["reactions"] = [reaction(emoji, users, me=reader.id in users) for emoji, users in one.reactions.items()]
    if one.nonce is not None and one.author is reader:
        payload["nonce"] = one.nonce
    if one.webhook_id is not None:
        payload["webhook_id"] = str(one.webhook_id)
    if one.interaction is not None:
        payload["interaction_metadata"] = {
            "id": str(one.id),
            "type": one.interaction,
            "user": user(one.author),
            "authorizing_integration_owners": {},
        }
    if one.refers_to is not None:
        payload["message_reference"] = {
            "type": 0,
            "channel_id": str(one.refers_to.channel.id),
            "message_id": str(one.refers_to.id),
        }
    if one.type is MessageType.REPLY and one.refers_to is not None:
        answered = message(one.refers_to, reader, content=content)
        # Discord looks one message back, not further
        answered.pop("referenced_message", None)
        payload["referenced_message"] = answered
    return payload


def _author(one: Message) -> Payload:
    if one.webhook_id is None:
        return user(one.author)
    # a webhook posts under a name of its own, with the webhook's id for a user's
    return user(one.author) | {"id": str(one.webhook_id), "discriminator": "0000", "bot": True}


def reaction(emoji: str, users: set[int], *, me: bool) -> Payload:
    """https://discord.com/developers/docs/resources/message#reaction-object."""
    return {
        "emoji": {"id": None, "name": emoji},
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "burst_colors": [],
        "me_burst": False,
        "me": me,
    }


def guild(one: Guild, roles: list[Role]) -> Payload:
    """https://discord.com/developers/docs/resources/guild#guild-object."""
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "features": ["COMMUNITY"],
        "banner": None,
        "owner_id": str(one.owner.id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [role(each) for each in roles],
        "default_message_notifications": 1,
        "mfa_level": int(one.demands_two_factor),
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": "en-US",
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
    }


def own_guild(one: Guild, who: User, may: Permission) -> Payload:
    """A guild as it stands in the list of those somebody is in, with what `who` may do in it as a whole.

    https://discord.com/developers/docs/resources/user#get-current-user-guilds
    """
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "banner": None,
        "owner": who is one.owner,
        "permissions": str(int(may)),
        "features": ["COMMUNITY"],
    }


def audit_entry(entry: AuditEntry) -> Payload:
    """https://discord.com/developers/docs/resources/audit-log#audit-log-entry-object."""
    changes: list[Payload] = []
    for key, old, new in entry.changes:
        change: Payload = {"key": key}
        if old is not None:
            change["old_value"] = old
        if new is not None:
            change["new_value"] = new
        changes.append(change)
    return {
        "id": str(entry.id),
        "action_type": int(entry.action),
        "user_id": str(entry.user.id),
        "target_id": str(entry.target),
        "changes": changes,
    }
