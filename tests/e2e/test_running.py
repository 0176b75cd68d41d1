"""The shipped bot as a service: what its manager, a monitor and a reader of its log learn."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from tests.support.service_manager import WATCHDOG_SECONDS, ServiceManager
from tests.support.steps import heard_until, opened, refused
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.sheets import faults

pytestmark = pytest.mark.shipped_command


async def asked(desk: LocalDesk) -> tuple[int, dict[str, Any]]:
    """What a monitor is answered."""
    address = f"http://127.0.0.1:{desk.settings['HEALTH_PORT']}/healthz"
    async with ClientSession() as monitor, monitor.get(address) as answer:
        return answer.status, await answer.json()


def free_port() -> str:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        return str(taken.getsockname()[1])


async def test_a_service_is_ready_alive_and_well_and_says_so_wherever_it_is_asked(
    desk: LocalDesk, manager: ServiceManager
) -> None:
    desk.environment |= manager.environment
    desk.settings |= {"HEALTH_PORT": free_port(), "LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}
    started = datetime.now(UTC)
    await desk.start_bot()
    await desk.until("READY", lambda: "READY=1" in manager.received)
    assert (heard_until(desk) or started) > started  # ready means: connected, and looked at
    (thread,) = await opened(desk, "First")
    await desk.until("the watchdog", lambda: "WATCHDOG=1" in manager.received)
    usual = ["STATUS=Connected to Discord. Nothing waits.", "WATCHDOG=1"]
    await desk.until("the status", lambda: manager.received[-2:] == usual)

    async with asyncio.timeout(60):  # the heartbeat's answer is noticed at one of the looks every few seconds
        while (await asked(desk))[1]["last_heartbeat"] is None:  # noqa: ASYNC110 - another process knows
            await asyncio.sleep(0.1)
    status, health = await asked(desk)
    assert status == 200, health
    assert (health["healthy"], health["gateway"], health["waiting_changes"]) == (True, "connected", 0)
    for name in ("last_heartbeat", "last_sheet_write"):  # in whole seconds
        assert started.replace(microsecond=0) <= datetime.fromisoformat(health[name]) <= datetime.now(UTC)

    # A change that has been waiting for long makes it unwell, and no new start helps.
    down = faults.service_unavailable(times=None)
    desk.sheets.faults.append(down)
    desk.world.rename(thread, "Renamed")
    await desk.until("a failed write", lambda: refused(desk))
    await desk.kill_bot()
    desk.clock.ahead += timedelta(minutes=11)
    await desk.start_bot()
    manager.forget()
    unwell = re.compile(
        "STATUS=1 ticket waits to be written, the oldest for 11m [0-9]+s. Google Sheets is in trouble .HTTP 503."
    )
    await desk.until("the status", lambda: any(map(unwell.match, manager.received)))
    await desk.until("the watchdog", lambda: manager.received[-1] == "WATCHDOG=1")
    status, health = await asked(desk)
    assert status == 503
    assert unwell.match(f"STATUS={health['problems'][0]}")
    desk.sheets.faults.remove(down)
    await desk.until("the status", lambda: manager.received[-2:] == usual)
    assert desk.rows()[thread.id]["title"] == "Renamed"
    assert (await asked(desk))[0] == 200

    # A process that does nothing any more is not alive.
    assert desk.bot_pid is not None
    os.kill(desk.bot_pid, signal.SIGSTOP)
    manager.forget()
    await asyncio.sleep(2 * WATCHDOG_SECONDS)
    assert manager.received == []
    os.kill(desk.bot_pid, signal.SIGCONT)
    assert await desk.stop_bot() == 0
    assert manager.received[-2:] == ["STOPPING=1", "STATUS=Delivering what can still be delivered."]

    lines = [json.loads(line) for line in desk.log.splitlines()]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    about = {line["message"] for line in lines if line.get("thread_id") == str(thread.id)}
    assert f"Thread {thread.id}: ThreadSeen" in about
    assert all(str(thread.id) in message for message in about)
