"""Who may answer, where the desk names roles: a member's roles are asked for once in a look at a thread."""

from __future__ import annotations

from hikari.api import RESTClient

from tracker.discord.forum import Forum
from tracker.domain.ticket import Ticket
from tracker.sandbox.discord import DiscordServer, entities
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)


async def test_500_messages_of_three_people_cost_three_look_ups(
    discord: DiscordServer, world: World, forum: entities.Forum, rest: RESTClient
) -> None:
    staff = world.new_role("support")
    mia, customers = world.new_user("mia"), [world.new_user(name) for name in ("ann", "bob")]
    sam = world.new_user("sam", roles=[staff])
    thread = world.open_thread(forum, mia, "Busy")
    for number in range(500):
        world.reply(thread, customers[number % 2], str(number))
    answer = world.reply(thread, sam, "Here")
    ticket = Ticket(thread_id=thread.id, guild_id=world.guild.id, author_id=mia.id, title="Busy")

    replies = [each async for each in Forum(rest, forum.id, [staff.id]).replies(ticket)]

    assert len(replies) == 501
    assert [each.message_id for each in replies if each.is_responder] == [answer.id]
    assert sum("/members/" in request.path for request in discord.requests) == 3
