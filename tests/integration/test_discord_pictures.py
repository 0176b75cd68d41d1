"""Messages with a picture, put together of components: what hikari reads of them, and what Discord refuses."""

from __future__ import annotations

from typing import Any

import hikari
import pytest
from hikari.api import RESTClient
from hikari.impl import MediaGalleryComponentBuilder, MediaGalleryItemBuilder, TextDisplayComponentBuilder

from tracker.sandbox.discord.entities import Channel
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)

PNG = b"\x89PNG\r\n\x1a\n\0"
V2 = hikari.MessageFlag.IS_COMPONENTS_V2


def gallery(description: str = "A chart.", media: hikari.Resourceish | None = None) -> MediaGalleryComponentBuilder:
    shown = MediaGalleryItemBuilder(media=media or hikari.Bytes(PNG, "weeks.png"), description=description)
    return MediaGalleryComponentBuilder(items=[shown])


async def test_text_picture_and_description_are_read_back(world: World, alerts: Channel, rest: RESTClient) -> None:
    world.grant("ATTACH_FILES")
    posted = await rest.create_message(
        alerts.id, components=[TextDisplayComponentBuilder(content="**Report**"), gallery()], flags=V2
    )

    message = await rest.fetch_message(alerts.id, posted.id)

    text, pictures = message.components
    assert isinstance(text, hikari.TextDisplayComponent)
    assert isinstance(pictures, hikari.MediaGalleryComponent)
    assert (message.content, text.content) == (None, "**Report**")
    assert [item.description for item in pictures.items] == ["A chart."]
    (kept,) = alerts.messages
    assert (kept.content, [file.data for file in kept.attachments]) == ("**Report**", [PNG])


@pytest.mark.parametrize(
    "wrong",
    [
        {"components": [gallery("x" * 1025)], "flags": V2},
        {"components": [gallery(media="https://example.org/weeks.png")], "flags": V2},
        {"components": [TextDisplayComponentBuilder(content="x" * 4001), gallery()], "flags": V2},
        {"components": [gallery()], "content": "and a text", "flags": V2},
    ],
)
async def test_what_does_not_go_together_is_refused(
    world: World, alerts: Channel, rest: RESTClient, wrong: dict[str, Any]
) -> None:
    world.grant("ATTACH_FILES")

    with pytest.raises(hikari.BadRequestError):
        await rest.create_message(alerts.id, **wrong)

    assert alerts.messages == []


async def test_without_the_permission_no_file_is_taken(alerts: Channel, rest: RESTClient) -> None:
    with pytest.raises(hikari.ForbiddenError):
        await rest.create_message(alerts.id, components=[gallery()], flags=V2)
