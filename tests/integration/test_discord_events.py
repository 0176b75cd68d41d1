"""What people do in the local Discord reaches a real hikari bot as the right events with the right fields."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import hikari
import pytest
import pytest_asyncio

from tests.support.discord_client import INTENTS, Listener, listening
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Forum, Thread, User
from tracker.sandbox.discord.intents import Intent
from tracker.sandbox.discord.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def discord() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        yield server
        assert server.problems == []


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def connected(discord: DiscordServer) -> AsyncIterator[Listener]:
    """One bot for the whole module: to close it takes hikari a quarter of a second."""
    async with listening(discord) as listener:
        yield listener


@pytest.fixture
def forum(discord: DiscordServer) -> Forum:
    return discord.world.new_forum("support", tags=["Engineering", "Consulting", "resolved"])


@pytest.fixture
def mia(discord: DiscordServer) -> User:
    return discord.world.new_user("mia")


@pytest.fixture
def thread(discord: DiscordServer, forum: Forum, mia: User) -> Thread:
    return discord.world.open_thread(forum, mia, "Cannot log in", tags=["Engineering"])


@pytest_asyncio.fixture(loop_scope="module")
async def bot(discord: DiscordServer, connected: Listener, thread: Thread) -> AsyncIterator[Listener]:  # noqa: ARG001 - made before the test begins
    """The bot, when it has heard of all that is there at a test's beginning."""
    connected.events.clear()
    marker = discord.world.new_category("marker")
    while (await connected.next(hikari.GuildChannelCreateEvent)).channel_id != marker.id:
        pass
    connected.events.clear()
    yield connected
    assert connected.unread == []


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


async def test_a_new_thread_comes_first_and_its_starter_second_with_the_same_id(
    discord: DiscordServer, forum: Forum, mia: User, bot: Listener
) -> None:
    opened = discord.world.open_thread(forum, mia, "No mail", "It is broken", tags=["resolved", "Engineering"])
    created = await bot.next(hikari.GuildThreadCreateEvent)
    started = await bot.next(hikari.GuildMessageCreateEvent)
    assert isinstance(created.thread, hikari.GuildPublicThread)
    assert created.thread.id == opened.id
    assert created.thread.name == "No mail"
    assert created.thread.parent_id == forum.id
    assert created.thread.owner_id == mia.id
    assert list(created.thread.applied_tag_ids) == [forum.tag("resolved").id, forum.tag("Engineering").id]
    assert abs(created.thread.created_at - datetime.now(UTC)) < timedelta(seconds=5)
    assert not created.thread.is_archived
    assert started.message_id == started.channel_id == opened.id
    assert started.author.username == "mia"
    assert started.author.discriminator == "0"


async def test_the_starter_may_come_before_its_thread(
    discord: DiscordServer, forum: Forum, mia: User, bot: Listener
) -> None:
    discord.world.open_thread(forum, mia, "No mail", order="starter_first")
    await bot.next(hikari.GuildThreadCreateEvent)
    # nothing was waited for in between: the message is here already
    assert bot.names() == ["GuildMessageCreateEvent"]


async def test_the_starter_may_come_later(discord: DiscordServer, forum: Forum, mia: User, bot: Listener) -> None:
    opened = discord.world.open_thread(forum, mia, "No mail", without_starter=True)
    await bot.next(hikari.GuildThreadCreateEvent)
    assert opened.starter is None
    discord.world.post_starter(opened)
    started = await bot.next(hikari.GuildMessageCreateEvent)
    assert started.message_id == opened.id
    assert opened.starter is not None


async def test_a_backdated_thread_and_reply_have_ids_of_their_time(
    discord: DiscordServer, forum: Forum, mia: User, bot: Listener
) -> None:
    morning = datetime(2026, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC)
    opened = discord.world.open_thread(forum, mia, "Old", at=morning)
    discord.world.reply(opened, mia, "still?", at=morning + timedelta(hours=1))
    created = await bot.next(hikari.GuildThreadCreateEvent)
    await bot.next(hikari.GuildMessageCreateEvent)
    replied = await bot.next(hikari.GuildMessageCreateEvent)
    assert created.thread.created_at == morning
    assert replied.message.id.created_at == replied.message.timestamp == morning + timedelta(hours=1)


async def test_a_message_carries_the_roles_of_its_author(discord: DiscordServer, thread: Thread, bot: Listener) -> None:
    role = discord.world.new_role("Support")
    staff = discord.world.new_user("sam", discriminator="1234", roles=[role])
    discord.world.reply(thread, staff, "hello")
    event = await bot.next(hikari.GuildMessageCreateEvent)
    assert event.message.type is hikari.MessageType.DEFAULT
    assert event.member is not None
    assert role.id in event.member.role_ids
    assert event.author.discriminator == "1234"
    assert event.guild_id == discord.world.guild.id


async def test_a_user_who_left_writes_nothing_more_but_whoever_is_outside_has_no_member(
    discord: DiscordServer, thread: Thread, bot: Listener
) -> None:
    outsider = discord.world.new_user("gone", in_guild=False)
    discord.world.reply(thread, outsider, "hello")
    event = await bot.next(hikari.GuildMessageCreateEvent)
    assert event.member is None


async def test_a_reply_refers_to_the_message_it_answers(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    first = discord.world.reply(thread, mia, "one")
    second = discord.world.reply(thread, mia, "two", reply_to=first)
    discord.world.reply(thread, mia, "three", reply_to=second)
    await bot.next(hikari.GuildMessageCreateEvent)
    await bot.next(hikari.GuildMessageCreateEvent)
    event = await bot.next(hikari.GuildMessageCreateEvent)
    assert event.message.type is hikari.MessageType.REPLY
    assert event.message.referenced_message is not None
    assert event.message.referenced_message.id == second.id


async def test_bots_and_webhooks_are_marked_as_such(discord: DiscordServer, thread: Thread, bot: Listener) -> None:
    other_bot = discord.world.new_user("greeter", bot=True)
    discord.world.reply(thread, other_bot, "beep")
    discord.world.reply(thread, other_bot, "hook", webhook=True)
    beep = await bot.next(hikari.GuildMessageCreateEvent)
    assert beep.is_bot
    assert not beep.is_webhook
    hook = await bot.next(hikari.GuildMessageCreateEvent)
    assert hook.is_webhook
    assert hook.member is None


async def test_renaming_tells_of_itself_in_the_thread(discord: DiscordServer, thread: Thread, bot: Listener) -> None:
    discord.world.rename(thread, "Solved?")
    updated = await bot.next(hikari.GuildThreadUpdateEvent)
    told = await bot.next(hikari.GuildMessageCreateEvent)
    assert updated.thread.name == "Solved?"
    assert updated.old_thread is not None
    assert updated.old_thread.name == "Cannot log in"
    assert told.message.type is hikari.MessageType.CHANNEL_NAME_CHANGE
    assert told.author.id == thread.owner.id


async def test_pinning_tells_of_itself_in_the_thread(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    message = discord.world.reply(thread, mia, "important")
    await bot.next(hikari.GuildMessageCreateEvent)
    discord.world.pin(message, by=mia)
    await bot.next(hikari.GuildMessageUpdateEvent)
    await bot.next(hikari.GuildPinsUpdateEvent)
    told = await bot.next(hikari.GuildMessageCreateEvent)
    assert told.message.type is hikari.MessageType.CHANNEL_PINNED_MESSAGE
    assert told.message.message_reference is not None
    assert told.message.message_reference.id == message.id


async def test_tags_are_added_and_taken_off(
    discord: DiscordServer, forum: Forum, thread: Thread, bot: Listener
) -> None:
    world = discord.world
    world.add_tag(thread, "resolved")
    world.remove_tag(thread, "Engineering")
    world.retag(thread, [])
    world.retag(thread, [])  # no change, no event
    engineering, resolved = forum.tag("Engineering").id, forum.tag("resolved").id
    for expected in ([engineering, resolved], [resolved], []):
        event = await bot.next(hikari.GuildThreadUpdateEvent)
        assert isinstance(event.thread, hikari.GuildPublicThread)
        assert list(event.thread.applied_tag_ids) == expected
    assert bot.names() == []


async def test_archive_lock_and_slow_mode_are_thread_updates(
    discord: DiscordServer, thread: Thread, bot: Listener
) -> None:
    world = discord.world
    world.archive(thread)
    world.unarchive(thread)
    world.lock(thread)
    world.unlock(thread)
    world.slow_mode(thread, 30)
    updates = [(await bot.next(hikari.GuildThreadUpdateEvent)).thread for _ in range(5)]
    assert [update.is_archived for update in updates] == [True, False, False, False, False]
    assert [update.is_locked for update in updates] == [False, False, True, False, False]
    assert updates[-1].rate_limit_per_user == timedelta(seconds=30)


async def test_a_message_in_an_archived_thread_brings_it_back_first(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    discord.world.archive(thread)
    discord.world.reply(thread, mia, "one more thing")
    await bot.next(hikari.GuildThreadUpdateEvent)
    back = await bot.next(hikari.GuildThreadUpdateEvent)
    assert not back.thread.is_archived
    await bot.next(hikari.GuildMessageCreateEvent)


async def test_deletions_are_told(discord: DiscordServer, thread: Thread, mia: User, bot: Listener) -> None:
    message = discord.world.reply(thread, mia, "oops")
    discord.world.delete_message(message)
    discord.world.delete_thread(thread)
    deleted = await bot.next(hikari.GuildMessageDeleteEvent)
    assert deleted.message_id == message.id
    gone = await bot.next(hikari.GuildThreadDeleteEvent)
    assert gone.thread_id == thread.id
    assert gone.parent_id == thread.parent.id
    assert thread.id not in discord.world.threads


async def test_an_edited_message_is_told(discord: DiscordServer, thread: Thread, mia: User, bot: Listener) -> None:
    message = discord.world.reply(thread, mia, "frist")
    discord.world.edit(message, "first")
    event = await bot.next(hikari.GuildMessageUpdateEvent)
    assert event.message_id == message.id
    assert event.message.edited_timestamp is not None
    assert message.history == ["frist", "first"]


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


async def test_a_thread_in_a_text_channel_is_elsewhere(discord: DiscordServer, mia: User, bot: Listener) -> None:
    channel = discord.world.new_text_channel("chat")
    thread = discord.world.new_thread_in_text_channel(channel, mia, "Lunch")
    created = await bot.next(hikari.GuildThreadCreateEvent)
    assert created.thread.parent_id == channel.id
    assert isinstance(created.thread, hikari.GuildPublicThread)
    assert list(created.thread.applied_tag_ids) == []
    assert (await bot.next(hikari.GuildMessageCreateEvent)).channel_id == channel.id
    assert (await bot.next(hikari.GuildMessageCreateEvent)).channel_id == thread.id
    assert thread.starter is None


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


async def test_the_bot_s_first_post_in_a_thread_lets_it_join(thread: Thread, bot: Listener) -> None:
    await bot.rest.create_message(thread.id, "hello")
    await bot.rest.create_message(thread.id, "again")
    own = await bot.next(hikari.GuildMessageCreateEvent)
    assert own.content == "hello"
    joined = await bot.next(hikari.GuildThreadAccessEvent)
    assert joined.thread.id == thread.id
    assert joined.thread.member is not None
    await bot.next(hikari.GuildMessageCreateEvent)
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


async def test_members_and_reactions_are_told_where_the_intents_ask_for_them(
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


async def test_without_the_content_intent_only_own_messages_and_mentions_can_be_read(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    discord.world.reply(thread, mia, "a secret")
    assert (await bot.next(hikari.GuildMessageCreateEvent)).content is None
    discord.world.reply(thread, mia, f"listen, {discord.world.bot_user.mention}")
    assert (await bot.next(hikari.GuildMessageCreateEvent)).content is not None


async def test_with_the_content_intent_everything_can_be_read(
    discord: DiscordServer, thread: Thread, mia: User
) -> None:
    discord.world.privileged_intents |= Intent.MESSAGE_CONTENT
    async with listening(discord, intents=INTENTS | hikari.Intents.MESSAGE_CONTENT) as bot:
        discord.world.reply(thread, mia, "no secret")
        assert (await bot.next(hikari.GuildMessageCreateEvent)).content == "no secret"


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
