"""What Discord refuses, the local server refuses with the same status, code and words, as hikari reads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import hikari
import pytest
from hikari.api import RESTClient

from tests.support.discord_client import expect_refusal, rest_client
from tracker.sandbox.discord import DiscordServer, errors
from tracker.sandbox.discord.entities import Channel, Forum, Thread, User
from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.discord.permissions import EVERYTHING, Overwrite, Permission, effective
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)


async def _post(rest: RESTClient, thread: Thread) -> None:
    await rest.create_message(thread.id, "hello")


async def _react(rest: RESTClient, thread: Thread) -> None:
    await rest.add_reaction(thread.id, thread.id, "✅")


@pytest.mark.parametrize(
    ("permission", "act", "refusal"),
    [
        ("VIEW_CHANNEL", _post, errors.MISSING_ACCESS),
        ("VIEW_CHANNEL", _react, errors.MISSING_ACCESS),
        ("SEND_MESSAGES_IN_THREADS", _post, errors.MISSING_PERMISSIONS),
        ("ADD_REACTIONS", _react, errors.MISSING_PERMISSIONS),
        ("READ_MESSAGE_HISTORY", _react, errors.MISSING_PERMISSIONS),
    ],
)
async def test_a_permission_denied_in_the_channel_is_missed(
    world: World,
    rest: RESTClient,
    thread: Thread,
    *,
    permission: str,
    act: Callable[[RESTClient, Thread], Awaitable[None]],
    refusal: Refusal,
) -> None:
    world.deny(thread.parent, permission)
    await expect_refusal(refusal, act(rest, thread))
    world.allow(thread.parent, permission)
    await act(rest, thread)


def test_overwrites_go_over_roles_and_the_more_particular_over_the_general() -> None:
    send, view = Permission.SEND_MESSAGES, Permission.VIEW_CHANNEL
    denies_sending = Overwrite(of_role=True, deny=send)
    allows_sending = Overwrite(of_role=True, allow=send)
    hides = Overwrite(of_role=False, deny=view)

    def left(everyone: Overwrite | None, roles: list[Overwrite], member: Overwrite | None) -> Permission:
        return effective(base=send | view, everyone=everyone, roles=roles, member=member)

    assert left(None, [], None) == send | view
    assert left(denies_sending, [], None) == view
    assert left(denies_sending, [allows_sending], None) == send | view
    assert left(None, [denies_sending, allows_sending], None) == send | view
    assert left(allows_sending, [denies_sending], None) == view
    assert left(None, [denies_sending], allows_sending) == send | view
    # what cannot be seen cannot be used either
    assert left(None, [allows_sending], hides) == Permission.NONE
    assert effective(base=Permission.ADMINISTRATOR, everyone=None, roles=[], member=hides) == EVERYTHING


async def test_sending_to_a_text_channel_and_to_its_threads_are_two_permissions(
    world: World, alerts: Channel, thread: Thread, rest: RESTClient
) -> None:
    world.revoke("SEND_MESSAGES")
    await rest.create_message(thread.id, "still fine")
    await expect_refusal(errors.MISSING_PERMISSIONS, rest.create_message(alerts.id, "not fine"))
    world.grant("SEND_MESSAGES")
    await rest.create_message(alerts.id, "fine")


async def test_what_does_not_exist_is_unknown(world: World, alerts: Channel, thread: Thread, rest: RESTClient) -> None:
    await expect_refusal(errors.UNKNOWN_CHANNEL, rest.fetch_channel(1))
    await expect_refusal(errors.UNKNOWN_MESSAGE, rest.fetch_message(thread.id, 1))
    await expect_refusal(errors.UNKNOWN_MESSAGE, rest.edit_message(thread.id, 1, "x"))
    await expect_refusal(errors.UNKNOWN_MESSAGE, rest.add_reaction(thread.id, 1, "✅"))
    await expect_refusal(errors.UNKNOWN_USER, rest.fetch_user(1))
    await expect_refusal(errors.UNKNOWN_GUILD, rest.fetch_guild(1))
    await expect_refusal(
        errors.UNKNOWN_MEMBER, rest.fetch_member(world.guild.id, world.new_user("x", in_guild=False).id)
    )
    await expect_refusal(errors.UNKNOWN_EMOJI, rest.add_reaction(thread.id, thread.id, "check"))
    world.delete_channel(alerts)
    await expect_refusal(errors.UNKNOWN_CHANNEL, rest.create_message(alerts.id, "x"))
    world.delete_thread(thread)
    await expect_refusal(errors.UNKNOWN_CHANNEL, rest.create_message(thread.id, "x"))


async def test_an_archived_thread_takes_no_edit_no_reaction_and_no_change_but_to_come_back(
    world: World, forum: Forum, thread: Thread, rest: RESTClient
) -> None:
    world.allow(forum, "MANAGE_THREADS")
    posted = await rest.create_message(thread.id, "hello")
    world.archive(thread)
    await expect_refusal(errors.THREAD_ARCHIVED, rest.edit_message(thread.id, posted.id, "x"))
    await expect_refusal(errors.THREAD_ARCHIVED, rest.add_reaction(thread.id, thread.id, "✅"))
    await expect_refusal(errors.THREAD_ARCHIVED, rest.edit_channel(thread.id, name="x"))
    await rest.edit_channel(thread.id, archived=False)
    await rest.edit_message(thread.id, posted.id, "x")
    await rest.edit_channel(thread.id, archived=True)


async def test_a_locked_thread_takes_no_message_without_the_right_to_manage_threads(
    world: World, forum: Forum, thread: Thread, rest: RESTClient
) -> None:
    world.lock(thread)
    await expect_refusal(errors.THREAD_LOCKED, rest.create_message(thread.id, "x"))
    world.allow(forum, "MANAGE_THREADS")
    await rest.create_message(thread.id, "x")


async def test_before_the_starter_there_is_nothing_to_react_to_and_no_place_to_post(
    world: World, forum: Forum, mia: User, rest: RESTClient
) -> None:
    thread = world.open_thread(forum, mia, "Uploading", without_starter=True)
    await expect_refusal(errors.NO_STARTER_YET, rest.add_reaction(thread.id, thread.id, "✅"))
    await expect_refusal(errors.NO_STARTER_YET, rest.create_message(thread.id, "x"))
    starter = world.post_starter(thread)
    await rest.add_reaction(thread.id, thread.id, "✅")
    world.delete_message(starter)
    await expect_refusal(errors.UNKNOWN_MESSAGE, rest.add_reaction(thread.id, thread.id, "✅"))


async def test_content_is_neither_empty_nor_longer_than_2000_characters(
    alerts: Channel, rest: RESTClient, discord: DiscordServer
) -> None:
    await expect_refusal(errors.EMPTY_MESSAGE, rest.create_message(alerts.id, "  "))
    await rest.create_message(alerts.id, "x" * 2000)
    with pytest.raises(hikari.BadRequestError) as refused:
        await rest.create_message(alerts.id, "x" * 2001)
    assert refused.value.code == 50035
    assert "content" in (refused.value.errors or {})
    with pytest.raises(hikari.BadRequestError):
        await rest.create_message(alerts.id, "x", nonce="n" * 26)
    assert len(alerts.messages) == 1
    assert discord.problems == []


async def test_messages_do_not_go_into_a_forum_or_a_category(world: World, forum: Forum, rest: RESTClient) -> None:
    await expect_refusal(errors.FORUM_TAKES_NO_MESSAGES, rest.create_message(forum.id, "x"))
    await expect_refusal(errors.NOT_A_TEXT_CHANNEL, rest.create_message(world.new_category("all").id, "x"))


async def test_others_messages_and_threads_are_not_the_bot_s_to_change(
    world: World, thread: Thread, mia: User, rest: RESTClient
) -> None:
    message = world.reply(thread, mia, "mine")
    await expect_refusal(errors.NOT_THE_AUTHOR, rest.edit_message(thread.id, message.id, "yours"))
    await expect_refusal(errors.MISSING_PERMISSIONS, rest.delete_message(thread.id, message.id))
    await expect_refusal(errors.MISSING_PERMISSIONS, rest.edit_channel(thread.id, archived=True))
    await expect_refusal(errors.MISSING_PERMISSIONS, rest.edit_channel(thread.id, name="x"))
    await expect_refusal(errors.MISSING_PERMISSIONS, rest.delete_channel(thread.id))


async def test_a_bot_that_is_timed_out_may_only_look_and_read(world: World, rest: RESTClient, thread: Thread) -> None:
    world.time_out(world.bot_user, datetime.now(UTC) + timedelta(minutes=1))
    await rest.fetch_message(thread.id, thread.id)
    for act in (_post, _react):
        await expect_refusal(errors.MISSING_PERMISSIONS, act(rest, thread))
    world.time_out(world.bot_user, datetime.now(UTC))
    await _post(rest, thread)


async def test_a_voice_channel_takes_messages_from_those_who_may_connect(world: World, rest: RESTClient) -> None:
    voice = world.new_voice_channel("talk")
    await expect_refusal(errors.MISSING_PERMISSIONS, rest.create_message(voice.id, "x"))
    world.allow(voice, "CONNECT")
    await rest.create_message(voice.id, "x")


async def test_moderation_may_need_two_factors_of_the_bots_owner(
    world: World, rest: RESTClient, thread: Thread
) -> None:
    world.grant("MANAGE_THREADS")
    world.guild.demands_two_factor, world.bot_has_two_factor = True, False
    await expect_refusal(errors.TWO_FACTOR_REQUIRED, rest.edit_channel(thread.id, archived=True))
    world.bot_has_two_factor = True
    await rest.edit_channel(thread.id, archived=True)


async def test_the_list_of_channels_leaves_out_what_the_bot_may_not_view(
    world: World, forum: Forum, alerts: Channel, rest: RESTClient
) -> None:
    world.deny(forum, "VIEW_CHANNEL")
    assert [channel.id for channel in await rest.fetch_guild_channels(world.guild.id)] == [alerts.id]
    await expect_refusal(errors.MISSING_ACCESS, rest.fetch_channel(forum.id))


async def test_the_audit_log_needs_its_permission(world: World, rest: RESTClient) -> None:
    async def read() -> list[hikari.AuditLog]:
        return [page async for page in rest.fetch_audit_log(world.guild.id)]

    await expect_refusal(errors.MISSING_PERMISSIONS, read())


async def test_a_bot_that_was_kicked_has_access_to_nothing(world: World, alerts: Channel, rest: RESTClient) -> None:
    world.kick(world.bot_user)
    await expect_refusal(errors.MISSING_ACCESS, rest.fetch_guild(world.guild.id))
    await expect_refusal(errors.MISSING_ACCESS, rest.create_message(alerts.id, "x"))


async def test_a_wrong_token_is_unauthorized(discord: DiscordServer) -> None:
    async with rest_client(discord, token="wrong") as rest:  # noqa: S106 - it is meant to be wrong
        with pytest.raises(hikari.UnauthorizedError) as refused:
            await rest.fetch_my_user()
    assert refused.value.code == 0


async def test_an_unknown_route_and_an_unserved_field_are_answered_and_are_problems(
    discord: DiscordServer, alerts: Channel, rest: RESTClient
) -> None:
    with pytest.raises(hikari.NotFoundError):
        await rest.fetch_guild_emojis(discord.world.guild.id)
    await rest.create_message(alerts.id, "with", embed=hikari.Embed(title="an embed"))
    assert len(discord.problems) == 2
    assert discord.problems[0].endswith("/emojis is not served")
    assert discord.problems[1].endswith("embeds is not served")
    discord.problems.clear()
