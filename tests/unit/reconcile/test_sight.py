"""When it is announced that the bot does not see the forum, and when that it does again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.reconcile.notices import blind_notice, fix, reason, seeing_notice
from tracker.reconcile.sight import PATIENCE, Blindness, Cause, News, Sight

THEN = datetime(2026, 2, 4, 10, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = THEN + PATIENCE + SECOND


def hidden() -> Sight:
    sight = Sight()
    sight.lost(Cause.HIDDEN, THEN)
    return sight


def spell(cause: Cause, detail: str = "") -> Blindness:
    return Blindness(cause=cause, since=THEN, detail=detail)


def test_a_blindness_is_announced_once_when_it_lasts_and_once_when_it_is_over() -> None:
    sight = hidden()
    assert sight.news(THEN + PATIENCE) is None
    assert sight.news(LATER) == News(blindness=spell(Cause.HIDDEN))
    assert sight.news(LATER) is None
    sight.regained()
    assert sight.cause is None
    assert sight.news(LATER) == News(blindness=spell(Cause.HIDDEN), over=True)
    assert sight.news(LATER) is None


def test_what_passes_before_it_was_announced_is_not_spoken_of() -> None:
    sight = hidden()
    sight.regained()
    assert sight.news(LATER) is None


def test_the_same_blindness_is_announced_once_across_restarts() -> None:
    sight = hidden()
    sight.news(LATER)
    after = Sight.from_text(sight.to_text(), LATER)
    assert after.blindness == spell(Cause.HIDDEN)
    assert after.news(LATER + PATIENCE) is None
    after.lost(Cause.HIDDEN, LATER)
    assert after.news(LATER + 2 * PATIENCE) is None
    after.regained()
    assert after.news(LATER + 2 * PATIENCE) == News(blindness=spell(Cause.HIDDEN), over=True)
    assert after.to_text() == ""


@pytest.mark.parametrize("cause", Cause)
def test_what_no_restart_ends_goes_on_from_where_it_began_and_a_start_has_time_to_see(cause: Cause) -> None:
    sight = Sight()
    sight.lost(cause, THEN)
    after = Sight.from_text(sight.to_text(), LATER)
    if cause in {Cause.UNREACHED, Cause.ASLEEP, Cause.UNREAD}:
        assert after.blindness is None
        return
    assert after.blindness == spell(cause)
    assert after.news(LATER + PATIENCE - SECOND) is None
    assert after.news(LATER + PATIENCE) == News(blindness=spell(cause))


def test_another_cause_has_another_fix_and_is_announced_too() -> None:
    sight = Sight()
    sight.lost(Cause.DELETED, THEN)
    sight.news(LATER)
    sight.lost(Cause.RECREATED, LATER, "4711")
    news = sight.news(LATER + SECOND)
    assert news == News(blindness=spell(Cause.RECREATED, "4711"))
    assert "SUPPORT_CHANNEL_ID=4711" in blind_notice(news.blindness)


def test_one_announcement_is_enough_for_all_that_passes_by_itself() -> None:
    sight = Sight()
    sight.lost(Cause.ASLEEP, THEN)
    assert sight.news(LATER) is not None
    sight.lost(Cause.UNREACHED, THEN)
    assert sight.news(LATER) is None
    sight.lost(Cause.KICKED, THEN)
    assert sight.news(LATER) == News(blindness=spell(Cause.KICKED))


@pytest.mark.parametrize(
    ("first", "second", "cause"),
    [
        pytest.param(Cause.HIDDEN, Cause.UNREACHED, Cause.HIDDEN, id="what people must change stays the reason"),
        pytest.param(Cause.KICKED, Cause.UNREAD, Cause.KICKED, id="the same"),
        pytest.param(Cause.UNREACHED, Cause.KICKED, Cause.KICKED, id="and becomes it"),
        pytest.param(Cause.HIDDEN, Cause.DELETED, Cause.DELETED, id="also one after another"),
        pytest.param(Cause.UNREACHED, Cause.UNAVAILABLE, Cause.UNAVAILABLE, id="of what passes the latest counts"),
        pytest.param(Cause.UNAVAILABLE, Cause.UNREACHED, Cause.UNAVAILABLE, id="but no connection ends an outage"),
    ],
)
def test_one_reason_is_given_and_the_time_is_that_of_the_first(first: Cause, second: Cause, cause: Cause) -> None:
    sight = Sight()
    sight.lost(first, THEN)
    sight.lost(second, LATER)
    assert sight.blindness == spell(cause)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_reason_and_a_fix_in_a_message_that_discord_takes(cause: Cause) -> None:
    blindness = spell(cause, "x" * 3000)
    text = blind_notice(blindness)
    assert reason(blindness) in text
    assert fix(blindness) in text
    assert len(text) <= 2000
    assert f"<t:{THEN.timestamp():.0f}:f>" in seeing_notice(blindness)
