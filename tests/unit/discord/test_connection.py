"""What hikari reports to the event loop, of which a person gets at most one line."""

from __future__ import annotations

import asyncio
import logging

import hikari
import pytest

from tracker.discord.connection import log_unread_events


@pytest.mark.parametrize(
    ("error", "levels"),
    [
        pytest.param(hikari.GatewayConnectionError("Socket has closed"), [logging.DEBUG], id="a connection's end"),
        pytest.param(ValueError("a defect"), [logging.ERROR], id="anything else"),
    ],
)
async def test_a_connection_that_ended_unheard_is_no_error_to_look_into(
    error: Exception, levels: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    loop = asyncio.get_running_loop()
    log_unread_events(loop, unread=lambda _: None)

    with caplog.at_level(logging.DEBUG, logger="tracker"):
        loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": error})

    assert [record.levelno for record in caplog.records] == levels
