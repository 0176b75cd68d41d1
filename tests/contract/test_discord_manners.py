"""How the bot treats people: what it shows of their texts, whom it mentions, which posts it opens and closes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import hikari
import pytest

from tests.contract.discord_desk import DiscordDesk, discord_desk


@pytest.fixture
async def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(tmp_path, caplog) as desk:
        yield desk


# What is shown of people's texts


async def test_a_title_is_shown_as_it_is_and_what_it_links_to_is_not_embedded(desk: DiscordDesk) -> None:
    alone, one, two = [desk.open(f"{number} [free](https://example.com) @everyone") for number in range(3)]
    desk.alert(alone)
    desk.alert_all([one, two])
    async with desk.delivering():
        await desk.all_done()
    for channel in desk.alerts:
        alert, digest = desk.messages(channel)
        assert r"**Title:** 0 \[free](https\://example.com) @everyone" in alert.content
        assert r"• 1 \[free](https\://example.com) @everyone · mia · " in digest.content
        assert {message.flags for message in (alert, digest)} == {hikari.MessageFlag.SUPPRESS_EMBEDS}
        assert not alert.mentioned.everyone
