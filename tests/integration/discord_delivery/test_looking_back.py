"""What was written in a thread while nobody listened is read later: answers, what ends a pause, and who wrote it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.support.discord_desk import DiscordDesk
from tracker.discord.forum import Forum
from tracker.domain.events import RepliesMissed
from tracker.domain.pauses import Pause
from tracker.domain.snowflakes import created_at
from tracker.domain.ticket import Answer
from tracker.sandbox.discord.rate_limits import Limit


async def test_an_answer_that_the_bot_may_not_read_is_found_once_it_may(desk: DiscordDesk) -> None:
    sam = desk.world.new_user("sam")
    answered, bare = desk.open(), desk.open("Nobody answers", without_starter=True)
    desk.world.deny(desk.forum, "READ_MESSAGE_HISTORY")
    first, *_ = [desk.world.reply(answered, sam, text) for text in ("Which browser?", "Ah, I see")]
    for thread in (answered, bare):
        desk.tracking.record(RepliesMissed(thread_id=thread.id))
    async with desk.delivering():
        await desk.until(lambda: desk.lines("look_back", "Read Message History"))
        desk.world.allow(desk.forum, "READ_MESSAGE_HISTORY")
        await desk.all_done()
    ticket = desk.store.tickets.find(answered.id)
    assert ticket is not None
    assert ticket.first_answer is not None
    assert ticket.first_answer.message_id == first.id


async def test_what_the_asker_wrote_unheard_ends_a_pause(desk: DiscordDesk) -> None:
    sam, second = desk.world.new_user("sam"), timedelta(seconds=1)

    def paused(pause: Callable[[datetime], Pause]) -> tuple[int, datetime]:
        """A thread with such a pause, of which the staff's first message and the asker's second one are known of."""
        thread = desk.open()
        # In the very moment of the asker's first message, which ends no pause.
        first = desk.world.reply(thread, sam, "Which browser?", at=created_at(thread.id))
        ticket = desk.store.tickets.find(thread.id)
        assert ticket is not None
        began = created_at(first.id)
        answer = Answer(message_id=first.id, author_name="sam")
        desk.store.tickets.save(replace(ticket, first_answer=answer, pauses=(pause(began),)))
        desk.world.reply(thread, sam, "Are you there?")
        for number, text in enumerate(("Firefox", "And Chrome"), start=1):
            desk.world.reply(thread, desk.mia, text, at=first.timestamp + number * second)
        desk.tracking.record(RepliesMissed(thread_id=thread.id))
        return thread.id, began

    lasting, began = paused(lambda began: Pause(start=began))
    ended, began_2 = paused(lambda began: Pause(start=began, end=began + 10 * second))
    undated, began_3 = paused(lambda began: Pause(start=began + second))  # from the asker's own message on
    async with desk.delivering():
        await desk.all_done()

    def pauses(thread_id: int) -> tuple[Pause, ...]:
        found = desk.store.tickets.find(thread_id)
        assert found is not None
        return found.pauses

    assert pauses(lasting) == (Pause(start=began, end=began + second),)
    assert pauses(ended) == (Pause(start=began_2, end=began_2 + second),)
    assert pauses(undated) == (Pause(start=began_3 + second, end=began_3 + second),)


async def test_a_search_may_take_longer_than_another_errand(desk: DiscordDesk) -> None:
    desk.responder_roles = (desk.world.new_role("Support").id,)
    thread = desk.open()
    for number in range(700):
        desk.world.reply(thread, desk.mia, f"And {number}")
    sam = desk.world.new_user("sam", roles=[desk.world.roles[desk.responder_roles[0]]])
    answer = desk.world.reply(thread, sam, "Here")
    route = "GET /api/v10/channels/{channel_id}/messages"
    desk.discord.rate_limits.per_route[route] = Limit(requests=1, seconds=0.2)
    desk.tracking.record(RepliesMissed(thread_id=thread.id))
    async with desk.delivering(patience=timedelta(seconds=1)):
        await desk.until(lambda: not desk.store.effects.heads(1), seconds=20)
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    assert ticket.first_answer is not None
    assert ticket.first_answer.message_id == answer.id


async def test_a_member_is_asked_for_once_however_much_they_wrote(desk: DiscordDesk) -> None:
    role = desk.world.new_role("Support")
    mia, leo = desk.world.new_user("ada"), desk.world.new_user("leo")
    thread = desk.open()
    for number in range(150):
        desk.world.reply(thread, (mia, leo)[number % 2], f"Me too {number}")
    desk.world.reply(thread, desk.world.new_user("ana", roles=[role]), "Here")
    forum = Forum(desk.rest, desk.forum.id, (role.id,))
    ticket = desk.store.tickets.find(thread.id)
    assert ticket is not None
    answers = [reply async for reply in forum.replies(ticket) if reply.is_responder]
    assert [answer.author_name for answer in answers] == ["ana"]
    asked = [request.path for request in desk.discord.requests if "/members/" in request.path]
    assert len(asked) == len(set(asked)) == 3
