"""REST routes about the bot, the guild and its people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from tracker.sandbox.discord import errors, payloads, views
from tracker.sandbox.discord.errors import Refused
from tracker.sandbox.discord.forms import Route, path_id, query_id, query_limit
from tracker.sandbox.discord.payloads import Payload
from tracker.sandbox.discord.permissions import Permission
from tracker.sandbox.discord.state import State


@dataclass(frozen=True, kw_only=True)
class GuildRoutes:
    """Everything that is not about one channel."""

    state: State
    gateway_url: Callable[[], str]
    starts_left: Callable[[], int]

    def table(self) -> list[Route]:
        """The routes and their handlers."""
        return [
            ("GET", "/gateway", self.gateway),
            ("GET", "/gateway/bot", self.gateway_bot),
            ("GET", "/users/@me", self.own_user),
            ("GET", "/users/@me/guilds", self.own_guilds),
            ("GET", "/users/{user_id}", self.user),
            ("GET", "/applications/@me", self.application),
            ("GET", "/oauth2/applications/@me", self.application),
            ("GET", "/guilds/{guild_id}", self.guild),
            ("GET", "/guilds/{guild_id}/channels", self.channels),
            ("GET", "/guilds/{guild_id}/roles", self.roles),
            ("GET", "/guilds/{guild_id}/members/{user_id}", self.member),
            ("GET", "/guilds/{guild_id}/threads/active", self.active_threads),
            ("GET", "/guilds/{guild_id}/audit-logs", self.audit_log),
        ]

    async def gateway(self, _request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/events/gateway#get-gateway."""
        return web.json_response({"url": self.gateway_url()})

    async def gateway_bot(self, _request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/events/gateway#get-gateway-bot."""
        limit = {"total": 1000, "remaining": self.starts_left(), "reset_after": 86_400_000, "max_concurrency": 1}
        return web.json_response({"url": self.gateway_url(), "shards": 1, "session_start_limit": limit})

    async def own_user(self, _request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/user#get-current-user."""
        return web.json_response(payloads.own_user(self.state.bot_user, two_factor=self.state.bot_has_two_factor))

    async def own_guilds(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/user#get-current-user-guilds."""
        before, after = query_id(request, "before"), query_id(request, "after")
        guild = self.state.guild
        is_asked_for = (before is None or guild.id < before) and (after is None or guild.id > after)
        if not is_asked_for or self.state.bot_user.id not in self.state.members:
            return web.json_response([])
        payload = payloads.own_guild(guild, self.state.bot_user, self.state.permissions(self.state.bot_user))
        return web.json_response([payload | self._counts(request)])

    async def user(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/user#get-user."""
        user = self.state.users.get(path_id(request, "user_id"))
        if user is None:
            raise Refused(errors.UNKNOWN_USER)
        return web.json_response(payloads.user(user))

    async def application(self, _request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/application#get-current-application."""
        bot = self.state.bot_user
        flags = self.state.application_flags()
        return web.json_response(
            {
                "id": str(bot.id),
                "name": bot.username,
                "icon": None,
                "description": "",
                "type": None,
                "bot": payloads.user(bot),
                "bot_public": False,
                "bot_require_code_grant": False,
                "verify_key": "00" * 32,
                "flags": flags,
                "flags_new": str(flags),
                "redirect_uris": [],
                "interactions_endpoint_url": None,
                "role_connections_verification_url": None,
                "owner": payloads.user(self.state.guild.owner),
                "team": None,
                "approximate_guild_count": 1,
                "approximate_user_install_count": 0,
                "approximate_user_authorization_count": 0,
                "explicit_content_filter": 0,
                "eligible_oauth2_scopes": [],
            }
        )

    async def guild(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/guild#get-guild."""
        self._check_guild(request)
        payload = payloads.guild(self.state.guild, list(self.state.roles.values()))
        return web.json_response(payload | self._counts(request))

    async def channels(self, request: web.Request) -> web.Response:
        """The channels that the bot may view; threads are not among them.

        https://discord.com/developers/docs/resources/guild#get-guild-channels
        """
        self._check_guild(request)
        seen = [channel for channel in self.state.channels.values() if self.state.bot_sees(channel)]
        return web.json_response([payloads.channel(channel, self.state.guild) for channel in seen])

    async def roles(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/guild#get-guild-roles."""
        self._check_guild(request)
        return web.json_response([payloads.role(role) for role in self.state.roles.values()])

    async def member(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/guild#get-guild-member."""
        self._check_guild(request)
        user_id = path_id(request, "user_id")
        if user_id not in self.state.users:
            raise Refused(errors.UNKNOWN_USER)
        if user_id not in self.state.members:
            raise Refused(errors.UNKNOWN_MEMBER)
        return web.json_response(payloads.member(self.state.members[user_id]))

    async def active_threads(self, request: web.Request) -> web.Response:
        """https://discord.com/developers/docs/resources/guild#list-active-guild-threads."""
        self._check_guild(request)
        return web.json_response(views.active_threads(self.state) | {"has_more": False})

    async def audit_log(self, request: web.Request) -> web.Response:
        """Newest entries first; with `after`, oldest first.

        https://discord.com/developers/docs/resources/audit-log#get-guild-audit-log
        """
        self._check_guild(request)
        if Permission.VIEW_AUDIT_LOG not in self.state.permissions(self.state.bot_user):
            raise Refused(errors.MISSING_PERMISSIONS)
        before, after = query_id(request, "before"), query_id(request, "after")
        by, target = query_id(request, "user_id"), query_id(request, "target_id")
        action = query_id(request, "action_type")
        limit = query_limit(request, default=50)
        matching = [
            entry
            for entry in sorted(self.state.audit_log, key=lambda entry: entry.id, reverse=after is None)
            if (before is None or entry.id < before)
            and (after is None or entry.id > after)
            and by in (None, entry.user.id)
            and target in (None, entry.target)
            and action in (None, int(entry.action))
        ][:limit]
        named = {entry.user.id: entry.user for entry in matching}
        threads = [
            self.state.threads[target]
            for target in dict.fromkeys(entry.target for entry in matching)
            if target in self.state.threads
        ]
        return web.json_response(
            {
                "audit_log_entries": [payloads.audit_entry(entry) for entry in matching],
                "users": [payloads.user(user) for user in named.values()],
                "threads": views.thread_list(self.state, threads)["threads"],
                "integrations": [],
                "webhooks": [],
                "guild_scheduled_events": [],
                "application_commands": [],
                "auto_moderation_rules": [],
            }
        )

    def _counts(self, request: web.Request) -> Payload:
        """How many people there are, where the request asks for it."""
        if request.query.get("with_counts") != "true":
            return {}
        return {"approximate_member_count": len(self.state.members), "approximate_presence_count": 1}

    def _check_guild(self, request: web.Request) -> None:
        if path_id(request, "guild_id") != self.state.guild.id:
            raise Refused(errors.UNKNOWN_GUILD)
        if self.state.bot_user.id not in self.state.members:
            raise Refused(errors.MISSING_ACCESS)
