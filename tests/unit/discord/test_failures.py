"""What a failure of Discord's means for an effect: try again after a pause, or give it up."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import hikari
import pytest

from tracker.discord.failures import HopelessError, Troubles, is_failure, judge
from tracker.domain.effects import EffectKind

REACT, POST, EDIT, ALERT = EffectKind.REACT, EffectKind.POST_RESOLVED, EffectKind.EDIT_REOPENED, EffectKind.ALERT

# With `chance` 0 a pause is half of 1, 2, 4, 8, 16, 32 seconds, then of 60.
FIRST, SECOND, FIFTH, LONG = (timedelta(seconds=seconds) for seconds in (0.5, 1, 8, 30))
FIVE_MINUTES = timedelta(minutes=5)


def bad_request(code: int, message: str = "") -> hikari.BadRequestError:
    return hikari.BadRequestError("http://127.0.0.1", {}, b"", message, code)


def unauthorized() -> hikari.UnauthorizedError:
    return hikari.UnauthorizedError("http://127.0.0.1", {}, b"", "401: Unauthorized", 0)


def forbidden(code: int) -> hikari.ForbiddenError:
    return hikari.ForbiddenError("http://127.0.0.1", {}, b"", "", code)


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
        pytest.param(not_found(10003), POST, "the channel or thread does not exist any more", id="10003-channel-gone"),
        pytest.param(not_found(10008), EDIT, "the message does not exist any more", id="10008-message-gone"),
        pytest.param(
            forbidden(50005),
            EDIT,
            "another application wrote the message, such as the bot before this one; it stays as it is",
            id="50005-anothers-message",
        ),
        pytest.param(HopelessError("nobody may"), EDIT, "nobody may", id="told-in-words"),
        pytest.param(
            bad_request(50035, "Invalid Form Body"),
            POST,
            "Discord refused it: Invalid Form Body (50035)",
            id="another-code",
        ),
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
        pytest.param(bad_request(50083), id="50083-locked"),
        pytest.param(forbidden(160005), id="160005-locked"),
        pytest.param(forbidden(40333), id="40333-internal"),
        pytest.param(bad_request(40004), id="40004-off"),
        pytest.param(bad_request(40006), id="40006-off"),
        pytest.param(bad_request(130000), id="130000-overloaded"),
        pytest.param(bad_request(160006), id="160006-too-many-threads"),
        pytest.param(bad_request(20028), id="20028-limit"),
        pytest.param(bad_request(999999), id="one-that-nobody-knows"),
    ],
)
@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_what_may_pass_is_tried_again_with_growing_pauses_for_a_day(error: Exception, chance: float) -> None:
    pauses = [judge(error, POST, failures, chance).again_after for failures in range(1, 39)]
    waited = [pause for pause in pauses if pause is not None]

    assert len(waited) == len(pauses)
    assert waited == sorted(waited)
    assert timedelta(hours=24) <= sum(waited, timedelta()) <= timedelta(hours=28)
    assert max(waited) <= timedelta(hours=1)
    assert judge(error, POST, 39, chance).again_after is None


def test_what_something_on_the_way_to_discord_refuses_is_tried_again() -> None:
    verdicts = [judge(not_found(0), ALERT, failures, 0.0) for failures in (1, 9)]

    assert verdicts[0].reason == "something on the way to Discord refused it (HTTP 404)"
    assert all(verdict.again_after is not None for verdict in verdicts)


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


@pytest.mark.parametrize("code", [50001, 50013], ids=["50001-access", "50013-permission"])
@pytest.mark.parametrize("kind", [REACT, POST, EDIT, ALERT])
def test_a_permission_that_people_can_still_give_is_waited_for_as_long_as_it_takes(code: int, kind: EffectKind) -> None:
    pauses = [judge(forbidden(code), kind, failures, 0.0).again_after for failures in (1, 2, 1000)]

    assert pauses == [FIVE_MINUTES] * 3
    assert not judge(forbidden(code), kind, 1, 0.0).everywhere


def test_a_defect_of_the_program_is_tried_a_few_times_and_named() -> None:
    verdicts = [judge(KeyError("id"), POST, failures, 0.0) for failures in range(1, 6)]

    assert [verdict.again_after is None for verdict in verdicts] == [False, False, False, True, True]
    assert verdicts[0].reason == "a defect of the program or an answer it cannot read (KeyError: 'id')"
    assert not verdicts[0].everywhere


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
    assert judge(forbidden(50013), POST, 1, 0.0).reason == (
        "the bot lacks a permission (Send Messages, Send Messages in Threads, Add Reactions, Read Message History)"
    )


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
def test_a_failure_of_discord_is_told_from_a_defect_of_the_program(*, error: BaseException, failure: bool) -> None:
    assert is_failure(error) is failure
