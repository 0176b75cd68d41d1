"""What people do with threads of the local Discord reaches a real hikari bot as the right events and fields."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hikari
import pytest

from tests.support.discord_client import Listener
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Forum, Thread, User

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_renaming_shows_itself_in_the_thread(discord: DiscordServer, thread: Thread, bot: Listener) -> None:
    discord.world.rename(thread, "Solved?")
    updated = await bot.next(hikari.GuildThreadUpdateEvent)
    posted = await bot.next(hikari.GuildMessageCreateEvent)
    assert updated.thread.name == "Solved?"
    assert updated.old_thread is not None
    assert updated.old_thread.name == "Cannot log in"
    assert posted.message.type is hikari.MessageType.CHANNEL_NAME_CHANGE
    assert posted.author.id == thread.owner.id


async def test_pinning_shows_itself_in_the_thread(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    message = discord.world.reply(thread, mia, "important")
    await bot.next(hikari.GuildMessageCreateEvent)
    discord.world.pin(message, by=mia)
    await bot.next(hikari.GuildMessageUpdateEvent)
    await bot.next(hikari.GuildPinsUpdateEvent)
    posted = await bot.next(hikari.GuildMessageCreateEvent)
    assert posted.message.type is hikari.MessageType.CHANNEL_PINNED_MESSAGE
    assert posted.message.message_reference is not None
    assert posted.message.message_reference.id == message.id


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


async def test_deletions_are_sent_as_events(discord: DiscordServer, thread: Thread, mia: User, bot: Listener) -> None:
    message = discord.world.reply(thread, mia, "oops")
    discord.world.delete_message(message)
    discord.world.delete_thread(thread)
    deleted = await bot.next(hikari.GuildMessageDeleteEvent)
    assert deleted.message_id == message.id
    gone = await bot.next(hikari.GuildThreadDeleteEvent)
    assert gone.thread_id == thread.id
    assert gone.parent_id == thread.parent.id
    assert thread.id not in discord.world.threads


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
