"""Rate limits: the X-RateLimit headers of every answer, the 429 of a request too many, and who is shut out for many.

https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many requests go through in how many seconds."""

    requests: int
    seconds: float


Scope = Literal["user", "global", "shared"]
"""Whose limit it is: the bot's on one route, the bot's over all, or a resource's, whoever asks."""

GENEROUS = Limit(requests=10_000, seconds=1.0)
"""No limit that a test would meet by accident."""

AS_DISCORD = {
    "POST /api/v10/channels/{channel_id}/messages": Limit(requests=5, seconds=5.0),
    "PATCH /api/v10/channels/{channel_id}/messages/{message_id}": Limit(requests=5, seconds=5.0),
    "PUT /api/v10/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me": Limit(requests=1, seconds=0.25),
    "GET /api/v10/channels/{channel_id}/messages": Limit(requests=5, seconds=5.0),
}
"""Limits a bot meets at Discord. Discord documents none of them and may change them: these are as commonly seen."""


_REFUSED = "refused"
"""The name of the window in which refusals are counted; others are named by their routes."""

_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(kw_only=True, eq=False)
class _Window:
    limit: Limit
    resets_at: float
    used: int = 0


@dataclass(kw_only=True, eq=False, repr=False)
class RateLimits:
    """Counts requests per bucket (a route and the channel or guild in its path) and over all.

    `per_route` is by method and route, `otherwise` holds for all others, `overall` for all together: for Discord that
    is 50 requests a second. Replace them as a test needs. Answers of the `silent` routes say nothing of limits: Discord
    does not promise that all do. `clock_ahead` is by how many seconds Discord's clock is ahead of this machine's. An
    address that meets as many `refusals` (401, 403, 429 but for a shared limit) is shut out until their time is over.
    """

    per_route: dict[str, Limit] = field(default_factory=dict)
    otherwise: Limit = GENEROUS
    overall: Limit = GENEROUS
    refusals: Limit = Limit(requests=10_000, seconds=600.0)
    clock_ahead: float = 0.0
    silent: frozenset[str] = frozenset()
    _windows: dict[str, _Window] = field(default_factory=dict)

    def as_discord(self) -> None:
        """From now on limit requests the way Discord does."""
        self.per_route = dict(AS_DISCORD)
        self.overall = Limit(requests=50, seconds=1.0)

    def refuse(self, request: web.Request) -> web.Response | None:
        """Count a request; the answer is a 429 when it is one too many."""
        if (wait := self._count("", self.overall)) is not None:
            return too_many_requests(wait, "global")
        route, bucket = _bucket(request)
        if (wait := self._count(bucket, self.per_route.get(route, self.otherwise))) is not None:
            return too_many_requests(wait, "user")
        return None

    @property
    def is_shut(self) -> bool:
        """Whether so much was refused that nothing is served for a while."""
        return self._window(_REFUSED, self.refusals).used >= self.refusals.requests

    def note(self, response: web.StreamResponse) -> None:
        """Count an answer if it is a refusal."""
        if response.status in _REFUSALS and response.headers.get("X-RateLimit-Scope") != "shared":
            self._window(_REFUSED, self.refusals).used += 1

    def headers(self, request: web.Request) -> dict[str, str]:
        """The headers that show a client how its bucket stands.

        The request being answered always counts, as at Discord: hikari takes no notice of a bucket that is full, and
        would then repeat a global 429 without a pause.
        """
        route, bucket = _bucket(request)
        if route in self.silent:
            return {}
        limit = self.per_route.get(route, self.otherwise)
        window = self._window(bucket, limit)
        # A window that is over is a new one for Discord: it never says 0, by which hikari divides.
        left = max(0.001, window.resets_at - time.monotonic())
        return {
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(max(0, limit.requests - max(1, window.used))),
            "X-RateLimit-Reset": f"{time.time() + self.clock_ahead + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
        }

    def _window(self, bucket: str, limit: Limit) -> _Window:
        window = self._windows.get(bucket)
        if window is None or window.limit != limit or window.resets_at <= time.monotonic():
            window = _Window(limit=limit, resets_at=time.monotonic() + limit.seconds)
            self._windows[bucket] = window
        return window

    def _count(self, bucket: str, limit: Limit) -> float | None:
        window = self._window(bucket, limit)
        if window.used >= limit.requests:
            return window.resets_at - time.monotonic()
        window.used += 1
        return None


def _bucket(request: web.Request) -> tuple[str, str]:
    resource = request.match_info.route.resource
    path = request.path if resource is None else resource.canonical
    route = f"{request.method} {path}"
    major = request.match_info.get("channel_id") or request.match_info.get("guild_id") or ""
    return route, f"{route} {major}"


def shut_out() -> web.Response:
    """What is answered in Discord's place to an address that was refused too much."""
    return web.Response(status=HTTPStatus.TOO_MANY_REQUESTS, text="error code: 1015", content_type="text/html")


def too_many_requests(retry_after: float, scope: Scope) -> web.Response:
    """A 429; `retry_after` is in seconds."""
    headers = {"Retry-After": str(math.ceil(retry_after)), "X-RateLimit-Scope": scope}
    if scope == "global":
        headers["X-RateLimit-Global"] = "true"
    body = {
        "message": "You are being rate limited.",
        "code": 0,
        "retry_after": round(retry_after, 3),
        "global": scope == "global",
    }
    return web.json_response(body, status=429, headers=headers)
