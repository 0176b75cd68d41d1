"""`python -m tracker`: run the bot.

Exit codes: 0 stopped by a signal, 1 something has to be mended first, 2 settings are missing or wrong.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys

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
    logs.set_up(loaded.log_level)
    try:
        asyncio.run(app.run_until_stopped(loaded))
    except TrackerError as error:
        _log.error("%s", error)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    # Python would wait for the thread that talks to Google, and a request can hang for a minute.
    os._exit(code)
