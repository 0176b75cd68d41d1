"""What the service manager hears, on a real socket: ready, how the bot is, alive only while it is, stopping."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.healthy import NOW, WELL
from tracker.ops.health import Health
from tracker.ops.systemd import Manager
from tracker.sheet.flush.activity import Activity

STATUS = f"STATUS={WELL.status}"
MORE_TIME = "EXTEND_TIMEOUT_USEC=60000000"
HANGS = replace(WELL, sheet=Activity(attempt_since=NOW - timedelta(minutes=16)))
EVERY = {"WATCHDOG_USEC": "40000"}


@pytest.fixture(params=["file", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[socket.socket]:
    """The service manager's end, on a file or on a name without one."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as end:
        end.settimeout(5)
        end.bind(str(tmp_path / "notify") if request.param == "file" else f"\0{tmp_path}")
        yield end


def environment(heard: socket.socket, **more: str) -> dict[str, str]:
    name = heard.getsockname()
    return {"NOTIFY_SOCKET": name if isinstance(name, str) else f"@{name[1:].decode()}", **more}


def next_of(heard: socket.socket) -> list[str]:
    return heard.recv(4096).decode().splitlines()


@asynccontextmanager
async def watching(manager: Manager, health: list[Health]) -> AsyncIterator[None]:
    """The manager has received the last of `health`."""
    task = asyncio.create_task(manager.watch(lambda: health[-1]))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_it_hears_that_the_bot_lives_in_each_half_of_its_patience(heard: socket.socket) -> None:
    with closing(Manager(environment(heard, WATCHDOG_USEC="400000"))) as manager:
        manager.ready()
        assert next_of(heard) == ["READY=1"]
        async with watching(manager, [WELL]):
            started = asyncio.get_running_loop().time()
            for _ in range(3):
                assert await asyncio.to_thread(next_of, heard) == [STATUS, "WATCHDOG=1"]
            assert 0.4 <= asyncio.get_running_loop().time() - started < 0.6


async def test_it_does_not_hear_that_the_bot_lives_while_something_hangs(heard: socket.socket) -> None:
    with closing(Manager(environment(heard, **EVERY))) as manager:
        manager.ready()
        next_of(heard)
        health = [HANGS]
        async with watching(manager, health):
            for _ in range(3):
                assert await asyncio.to_thread(next_of, heard) == [f"STATUS={HANGS.status}"]
            health.append(WELL)
            while "WATCHDOG=1" not in (lines := await asyncio.to_thread(next_of, heard)):
                assert lines == [f"STATUS={HANGS.status}"]


async def test_during_the_start_it_is_asked_for_more_time_as_long_as_nothing_hangs(heard: socket.socket) -> None:
    with closing(Manager(environment(heard, **EVERY))) as manager:
        health = [WELL]
        async with watching(manager, health):
            assert await asyncio.to_thread(next_of, heard) == [STATUS, MORE_TIME]
            health.append(HANGS)
            while MORE_TIME in await asyncio.to_thread(next_of, heard):
                pass
            assert await asyncio.to_thread(next_of, heard) == [f"STATUS={HANGS.status}"]


async def test_once_it_has_heard_of_the_stop_it_hears_no_more(heard: socket.socket) -> None:
    with closing(Manager(environment(heard, **EVERY))) as manager:
        manager.ready()
        manager.stopping()
        assert [next_of(heard)[0] for _ in range(2)] == ["READY=1", "STOPPING=1"]
        async with watching(manager, [WELL]):
            await asyncio.sleep(0.1)
        heard.settimeout(0)
        with pytest.raises(BlockingIOError):
            next_of(heard)


async def test_a_watchdog_meant_for_another_process_is_not_served_in_its_haste(heard: socket.socket) -> None:
    with closing(Manager(environment(heard, WATCHDOG_PID=str(os.getpid() + 1), **EVERY))) as manager:
        manager.ready()
        next_of(heard)
        async with watching(manager, [WELL]):
            await asyncio.sleep(0.1)
        assert next_of(heard) == [STATUS, "WATCHDOG=1"]
        heard.settimeout(0)
        with pytest.raises(BlockingIOError):
            next_of(heard)


def test_where_no_manager_asks_nothing_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    with closing(Manager({})) as manager:
        manager.ready()
        manager.stopping()

    assert caplog.messages == []


def test_a_manager_that_is_gone_is_logged_in_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Manager({"NOTIFY_SOCKET": str(tmp_path / "gone")})) as manager:
        manager.ready()
        manager.stopping()

    assert caplog.messages == [f"NOTIFY_SOCKET {tmp_path / 'gone'} cannot be reached: No such file or directory"]


def test_a_manager_that_does_not_listen_keeps_nobody_waiting(heard: socket.socket) -> None:
    with closing(Manager(environment(heard))) as manager:
        for _ in range(1000):
            manager.ready()
        while True:
            try:
                next_of(heard)
                heard.settimeout(0)
            except BlockingIOError:
                break
        manager.stopping()

    assert next_of(heard)[0] == "STOPPING=1"
