"""Posts by bots and webhooks: their authors' names, whom is mentioned, where ✅ goes."""

from __future__ import annotations

import pytest

from tests.support.discord_desk import DiscordDesk
from tracker.domain.wording import RESOLVED
from tracker.sandbox.discord.entities import User
from tracker.store.file import OPENED_BY_APPS

# Posts by bots and webhooks


async def test_the_one_who_asks_is_found_with_one_look_up_a_person_however_much_staff_wrote_before(
    desk: DiscordDesk,
) -> None:
    support = desk.world.new_role("Support")
    desk.responder_roles = (support.id,)
    sam = desk.world.new_user("sam", roles=[support])
    thread = desk.open(by=desk.world.new_webhook("Form"))
    for number in range(30):
        desk.world.reply(thread, sam, f"Step {number}")
    desk.world.reply(thread, desk.mia, "Thanks")
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    assert [message.pinged for message in desk.messages(thread)] == [[desk.mia]]
    assert sum("/members/" in request.path for request in desk.discord.requests) == 2


@pytest.fixture(params=["bot", "webhook"])
def app(desk: DiscordDesk, request: pytest.FixtureRequest) -> User:
    """A bot that posts, or a webhook that does."""
    if request.param == "bot":
        return desk.world.new_user("Ticket Tool", bot=True)
    return desk.world.new_webhook("Ticket Tool")


async def test_the_author_of_a_bots_or_webhooks_post_has_the_name_that_its_message_shows(
    desk: DiscordDesk, app: User
) -> None:
    thread = desk.open(by=app)
    async with desk.delivering():
        await desk.all_done()
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.author_name == "Ticket Tool"
    assert desk.store.facts.find(OPENED_BY_APPS) is not None


async def test_nobody_is_mentioned_in_a_bots_or_webhooks_post_where_anybody_may_answer(
    desk: DiscordDesk, app: User
) -> None:
    thread = desk.open(by=app)
    desk.world.reply(thread, desk.mia, "It is me who asks")
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(thread)
    assert message.content.startswith(f"🔴 {RESOLVED}")
    assert message.pinged == []


async def test_with_support_roles_the_first_person_without_one_is_mentioned_there(desk: DiscordDesk, app: User) -> None:
    support = desk.world.new_role("Support")
    desk.responder_roles = (support.id,)
    sam, kim = desk.world.new_user("sam", roles=[support]), desk.world.new_user("kim")
    thread = desk.open(by=app)
    for author in (sam, desk.mia, kim):
        desk.world.reply(thread, author, "Hello")
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(thread)
    assert message.content.startswith(f"🔴 {desk.mia.mention} {RESOLVED}")
    assert message.pinged == [desk.mia]


async def test_the_tick_of_a_webhooks_post_goes_to_its_first_message_though_that_has_an_id_of_its_own(
    desk: DiscordDesk,
) -> None:
    thread = desk.open(by=desk.world.new_webhook("Form"), without_starter=True)
    starter = desk.world.post_starter(thread, own_id=True)
    desk.world.reply(thread, desk.mia, "Hello")
    desk.tick(thread)
    async with desk.delivering():
        await desk.all_done()
    assert [("✅" in message.reactions) for message in thread.messages] == [True, False]
    assert starter.id != thread.id
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.author_name == "Form"


async def test_no_tick_goes_to_somebody_elses_message_where_the_first_was_deleted(desk: DiscordDesk) -> None:
    thread = desk.open()
    assert thread.starter is not None
    desk.world.delete_message(thread.starter)
    answer = desk.world.reply(thread, desk.world.new_user("sam"), "Hello")
    desk.tick(thread)
    async with desk.delivering():
        await desk.all_done()
    assert answer.reactions == {}


async def test_who_is_known_to_be_a_person_is_not_looked_up_again(desk: DiscordDesk) -> None:
    threads = [desk.open() for _ in range(5)]
    async with desk.delivering():
        await desk.all_done()
        known = look_ups(desk, desk.mia)
        for thread in threads:
            desk.resolve(thread)
        await desk.all_done()
    assert [desk.messages(thread)[0].pinged for thread in threads] == [[desk.mia]] * 5
    assert look_ups(desk, desk.mia) == known


def look_ups(desk: DiscordDesk, user: User) -> int:
    """How often the bot asked Discord whose account this is."""
    return sum(request.path.endswith(f"/users/{user.id}") for request in desk.discord.requests)
