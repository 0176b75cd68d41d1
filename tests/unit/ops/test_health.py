"""When the bot is well, when it is not and why, and when only a new start could help."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.healthy import NOW, WELL
from tracker.errors import QuotaUsedUp, SheetUnavailable
from tracker.ops.health import Health
from tracker.sheet.flush.activity import Activity, Quota

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
DOWN = SheetUnavailable("Google Sheets is in trouble (HTTP 503).")


@pytest.mark.parametrize(
    ("health", "problems"),
    [
        pytest.param(WELL, [], id="all-is-well"),
        pytest.param(replace(WELL, last_sign=NOW - 5 * MINUTE, connected=False), [], id="lost-for-a-while"),
        pytest.param(
            replace(WELL, last_sign=NOW - 5 * MINUTE - SECOND, connected=False),
            ["Discord gave no sign of life for 5m 1s."],
            id="lost-for-long",
        ),
        pytest.param(
            replace(WELL, last_sign=NOW - 6 * MINUTE),
            ["Discord gave no sign of life for 6m 0s."],
            id="connected-and-silent-for-long",
        ),
        pytest.param(replace(WELL, blind_since=NOW - 5 * MINUTE, blind_reason="Why."), [], id="blind-for-a-while"),
        pytest.param(
            replace(WELL, blind_since=NOW - 65 * MINUTE, blind_reason="The forum was deleted. Put that right."),
            ["The forum has not been seen for 1h 5m. The forum was deleted. Put that right."],
            id="blind-for-long",
        ),
        pytest.param(
            replace(WELL, last_sign=NOW - 6 * MINUTE, blind_since=NOW - 6 * MINUTE, blind_reason="No connection."),
            ["Discord gave no sign of life for 6m 0s."],
            id="blind-for-want-of-a-connection",
        ),
        pytest.param(
            replace(WELL, waiting=3, oldest=NOW - 10 * MINUTE, sheet=Activity(trouble=DOWN)),
            [],
            id="waiting-for-a-while",
        ),
        pytest.param(
            replace(WELL, waiting=1, oldest=NOW - 10 * MINUTE - SECOND, sheet=Activity(trouble=DOWN)),
            ["1 ticket waits to be written, the oldest for 10m 1s. Google Sheets is in trouble (HTTP 503)."],
            id="one-waiting-for-long-with-a-reason",
        ),
        pytest.param(
            replace(WELL, waiting=3, oldest=NOW - 25 * MINUTE),
            ["3 tickets wait to be written, the oldest for 25m 0s."],
            id="several-waiting-for-long",
        ),
        pytest.param(
            replace(WELL, sheet=Activity(attempt_since=NOW - 15 * MINUTE)), [], id="an-attempt-that-takes-long"
        ),
        pytest.param(
            replace(WELL, sheet=Activity(attempt_since=NOW - 16 * MINUTE)),
            ["A request to Google has been hanging for 16m 0s."],
            id="an-attempt-that-hangs",
        ),
    ],
)
def test_each_thing_that_is_wrong_is_named_in_a_sentence(health: Health, problems: list[str]) -> None:
    assert health.problems == problems
    assert health.as_json()["problems"] == problems
    assert health.as_json()["healthy"] is (not problems)


def test_only_what_hangs_is_not_alive_since_a_new_start_would_not_fix_the_rest() -> None:
    lost, waiting = replace(WELL, last_sign=NOW - 60 * MINUTE), replace(WELL, waiting=3, oldest=NOW - 60 * MINUTE)
    hanging = replace(WELL, sheet=Activity(attempt_since=NOW - 16 * MINUTE))

    assert [health.alive for health in (WELL, lost, waiting, hanging)] == [True, True, True, False]


def test_the_status_is_one_line_of_what_matters_most() -> None:
    waiting = replace(WELL, waiting=2, oldest=NOW - SECOND)

    assert WELL.status == "Connected to Discord. Nothing waits."
    assert waiting.status == "Connected to Discord. 2 tickets wait to be written."
    assert replace(waiting, connected=False).status == "Not connected to Discord. 2 tickets wait to be written."
    assert replace(waiting, last_sign=NOW - 6 * MINUTE).status == "Discord gave no sign of life for 6m 0s."


def test_for_machines_every_part_is_named() -> None:
    health = replace(WELL, waiting=2, oldest=NOW - 61 * SECOND, sheet=replace(WELL.sheet, trouble=DOWN))

    assert health.as_json() == {
        "healthy": True,
        "problems": [],
        "gateway": "connected",
        "last_heartbeat": "2026-02-04T10:29:20+00:00",
        "blind_since": None,
        "waiting_changes": 2,
        "oldest_waiting_seconds": 61,
        "last_sheet_write": "2026-02-04T10:27:00+00:00",
        "races": 0,
        "put_back": 0,
        "kept": 0,
        "given_up": 0,
        "quota": "free",
        "sheet_trouble": "Google Sheets is in trouble (HTTP 503).",
    }
    empty = replace(WELL, connected=False, last_heartbeat=None, sheet=Activity()).as_json()
    assert [name for name, value in empty.items() if value is None] == [
        "last_heartbeat",
        "blind_since",
        "oldest_waiting_seconds",
        "last_sheet_write",
        "sheet_trouble",
    ]
    assert empty["gateway"] == "lost"


def test_the_quota_is_free_asks_for_pauses_or_is_used_up() -> None:
    activity = Activity()
    assert [Activity().quota, Activity(pausing=True).quota] == [Quota.FREE, Quota.PAUSING]
    with suppress(QuotaUsedUp), activity.attempt():
        assert activity.attempt_since is not None
        raise QuotaUsedUp("Google's quota of requests a minute is used up.")
    assert activity.attempt_since is None
    assert activity.quota is Quota.USED_UP
    with activity.attempt():
        pass
    assert activity.trouble is None


def test_what_was_given_up_in_discord_is_counted_and_makes_it_unwell() -> None:
    health = replace(WELL, given_up=3, errand_problems=("Errands in Discord were given up: ✅ on a post (3): why.",))

    assert health.as_json()["given_up"] == 3
    assert health.problems == ["Errands in Discord were given up: ✅ on a post (3): why."]
