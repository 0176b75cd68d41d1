"""Ready-made faults for Discord's REST side: `discord.faults.append(server_error("/messages$", method="POST"))`.

`path` is a regular expression searched in the request's path. With `applied=True` Discord carries the request out and
only its answer is lost.
"""

from __future__ import annotations

from aiohttp import web

from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.discord.rate_limits import Scope, too_many_requests
from tracker.sandbox.service import Break, Fault


def server_error(path: str, *, method: str | None = None, applied: bool = False, times: int | None = 1) -> Fault:
    """500 with Discord's body."""

    def answer() -> web.Response:
        return web.json_response({"message": "500: Internal Server Error", "code": 0}, status=500)

    return Fault(path=path, method=method, applied=applied, times=times, outcome=answer)


def bad_gateway(path: str, *, method: str | None = None, applied: bool = False, times: int | None = 1) -> Fault:
    """502 with a page of HTML, as it comes from the proxy in front of Discord."""

    def answer() -> web.Response:
        page = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
        return web.Response(status=502, text=page, content_type="text/html")

    return Fault(path=path, method=method, applied=applied, times=times, outcome=answer)


def blocked(path: str, *, method: str | None = None, applied: bool = False, times: int | None = 1) -> Fault:
    """403 with a page of HTML, as it comes from the firewall in front of Discord."""

    def answer() -> web.Response:
        page = "<html><head><title>Access denied</title></head><body><h1>You have been blocked</h1></body></html>"
        return web.Response(status=403, text=page, content_type="text/html")

    return Fault(path=path, method=method, applied=applied, times=times, outcome=answer)


def unreadable(path: str, *, method: str | None = None, applied: bool = False, times: int | None = 1) -> Fault:
    """200 with something that is no object of Discord's."""
    return Fault(path=path, method=method, applied=applied, times=times, outcome=lambda: web.json_response({"x": []}))


def reset(path: str, *, method: str | None = None, applied: bool = False, times: int | None = 1) -> Fault:
    """The connection is cut instead of an answer."""
    return Fault(path=path, method=method, applied=applied, times=times, outcome=Break.RESET)


def hang(path: str, *, method: str | None = None, applied: bool = False, times: int | None = 1) -> Fault:
    """No answer at all."""
    return Fault(path=path, method=method, applied=applied, times=times, outcome=Break.HANG)


def rate_limited(
    path: str = "",
    *,
    scope: Scope = "shared",
    retry_after: float = 0.2,
    method: str | None = None,
    times: int | None = 1,
) -> Fault:
    """429, to be repeated after `retry_after` seconds: of this route's resource ("shared") or of the whole API."""
    return Fault(path=path, method=method, times=times, outcome=lambda: too_many_requests(retry_after, scope))


def refused(path: str, refusal: Refusal, *, method: str | None = None, times: int | None = 1) -> Fault:
    """One of the refusals of `errors.py`, whatever the world says."""
    return Fault(
        path=path,
        method=method,
        times=times,
        outcome=lambda: web.json_response(refusal.body(), status=refusal.status),
    )
