"""A limit over all requests, and a clock that is off: requests are neither hammered out nor held back."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Literal

import pytest

from tracker import startup
from tracker.discord.checks import Desk, check_discord
from tracker.discord.clock import check_clock
from tracker.discord.connection import rest_only
from tracker.sandbox.discord import DiscordServer, faults
from tracker.sandbox.discord.entities import Channel, Forum
from tracker.sandbox.discord.rate_limits import Limit

pytest_plugins = ("tests.support.discord_fixtures",)


async def test_a_limit_over_all_requests_is_waited_out_on_a_route_never_asked_before(
    discord: DiscordServer, alerts: Channel
) -> None:
    limited_until = time.monotonic() + 2.0

    def limited() -> bool:
        return time.monotonic() < limited_until

    discord.faults.append(faults.rate_limited(scope="global", retry_after=2.0, times=1))
    async with rest_only(discord.token, discord.rest_url) as rest:
        begun = time.monotonic()
        await rest.create_message(alerts.id, "at last")
        assert time.monotonic() - begun >= 2.0
    assert not limited()
    assert [request.status for request in discord.requests] == [429, 200]


async def test_within_a_limit_over_all_requests_none_of_many_is_repeated(
    discord: DiscordServer, alerts: Channel
) -> None:
    discord.rate_limits.overall = Limit(requests=1, seconds=2.0)
    async with rest_only(discord.token, discord.rest_url) as rest:
        await rest.fetch_my_user()
        asked = len(discord.requests)
        begun = time.monotonic()
        await rest.create_message(alerts.id, "first")
        within = [request for request in discord.requests[asked:] if request.answered - begun < 1.9]
    assert len(within) <= 3
    assert {request.status for request in within} <= {429}


@pytest.mark.parametrize("is_global", [True, False])
async def test_a_request_that_is_cancelled_while_it_waits_for_a_limit_keeps_no_other_from_being_sent(
    discord: DiscordServer, alerts: Channel, *, is_global: bool
) -> None:
    async with rest_only(discord.token, discord.rest_url) as rest:
        await rest.create_message(alerts.id, "so that the route is known")
        scope: Literal["global", "user"] = "global" if is_global else "user"
        discord.faults.append(faults.rate_limited(scope=scope, retry_after=1.0, times=1))
        waiting = [asyncio.create_task(rest.create_message(alerts.id, "given up")) for _ in range(20)]
        while not any(request.status == HTTPStatus.TOO_MANY_REQUESTS for request in discord.requests):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
        for request in waiting:
            request.cancel()
        async with asyncio.timeout(15):
            await rest.create_message(alerts.id, "at last")
            await rest.fetch_my_user()
    assert alerts.messages[-1].content == "at last"


@pytest.mark.parametrize("seconds", [-3600.0, -60.0, 60.0, 3600.0])
async def test_a_clock_that_is_off_changes_nothing(discord: DiscordServer, alerts: Channel, seconds: float) -> None:
    discord.rate_limits.clock_ahead = seconds
    discord.rate_limits.otherwise = Limit(requests=2, seconds=0.4)
    async with rest_only(discord.token, discord.rest_url) as rest:
        async with asyncio.timeout(60):
            for number in range(6):
                await rest.create_message(alerts.id, str(number))
    assert len(alerts.messages) == 6
    assert [request.status for request in discord.requests].count(429) <= 2


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0.0, None),
        (1.5, None),
        (-60.0, "60 s ahead of Discord's"),
        (60.0, "60 s behind Discord's"),
        (2.6, "3 s behind"),
    ],
)
async def test_a_clock_that_is_two_seconds_off_is_noticed(
    discord: DiscordServer, seconds: float, says: str | None
) -> None:
    discord.rate_limits.clock_ahead = seconds
    async with rest_only(discord.token, discord.rest_url) as rest:
        await rest.fetch_my_user()
        finding = check_clock(rest)
    if says is None:
        assert finding is None
    else:
        assert finding is not None
        assert says in finding.text


async def test_a_clock_that_is_off_is_said_by_doctor_and_start_though_not_every_answer_shows_discords(
    discord: DiscordServer, forum: Forum, caplog: pytest.LogCaptureFixture
) -> None:
    discord.rate_limits.clock_ahead = -60.0
    discord.rate_limits.silent = frozenset({"GET /api/v10/users/@me", "GET /api/v10/oauth2/applications/@me"})
    desk = Desk(forum_id=forum.id, alert_channel_ids=(), responder_roles=(), resolved_tags=("resolved",), team_tags=())
    async with rest_only(discord.token, discord.rest_url) as rest:
        findings = [finding async for finding in check_discord(rest, discord.rest_url, desk)]
    assert [finding.text for finding in findings if "60 s ahead of Discord's" in finding.text]
    await startup.check_desk(discord.token, discord.rest_url, desk, seen_before=False)
    assert "60 s ahead of Discord's" in caplog.text
