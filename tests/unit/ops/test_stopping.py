"""The bot is stopped by signals on every system, also where asyncio has no handlers for them."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from typing import TypeVarTuple

import pytest

from tracker.ops.stopping import at_signals

Arguments = TypeVarTuple("Arguments")


class LikeOnWindows(asyncio.SelectorEventLoop):
    """An event loop that knows no signals."""

    def add_signal_handler(self, sig: int, callback: Callable[[*Arguments], object], *args: *Arguments) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("loop", [asyncio.SelectorEventLoop, LikeOnWindows])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_a_bot_that_only_waits(loop: Callable[[], asyncio.AbstractEventLoop], number: int) -> None:
    async def work() -> str:
        waiting = asyncio.get_running_loop().create_future()
        with at_signals(lambda: waiting.set_result("stopped")):
            asyncio.get_running_loop().call_later(0.01, os.kill, os.getpid(), number)
            return str(await waiting)

    before = signal.getsignal(number)
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(work()) == "stopped"
    assert signal.getsignal(number) == before
