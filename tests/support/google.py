"""Google's own description of the Sheets API, as a judge of requests and answers.

The description is the discovery document that ships with google-api-python-client, turned into JSON Schema: objects
are closed, enums checked, and fields of requests may be null. Field masks must name fields that exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import googleapiclient
from aiohttp import web
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tracker.sandbox.service import Handler, Service
from tracker.sandbox.sheets.masks import Mask, parse

JSON = dict[str, Any]

_MASKED = {
    "updateCells": "CellData",
    "appendCells": "CellData",
    "repeatCell": "CellData",
    "updateSheetProperties": "SheetProperties",
    "updateSpreadsheetProperties": "SpreadsheetProperties",
    "updateDimensionProperties": "DimensionProperties",
    "updateFilterView": "FilterView",
    "updateTable": "Table",
    "updateProtectedRange": "ProtectedRange",
}
"""What the field mask of a request in a batch is about."""
_ERROR = {
    "type": "object",
    "required": ["error"],
    "additionalProperties": False,
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "status"],
            "additionalProperties": False,
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "status": {"type": "string", "pattern": "^[A-Z_]+$"},
                "details": {"type": "array", "items": {"type": "object", "required": ["@type"]}},
            },
        }
    },
}
"""https://cloud.google.com/apis/design/errors; the discovery document says nothing about errors."""

_VALUE_OF_ENUM = re.compile("[A-Z][A-Z0-9_]*")

_VALID: set[tuple[str, str, str]] = set()
"""Shapes of requests and answers that were checked and found right. Most look alike, and checking is slow."""


class ContractError(AssertionError):
    """A request or an answer that Google's description does not allow."""


def validate_request(method: str, path: str, body: object) -> None:
    """Check a request. `path` may carry its query string; `body` is None or empty where there is none.

    Raises:
        ContractError: It names everything that is wrong.
    """
    operation = _operation(method, path)
    problems = list(_parameter_problems(operation, path))
    if "request" in operation:
        problems += _problems("request", operation["request"]["$ref"], body or {})
        problems += _mask_problems(body or {})
    elif body:
        problems.append("a body where there must be none")
    _raise(problems, method, path)


def validate_reply(method: str, path: str, body: object, status: int = 200) -> None:
    """Check an answer; of a status other than 200 only that it is an error in Google's shape.

    Raises:
        ContractError: It names everything that is wrong.
    """
    if status == web.HTTPOk.status_code:
        problems = list(_problems("reply", _operation(method, path)["response"]["$ref"], body))
    else:
        problems = [error.message for error in Draft202012Validator(_ERROR).iter_errors(body)]
    _raise(problems, method, path)


def watch(server: Service) -> list[str]:
    """Check everything that goes through a server not yet started; what is wrong is added to the list returned.

    Requests that the server refuses are not checked, their answers are.
    """
    problems: list[str] = []

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        path = str(request.rel_url)
        if path.startswith("/v4/") and isinstance(response, web.Response) and response.content_type.endswith("json"):
            try:
                if response.status == web.HTTPOk.status_code:
                    text = await request.text()
                    validate_request(request.method, path, json.loads(text) if text else None)
                validate_reply(request.method, path, json.loads(response.text or ""), response.status)
            except ContractError as error:
                problems.append(str(error))
        return response

    server.app.middlewares.append(check)
    return problems


def _raise(problems: list[str], method: str, path: str) -> None:
    if problems:
        raise ContractError(f"{method} {path}: " + "; ".join(problems))


@cache
def _description() -> JSON:
    documents = files(googleapiclient) / "discovery_cache" / "documents"
    description: JSON = json.loads((documents / "sheets.v4.json").read_text(encoding="utf-8"))
    return description


def _operation(method: str, path: str) -> JSON:
    """The description of one method of the API."""
    raw_path = urlsplit(path).path
    for operation in _operations(_description()["resources"]):
        # Longer patterns come first, so that values/{range} does not swallow values/{range}:append.
        pattern = re.sub(r"\{\w+\}", "[^/]+", operation["path"]).replace("spreadsheets/[^/]+", "spreadsheets/[^/:]+")
        if operation["httpMethod"] == method.upper() and re.fullmatch(f"/{pattern}", raw_path):
            return operation
    raise ContractError(f"{method} {path}: no such method")


def _operations(resources: JSON) -> list[JSON]:
    found: list[JSON] = []
    for resource in resources.values():
        found += resource.get("methods", {}).values()
        found += _operations(resource.get("resources", {}))
    return sorted(found, key=lambda operation: -len(operation["path"]))


def _parameter_problems(operation: JSON, path: str) -> Iterator[str]:
    known = {**_description()["parameters"], **operation["parameters"]}
    for name, value in parse_qsl(urlsplit(path).query, keep_blank_values=True):
        if name not in known:
            yield f"unknown parameter {name}"
        elif value not in known[name].get("enum", [value]):
            yield f"parameter {name} can't be {value}"
        elif name == "fields":
            yield from _unknown_fields(parse(value), operation["response"]["$ref"], "fields")


def _mask_problems(body: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    for request in body.get("requests") or []:
        for kind, payload in request.items():
            if kind in _MASKED and payload and payload.get("fields"):
                yield from _unknown_fields(parse(payload["fields"]), _MASKED[kind], f"{kind}.fields")


def _unknown_fields(mask: Mask, schema_name: str | None, where: str) -> Iterator[str]:
    """The names in a mask that the schema does not have; beneath maps and plain values nothing can be named."""
    properties = _description()["schemas"].get(schema_name, {}).get("properties", {})
    for name, beneath in mask.items():
        if name == "*":
            continue
        if name not in properties:
            yield f"{where} names {name}, which {schema_name} does not have"
            continue
        prop = properties[name]
        yield from _unknown_fields(beneath, prop.get("$ref") or prop.get("items", {}).get("$ref"), where)


def _problems(kind: str, schema_name: str, body: object) -> list[str]:
    shape = _shape(body)
    if (kind, schema_name, shape) not in _VALID:
        if not _validator(kind, schema_name).is_valid(json.loads(shape)):
            return [f"{e.json_path} {e.message[:300]}" for e in _validator(kind, schema_name).iter_errors(body)]
        _VALID.add((kind, schema_name, shape))
    return []


def _shape(body: object) -> str:
    """What of a body Google's description speaks of, as JSON: names, types and values of enumerations.

    It says nothing of the length of a list: things that look alike stand in it once.
    """
    match body:
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{_shape(value)}" for name, value in body.items()) + "}"
        case list():
            return "[" + ",".join(dict.fromkeys(map(_shape, body))) + "]"
        case str():
            return f'"{body}"' if _VALUE_OF_ENUM.fullmatch(body) else '""'
        case float():
            return "0" if body.is_integer() else "0.5"
        case int() if not isinstance(body, bool):
            return "0"
        case _:
            return json.dumps(body)


@cache
def _validator(kind: str, schema_name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"sheets:{kind}#/$defs/{schema_name}"}, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    schemas = _description()["schemas"]
    documents = {
        f"sheets:{kind}": {"$defs": {name: _json_schema(schema, kind) for name, schema in schemas.items()}}
        for kind in ("request", "reply")
    }
    resources = [(name, DRAFT202012.create_resource(contents)) for name, contents in documents.items()]
    return Registry[Any]().with_resources(resources)


def _json_schema(schema: JSON, kind: str) -> JSON:
    """One schema of the discovery document as JSON Schema."""
    if "$ref" in schema:
        return {"$ref": f"sheets:{kind}#/$defs/{schema['$ref']}"}
    if schema["type"] == "any":
        return {}
    if schema["type"] == "array":
        return {"type": "array", "items": _json_schema(schema["items"], kind)}
    if schema["type"] == "object":
        extra = schema.get("additionalProperties")
        return {
            "type": "object",
            "properties": {name: _property(each, kind) for name, each in schema.get("properties", {}).items()},
            "additionalProperties": False if extra is None else _json_schema(extra, kind),
        }
    return {name: schema[name] for name in ("type", "enum") if name in schema}


def _property(schema: JSON, kind: str) -> JSON:
    described = _json_schema(schema, kind)
    return {"if": {"not": {"type": "null"}}, "then": described} if kind == "request" else described
