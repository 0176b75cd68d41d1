"""The local Discord server: REST and gateway on one loopback port, behind the bot's token."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass, field
from email.utils import formatdate

from aiohttp import web

from tracker.sandbox.discord import errors
from tracker.sandbox.discord.channels import ChannelRoutes
from tracker.sandbox.discord.gateway import Gateway
from tracker.sandbox.discord.guilds import GuildRoutes
from tracker.sandbox.discord.messages import MessageRoutes
from tracker.sandbox.discord.rate_limits import RateLimits, shut_out
from tracker.sandbox.discord.world import World
from tracker.sandbox.service import Handler, Service

API = "/api/v10"


@dataclass(kw_only=True, eq=False, repr=False)
class DiscordServer(Service):
    """Discord for one bot in one guild: give the bot `rest_url` and `token`, act on `world`, disturb `gateway`."""

    world: World = field(default_factory=World)
    rate_limits: RateLimits = field(default_factory=RateLimits)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.token = _token(self.world.bot_user.id)
        self.gateway = Gateway(state=self.world, token=self.token, url=lambda: self.gateway_url, problems=self.problems)
        self.app.middlewares.append(self._as_discord)
        self.app.on_response_prepare.append(self._add_rate_limit_headers)
        self.app.router.add_get("/gateway", self.gateway.handle)
        for routes in (
            GuildRoutes(
                state=self.world,
                gateway_url=lambda: self.gateway_url,
                starts_left=lambda: self.gateway.starts_left,
            ),
            ChannelRoutes(state=self.world, problems=self.problems),
            MessageRoutes(state=self.world, problems=self.problems),
        ):
            for method, path, handler in routes.table():
                self.app.router.add_route(method, API + path, handler)

    @property
    def rest_url(self) -> str:
        """The base address of the REST API; known once started."""
        return self.address + API

    @property
    def gateway_url(self) -> str:
        """The websocket's address."""
        return f"ws://127.0.0.1:{self.port}/gateway"

    def unknown_route(self, request: web.Request) -> web.Response:
        """Discord's answer to a route it does not have."""
        if not self._authorized(request):
            return _refusal(errors.UNAUTHORIZED)
        return _refusal(errors.NOT_FOUND)

    async def __aexit__(self, *details: object) -> None:
        await self.gateway.close()
        await super().__aexit__(*details)

    @web.middleware
    async def _as_discord(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Ask for the token, count the request, and word a refusal."""
        if not request.path.startswith(API):
            return await handler(request)
        if self.rate_limits.is_shut:
            return shut_out()
        if not self._authorized(request) and request.path != f"{API}/gateway":
            return _refusal(errors.UNAUTHORIZED)
        if (too_many := self.rate_limits.refuse(request)) is not None:
            return too_many
        try:
            return await handler(request)
        except errors.Refused as refused:
            return _refusal(refused.refusal)

    def _authorized(self, request: web.Request) -> bool:
        return request.headers.get("Authorization") == f"Bot {self.token}"

    async def _add_rate_limit_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        if isinstance(response, web.WebSocketResponse):
            return
        response.headers["Date"] = formatdate(time.time() + self.rate_limits.clock_ahead, usegmt=True)
        if self.rate_limits.is_shut:
            return  # it is not Discord that answers
        self.rate_limits.note(response)
        if self.rate_limits.is_shut:
            self.problems.append("so much was refused that Discord shuts the bot's address out")
        if response.headers.get("X-RateLimit-Global"):
            return  # such an answer names no bucket
        for name, value in self.rate_limits.headers(request).items():
            response.headers.setdefault(name, value)


def _refusal(refusal: errors.Refusal) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.status)


def _token(application_id: int) -> str:
    """A token of a real one's form: its first part is the application's id in base64, the others are opaque."""
    return f"{base64.b64encode(str(application_id).encode()).decode()}.local.sandbox"
