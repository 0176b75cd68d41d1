"""`python -m tracker`: run the bot; also `support-tracker run|doctor|init-sheet|backfill`, one command for all four.

Exit codes: 0 stopped by a signal, 1 something has to be put right first, 2 settings are missing or wrong, or the
command was called with what it does not know.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from importlib import import_module
from typing import NoReturn

from tracker import logs, settings
from tracker.cli import terminal
from tracker.cli.arguments import Arguments
from tracker.cli.invocation import command as command_to_paste
from tracker.errors import SettingsError, TrackerError
from tracker.wiring import now, use_proxies

_log = logging.getLogger("tracker")

_RUN = "run"
_OTHERS = {"doctor": "tracker.doctor", "init-sheet": "tracker.init_sheet", "backfill": "tracker.backfill"}


def main(arguments: Sequence[str] = ()) -> int:
    """Do what the arguments ask for: without any, run until SIGTERM or SIGINT."""
    terminal.prepare()
    name, *others = arguments or (_RUN,)
    if name in _OTHERS:
        return int(import_module(_OTHERS[name]).main(others))
    _refuse_what_is_unknown(others if name == _RUN else arguments)
    return run(now)


def _refuse_what_is_unknown(arguments: Sequence[str]) -> None:
    """End the process over anything but nothing; after --help, with what there is."""
    others = "".join(f"\n  {command_to_paste(name)}" for name in _OTHERS)
    Arguments(
        command_to_paste(_RUN),
        "Run the bot until Ctrl-C or SIGTERM.\n"
        "Its settings are variables of the environment or lines of .env in this folder.",
        f"Other commands, each with a --help of its own:{others}",
    ).read(arguments, {name: command_to_paste(name) for name in (_RUN, *_OTHERS)})


def run(clock: Callable[[], datetime], figures_every: timedelta | None = None) -> int:
    """Run the bot by this clock until SIGTERM or SIGINT; the exit code.

    `figures_every`: so often figures are written at most, where not every five minutes.
    """
    try:
        loaded = settings.load(settings.Settings)
        odd = settings.oddities()
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - there is no log before the settings are known
        return 2
    use_proxies(loaded)
    logs.set_up(loaded.log_level, loaded.log_format)
    for each in odd:
        _log.warning("%s", each)
    try:
        # Only now: it takes a second, and neither --help nor a wrong setting should.
        asyncio.run(import_module("tracker.app").run_until_stopped(loaded, clock, figures_every))
    except TrackerError as error:
        _log.error("%s", error)
        return 1
    except Exception:  # noqa: BLE001 - also a defect is a line of the log
        _log.exception("The bot ended over what nobody foresaw. Please report it, with this.")
        return 1
    return 0


def command() -> NoReturn:
    """The command itself: ends the process."""
    end(main(sys.argv[1:]))


def end(code: int) -> NoReturn:
    """End the process at once, with everything that was printed and logged."""
    logging.shutdown()
    sys.stdout.flush()
    # Python would wait for the thread that talks to Google, and a request can hang for a minute.
    os._exit(code)


if __name__ == "__main__":
    command()
