"""What Discord, or something on the way to it, refuses for a while: nothing is lost or mistaken by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from aiohttp import web

from tests.support.discord_desk import DiscordDesk
from tracker.discord.history import messages_in
from tracker.domain.events import RepliesMissed
from tracker.domain.wording import REOPENED, RESOLVED
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.discord.rate_limits import Limit
from tracker.sandbox.service import Fault

Trouble = Callable[[str, str], Fault]


def not_found(path: str, method: str) -> Fault:
    """A proxy's page."""
    page = web.Response(status=HTTPStatus.NOT_FOUND, text="<html>Not here</html>", content_type="text/html")
    return Fault(path=path, method=method, times=1, outcome=lambda: page)


def network_error(path: str, method: str) -> Fault:
    return faults.refused(path, errors.INTERNAL_NETWORK_ERROR, method=method)


def blocked(path: str, method: str) -> Fault:
    return faults.blocked(path, method=method)


@pytest.mark.parametrize("refusal", errors.PASSING, ids=lambda refusal: str(refusal.code))
async def test_a_message_that_is_refused_for_a_while_comes(desk: DiscordDesk, refusal: Refusal) -> None:
    desk.discord.faults.append(faults.refused("/messages$", refusal, method="POST", times=2))
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert len(desk.lines("Trying again until it works")) == 1
    assert desk.delivery.given_up.problem is None


@pytest.mark.parametrize("trouble", [network_error, blocked])
async def test_a_post_is_closed_again_though_that_is_refused_for_a_while(desk: DiscordDesk, trouble: Trouble) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.discord.faults.append(trouble(f"/channels/{thread.id}$", "PATCH"))
    desk.resolve(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert thread.archived
    assert desk.lines("Manage Threads") == []


@pytest.mark.parametrize("trouble", [network_error, blocked])
async def test_a_post_is_closed_again_after_an_edit_though_that_is_refused_for_a_while(
    desk: DiscordDesk, trouble: Trouble
) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.resolve(thread)

    def spoil_closing(request: web.Request) -> None:
        if request.method == "PATCH" and "/messages/" in request.path and not thread.archived:
            desk.discord.faults.append(trouble(f"/channels/{thread.id}$", "PATCH"))

    async with desk.delivering():
        await desk.all_done()
        desk.world.archive(thread)
        desk.reopen(thread)
        desk.discord.before.append(spoil_closing)
        await desk.all_done()
    (message,) = desk.messages(thread)
    assert message.content == REOPENED
    assert desk.lines("close_again", "Trying again")
    assert thread.archived


async def test_a_post_opened_for_an_edit_is_closed_by_the_next_run(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    desk.world.archive(thread)
    desk.reopen(thread)

    def hang_once_open(request: web.Request) -> None:
        if request.method == "PATCH" and request.path.endswith(f"/channels/{thread.id}"):
            desk.discord.faults.append(faults.hang("/messages/", method="PATCH"))

    desk.discord.before.append(hang_once_open)
    async with desk.delivering(patience=timedelta(minutes=1)):
        await desk.until(lambda: not thread.archived, hurry=False)
    desk.discord.before.clear()
    desk.discord.faults.clear()
    async with desk.delivering():
        await desk.all_done()
    assert thread.archived


@pytest.mark.parametrize("trouble", [network_error, not_found])
async def test_an_alert_ends_though_it_cannot_be_edited_for_a_while(desk: DiscordDesk, trouble: Trouble) -> None:
    thread = desk.open()
    async with desk.delivering():
        desk.alert(thread)
        await desk.all_done()
        desk.discord.faults.append(trouble(f"/channels/{desk.alerts[0].id}/messages/", "GET"))
        desk.answer(thread)
        await desk.all_done()
    assert all("Answered by ana" in message.content for each in desk.alerts for message in desk.messages(each))


@pytest.mark.parametrize("trouble", [network_error, blocked])
async def test_nobody_is_called_unsearched_because_another_search_was_refused_for_a_while(
    desk: DiscordDesk, trouble: Trouble
) -> None:
    other, answered = desk.open("Another"), desk.open()
    desk.world.reply(answered, desk.world.new_user("sam"), "Which browser?")
    desk.discord.faults.append(trouble(f"/channels/{other.id}/messages$", "GET"))
    desk.tracking.record(RepliesMissed(thread_id=other.id))
    async with desk.delivering():
        await desk.until(lambda: desk.lines("look_back", "Trying again"), hurry=False)
        desk.alert(answered)
        await desk.until(lambda: len(desk.lines("alert in channel", "Trying again")) == 2, hurry=False)
        await desk.all_done()
    assert [desk.messages(channel) for channel in desk.alerts] == [[], []]


async def test_an_alert_that_is_refused_for_a_while_keeps_its_title(desk: DiscordDesk) -> None:
    desk.discord.faults.append(faults.refused("/messages$", errors.TOO_MANY_ACTIVE_THREADS, method="POST", times=2))
    thread = desk.open("Cannot log in")
    desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    texts = [message.content for channel in desk.alerts for message in desk.messages(channel)]
    assert len(texts) == len(desk.alerts)
    assert all("Cannot log in" in text for text in texts)


@pytest.mark.parametrize(("minutes", "announced"), [(10, 0), (40, 1)])
async def test_alert_channels_are_said_to_be_out_of_order_only_when_it_does_not_pass_and_as_what_it_is(
    desk: DiscordDesk, minutes: int, announced: int
) -> None:
    refused = faults.blocked("/messages$", method="POST", times=None)
    desk.discord.faults.append(refused)
    desk.alert(desk.open())
    async with desk.delivering():
        for _ in range(minutes * 2):
            desk.later += timedelta(seconds=30)
            desk.delivery.wake()
            await desk.until(lambda: desk.delivery.idle, hurry=False)
        assert len(desk.delivery.alert_channels.problems) == announced * len(desk.alerts)
        desk.discord.faults.remove(refused)
        await desk.all_done()
    for channel in desk.alerts:
        notices = [message.content for message in desk.messages(channel) if "any more:**" in message.content]
        assert ["discordstatus.com" in text and "Give the bot" not in text for text in notices] == [True] * announced
    assert desk.delivery.problems == ()


async def test_the_one_who_asks_is_mentioned_though_a_page_stands_for_their_account(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.discord.faults.append(not_found(f"/users/{desk.mia.id}$", "GET"))
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(thread)
    assert message.content.startswith(f"🔴 {desk.mia.mention} {RESOLVED}")


async def test_staff_are_known_as_such_though_a_page_stands_for_their_roles(desk: DiscordDesk) -> None:
    support = desk.world.new_role("Support")
    desk.responder_roles = (support.id,)
    thread = desk.open("News", by=desk.world.new_user("sam", roles=[support]))
    desk.discord.faults.append(not_found("/members/", "GET"))
    desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    assert [desk.messages(channel) for channel in desk.alerts] == [[], []]


async def test_an_answer_is_looked_for_again_though_a_page_stands_for_the_thread(desk: DiscordDesk) -> None:
    thread = desk.open()
    answer = desk.world.reply(thread, desk.world.new_user("sam"), "Which browser?")
    desk.world.deny(desk.forum, "READ_MESSAGE_HISTORY")  # then Discord shows no messages, as if there were none
    desk.discord.faults.append(not_found(f"/messages/{thread.id}$", "GET"))
    desk.tracking.record(RepliesMissed(thread_id=thread.id))
    async with desk.delivering():
        await desk.until(lambda: desk.lines("look_back", "HTTP 404"))
        desk.world.allow(desk.forum, "READ_MESSAGE_HISTORY")
        await desk.all_done()
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.first_answer is not None
    assert ticket.first_answer.message_id == answer.id


@pytest.mark.parametrize(
    "odd",
    [
        *({name: None} for name in ("tts", "edited_timestamp", "attachments", "embeds", "pinned", "flags", "content")),
        {"embeds": [{"fields": 7}]},
        {"mentions": [{"id": "1"}]},
        {"author": {"id": "7", "username": "sam"}},
        {"pinned": None, "poll": {}},
    ],
    ids=str,
)
async def test_a_message_is_read_whatever_it_lacks_that_nobody_asks_for(
    desk: DiscordDesk, odd: dict[str, object]
) -> None:
    thread = desk.open()
    first, odd_one, last = (desk.world.reply(thread, desk.mia, "One more thing") for _ in range(3))
    desk.world.odd_messages[odd_one.id] = odd
    found = [message.id async for message in messages_in(desk.rest, thread.id, after=thread.id)]
    assert found == [first.id, odd_one.id, last.id]


async def test_a_message_without_an_author_is_not_passed_over(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.world.odd_messages[desk.world.reply(thread, desk.mia, "One more thing").id] = {"author": None}
    with pytest.raises(KeyError, match="author"):
        [message async for message in messages_in(desk.rest, thread.id)]


async def test_the_tick_goes_to_the_first_message_though_a_page_stands_for_it(desk: DiscordDesk) -> None:
    thread = desk.open()
    more = desk.world.reply(thread, desk.mia, "One more thing")
    desk.discord.faults.append(not_found("/reactions/", "PUT"))
    desk.tick(thread)
    async with desk.delivering():
        await desk.all_done()
    assert desk.ticked(thread)
    assert more.reactions == {}


async def test_what_an_address_that_is_shut_out_owes_is_done_when_it_is_let_in_again(desk: DiscordDesk) -> None:
    desk.world.deny(desk.forum, "SEND_MESSAGES_IN_THREADS")
    desk.discord.rate_limits.refusals = Limit(requests=1, seconds=1.0)
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.until(lambda: desk.discord.rate_limits.is_shut)
        desk.world.allow(desk.forum, "SEND_MESSAGES_IN_THREADS")
        await desk.until(lambda: desk.lines("HTTP 429"))
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert desk.delivery.given_up.problem is None
    assert [problem for problem in desk.discord.problems if "shuts the bot's address out" in problem]
    desk.discord.problems.clear()
