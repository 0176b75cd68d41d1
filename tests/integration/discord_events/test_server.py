"""The server, its channels, roles and members as a real hikari bot hears of them, and the gateway that says so."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

import hikari
import pytest

from tests.support.discord_client import INTENTS, Listener, listening
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Forum, Thread, User
from tracker.sandbox.discord.intents import Intent
from tracker.sandbox.discord.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_guild_comes_with_what_the_bot_may_see_of_it() -> None:
    async with DiscordServer() as discord:
        world = discord.world
        forum = world.new_forum("support", tags=["Engineering", "resolved"])
        hidden = world.new_text_channel("hidden")
        world.deny(hidden, "VIEW_CHANNEL")
        thread = world.open_thread(forum, world.new_user("mia"), "Open")
        world.archive(world.open_thread(forum, world.new_user("leo"), "Solved long ago"))
        async with listening(discord) as listener:
            cache = listener.bot.cache
            guild = cache.get_guild(world.guild.id)
            assert guild is not None
            assert guild.name == world.guild.name
            unseen = guild.get_channels()[hikari.Snowflake(hidden.id)]
            assert isinstance(unseen, hikari.PermissibleGuildChannel)
            assert unseen.name == "___hidden___"
            assert hikari.ChannelFlag.CHANNEL_OBFUSCATED in unseen.flags
            assert set(guild.get_channels()) == {forum.id, hidden.id}
            assert set(guild.get_roles()) == {world.guild.id, world.bot_role.id}
            assert set(cache.get_threads_view_for_guild(guild.id)) == {thread.id}
            me = guild.get_my_member()
            assert me is not None
            assert me.id == world.bot_user.id
            assert set(me.role_ids) == {world.bot_role.id, world.guild.id}
            seen = guild.get_channel(forum.id)
            assert isinstance(seen, hikari.GuildForumChannel)
            assert [(tag.id, tag.name) for tag in seen.available_tags] == [(tag.id, tag.name) for tag in forum.tags]


async def test_changes_of_a_forum_s_tags_are_channel_updates(
    discord: DiscordServer, forum: Forum, bot: Listener
) -> None:
    discord.world.new_tag(forum, "billing")
    discord.world.rename_tag(forum, "resolved", "done")
    discord.world.delete_tag(forum, "billing")
    names = []
    for _ in range(3):
        event = await bot.next(hikari.GuildChannelUpdateEvent)
        assert isinstance(event.channel, hikari.GuildForumChannel)
        names.append([tag.name for tag in event.channel.available_tags])
    assert names == [
        ["Engineering", "Consulting", "resolved", "billing"],
        ["Engineering", "Consulting", "done", "billing"],
        ["Engineering", "Consulting", "done"],
    ]


async def test_channels_and_roles_come_and_go(discord: DiscordServer, bot: Listener) -> None:
    world = discord.world
    channels = [world.new_text_channel("alerts"), world.new_voice_channel("talk"), world.new_category("all")]
    for channel in channels:
        created = await bot.next(hikari.GuildChannelCreateEvent)
        assert created.channel_id == channel.id
        assert int(created.channel.type) == int(channel.type)
    world.delete_channel(channels[0])
    assert (await bot.next(hikari.GuildChannelDeleteEvent)).channel_id == channels[0].id
    role = world.new_role("Support")
    assert (await bot.next(hikari.RoleCreateEvent)).role.name == "Support"
    assert role.id in world.roles


async def test_what_the_bot_may_not_see_it_does_not_hear_of(
    discord: DiscordServer, forum: Forum, mia: User, thread: Thread, bot: Listener
) -> None:
    world = discord.world
    world.deny(forum, "VIEW_CHANNEL")
    world.reply(thread, mia, "unseen")
    world.allow(forum, "VIEW_CHANNEL")
    hidden, seen = [(await bot.next(hikari.GuildChannelUpdateEvent)).channel for _ in range(2)]
    assert isinstance(hidden, hikari.GuildForumChannel)
    assert isinstance(seen, hikari.GuildForumChannel)
    assert (hidden.id, hidden.name, hidden.topic, list(hidden.available_tags)) == (forum.id, "___hidden___", None, [])
    assert [hikari.ChannelFlag.CHANNEL_OBFUSCATED in each.flags for each in (hidden, seen)] == [True, False]
    assert [tag.name for tag in seen.available_tags] == [tag.name for tag in forum.tags]
    synced = await bot.next(hikari.ThreadListSyncEvent)
    assert list(synced.threads) == [thread.id]
    assert list(synced.channel_ids or ()) == [forum.id]
    assert bot.names() == []


async def test_the_bot_is_kicked_and_invited_again(discord: DiscordServer, bot: Listener) -> None:
    discord.world.kick(discord.world.bot_user)
    await bot.next(hikari.GuildLeaveEvent)
    discord.world.join(discord.world.bot_user)
    assert (await bot.next(hikari.GuildJoinEvent)).guild_id == discord.world.guild.id


async def test_only_events_of_the_intents_asked_for_are_sent(discord: DiscordServer, forum: Forum, mia: User) -> None:
    async with listening(discord, intents=hikari.Intents.GUILDS) as bot:
        discord.world.reply(discord.world.open_thread(forum, mia, "Hi"), mia, "hello")
        discord.world.kick(mia)
        last = discord.world.new_text_channel("last")
        assert (await bot.next(hikari.GuildChannelCreateEvent)).channel_id == last.id
        assert bot.names() == ["GuildThreadCreateEvent"]


async def test_members_and_reactions_are_sent_where_the_intents_ask_for_them(
    discord: DiscordServer, thread: Thread, mia: User
) -> None:
    discord.world.privileged_intents |= Intent.GUILD_MEMBERS
    intents = INTENTS | hikari.Intents.GUILD_MEMBERS | hikari.Intents.GUILD_MESSAGE_REACTIONS
    async with listening(discord, intents=intents) as bot:
        assert thread.starter is not None
        discord.world.react(thread.starter, mia, "👍")
        reacted = await bot.next(hikari.GuildReactionAddEvent)
        assert (reacted.user_id, reacted.message_id, reacted.emoji_name) == (mia.id, thread.id, "👍")
        joined = discord.world.new_user("new")
        assert (await bot.next(hikari.MemberCreateEvent)).user_id == joined.id
        discord.world.kick(joined)
        assert (await bot.next(hikari.MemberDeleteEvent)).user_id == joined.id


async def test_events_can_be_held_back_reordered_and_repeated(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    gateway = discord.gateway
    gateway.pause()
    sent = [discord.world.reply(thread, mia, str(number)).id for number in range(3)]
    gateway.held.reverse()
    gateway.resume()
    gateway.repeat("MESSAGE_CREATE")
    seen = [(await bot.next(hikari.GuildMessageCreateEvent)).message_id for _ in range(4)]
    assert seen == [*reversed(sent), sent[0]]


async def test_a_malformed_event_shows_in_the_exception_handler_and_harms_nothing(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    discord.gateway.send_raw({"op": 0, "t": "THREAD_UPDATE", "d": {"id": str(thread.id), "type": 11}})
    discord.world.reply(thread, mia, "hello")
    await bot.next(hikari.GuildMessageCreateEvent)
    assert len(bot.unread) == 1
    bot.unread.clear()


async def test_ids_grow_even_when_the_clock_stands_still() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    world = World(now=lambda: moment)
    ids = [world.new_id() for _ in range(1000)]
    assert all(earlier < later for earlier, later in itertools.pairwise(ids))
    assert hikari.Snowflake(ids[-1]).created_at == moment
