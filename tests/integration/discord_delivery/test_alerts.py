"""What becomes of alerts and digests when Discord refuses, fails, or knows more than the bot has heard."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import hikari
import pytest
from aiohttp import web

from tests.support.discord_desk import DiscordDesk
from tracker.domain.events import Tag, TagsDefined
from tracker.domain.wording import WITHHELD
from tracker.sandbox.discord import errors, faults
from tracker.sandbox.discord.errors import Refusal
from tracker.sandbox.service import Fault

MESSAGES = "/messages$"


async def test_a_digest_names_each_waiting_ticket_once_however_often_it_is_begun(desk: DiscordDesk) -> None:
    threads = [desk.open(f"Waiting {number} " + "and waiting " * 6) for number in range(30)]
    answered = desk.open("Answered unheard")
    desk.world.reply(answered, desk.world.new_user("sam"), "Here")
    desk.alert_all([*threads, answered])
    lost = faults.reset(f"/{desk.alerts[0].id}{MESSAGES}", method="POST", applied=True, times=2)
    refused = faults.server_error(f"/{desk.alerts[1].id}{MESSAGES}", method="POST", times=2)
    desk.discord.faults += [lost, refused]
    async with desk.delivering():
        await desk.until(lambda: lost.times == 0)
        then = desk.now() + timedelta(hours=1)
        desk.world.now = lambda: then
        await desk.all_done()
    for channel in desk.alerts:
        texts = [message.content for message in desk.messages(channel)]
        assert len(texts) > 2
        assert [sum(text.count(f"/{thread.id}") for text in texts) for thread in threads] == [1] * 30
        assert not any(str(answered.id) in text for text in texts)
    assert len(desk.lines("digest in channel")) >= 2


async def test_a_store_older_than_its_alerts_announces_only_what_no_alert_has_announced(desk: DiscordDesk) -> None:
    alerted, one, two = [desk.open(title) for title in ("Alerted", "One", "Two")]
    before = [desk.store.tickets.find(thread.id) for thread in (alerted, one, two)]
    desk.alert(alerted)
    async with desk.delivering():
        await desk.all_done()
        then = desk.now() + timedelta(hours=1)  # Discord has forgotten the nonces
        desk.world.now = lambda: then
        for ticket in before:
            assert ticket is not None
            desk.store.tickets.save(ticket)
        desk.alert(alerted)
        desk.alert(one)
        await desk.all_done()
        for ticket in before:
            assert ticket is not None
            desk.store.tickets.save(ticket)
        desk.alert_all([alerted, one, two])
        await desk.all_done()
    for channel in desk.alerts:
        texts = [message.content for message in desk.messages(channel)]
        assert [[f"/{thread.id}" in text for thread in (alerted, one, two)] for text in texts] == [
            [True, False, False],
            [False, True, False],
            [False, False, True],
        ]


async def test_a_thread_deleted_unheard_keeps_no_other_from_the_digest(desk: DiscordDesk) -> None:
    threads = [desk.open(f"Waiting {number}") for number in range(7)]
    desk.world.delete_thread(threads[3])
    desk.alert_all(threads)
    async with desk.delivering():
        await desk.all_done()
    (digest,) = (message.content for message in desk.messages(desk.alerts[0]))
    assert [str(thread.id) in digest for thread in threads] == [number != 3 for number in range(7)]
    deleted = desk.store.tickets.find(threads[3].id)
    assert deleted is not None
    assert deleted.deleted
    assert desk.lines() == []


async def test_nobody_is_called_for_a_thread_that_was_resolved_unheard(desk: DiscordDesk) -> None:
    tag = desk.world.new_tag(desk.forum, "resolved")
    desk.tracking.record(TagsDefined(tags=(Tag(id=tag.id, name=tag.name),), at=desk.now()))
    alone, waiting, resolved_too = [desk.open(title) for title in ("Alone", "Waiting", "Resolved too")]
    desk.world.add_tag(alone, "resolved")
    desk.world.add_tag(resolved_too, "resolved")
    desk.alert(alone)
    desk.alert_all([waiting, resolved_too])
    async with desk.delivering():
        await desk.all_done()
    (digest,) = (message.content for message in desk.messages(desk.alerts[0]))
    assert [f"/{thread.id}" in digest for thread in (alone, waiting, resolved_too)] == [False, True, False]
    assert desk.lines() == []


async def test_an_alert_channel_that_fails_in_any_way_keeps_no_other_from_its_alerts(desk: DiscordDesk) -> None:
    gone, lost = desk.alerts[0], desk.world.new_text_channel("no-entry")
    fine = desk.alerts[1]
    desk.alerts = (gone, lost, fine)
    desk.store.close()
    desk.world.delete_channel(gone)
    desk.world.deny(lost, "SEND_MESSAGES")
    with desk.opened():
        threads = [desk.open(f"Waiting {number}") for number in range(3)]
        for thread in threads:
            desk.alert(thread)
        async with desk.delivering():
            await desk.until(lambda: sum("SLA ALERT" in message.content for message in desk.messages(fine)) == 3)
            await desk.until(lambda: len(desk.delivery.alert_channels.problems) == 2)
            await desk.until(
                lambda: {pending.effect.channel_id for _, pending in desk.store.effects.heads(9)} == {lost.id}
            )
            assert desk.delivery.given_up.count >= 3
            for channel, reason in ((gone, "does not exist any more"), (lost, "lacks Send Messages")):
                announced = [message for message in desk.messages(fine) if f"<#{channel.id}>" in message.content]
                assert [reason in message.content for message in announced[:1]] == [True]
                assert len(desk.lines(f"Alerts do not reach the channel {channel.id}", reason)) == 1
            assert len(desk.lines(f"in channel {lost.id}", "lacks Send Messages")) == 1  # for all tickets together
            desk.world.allow(lost, "SEND_MESSAGES")
            await desk.all_done()
            await desk.until(lambda: len(desk.delivery.alert_channels.problems) == 1)
            await desk.until(lambda: any("> again" in message.content for message in desk.messages(fine)))
        assert sum("SLA ALERT" in message.content for message in desk.messages(lost)) == 3


@pytest.mark.parametrize("refusal", [errors.HARMFUL_LINK, errors.BLOCKED_BY_AUTOMOD], ids=["240000", "200000"])
@pytest.mark.parametrize("tickets", [1, 7])
async def test_what_discord_refuses_for_its_words_goes_out_without_titles(
    desk: DiscordDesk, refusal: Refusal, tickets: int
) -> None:
    threads = [desk.open(f"See harmful.example {number}") for number in range(tickets)]

    desk.world.blocked_words["harmful.example"] = refusal
    if tickets == 1:
        desk.alert(threads[0])
    else:
        desk.alert_all(threads)
    async with desk.delivering():
        await desk.all_done()
    for channel in desk.alerts:
        (text,) = [message.content for message in desk.messages(channel)]
        assert all(f"/{thread.id}" in text for thread in threads)
        assert "harmful.example" not in text
        assert WITHHELD in text


@pytest.mark.parametrize("tickets", [1, 7])
async def test_a_thread_that_cannot_be_read_is_announced_as_it_is_known(desk: DiscordDesk, tickets: int) -> None:
    threads = [desk.open(f"Waiting {number}") for number in range(tickets)]
    garbled = Fault(
        path=f"/{threads[0].id}/messages", method="GET", times=None, outcome=lambda: web.json_response([{"id": "1"}])
    )
    desk.discord.faults.append(garbled)
    if tickets == 1:
        desk.alert(threads[0])
    else:
        desk.alert_all(threads)
    async with desk.delivering():
        await desk.all_done()
    for channel in desk.alerts:
        (text,) = [message.content for message in desk.messages(channel)]
        assert all(f"/{thread.id}" in text for thread in threads)
    assert desk.lines(f"Thread {threads[0].id} cannot be searched for an answer")


async def test_an_alert_about_a_thread_that_cannot_be_read_is_sent_all_the_same(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.alert(thread)
    desk.world.deny(desk.forum, "VIEW_CHANNEL")
    async with desk.delivering():
        await desk.all_done()
    assert [len(channel.messages) for channel in desk.alerts] == [1, 1]
    assert desk.lines(f"Thread {thread.id} cannot be searched for an answer")


async def test_a_look_that_is_refused_for_a_while_holds_up_nothing_else_in_the_alert_channel(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.alert(thread)
    looks = f"/channels/{thread.id}$"
    desk.discord.faults.append(faults.refused(looks, errors.INTERNAL_NETWORK_ERROR, method="GET", times=2))
    async with desk.delivering():
        await desk.until(lambda: desk.lines(f"Thread {thread.id}: alert"), hurry=False)
        desk.tracking.announce("Something else")
        await desk.until(lambda: all(map(desk.messages, desk.alerts)), hurry=False, seconds=8)  # a pause is longer
        await desk.all_done()
    for channel in desk.alerts:
        assert [str(thread.id) in message.content for message in desk.messages(channel)] == [False, True]
    assert desk.lines("Alerts do not reach") == []


async def test_a_title_that_discord_does_not_let_pass_keeps_no_alert_from_its_channel(desk: DiscordDesk) -> None:
    # Words of a message, and numbers of its links, are titles, too.
    titles = ["https://harmful.example", "1", "waiting", *(f"https://harmful.example/{number}" for number in range(5))]
    one, *many = [desk.open(title) for title in titles]
    desk.world.blocked_words["harmful.example"] = errors.HARMFUL_LINK
    desk.alert(one)
    desk.alert_all(many)
    async with desk.delivering():
        await desk.all_done()
    texts = [message.content for message in desk.messages(desk.alerts[0])]
    assert all(WITHHELD in text and "harmful" not in text for text in texts)
    assert [sum(str(thread.id) in text for text in texts) for thread in (one, *many)] == [1] * 8


async def test_an_alert_channel_that_was_taken_out_of_the_settings_is_no_trouble_any_more(desk: DiscordDesk) -> None:
    gone, fine = desk.alerts
    desk.world.delete_channel(gone)
    desk.alert(desk.open())
    async with desk.delivering():
        await desk.until(lambda: fine.messages and desk.delivery.alert_channels.problems)
        (problem,) = desk.delivery.alert_channels.problems
        assert f"the channel {gone.id} " in problem
    desk.alerts = (fine,)
    desk.store.close()
    with desk.opened():
        async with desk.delivering():
            assert desk.delivery.alert_channels.problems == []


async def test_links_in_titles_show_no_preview_and_no_text_of_their_own(desk: DiscordDesk) -> None:
    thread = desk.open("[click here](https://evil.example) <@1> _name_")
    desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(desk.alerts[0])
    assert "\\[click here](https\\://evil.example) \\<@1> \\_name\\_" in message.content
    assert message.flags & hikari.MessageFlag.SUPPRESS_EMBEDS


async def test_an_alert_that_is_not_needed_any_more_says_nothing_of_its_channel(desk: DiscordDesk) -> None:
    shut, fine = desk.alerts
    threads = [desk.open(f"Waiting {number}") for number in range(12)]
    for thread in threads:
        desk.alert(thread)
    desk.world.deny(shut, "SEND_MESSAGES")
    async with desk.delivering():
        await desk.until(lambda: len(desk.messages(fine)) == len(threads) + 1, hurry=False)
        await desk.until(lambda: desk.delivery.idle, hurry=False)
        assert len(desk.delivery.alert_channels.problems) == 1
        for thread in threads:
            desk.resolve(thread)
        await desk.until(lambda: all(desk.messages(thread) for thread in threads))
        await desk.until(lambda: not desk.store.effects.heads(1))
        assert len(desk.delivery.alert_channels.problems) == 1
    assert not any("> again" in message.content for message in desk.messages(fine))
    refused = [request for request in desk.discord.requests if request.status == HTTPStatus.FORBIDDEN]
    assert len(refused) == 1
