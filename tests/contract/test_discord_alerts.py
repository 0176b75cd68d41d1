"""What becomes of alerts and digests when Discord refuses, fails, or knows more than the bot has heard."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import hikari
import pytest

from tests.contract.discord_desk import DiscordDesk, discord_desk
from tracker.domain.events import Tag, TagsDefined
from tracker.domain.wording import WITHHELD
from tracker.sandbox.discord import faults
from tracker.sandbox.discord.entities import Channel

MESSAGES = "/messages$"


@pytest.fixture
async def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[DiscordDesk]:
    async with discord_desk(tmp_path, caplog) as desk:
        yield desk


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


async def test_a_store_older_than_its_alerts_tells_only_what_no_alert_has_told(desk: DiscordDesk) -> None:
    told, one, two = [desk.open(title) for title in ("Told", "One", "Two")]
    before = [desk.store.ticket(thread.id) for thread in (told, one, two)]
    desk.alert(told)
    async with desk.delivering():
        await desk.all_done()
        then = desk.now() + timedelta(hours=1)  # Discord has forgotten the nonces
        desk.world.now = lambda: then
        for ticket in before:
            assert ticket is not None
            desk.store.save(ticket)
        desk.alert(told)
        desk.alert(one)
        await desk.all_done()
        for ticket in before:
            assert ticket is not None
            desk.store.save(ticket)
        desk.alert_all([told, one, two])
        await desk.all_done()
    for channel in desk.alerts:
        texts = [message.content for message in desk.messages(channel)]
        assert [[f"/{thread.id}" in text for thread in (told, one, two)] for text in texts] == [
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
    (told,) = (message.content for message in desk.messages(desk.alerts[0]))
    assert [str(thread.id) in told for thread in threads] == [number != 3 for number in range(7)]
    deleted = desk.store.ticket(threads[3].id)
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
    (told,) = (message.content for message in desk.messages(desk.alerts[0]))
    assert [f"/{thread.id}" in told for thread in (alone, waiting, resolved_too)] == [False, True, False]
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
            await desk.until(lambda: sum("SLA ALERT" in message.content for message in fine.messages) == 3)
            await desk.until(lambda: len(desk.lines("alert in channel", "given up")) == 3)
            for channel in (gone, lost):
                words = f"The alert channel {channel.id} cannot be reached"
                await desk.until(partial(_says, fine, words))
            await desk.until(partial(_waits_only_in, desk, lost))
        for thread in threads:
            assert len(desk.lines(str(thread.id), f"in channel {gone.id} is given up", "not exist any more")) == 1
        assert len(desk.lines(f"in channel {lost.id}", "lacks a permission")) == 1  # for all tickets together


async def test_an_alert_about_a_thread_that_cannot_be_read_is_sent_all_the_same(desk: DiscordDesk) -> None:
    thread = desk.open()
    desk.alert(thread)
    desk.world.deny(desk.forum, "VIEW_CHANNEL")
    async with desk.delivering():
        await desk.all_done()
    assert [len(channel.messages) for channel in desk.alerts] == [1, 1]
    assert desk.lines(f"Thread {thread.id} cannot be searched for an answer")


async def test_a_title_that_discord_does_not_let_pass_keeps_no_alert_from_its_channel(desk: DiscordDesk) -> None:
    # Words of a message, and numbers of its links, are titles, too.
    titles = ["https://harmful.example", "1", "waiting", *(f"https://harmful.example/{number}" for number in range(5))]
    one, *many = [desk.open(title) for title in titles]
    desk.world.harmful_links.add("harmful.example")
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
        await desk.until(lambda: fine.messages and desk.delivery.unreachable)
        assert set(desk.delivery.unreachable) == {gone.id}
    desk.alerts = (fine,)
    desk.store.close()
    with desk.opened():
        async with desk.delivering():
            assert desk.delivery.unreachable == {}


async def test_links_in_titles_show_no_preview_and_no_text_of_their_own(desk: DiscordDesk) -> None:
    thread = desk.open("[click here](https://evil.example) <@1> _name_")
    desk.alert(thread)
    async with desk.delivering():
        await desk.all_done()
    (message,) = desk.messages(desk.alerts[0])
    assert "\\[click here](https\\://evil.example) \\<@1> \\_name\\_" in message.content
    assert message.flags & hikari.MessageFlag.SUPPRESS_EMBEDS


def _says(channel: Channel, words: str) -> bool:
    return any(words in message.content for message in channel.messages)


def _waits_only_in(desk: DiscordDesk, channel: Channel) -> bool:
    return {pending.effect.channel_id for _, pending in desk.store.heads_of_lanes(9)} == {channel.id}
