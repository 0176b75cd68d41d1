"""hikari's REST calls against the local Discord server: what they return, and what they change in its guild."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hikari
import pytest
from hikari.api import RESTClient

from tracker.sandbox.discord import DiscordServer
from tracker.sandbox.discord.entities import Channel, Forum, MessageType, Thread, User
from tracker.sandbox.discord.intents import Intent
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)


async def test_the_bot_knows_itself_its_application_and_its_guild(world: World, rest: RESTClient) -> None:
    world.privileged_intents = Intent.MESSAGE_CONTENT
    assert (await rest.fetch_my_user()).id == world.bot_user.id
    application = await rest.fetch_application()
    assert application.id == world.bot_user.id
    assert application.flags == hikari.ApplicationFlags.MESSAGE_CONTENT_INTENT_LIMITED
    guild = await rest.fetch_guild(world.guild.id)
    assert guild.name == world.guild.name
    member = await rest.fetch_member(world.guild.id, world.bot_user.id)
    assert world.bot_role.id in member.role_ids


async def test_the_bot_s_guilds_are_those_it_is_in_with_what_it_may_do_there(world: World, rest: RESTClient) -> None:
    (guild,) = [each async for each in rest.fetch_my_guilds()]
    assert (guild.id, guild.name, guild.is_owner) == (world.guild.id, world.guild.name, False)
    assert int(guild.my_permissions) == world.bot_role.permissions
    world.kick(world.bot_user)
    assert [each async for each in rest.fetch_my_guilds()] == []


async def test_users_are_found_in_the_guild_and_outside(world: World, rest: RESTClient) -> None:
    outsider = world.new_user("gone", discriminator="0042", in_guild=False)
    found = await rest.fetch_user(outsider.id)
    assert (found.username, found.discriminator) == ("gone", "0042")


async def test_channels_of_every_kind_are_read(
    world: World, forum: Forum, alerts: Channel, thread: Thread, rest: RESTClient
) -> None:
    channels = [forum, alerts, world.new_voice_channel("talk"), world.new_category("all")]
    for channel in channels:
        found = await rest.fetch_channel(channel.id)
        assert (found.id, found.name, int(found.type)) == (channel.id, channel.name, int(channel.type))
    fetched_thread = await rest.fetch_channel(thread.id)
    assert isinstance(fetched_thread, hikari.GuildPublicThread)
    assert list(fetched_thread.applied_tag_ids) == [forum.tag("Engineering").id]
    assert {channel.id for channel in await rest.fetch_guild_channels(world.guild.id)} == {
        channel.id for channel in channels
    }


async def test_active_threads_are_those_not_archived_that_the_bot_may_see(
    world: World, forum: Forum, mia: User, thread: Thread, rest: RESTClient
) -> None:
    world.archive(world.open_thread(forum, mia, "Closed"))
    hidden = world.new_forum("hidden")
    world.deny(hidden, "VIEW_CHANNEL")
    world.open_thread(hidden, mia, "Hidden")
    await rest.create_message(thread.id, "here I am")
    found = await rest.fetch_active_threads(world.guild.id)
    assert [each.id for each in found] == [thread.id]
    assert found[0].member is not None


async def test_archived_threads_come_by_pages_latest_archived_first(
    world: World, forum: Forum, mia: User, rest: RESTClient, discord: DiscordServer
) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    archived = []
    for number in range(205):
        thread = world.open_thread(forum, mia, f"Old {number}", at=start + timedelta(hours=number))
        world.archive(thread, at=start + timedelta(days=30, hours=number))
        archived.append(thread.id)
    found = [each.id async for each in rest.fetch_public_archived_threads(forum.id)]
    assert found == archived[::-1]
    assert len([request for request in discord.requests if request.path.endswith("/archived/public")]) == 3
    since = start + timedelta(days=30, hours=2)
    earlier = rest.fetch_public_archived_threads(forum.id, before=since)
    assert [each.id async for each in earlier] == [archived[1], archived[0]]


async def test_history_is_read_oldest_first_from_any_message_on(
    world: World, thread: Thread, mia: User, rest: RESTClient
) -> None:
    sent = [world.reply(thread, mia, str(number)).id for number in range(150)]
    after = [message.id async for message in rest.fetch_messages(thread.id, after=thread.id)]
    assert after == sent
    before = [message.id async for message in rest.fetch_messages(thread.id)]
    assert before == [*reversed(sent), thread.id]
    around = [message.id async for message in rest.fetch_messages(thread.id, around=sent[75]).limit(100)]
    assert around == sent[124:24:-1]
    assert (await rest.fetch_message(thread.id, thread.id)).author.id == mia.id


async def test_what_people_write_is_hidden_over_http_too_without_the_content_intent(
    world: World, thread: Thread, rest: RESTClient
) -> None:
    assert (await rest.fetch_message(thread.id, thread.id)).content is None
    world.privileged_intents = Intent.MESSAGE_CONTENT
    assert (await rest.fetch_message(thread.id, thread.id)).content == "Hello, I need help."


async def test_the_audit_log_shows_who_changed_what_when(
    world: World, forum: Forum, thread: Thread, mia: User, rest: RESTClient
) -> None:
    world.grant("VIEW_AUDIT_LOG")
    moment = datetime.now(UTC) + timedelta(minutes=5)
    admin = world.new_user("admin")
    world.retag(thread, ["resolved"], by=admin, at=moment)
    world.archive(thread, by=mia)
    changes = rest.fetch_audit_log(world.guild.id, event_type=hikari.AuditLogEventType.THREAD_UPDATE)
    pages = [page async for page in changes]
    entries = {entry.id: entry for page in pages for entry in page.entries.values()}
    by_key = {entry.changes[0].key: entry for entry in entries.values()}
    tagged = by_key["applied_tags"]
    assert (tagged.user_id, tagged.target_id) == (admin.id, thread.id)
    assert tagged.changes[0].old_value == [str(forum.tag("Engineering").id)]
    assert tagged.changes[0].new_value == [str(forum.tag("resolved").id)]
    assert abs(tagged.id.created_at - moment) < timedelta(milliseconds=1)
    assert by_key["archived"].user_id == mia.id
    assert by_key["archived"].changes[0].new_value is True
    mias = [entry async for page in rest.fetch_audit_log(world.guild.id, user=mia.id) for entry in page.entries]
    assert by_key["archived"].id in mias
    assert tagged.id not in mias
    assert list(entries) == sorted(entries, reverse=True)
    later = rest.fetch_audit_log(world.guild.id, after=0)
    oldest_first = [entry async for page in later for entry in page.entries]
    assert oldest_first == sorted(oldest_first)
    assert oldest_first[-2:] == sorted(entries)


async def test_a_message_pings_only_whom_it_is_allowed_to(
    world: World, thread: Thread, mia: User, rest: RESTClient
) -> None:
    other, role = world.new_user("leo"), world.new_role("Support", mentionable=True)
    text = f"{mia.mention} {other.mention} <@&{role.id}> @everyone"
    await rest.create_message(thread.id, text, user_mentions=[mia.id], mentions_everyone=True)
    await rest.create_message(thread.id, text)
    await rest.create_message(thread.id, text, user_mentions=True, role_mentions=True)
    one, none, everybody = thread.messages[-3:]
    assert one.mentions == [mia]
    assert not one.mentioned.everyone
    assert none.mentions == []
    assert everybody.mentions == [mia, other]
    assert everybody.mentioned.roles == [role]
    assert all(message.content == text for message in (one, none, everybody))


async def test_everyone_is_mentioned_only_with_the_permission_to(
    world: World, alerts: Channel, rest: RESTClient
) -> None:
    world.grant("MENTION_EVERYONE")
    await rest.create_message(alerts.id, "@everyone", mentions_everyone=True)
    await rest.create_message(alerts.id, "@everyone")
    assert [message.mentioned.everyone for message in alerts.messages] == [True, False]


async def test_a_repeated_nonce_answers_with_the_first_message_and_posts_none(
    world: World, alerts: Channel, rest: RESTClient
) -> None:
    first = await rest.create_message(alerts.id, "once", nonce="effect-1")
    again = await rest.create_message(alerts.id, "once more", nonce="effect-1")
    other = await rest.create_message(alerts.id, "another", nonce="effect-2")
    assert again.id == first.id
    assert other.id != first.id
    assert again.content == "once"
    assert [message.content for message in alerts.messages] == ["once", "another"]
    assert alerts.messages[0].nonce == "effect-1"
    later = world.now() + timedelta(minutes=6)
    world.now = lambda: later
    assert (await rest.create_message(alerts.id, "much later", nonce="effect-1")).id != first.id


async def test_an_edit_changes_the_text_and_pings_nobody(thread: Thread, mia: User, rest: RESTClient) -> None:
    posted = await rest.create_message(thread.id, f"resolved, {mia.mention}", user_mentions=[mia.id])
    edited = await rest.edit_message(thread.id, posted.id, "reopened")
    assert edited.content == "reopened"
    message = thread.messages[-1]
    assert message.history == [f"resolved, {mia.mention}", "reopened"]
    assert message.edited_at is not None
    assert message.mentions == []
    assert message.pinged == [mia]


async def test_the_bot_replies_and_deletes(thread: Thread, rest: RESTClient) -> None:
    posted = await rest.create_message(thread.id, "on it", reply=thread.id)
    assert thread.messages[-1].type is MessageType.REPLY
    assert thread.messages[-1].refers_to is thread.starter
    await rest.delete_message(thread.id, posted.id)
    assert len(thread.messages) == 1


async def test_reactions_are_added_listed_and_taken_back(world: World, thread: Thread, rest: RESTClient) -> None:
    starter = thread.starter
    assert starter is not None
    await rest.add_reaction(thread.id, thread.id, "✅")
    await rest.add_reaction(thread.id, thread.id, "✅")
    assert starter.reactions == {"✅": {world.bot_user.id}}
    found = await rest.fetch_message(thread.id, thread.id)
    assert (found.reactions[0].emoji, found.reactions[0].count, found.reactions[0].is_me) == ("✅", 1, True)
    users = [user.id async for user in rest.fetch_reactions_for_emoji(thread.id, thread.id, "✅")]
    assert users == [world.bot_user.id]
    await rest.delete_my_reaction(thread.id, thread.id, "✅")
    assert starter.reactions == {}


async def test_with_the_right_to_manage_threads_everything_of_a_thread_can_be_changed(
    world: World, forum: Forum, thread: Thread, rest: RESTClient
) -> None:
    world.allow(forum, "MANAGE_THREADS")
    resolved = forum.tag("resolved")
    changed = await rest.edit_channel(
        thread.id, name="New", applied_tags=[resolved.id], locked=True, rate_limit_per_user=5
    )
    assert changed.name == "New"
    assert (thread.name, thread.tags, thread.locked) == ("New", [resolved], True)
    assert thread.slow_mode == timedelta(seconds=5)
    await rest.edit_channel(thread.id, archived=True)
    assert thread.archived
    await rest.delete_channel(thread.id)
    assert thread.id not in world.threads


async def test_without_it_a_thread_can_still_be_brought_back_from_the_archive_unless_locked(
    world: World, thread: Thread, rest: RESTClient
) -> None:
    world.archive(thread)
    await rest.edit_channel(thread.id, archived=False)
    assert not thread.archived
    world.lock(thread)
    world.archive(thread)
    with pytest.raises(hikari.ForbiddenError):
        await rest.edit_channel(thread.id, archived=False)
    assert thread.archived


async def test_a_message_brings_an_archived_thread_back(world: World, thread: Thread, rest: RESTClient) -> None:
    world.archive(thread)
    await rest.create_message(thread.id, "hello again")
    assert not thread.archived


async def test_a_forum_s_tags_can_be_changed_with_the_right_to_manage_channels(
    world: World, forum: Forum, rest: RESTClient
) -> None:
    world.allow(forum, "MANAGE_CHANNELS")
    kept = [hikari.ForumTag(id=hikari.Snowflake(tag.id), name=tag.name) for tag in forum.tags]
    await rest.edit_channel(forum.id, available_tags=[*kept, hikari.ForumTag(name="billing")])
    assert [tag.name for tag in forum.tags] == ["Engineering", "resolved", "billing"]
