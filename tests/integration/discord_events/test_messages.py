"""What people write in the local Discord as a real hikari bot gets it: by whom, in answer to what, how much of it."""

from __future__ import annotations

import hikari
import pytest

from tests.support.discord_client import INTENTS, Listener, listening
from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Thread, User
from tracker.sandbox.discord.intents import Intent

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_an_edited_message_is_sent_as_an_event(
    discord: DiscordServer, thread: Thread, mia: User, bot: Listener
) -> None:
    message = discord.world.reply(thread, mia, "frist")
    discord.world.edit(message, "first")
    event = await bot.next(hikari.GuildMessageUpdateEvent)
    assert event.message_id == message.id
    assert event.message.edited_timestamp is not None
    assert message.history == ["frist", "first"]


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
