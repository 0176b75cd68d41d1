"""From when on the bot may have missed something, and when it has to look again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.ear import ANSWER, CHANGED, EMPTY, NIGHT, START, Ear, after
from tracker.domain.events import RepliesMissed
from tracker.reconcile.feed import Feed
from tracker.reconcile.sight import Cause


async def test_everything_was_heard_until_the_last_proof_of_life_and_not_until_now(ear: Ear) -> None:
    assert ear.feed.heard_until == START
    ear.pass_by(20)
    assert ear.feed.heard_until == START
    ear.pass_by(20, answered=True)
    assert ear.feed.heard_until == after(40)
    ear.feed.hear(RepliesMissed(thread_id=1))
    ear.pass_by(20)
    assert ear.feed.heard_until == after(40)
    ear.at += timedelta(seconds=2)
    ear.feed.hear(RepliesMissed(thread_id=1))
    ear.at += timedelta(seconds=2)
    ear.feed.look(connected=True, alive_until=None)
    assert ear.feed.heard_until == after(62)


async def test_a_night_asleep_was_not_heard_and_the_connection_has_to_prove_that_it_lives(ear: Ear) -> None:
    ear.pass_by(40, answered=True)
    ear.at += NIGHT
    ear.feed.look(connected=True, alive_until=after(40))  # an answer from before is noticed now
    assert ear.feed.sight.blindness is not None
    assert (ear.cause, ear.feed.sight.blindness.since) == (Cause.ASLEEP, after(40))
    assert ear.feed.heard_until is None
    assert ear.feed.late_since == after(40)
    assert not ear.feed.looked.is_set()

    ear.pass_by(30, answered=True)
    cue = await ear.cue()  # the connection has outlived it: all is compared
    assert cue.description is None
    assert ear.feed.heard_until is None
    ear.feed.release(cue)
    ear.feed.caught_up(unread="", complete=True)
    assert ear.cause is None
    assert ear.feed.heard_until == START + timedelta(seconds=70) + NIGHT


async def test_an_event_that_waited_out_the_night_in_the_machine_proves_nothing(ear: Ear) -> None:
    ear.pass_by(40, answered=True)
    ear.at += NIGHT
    ear.feed.hear(RepliesMissed(thread_id=1))
    assert ear.feed.late_since == after(40)
    ear.feed.look(connected=True, alive_until=None)
    assert ear.cause is Cause.ASLEEP
    ear.feed.lost(Cause.UNREACHED)
    ear.feed.described(EMPTY)
    assert ear.feed.sight.blindness is not None
    assert ear.feed.sight.blindness.since == after(40)


def hide(feed: Feed) -> None:
    feed.lost(Cause.HIDDEN)


def kick(feed: Feed) -> None:
    feed.lost(Cause.KICKED)


def outage(feed: Feed) -> None:
    feed.lost(Cause.UNAVAILABLE)


def lose_connection(feed: Feed) -> None:
    feed.lost(Cause.UNREACHED)


@pytest.mark.parametrize("lose", [kick, outage, lose_connection])
async def test_while_blind_time_is_no_proof_and_seeing_again_is_known_only_after_comparing(
    ear: Ear, lose: Callable[[Feed], None]
) -> None:
    ear.pass_by(40, answered=True)
    lose(ear.feed)
    cause = ear.cause
    ear.pass_by(40, answered=True)
    ear.feed.described(EMPTY)
    assert ear.cause in {cause, Cause.UNAVAILABLE}
    assert ear.feed.sight.blindness is not None
    assert ear.feed.sight.blindness.since == after(40)
    await ear.catch_up()
    assert ear.cause is None
    assert ear.feed.heard_until == after(80)


async def test_what_discord_sends_after_a_lost_connection_closes_the_gap(ear: Ear) -> None:
    ear.pass_by(40, answered=True)
    ear.feed.lost(Cause.UNREACHED)
    assert ear.feed.late_since == after(40)
    ear.pass_by(20, connected=False)
    ear.feed.resumed()
    assert ear.cause is None
    assert ear.feed.late_since is None
    assert ear.feed.heard_until == after(60)
    assert ear.feed.looked.is_set()


@pytest.mark.parametrize(("seconds", "is_compared"), [(55, False), (65, True)])
async def test_a_change_that_arrives_long_after_it_happened_is_compared_and_a_message_is_believed(
    ear: Ear, seconds: float, *, is_compared: bool
) -> None:
    ear.feed.lost(Cause.UNREACHED)
    ear.pass_by(seconds, connected=False)
    ear.feed.hear(ANSWER)
    ear.feed.hear(CHANGED)
    assert ear.recorded == []
    ear.feed.resumed()
    if is_compared:
        cue = await ear.cue()
        assert (cue.description, ear.recorded) == (None, [])
        ear.feed.forget()  # as who compares does with what is older than his picture
        ear.feed.release(cue)
        ear.feed.caught_up(unread="", complete=True)
    assert ear.recorded == ([] if is_compared else [ANSWER, CHANGED])
    assert ear.feed.heard_until == after(seconds)

    ear.feed.lost(Cause.UNREACHED)
    ear.pass_by(3600, connected=False)
    ear.feed.hear(ANSWER)
    ear.feed.resumed()
    assert ear.recorded[-1] == ANSWER  # a message's id has its time
    assert ear.cause is None


async def test_what_arrived_late_is_believed_where_the_forum_cannot_be_read(ear: Ear) -> None:
    ear.feed.lost(Cause.UNREACHED)
    ear.at += NIGHT
    ear.feed.hear(CHANGED)
    ear.feed.resumed()
    ear.feed.release(await ear.cue())
    assert ear.recorded == [CHANGED]


async def test_a_night_is_compared_also_where_something_could_not_be_read_just_then(ear: Ear) -> None:
    ear.at += NIGHT
    ear.feed.look(connected=True, alive_until=None)
    ear.feed.unread("THREAD_UPDATE")
    ear.pass_by(30, answered=True)
    await ear.catch_up()
    ear.pass_by(300)
    await ear.catch_up()
    assert ear.cause is None


async def test_who_sleeps_while_what_an_earlier_run_missed_is_compared_compares_again() -> None:
    ear = Ear()
    ear.feed.lost(Cause.KICKED)
    ear.feed.described(EMPTY)
    ear.at += NIGHT
    ear.feed.look(connected=True, alive_until=None)
    await ear.catch_up()
    assert ear.feed.heard_until is None
    ear.pass_by(30, answered=True)
    await ear.catch_up()
    assert ear.cause is None
    assert ear.feed.heard_until == ear.at


async def test_a_server_lost_after_a_sleep_is_not_believed_to_be_seen_when_a_heartbeat_is_answered(ear: Ear) -> None:
    ear.at += NIGHT
    ear.feed.look(connected=True, alive_until=None)
    outage(ear.feed)
    ear.pass_by(30, answered=True)
    assert ear.cause is Cause.UNAVAILABLE
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.feed.next_cue(), 0.01)


@pytest.mark.parametrize("lose", [kick, outage])
async def test_a_connection_that_is_resumed_does_not_bring_the_server_back(
    ear: Ear, lose: Callable[[Feed], None]
) -> None:
    lose(ear.feed)
    cause = ear.cause
    ear.feed.lost(Cause.UNREACHED)
    ear.feed.resumed()
    assert ear.feed.heard_until is None
    ear.pass_by(15, answered=True)
    assert ear.cause is cause
    assert not ear.feed.looked.is_set()


@pytest.mark.parametrize("lose", [kick, outage, hide])
@pytest.mark.parametrize("is_sent_again", [True, False])
async def test_a_server_that_was_described_before_the_connection_is_resumed_is_seen(
    ear: Ear, lose: Callable[[Feed], None], *, is_sent_again: bool
) -> None:
    lose(ear.feed)
    if is_sent_again:
        ear.feed.lost(Cause.UNREACHED)
    ear.feed.described(EMPTY)
    if not is_sent_again:
        ear.feed.lost(Cause.UNREACHED)
    ear.feed.resumed()
    await ear.catch_up()
    assert ear.cause is None
    ear.pass_by(15, answered=True)
    assert ear.feed.heard_until == ear.at


async def test_what_was_changed_long_before_it_is_sent_again_is_compared_also_behind_a_description(ear: Ear) -> None:
    ear.feed.lost(Cause.UNREACHED)
    ear.at += timedelta(minutes=10)
    ear.feed.described(EMPTY)
    ear.feed.hear(replace(CHANGED, at=ear.at))
    ear.feed.resumed()
    assert [(await ear.cue()).description for _ in range(2)] == [EMPTY, None]


async def test_a_session_without_a_description_shows_nothing_also_when_it_is_resumed(ear: Ear) -> None:
    ear.feed.lost(Cause.UNREACHED)
    ear.feed.connected_anew()
    ear.feed.lost(Cause.UNREACHED)
    ear.feed.resumed()
    assert ear.feed.heard_until is None
    ear.pass_by(15, answered=True)
    assert ear.cause is Cause.UNAVAILABLE


async def test_a_hidden_forum_is_looked_for_until_it_is_seen(ear: Ear) -> None:
    ear.feed.lost(Cause.HIDDEN, look=True)
    cue = await ear.cue()
    ear.feed.failed(Cause.HIDDEN, "no access")
    ear.feed.release(cue)
    assert not ear.feed.looked.is_set()
    ear.pass_by(5)
    ear.feed.failed(Cause.HIDDEN, "no access")
    assert ear.feed.looked.is_set()  # nobody waits for it any longer
    ear.pass_by(600, answered=True)
    assert ear.feed.heard_until is None
    ear.feed.seen()
    ear.feed.caught_up(unread="", complete=True)
    assert ear.cause is None
    assert ear.feed.heard_until == after(605)


async def test_a_connection_to_which_the_server_is_not_described_is_said_to_be_that(ear: Ear) -> None:
    ear.feed.lost(Cause.UNREACHED)
    ear.pass_by(30, connected=False)
    causes = [ear.cause]
    ear.pass_by(30)
    assert [*causes, ear.cause] == [Cause.UNREACHED, Cause.UNAVAILABLE]


async def test_what_could_not_be_read_is_asked_for_soon_and_not_more_often_than_every_few_minutes(ear: Ear) -> None:
    asked = []
    for number in range(200):
        ear.feed.unread("MESSAGE_CREATE")
        assert ear.feed.heard_until is None
        ear.pass_by(5, answered=True)
        if not ear.feed.looked.is_set():
            await ear.catch_up()
            asked.append(number * 5)
    assert asked == [0, 180, 360, 540, 720, 900]
    blindness = ear.feed.sight.blindness
    assert blindness is not None
    assert ear.at - blindness.since < timedelta(minutes=5)  # never long enough to be announced


async def test_an_answer_that_cannot_be_read_leaves_a_gap_that_is_looked_at_again(ear: Ear) -> None:
    ear.feed.ask()
    await ear.catch_up(unread="archive")
    ear.pass_by(170, answered=True)
    assert ear.cause is Cause.UNREAD
    assert ear.feed.heard_until is None
    ear.pass_by(15, answered=True)
    await ear.catch_up()
    assert ear.cause is None
    assert ear.feed.heard_until == after(185)


async def test_a_clock_that_was_set_back_leaves_no_proof_in_the_future(ear: Ear) -> None:
    ear.pass_by(3600, answered=True)
    ear.at = after(100)
    ear.feed.look(connected=True, alive_until=after(99))
    assert ear.feed.heard_until == after(100)
