"""`/healthz`, asked over HTTP."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from tests.support.healthy import WELL
from tracker.errors import TrackerError
from tracker.ops.healthz import check_port, served


@pytest.fixture
def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return int(taken.getsockname()[1])


async def test_it_answers_200_while_the_bot_is_well_and_503_with_the_reason_while_not(free_port: int) -> None:
    health = WELL
    async with ClientSession(f"http://127.0.0.1:{free_port}") as monitor, served(free_port, lambda: health):
        async with monitor.get("/healthz") as answer:
            assert answer.status == 200
            assert await answer.json() == WELL.as_json()
        health = replace(WELL, last_sign=WELL.at - timedelta(minutes=6))
        async with monitor.get("/healthz") as answer:
            assert answer.status == 503
            assert (await answer.json())["problems"] == ["Discord gave no sign of life for 6m 0s."]
        async with monitor.get("/") as answer:
            assert answer.status == 404


async def test_it_is_reached_from_this_machine_only(free_port: int) -> None:
    async with served(free_port, lambda: WELL):
        with closing(socket.create_server(("127.0.0.2", free_port))):
            pass  # the other addresses of this machine are free


def test_an_address_of_another_machine_is_refused_naming_its_setting() -> None:
    with pytest.raises(
        TrackerError, match=r"HEALTH_HOST 192\.0\.2\.1 is no address of this machine\. Write HEALTH_HOST=127"
    ):
        check_port(18791, "192.0.2.1")


async def test_a_port_that_is_taken_is_refused_naming_the_setting() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(TrackerError, match=f"HEALTH_PORT {port} cannot be used") as refused:
            async with served(port, lambda: WELL):
                raise AssertionError("it was served")
    assert "\n" not in str(refused.value)
