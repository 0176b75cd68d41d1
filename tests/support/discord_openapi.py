"""Discord's own OpenAPI description of its HTTP API, to hold requests and answers against.

The environment variable DISCORD_OPENAPI names the file: `specs/openapi.json` of the public repository
https://github.com/discord/discord-api-spec. Tests that need it are marked with `needs_description`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tracker.sandbox.discord.server import DiscordServer
from tracker.sandbox.multipart import FORM, payload_of

VARIABLE = "DISCORD_OPENAPI"
API = "/api/v10"
_ROOT = "urn:discord-openapi"
_METHODS = {"get", "put", "post", "patch", "delete"}

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_MOMENT = re.compile(r'"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"')
_VALID: set[tuple[tuple[str, ...], str]] = set()
"""What was checked and found right, but for ids and moments. Most exchanges are alike, and checking is slow."""

needs_description = pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"set {VARIABLE} to specs/openapi.json of https://github.com/discord/discord-api-spec",
)


class ContractBrokenError(AssertionError):
    """A request or an answer that Discord's description does not allow."""


def validate_request(method: str, path: str, body: object) -> None:
    """Check a request: its route must exist, and its JSON body (None or "" for no body) must be as described."""
    operation = _operation(method, path)
    described = _description_at(operation).get("requestBody")
    if body in (None, ""):
        if described is not None and described.get("required"):
            raise ContractBrokenError(f"{method} {path}: a body is required")
    elif described is None:
        raise ContractBrokenError(f"{method} {path}: no body is expected")
    else:
        _check((*operation, "requestBody", "content", "application/json", "schema"), body, f"{method} {path}")


def validate_reply(method: str, path: str, status: int, body: object) -> None:
    """Check an answer: its status and its JSON body (None or "" for no body) must be as described."""
    operation = _operation(method, path)
    answers = _description_at(operation)["responses"]
    key = next((key for key in (str(status), f"{status // 100}XX") if key in answers), None)
    if key is None:
        raise ContractBrokenError(f"{method} {path}: status {status} is not described, only {', '.join(answers)}")
    answer: Sequence[str] = (*operation, "responses", key)
    if reference := answers[key].get("$ref"):
        answer = reference.removeprefix("#/").split("/")
    if "content" in _description_at(answer):
        _check((*answer, "content", "application/json", "schema"), body, f"{method} {path} -> {status}")
    elif body not in (None, ""):
        raise ContractBrokenError(f"{method} {path} -> {status}: no body is expected")


def watch(discord: DiscordServer) -> list[str]:
    """Check every exchange of a server that is not started yet; the list fills with what is not as described.

    Faults with a status of 500 or above are not Discord's to describe and are left out.
    """
    violations: list[str] = []

    async def check(request: web.Request, response: web.StreamResponse) -> None:
        if not request.path.startswith(API) or response.status >= 500:
            return
        body = getattr(response, "body", None)
        try:
            validate_request(request.method, request.path, await _sent(request))
            validate_reply(request.method, request.path, response.status, json.loads(body) if body else None)
        except ContractBrokenError as broken:
            violations.append(str(broken))

    discord.app.on_response_prepare.append(check)
    return violations


async def _sent(request: web.Request) -> Any:  # noqa: ANN401 - whatever JSON the client sent
    """The JSON of a request; beside files it is a part of the form, of which the same is asked."""
    body = await request.read()
    if request.content_type == FORM:
        return payload_of(request.headers["Content-Type"], body)
    return json.loads(body) if body else None


@cache
def _description() -> dict[str, Any]:
    description: dict[str, Any] = json.loads(Path(os.environ[VARIABLE]).read_text(encoding="utf-8"))
    # The description has the code of a single field's error as an integer; Discord sends (and documents) a name:
    # https://discord.com/developers/docs/reference#error-messages
    description["components"]["schemas"]["InnerErrors"]["properties"]["_errors"]["items"] = {
        "type": "object",
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        "required": ["code", "message"],
    }
    # It has the number of a file as a text; Discord's own example is a number, as hikari's are:
    # https://discord.com/developers/docs/reference#uploading-files
    description["components"]["schemas"]["MessageAttachmentRequest"]["properties"]["id"] = {
        "type": ["string", "integer"]
    }
    return description


@cache
def _registry() -> Registry[Any]:
    registry: Registry[Any] = Registry().with_resource(_ROOT, DRAFT202012.create_resource(_description()))
    return registry


@cache
def _validator(pointer: tuple[str, ...]) -> Draft202012Validator:
    escaped = "/".join(quote(part.replace("~", "~0").replace("/", "~1"), safe="~") for part in pointer)
    return Draft202012Validator({"$ref": f"{_ROOT}#/{escaped}"}, registry=_registry(), format_checker=_formats())


@cache
def _formats() -> FormatChecker:
    checker = FormatChecker(formats=())
    checker.checks("date-time")(_is_aware_time)
    return checker


def _is_aware_time(value: object) -> bool:
    try:
        return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _description_at(pointer: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = _description()
    for part in pointer:
        found = found[part]
    return found


def _check(pointer: Sequence[str], instance: object, where: str) -> None:
    checked = tuple(pointer), _TEXT.sub(_alike, json.dumps(instance))
    if checked in _VALID:
        return
    error = best_match(_validator(tuple(pointer)).iter_errors(instance))
    if error is not None:
        raise ContractBrokenError(f"{where}: at {error.json_path}: {error.message}")
    _VALID.add(checked)


def _alike(text: re.Match[str]) -> str:
    """A text as JSON writes it, without what the description says nothing of: which moment it is, and which digits.

    A zero stays a zero: an id may not begin with one.
    """
    if _MOMENT.fullmatch(text[0]):
        return "moment" if _is_aware_time(json.loads(text[0])) else text[0]
    return re.sub("[2-9]", "1", text[0])


def _operation(method: str, path: str) -> tuple[str, str, str]:
    """Where the description has this method of this path; of two templates, the one with more literal parts wins."""
    return _found(method, re.sub("/[0-9]+(?=/|$)", "/1", path.removeprefix(API)))


@cache
def _found(method: str, path: str) -> tuple[str, str, str]:
    parts = path.split("/")
    matching = [
        template
        for template, item in _description()["paths"].items()
        if method.lower() in item and method.lower() in _METHODS and _matches(template.split("/"), parts)
    ]
    if not matching:
        raise ContractBrokenError(f"{method} {path}: no such route")
    return "paths", min(matching, key=lambda template: template.count("{")), method.lower()


def _matches(template: list[str], parts: list[str]) -> bool:
    return len(template) == len(parts) and all(
        expected == part or expected.startswith("{") for expected, part in zip(template, parts, strict=True)
    )
