"""`python -m tracker`: run the bot.

Exit codes: 0 stopped by a signal, 1 something has to be mended first, 2 settings are missing or wrong.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import NoReturn

from tracker import app, logs, settings
from tracker.errors import SettingsError, TrackerError

_log = logging.getLogger("tracker")


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    try:
        loaded = settings.load(settings.Settings)
    except SettingsError as error:
        print(error, file=sys.stderr)  # noqa: T201 - there is no log before the settings are known
        return 2
    logs.set_up(loaded.log_level, loaded.log_format)
    for text, fix in settings.oddities():
        _log.warning("%s %s", text, fix)
    try:
        asyncio.run(app.run_until_stopped(loaded))
    except TrackerError as error:
        _log.error("%s", error)
        return 1
    except Exception:  # noqa: BLE001 - also a defect is a line of the log
        _log.exception("The bot ended over what nobody foresaw. Please report it, with this.")
        return 1
    return 0


def command() -> NoReturn:
    """The command itself: ends the process."""
    code = main()
    logging.shutdown()
    # Python would wait for the thread that talks to Google, and a request can hang for a minute.
    os._exit(code)


if __name__ == "__main__":
    command()
