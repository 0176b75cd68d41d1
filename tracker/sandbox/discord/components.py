"""Messages put together of components: of those there are, texts and galleries of pictures are served.

https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.sandbox.discord.entities import Attachment, Message
from tracker.sandbox.discord.errors import invalid_form
from tracker.sandbox.multipart import Part

IS_COMPONENTS_V2 = 1 << 15
TEXT_DISPLAY = 10
MEDIA_GALLERY = 12
LONGEST_TEXT = 4000
LONGEST_DESCRIPTION = 1024


@dataclass(frozen=True, kw_only=True)
class Composed:
    """What a message is put together of: the text in it, and the files that it shows."""

    text: str
    components: list[dict[str, Any]]
    attachments: list[Attachment] = field(default_factory=list)


def composed(body: Mapping[str, Any], files: Mapping[str, Part], new_id: Callable[[], int]) -> Composed | None:
    """What the body of a message is put together of; None where it is a text, as most are."""
    components = body.get("components") or []
    if not int(body.get("flags") or 0) & IS_COMPONENTS_V2:
        if components:
            raise invalid_form("components", "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).')
        return None
    if body.get("content"):
        raise invalid_form(
            "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The 'content' field cannot be used."
        )
    sent = [Attachment(id=new_id(), name=part.filename, type=part.type, data=part.data) for part in files.values()]
    texts = [str(each.get("content", "")) for each in components if each.get("type") == TEXT_DISPLAY]
    if sum(map(len, texts)) > LONGEST_TEXT:
        raise invalid_form("components", "BASE_TYPE_MAX_LENGTH", f"Must be {LONGEST_TEXT} or fewer in length.")
    for item in _items(components):
        if len(item.get("description") or "") > LONGEST_DESCRIPTION:
            raise invalid_form("description", "BASE_TYPE_MAX_LENGTH", f"Must be {LONGEST_DESCRIPTION} or fewer.")
        if not any(item["media"]["url"] == f"attachment://{each.name}" for each in sent):
            raise invalid_form("media", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", "Not found")
    return Composed(text="\n".join(texts), components=list(components), attachments=sent)


def unserved_types(body: Mapping[str, Any]) -> list[int]:
    """The types of components that this server does not know."""
    return [each["type"] for each in body.get("components") or [] if each["type"] not in (TEXT_DISPLAY, MEDIA_GALLERY)]


def shown(message: Message) -> list[dict[str, Any]]:
    """The components of a message as Discord sends them."""
    return [_shown(message, number, each) for number, each in enumerate(message.components, start=1)]


def _shown(message: Message, number: int, component: Mapping[str, Any]) -> dict[str, Any]:
    if component["type"] == TEXT_DISPLAY:
        return {"type": TEXT_DISPLAY, "id": number, "content": component["content"]}
    files = {f"attachment://{each.name}": each for each in message.attachments}
    items = [
        {
            "media": _media(files[item["media"]["url"]], message.channel.id),
            "description": item.get("description"),
            "spoiler": bool(item.get("spoiler")),
        }
        for item in component["items"]
    ]
    return {"type": MEDIA_GALLERY, "id": number, "items": items}


def _media(file: Attachment, channel_id: int) -> dict[str, Any]:
    path = f"attachments/{channel_id}/{file.id}/{file.name}"
    return {
        "id": str(file.id),
        "url": f"https://cdn.discordapp.com/{path}",
        "proxy_url": f"https://media.discordapp.net/{path}",
        "content_type": file.type,
        "attachment_id": str(file.id),
    }


def _items(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for each in components if each.get("type") == MEDIA_GALLERY for item in each["items"]]
