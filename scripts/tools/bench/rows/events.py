"""CPU per event: the whole left side of the bot beside hikari alone, which does nothing with the same events."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass

from scripts.tools.bench.figures import Figure, ratios
from scripts.tools.bench.past import desk_with
from scripts.tools.bench.peers.stopwatch import MARK_CHANNEL
from scripts.tools.bench.traffic import traffic
from tracker.sandbox.desk import LocalDesk
from tracker.sandbox.discord.state import Event

TITLE = "CPU per event"
_PROCESSES = ("scripts.tools.bench.peers.left_side", "scripts.tools.bench.peers.listeners")
_PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many events, how often."""

    events: int
    rounds: int


FULL = Size(events=20_000, rounds=5)
QUICK = Size(events=20_000, rounds=3)


async def measure(size: Size) -> list[Figure]:
    """Microseconds of CPU for an event, of the bot and of hikari alone, in turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    async with desk_with(0) as desk:
        events = traffic(desk, size.events)
        for number in range(size.rounds):
            desk.settings["DATA_DIR"] = f"data-{number}"
            for module, of_process in zip(_PROCESSES, taken, strict=True):
                of_process.append(await _cpu_seconds(desk, module, events) / len(events) * 1e6)
    ours, hikari = taken
    return [
        Figure(what="an event: translate, apply, commit", rounds=tuple(ours), unit="µs"),
        Figure(what="an event: hikari with empty listeners", rounds=tuple(hikari), unit="µs"),
        Figure(what="bot / hikari alone", rounds=ratios(ours, hikari), at_most=2.0),
    ]


async def _cpu_seconds(desk: LocalDesk, module: str, events: list[Event]) -> float:
    """The CPU that a process of this module takes for the events."""
    process = await desk.launch(module, output=asyncio.subprocess.PIPE)
    try:
        gateway = desk.discord.gateway
        await gateway.ready()
        mark = Event(
            name="THREAD_DELETE",
            data={"id": "2", "guild_id": str(desk.world.guild.id), "parent_id": str(MARK_CHANNEL), "type": 11},
        )
        for event in (mark, *events, mark):
            gateway.emit(event)
        if process.stdout is None:
            raise AssertionError
        async with asyncio.timeout(_PATIENCE_SECONDS):
            answer = await process.stdout.readline()
        return float(json.loads(answer)["cpu_seconds"])
    finally:
        process.kill()
        await process.wait()
