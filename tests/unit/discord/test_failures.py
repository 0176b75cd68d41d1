"""What a failure of Discord's means for an effect: try again after a pause, or give it up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import hikari
import pytest

from tracker.discord.failures import (
    ClosedThreadError,
    Troubles,
    Unknowns,
    UnknownThreadError,
    is_about_words,
    is_failure,
    is_passing,
    judge,
)
from tracker.domain.effects import Closed, EffectKind
from tracker.sandbox.discord import errors

REACT, POST, EDIT, ALERT = EffectKind.REACT, EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED, EffectKind.ALERT

# With `chance` 0 a pause is half of 1, 2, 4, 8, 16, 32 seconds, then of 60.
FIRST, SECOND, FIFTH, LONG = (timedelta(seconds=seconds) for seconds in (0.5, 1, 8, 30))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIVE_MINUTES = timedelta(minutes=5)
PAGE = {"Content-Type": "text/html"}


def bad_request(code: int, message: str = "") -> hikari.BadRequestError:
    return hikari.BadRequestError("http://127.0.0.1", {}, b"", message, code)


def unauthorized() -> hikari.UnauthorizedError:
    return hikari.UnauthorizedError("http://127.0.0.1", {}, b"", "401: Unauthorized", 0)


def forbidden(code: int, headers: dict[str, str] | None = None) -> hikari.ForbiddenError:
    return hikari.ForbiddenError("http://127.0.0.1", headers or {}, b"", "", code)


def refused(status: int, code: int = 0, headers: dict[str, str] | None = None) -> hikari.ClientHTTPResponseError:
    return hikari.ClientHTTPResponseError("http://127.0.0.1", status, headers or {}, b"", "", code)


def not_found(code: int) -> hikari.NotFoundError:
    return hikari.NotFoundError("http://127.0.0.1", {}, b"", "", code)


def server_error(status: int) -> hikari.InternalServerError:
    return hikari.InternalServerError("http://127.0.0.1", status, {}, b"")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(server_error(503), "Discord is in trouble (HTTP 503)", id="5xx"),
        pytest.param(TimeoutError(), "Discord could not be reached (TimeoutError)", id="time-out"),
        pytest.param(ConnectionResetError(), "Discord could not be reached (ConnectionResetError)", id="reset"),
        pytest.param(
            aiohttp.ServerDisconnectedError(),
            "Discord could not be reached (ServerDisconnectedError)",
            id="disconnected",
        ),
        pytest.param(hikari.HTTPError("x"), "Discord could not be reached (HTTPError)", id="hikari-gave-up"),
        pytest.param(
            hikari.HTTPError("Expected JSON [response.content_type='text/html', real_url='x']"),
            "something on the way to Discord answered in its place, with a page",
            id="a-page",
        ),
    ],
)
@pytest.mark.parametrize("kind", [REACT, POST, ALERT])
def test_what_passes_by_itself_is_tried_again_for_ever_after_growing_pauses(
    error: Exception, reason: str, kind: EffectKind
) -> None:
    assert judge(error, kind, 1, 0.0).reason == reason
    assert judge(error, kind, 1, 0.0).everywhere
    assert [judge(error, kind, failures, 0.0).again_after for failures in (1, 2, 5, 1000)] == [
        FIRST,
        SECOND,
        FIFTH,
        LONG,
    ]


def test_the_pause_is_partly_chance() -> None:
    assert judge(TimeoutError(), POST, 1, 1.0).again_after == timedelta(seconds=1)


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        pytest.param(not_found(10008), EDIT, "the message does not exist any more", id="10008-message-gone"),
        pytest.param(
            forbidden(50005),
            EDIT,
            "another application wrote the message, such as the bot before this one; it stays as it is",
            id="50005-anothers-message",
        ),
        pytest.param(
            bad_request(50035, "Invalid Form Body"),
            POST,
            "Discord refused it: Invalid Form Body (50035)",
            id="50035-form",
        ),
        pytest.param(
            bad_request(240000), POST, "Discord takes a link in the message for a harmful one", id="240000-link"
        ),
        pytest.param(bad_request(200000), POST, "AutoMod of the server blocks the message", id="200000-automod"),
        pytest.param(forbidden(90001), REACT, "the author of the message has blocked the bot", id="90001-blocked"),
    ],
)
def test_what_can_never_succeed_is_given_up_at_once_with_its_reason(
    error: Exception, kind: EffectKind, reason: str
) -> None:
    verdict = judge(error, kind, 1, 0.0)

    assert verdict.reason.replace("404 Not Found", "404") == reason
    assert verdict.again_after is None


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(bad_request(40004), id="40004-sending-switched-off"),
        pytest.param(bad_request(40006), id="40006-feature-switched-off"),
        pytest.param(bad_request(160006), id="160006-too-many-active-threads"),
        pytest.param(bad_request(20028), id="20028-writes-too-fast"),
        pytest.param(refused(429, 20029), id="20029-server-writes-too-fast"),
        pytest.param(bad_request(130000), id="130000-overloaded"),
        pytest.param(forbidden(40333), id="40333-internal-network-error"),
        pytest.param(bad_request(99999), id="a-code-nobody-knows"),
        pytest.param(KeyError("id"), id="an-unreadable-answer"),
        pytest.param(hikari.UnrecognisedEntityError("type 99"), id="an-unknown-entity"),
    ],
)
@pytest.mark.parametrize("kind", [REACT, POST, ALERT])
def test_every_other_refusal_is_tried_again_for_a_day_after_growing_pauses(error: Exception, kind: EffectKind) -> None:
    verdicts = [judge(error, kind, failures, 0.0, failures * MINUTE) for failures in (1, 2, 5, 1000)]

    pauses = [verdict.again_after or DAY for verdict in verdicts]
    assert pauses == sorted(pauses)
    assert pauses[0] < pauses[2] <= FIVE_MINUTES
    assert judge(error, kind, 1000, 0.0, DAY - MINUTE).again_after is not None
    assert judge(error, kind, 1000, 0.0, DAY).again_after is None


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (bad_request(50083), POST, "the thread is locked (Manage Threads lets the bot write there)"),
        (forbidden(50083), POST, "the thread is locked (Manage Threads lets the bot write there)"),
        (bad_request(50083), EDIT, "the thread is locked or archived (Manage Threads lets the bot write there)"),
        (forbidden(160005), POST, "the thread is locked (Manage Threads lets the bot write there)"),
        (ClosedThreadError("nobody may", Closed.ARCHIVED), EDIT, "nobody may"),
    ],
    ids=["50083", "50083-as-403", "50083-edit", "160005", "in-words"],
)
def test_a_closed_thread_is_waited_for_with_long_pauses_until_a_day_is_over(
    error: Exception, kind: EffectKind, reason: str
) -> None:
    verdicts = [judge(error, kind, failures, 1.0, failures * MINUTE) for failures in (1, 2, 99)]

    assert {verdict.reason for verdict in verdicts} == {reason}
    assert [verdict.again_after for verdict in verdicts] == [2 * MINUTE, 4 * MINUTE, HOUR]
    assert not any(verdict.shared for verdict in verdicts)
    assert judge(error, kind, 99, 1.0, DAY).again_after is None


@pytest.mark.parametrize("status", [404, 408, 451])
def test_what_something_on_the_way_to_discord_refuses_is_tried_again_for_ever(status: int) -> None:
    verdicts = [judge(refused(status), ALERT, failures, 0.0, failures * DAY) for failures in (1, 9)]

    assert verdicts[0].reason == f"something on the way to Discord refused it (HTTP {status})"
    assert all(verdict.again_after is not None for verdict in verdicts)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(forbidden(0, PAGE), id="403"),
        pytest.param(hikari.UnauthorizedError("http://127.0.0.1", PAGE, b"<html>", "", 0), id="401"),
        pytest.param(hikari.UnauthorizedError("http://127.0.0.1", {}, b"{}", "", "denied"), id="401-code-in-words"),  # type: ignore[arg-type]
        pytest.param(hikari.ForbiddenError("http://127.0.0.1", {}, b"{}", "", "denied"), id="403-code-in-words"),  # type: ignore[arg-type]
        pytest.param(hikari.ForbiddenError("http://127.0.0.1", {}, b"{}", "", None), id="403-code-null"),  # type: ignore[arg-type]
    ],
)
def test_a_page_is_no_refusal_of_discord_but_is_counted_by_it(error: Exception) -> None:
    verdict = judge(error, ALERT, 99, 0.0, 9 * DAY)

    assert verdict.reason.startswith("something on the way to Discord refused it")
    assert verdict.again_after is not None
    assert (verdict.shared, verdict.counted) == (True, True)


@pytest.mark.parametrize(
    ("error", "kind"),
    [(not_found(10008), REACT), (bad_request(40058), REACT), (forbidden(40058), POST)],
    ids=["10008", "40058", "40058-to-a-message"],
)
def test_a_starter_message_that_is_not_there_yet_is_waited_for_a_few_times(error: Exception, kind: EffectKind) -> None:
    assert judge(error, kind, 1, 0.0).usual
    pauses = [judge(error, kind, failures, 0.0).again_after for failures in range(1, 8)]

    # 0.5 + 1 + 2 + 4 + 8 = 15.5 s at the least
    assert pauses == [*(timedelta(seconds=seconds) for seconds in (0.5, 1, 2, 4, 8)), None, None]


@pytest.mark.parametrize("code", [50001, 50013, 60003], ids=["access", "permission", "second-factor"])
@pytest.mark.parametrize("kind", [POST, EDIT, ALERT])
def test_a_permission_that_people_can_still_give_is_waited_for_as_long_as_it_takes(code: int, kind: EffectKind) -> None:
    verdicts = [judge(forbidden(code), kind, failures, 1.0, failures * DAY) for failures in (1, 2, 1000)]

    assert [verdict.again_after for verdict in verdicts] == [MINUTE / 3, MINUTE / 3 * 2, FIVE_MINUTES]
    assert all(verdict.shared and verdict.counted and not verdict.everywhere for verdict in verdicts)


def test_a_reaction_is_waited_for_only_a_day() -> None:
    assert judge(forbidden(50013), REACT, 9, 0.0, DAY - MINUTE).again_after is not None
    assert judge(forbidden(50013), REACT, 9, 0.0, DAY).again_after is None


def test_a_post_is_closed_again_once_the_bot_sees_the_forum_again_but_holds_nothing_up_for_a_permission() -> None:
    hidden, forbidden_to = (judge(forbidden(code), EffectKind.CLOSE_AGAIN, 1, 0.0) for code in (50001, 50013))
    assert hidden.again_after is not None
    assert forbidden_to.again_after is None


def test_a_defect_of_the_program_is_named() -> None:
    verdict = judge(KeyError("id"), POST, 1, 0.0)

    assert verdict.reason == "a defect of the program or an answer it cannot read (KeyError: 'id')"
    assert not verdict.everywhere


@pytest.mark.parametrize(
    ("error", "about_words"),
    [
        (bad_request(50035), True),
        (bad_request(240000), True),
        (bad_request(200000), True),
        (bad_request(987654), True),
        (bad_request(40333), False),
        (bad_request(160006), False),
        (bad_request(20029), False),
        (bad_request(50008), False),
        (bad_request(160005), False),
        (bad_request(50083), False),
        (bad_request(0), False),
        (forbidden(50013), False),
        (server_error(500), False),
        (KeyError(), False),
    ],
    ids=[
        *("form", "link", "automod", "not known", "network", "too many threads", "too fast", "no channel for messages"),
        *("locked", "archived", "page", "permission", "500", "defect"),
    ],
)
def test_only_what_discord_says_of_a_text_is_about_its_words(*, error: Exception, about_words: bool) -> None:
    assert is_about_words(error) is about_words


@pytest.mark.parametrize("refusal", errors.PASSING, ids=lambda refusal: str(refusal.code))
def test_what_passes_by_itself_is_neither_final_nor_about_words_whatever_its_status(refusal: errors.Refusal) -> None:
    for error in (bad_request(refusal.code), forbidden(refusal.code)):
        assert is_passing(error)
        assert not is_about_words(error)


def test_an_unknown_thread_is_gone_once_discord_says_so_again_minutes_later() -> None:
    unknowns, now = Unknowns(), datetime(2026, 11, 29, tzinfo=UTC)

    assert not unknowns.is_certain(1, now)
    assert not unknowns.is_certain(1, now + MINUTE)
    assert unknowns.is_certain(1, now + 3 * MINUTE)

    assert not unknowns.is_certain(2, now)
    unknowns.seen(2)
    assert not unknowns.is_certain(2, now + HOUR)
    first = judge(UnknownThreadError(), ALERT, 1, 0.0)
    assert (first.again_after, first.usual) == (3 * MINUTE, True)


def test_a_trouble_is_news_once_until_it_is_over_or_another() -> None:
    troubles = Troubles()

    assert [troubles.is_news("here", reason) for reason in ("a", "a", "b", "b", "a")] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert troubles.is_news("there", "a")
    assert [troubles.over("here"), troubles.over("here")] == [True, False]
    assert troubles.is_news("here", "a")
    assert not troubles.is_news("there", "a")


def test_a_missing_permission_is_named() -> None:
    assert judge(forbidden(50001), POST, 1, 0.0).reason == "the bot has no access (View Channel)"


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [
        (REACT, "Add Reactions or Read Message History, or is timed out"),
        (POST, "Send Messages in Threads, or is timed out"),
        (EffectKind.LOOK_BACK, "Read Message History"),
        (EffectKind.CLOSE_AGAIN, "Manage Threads"),
        (ALERT, "Send Messages (in a thread: Send Messages in Threads), or is timed out"),
    ],
)
def test_only_what_that_errand_needs_is_named_as_missing(kind: EffectKind, lacking: str) -> None:
    assert judge(forbidden(50013), kind, 1, 0.0).reason == f"the bot lacks {lacking}"


@pytest.mark.parametrize("kind", [REACT, POST, EDIT, ALERT])
def test_a_token_that_was_reset_costs_no_message(kind: EffectKind) -> None:
    assert judge(unauthorized(), kind, 1, 0.0).again_after is not None


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (server_error(500), True),
        (not_found(10003), True),
        (hikari.HTTPError("x"), True),
        (aiohttp.ClientConnectionError(), True),
        (OSError(), True),
        (TimeoutError(), True),
        (ValueError(), False),
        (KeyError(), False),
        (AssertionError(), False),
        (KeyboardInterrupt(), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_a_failure_of_discord_is_distinguished_from_a_defect_of_the_program(
    *, error: BaseException, failure: bool
) -> None:
    assert is_failure(error) is failure
