"""`python -m scripts.tools.bench`: measure, print the table, write JSON.

Exit codes: 0 every target was reached, 1 one was not, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from rich.console import Console

from scripts.tools.bench.figures import Figure
from scripts.tools.bench.machine import machine
from scripts.tools.bench.report import print_table, write_json
from scripts.tools.bench.rows import burst, dashboard, discord, events, freshness, growth, idle, memory, outage, start

Measure = Callable[[bool], Awaitable[list[Figure]]]
"""Measures a row, quickly or in full."""

ROWS: dict[str, tuple[str, Measure]] = {
    "burst": (burst.TITLE, lambda quick: burst.measure(burst.QUICK if quick else burst.FULL)),
    "freshness": (freshness.TITLE, lambda quick: freshness.measure(freshness.QUICK if quick else freshness.FULL)),
    "events": (events.TITLE, lambda quick: events.measure(events.QUICK if quick else events.FULL)),
    "growth": (growth.TITLE, lambda quick: growth.measure(growth.QUICK if quick else growth.FULL)),
    "dashboard": (dashboard.TITLE, lambda quick: dashboard.measure(dashboard.QUICK if quick else dashboard.FULL)),
    "start": (start.TITLE, lambda quick: start.measure(start.QUICK if quick else start.FULL)),
    "outage": (outage.TITLE, lambda quick: outage.measure(outage.QUICK if quick else outage.FULL)),
    "discord": (discord.TITLE, lambda quick: discord.measure(discord.QUICK if quick else discord.FULL)),
    "memory": (memory.TITLE, lambda quick: memory.measure(memory.QUICK if quick else memory.FULL)),
    "idle": (idle.TITLE, lambda quick: idle.measure(idle.QUICK if quick else idle.FULL)),
}
_PLAIN_WIDTH = 140
"""Columns of text where the output goes to a file."""


def main() -> int:
    """Measure what the arguments name."""
    arguments = _arguments()
    return asyncio.run(_measure(arguments))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="What the bot costs, beside its peers and its physical limits."
    )
    parser.add_argument("--only", action="append", choices=ROWS, metavar="NAME", help=f"a row: {', '.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer rounds: a first look")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there, too")
    arguments = parser.parse_args()
    if arguments.json is not None:
        try:
            arguments.json.touch()
        except OSError as error:  # better now than when all is measured
            parser.error(f"--json {arguments.json} cannot be written: {error.strerror}")
    return arguments


async def _measure(arguments: argparse.Namespace) -> int:
    console = Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    where = machine()
    results = {}
    for name in arguments.only or ROWS:
        title, measure = ROWS[name]
        console.print(f"Measuring: {title} …", style="dim")
        results[title] = await measure(arguments.quick)
    print_table(console, results, where)
    if arguments.json is not None:
        write_json(arguments.json, results, where)
    return 1 if any(figure.reached is False for figures in results.values() for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
