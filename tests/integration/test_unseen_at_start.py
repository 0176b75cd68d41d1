"""A start that does not find the forum: a mistake in the settings, or a forum that the bot cannot see any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tracker import startup
from tracker.discord.checks import Desk
from tracker.errors import DiscordSetupError
from tracker.reconcile.sight import Cause
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Forum
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)


def desk_of(forum: Forum) -> Desk:
    return Desk(forum_id=forum.id, alert_channel_ids=(), responder_roles=(), resolved_tags=("resolved",), team_tags=())


@pytest.mark.parametrize(
    ("happens", "cause"),
    [
        pytest.param(lambda world, forum: world.deny(forum, "VIEW_CHANNEL"), Cause.HIDDEN, id="hidden"),
        pytest.param(lambda world, _: world.kick(world.bot_user), Cause.KICKED, id="kicked"),
        pytest.param(lambda world, forum: world.delete_channel(forum), Cause.DELETED, id="deleted"),
        pytest.param(lambda *_: None, None, id="in sight"),
    ],
)
async def test_what_takes_the_sight_of_a_forum_seen_before_ends_no_start_and_what_was_never_seen_is_a_mistake(
    discord: DiscordServer,
    world: World,
    forum: Forum,
    happens: Callable[[World, Forum], None],
    cause: Cause | None,
) -> None:
    happens(world, forum)
    asked = (discord.token, discord.rest_url, desk_of(forum))
    assert await startup.check_desk(*asked, seen_before=True) is cause
    if cause is not None:
        with pytest.raises(DiscordSetupError):
            await startup.check_desk(*asked, seen_before=False)
