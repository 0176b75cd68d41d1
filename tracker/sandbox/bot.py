"""`python -m tracker.sandbox.bot`: the shipped bot, by the desk's clock, which may be ahead of the machine's."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from tracker.__main__ import end, run
from tracker.sandbox.clock import FILE, ahead_in
from tracker.wiring import now

_FILE = Path(os.environ[FILE])


def _now() -> datetime:
    return now() + ahead_in(_FILE)


if __name__ == "__main__":
    end(run(_now))
