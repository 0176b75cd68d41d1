"""Idle: a bot with a past, and nothing happens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from scripts.tools.bench.figures import Figure
from scripts.tools.bench.past import desk_with, pid_of, requests_to_sheets
from scripts.tools.bench.process import cpu_seconds

TITLE = "Idle"


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many tickets there are, and for how long nothing happens: so many times so many seconds.

    The bot is left to itself for a few seconds (`settling`) before.
    """

    tickets: int
    settling: float
    rounds: int
    seconds: float


FULL = Size(tickets=1_000, settling=3.0, rounds=10, seconds=60.0)
QUICK = Size(tickets=1_000, settling=3.0, rounds=2, seconds=10.0)


async def measure(size: Size) -> list[Figure]:
    """The share of a core that the bot uses, and its requests."""
    shares, requests = [], []
    async with desk_with(size.tickets) as desk:
        await desk.start_bot()
        await asyncio.sleep(size.settling)
        for _ in range(size.rounds):
            before, asked = cpu_seconds(pid_of(desk)), requests_to_sheets(desk)
            await asyncio.sleep(size.seconds)
            shares.append((cpu_seconds(pid_of(desk)) - before) / size.seconds * 100)
            requests.append(float(requests_to_sheets(desk) - asked))
    return [
        Figure(what="of a core", rounds=tuple(shares), unit="%", at_most=0.5),
        Figure(what="Sheets requests in all that time", rounds=(sum(requests),), at_most=0.0),
    ]
