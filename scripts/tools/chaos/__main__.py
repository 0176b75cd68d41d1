"""`python -m scripts.tools.chaos`: play random histories against the shipped bot and compare with the model.

Exit codes: 0 every history ended as it should, 1 one did not (it is printed, shortened and kept), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.tools.chaos.play import PATIENCE, Outcome, play
from scripts.tools.chaos.shrink import shrink
from scripts.tools.chaos.steps import Step, draw, kinds_without, read_steps, write_steps

_IMPATIENT = 8.0
"""Seconds without progress after which a shortened history counts as gone wrong."""

_LOG_CHARACTERS = 3000


def main() -> int:
    """Play what the arguments say, and print what came of it."""
    arguments = _arguments()
    try:
        kinds = kinds_without(arguments.without)
    except ValueError as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command's own words
        return 2
    if arguments.replay is not None:
        histories = [(str(arguments.replay), read_steps(arguments.replay))]
    else:
        seeds = range(arguments.seed, arguments.seed + arguments.seeds)
        histories = [(f"seed {seed}", draw(seed, arguments.steps, kinds)) for seed in seeds]
    try:
        return asyncio.run(_play_all(histories, arguments.shrink, arguments.keep, arguments.patience))
    except (asyncio.CancelledError, KeyboardInterrupt):
        print("Stopped.", file=sys.stderr)  # noqa: T201 - as above
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the first seed")
    parser.add_argument("--seeds", type=int, default=1, metavar="K", help="how many seeds, from the first one on")
    parser.add_argument("--steps", type=int, default=100, metavar="M", help="steps of a history")
    parser.add_argument("--without", action="append", default=[], metavar="KIND", help="a kind or group to leave out")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="play the history kept in this file instead")
    parser.add_argument("--shrink", type=float, default=120.0, metavar="S", help="seconds for shortening (0: do not)")
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="S",
        help="seconds without progress (more if machine is busy)",
    )
    parser.add_argument("--keep", type=Path, default=Path(), metavar="FOLDER", help="where failed histories are kept")
    return parser.parse_args()


async def _play_all(
    histories: Sequence[tuple[str, list[Step]]], shrink_seconds: float, folder: Path, patience: float
) -> int:
    work = asyncio.current_task()
    assert work is not None  # noqa: S101 - for the type checker
    # Ended so, it ends its bot, too.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    failed = kept = 0
    for name, steps in histories:
        outcome = await play(steps, patience=patience)
        verdict = "as it should be" if not outcome.differences else f"{len(outcome.differences)} differences"
        more = f"; {outcome.kept} rows kept for people to look at" if outcome.kept else ""
        kept += outcome.kept
        _say(f"{name}: {len(steps)} steps, {outcome.seconds:.1f} s: {verdict}{more}")
        if outcome.differences:
            failed += 1
            await _explain(name, steps, outcome, shrink_seconds, folder)
    _say(f"{len(histories)} histories, {failed} of them with differences; {kept} rows kept for people to look at")
    return 1 if failed else 0


async def _explain(name: str, steps: list[Step], outcome: Outcome, shrink_seconds: float, folder: Path) -> None:
    """Name what differs, and the shortest history that shows it."""
    _name_differences(outcome)
    until = time.monotonic() + shrink_seconds
    last = outcome

    async def fails(candidate: Sequence[Step]) -> bool:
        nonlocal last
        now = await play(candidate, patience=_IMPATIENT)
        last = now if now.differences else last
        return bool(now.differences)

    shortest = await shrink(steps, fails, more_time=lambda: time.monotonic() < until)
    kept = folder / f"chaos-{Path(name).stem.removeprefix('chaos-').replace(' ', '-')}.jsonl"
    write_steps(kept, shortest)
    _say(f"The shortest history found, {len(shortest)} steps (again: --replay {kept}):")
    for step in shortest:
        _say(f"    {step}")
    if len(shortest) < len(steps):
        _name_differences(last)
    _say(f"The end of the bot's log:\n{last.log[-_LOG_CHARACTERS:]}")


def _name_differences(outcome: Outcome) -> None:
    for difference in outcome.differences:
        _say(f"  - {difference}")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command's own words


if __name__ == "__main__":
    sys.exit(main())
