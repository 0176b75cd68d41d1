"""Discord's own description of its HTTP API holds for every answer of the local server and every body hikari sends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import hikari
import pytest

from tests.support.discord_client import listening, rest_client
from tests.support.discord_openapi import (
    ContractBrokenError,
    needs_description,
    validate_reply,
    validate_request,
    watch,
)
from tracker.sandbox.discord import DiscordServer, faults
from tracker.sandbox.discord.intents import Intent

pytestmark = needs_description


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    server = DiscordServer()
    violations = watch(server)
    async with server:
        yield server
    assert violations == []
    assert server.problems == []


async def test_all_that_is_read_is_as_described(discord: DiscordServer) -> None:
    world = discord.world
    world.grant("VIEW_AUDIT_LOG")
    world.privileged_intents = Intent.MESSAGE_CONTENT
    role = world.new_role("Support", mentionable=True)
    mia, sam = world.new_user("mia"), world.new_user("sam", discriminator="1234", roles=[role])
    forum = world.new_forum("support", tags=["Engineering", "resolved"])
    alerts = world.new_text_channel("alerts")
    voice, category = world.new_voice_channel("talk"), world.new_category("all")
    elsewhere = world.new_thread_in_text_channel(alerts, mia, "Lunch")
    thread = world.open_thread(forum, mia, "Open", tags=["Engineering"])
    closed = world.open_thread(forum, mia, "Closed")
    first = world.reply(thread, sam, f"hello {mia.mention} <@&{role.id}>")
    world.edit(world.reply(thread, mia, "thanks", reply_to=first), "thank you")
    world.reply(thread, sam, "hook", webhook=True)
    world.react(first, mia, "👍")
    world.pin(first)
    world.rename(thread, "Still open")
    world.slow_mode(thread, 5)
    world.retag(thread, ["resolved"])
    world.deny(alerts, "ADD_REACTIONS")
    world.archive(closed)
    guild = world.guild.id
    async with rest_client(discord) as rest:
        await rest.create_message(thread.id, "hello", nonce="n")
        await rest.add_reaction(thread.id, thread.id, "✅")
        await rest.fetch_gateway_url()
        await rest.fetch_gateway_bot_info()
        await rest.fetch_my_user()
        await rest.fetch_user(sam.id)
        assert [each.id async for each in rest.fetch_my_guilds()] == [guild]
        await rest.fetch_application()
        await rest.fetch_guild(guild)
        await rest.fetch_member(guild, sam.id)
        await rest.fetch_roles(guild)
        assert len(await rest.fetch_guild_channels(guild)) == 4
        for channel in (forum, alerts, voice, category, elsewhere, thread, closed):
            await rest.fetch_channel(channel.id)
        assert len(await rest.fetch_active_threads(guild)) == 2
        assert [each.id async for each in rest.fetch_public_archived_threads(forum.id)] == [closed.id]
        assert len([message async for message in rest.fetch_messages(thread.id)]) == 7
        assert [message async for message in rest.fetch_messages(alerts.id)]
        await rest.fetch_message(thread.id, first.id)
        assert [user async for user in rest.fetch_reactions_for_emoji(thread.id, first.id, "👍")]
        assert [page async for page in rest.fetch_audit_log(guild)]
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        await session.get(f"{discord.rest_url}/applications/@me")
        await session.get(f"{discord.rest_url}/guilds/{guild}?with_counts=true")
    assert len(discord.requests) > 25


async def test_all_that_is_written_is_as_described(discord: DiscordServer) -> None:
    world = discord.world
    mia = world.new_user("mia")
    forum = world.new_forum("support", tags=["Engineering"])
    world.allow(forum, "MANAGE_THREADS", "MANAGE_CHANNELS")
    thread = world.open_thread(forum, mia, "Open")
    async with rest_client(discord) as rest:
        posted = await rest.create_message(
            thread.id, mia.mention, user_mentions=[mia.id], nonce="n", flags=hikari.MessageFlag.SUPPRESS_EMBEDS
        )
        await rest.create_message(thread.id, "a reply", reply=posted.id, mentions_reply=True)
        await rest.edit_message(thread.id, posted.id, "edited", user_mentions=False)
        await rest.add_reaction(thread.id, thread.id, "✅")
        await rest.delete_my_reaction(thread.id, thread.id, "✅")
        await rest.delete_message(thread.id, posted.id)
        await rest.edit_channel(thread.id, name="New", applied_tags=[forum.tags[0].id], locked=True)
        await rest.edit_channel(thread.id, archived=True)
        await rest.edit_channel(thread.id, archived=False)
        await rest.edit_channel(forum.id, topic="Ask here", available_tags=[hikari.ForumTag(name="new")])
        await rest.delete_channel(thread.id)
    assert [request.status for request in discord.requests if request.status >= 300] == []


async def test_refusals_are_as_described(discord: DiscordServer) -> None:
    world = discord.world
    alerts = world.new_text_channel("alerts")
    thread = world.open_thread(world.new_forum("support"), world.new_user("mia"), "Closed")
    world.archive(thread)
    discord.faults.append(faults.rate_limited("/channels/2$", retry_after=0.01))
    discord.faults.append(faults.rate_limited("/channels/2$", retry_after=0.01, scope="global"))
    async with rest_client(discord) as rest:
        refused = await asyncio.gather(
            rest.fetch_channel(1),
            rest.fetch_channel(2),
            rest.fetch_user(1),
            rest.fetch_guild(1),
            rest.create_message(alerts.id, " "),
            rest.create_message(alerts.id, "x" * 2001),
            rest.fetch_message(alerts.id, 1),
            rest.add_reaction(thread.id, thread.id, "✅"),
            rest.edit_channel(thread.id, name="x"),
            rest.delete_channel(alerts.id),
            return_exceptions=True,
        )
    async with rest_client(discord, token="wrong") as rest:  # noqa: S106 - it is meant to be wrong
        refused += await asyncio.gather(rest.fetch_my_user(), return_exceptions=True)
    assert all(isinstance(each, hikari.ClientHTTPResponseError) for each in refused)
    statuses = [request.status for request in discord.requests]
    assert sorted(set(statuses)) == [400, 401, 403, 404, 429]


async def test_a_bot_s_whole_start_is_as_described(discord: DiscordServer) -> None:
    async with listening(discord):
        pass
    assert [request.path for request in discord.requests] == ["/api/v10/gateway/bot"]


def test_the_validator_finds_what_is_not_as_described() -> None:
    message = "/api/v10/channels/1/messages"
    validate_request("POST", message, {"content": "x", "nonce": "n"})
    with pytest.raises(ContractBrokenError, match=r"\$\.content"):
        validate_request("POST", message, {"content": 5})
    with pytest.raises(ContractBrokenError, match="a body is required"):
        validate_request("POST", message, None)
    with pytest.raises(ContractBrokenError, match="no body is expected"):
        validate_request("GET", message, {})
    with pytest.raises(ContractBrokenError, match="no such route"):
        validate_request("GET", "/api/v10/nothing", None)
    with pytest.raises(ContractBrokenError, match="'id' is a required property"):
        validate_reply("GET", "/api/v10/users/@me", 200, {"username": "x"})
    with pytest.raises(ContractBrokenError, match="status 302 is not described"):
        validate_reply("GET", "/api/v10/users/@me", 302, None)
    with pytest.raises(ContractBrokenError, match="'code' is a required property"):
        validate_reply("GET", "/api/v10/users/1", 404, {"message": "x"})
    with pytest.raises(ContractBrokenError, match="no body is expected"):
        validate_reply("DELETE", f"{message}/1", 204, {"message": "x"})
    with pytest.raises(ContractBrokenError, match="date-time"):
        validate_reply("GET", "/api/v10/guilds/1/threads/active", 200, _list_with("2026-01-01T00:00:00"))
    validate_reply("GET", "/api/v10/guilds/1/threads/active", 200, _list_with("2026-01-01T00:00:00Z"))


def _list_with(moment: str) -> dict[str, object]:
    member = {"id": "1", "user_id": "2", "join_timestamp": moment, "flags": 0}
    return {"threads": [], "members": [member], "has_more": False}
