"""What the bot is thought to lack is what Discord refuses it: roles and overwrites in every combination."""

from __future__ import annotations

from itertools import product

import hikari
import pytest
from hikari import Permissions
from hikari.api import RESTClient

from tests.support.discord_client import expect_refusal
from tracker.discord.permissions import IN_FORUM, Missing, Standing
from tracker.sandbox.discord import errors, payloads
from tracker.sandbox.discord.entities import Channel, Forum, Thread
from tracker.sandbox.discord.permissions import Overwrite, Permission
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)

ALLOWS, DENIES, SILENT = ("allow", "deny", None)


def named(holders: dict[int, str], verdicts: tuple[str | None, ...]) -> list[tuple[str, str | None]]:
    return list(zip(holders.values(), verdicts, strict=True))


async def lacking(world: World, rest: RESTClient, channel: Channel, *permissions: Permissions) -> list[Missing]:
    # Not asked for: Discord would not show it where it is hidden.
    shown = rest.entity_factory.deserialize_channel(payloads.channel(channel, world.guild))
    assert isinstance(shown, hikari.PermissibleGuildChannel)
    guild = await rest.fetch_guild(world.guild.id)
    standing = Standing(guild=guild, member=await rest.fetch_member(guild, world.bot_user.id))
    return standing.missing(permissions, shown)


@pytest.mark.parametrize("base", [True, False], ids=["allowed-by-a-role", "allowed-by-no-role"])
async def test_a_permission_is_missing_where_discord_refuses_it_and_the_last_to_deny_it_is_named(
    world: World, forum: Forum, rest: RESTClient, *, base: bool
) -> None:
    first, second = world.new_role("first"), world.new_role("second")
    world.members[world.bot_user.id].roles += [first, second]
    if not base:
        world.revoke("ADD_REACTIONS")
    holders = {
        world.everyone.id: "@everyone",
        first.id: "the role first",
        second.id: "the role second",
        world.bot_user.id: "the bot itself",
    }
    for verdicts in product((ALLOWS, DENIES, SILENT), repeat=len(holders)):
        forum.overwrites = {
            holder: Overwrite(of_role=holder != world.bot_user.id, **{verdict: Permission.ADD_REACTIONS})
            for holder, verdict in zip(holders, verdicts, strict=True)
            if verdict is not None
        }
        found = await lacking(world, rest, forum, Permissions.ADD_REACTIONS)
        granted = Permission.ADD_REACTIONS in world.permissions(world.bot_user, forum)
        assert bool(found) is not granted, verdicts
        # named is the last step that has a word to deny: the bot itself, its roles, @everyone
        everyone, *roles, itself = (name if verdict == DENIES else None for name, verdict in named(holders, verdicts))
        last: list[str | None] = [itself] if itself else [role for role in roles if role] or [everyone]
        assert all(missing.denied_for in last for missing in found), verdicts


async def test_administrators_and_the_owner_lack_nothing(
    world: World, forum: Forum, thread: Thread, rest: RESTClient
) -> None:
    world.deny(forum, "VIEW_CHANNEL", "ADD_REACTIONS")
    assert await lacking(world, rest, forum, *IN_FORUM)
    world.grant("ADMINISTRATOR")
    assert await lacking(world, rest, forum, *IN_FORUM) == []
    await rest.add_reaction(thread.id, thread.id, "✅")
    world.revoke("ADMINISTRATOR")
    world.guild.owner = world.bot_user
    assert await lacking(world, rest, forum, *IN_FORUM) == []
    await rest.add_reaction(thread.id, thread.id, "👍")


async def test_where_the_bot_sees_nothing_only_that_is_named(world: World, forum: Forum, rest: RESTClient) -> None:
    world.deny(forum, "ADD_REACTIONS", "SEND_MESSAGES_IN_THREADS")
    names = [missing.permission for missing in await lacking(world, rest, forum, *IN_FORUM)]
    assert names == [Permissions.SEND_MESSAGES_IN_THREADS, Permissions.ADD_REACTIONS]
    world.deny(forum, "VIEW_CHANNEL", role=world.everyone)
    await expect_refusal(errors.MISSING_ACCESS, rest.fetch_channel(forum.id))
    assert await lacking(world, rest, forum, *IN_FORUM) == [
        Missing(permission=Permissions.VIEW_CHANNEL, denied_for="@everyone")
    ]
