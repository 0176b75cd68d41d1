"""The local Discord server's rate limits and faults, and what hikari makes of them."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import hikari
import pytest
from hikari.api import RESTClient

from tests.support.discord_client import expect_refusal
from tracker.sandbox.discord import DiscordServer, errors, faults
from tracker.sandbox.discord.entities import Channel, Thread
from tracker.sandbox.discord.rate_limits import Limit
from tracker.sandbox.discord.world import World

pytest_plugins = ("tests.support.discord_fixtures",)


async def test_every_answer_shows_how_its_bucket_stands(
    discord: DiscordServer, alerts: Channel, thread: Thread
) -> None:
    discord.rate_limits.otherwise = Limit(requests=5, seconds=60.0)
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        answers = [
            await session.get(f"{discord.rest_url}/channels/{channel}")
            for channel in (alerts.id, alerts.id, thread.id, 1)
        ]
        unknown = await session.get(f"{discord.rest_url}/nothing")
        buckets = {answer.headers["X-RateLimit-Bucket"] for answer in answers}
        assert len(buckets) == 1
        assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "4", "4"]
        assert all(answer.headers["X-RateLimit-Limit"] == "5" for answer in answers)
        assert unknown.headers["X-RateLimit-Bucket"] not in buckets
    discord.problems.clear()


async def test_a_request_too_many_waits_for_its_bucket(
    discord: DiscordServer, alerts: Channel, rest: RESTClient
) -> None:
    discord.rate_limits.otherwise = Limit(requests=2, seconds=0.3)
    begun = time.monotonic()
    for number in range(5):
        await rest.create_message(alerts.id, str(number))
    assert time.monotonic() - begun > 0.5
    assert len(alerts.messages) == 5


async def test_a_429_is_waited_out_and_the_request_repeated(
    discord: DiscordServer, alerts: Channel, rest: RESTClient
) -> None:
    discord.faults.append(faults.rate_limited("/messages$", scope="shared", retry_after=0.1, times=2))
    begun = time.monotonic()
    await rest.create_message(alerts.id, "at last")
    assert time.monotonic() - begun > 0.2
    assert [request.status for request in discord.requests] == [429, 429, 200]


async def test_a_429_over_all_requests_names_no_bucket_so_that_hikari_by_itself_repeats_at_once(
    discord: DiscordServer, alerts: Channel, rest: RESTClient
) -> None:
    discord.faults.append(faults.rate_limited("/messages$", scope="global", retry_after=5.0, times=2))
    begun = time.monotonic()
    await rest.create_message(alerts.id, "too soon")
    assert time.monotonic() - begun < 5
    assert [request.status for request in discord.requests] == [429, 429, 200]


async def test_an_address_that_was_refused_too_much_is_shut_out_for_a_while(
    discord: DiscordServer, alerts: Channel, rest: RESTClient
) -> None:
    discord.rate_limits.refusals = Limit(requests=2, seconds=0.5)
    discord.faults += [
        faults.rate_limited("/messages$", scope="shared", retry_after=0.01, times=2),  # these do not count
        faults.refused("/messages$", errors.MISSING_PERMISSIONS, times=2),
    ]
    for _ in range(2):
        await expect_refusal(errors.MISSING_PERMISSIONS, rest.create_message(alerts.id, "no"))
    with pytest.raises(hikari.HTTPResponseError) as shut:
        await rest.fetch_my_user()
    assert (shut.value.status, shut.value.raw_body) == (429, b"error code: 1015")
    await asyncio.sleep(0.5)
    await rest.fetch_my_user()
    assert len(discord.problems) == 1
    discord.problems.clear()


async def test_as_discord_means_five_messages_in_five_seconds(
    discord: DiscordServer, alerts: Channel, thread: Thread
) -> None:
    discord.rate_limits.as_discord()
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:

        async def post(channel: Channel | Thread) -> aiohttp.ClientResponse:
            url = f"{discord.rest_url}/channels/{channel.id}/messages"
            return await session.post(url, json={"content": "x"})

        answers = [await post(alerts) for _ in range(6)]
        assert [answer.status for answer in answers] == [200] * 5 + [429]
        refused = await answers[-1].json()
        assert refused["global"] is False
        assert 0 < refused["retry_after"] <= 5
        assert (await post(thread)).status == 200


async def test_hikari_repeats_after_a_fault_so_that_only_a_nonce_makes_a_post_happen_once(
    discord: DiscordServer, world: World, rest: RESTClient
) -> None:
    refused, lost, answered, cut, unsafe = [world.new_text_channel(name) for name in "abcde"]
    discord.faults += [
        faults.server_error(f"/{refused.id}/"),
        faults.server_error(f"/{lost.id}/", applied=True),
        faults.bad_gateway(f"/{answered.id}/", applied=True),
        faults.reset(f"/{cut.id}/", applied=True),
        faults.server_error(f"/{unsafe.id}/", applied=True),
    ]
    with_nonce = [
        rest.create_message(channel.id, "x", nonce=str(channel.id)) for channel in (refused, lost, answered, cut)
    ]
    await asyncio.gather(*with_nonce, rest.create_message(unsafe.id, "x"))
    assert [len(channel.messages) for channel in (refused, lost, answered, cut, unsafe)] == [1, 1, 1, 1, 2]
    assert sorted(request.status for request in discord.requests) == [0, *[200] * 5, 500, 500, 500, 502]


async def test_a_request_that_hangs_ends_with_the_server(alerts: Channel, discord: DiscordServer) -> None:
    discord.faults.append(faults.hang("/messages$", applied=True))
    headers = {"Authorization": f"Bot {discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        with pytest.raises(TimeoutError):
            await session.post(
                f"{discord.rest_url}/channels/{alerts.id}/messages",
                json={"content": "x"},
                timeout=aiohttp.ClientTimeout(total=1.0),
            )
    assert len(alerts.messages) == 1


async def test_any_refusal_can_be_forced(discord: DiscordServer, thread: Thread, rest: RESTClient) -> None:
    discord.faults.append(faults.refused("/reactions/", errors.UNKNOWN_MESSAGE))
    await expect_refusal(errors.UNKNOWN_MESSAGE, rest.add_reaction(thread.id, thread.id, "✅"))
    await rest.add_reaction(thread.id, thread.id, "✅")


async def test_a_person_can_act_just_before_a_request_is_carried_out(
    discord: DiscordServer, thread: Thread, rest: RESTClient
) -> None:
    discord.before.append(lambda _request: discord.world.archive(thread))
    await expect_refusal(errors.THREAD_ARCHIVED, rest.add_reaction(thread.id, thread.id, "✅"))
