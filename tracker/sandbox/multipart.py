"""Bodies of the type multipart/form-data, in which files are sent: https://www.rfc-editor.org/rfc/rfc7578."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

FORM = "multipart/form-data"
PAYLOAD = "payload_json"
"""The part that holds what would be the body without files: https://discord.com/developers/docs/reference#uploading-files."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a body; `filename` is "" where it is no file."""

    filename: str
    type: str
    data: bytes


def parts_of(content_type: str, body: bytes) -> dict[str, Part]:
    """The parts of a body by their names. `content_type` is the header, with its boundary."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    found = {}
    for part in message.iter_parts():
        data = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        found[str(name)] = Part(
            filename=part.get_filename() or "",
            type=part.get_content_type(),
            data=data if isinstance(data, bytes) else b"",
        )
    return found


def payload_of(content_type: str, body: bytes) -> Any:  # noqa: ANN401 - whatever JSON the client sent
    """What a body with files holds beside them; None where it holds nothing."""
    part = parts_of(content_type, body).get(PAYLOAD)
    return None if part is None else json.loads(part.data)
