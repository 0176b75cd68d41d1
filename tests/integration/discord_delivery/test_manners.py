"""How the bot treats people: what it shows of their texts, whom it mentions, which posts it opens and closes."""

from __future__ import annotations

from datetime import timedelta

import hikari
import pytest

from tests.support.discord_desk import DiscordDesk
from tracker.domain.figures import Sla, sla_of
from tracker.domain.wording import REOPENED, RESOLVED
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.entities import Thread

# What is shown of people's texts


async def test_a_title_is_shown_as_it_is_and_what_it_links_to_is_not_embedded(desk: DiscordDesk) -> None:
    alone, one, two = [desk.open(f"{number} [free](https://example.com) @everyone") for number in range(3)]
    desk.alert(alone)
    desk.alert_all([one, two])
    async with desk.delivering():
        await desk.all_done()
    for channel in desk.alerts:
        alert, digest = desk.messages(channel)
        assert r"**Title:** 0 \[free](https\://example.com) @everyone" in alert.content
        assert r"• 1 \[free](https\://example.com) @everyone · mia · " in digest.content
        assert {message.flags for message in (alert, digest)} == {hikari.MessageFlag.SUPPRESS_EMBEDS}
        assert not alert.mentioned.everyone


# Closed posts


NOT_OPENED = "the thread is archived, and only with Manage Threads the bot could close it again"


def patches(desk: DiscordDesk, thread: Thread) -> int:
    """How often the bot opened or closed the thread, or tried to."""
    path = f"/channels/{thread.id}"
    return sum(request.method == "PATCH" and request.path.endswith(path) for request in desk.discord.requests)


async def test_one_whose_forum_is_hidden_just_then_is_closed_again_afterwards(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    desk.discord.faults.append(faults.refused("/channels/[0-9]+$", errors.MISSING_ACCESS, method="PATCH"))
    async with desk.delivering():
        await desk.all_done()
    assert thread.archived


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not-locked"])
async def test_a_post_that_was_closed_when_it_was_resolved_is_closed_again_after_the_message(
    desk: DiscordDesk, *, locked: bool
) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.resolve(thread)
    if locked:
        desk.world.lock(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.all_done()
    assert [RESOLVED in message.content for message in desk.messages(thread)] == [True]
    assert thread.archived
    assert thread.locked is locked
    assert desk.lines() == []


async def test_it_is_closed_again_though_the_bot_died_right_after_the_message(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    lost = faults.reset("/messages$", method="POST", applied=True)
    desk.discord.faults.append(lost)
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(lambda: desk.messages(thread))
    assert not thread.archived
    async with desk.delivering():
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert thread.archived


async def test_it_stays_open_for_somebody_who_wrote_there_since(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    desk.discord.faults.append(faults.server_error("/channels/[0-9]+$", method="PATCH"))
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(lambda: patches(desk, thread), hurry=False)
        desk.world.reply(thread, desk.mia, "One more thing")
        await desk.all_done()
    assert not thread.archived


async def test_one_that_the_bot_may_suddenly_not_close_again_is_said_aloud_and_holds_nothing_up(
    desk: DiscordDesk,
) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    desk.discord.faults.append(faults.refused("/channels/[0-9]+$", errors.MISSING_PERMISSIONS, method="PATCH"))
    async with desk.delivering():
        await desk.all_done()
        assert desk.lines() == [f"Thread {thread.id}: close_again is given up: the bot lacks Manage Threads."]
        assert "closing of a post (1)" in str(desk.delivery.given_up.problem)
        desk.reopen(thread)
        await desk.until(lambda: desk.messages(thread)[0].content == REOPENED, hurry=False)


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not-locked"])
async def test_a_closed_post_that_the_bot_could_not_close_again_gets_its_message_when_somebody_opens_it(
    desk: DiscordDesk, *, locked: bool
) -> None:
    thread = desk.open()
    desk.resolve(thread)
    if locked:
        desk.world.lock(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(desk.lines)
        assert desk.lines() == [f"Thread {thread.id}: post_resolved: {NOT_OPENED}. Trying again until it works."]
        assert thread.archived
        desk.world.unlock(thread)
        desk.world.unarchive(thread)
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert not thread.archived
    assert patches(desk, thread) == 0
    assert len(desk.lines()) == 1


async def test_the_message_comes_to_a_closed_post_as_soon_as_the_bot_may_close_it_again(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(desk.lines)
        desk.world.grant("MANAGE_THREADS")
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert thread.archived


async def test_a_closed_post_is_left_alone_where_the_right_to_close_it_needs_a_second_factor(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    desk.world.guild.demands_two_factor, desk.world.bot_has_two_factor = True, False
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(desk.lines)
        (line,) = desk.lines()
        assert "could not close it again: the server demands two-factor authentication of the bot's owner" in line
        assert thread.archived
        assert desk.messages(thread) == []
        desk.world.bot_has_two_factor = True
        await desk.all_done()
    assert len(desk.messages(thread)) == 1
    assert thread.archived


async def test_a_message_that_waited_a_day_for_a_closed_post_is_given_up_aloud(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.resolve(thread)
    desk.world.archive(thread)
    async with desk.delivering():
        await desk.until(desk.lines)
        desk.later += timedelta(days=1)
        await desk.until(lambda: all(map(desk.messages, desk.alerts)))
    assert f"Thread {thread.id}: post_resolved is given up: {NOT_OPENED}." in desk.lines()
    assert all(NOT_OPENED in message.content for channel in desk.alerts for message in desk.messages(channel))
    assert thread.archived
    assert desk.messages(thread) == []


async def test_a_post_that_was_open_is_left_open(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.resolve(thread)
    async with desk.delivering():
        await desk.all_done()
    assert not thread.archived
    assert patches(desk, thread) == 0


async def test_no_closed_post_is_opened_for_a_tick(desk: DiscordDesk) -> None:
    desk.world.grant("MANAGE_THREADS")
    thread = desk.open()
    desk.world.archive(thread)
    desk.tick(thread)
    async with desk.delivering():
        await desk.all_done()
    assert thread.archived
    assert not desk.ticked(thread)
    assert patches(desk, thread) == 0
    assert desk.lines() == []


# Posts that wait for nobody


def alerts_of(desk: DiscordDesk, *threads: Thread) -> list[bool]:
    """Which of the threads an alert or a digest names."""
    texts = [message.content for message in desk.messages(desk.alerts[0])]
    return [any(f"/{thread.id}" in text for text in texts) for thread in threads]


@pytest.mark.parametrize("at_once", [True, False], ids=["in-a-digest", "one-by-one"])
async def test_pinned_posts_and_those_of_staff_raise_no_alert(desk: DiscordDesk, *, at_once: bool) -> None:
    support = desk.world.new_role("Support")
    desk.responder_roles = (support.id,)
    sam = desk.world.new_user("sam", roles=[support])
    tool = desk.world.new_user("Ticket Tool", bot=True, roles=[support])
    pinned, by_staff, by_tool, waiting = (
        desk.open("Read this first"),
        desk.open("News", by=sam),
        desk.open("Form", by=tool),
        desk.open(),
    )
    desk.world.pin_thread(pinned)
    threads = [pinned, by_staff, by_tool, waiting]
    if at_once:
        desk.alert_all(threads)
    else:
        for thread in threads:
            desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    assert alerts_of(desk, *threads) == [False, False, True, True]
    tickets = [desk.store.tickets.find(thread.id) for thread in threads]
    assert [ticket and sla_of(ticket) for ticket in tickets] == [None, None, Sla.MISSED, Sla.MISSED]


async def test_they_raise_none_though_nothing_that_was_written_there_can_be_read(desk: DiscordDesk) -> None:
    support = desk.world.new_role("Support")
    desk.responder_roles = (support.id,)
    pinned, by_staff, waiting = (
        desk.open("Read this first"),
        desk.open("News", by=desk.world.new_user("sam", roles=[support])),
        desk.open(),
    )
    desk.world.pin_thread(pinned)
    threads = [pinned, by_staff, waiting]
    for thread in threads:
        desk.discord.faults.append(faults.server_error(f"/{thread.id}/messages", method="GET", times=None))
        desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    assert alerts_of(desk, *threads) == [False, False, True]


async def test_without_support_roles_nobody_is_known_to_be_staff(desk: DiscordDesk) -> None:
    thread = desk.open(by=desk.world.new_user("sam", roles=[desk.world.new_role("Support")]))
    desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    assert alerts_of(desk, thread) == [True]


@pytest.mark.parametrize("counts", [True, False], ids=["closed-counts", "closed-does-not-count"])
async def test_a_post_that_a_person_closed_raises_an_alert_unless_that_counts_and_a_stale_one_always_does(
    desk: DiscordDesk, *, counts: bool
) -> None:
    desk.closed_counts = counts
    closed, stale, waiting = [desk.open(title) for title in ("Closed", "Stale", "Open")]
    stale.auto_archive = timedelta(hours=1)
    desk.world.archive(closed)
    desk.world.grow_stale(stale)
    for thread in (closed, stale, waiting):
        desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    assert alerts_of(desk, closed, stale, waiting) == [not counts, True, True]


# Names


async def test_with_display_names_people_are_called_what_discord_shows(desk: DiscordDesk) -> None:
    desk.display_names = True
    world = desk.world
    nick = world.new_user("u1", global_name="Global One", nick="Nick")
    shown = world.new_user("u2", global_name="Global Two")
    left = world.new_user("u3", global_name="Global Three", in_guild=False)
    plain = world.new_user("u4")
    threads = [desk.open(by=author) for author in (nick, shown, left, plain)]
    for thread, helper in zip(threads, (plain, left, shown, nick), strict=True):
        world.reply(thread, helper, "Here")
        desk.alert(thread)  # is looked through for an answer before
    async with desk.delivering():
        await desk.all_done()
    tickets = [desk.store.tickets.find(thread.id) for thread in threads]
    assert [ticket and ticket.author_name for ticket in tickets] == ["Nick", "Global Two", "Global Three", "u4"]
    answers = [ticket and ticket.first_answer and ticket.first_answer.author_name for ticket in tickets]
    assert answers == ["u4", "Global Three", "Global Two", "Nick"]
