"""Reading a request: ids in its path, its query, its JSON body; what is malformed is refused as Discord does."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from aiohttp import web

from tracker.sandbox.discord.errors import Refusal, Refused, invalid_form
from tracker.sandbox.multipart import FORM, Part, parts_of, payload_of

Route = tuple[str, str, Callable[[web.Request], Awaitable[web.Response]]]
"""Method, path and handler of one route."""


def snowflake(value: str, field: str) -> int:
    """A snowflake written in decimals."""
    if not value.isdecimal():
        raise invalid_form(field, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    return int(value)


def path_id(request: web.Request, name: str) -> int:
    """A snowflake in the request's path."""
    return snowflake(request.match_info[name], name)


def query_id(request: web.Request, name: str) -> int | None:
    """A snowflake in the request's query, if it is there."""
    value = request.query.get(name)
    return None if value is None else snowflake(value, name)


def query_limit(request: web.Request, *, default: int, least: int = 1, most: int = 100) -> int:
    """The query's `limit`, which must be within bounds."""
    value = request.query.get("limit", str(default))
    if not value.isdecimal():
        raise invalid_form("limit", "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    if int(value) < least:
        raise invalid_form("limit", "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
    if int(value) > most:
        raise invalid_form("limit", "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    return int(value)


def query_time(request: web.Request, name: str) -> datetime | None:
    """An ISO 8601 time in the request's query, if it is there."""
    value = request.query.get(name)
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise invalid_form(name, "DATETIME_TYPE_COERCE", f'Value "{value}" is not an ISO8601 time.') from None
    if moment.tzinfo is None:
        raise invalid_form(name, "DATETIME_TYPE_COERCE", f'Value "{value}" has no time zone.')
    return moment


async def json_body(request: web.Request) -> dict[str, Any]:
    """The request's body, which must be a JSON object."""
    try:
        body = await request.json()
    except json.JSONDecodeError:
        body = None
    return _object(body)


async def body_with_files(request: web.Request) -> tuple[dict[str, Any], dict[str, Part]]:
    """The request's JSON object, and the files that came with it, by the names of their parts."""
    if request.content_type != FORM:
        return await json_body(request), {}
    parts = parts_of(request.headers["Content-Type"], await request.read())
    files = {name: part for name, part in parts.items() if part.filename}
    return _object(payload_of(request.headers["Content-Type"], await request.read())), files


def _object(body: object) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refused(Refusal(400, 50109, "The request body contains invalid JSON."))
    return body


def text(body: dict[str, Any], field: str, *, most: int) -> str:
    """A text in a body, trimmed as Discord trims it; absent and null are the empty text."""
    value = body.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise invalid_form(field, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    if len(value) > most:
        raise invalid_form(field, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    return value.strip()


def unserved(body: dict[str, Any], served: set[str]) -> list[str]:
    """The fields of a body that are filled in and that this server does not know what to do with."""
    return sorted(name for name, value in body.items() if name not in served and value not in (None, [], False))
